// Adapter of lcms2: matrix and curves of ICC profiles.
#include <lcms2.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "petzval/base/matrix.h"
#include "petzval/image/picture_file.h"

namespace petzval {
namespace {

// As many that every 8- and 16-bit code has its own sample.
constexpr int kCurveSamples = 65536;

struct CloseProfile {
  void operator()(void* p) const { cmsCloseProfile(p); }
};
using Profile = std::unique_ptr<void, CloseProfile>;

bool IsIdentity(const std::vector<float>& curve) {
  for (int i = 0; i < kCurveSamples; i += 97) {
    if (std::fabs(curve[i] - static_cast<float>(i) / (kCurveSamples - 1)) > 2e-6f) return false;
  }
  return true;
}

bool SampleCurve(const cmsToneCurve* tone, std::vector<float>* curve) {
  curve->resize(kCurveSamples);
  for (int i = 0; i < kCurveSamples; ++i) {
    const float y = cmsEvalToneCurveFloat(tone, static_cast<float>(i) / (kCurveSamples - 1));
    if (!std::isfinite(y)) return false;
    (*curve)[i] = y;
  }
  if (IsIdentity(*curve)) curve->clear();
  return true;
}

std::string Description(cmsHPROFILE profile) {
  char text[128] = "";
  cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", text, sizeof text);
  std::string name;
  for (const char* p = text; *p != 0; ++p) {
    if (*p >= 32 && *p < 127) name += *p;
  }
  return name.empty() ? "unnamed profile" : name;
}

Result<ProfileColor> ColorOfProfile(cmsHPROFILE profile, int planes) {
  const auto wrong = [](const char* what) { return Fail(ErrorCode::kInvalidInput, what); };
  ProfileColor color;
  color.name = Description(profile);
  const auto curve_of = [&](cmsTagSignature tag, int c) {
    const auto* tone = static_cast<const cmsToneCurve*>(cmsReadTag(profile, tag));
    return tone != nullptr && SampleCurve(tone, &color.curve[c]);
  };
  const cmsColorSpaceSignature space = cmsGetColorSpace(profile);
  if (space == cmsSigGrayData) {
    if (planes != 1) return wrong("the colour profile is one for grey pictures, this one is RGB");
    if (!curve_of(cmsSigGrayTRCTag, 0)) return wrong("the grey profile has no curve");
    color.curve[1] = color.curve[2] = color.curve[0];
    // Grey is neutral: any primaries that add up to D50 do, such as those of sRGB.
    auto srgb = ColorOf(StatedSpace{});
    if (!srgb) return srgb;
    color.xyz_d50 = srgb->xyz_d50;
    return color;
  }
  if (space != cmsSigRgbData) return wrong("the colour profile is not one for RGB pictures");
  const cmsTagSignature colorants[] = {cmsSigRedColorantTag, cmsSigGreenColorantTag,
                                       cmsSigBlueColorantTag};
  const cmsTagSignature curves[] = {cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag};
  if (cmsGetPCS(profile) != cmsSigXYZData || !cmsIsMatrixShaper(profile)) {
    return wrong("the colour profile consists of tables; only a matrix with curves is read");
  }
  Mat3 matrix;
  for (int c = 0; c < 3; ++c) {
    const auto* xyz = static_cast<const cmsCIEXYZ*>(cmsReadTag(profile, colorants[c]));
    if (xyz == nullptr || !curve_of(curves[c], c)) return wrong("the colour profile is damaged");
    matrix[0][c] = xyz->X;
    matrix[1][c] = xyz->Y;
    matrix[2][c] = xyz->Z;
  }
  const double determinant = Determinant(matrix);
  if (!(std::fabs(determinant) > 1e-6) || !std::isfinite(determinant)) {
    return wrong("the primaries of the colour profile lie on a line");
  }
  color.xyz_d50 = matrix.m;
  return color;
}

}  // namespace

Result<ProfileColor> ReadProfile(std::span<const uint8_t> icc, int planes) {
  if (icc.size() > static_cast<size_t>(kMaxProfileBytes)) {
    return Fail(ErrorCode::kTooLarge, "the colour profile is larger than 32 MiB");
  }
  const Profile profile(
      cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  if (!profile) return Fail(ErrorCode::kInvalidInput, "the colour profile is damaged");
  return ColorOfProfile(profile.get(), planes);
}

Result<ProfileColor> ColorOf(const StatedSpace& space) {
  const auto& xy = space.xy;
  for (int i = 0; i < 8; i += 2) {
    if (!(xy[i] >= 0 && xy[i] <= 1 && xy[i + 1] > (i == 6 ? 0.01 : -0.1) && xy[i + 1] <= 1)) {
      return Fail(ErrorCode::kInvalidInput, "the file states primaries that are no colours");
    }
  }
  if (!(space.gamma == 0 || (space.gamma > 0.1 && space.gamma < 10))) {
    return Fail(ErrorCode::kInvalidInput, "the file states a gamma that is no exponent");
  }
  const cmsCIExyY white{xy[6], xy[7], 1};
  const cmsCIExyYTRIPLE primaries{{xy[0], xy[1], 1}, {xy[2], xy[3], 1}, {xy[4], xy[5], 1}};
  // IEC 61966-2-1 as an ICC parametric curve of type 4.
  const cmsFloat64Number srgb[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  cmsToneCurve* tone = space.gamma == 0 ? cmsBuildParametricToneCurve(nullptr, 4, srgb)
                                        : cmsBuildGamma(nullptr, space.gamma);
  if (!tone) return Fail(ErrorCode::kTooLarge, "no memory for the colour of the picture");
  cmsToneCurve* tones[3] = {tone, tone, tone};
  const Profile profile(cmsCreateRGBProfile(&white, &primaries, tones));
  cmsFreeToneCurve(tone);
  if (!profile)
    return Fail(ErrorCode::kInvalidInput, "the file states primaries that are no colours");
  auto color = ColorOfProfile(profile.get(), 3);
  if (color) color->name = space.name;
  return color;
}

}  // namespace petzval
