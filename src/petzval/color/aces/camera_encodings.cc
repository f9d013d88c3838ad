// Encodings of cameras and film scanners into the Academy's space.
#include "petzval/color/aces/camera_encodings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <iterator>

#include "petzval/color/camera_log.h"

namespace petzval::aces {
namespace {

// Apple, Apple Log Profile White Paper (2023).
double DecodeAppleLog(double code) {
  constexpr double kR0 = -0.05641088, kRt = 0.01, kC = 47.28711236, kBeta = 0.00964052;
  constexpr double kGamma = 0.08550479, kDelta = 0.69336945;
  if (code >= kC * (kRt - kR0) * (kRt - kR0)) return std::exp2((code - kDelta) / kGamma) - kBeta;
  return code >= 0 ? std::sqrt(code / kC) + kR0 : kR0;
}

// ARRI, LogC4 Specification (2022).
double DecodeLogC4(double code) {
  const double a = (std::exp2(18) - 16) / 117.45, b = (1023.0 - 95) / 1023, c = 95.0 / 1023;
  if (code >= 0) return (std::exp2(14 * (code - c) / b + 6) - 64) / a;
  const double slope = 7 * std::log(2.0) * std::exp2(7 - 14 * c / b) / (a * b);
  return code * slope + (std::exp2(14 * (-c / b) + 6) - 64) / a;
}

// Canon, Canon Log Gamma Curves (2020).
double DecodeCanonLog2(double code) {
  constexpr double kZero = 0.092864125, kScale = 0.24136077, kGain = 87.09937546;
  const double x = (std::pow(10.0, std::fabs(code - kZero) / kScale) - 1) / kGain;
  return 0.9 * std::copysign(x, code - kZero);
}
double DecodeCanonLog3(double code) {
  constexpr double kScale = 0.36726845, kGain = 14.98325;
  if (code < 0.097465473) return -0.9 * (std::pow(10.0, (0.12783901 - code) / kScale) - 1) / kGain;
  if (code <= 0.15277891) return 0.9 * (code - 0.12512219) / 1.9754798;
  return 0.9 * (std::pow(10.0, (code - 0.12240537) / kScale) - 1) / kGain;
}

// Panasonic, V-Log/V-Gamut Reference Manual (2014).
double DecodeVLog(double code) {
  return code < 0.181 ? (code - 0.125) / 5.6
                      : std::pow(10.0, (code - 0.598206) / 0.241514) - 0.00873;
}

// RED: REDLogFilm is the curve of Cineon; Log3G10 (RED, White Paper on REDWideGamutRGB, 2017).
double DecodeRedLogFilm(double code) {
  const double offset = std::pow(10.0, (95.0 - 685) / 300);
  return (std::pow(10.0, (1023 * code - 685) / 300) - offset) / (1 - offset);
}
double DecodeLog3G10(double code) {
  return code < 0 ? code / 15.1927 - 0.01
                  : (std::pow(10.0, code / 0.224282) - 1) / 155.975327 - 0.01;
}

// Sony, Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3 (2014).
double DecodeSLog3(double code) {
  constexpr double kCut = 171.2102946929;
  const double dn = 1023 * code;
  return dn >= kCut ? std::pow(10.0, (dn - 420) / 261.5) * (0.18 + 0.01) - 0.01
                    : (dn - 95) * 0.01125 / (kCut - 95);
}

constexpr RgbSpace kAlexa3{{0.684, 0.313}, {0.221, 0.848}, {0.0861, -0.1020}, kWhiteD65};
constexpr RgbSpace kAlexa4{{0.7347, 0.2653}, {0.1424, 0.8576}, {0.0991, -0.0308}, kWhiteD65};
constexpr RgbSpace kCinemaGamut{{0.740, 0.270}, {0.170, 1.140}, {0.080, -0.100}, kWhiteD65};
constexpr RgbSpace kVGamut{{0.730, 0.280}, {0.165, 0.840}, {0.100, -0.030}, kWhiteD65};
constexpr RgbSpace kRedWide{
    {0.780308, 0.304253}, {0.121595, 1.493994}, {0.095612, -0.084589}, kWhiteD65};
constexpr RgbSpace kSGamut3{{0.730, 0.280}, {0.140, 0.855}, {0.100, -0.050}, kWhiteD65};
constexpr RgbSpace kSGamut3Cine{{0.766, 0.275}, {0.225, 0.800}, {0.089, -0.087}, kWhiteD65};
constexpr RgbSpace kVenice{{0.740464264304292, 0.279364374750660},
                           {0.089241145423286, 0.893809528608105},
                           {0.110488236673827, -0.052579333080476},
                           kWhiteD65};
constexpr RgbSpace kVeniceCine{{0.775901871567345, 0.274502392854799},
                               {0.188682902773355, 0.828684937020288},
                               {0.101337382499301, -0.089187517306263},
                               kWhiteD65};

constexpr AdaptationMethod kBfd = AdaptationMethod::kBradford, kCat02 = AdaptationMethod::kCat02;
constexpr CameraEncoding kEncodings[] = {
    {"apple-log", DecodeAppleLog, kRec2020, kBfd},
    {"arri-logc3-ei800", DecodeLogC3, kAlexa3, kCat02},
    {"arri-logc4", DecodeLogC4, kAlexa4, kCat02},
    {"canon-log2", DecodeCanonLog2, kCinemaGamut, kCat02},
    {"canon-log3", DecodeCanonLog3, kCinemaGamut, kCat02},
    {"leica-llog", DecodeLLog, kRec2020, kBfd},
    {"panasonic-vlog", DecodeVLog, kVGamut, kBfd},
    {"red-logfilm", DecodeRedLogFilm, kRedWide, kBfd},
    {"red-log3g10", DecodeLog3G10, kRedWide, kBfd},
    {"sony-slog3-sgamut3", DecodeSLog3, kSGamut3, kCat02},
    {"sony-slog3-sgamut3-cine", DecodeSLog3, kSGamut3Cine, kCat02},
    {"sony-slog3-venice", DecodeSLog3, kVenice, kCat02},
    {"sony-slog3-venice-cine", DecodeSLog3, kVeniceCine, kCat02},
};

// Channel-dependent density to exposure: to channel-independent density by a matrix, through the
// characteristic curve of the reference film, to ACES by another matrix.
Vec3 AcesFromDensity(const Vec3& density) {
  constexpr Mat3 kIndependent = {
      {{{0.75573, 0.22197, 0.02230}, {0.05901, 0.96928, -0.02829}, {0.16134, 0.07406, 0.76460}}}};
  constexpr Mat3 kAces = {
      {{{0.72286, 0.12630, 0.15084}, {0.11923, 0.76418, 0.11659}, {0.01427, 0.08213, 0.90359}}}};
  constexpr std::array<double, 11> kDensity = {-0.19, 0.01, 0.028, 0.054, 0.095, 0.145,
                                               0.22,  0.3,  0.4,   0.5,   0.6};
  constexpr std::array<double, 11> kLogExposure = {
      -6,           -2.721718645, -2.521718645, -2.321718645, -2.121718645,      -1.921718645,
      -1.721718645, -1.521718645, -1.321718645, -1.121718645, -0.926545676714876};
  const double reference = (7120.0 - 1520) / 8000 * (100.0 / 55) - std::log10(0.18);
  Vec3 exposure = kIndependent * density;
  for (int i = 0; i < 3; ++i) {
    const double d = exposure[i];
    double log_exposure = 100.0 / 55 * d - reference;
    if (d <= kDensity.back()) {
      const auto next = std::upper_bound(kDensity.begin() + 1, kDensity.end() - 1, d);
      const auto k = static_cast<size_t>(next - kDensity.begin());
      const double t = std::max((d - kDensity[k - 1]) / (kDensity[k] - kDensity[k - 1]), 0.0);
      log_exposure = kLogExposure[k - 1] + t * (kLogExposure[k] - kLogExposure[k - 1]);
    }
    exposure[i] = std::pow(10.0, log_exposure);
  }
  return kAces * exposure;
}

Vec3 Scaled(const Vec3& codes, double gain, double offset) {
  return {{codes[0] * gain - offset, codes[1] * gain - offset, codes[2] * gain - offset}};
}

}  // namespace

std::span<const CameraEncoding> CameraEncodings() { return kEncodings; }

const CameraEncoding* FindCameraEncoding(const char* name) {
  const auto* found = std::find_if(std::begin(kEncodings), std::end(kEncodings),
                                   [&](const auto& e) { return !std::strcmp(e.name, name); });
  return found == std::end(kEncodings) ? nullptr : found;
}

Vec3 AcesFromCamera(const CameraEncoding& encoding, const Vec3& codes) {
  const Mat3 adaptation = Adaptation(encoding.adaptation, XyzFromChromaticity(kWhiteAces),
                                     XyzFromChromaticity(encoding.space.white));
  const Vec3 linear = {
      {encoding.decode(codes[0]), encoding.decode(codes[1]), encoding.decode(codes[2])}};
  return RgbFromXyz(kAp0) * (adaptation * (XyzFromRgb(encoding.space) * linear));
}

double DecodeAcesProxy10(double code) { return std::exp2((1023 * code - 425) / 50 - 2.5); }

Vec3 AcesFromAdx10(const Vec3& codes) {
  return AcesFromDensity(Scaled(codes, 1023.0 / 500, 95.0 / 500));
}
Vec3 AcesFromAdx16(const Vec3& codes) {
  return AcesFromDensity(Scaled(codes, 65535.0 / 8000, 1520.0 / 8000));
}

Vec3 FixBlueLight(const Vec3& ap0) {
  constexpr Mat3 kFix = {{{{0.9404372683, -0.0183068787, 0.0778696104},
                           {0.0083786969, 0.8286599939, 0.1629613092},
                           {0.0005471261, -0.0008833746, 1.0003362486}}}};
  return kFix * ap0;
}

}  // namespace petzval::aces
