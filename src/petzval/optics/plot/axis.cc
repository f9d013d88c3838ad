// Nice numbers (Heckbert 1990, Graphics Gems) and labels.
#include "petzval/optics/plot/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace petzval::optics {
namespace {

std::string RealMinus(std::string text) {
  if (!text.empty() && text[0] == '-') {
    const bool zero = text.find_first_of("123456789") == std::string::npos;
    text = (zero ? "" : "−") + text.substr(1);
  }
  return text;
}

std::string Superscript(int value) {
  static constexpr const char* kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = value < 0 ? "⁻" : "";
  for (const char c : std::to_string(std::abs(value))) text += kDigits[c - '0'];
  return text;
}

int DecimalsOf(double step) {
  int decimals = 0;
  while (decimals < 8 && std::abs(step - std::round(step)) > 1e-6 * std::abs(step)) {
    step *= 10;
    ++decimals;
  }
  return decimals;
}

void AddLinearTicks(const AxisSpec& spec, double step, Axis* axis) {
  // Labels of tiny or huge numbers carry a common power of ten that the axis label names.
  const double largest = std::max(std::abs(axis->min), std::abs(axis->max));
  int power = 0;
  if (largest > 0 && (largest < 1e-2 || largest >= 1e5)) {
    power = static_cast<int>(std::floor(std::log10(largest) + 1e-9));
    power = static_cast<int>(std::floor(power / 3.0)) * 3;
  }
  const double unit = std::pow(10.0, power);
  const int decimals = DecimalsOf(step / unit);
  const double first = std::ceil(axis->min / step - 1e-6);
  for (int i = 0; i <= 60; ++i) {
    const double value = (first + i) * step;
    if (value > axis->max + 1e-6 * step) break;
    axis->ticks.push_back({value, FormatFixed(value / unit, decimals)});
  }
  if (power != 0) axis->label = spec.label + " ×10" + Superscript(power);
}

void AddLogTicks(Axis* axis) {
  const int from = static_cast<int>(std::ceil(std::log10(axis->min) - 1e-9));
  const int to = static_cast<int>(std::floor(std::log10(axis->max) + 1e-9));
  const int stride = std::max(1, (to - from) / 6);
  for (int p = from; p <= to; ++p) {
    const bool labelled = (p - from) % stride == 0;
    const double value = std::pow(10.0, p);
    const bool plain = p >= -3 && p <= 4;
    axis->ticks.push_back(
        {value,
         !labelled ? "" : (plain ? FormatFixed(value, std::max(0, -p)) : "10" + Superscript(p))});
  }
  // Fewer than two decades: the steps 2 and 5 are named too.
  if (to - from >= 2) return;
  for (int p = from - 1; p <= to; ++p) {
    for (const int digit : {2, 5}) {
      const double value = digit * std::pow(10.0, p);
      if (axis->Holds(value)) axis->ticks.push_back({value, FormatFixed(value, std::max(0, -p))});
    }
  }
  std::sort(axis->ticks.begin(), axis->ticks.end(),
            [](const Tick& a, const Tick& b) { return a.value < b.value; });
}

Axis MakeLogAxis(const AxisSpec& spec, double low, double high) {
  Axis axis{.log = true, .label = spec.label};
  const bool data = std::isfinite(low) && std::isfinite(high) && high > 0;
  axis.max = spec.max && *spec.max > 0 ? *spec.max : (data ? high : 1.0);
  axis.min = spec.min && *spec.min > 0 ? *spec.min : (data && low > 0 ? low : axis.max / 1000);
  if (!(axis.min < axis.max)) axis.min = axis.max / 10;
  if (!spec.min) axis.min = std::pow(10.0, std::floor(std::log10(axis.min) + 1e-9));
  if (!spec.max) axis.max = std::pow(10.0, std::ceil(std::log10(axis.max) - 1e-9));
  AddLogTicks(&axis);
  return axis;
}

}  // namespace

double Axis::At(double value) const {
  if (!log) return (value - min) / (max - min);
  if (!(value > 0)) return std::nan("");
  return (std::log(value) - std::log(min)) / (std::log(max) - std::log(min));
}

bool Axis::Holds(double value) const {
  const double at = At(value);
  return at >= -1e-9 && at <= 1 + 1e-9;
}

double NiceStep(double span, int intervals) {
  if (!(span > 0) || !std::isfinite(span)) return 1;
  const double raw = span / std::max(1, intervals);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double digit : {1.0, 2.0, 2.5, 5.0}) {
    if (raw <= digit * power * 1.0001) return digit * power;
  }
  return 10 * power;
}

double NiceLimit(double value) {
  if (!(value > 0) || !std::isfinite(value)) return 1;
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double digit : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0}) {
    if (value <= digit * power * 1.0001) return digit * power;
  }
  return 10 * power;
}

Axis MakeAxis(const AxisSpec& spec, double low, double high) {
  if (spec.log) return MakeLogAxis(spec, low, high);
  if (!std::isfinite(low) || !std::isfinite(high) || low > high) low = 0, high = 1;
  if (spec.include_zero) low = std::min(low, 0.0), high = std::max(high, 0.0);
  if (spec.symmetric) {
    high = NiceLimit(std::max(std::abs(low), std::abs(high)));
    low = -high;
  }
  if (spec.min) low = *spec.min;
  if (spec.max) high = *spec.max;
  if (!(high - low > 1e-12 * std::max(std::abs(high), std::abs(low)))) {
    const double pad = high == 0 ? 1.0 : 0.5 * std::abs(high);
    if (!spec.min) low -= pad;
    if (!spec.max) high += pad;
    if (!(high > low)) high = low + 1;
  }
  double step = NiceStep(high - low, spec.ticks);
  if (spec.integer) step = step < 1 ? 1 : (step == 2.5 ? 2 : step);
  Axis axis{.label = spec.label};
  // Symmetric ends are round already.
  axis.min = spec.min || spec.symmetric ? low : std::floor(low / step + 1e-6) * step;
  axis.max = spec.max || spec.symmetric ? high : std::ceil(high / step - 1e-6) * step;
  if (!(axis.max > axis.min)) axis.max = axis.min + step;
  if (!spec.tick_values.empty()) {
    for (size_t i = 0; i < spec.tick_values.size(); ++i) {
      axis.ticks.push_back({spec.tick_values[i], i < spec.tick_labels.size()
                                                     ? spec.tick_labels[i]
                                                     : FormatValue(spec.tick_values[i])});
    }
  } else {
    AddLinearTicks(spec, step, &axis);
  }
  return axis;
}

std::string FormatFixed(double value, int decimals) {
  if (!std::isfinite(value)) return "–";
  return RealMinus(fmt::format("{:.{}f}", value, decimals));
}

std::string FormatShort(double value, int digits) {
  std::string text = FormatValue(value, digits);
  if (text.find('.') == std::string::npos || text.find("×") != std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string FormatValue(double value, int digits) {
  if (!std::isfinite(value)) return "–";
  if (value == 0) return "0";
  const double size = std::abs(value);
  if (size < 1e-4 || size >= 1e6) {
    const std::string text = fmt::format("{:.{}e}", value, digits - 1);
    const size_t e = text.find('e');
    return RealMinus(text.substr(0, e)) + "×10" + Superscript(std::stoi(text.substr(e + 1)));
  }
  const int exponent = static_cast<int>(std::floor(std::log10(size)));
  return FormatFixed(value, std::max(0, digits - 1 - exponent));
}

}  // namespace petzval::optics
