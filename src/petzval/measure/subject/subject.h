// What is measured: a RAW mosaic or a finished picture, in linear light.
#ifndef PETZVAL_MEASURE_SUBJECT_SUBJECT_H_
#define PETZVAL_MEASURE_SUBJECT_SUBJECT_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/device/noise_model.h"
#include "petzval/image/image.h"

namespace petzval::measure {

// Which pixels of a plane carry samples: bit (y % 4) * 4 + x % 4. A Bayer colour is some of them.
struct SiteMask {
  uint16_t bits = 0xffff;
  bool Has(int x, int y) const { return bits >> ((y & 3) * 4 + (x & 3)) & 1; }
  bool all() const { return bits == 0xffff; }
  double density() const { return __builtin_popcount(bits) / 16.0; }
};

enum class Channel { kRed = 0, kGreen = 1, kBlue = 2, kLuminance = 3 };

// One picture to be measured. Either `mosaic` (RAW: (DN - black) / (white - black), not clipped
// below) or `rgb` (linear light, 1 = white of the file) is filled.
struct Subject {
  std::string path;
  Image<float> mosaic;            // 1 plane
  std::array<SiteMask, 3> sites;  // of red, green, blue; a monochrome sensor: all in green
  bool mono = false;
  Image<float> rgb;  // 3 planes, primaries of the file
  double clip = 1;   // a sample at or above is clipped
  int bits = 8;      // of the file's codes: rounding is 1 / (2^bits - 1)

  // Colour. RAW: white balance and matrix of the file at its white; XYZ relative to D50.
  Vec3 neutral{{1, 1, 1}};                   // camera RGB of white, green = 1
  Mat3 xyz_d50_from_rgb = Mat3::Identity();  // of camera RGB (before white balance) or file RGB

  // RAW: electrons need the gain; the black and white level that `mosaic` was scaled by.
  double black_dn = 0, white_dn = 1;
  double iso = 0, exposure_s = 0;
  NoiseModel noise;
  std::vector<std::string> warnings;

  bool raw() const { return !mosaic.empty(); }
  int width() const { return raw() ? mosaic.width() : rgb.width(); }
  int height() const { return raw() ? mosaic.height() : rgb.height(); }
};

// A plane for measures that look at one: of a RAW the mosaic with the sites of the channel
// (luminance: green), of a picture the channel's plane or, for luminance, Y of XYZ, which is
// computed into `*scratch`.
struct MeasuredPlane {
  ImageView<const float> values;
  SiteMask sites;
};
MeasuredPlane PlaneOf(const Subject& subject, Channel channel, Image<float>* scratch);

// A picture of half (RAW: one sample for each 2 x 2 sites, quad Bayer 4 x 4) or full size with
// three linear planes, for finding charts and looking at patches; white-balanced when RAW. `scale`:
// how many pixels of the subject one of these stands for.
struct Overview {
  Image<float> rgb;
  double scale = 1;
};
Overview MakeOverview(const Subject& subject);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SUBJECT_SUBJECT_H_
