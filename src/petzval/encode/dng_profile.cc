// Profile tags of DNG 1.7 for DCP files and DNGs.
#include "petzval/encode/dng_profile.h"

#include <cmath>

#include "petzval/capture/dng_tags.h"
#include "petzval/encode/dcp_writer.h"

namespace petzval {
std::vector<uint8_t> IlluminantDataOf(Chromaticity white) {
  constexpr uint32_t kOver = 1'000'000;
  std::vector<uint8_t> bytes = {0, 0};
  for (double v : {white.x, white.y}) {
    for (uint32_t n : {static_cast<uint32_t>(std::lround(v * kOver)), kOver}) {
      for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(n >> 8 * i));
    }
  }
  return bytes;
}

std::vector<float> FloatsOf(const HueSatMap& map) {
  std::vector<float> out;
  out.reserve(3 * map.delta.size());
  for (const HueSatMap::Delta& d : map.delta) {
    out.insert(out.end(), {d.hue_shift_deg, d.saturation_scale, d.value_scale});
  }
  return out;
}

std::vector<float> FloatsOf(const std::vector<std::array<double, 2>>& curve) {
  std::vector<float> out;
  for (const auto& p : curve) {
    out.insert(out.end(), {static_cast<float>(p[0]), static_cast<float>(p[1])});
  }
  return out;
}

bool HasWritableMaps(const DcpProfile& profile) {
  if (profile.lights.empty() || profile.lights[0].map.empty()) return false;
  const HueSatMap& first = profile.lights[0].map;
  for (const auto& light : profile.lights) {
    const HueSatMap& m = light.map;
    if (!m.empty() && (m.hues != first.hues || m.saturations != first.saturations ||
                       m.values != first.values || m.srgb_values != first.srgb_values)) {
      return false;
    }
  }
  return true;
}

void EmbedProfile(const DcpProfile& profile, RawFrame* frame) {
  DngColor& color = frame->color;
  color.calibration.clear();
  color.body_calibration = {};
  color.calibration_signature.clear();
  for (const DcpProfile::Light& light : profile.lights) {
    DngColor::Calibration c;
    c.illuminant = light.illuminant;
    c.camera_from_xyz = light.calibration.camera_from_xyz;
    c.xyz_d50_from_camera = light.calibration.xyz_d50_from_camera;
    if (light.white) c.white_xy = std::array{light.white->x, light.white->y};
    color.calibration.push_back(c);
  }
  frame->profile = std::make_shared<const DcpProfile>(profile);
  if (!profile.camera_model.empty()) frame->unique_camera_model = profile.camera_model;
}

void SetProfile(const DcpProfile& profile, TiffWriter* tiff) {
  const auto set_floats = [&](uint32_t tag, const std::vector<float>& values) {
    tiff->Set(tag, static_cast<uint32_t>(values.size()), values.data());
  };
  const auto set_table = [&](const HueSatMap& map, uint32_t dims, uint32_t encoding) {
    const std::array<uint32_t, 3> size = {static_cast<uint32_t>(map.hues),
                                          static_cast<uint32_t>(map.saturations),
                                          static_cast<uint32_t>(map.values)};
    tiff->Set(dims, 3u, size.data());
    if (map.values > 1) tiff->Set(encoding, map.srgb_values ? 1u : 0u);
  };
  tiff->SetText(tag::kProfileName, profile.name);
  tiff->SetText(tag::kProfileCopyright, profile.copyright);
  tiff->SetText(tag::kProfileCalibrationSignature, profile.calibration_signature);
  tiff->Set(tag::kProfileEmbedPolicy, static_cast<uint32_t>(profile.embed_policy));
  if (HasWritableMaps(profile)) {
    set_table(profile.lights[0].map, tag::kProfileHueSatMapDims, tag::kProfileHueSatMapEncoding);
    const uint32_t tags[] = {tag::kProfileHueSatMapData1, tag::kProfileHueSatMapData2,
                             tag::kProfileHueSatMapData3};
    for (size_t i = 0; i < profile.lights.size(); ++i) {
      if (!profile.lights[i].map.empty()) set_floats(tags[i], FloatsOf(profile.lights[i].map));
    }
  }
  if (!profile.look.empty()) {
    set_table(profile.look, tag::kProfileLookTableDims, tag::kProfileLookTableEncoding);
    set_floats(tag::kProfileLookTableData, FloatsOf(profile.look));
  }
  if (!profile.tone_curve.empty()) {
    set_floats(tag::kProfileToneCurve, FloatsOf(profile.tone_curve));
  }
  if (profile.baseline_exposure_offset_ev != 0) {
    tiff->Set(tag::kBaselineExposureOffset, profile.baseline_exposure_offset_ev);
  }
  if (profile.default_black_render != 0) {
    tiff->Set(tag::kDefaultBlackRender, static_cast<uint32_t>(profile.default_black_render));
  }
}

}  // namespace petzval
