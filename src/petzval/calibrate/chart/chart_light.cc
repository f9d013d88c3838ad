// Lights by name, by temperature, from a file, or left to the chart.
#include "petzval/calibrate/chart/chart_light.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "petzval/calibrate/chart/light_likeness.h"

namespace petzval::calibrate {
namespace {

// Two classes are told apart when the likeness to their lights differs by this much.
constexpr double kClearly = 0.1;

bool LooksLikeFile(const std::string& text) {
  const std::string suffix = std::filesystem::path(text).extension().string();
  return text.find('/') != std::string::npos || suffix == ".csv" || suffix == ".CSV" ||
         suffix == ".txt" || suffix == ".spd";
}

}  // namespace

Result<ChartLight> FindChartLight(const std::string& text, const std::string& light_class) {
  ChartLight light;
  if (!light_class.empty()) {
    PETZVAL_ASSIGN(light.light_class, FindLightClass(light_class));
  }
  if (text.empty() || text == "unknown") return light;
  if (text == "auto") {
    light.kind = ChartLight::Kind::kAuto;
    return light;
  }
  light.kind = ChartLight::Kind::kKnown;
  if (LooksLikeFile(text)) {
    PETZVAL_ASSIGN(light.power, ReadSpd(text));
    light.label = std::filesystem::path(text).stem().string();
  } else {
    PETZVAL_ASSIGN(light.power, FindLight(text));
    light.label = text;
  }
  if (!light.light_class) {
    light.light_class = ClassOfName(LooksLikeFile(text) ? "" : text);
    if (!light.light_class) light.light_class = ClassOfSpectrum(light.power);
    return light;
  }
  const auto likeness = LikenessToClasses(light.power);
  const size_t nearest = std::max_element(likeness.begin(), likeness.end()) - likeness.begin();
  const double told = likeness[static_cast<size_t>(*light.light_class)];
  if (likeness[nearest] - told > kClearly) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("the spectrum of {} is not that of a light of class {}: it is like "
                    "class {} (likeness {:.2f} against {:.2f})",
                    light.label, LightClassName(*light.light_class),
                    LightClassName(static_cast<LightClass>(nearest)), likeness[nearest], told));
  }
  return light;
}

}  // namespace petzval::calibrate
