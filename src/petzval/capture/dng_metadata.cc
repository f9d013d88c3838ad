// Colour model tags of DNG 1.7, chapter 6, and the EXIF fields.
#include "petzval/capture/dng_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "petzval/capture/dcp_reader.h"
#include "petzval/capture/dng_tags.h"
#include "petzval/capture/illuminant_data.h"
#include "petzval/capture/tag_number.h"

namespace petzval {
namespace {

// Tags of the camera profile stand in directory 0, but some writers put them beside the pixels.
std::vector<double> Profile(const TiffFile& tiff, const TiffIfd& raw, uint16_t tag, size_t count) {
  auto values = tiff.Numbers(tiff.main_ifd(), tag, 64);
  if (values.empty()) values = tiff.Numbers(raw, tag, 64);
  const bool good =
      values.size() == count &&
      std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  return good ? values : std::vector<double>{};
}

std::optional<Mat3> Matrix(const TiffFile& tiff, const TiffIfd& raw, uint16_t tag) {
  const auto v = Profile(tiff, raw, tag, 9);
  if (v.empty()) return std::nullopt;
  Mat3 m;
  for (int i = 0; i < 9; ++i) m[i / 3][i % 3] = v[i];
  return m;
}

// A number that is a sensible measure: finite and above zero, else 0 ("not stated").
double Positive(std::optional<double> v) { return v && *v > 0 && *v < 1e9 ? *v : 0.0; }

// The lens in words from its shortest and longest focal length and the f-numbers there; empty when
// not stated. An unknown f-number is stated as 0/0.
std::string LensOfRange(const TiffFile& tiff) {
  auto v = tiff.exif_ifd() ? tiff.Numbers(*tiff.exif_ifd(), tag::kLensSpecification, 4)
                           : std::vector<double>{};
  if (v.size() != 4) v = tiff.Numbers(tiff.main_ifd(), tag::kLensInfo, 4);
  const auto range = [&](int i) -> std::string {
    const double low = Positive(v[i]), high = Positive(v[i + 1]);
    if (low == 0 || high == 0) return "";
    return low == high ? fmt::format("{:.4g}", low) : fmt::format("{:.4g}-{:.4g}", low, high);
  };
  if (v.size() != 4 || range(0).empty()) return "";
  return range(0) + " mm" + (range(2).empty() ? "" : " f/" + range(2));
}

}  // namespace

DngColor ReadDngColor(const TiffFile& tiff, const TiffIfd& raw) {
  DngColor color;
  color.calibration_signature = tiff.Text(tiff.main_ifd(), tag::kCameraCalibrationSignature);
  // CameraCalibration belongs to one profile only: it counts when both signatures are equal,
  // also when both are absent.
  const bool calibrated =
      color.calibration_signature == tiff.Text(tiff.main_ifd(), tag::kProfileCalibrationSignature);
  const uint16_t tags[3][5] = {
      {tag::kColorMatrix1, tag::kCameraCalibration1, tag::kForwardMatrix1,
       tag::kCalibrationIlluminant1, tag::kIlluminantData1},
      {tag::kColorMatrix2, tag::kCameraCalibration2, tag::kForwardMatrix2,
       tag::kCalibrationIlluminant2, tag::kIlluminantData2},
      {tag::kColorMatrix3, tag::kCameraCalibration3, tag::kForwardMatrix3,
       tag::kCalibrationIlluminant3, tag::kIlluminantData3},
  };
  for (int i = 0; i < 3; ++i) {
    const auto& t = tags[i];
    color.body_calibration[i] = Matrix(tiff, raw, t[1]);
    const auto matrix = Matrix(tiff, raw, t[0]);
    if (!matrix) continue;
    DngColor::Calibration c;
    c.camera_from_xyz = *matrix;
    if (calibrated) c.camera_calibration = color.body_calibration[i].value_or(Mat3::Identity());
    c.xyz_d50_from_camera = Matrix(tiff, raw, t[2]);
    const auto illuminant = Profile(tiff, raw, t[3], 1);
    if (!illuminant.empty()) c.illuminant = IntWithin(illuminant[0], 0, 65535).value_or(0);
    auto white = ReadIlluminantData(tiff, tiff.main_ifd(), t[4]);
    if (!white) white = ReadIlluminantData(tiff, raw, t[4]);
    if (white) c.white_xy = std::array{white->x, white->y};
    color.calibration.push_back(c);
  }
  const auto balance = Profile(tiff, raw, tag::kAnalogBalance, 3);
  if (!balance.empty() && *std::min_element(balance.begin(), balance.end()) > 0) {
    color.analog_balance = {{balance[0], balance[1], balance[2]}};
  }
  const auto neutral = Profile(tiff, raw, tag::kAsShotNeutral, 3);
  if (!neutral.empty() && *std::min_element(neutral.begin(), neutral.end()) > 0) {
    color.as_shot_neutral = Vec3{{neutral[0] / neutral[1], 1.0, neutral[2] / neutral[1]}};
  }
  const auto xy = Profile(tiff, raw, tag::kAsShotWhiteXy, 2);
  if (!xy.empty() && xy[0] > 0 && xy[1] > 0 && xy[0] + xy[1] < 1) {
    color.as_shot_white_xy = std::array{xy[0], xy[1]};
  }
  return color;
}

void ReadFrameProfile(const TiffFile& tiff, RawFrame& frame) {
  const TiffIfd& main = tiff.main_ifd();
  frame.unique_camera_model = tiff.Text(main, tag::kUniqueCameraModel);
  bool more = false;
  for (uint16_t tag : {tag::kProfileHueSatMapDims, tag::kProfileLookTableDims,
                       tag::kProfileToneCurve, tag::kBaselineExposureOffset}) {
    more |= main.Find(tag) != nullptr;
  }
  if (!more) return;
  auto file = ReadProfileTags(tiff, main, frame.unique_camera_model);
  if (!file) {
    frame.warnings.push_back("the camera profile of the file is not used: " + file.error().message);
    return;
  }
  frame.profile = std::make_shared<const DcpProfile>(std::move(file->profile));
  for (std::string& warning : file->warnings) frame.warnings.push_back(std::move(warning));
}

std::vector<double> ReadNoiseProfile(const TiffFile& tiff, const TiffIfd& raw) {
  auto values = tiff.Numbers(raw, tag::kNoiseProfile, 64);
  if (values.empty()) values = tiff.Numbers(tiff.main_ifd(), tag::kNoiseProfile, 64);
  if (values.size() != 2 && values.size() != 6) values.clear();
  return values;
}

ExifInfo ReadExif(const TiffFile& tiff) {
  ExifInfo exif;
  const TiffIfd& main = tiff.main_ifd();
  const TiffIfd* sub = tiff.exif_ifd();
  const auto number = [&](uint16_t tag) {
    const double value = sub ? Positive(tiff.Number(*sub, tag)) : 0.0;
    return value > 0 ? value : Positive(tiff.Number(main, tag));
  };
  const auto text = [&](uint16_t tag) {
    std::string value = sub ? tiff.Text(*sub, tag) : "";
    return value.empty() ? tiff.Text(main, tag) : value;
  };
  exif.make = tiff.Text(main, tag::kMake);
  exif.model = tiff.Text(main, tag::kModel);
  if (exif.model.empty()) exif.model = tiff.Text(main, tag::kUniqueCameraModel);
  exif.software = tiff.Text(main, tag::kSoftware);
  exif.lens = text(tag::kLensModel);
  if (exif.lens.empty()) exif.lens = LensOfRange(tiff);
  exif.datetime_original = text(tag::kDateTimeOriginal);
  if (exif.datetime_original.empty()) exif.datetime_original = text(tag::kDateTime);
  exif.subsec_original = text(tag::kSubSecTimeOriginal);
  exif.exposure_s = number(tag::kExposureTime);
  exif.f_number = number(tag::kFNumber);
  exif.iso = number(tag::kIso);
  // 65535 stands for "more than this field can say".
  if (exif.iso == 0 || exif.iso >= 65535) {
    const double index = number(tag::kRecommendedExposureIndex);
    if (index > 0) exif.iso = index;
  }
  // APEX values may be zero or negative, so they are not read as measures.
  const auto apex = [&](uint16_t tag) -> std::optional<double> {
    const auto value = sub ? tiff.Number(*sub, tag) : std::nullopt;
    return value && std::abs(*value) < 30 ? value : std::nullopt;
  };
  if (exif.exposure_s == 0) {
    if (const auto v = apex(tag::kShutterSpeedValue)) exif.exposure_s = std::exp2(-*v);
  }
  if (exif.f_number == 0) {
    if (const auto v = apex(tag::kApertureValue)) exif.f_number = std::exp2(*v / 2);
  }
  exif.focal_length_mm = number(tag::kFocalLength);
  exif.focal_length_35mm = IntWithin(number(tag::kFocalLength35mm) + 0.5, 0, 100'000).value_or(0);
  return exif;
}

}  // namespace petzval
