// Finds the chart in a shot and judges its patches.
#include "petzval/calibrate/chart/measured_shot.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"

namespace petzval::calibrate {
namespace {

using measure::Chart;
using measure::LocatedChart;
using measure::PatchChannel;
using measure::PatchStatistics;
using measure::Subject;

constexpr double kMaxClipped = 0.01;     // share of a patch's samples
constexpr double kMaxFloored = 0.5;      // half of the samples below black: nothing to be seen
constexpr double kMaxUncertainty = 1.5;  // standard error of a patch's colour in L*a*b*
constexpr int kMinSamples = 12;          // of a colour in a patch
constexpr size_t kMinPatches = 8;
constexpr double kDark = 0.05;     // of the white level: no chart can be asked of such a picture
constexpr double kMinCodes = 150;  // between black and the brightest patch, else a warning
constexpr const char* kColors[] = {"red", "green", "blue"};

tl::unexpected<Error> Bad(const std::string& path, const std::string& what) {
  return Fail(ErrorCode::kInvalidInput, path.empty() ? what : path + ": " + what);
}

Status CheckSubject(const Subject& subject, const std::string& what) {
  if (!subject.raw()) {
    return Bad(subject.path, what + " is a finished picture: a camera is calibrated from RAW");
  }
  if (subject.mono) return Bad(subject.path, "a monochrome sensor has no colours to calibrate");
  for (const measure::SiteMask& sites : subject.sites) {
    if (sites.bits == 0) return Bad(subject.path, "the mosaic lacks one of its three colours");
  }
  return {};
}

// The level that one pixel in a hundred exceeds.
double BrightLevel(const Subject& subject) {
  std::vector<float> values;
  for (int y = 0; y < subject.height(); y += 4) {
    for (int x = y / 4 % 4; x < subject.width(); x += 4) {
      const float v = subject.mosaic.At(x, y);
      if (std::isfinite(v)) values.push_back(v);
    }
  }
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 99 / 100);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

Result<LocatedChart> Locate(const ChartShot& shot, const ChartCalibrationParams& params) {
  const Subject& subject = *shot.subject;
  if (shot.corners) {
    if (params.chart == "auto") {
      return Fail(ErrorCode::kInvalidInput,
                  "corners need the name of the chart that they belong to");
    }
    PETZVAL_ASSIGN(const Chart chart, measure::FindChart(params.chart));
    return measure::PlaceChart(chart, *shot.corners, subject.width(), subject.height());
  }
  // The named chart first: of charts of one size it wins, so that a chart of the user's own
  // measurement is not taken for the one of the shop. Larger ones may hold it as a part.
  std::vector<Chart> charts, others;
  if (params.chart != "auto") {
    PETZVAL_ASSIGN(Chart chart, measure::FindChart(params.chart));
    charts.push_back(std::move(chart));
  }
  for (const std::string& name : measure::SearchableCharts()) {
    PETZVAL_ASSIGN(Chart chart, measure::FindChart(name));
    if (params.chart == "auto" || chart.size() > charts.front().size()) {
      charts.push_back(std::move(chart));
    } else if (name != charts.front().name) {
      others.push_back(std::move(chart));
    }
  }
  const measure::Overview overview = MakeOverview(subject);
  const Result<LocatedChart> named = LocateAnyChart(overview, charts, shot.roi);
  const auto other = [&](const LocatedChart& found) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the chart in the picture is {} ({}), not {}", found.chart.title,
                            found.chart.name, charts.front().title));
  };
  if (named) {
    if (params.chart != "auto" && named->chart.name != charts.front().name) return other(*named);
    return named;
  }
  if (params.chart != "auto" && !others.empty()) {
    if (const auto found = LocateAnyChart(overview, others, shot.roi)) return other(*found);
  }
  return named;
}

// Standard error of the mean over the mean. Noise spreads values over codes, so that their mean
// knows more than the step of the codes; without it the mean is off by up to half a step. What is
// left of the rounding of a normal variable of deviation s steps has the amplitude
// exp(-2 pi^2 s^2) / pi (Widrow, Kollar 2008).
double RelativeError(const PatchChannel& channel, double step) {
  const double spread = std::max(0.0, channel.variance / (step * step) - 1.0 / 12);
  const double rounding = step * step / (2 * M_PI * M_PI) * std::exp(-4 * M_PI * M_PI * spread);
  const double variance = channel.variance / std::max(1, channel.n) + rounding;
  return channel.mean > 0 ? std::sqrt(variance) / channel.mean : HUGE_VAL;
}

// Standard error of a patch's L*a*b*, roughly: with the matrix of the file.
double Uncertainty(const PatchStatistics& statistics, const Subject& subject, double gain,
                   double step) {
  const Vec3 white = XyzFromChromaticity(kWhiteD50), mean = statistics.Mean();
  const auto lab = [&](const Vec3& rgb) {
    Vec3 xyz = subject.xyz_d50_from_rgb * rgb;
    for (double& v : xyz.v) v *= gain;
    return LabFromXyz(xyz, white);
  };
  double square = 0;
  for (int c = 0; c < 3; ++c) {
    Vec3 moved = mean;
    moved[c] *= 1 + RelativeError(statistics.channel[c], step);
    const double distance = DeltaE76(lab(moved), lab(mean));
    square += distance * distance;
  }
  return std::sqrt(square);
}

std::string Flaw(const PatchStatistics& statistics, const Subject& subject, double gain,
                 double step) {
  bool floored = false;
  for (int c = 0; c < 3; ++c) {
    const PatchChannel& channel = statistics.channel[c];
    if (channel.n < kMinSamples) return "has too few pixels";
    if (channel.clipped > kMaxClipped) {
      return fmt::format("is clipped ({:.0f} % of {})", 100 * channel.clipped, kColors[c]);
    }
    floored |= channel.floored > kMaxFloored || !(channel.mean > 0);
  }
  if (floored) return "is lost in the dark";
  const double uncertainty = Uncertainty(statistics, subject, gain, step);
  if (!(uncertainty <= kMaxUncertainty)) {
    return fmt::format("is lost in noise (L*a*b* known to {:.1f} only)", uncertainty);
  }
  return "";
}

double PixelSnr(const PatchStatistics& statistics) {
  double snr = HUGE_VAL;
  for (const PatchChannel& channel : statistics.channel) {
    snr = std::min(snr, channel.mean / std::sqrt(std::max(channel.variance, 1e-18)));
  }
  return snr;
}

// What the light and the lens did to each patch, from a shot of an even field.
Result<std::vector<Vec3>> FlatOf(const Subject& flat, const MeasuredShot& shot, double share) {
  PETZVAL_RETURN_IF_ERROR(CheckSubject(flat, "the flat"));
  const Subject& subject = *shot.shot->subject;
  if (flat.width() != subject.width() || flat.height() != subject.height() ||
      flat.sites[0].bits != subject.sites[0].bits) {
    return Bad(flat.path,
               fmt::format("the flat is {} x {} and the chart {} x {} or their mosaics "
                           "differ",
                           flat.width(), flat.height(), subject.width(), subject.height()));
  }
  std::vector<Vec3> light;
  for (const PatchStatistics& s : MeasurePatches(flat, shot.located, share)) {
    for (const PatchChannel& channel : s.channel) {
      if (channel.clipped > kMaxClipped) return Bad(flat.path, "the flat is clipped");
      if (!(channel.mean > 0.005)) return Bad(flat.path, "there is no light in the flat");
    }
    light.push_back(s.Mean());
  }
  Vec3 mean{};
  for (const Vec3& l : light) {
    for (int c = 0; c < 3; ++c) mean[c] += l[c] / static_cast<double>(light.size());
  }
  for (Vec3& l : light) {
    for (int c = 0; c < 3; ++c) l[c] /= mean[c];
    if (std::max({l[0], l[1], l[2]}) > 3 || std::min({l[0], l[1], l[2]}) < 0.3) {
      return Bad(flat.path,
                 "the flat shows no even field where the chart was: is it a picture of the chart?");
    }
  }
  return light;
}

void AddSample(int patch, const Vec3& light, double step, MeasuredShot* shot) {
  const Chart& chart = shot->chart();
  const PatchStatistics& s = shot->statistics[patch];
  Vec3 raw = s.Mean(), error;
  for (int c = 0; c < 3; ++c) {
    error[c] = RelativeError(s.channel[c], step);
    raw[c] /= light[c];
  }
  ChartSamples& samples = shot->samples;
  samples.patch.push_back(patch);
  samples.raw.push_back(raw);
  samples.relative_error.push_back(error);
  const auto place = [](int i, int n) { return n > 1 ? 2.0 * i / (n - 1) - 1 : 0.0; };
  samples.x.push_back(place(chart.patches[patch].column, chart.columns));
  samples.y.push_back(place(chart.patches[patch].row, chart.rows));
}

}  // namespace

Result<MeasuredShot> MeasureShot(const ChartShot& shot, const ChartCalibrationParams& params) {
  const Subject& subject = *shot.subject;
  PETZVAL_RETURN_IF_ERROR(CheckSubject(subject, "this"));
  MeasuredShot out;
  out.shot = &shot;
  out.path = subject.path;
  auto located = Locate(shot, params);
  if (!located) {
    const double brightest = BrightLevel(subject);
    const std::string dark =
        brightest < kDark
            ? fmt::format(
                  "; the picture is dark, nothing is brighter than {:.1f} % of the white "
                  "level",
                  100 * brightest)
            : "";
    return Bad(subject.path, located.error().message + dark);
  }
  out.located = *std::move(located);
  const Chart& chart = out.chart();
  if (out.located.red_blue_exchanged) {
    return Bad(subject.path,
               "red and blue of the chart are exchanged: the file states a wrong order of its "
               "colour filters");
  }
  for (const std::string& warning : out.located.warnings) {
    out.warnings.push_back(subject.path + ": " + warning);
  }

  // Step 1: which patches can be trusted.
  out.statistics = MeasurePatches(subject, out.located, params.patch_share);
  const double step = 1 / std::max(1.0, subject.white_dn - subject.black_dn);
  double brightest_y = 0, brightest_snr = 0, brightest_green = 0;
  std::string brightest;
  for (int i = 0; i < chart.size(); ++i) {
    const PatchStatistics& s = out.statistics[i];
    brightest_y = std::max(brightest_y, (subject.xyz_d50_from_rgb * s.Mean())[1]);
    const PatchChannel& green = s.channel[1];
    if (green.mean <= brightest_green) continue;
    brightest_green = green.mean;
    brightest_snr = green.mean / std::sqrt(std::max(green.variance, 1e-18));
    brightest = chart.patches[i].name;
  }
  if (!(brightest_snr >= params.min_snr) || !(brightest_y > 0)) {
    return Bad(subject.path,
               fmt::format("the chart is underexposed: a pixel of its brightest patch ({}) stands "
                           "{:.1f} times above the noise, at least {:g} are wanted",
                           brightest, brightest_snr, params.min_snr));
  }
  if (brightest_green / step < kMinCodes) {
    out.warnings.push_back(
        fmt::format("{}: only {:.0f} codes lie between black and the brightest patch: dark patches "
                    "are known coarsely",
                    subject.path, brightest_green / step));
  }
  std::vector<std::string> omitted;
  for (int i = 0; i < chart.size(); ++i) {
    out.flaw.push_back(Flaw(out.statistics[i], subject, 0.9 / brightest_y, step));
    out.snr.push_back(PixelSnr(out.statistics[i]));
    if (out.flaw.back().empty()) continue;
    omitted.push_back(fmt::format("{} {}", chart.patches[i].name, out.flaw.back()));
  }

  // Step 2: their signals.
  std::vector<Vec3> light(chart.patches.size(), Vec3{{1, 1, 1}});
  if (shot.flat) {
    PETZVAL_ASSIGN(light, FlatOf(*shot.flat, out, params.patch_share));
    out.flat_fielded = true;
  }
  for (int i = 0; i < chart.size(); ++i) {
    if (!out.flaw[i].empty()) continue;
    AddSample(i, light[i], step, &out);
  }
  for (const int grey : chart.greys) {
    const auto at = std::find(out.samples.patch.begin(), out.samples.patch.end(), grey);
    if (at != out.samples.patch.end()) out.greys.push_back(at - out.samples.patch.begin());
  }
  const size_t named = std::min<size_t>(omitted.size(), 6);
  const std::string list = fmt::format(
      "{}{}",
      fmt::join(omitted.begin(), omitted.begin() + static_cast<std::ptrdiff_t>(named), ", "),
      named < omitted.size() ? ", .." : "");
  if (out.samples.size() < kMinPatches || out.greys.size() < 2) {
    return Bad(subject.path, fmt::format("only {} of {} patches can be used, {} of them grey: {}",
                                         out.samples.size(), chart.size(), out.greys.size(), list));
  }
  if (!omitted.empty()) {
    out.warnings.push_back(fmt::format("{}: {} of {} patches {} left out: {}", subject.path,
                                       omitted.size(), chart.size(),
                                       omitted.size() == 1 ? "is" : "are", list));
  }
  return out;
}

}  // namespace petzval::calibrate
