// A camera profile as the colour model of a file.
#include "petzval/develop/dcp_color.h"

#include <fmt/format.h>

namespace petzval {
DngColorModel ModelOfFile(const DcpProfile& profile, const DngColor& file) {
  std::vector<Mat3> body;
  if (profile.calibration_signature == file.calibration_signature) {
    for (size_t i = 0; i < profile.lights.size() && i < file.body_calibration.size(); ++i) {
      body.push_back(file.body_calibration[i].value_or(Mat3::Identity()));
    }
  }
  return ModelOf(profile, file.analog_balance, body);
}

std::string DcpCameraMismatch(const DcpProfile& profile, const std::string& camera_model) {
  if (profile.camera_model.empty() || camera_model.empty() ||
      profile.camera_model == camera_model) {
    return "";
  }
  return fmt::format("the profile \"{}\" was made for the {}, not for the {}", profile.name,
                     profile.camera_model, camera_model);
}

}  // namespace petzval
