// What calibration makes of photographed charts, without help.
//   build/bench/real_charts [FOLDER] [--draw FOLDER] [--patches]
// FOLDER: ../shared/data/raw. Errors are CIEDE2000, mean/p95/max; leave-one-out leaves a patch out
// of the model of light and glare as well. --draw: pictures of the patches that were measured.
#include <fmt/format.h>

#include <cstring>
#include <filesystem>

#include "petzval/calibrate/chart/chart_calibration.h"
#include "petzval/calibrate/chart/raw_subject_util.h"
#include "petzval/calibrate/chart/training.h"
#include "petzval/image/png.h"

namespace petzval::calibrate {
namespace {

struct Chart {
  const char* file;
  const char* what;
};
constexpr Chart kCharts[] = {
    {"colour-chart-1080p/chart.dng", "light booth, 12 bits"},
    {"raw10-chart/chart.dng", "fills the frame, 10 bits"},
    {"dslr-chart-dng/colorchart.dng", "out of focus, lamp and window, 14 bits"},
    {"outdoor-8bit/indoor1.dng", "office, 8 bits"},
    {"outdoor-8bit/outdoor1.dng", "in the shade of a tree, 8 bits"},
    {"outdoor-8bit/outdoor2.dng", "against the sun, 8 bits"},
};

std::string Words(const DeStatistics& s) {
  return fmt::format("{:5.2f}/{:5.2f}/{:5.2f}", s.mean, s.p95, s.max);
}

void Draw(const measure::Subject& subject, const CalibratedLight& light, const std::string& path) {
  const measure::Overview overview = MakeOverview(subject);
  Image<uint16_t> out(overview.rgb.width(), overview.rgb.height(), 3);
  for (int y = 0; y < out.height(); ++y) {
    for (int x = 0; x < out.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        const double v = std::clamp(1.2 * overview.rgb.At(x, y, c), 0.0, 1.0);
        out.At(x, y, c) = static_cast<uint16_t>(255 * std::pow(v, 1 / 2.2));
      }
    }
  }
  const measure::LocatedChart& located = light.shots.front().located;
  for (size_t i = 0; i < light.patches.size(); ++i) {
    const auto corners = located.PatchOutline(static_cast<int>(i), 0.6);
    for (int k = 0; k < 4; ++k) {
      const measure::Point a = corners[k], b = corners[(k + 1) % 4];
      for (double t = 0; t <= 1; t += 0.002) {
        const int x = static_cast<int>((a.x + t * (b.x - a.x)) / overview.scale);
        const int y = static_cast<int>((a.y + t * (b.y - a.y)) / overview.scale);
        if (x < 0 || y < 0 || x >= out.width() || y >= out.height()) continue;
        for (int c = 0; c < 3; ++c) {
          out.At(x, y, c) = light.patches[i].used ? 255 : (c == 0 ? 255 : 0);
        }
      }
    }
  }
  (void)WritePng(path, out, 8, {});
}

void Row(const CalibratedLight& light) {
  const ChartShotReport& shot = light.shots.front();
  fmt::print(
      "    {:8} {} | glare {:5.2f} {:5.2f} {:5.2f} % | uneven {:4.0f} % colour {:4.1f} % | "
      "greys off {:4.2f} %\n",
      light.calibration.light, shot.edition, 100 * shot.glare[0], 100 * shot.glare[1],
      100 * shot.glare[2], 100 * shot.unevenness, 100 * shot.color_gradient,
      100 * shot.grey_residual);
  for (const ColorFitKind kind :
       {ColorFitKind::kMatrix, ColorFitKind::kRootPolynomial2, ColorFitKind::kRootPolynomial3}) {
    const auto fit = FitDeltaE(kind, light.training);
    const auto loo = NestedLeaveOneOut(kind, light.left_out);
    fmt::print("        {:7} train {}  leave-one-out {}{}\n", ColorFitKindName(kind),
               fit ? Words(Evaluate(*fit, light.training)) : "none",
               loo ? Words(Statistics(*loo)) : "none", kind == light.fit ? "  <- chosen" : "");
  }
}

void Patches(const CalibratedLight& light) {
  for (const CalibratedPatch& p : light.patches) {
    fmt::print(
        "        {:14} raw {:6.4f} {:6.4f} {:6.4f}  balanced {:6.3f} {:6.3f} {:6.3f}  Lab "
        "{:5.1f} {:5.1f} {:5.1f}  snr {:5.0f}  dE {:5.2f} {:5.2f} left out {:5.2f} {}\n",
        p.name, p.raw[0], p.raw[1], p.raw[2], p.rgb[0], p.rgb[1], p.rgb[2], p.reference_lab[0],
        p.reference_lab[1], p.reference_lab[2], p.snr, p.de_matrix, p.de_chosen, p.de_loo, p.note);
  }
}

void Measure(const std::string& folder, const Chart& chart, const std::string& draw, bool patches) {
  fmt::print("{} ({})\n", chart.file, chart.what);
  const auto frame = ReadRaw(folder + "/" + chart.file);
  if (!frame) {
    fmt::print("  {}\n", frame.error().message);
    return;
  }
  const measure::Subject subject = SubjectOf(*frame);
  for (const char* light : {"D50", "", "auto"}) {
    ChartShot shot{&subject};
    shot.color = &frame->color;
    shot.light = *FindChartLight(light);
    ChartCalibrationParams params;
    params.edition = "auto";
    auto result = CalibrateFromCharts({&shot, 1}, params);
    fmt::print("  light {}:\n", *light ? light : "unknown");
    if (!result) {
      fmt::print("    refused: {}\n", result.error().message);
      params.accept_bad_shot = true;
      result = CalibrateFromCharts({&shot, 1}, params);
      if (!result) continue;
    }
    for (const CalibratedLight& one : result->lights) {
      Row(one);
      for (const std::string& warning : one.warnings) fmt::print("        {}\n", warning);
      if (patches) Patches(one);
      if (!draw.empty() && std::strcmp(light, "auto") == 0) {
        std::string name = chart.file;
        std::replace(name.begin(), name.end(), '/', '_');
        Draw(subject, one, fmt::format("{}/{}.png", draw, name));
      }
    }
  }
}

}  // namespace
}  // namespace petzval::calibrate

int main(int argc, char** argv) {
  std::string folder = "../shared/data/raw", draw;
  bool patches = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--draw") == 0 && i + 1 < argc) {
      draw = argv[++i];
    } else if (std::strcmp(argv[i], "--patches") == 0) {
      patches = true;
    } else {
      folder = argv[i];
    }
  }
  if (!std::filesystem::exists(folder)) {
    fmt::print("no RAW files of charts: {} is absent\n", folder);
    return 0;
  }
  for (const auto& chart : petzval::calibrate::kCharts) {
    petzval::calibrate::Measure(folder, chart, draw, patches);
  }
}
