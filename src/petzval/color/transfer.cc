// Transfer functions of video: BT.709, BT.1886 and HLG.
#include "petzval/color/transfer.h"

#include <algorithm>

namespace petzval {
namespace {

// BT.2100, table 5.
constexpr double kA = 0.17883277, kB = 1 - 4 * kA, kC = 0.55991073;

double Rec2020Luminance(const Vec3& rgb) {
  return 0.2627 * rgb[0] + 0.6780 * rgb[1] + 0.0593 * rgb[2];
}

}  // namespace

double EncodeRec709(double linear) {
  const double x = std::fabs(linear);
  return std::copysign(x < 0.018 ? 4.5 * x : 1.099 * std::pow(x, 0.45) - 0.099, linear);
}

double DecodeRec709(double code) {
  const double y = std::fabs(code);
  return std::copysign(y < 0.081 ? y / 4.5 : std::pow((y + 0.099) / 1.099, 1 / 0.45), code);
}

double DecodeBt1886(double code, double white_nits, double black_nits) {
  const double w = std::pow(white_nits, 1 / 2.4), b = std::pow(black_nits, 1 / 2.4);
  return std::pow(std::max((w - b) * code + b, 0.0), 2.4);
}

double EncodeBt1886(double light, double white_nits, double black_nits) {
  const double w = std::pow(white_nits, 1 / 2.4), b = std::pow(black_nits, 1 / 2.4);
  return (std::pow(std::max(light, black_nits), 1 / 2.4) - b) / (w - b);
}

double EncodeHlg(double scene) {
  const double e = std::max(scene, 0.0);
  return e <= 1.0 / 12 ? std::sqrt(3 * e) : kA * std::log(12 * e - kB) + kC;
}

double DecodeHlg(double code) {
  const double v = std::max(code, 0.0);
  return v <= 0.5 ? v * v / 3 : (std::exp((v - kC) / kA) + kB) / 12;
}

double HlgSystemGamma(double peak_nits) {
  if (peak_nits >= 400 && peak_nits <= 2000) return 1.2 + 0.42 * std::log10(peak_nits / 1000);
  return 1.2 * std::pow(1.111, std::log2(peak_nits / 1000));
}

Vec3 HlgDisplayFromScene(const Vec3& scene_rec2020, double peak_nits) {
  const double y = Rec2020Luminance(scene_rec2020);
  if (!(y > 0)) return {};
  const double gain = peak_nits * std::pow(y, HlgSystemGamma(peak_nits) - 1);
  return {{gain * scene_rec2020[0], gain * scene_rec2020[1], gain * scene_rec2020[2]}};
}

Vec3 HlgSceneFromDisplay(const Vec3& nits_rec2020, double peak_nits) {
  const double y = Rec2020Luminance(nits_rec2020) / peak_nits;
  if (!(y > 0)) return {};
  const double gain = std::pow(y, 1 / HlgSystemGamma(peak_nits) - 1) / peak_nits;
  return {{gain * nits_rec2020[0], gain * nits_rec2020[1], gain * nits_rec2020[2]}};
}

}  // namespace petzval
