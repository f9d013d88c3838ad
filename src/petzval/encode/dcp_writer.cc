// DCP: one TIFF directory of profile tags behind a header with the magic 0x4352.
#include "petzval/encode/dcp_writer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <string>

#include "petzval/base/file.h"
#include "petzval/capture/dng_tags.h"
#include "petzval/encode/dng_profile.h"

namespace petzval {
namespace {

using Bytes = std::vector<uint8_t>;

void Put(Bytes* to, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to->push_back(static_cast<uint8_t>(value >> 8 * i));
}

// A directory under construction, its tags in ascending order.
class Directory {
 public:
  void Text(uint16_t tag, const std::string& text) {
    if (text.empty()) return;
    Bytes b(text.begin(), text.end());
    b.push_back(0);
    entry_[tag] = {2, static_cast<uint32_t>(b.size()), std::move(b)};
  }
  void Short(uint16_t tag, int value) {
    Bytes b;
    Put(&b, static_cast<uint32_t>(value), 2);
    entry_[tag] = {3, 1, std::move(b)};
  }
  void Long(uint16_t tag, const std::vector<uint32_t>& values) {
    Bytes b;
    for (uint32_t v : values) Put(&b, v, 4);
    entry_[tag] = {4, static_cast<uint32_t>(values.size()), std::move(b)};
  }
  void SignedRational(uint16_t tag, const std::vector<double>& values) {
    constexpr int32_t kOver = 1'000'000;
    Bytes b;
    for (double v : values) {
      const double bounded = std::clamp(v * kOver, -2147483647.0, 2147483647.0);
      Put(&b, static_cast<uint32_t>(static_cast<int32_t>(std::lround(bounded))), 4);
      Put(&b, kOver, 4);
    }
    entry_[tag] = {10, static_cast<uint32_t>(values.size()), std::move(b)};
  }
  void Matrix(uint16_t tag, const Mat3& m) {
    std::vector<double> values;
    for (const auto& row : m.m) values.insert(values.end(), row.begin(), row.end());
    SignedRational(tag, values);
  }
  void Float(uint16_t tag, const std::vector<float>& values) {
    Bytes b;
    for (float v : values) Put(&b, std::bit_cast<uint32_t>(v), 4);
    entry_[tag] = {11, static_cast<uint32_t>(values.size()), std::move(b)};
  }
  void Undefined(uint16_t tag, Bytes bytes) {
    const auto count = static_cast<uint32_t>(bytes.size());
    entry_[tag] = {7, count, std::move(bytes)};
  }

  // The whole file.
  Bytes File() const {
    constexpr uint32_t kHead = 8;
    Bytes file = {'I', 'I', 0x52, 0x43};
    Put(&file, kHead, 4);
    Put(&file, static_cast<uint32_t>(entry_.size()), 2);
    uint32_t next = kHead + 2 + 12 * static_cast<uint32_t>(entry_.size()) + 4;
    Bytes values;
    for (const auto& [tag, e] : entry_) {
      Put(&file, tag, 2);
      Put(&file, e.type, 2);
      Put(&file, e.count, 4);
      Bytes inside = e.payload;
      if (inside.size() > 4) {
        inside.clear();
        Put(&inside, next + static_cast<uint32_t>(values.size()), 4);
        values.insert(values.end(), e.payload.begin(), e.payload.end());
        if (values.size() % 2) values.push_back(0);
      }
      inside.resize(4);
      file.insert(file.end(), inside.begin(), inside.end());
    }
    Put(&file, 0, 4);
    file.insert(file.end(), values.begin(), values.end());
    return file;
  }

 private:
  struct Entry {
    uint16_t type;
    uint32_t count;
    Bytes payload;
  };
  std::map<uint16_t, Entry> entry_;
};

constexpr uint16_t kColorMatrix[] = {tag::kColorMatrix1, tag::kColorMatrix2, tag::kColorMatrix3};
constexpr uint16_t kForwardMatrix[] = {tag::kForwardMatrix1, tag::kForwardMatrix2,
                                       tag::kForwardMatrix3};
constexpr uint16_t kIlluminant[] = {tag::kCalibrationIlluminant1, tag::kCalibrationIlluminant2,
                                    tag::kCalibrationIlluminant3};
constexpr uint16_t kIlluminantData[] = {tag::kIlluminantData1, tag::kIlluminantData2,
                                        tag::kIlluminantData3};
constexpr uint16_t kMap[] = {tag::kProfileHueSatMapData1, tag::kProfileHueSatMapData2,
                             tag::kProfileHueSatMapData3};

void AddTable(const HueSatMap& map, uint16_t dims, uint16_t encoding, Directory* directory) {
  directory->Long(dims, {static_cast<uint32_t>(map.hues), static_cast<uint32_t>(map.saturations),
                         static_cast<uint32_t>(map.values)});
  // The encoding means nothing for tables of one value.
  if (map.values > 1) directory->Long(encoding, {map.srgb_values ? 1u : 0u});
}

}  // namespace

Result<std::vector<uint8_t>> SerializeDcp(const DcpProfile& profile) {
  PETZVAL_RETURN_IF_ERROR(CheckDcpProfile(profile));
  if (profile.camera_model.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                "a camera profile needs the camera's name as its files state it");
  }
  Directory out;
  out.Text(tag::kUniqueCameraModel, profile.camera_model);
  out.Text(tag::kProfileName, profile.name);
  out.Text(tag::kProfileCopyright, profile.copyright);
  out.Text(tag::kProfileCalibrationSignature, profile.calibration_signature);
  out.Long(tag::kProfileEmbedPolicy, {static_cast<uint32_t>(profile.embed_policy)});
  for (size_t i = 0; i < profile.lights.size(); ++i) {
    const DcpProfile::Light& light = profile.lights[i];
    out.Short(kIlluminant[i], light.illuminant);
    if (light.white) out.Undefined(kIlluminantData[i], IlluminantDataOf(*light.white));
    out.Matrix(kColorMatrix[i], light.calibration.camera_from_xyz);
    if (const auto& forward = light.calibration.xyz_d50_from_camera) {
      out.Matrix(kForwardMatrix[i], *forward);
    }
  }
  if (HasWritableMaps(profile)) {
    AddTable(profile.lights[0].map, tag::kProfileHueSatMapDims, tag::kProfileHueSatMapEncoding,
             &out);
    for (size_t i = 0; i < profile.lights.size(); ++i) {
      if (!profile.lights[i].map.empty()) out.Float(kMap[i], FloatsOf(profile.lights[i].map));
    }
  }
  if (!profile.look.empty()) {
    AddTable(profile.look, tag::kProfileLookTableDims, tag::kProfileLookTableEncoding, &out);
    out.Float(tag::kProfileLookTableData, FloatsOf(profile.look));
  }
  if (!profile.tone_curve.empty()) {
    out.Float(tag::kProfileToneCurve, FloatsOf(profile.tone_curve));
  }
  if (profile.baseline_exposure_offset_ev != 0) {
    out.SignedRational(tag::kBaselineExposureOffset, {profile.baseline_exposure_offset_ev});
  }
  if (profile.default_black_render != 0) {
    out.Long(tag::kDefaultBlackRender, {static_cast<uint32_t>(profile.default_black_render)});
  }
  return out.File();
}

Status WriteDcp(const std::string& path, const DcpProfile& profile) {
  auto bytes = SerializeDcp(profile);
  if (!bytes) return Fail(std::move(bytes).error().In("cannot write " + path));
  return WriteFile(path, *bytes);
}

}  // namespace petzval
