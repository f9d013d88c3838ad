// The sensor behind RAW frames: gain, read noise, full well and what its pixels do not share.
#ifndef PETZVAL_MEASURE_NOISE_PHOTON_TRANSFER_H_
#define PETZVAL_MEASURE_NOISE_PHOTON_TRANSFER_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/device/noise_model.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct PhotonTransferOptions {
  std::vector<Rect> rois;  // of all frames; none: the whole frame
  // What the frames show. Flats give PRNU and linearity; any static scene gives the rest. kDetect:
  // a frame is a flat when its levels, noise and slow shading apart, agree within 5 %.
  enum class Content { kDetect, kFlat, kScene } content = Content::kDetect;
};

// Pixels of about one level in a series of frames of equal exposure. DN above black.
struct TransferPoint {
  Channel channel = Channel::kGreen;
  int series = 0;
  double level_dn = 0;
  double variance_dn2 = 0;    // temporal, of one frame, not corrected for rounding
  double standard_error = 0;  // of `variance_dn2`
  int64_t pixels = 0;
  bool used = false;  // false: clipped at black or white, or saturated
};

struct ChannelTransfer {
  Channel channel = Channel::kGreen;
  bool known = false;
  double gain_e_per_dn = 0, gain_standard_error = 0;
  double read_noise_e = 0, read_noise_standard_error = 0;  // NaN: not to be told from zero
  double read_noise_dn = 0;
  double bend = 0;         // quadratic term of the variance as a part of the signal; 0: straight
  double full_well_e = 0;  // at the level below
  double saturation_dn = 0;
};

struct PhotonTransfer {
  Findings findings;
  std::array<ChannelTransfer, 3> channels;  // red, green, blue; a monochrome sensor: green
  std::vector<TransferPoint> points;
  // In the units of Subject::noise (1 = white level); colours without points get the mean gain.
  NoiseModel noise;
  // Means over the channels, for DynamicRangeOfModel. NaN when not known.
  double gain_e_per_dn = 0, read_noise_e = 0, full_well_e = 0, prnu = 0;
};

// Mean-variance method (Janesick 2007; EMVA 1288). `frames`: RAW frames of one camera at one ISO;
// frames of equal exposure time (and, where times are missing, equal mean level) form a series of
// at least two. Variance is temporal: between the frames of a series, at each pixel, with what a
// whole level moved from frame to frame (light that flickers) taken out. Pixels are sorted by the
// level of their neighbours, so that their own noise does not choose their place. A weighted line
// through all levels, iterated, minus 1/12 DN^2 of rounding. `darks` (may be empty): frames without
// light at the same ISO; two or more enter the line, one gives the black level only.
// Full well: the highest mean level if frames saturate below the clip level of the file (their
// variance falls off the line), else the clip level. Fixed pattern: of flats, slow shading removed.
// Errors: kInvalidInput when a frame is no RAW, sizes, ISO or levels differ, no two frames have the
// same exposure, all levels are clipped, or the levels span too little for a slope.
Result<PhotonTransfer> MeasurePhotonTransfer(std::span<const Subject> frames,
                                             std::span<const Subject> darks,
                                             const PhotonTransferOptions& options);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_PHOTON_TRANSFER_H_
