// The curve from the greys of a rendering; the table from what it does to colours before that
// curve, whose rule for three channels can be undone exactly.
#include "petzval/calibrate/dcp/fit_look.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "petzval/color/difference.h"
#include "petzval/color/transfer.h"

namespace petzval::calibrate {
namespace {

const Vec3 kD50 = XyzFromChromaticity(kWhiteD50);

Vec3 Lab(const Vec3& prophoto) {
  static const Mat3 to_xyz = XyzFromRgb(kProPhoto);
  return LabFromXyz(to_xyz * prophoto, kD50);
}

Vec3 Bounded(const Vec3& v) {
  return {{std::clamp(v[0], 0.0, 1.0), std::clamp(v[1], 0.0, 1.0), std::clamp(v[2], 0.0, 1.0)}};
}

// The function at `white` times a colour; none when it gives no number.
std::optional<Vec3> Ask(const ColorFunction& function, const Vec3& color, double white) {
  const Vec3 out = function({{white * color[0], white * color[1], white * color[2]}});
  if (!std::isfinite(out[0] + out[1] + out[2])) return std::nullopt;
  return Bounded(out);
}

// The smallest x of 0..1 at which the ascending curve reaches y.
double Undo(const DcpToneCurve& curve, double y) {
  double low = 0, high = 1;
  if (curve.At(0) >= y) return 0;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (curve.At(middle) < y ? low : high) = middle;
  }
  return (low + high) / 2;
}

Status FitCurve(const ColorFunction& function, const LookFitOptions& options, FittedLook* look) {
  const Mat3 xyz_from_prophoto = XyzFromRgb(kProPhoto);
  double last = -1;
  for (int i = 0; i < options.curve_points; ++i) {
    // Closer together in the shadows, where curves bend most.
    const double x = std::pow(i / (options.curve_points - 1.0), 2.2);
    const auto grey = Ask(function, {{x, x, x}}, options.white);
    if (!grey) return Fail(ErrorCode::kInvalidInput, "the rendering of a grey is no number");
    const double y = (xyz_from_prophoto * *grey)[1];
    if (y < last - 1e-3) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the rendering of greys does not ascend at {:.4f}", x));
    }
    last = std::max(y, last);
    look->tone_curve.push_back({x, std::clamp(last, 0.0, 1.0)});
    const Vec3 lab = Lab(*grey);
    look->grey_chroma = std::max(look->grey_chroma, std::hypot(lab[1], lab[2]));
  }
  return {};
}

Status FitTable(const ColorFunction& function, const LookFitOptions& options,
                const DcpToneCurve& curve, FittedLook* look) {
  // Limits towards grey and black are taken a little off them.
  constexpr double kLeastSaturation = 0.02, kLeastValue = 0.02;
  HueSatMap& map = look->look;
  map = HueSatMap::Identity(options.hues, options.saturations, options.values);
  map.srgb_values = options.values > 1;
  for (int v = 0; v < map.values; ++v) {
    const double encoded =
        map.values > 1 ? std::max(kLeastValue, v / (map.values - 1.0)) : EncodeSrgb(0.18);
    for (int h = 0; h < map.hues; ++h) {
      for (int s = 0; s < map.saturations; ++s) {
        const HsvColor in{6.0 * h / map.hues,
                          std::max(kLeastSaturation, s / (map.saturations - 1.0)),
                          DecodeSrgb(encoded)};
        const auto want = Ask(function, RgbFromHsv(in), options.white);
        if (!want) return Fail(ErrorCode::kInvalidInput, "the rendering of a colour is no number");
        const Vec3 before = ApplyKeepingPlace([&](double y) { return Undo(curve, y); }, *want);
        const HsvColor out = HsvFromRgb(before);
        HueSatMap::Delta& d = map.At(h, s, v);
        if (out.v > 0 && out.s > 0) {
          const double shift = out.h - in.h;
          d.hue_shift_deg = static_cast<float>(60 * (shift - 6 * std::round(shift / 6)));
        }
        d.saturation_scale = static_cast<float>(std::clamp(out.s / in.s, 0.0, 20.0));
        const double scale = map.srgb_values ? EncodeSrgb(out.v) / encoded : out.v / in.v;
        d.value_scale = s == 0 ? 1.0f : static_cast<float>(std::clamp(scale, 0.0, 20.0));
      }
    }
  }
  return {};
}

// Colours of surfaces and displays: a grid over encoded Rec.709.
std::vector<Vec3> TestColors() {
  constexpr int kSteps = 11;
  const Mat3 to_prophoto = RgbFromRgb(kProPhoto, kRec709);
  std::vector<Vec3> colors;
  for (int r = 0; r < kSteps; ++r) {
    for (int g = 0; g < kSteps; ++g) {
      for (int b = 0; b < kSteps; ++b) {
        const auto level = [](int i) { return DecodeSrgb((i + 0.5) / kSteps); };
        colors.push_back(to_prophoto * Vec3{{level(r), level(g), level(b)}});
      }
    }
  }
  return colors;
}

void Compare(const ColorFunction& function, const LookFitOptions& options,
             const DcpToneCurve& curve, FittedLook* look) {
  std::vector<double> differences;
  for (const Vec3& color : TestColors()) {
    const auto want = Ask(function, color, options.white);
    if (!want) continue;
    const Vec3 got = Bounded(curve.Apply(Bounded(look->look.Apply(Bounded(color)))));
    differences.push_back(DeltaE2000(Lab(*want), Lab(got)));
  }
  std::sort(differences.begin(), differences.end());
  for (double d : differences) look->de_mean += d / static_cast<double>(differences.size());
  look->de_p95 = differences[differences.size() * 95 / 100];
  look->de_max = differences.back();
}

}  // namespace

Result<FittedLook> FitLook(const ColorFunction& function, const LookFitOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckHueSatMap(HueSatMap::Identity(
      std::clamp(options.hues, 0, 1000), std::clamp(options.saturations, 0, 1000),
      std::clamp(options.values, 0, 1000))));
  if (options.curve_points < 2 || options.curve_points > 8192 || !(options.white > 1e-3) ||
      !(options.white < 1e3)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a tone curve of {} points that ends at {} is not possible",
                            options.curve_points, options.white));
  }
  FittedLook look;
  look.baseline_exposure_offset_ev = -std::log2(options.white);
  PETZVAL_RETURN_IF_ERROR(FitCurve(function, options, &look));
  const DcpToneCurve curve(look.tone_curve);
  PETZVAL_RETURN_IF_ERROR(FitTable(function, options, curve, &look));
  Compare(function, options, curve, &look);
  return look;
}

}  // namespace petzval::calibrate
