// The picture that falls on the film during an exposure, with its noise floor.
#ifndef PETZVAL_SIMULATE_FILM_FILM_H_
#define PETZVAL_SIMULATE_FILM_FILM_H_

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "petzval/image/image.h"
#include "petzval/simulate/film/camera_optics.h"
#include "petzval/simulate/world/world.h"

namespace petzval::simulate {

// Where the camera stands at a time, and when a row is read.
struct ExposurePath {
  // Pose at `s` seconds after the tracer's interval began.
  std::function<CameraPose(double s)> pose;
  double interval_s = 0;  // of the tracer
  // Row y is exposed from row_start_s(y) for exposure_s. Empty: from 0.
  std::function<double(double y)> row_start_s;
  double exposure_s = 0;
};

struct FilmJob {
  const World* world = nullptr;         // for its emitters; may be null
  std::span<const Emitter> emitters;    // when `world` is null
  const SceneTracer* tracer = nullptr;  // of the interval
  const CameraOptics* optics = nullptr;
  ExposurePath path;
  int width = 0, height = 0;  // pixels
  double pitch_mm = 0.001;
  double center_x_px = 0, center_y_px = 0;  // of the axis; usually half the size
  // Which channels of the tracer are estimated: either `channels` planes for each pixel, or one
  // plane with the channel of pixel (x, y) = cfa[(y % 4) * 4 + x % 4].
  int channels = 3;
  bool mosaic = false;
  std::array<uint8_t, 16> cfa{};
  // The wavelengths (indices of the optics) that stand for each channel, taken in turn.
  std::vector<std::vector<uint8_t>> wavelengths_of_channel;
  double samples = 64;         // per pixel and channel, on the mean
  bool adaptive = true;        // more where halves disagree
  double emitter_samples = 0;  // per emitter and channel; 0: chosen by the film
  bool flat_field = false;     // divide the lens's illumination off
  uint64_t seed = 1;
  std::function<void(double)> progress;  // 0..1; may be empty
};

struct FilmPicture {
  // Irradiance in units of the channel (integral of response * W / (m^2 nm)), or, flat-fielded,
  // the mean radiance that the pixel's rays meet times the throughput on the axis.
  Image<float> value;  // 1 (mosaic) or `channels` planes
  Image<float> half;   // (even - odd samples) / 2: the noise of `value` looks so
  int64_t film_rays = 0, emitter_rays = 0;
};

// Deterministic for a seed, whatever the number of threads. Takes about 250 MB beside the picture,
// which has 8 bytes for each value. Errors: kTooLarge; kInvalidInput when
// no ray passes the lens.
Result<FilmPicture> ExposeFilm(const FilmJob& job);

// PSNR in dB of display values sRGB(clip(exposure * L, 0, 1)) of one half of the samples against
// the other; +6.02 bounds what any method can be seen to reach.
double HalfPsnrDb(const FilmPicture& picture, double exposure);

struct FilmTruth {
  Image<float> inverse_depth;  // 1 / m, along z of the camera; 0: nothing there
  Image<float> motion;         // 2 planes: px from this pose and time to the other
  Image<uint16_t> object;      // see SceneHit
};
// By the pixel centres' chief rays. `other`: pose to which motion is given, `other_s` its time
// after this one; the tracer is that of this moment.
FilmTruth TraceTruth(const FilmJob& job, const CameraPose& other, double other_s);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_FILM_H_
