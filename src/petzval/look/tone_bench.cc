// What tone operators and looks do to hue: drift over exposure, two screens, the baked table, time.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"
#include "petzval/look/color_path.h"
#include "petzval/look/gamut.h"
#include "petzval/look/hue_drift_test_util.h"
#include "petzval/look/render_tables.h"

namespace petzval {
namespace {

constexpr double kDeg = std::numbers::pi / 180;

void Set(Look* look, const std::string& name, double value) {
  for (auto& [key, v] : look->values) {
    if (key == name) v = value;
  }
}

struct Drift {
  double mean = 0, worst = 0;
};

// Over the 24 hues of hue_drift_golden.json; `render` takes and gives linear colours.
Drift DriftOf(const OklabConverter& out, const std::function<Vec3(const Vec3&)>& render) {
  const OklabConverter rec709(kRec709);
  Drift drift;
  for (int hue = 0; hue < 360; hue += 15) {
    const double d = std::fabs(LargestDriftDeg(DriftHue(hue), rec709, out, render));
    drift.mean += d / 24;
    drift.worst = std::max(drift.worst, d);
  }
  return drift;
}

void PrintOperators() {
  fmt::print("Oklab hue drift, 24 hues, -2..+6 EV, contrast 1.6, mean/worst in degrees\n");
  fmt::print("{:12}{:>16}", "operator", "alone");
  for (double p : {0.25, 0.5, 0.75, 1.0}) fmt::print("{:>16}", fmt::format("p = {}", p));
  fmt::print("\n");
  const OklabConverter p3(kDisplayP3);
  const Mat3 p3_from_709 = RgbFromRgb(kDisplayP3, kRec709);
  for (const char* name : {"sigmoid", "film-like", "agx", "aces2"}) {
    const auto tone = MakeToneOperator({*FindToneKind(name), 1.6, 0.1845, 64, 1});
    fmt::print("{:12}", name);
    for (double p : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const Drift d = DriftOf(p3, [&](const Vec3& in) {
        const Vec3 scene = p3_from_709 * in;
        return p3.ToRgb(PreserveHue(p3.FromRgb(scene), p3.FromRgb(tone->Apply(scene)), p));
      });
      fmt::print("{:>16}", fmt::format("{:.2f}/{:.1f}", d.mean, d.worst));
    }
    fmt::print("\n");
  }
}

void PrintLooks() {
  fmt::print("\nLooks to sRGB, whole path (scene gamut, operator, grade, display gamut)\n");
  fmt::print("{:28}{:>14}{:>14}{:>18}{:>10}\n", "look", "drift", "same, p = 1", "HDR/SDR hue, deg",
             "bake, ms");
  const OklabConverter srgb(kRec709), p3(kDisplayP3), rec2020(kRec2020);
  const Mat3 rec2020_from_709 = RgbFromRgb(kRec2020, kRec709);
  for (const std::string& name : LookNames()) {
    const Look look = *LoadLook(name);
    if (look.Text("tone_operator") == "profile") continue;  // has none of its own
    const auto drift = [&](const Look& which) {
      const ColorPath path(which, 31, OutputSpace::kSrgb);
      const Drift d = DriftOf(srgb, [&](const Vec3& in) {
        Vec3 rgb = path.Encode(rec2020_from_709 * in);
        for (double& v : rgb.v) v = DecodeSrgb(v);
        return rgb;
      });
      return fmt::format("{:.2f}/{:.1f}", d.mean, d.worst);
    };
    Look constant = look, high = look;
    for (const char* key : {"hue_preservation", "skin_hue_preservation"}) Set(&constant, key, 1);
    Set(&high, "headroom", 4);
    const ColorPath sdr(look, 8, OutputSpace::kDisplayP3), hdr(high, 8, OutputSpace::kRec2020Pq);
    const DisplayCode code(OutputSpace::kRec2020Pq, 4);
    double worst = 0;
    for (int hue = 0; hue < 360; hue += 15) {
      for (double ev = -4; ev <= 3; ev += 0.5) {
        Vec3 scene = rec2020_from_709 * DriftHue(hue, 0.6);
        for (double& v : scene.v) v *= 0.5 * std::exp2(ev);
        Vec3 a = sdr.Encode(scene), b = hdr.Encode(scene);
        for (int i = 0; i < 3; ++i) {
          a[i] = DecodeSrgb(a[i]);
          b[i] = code.Decode(b[i]);
        }
        const OklchColor x = OklchFromOklab(p3.FromRgb(a)), y = OklchFromOklab(rec2020.FromRgb(b));
        if (x.c < 0.03 || y.c < 0.03) continue;
        worst = std::max(worst, std::fabs(WrapAngle(x.h - y.h)) / kDeg);
      }
    }
    const auto begin = std::chrono::steady_clock::now();
    const std::vector<float> table = BakeColorTable(sdr, kColorTableSize);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    fmt::print("{:28}{:>14}{:>14}{:>18.2f}{:>10.1f}\n", name, drift(look), drift(constant), worst,
               table.empty() ? 0 : took.count());
  }
}

}  // namespace
}  // namespace petzval

int main() {
  petzval::PrintOperators();
  petzval::PrintLooks();
  return 0;
}
