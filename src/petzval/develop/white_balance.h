// Decides the light of a frame and from it everything between camera RGB and the working space.
#ifndef PETZVAL_DEVELOP_WHITE_BALANCE_H_
#define PETZVAL_DEVELOP_WHITE_BALANCE_H_

#include <array>
#include <string>
#include <vector>

#include "petzval/color/dng_color.h"
#include "petzval/develop/develop.h"

namespace petzval {

// The colour model of a frame; a generic one (with `generic` set) when the file states none that
// can be computed with.
struct CameraColor {
  DngColorModel model;
  bool generic = false;
};
// `told`: a warning about missing matrices has been given already.
CameraColor MakeCameraColor(const DngColor& color, bool told, std::vector<std::string>* warnings);

struct LightDecision {
  Vec3 neutral{{1, 1, 1}};  // camera RGB of white, green = 1
  Chromaticity white = kWhiteD50;
  Mat3 rec2020_from_camera = Mat3::Identity();  // from white-balanced camera RGB, white to white
};

// `picture`: camera RGB for the automatic estimate (3 planes, linear, 1 = white level), which
// saturates at `clip`.
LightDecision DecideLight(const WhiteBalance& wanted, const DngColor& color,
                          const CameraColor& camera, const Image<float>& picture,
                          const std::array<float, 3>& clip, std::vector<std::string>* warnings);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_WHITE_BALANCE_H_
