// Blue LEDs through the matrices of many cameras: no black pixels, no jumps of hue, no folds.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "petzval/color/difference.h"
#include "petzval/color/golden_test_util.h"
#include "petzval/color/shared_spectra_test_util.h"
#include "petzval/color/transfer.h"
#include "petzval/look/color_path.h"

namespace petzval {
namespace {

constexpr double kDeg = std::numbers::pi / 180;

// White-balanced camera RGB of a light with a reflectance in front: white of D65 = 1.
struct Camera {
  Vec3 white;
  std::vector<SpectralDistribution> ssf;
  explicit Camera(std::vector<SpectralDistribution> sensitivities) : ssf(std::move(sensitivities)) {
    const SpectralDistribution d65 = *FindLight("D65");
    for (int c = 0; c < 3; ++c) white[c] = Integral(ssf[c], d65);
  }
  Vec3 Rgb(const SpectralDistribution& light) const {
    Vec3 rgb;
    for (int c = 0; c < 3; ++c) rgb[c] = Integral(ssf[c], light) / white[c];
    return rgb;
  }
};

// Least squares on the 24 patches under D65, XYZ from camera: what makes blue lamps hardest.
Mat3 LeastSquares(const Camera& camera) {
  const SpectralDistribution d65 = *FindLight("D65");
  const auto chart = *FindReflectances("colorchecker24");
  Mat3 normal, right;
  for (const SpectralDistribution& r : chart.reflectance) {
    const Vec3 rgb = camera.Rgb(r * d65), xyz = XyzOfReflectance(r, d65);
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        normal[i][j] += rgb[i] * rgb[j];
        right[i][j] += xyz[i] * rgb[j];
      }
    }
  }
  return right * Inverse(normal);
}

SpectralDistribution Led(double nm) {
  SpectralDistribution led;
  const double sigma = 20 / 2.35482;
  for (int i = 0; i < kSpectralCount; ++i) {
    const double d = (SpectralDistribution::Nm(i) - nm) / sigma;
    led.value[i] = std::exp(-d * d / 2);
  }
  return led;
}

// What one lamp does on its way from dark to +4 EV beyond clipping. Empty: all is well.
std::string Fault(const ColorPath& path, const Vec3& lamp) {
  const OklabConverter out(kRec709);
  const Mat3 xyz_from_rgb = XyzFromRgb(kRec709);
  double last_y = 0, last_step = 1e9, hue_min = 1e9, hue_max = -1e9;
  const double largest = std::max({std::fabs(lamp[0]), std::fabs(lamp[1]), std::fabs(lamp[2])});
  for (double ev = -6; ev <= 4; ev += 0.1) {
    const double e = std::exp2(ev) / largest;
    Vec3 rgb = path.Encode({{e * lamp[0], e * lamp[1], e * lamp[2]}});
    for (double& v : rgb.v) {
      if (!(v >= 0 && v <= 1)) return "a code value out of range at EV " + std::to_string(ev);
      v = DecodeSrgb(v);
    }
    const double y = (xyz_from_rgb * rgb)[1];
    if (!(y > 0)) return "black at EV " + std::to_string(ev);
    if (y < last_y * (1 - 1e-9)) return "darker at EV " + std::to_string(ev);
    const double step = LightnessFromLuminance(y) - LightnessFromLuminance(last_y);
    if (step > 2 * last_step + 0.2) return "a jump of lightness at EV " + std::to_string(ev);
    last_step = ev > -5.95 ? step : 1e9;
    last_y = y;
    const OklchColor c = OklchFromOklab(out.FromRgb(rgb));
    if (c.c > 0.03) {
      hue_min = std::min(hue_min, c.h / kDeg);
      hue_max = std::max(hue_max, c.h / kDeg);
    }
  }
  if (hue_max - hue_min > 5) return "hue turns by " + std::to_string(hue_max - hue_min) + " deg";
  return "";
}

TEST(BlueLamp, EverySensitivityAndWavelength) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(SharedColourPath("ssf"), error)) {
    if (entry.path().extension() == ".csv") {
      files.push_back(std::filesystem::relative(entry.path(), SharedColourPath("")).string());
    }
  }
  if (files.empty()) GTEST_SKIP() << SharedColourPath("ssf") << " is not there";
  std::vector<ColorPath> paths;
  for (const char* name : {"authentic", "vivid"}) {
    paths.emplace_back(*LoadLook(name), 8, OutputSpace::kSrgb);
  }
  int lamps = 0, cameras = 0, negative = 0;
  for (const std::string& file : files) {
    std::vector<SpectralDistribution> ssf = SharedSpectra(file);
    if (ssf.size() != 3) continue;
    for (auto& s : ssf) {
      for (double& v : s.value) v = std::max(0.0, v);
    }
    const Camera camera(ssf);
    if (!(camera.white[0] > 0 && camera.white[1] > 0 && camera.white[2] > 0)) continue;
    ++cameras;
    const Mat3 rec2020 = RgbFromXyz(kRec2020) * LeastSquares(camera);
    for (double nm : {450.0, 455.0, 460.0, 465.0, 470.0}) {
      const Vec3 lamp = rec2020 * camera.Rgb(Led(nm));
      negative += lamp[0] < 0 || lamp[1] < 0;
      for (const ColorPath& path : paths) {
        const std::string fault = Fault(path, lamp);
        EXPECT_TRUE(fault.empty()) << file << " " << nm << " nm: " << fault;
        ++lamps;
      }
    }
  }
  RecordProperty("cameras", cameras);
  RecordProperty("lamps", lamps);
  RecordProperty("with_negative_channels", negative);
  EXPECT_GE(cameras, 50);
  EXPECT_GT(negative, cameras);  // the case is the hard one
}

TEST(BlueLamp, GoldenLampsThroughBothFits) {
  PETZVAL_GOLDEN_JSON(golden, "blue_led_golden.json");
  for (const char* name : {"authentic", "vivid"}) {
    const ColorPath path(*LoadLook(name), 8, OutputSpace::kSrgb);
    for (const auto& [camera, lamps] : golden.at("cams").items()) {
      for (const auto& [nm, lamp] : lamps.items()) {
        for (const char* fit : {"XYZ_dE3x3", "XYZ_RP2_dE"}) {
          const std::string fault = Fault(path, RgbFromXyz(kRec2020) * ToVec3(lamp.at(fit)));
          EXPECT_TRUE(fault.empty()) << camera << " " << nm << " nm " << fit << ": " << fault;
        }
      }
    }
  }
}

}  // namespace
}  // namespace petzval
