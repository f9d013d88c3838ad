// White balance, saturation, skin and glare of a measured chart.
#include "petzval/measure/chart/color_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"

namespace petzval::measure {
namespace {

constexpr double kMinGreyLightness = 25;  // darker ones say more about glare than about balance
constexpr double kMinChroma = 10;
constexpr double kMuchGlare = 0.05;
constexpr double kUnevenLight = 0.1;

// Values of one kind over patches: mean and its standard error.
struct Spread {
  std::vector<double> values;

  double Mean() const {
    double sum = 0;
    for (const double v : values) sum += v;
    return values.empty() ? std::nan("") : sum / static_cast<double>(values.size());
  }
  double StandardError() const {
    if (values.size() < 2) return std::nan("");
    const double mean = Mean(), n = static_cast<double>(values.size());
    double square = 0;
    for (const double v : values) square += (v - mean) * (v - mean);
    return std::sqrt(square / (n - 1) / n);
  }
  double LargestSize() const {
    double largest = values.empty() ? std::nan("") : 0;
    for (const double v : values) largest = std::max(largest, std::abs(v));
    return largest;
  }
};

double Chroma(const Vec3& lab) { return std::hypot(lab[1], lab[2]); }

double HueChange(const Vec3& from, const Vec3& to) {
  const double cross = from[1] * to[2] - from[2] * to[1];
  const double dot = from[1] * to[1] + from[2] * to[2];
  return std::atan2(cross, dot) * 180 / M_PI;
}

double AngleToGrey(const Vec3& v) {
  const double length = std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  return std::acos(std::min(1.0, (v[0] + v[1] + v[2]) / (std::sqrt(3.0) * length))) * 180 / M_PI;
}

Vec3 Unit(const Vec3& v) {
  const double length = std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  return {{v[0] / length, v[1] / length, v[2] / length}};
}

struct Grey {
  Vec3 rgb, reference_rgb;
  double luminance = 0;  // of the reference
};

std::vector<Grey> UsedGreys(const Subject& subject, const ColorReport& report) {
  const Mat3 rgb_from_xyz = Inverse(subject.xyz_d50_from_rgb);
  std::vector<Grey> greys;
  for (const int i : report.located.chart.greys) {
    const ColorPatch& patch = report.patches[i];
    if (!patch.used) continue;
    const Vec3 xyz = XyzFromLab(patch.reference_lab, XyzFromChromaticity(kWhiteD50));
    greys.push_back({patch.statistics.Mean(), rgb_from_xyz * xyz, xyz[1]});
  }
  return greys;
}

// The angle of the mean tint, and the angles of the single patches. Averaging first keeps noise,
// which only adds to an angle, out of the figure.
std::pair<double, Spread> WhiteBalanceError(const std::vector<Grey>& greys) {
  Vec3 mean{};
  Spread angles;
  for (const Grey& g : greys) {
    if (LightnessFromLuminance(g.luminance) < kMinGreyLightness) continue;
    Vec3 ratio;
    bool positive = true;
    for (int c = 0; c < 3; ++c) {
      ratio[c] = g.rgb[c] / g.reference_rgb[c];
      positive &= g.reference_rgb[c] > 0 && g.rgb[c] > 0;
    }
    if (!positive) continue;
    const Vec3 unit = Unit(ratio);
    for (int c = 0; c < 3; ++c) mean[c] += unit[c];
    angles.values.push_back(AngleToGrey(ratio));
  }
  return {angles.values.empty() ? std::nan("") : AngleToGrey(mean), angles};
}

// Uniform light b over the chart turns the line through the greys into rgb = a Y + b; weights 1 / Y
// because the dark patches tell. Mean of b / a over the channels.
double Glare(const std::vector<Grey>& greys) {
  if (greys.size() < 4) return std::nan("");
  double glare = 0;
  for (int c = 0; c < 3; ++c) {
    double w = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (const Grey& g : greys) {
      // Against the reference of the channel: grey patches are not quite neutral.
      const double weight = 1 / g.luminance, r = g.reference_rgb[c];
      w += weight;
      x += weight * r;
      y += weight * g.rgb[c];
      xx += weight * r * r;
      xy += weight * r * g.rgb[c];
    }
    const double slope = (w * xy - x * y) / (w * xx - x * x);
    const double offset = (y - slope * x) / w;
    // As a share of what a white of Y = 1 gives: the channel's reference per luminance.
    const double white = slope * greys.front().reference_rgb[c] / greys.front().luminance;
    glare += offset / white / 3;
  }
  return glare;
}

const char* NameOf(ExposureAlignment exposure) {
  switch (exposure) {
    case ExposureAlignment::kBest:
      return "exposure aligned for the least mean dE2000";
    case ExposureAlignment::kGreys:
      return "exposure aligned on the grey patches";
    case ExposureAlignment::kNone:
      return "exposure as in the file";
  }
  return "";
}

}  // namespace

void AddColorFigures(const Subject& subject, ExposureAlignment exposure, ColorReport* report) {
  Findings& findings = report->findings;
  const Chart& chart = report->located.chart;
  const std::string reference = fmt::format("{} {} under {}", chart.title, report->edition.name,
                                            report->light.empty() ? "D50 (table)" : report->light);
  const auto add = [&](const std::string& name, double value, const std::string& unit, int n,
                       double error, const std::string& conditions, const std::string& note = "") {
    findings.figures.push_back(
        {name, value, unit, n, error, conditions, "color." + name, value == value ? "" : note});
  };

  Spread de, dl, dc, dh, ratio, skin, gradient;
  for (int i = 0; i < chart.size(); ++i) {
    const ColorPatch& patch = report->patches[i];
    if (!patch.used) continue;
    de.values.push_back(patch.de2000);
    dl.values.push_back(patch.dl);
    dc.values.push_back(patch.dc);
    dh.values.push_back(patch.dh);
    if (Chroma(patch.reference_lab) > kMinChroma) {
      ratio.values.push_back(Chroma(patch.lab) / Chroma(patch.reference_lab));
    }
    if (std::count(chart.skins.begin(), chart.skins.end(), i) > 0) {
      skin.values.push_back(HueChange(patch.reference_lab, patch.lab));
    }
    gradient.values.push_back(patch.statistics.channel[1].gradient);
  }
  const int n = static_cast<int>(de.values.size());
  const std::string aligned = reference + ", " + NameOf(exposure);
  add("de2000_mean", report->de2000_mean, "", n, de.StandardError(), aligned);
  add("de2000_p95", report->de2000_p95, "", n, std::nan(""), aligned);
  add("de2000_max", report->de2000_max, "", n, std::nan(""), aligned);
  const auto add_summary = [&](const std::string& name, const ColorSummary& summary,
                               const std::string& alignment) {
    const std::string conditions = reference + ", " + alignment;
    const std::string note = "no grey patch can be used";
    add("de2000_mean_" + name, summary.de2000_mean, "", n, std::nan(""), conditions, note);
    add("de2000_p95_" + name, summary.de2000_p95, "", n, std::nan(""), conditions, note);
    add("de2000_max_" + name, summary.de2000_max, "", n, std::nan(""), conditions, note);
  };
  add_summary("best", report->best, NameOf(ExposureAlignment::kBest));
  add_summary("greys", report->greys, NameOf(ExposureAlignment::kGreys));
  add_summary("none", report->none, NameOf(ExposureAlignment::kNone));
  add_summary("balanced", report->balanced, "white balance and exposure aligned");
  // How much brighter than the reference the picture is.
  add("exposure_best", -std::log2(report->best.gain), "EV", n, std::nan(""), reference);
  add("exposure_greys", -std::log2(report->greys.gain), "EV", n, std::nan(""), reference,
      "no grey patch can be used");
  add("dl_mean", dl.Mean(), "", n, dl.StandardError(), aligned);
  add("dc_mean", dc.Mean(), "", n, dc.StandardError(), aligned);
  add("dh_mean", dh.Mean(), "", n, dh.StandardError(), aligned);

  const std::vector<Grey> greys = UsedGreys(subject, *report);
  const auto [white_balance, angles] = WhiteBalanceError(greys);
  report->white_balance_error_deg = white_balance;
  add("white_balance_error", white_balance, "deg", static_cast<int>(angles.values.size()),
      angles.StandardError(), reference, "no grey patch can be used");
  report->saturation = ratio.Mean();
  add("saturation", report->saturation, "", static_cast<int>(ratio.values.size()),
      ratio.StandardError(), aligned, "no coloured patch can be used");
  add("skin_hue_error", skin.Mean(), "deg", static_cast<int>(skin.values.size()),
      skin.StandardError(), aligned, "no patch of skin colour can be used");
  add("skin_hue_error_max", skin.LargestSize(), "deg", static_cast<int>(skin.values.size()),
      std::nan(""), aligned, "no patch of skin colour can be used");
  report->glare = Glare(greys);
  add("glare", report->glare, "", static_cast<int>(greys.size()), std::nan(""), reference,
      "fewer than four grey patches can be used");
  add("chart_confidence", report->located.confidence, "", chart.size(), std::nan(""),
      report->located.found ? "found by search" : "corners given");

  if (report->glare > kMuchGlare) {
    findings.warnings.push_back(
        fmt::format("light scattered over the chart is {:.1f} % of white: black patches say little",
                    100 * report->glare));
  }
  if (gradient.Mean() > kUnevenLight) {
    findings.warnings.push_back(fmt::format(
        "light changes by {:.0f} % across a patch on average: the chart is lit unevenly",
        100 * gradient.Mean()));
  }
}

}  // namespace petzval::measure
