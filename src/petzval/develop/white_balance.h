// Decides the light of a frame and from it everything between camera RGB and the working space.
#ifndef PETZVAL_DEVELOP_WHITE_BALANCE_H_
#define PETZVAL_DEVELOP_WHITE_BALANCE_H_

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "petzval/color/dng_color.h"
#include "petzval/develop/auto_white_balance.h"
#include "petzval/develop/develop.h"

namespace petzval {

// The colour model of a frame; a generic one (with `generic` set) when the file states none that
// can be computed with. With a profile or a calibration the model is made from it.
struct CameraColor {
  DngColorModel model;
  bool generic = false;
  std::shared_ptr<const DcpProfile> dcp;                // the first of these two that is there
  std::shared_ptr<const ColorCalibration> calibration;  // decides about colour
};
// `told`: a warning about missing matrices has been given already.
CameraColor MakeCameraColor(const DngColor& color, bool told, std::vector<std::string>* warnings);
// The same with what `params` bring. Errors: kInvalidInput when `match` names no reference of the
// calibration, or there is none; of CheckDcpProfile.
Result<CameraColor> MakeCameraColor(const DngColor& color, const DevelopParams& params, bool told,
                                    std::vector<std::string>* warnings);

struct LightDecision {
  Vec3 neutral{{1, 1, 1}};  // camera RGB of white, green = 1
  Chromaticity white = kWhiteD50;
  Mat3 rec2020_from_camera = Mat3::Identity();  // from white-balanced camera RGB, white to white
  std::optional<LightClass> light_class;        // given or estimated; with a calibration only
  // Of an estimate: NeutralEstimate's; 1, NaN and 0 where the light is stated or asked for.
  double confidence = 1;
  double second_kelvin_k = std::numeric_limits<double>::quiet_NaN();
  double second_share = 0;
};

// `picture`: camera RGB for the automatic estimate (3 planes, linear, 1 = white level). The class
// of the light is left open.
LightDecision DecideLight(const WhiteBalance& wanted, const DngColor& color,
                          const CameraColor& camera, const Image<float>& picture,
                          const LightScene& scene, std::vector<std::string>* warnings);
LightDecision DecideLight(const WhiteBalance& wanted, const DngColor& color,
                          const CameraColor& camera, const Image<float>& picture,
                          const std::array<float, 3>& clip, std::vector<std::string>* warnings);

// With a calibration: the class that is given, or else estimated, and the white as the calibrated
// lights of that class place it (unless the white was asked for).
void DecideLightClass(const CameraColor& camera, const DevelopParams& params, LightDecision* light);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_WHITE_BALANCE_H_
