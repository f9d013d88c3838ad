// Profile tags of DNG 1.7, chapters 4 and 6, out of TIFF directories.
#include "petzval/capture/dcp_reader.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "petzval/capture/dng_tags.h"
#include "petzval/capture/illuminant_data.h"
#include "petzval/capture/tag_number.h"

namespace petzval {
namespace {

struct LightTags {
  uint16_t color_matrix, forward_matrix, illuminant, illuminant_data, map;
};
constexpr LightTags kLightTags[3] = {
    {tag::kColorMatrix1, tag::kForwardMatrix1, tag::kCalibrationIlluminant1, tag::kIlluminantData1,
     tag::kProfileHueSatMapData1},
    {tag::kColorMatrix2, tag::kForwardMatrix2, tag::kCalibrationIlluminant2, tag::kIlluminantData2,
     tag::kProfileHueSatMapData2},
    {tag::kColorMatrix3, tag::kForwardMatrix3, tag::kCalibrationIlluminant3, tag::kIlluminantData3,
     tag::kProfileHueSatMapData3},
};

Result<std::optional<Mat3>> ReadMatrix(const TiffFile& tiff, const TiffIfd& ifd, uint16_t tag,
                                       const char* name) {
  const TiffIfd::Entry* entry = ifd.Find(tag);
  if (!entry) return std::optional<Mat3>();
  if (entry->count == 12) {
    return Fail(ErrorCode::kUnsupported, "profiles for cameras of four colours are not supported");
  }
  const auto v = tiff.Numbers(ifd, tag, 9);
  if (v.size() != 9) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("its {} is not a 3 x 3 matrix", name));
  }
  Mat3 m;
  for (int i = 0; i < 9; ++i) {
    if (!(std::abs(v[i]) < 1e4)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("its {} holds a number that is none", name));
    }
    m[i / 3][i % 3] = v[i];
  }
  return std::optional<Mat3>(m);
}

// Sizes of a table; all 0 when there is none.
Result<HueSatMap> ReadDims(const TiffFile& tiff, const TiffIfd& ifd, uint16_t dims_tag,
                           uint16_t encoding_tag, const char* name) {
  HueSatMap map;
  const auto dims = tiff.Numbers(ifd, dims_tag, 3);
  if (dims.empty() && !ifd.Find(dims_tag)) return map;
  if (dims.size() != 2 && dims.size() != 3) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("the sizes of its {} are not there", name));
  }
  const double values = dims.size() == 3 ? dims[2] : 1;
  if (!(dims[0] >= 1) || !(dims[1] >= 2) || !(values >= 1)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("its {} has {} hues, {} saturations and {} values", name, dims[0],
                            dims[1], values));
  }
  if (dims[0] > HueSatMap::kMaxHues || dims[1] > HueSatMap::kMaxSaturations ||
      values > HueSatMap::kMaxValues || dims[0] * dims[1] * values > HueSatMap::kMaxEntries) {
    return Fail(ErrorCode::kTooLarge, fmt::format("its {} of {} x {} x {} entries is too large",
                                                  name, dims[0], dims[1], values));
  }
  map.hues = static_cast<int>(dims[0]);
  map.saturations = static_cast<int>(dims[1]);
  map.values = static_cast<int>(values);
  map.srgb_values = tiff.Number(ifd, encoding_tag).value_or(0) == 1;
  return map;
}

// The data of a table whose sizes are known.
Status ReadTable(const TiffFile& tiff, const TiffIfd& ifd, uint16_t tag, const char* name,
                 HueSatMap* map, std::vector<std::string>* warnings) {
  const size_t entries = static_cast<size_t>(map->hues) * map->saturations * map->values;
  const auto v = tiff.Numbers(ifd, tag, 3 * entries);
  if (v.size() != 3 * entries) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("its {} of {} x {} x {} entries is not all there", name, map->hues,
                            map->saturations, map->values));
  }
  map->delta.resize(entries);
  for (size_t i = 0; i < entries; ++i) {
    map->delta[i] = {static_cast<float>(v[3 * i]), static_cast<float>(v[3 * i + 1]),
                     static_cast<float>(v[3 * i + 2])};
  }
  if (auto good = CheckHueSatMap(*map); !good) return Fail(std::move(good).error().In(name));
  if (RepairNeutrals(map) > 0) {
    warnings->push_back(
        fmt::format("the {} of the profile would move neutrals; they are kept", name));
  }
  return {};
}

Status ReadLights(const TiffFile& tiff, const TiffIfd& ifd, DcpFile* file) {
  PETZVAL_ASSIGN(const HueSatMap sizes, ReadDims(tiff, ifd, tag::kProfileHueSatMapDims,
                                                 tag::kProfileHueSatMapEncoding, "HueSatMap"));
  for (int i = 0; i < 3; ++i) {
    const LightTags& t = kLightTags[i];
    PETZVAL_ASSIGN(const auto matrix, ReadMatrix(tiff, ifd, t.color_matrix, "ColorMatrix"));
    if (!matrix) continue;
    DcpProfile::Light light;
    light.calibration.camera_from_xyz = *matrix;
    PETZVAL_ASSIGN(light.calibration.xyz_d50_from_camera,
                   ReadMatrix(tiff, ifd, t.forward_matrix, "ForwardMatrix"));
    light.illuminant = IntWithin(tiff.Number(ifd, t.illuminant).value_or(0), 0, 65535).value_or(0);
    light.white = ReadIlluminantData(tiff, ifd, t.illuminant_data);
    if (sizes.hues > 0 && ifd.Find(t.map)) {
      light.map = sizes;
      PETZVAL_RETURN_IF_ERROR(
          ReadTable(tiff, ifd, t.map, "HueSatMap", &light.map, &file->warnings));
    }
    file->profile.lights.push_back(std::move(light));
  }
  if (file->profile.lights.empty()) {
    return Fail(ErrorCode::kInvalidInput, "it states no ColorMatrix");
  }
  return {};
}

Status ReadCurve(const TiffFile& tiff, const TiffIfd& ifd, DcpFile* file) {
  if (!ifd.Find(tag::kProfileToneCurve)) return {};
  const auto v = tiff.Numbers(ifd, tag::kProfileToneCurve, 2 * DcpProfile::kMaxCurvePoints);
  if (v.size() < 4 || v.size() % 2 != 0) {
    return Fail(ErrorCode::kInvalidInput, "its tone curve is not all there");
  }
  for (size_t i = 0; i < v.size(); i += 2) file->profile.tone_curve.push_back({v[i], v[i + 1]});
  return {};
}

}  // namespace

Result<DcpFile> ReadProfileTags(const TiffFile& tiff, const TiffIfd& ifd,
                                const std::string& camera_model) {
  DcpFile file;
  DcpProfile& profile = file.profile;
  profile.name = tiff.Text(ifd, tag::kProfileName);
  profile.copyright = tiff.Text(ifd, tag::kProfileCopyright);
  profile.camera_model = tiff.Text(ifd, tag::kUniqueCameraModel);
  if (profile.camera_model.empty()) profile.camera_model = camera_model;
  profile.calibration_signature = tiff.Text(ifd, tag::kProfileCalibrationSignature);
  PETZVAL_RETURN_IF_ERROR(ReadLights(tiff, ifd, &file));
  PETZVAL_ASSIGN(profile.look, ReadDims(tiff, ifd, tag::kProfileLookTableDims,
                                        tag::kProfileLookTableEncoding, "LookTable"));
  if (profile.look.hues > 0 && ifd.Find(tag::kProfileLookTableData)) {
    PETZVAL_RETURN_IF_ERROR(ReadTable(tiff, ifd, tag::kProfileLookTableData, "LookTable",
                                      &profile.look, &file.warnings));
  } else {
    profile.look = {};
  }
  PETZVAL_RETURN_IF_ERROR(ReadCurve(tiff, ifd, &file));
  profile.baseline_exposure_offset_ev = tiff.Number(ifd, tag::kBaselineExposureOffset).value_or(0);
  profile.embed_policy =
      IntWithin(tiff.Number(ifd, tag::kProfileEmbedPolicy).value_or(0), 0, 3).value_or(0);
  profile.default_black_render =
      IntWithin(tiff.Number(ifd, tag::kDefaultBlackRender).value_or(0), 0, 1).value_or(0);
  PETZVAL_RETURN_IF_ERROR(CheckDcpProfile(profile));
  return file;
}

Result<DcpFile> ReadDcp(const ByteSource& source) {
  PETZVAL_ASSIGN(const TiffFile tiff, TiffFile::ParseProfile(source));
  auto file = ReadProfileTags(tiff, tiff.main_ifd(), "");
  if (!file) return Fail(std::move(file).error().In("camera profile"));
  return file;
}

Result<DcpFile> ReadDcp(const std::string& path) {
  PETZVAL_ASSIGN(const ByteSource source, ByteSource::Open(path));
  auto file = ReadDcp(source);
  if (!file) return Fail(std::move(file).error().In(path));
  return file;
}

Result<std::vector<DcpFile>> ReadProfiles(const std::string& path,
                                          std::vector<std::string>* warnings) {
  PETZVAL_ASSIGN(const ByteSource source, ByteSource::Open(path));
  std::vector<DcpFile> files;
  if (TiffFile::ParseProfile(source)) {
    PETZVAL_ASSIGN(DcpFile file, ReadDcp(path));
    files.push_back(std::move(file));
    return files;
  }
  auto tiff = TiffFile::Parse(source);
  if (!tiff) {
    return Fail(ErrorCode::kInvalidInput, path + ": neither a camera profile nor a DNG");
  }
  const std::string model = tiff->Text(tiff->main_ifd(), tag::kUniqueCameraModel);
  const auto take = [&](Result<DcpFile> file, size_t number) {
    if (file) {
      files.push_back(*std::move(file));
    } else {
      warnings->push_back(
          fmt::format("{}: profile {} is left out: {}", path, number + 1, file.error().message));
    }
  };
  take(ReadProfileTags(*tiff, tiff->main_ifd(), model), 0);
  constexpr size_t kMostProfiles = 64;
  const auto extra = tiff->Unsigned(tiff->main_ifd(), tag::kExtraCameraProfiles, kMostProfiles);
  for (size_t i = 0; i < extra.size(); ++i) {
    const auto inner = TiffFile::ParseProfile(source, extra[i]);
    take(inner ? ReadProfileTags(*inner, inner->main_ifd(), model) : Fail(inner.error()), i + 1);
  }
  if (files.empty()) {
    return Fail(ErrorCode::kInvalidInput, path + ": it holds no camera profile that can be used");
  }
  return files;
}

}  // namespace petzval
