// Crossings, acutance and findings of texture curves.
#include "petzval/measure/texture/texture_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/subject/csf.h"
#include "petzval/measure/subject/patches.h"

namespace petzval::measure {
namespace {

constexpr double kFitLimit = 0.08;

double Crossing(const std::vector<double>& f, const std::vector<double>& mtf, double value) {
  for (size_t i = 1; i < mtf.size(); ++i) {
    if (mtf[i] <= value && mtf[i - 1] > value) {
      return f[i - 1] + (f[i] - f[i - 1]) * (mtf[i - 1] - value) / (mtf[i - 1] - mtf[i]);
    }
  }
  return std::nan("");
}

// Mean of (power - mtf) between 0.1 and 0.4 cycles per pixel: noise and invention.
double Excess(const TexturePatch& patch) {
  double sum = 0;
  int n = 0;
  for (size_t i = 0; i < patch.mtf.size(); ++i) {
    if (patch.frequency[i] < 0.1 || patch.frequency[i] > 0.4) continue;
    sum += patch.power_mtf[i] - patch.mtf[i];
    ++n;
  }
  return n > 0 ? sum / n : std::nan("");
}

double ErrorAt(const TexturePatch& patch, double f) {
  for (size_t i = 1; i < patch.frequency.size(); ++i) {
    if (patch.frequency[i] >= f) return patch.standard_error[i];
  }
  return std::nan("");
}

// The error of a crossing: that of the curve over its slope.
double CrossingError(const TexturePatch& patch, double f) {
  if (!std::isfinite(f)) return std::nan("");
  for (size_t i = 1; i < patch.frequency.size(); ++i) {
    if (patch.frequency[i] < f) continue;
    const size_t low = i > 2 ? i - 2 : 0, high = std::min(i + 1, patch.mtf.size() - 1);
    const double slope =
        (patch.mtf[low] - patch.mtf[high]) / (patch.frequency[high] - patch.frequency[low]);
    return slope > 0 ? ErrorAt(patch, f) / slope : std::nan("");
  }
  return std::nan("");
}

void AddPatch(const TexturePatch& patch, const TextureOptions& options, bool full_reference,
              Findings* findings) {
  const std::string where =
      fmt::format("{}, {}, contrast {:.3f}, {} x {} px at ({}, {})", ChannelWord(options.channel),
                  full_reference ? "cross spectrum" : "by the pattern's statistics", patch.contrast,
                  patch.roi.width, patch.roi.height, patch.roi.x, patch.roi.y);
  const int n = patch.roi.width * patch.roi.height;
  const auto add = [&](const char* name, double value, const char* unit, double error,
                       const std::string& conditions, const char* note = "") {
    Figure figure{name, value, unit, n, error, conditions, DefinitionId("texture", name)};
    if (!figure.known()) {
      figure.note = note;
      figure.standard_error = std::nan("");
    }
    findings->figures.push_back(std::move(figure));
  };
  add("texture_mtf50", patch.mtf50, "cycles/pixel", CrossingError(patch, patch.mtf50), where,
      "the curve does not fall to 0.5 below Nyquist");
  add("texture_mtf10", patch.mtf10, "cycles/pixel", CrossingError(patch, patch.mtf10), where,
      "the curve does not fall to 0.1 below Nyquist");
  for (size_t i = 0; i < options.pixels_per_degree.size(); ++i) {
    add("texture_acutance", patch.acutance[i], "", std::nan(""),
        // Of a mosaic the curve ends early and the rest of the eye's band counts as lost.
        fmt::format("{:g} px/deg, to {:.2f} cycles/pixel, {}", options.pixels_per_degree[i],
                    patch.frequency.back(), where));
  }
  add("texture_contrast_gain", patch.contrast_gain, "", std::nan(""), where);
  if (full_reference) {
    add("texture_power_excess", Excess(patch), "", std::nan(""), where,
        "no frequencies between 0.1 and 0.4 cycles per pixel");
    add("texture_shift_x", patch.motion.dx, "px", std::nan(""), where);
    add("texture_shift_y", patch.motion.dy, "px", std::nan(""), where);
    add("texture_scale", patch.motion.scale(), "", std::nan(""), where);
    add("texture_rotation", patch.motion.rotation_rad() * 180 / M_PI, "deg", std::nan(""), where);
  }
}

}  // namespace

double ValueAtZero(const TexturePatch& patch) {
  double s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0;
  int n = 0;
  for (size_t i = 0; i < patch.mtf.size(); ++i) {
    const double f = patch.frequency[i], m = patch.mtf[i];
    if (!(f > 0) || f > kFitLimit || !(m > 0)) continue;
    const double error = std::hypot(patch.standard_error[i] / m, 0.002);
    const double w = 1 / (error * error), x = f * f, y = std::log(m);
    s0 += w;
    s1 += w * x;
    s2 += w * x * x;
    t0 += w * y;
    t1 += w * x * y;
    ++n;
  }
  if (n == 0) return 0;
  const double determinant = s0 * s2 - s1 * s1;
  if (n < 3 || !(determinant > 1e-9 * s0 * s2)) return std::exp(t0 / s0);
  return std::exp((s2 * t0 - s1 * t1) / determinant);
}

void FinishPatch(const TextureOptions& options, TexturePatch* patch) {
  const double zero = ValueAtZero(*patch);
  patch->contrast_gain = zero;
  const double divisor = options.normalise && zero > 0 ? zero : 1;
  for (auto* v : {&patch->mtf, &patch->standard_error, &patch->power_mtf}) {
    for (double& value : *v) value /= divisor;
  }
  const double start = zero / divisor;
  patch->frequency.insert(patch->frequency.begin(), 0);
  patch->mtf.insert(patch->mtf.begin(), start);
  patch->power_mtf.insert(patch->power_mtf.begin(), start);
  patch->standard_error.insert(patch->standard_error.begin(),
                               patch->standard_error.empty() ? 0 : patch->standard_error.front());
  patch->mtf50 = Crossing(patch->frequency, patch->mtf, 0.5);
  patch->mtf10 = Crossing(patch->frequency, patch->mtf, 0.1);
  std::vector<double> visible;
  for (double m : patch->mtf) visible.push_back(std::max(0.0, m));
  for (double ppd : options.pixels_per_degree) {
    patch->acutance.push_back(AcutanceOfCurve(patch->frequency, visible, ppd));
  }
}

Findings FindingsOfTexture(const std::vector<TexturePatch>& patches, const TextureOptions& options,
                           bool full_reference) {
  Findings findings;
  int k = 0;
  for (const TexturePatch& patch : patches) {
    AddPatch(patch, options, full_reference, &findings);
    const std::string suffix = patches.size() > 1 ? fmt::format("_{}", ++k) : "";
    findings.curves.push_back(
        {"texture_mtf" + suffix, "cycles/pixel", "MTF", patch.frequency, patch.mtf});
    if (!full_reference) continue;
    findings.curves.push_back({"texture_power_mtf" + suffix, "cycles/pixel", "MTF by power alone",
                               patch.frequency, patch.power_mtf});
    const double excess = Excess(patch);
    if (excess > 0.05) {
      findings.warnings.push_back(fmt::format(
          "the power spectrum shows {:.2f} more than the reference explains in the patch at ({}, "
          "{}): noise, or detail that was invented",
          excess, patch.roi.x, patch.roi.y));
    }
  }
  if (!full_reference) {
    findings.warnings.push_back(
        "without a reference picture, sharpening and noise that the grey patch does not show count "
        "as texture");
  }
  return findings;
}

}  // namespace petzval::measure
