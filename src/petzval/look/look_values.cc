// Values of a look one by one: defaults, checks, command line, writing.
#include "petzval/look/look_values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "petzval/base/nearest_name.h"

namespace petzval {
namespace {

// Knots of the lightness curve stay this far apart (percent of white): grades remain.
constexpr double kLeastRise = 0.5;
// So do the centres of neighbouring hue sectors.
constexpr double kLeastTurnDeg = 8;

bool ParseFinite(std::string_view text, double* value) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(*value);
}

Error NotANumber(const std::string& name, const std::string& value) {
  return {ErrorCode::kInvalidInput,
          fmt::format("look parameter {} is \"{}\", which is no number", name, value)};
}

Result<std::vector<double>> ParseList(const std::string& name, const std::string& value) {
  std::string_view rest = value;
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  std::vector<double> numbers;
  while (true) {
    const size_t comma = rest.find(',');
    double number = 0;
    if (!ParseFinite(rest.substr(0, comma), &number)) return Fail(NotANumber(name, value));
    numbers.push_back(number);
    if (comma == std::string_view::npos) return numbers;
    rest.remove_prefix(comma + 1);
  }
}

// A TOML basic string.
std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

Look DefaultLook() {
  Look look;
  for (const Parameter& p : LookParameters()) look.values.emplace_back(p.name, p.default_value);
  for (const LookList& l : LookLists()) {
    std::vector<double> numbers(l.labels.size(), l.each.default_value);
    if (!l.defaults.empty()) numbers.assign(l.defaults.begin(), l.defaults.end());
    look.lists.emplace_back(l.each.name, std::move(numbers));
  }
  for (const LookText& t : LookTexts()) look.texts.emplace_back(t.name, t.default_value);
  return look;
}

std::vector<std::string> LookValueNames() {
  std::vector<std::string> names;
  for (const Parameter& p : LookParameters()) names.emplace_back(p.name);
  for (const LookList& l : LookLists()) names.emplace_back(l.each.name);
  for (const LookText& t : LookTexts()) names.emplace_back(t.name);
  return names;
}

Status CheckLookList(const LookList& list, std::span<const double> numbers) {
  if (numbers.size() != list.labels.size()) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("'{}' has {} numbers and needs {} ({})", list.each.name, numbers.size(),
                    list.labels.size(), fmt::join(list.labels.begin(), list.labels.end(), ", ")));
  }
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (list.each.Allows(numbers[i])) continue;
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' has {} for {}, which is not within {} to {}", list.each.name,
                            numbers[i], list.labels[i], list.each.min, list.each.max));
  }
  return {};
}

Status CheckLookText(const LookText& text, const std::string& value) {
  if (text.choices.empty()) return {};
  const std::vector<std::string> known(text.choices.begin(), text.choices.end());
  if (std::find(known.begin(), known.end(), value) != known.end()) return {};
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is \"{}\", did you mean \"{}\"? (known: {})", text.name, value,
                          NearestName(value, known), fmt::join(known, ", ")));
}

Status CheckLook(const Look& look) {
  const std::vector<double>& curve = look.List("curve");
  for (size_t i = 1; i < curve.size(); ++i) {
    if (curve[i] - curve[i - 1] + 100.0 / (static_cast<double>(curve.size()) - 1) < kLeastRise) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("'curve' falls between its numbers {} and {}: brighter scene colours "
                              "would become darker",
                              i, i + 1));
    }
  }
  const std::vector<double>& shift = look.List("hue_shift_deg");
  for (int i = 0; i < kHueSectors; ++i) {
    const int next = (i + 1) % kHueSectors;
    double gap = kHueSectorCenterDeg[next] - kHueSectorCenterDeg[i];
    if (gap < 0) gap += 360;
    if (gap + shift[next] - shift[i] >= kLeastTurnDeg) continue;
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("'hue_shift_deg' turns {} past {}: both would become one colour",
                            kHueSectorNames[i], kHueSectorNames[next]));
  }
  const std::vector<double>& weights = look.List("mono_weights");
  double sum = 0, most = 0;
  for (const double w : weights) {
    sum += w;
    most = std::max(most, std::fabs(w));
  }
  if (!(sum > 0.1 * most)) {
    return Fail(ErrorCode::kInvalidInput, "'mono_weights' add up to nothing: greys would be black");
  }
  return {};
}

Status SetLookValue(Look* look, const std::string& name, const std::string& value) {
  Look changed = *look;
  const auto known = LookParameters();
  const auto lists = LookLists();
  const auto texts = LookTexts();
  const auto at = [&name](const auto& table, const auto& name_of) {
    return static_cast<size_t>(
        std::find_if(table.begin(), table.end(),
                     [&](const auto& entry) { return name_of(entry) == name; }) -
        table.begin());
  };
  const size_t number = at(known, [](const Parameter& p) { return std::string(p.name); });
  const size_t list = at(lists, [](const LookList& l) { return std::string(l.each.name); });
  const size_t text = at(texts, [](const LookText& t) { return std::string(t.name); });
  if (number < known.size()) {
    double parsed = 0;
    if (!ParseFinite(value, &parsed)) return Fail(NotANumber(name, value));
    if (!known[number].Allows(parsed)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("look parameter {} is {}, not within {}..{}", name, value,
                              known[number].min, known[number].max));
    }
    changed.values[number].second = parsed;
  } else if (list < lists.size()) {
    PETZVAL_ASSIGN(changed.lists[list].second, ParseList(name, value));
    PETZVAL_RETURN_IF_ERROR(CheckLookList(lists[list], changed.lists[list].second));
  } else if (text < texts.size()) {
    PETZVAL_RETURN_IF_ERROR(CheckLookText(texts[text], value));
    changed.texts[text].second = value;
    if (name == "lut") PETZVAL_RETURN_IF_ERROR(ReadLookLut(&changed));
  } else {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("looks have no parameter \"{}\"; the nearest is \"{}\"", name,
                            NearestName(name, LookValueNames())));
  }
  PETZVAL_RETURN_IF_ERROR(CheckLook(changed));
  *look = std::move(changed);
  return {};
}

std::string LookToToml(const Look& look, const std::string& folder) {
  const Look defaults = DefaultLook();
  std::string out =
      fmt::format("schema = 1\nname = {}\ndescription = {}\nsource = {}\n\n[parameters]\n",
                  Quoted(look.name), Quoted(look.description), Quoted(look.source));
  for (size_t i = 0; i < look.values.size(); ++i) {
    const auto& [name, value] = look.values[i];
    if (value != defaults.values[i].second) out += fmt::format("{} = {}\n", name, value);
  }
  for (size_t i = 0; i < look.lists.size(); ++i) {
    const auto& [name, numbers] = look.lists[i];
    if (numbers == defaults.lists[i].second) continue;
    out += fmt::format("{} = [{}]\n", name, fmt::join(numbers, ", "));
  }
  for (size_t i = 0; i < look.texts.size(); ++i) {
    const auto& [name, text] = look.texts[i];
    if (text == defaults.texts[i].second) continue;
    const bool elsewhere = name == "lut" && look.folder != folder;
    out += fmt::format(
        "{} = {}\n", name,
        Quoted(elsewhere ? (std::filesystem::path(look.folder) / text).string() : text));
  }
  return out;
}

}  // namespace petzval
