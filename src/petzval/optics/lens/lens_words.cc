// The words of lens files and what is shared by the readers of their tables.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "petzval/base/nearest_name.h"
#include "petzval/optics/lens/lens_tables.h"

namespace petzval::optics {

const std::vector<std::string>& ApertureWords() {
  static const std::vector<std::string> words = {"epd", "f_number", "stop_semi_diameter",
                                                 "object_na"};
  return words;
}
const std::vector<std::string>& FieldWords() {
  static const std::vector<std::string> words = {"angle_deg", "image_mm", "object_mm"};
  return words;
}
const std::vector<std::string>& LaunchWords() {
  static const std::vector<std::string> words = {"paraxial_pupil", "real_stop"};
  return words;
}
const std::vector<std::string>& AsphereWords() {
  static const std::vector<std::string> words = {"power", "qcon", "qbfs"};
  return words;
}
const std::vector<std::string>& EdgeWords() {
  static const std::vector<std::string> words = {"rect", "d_cut", "annulus"};
  return words;
}
const std::vector<std::string>& SolveWords() {
  static const std::vector<std::string> words = {"paraxial_focus", "marginal_angle",
                                                 "edge_thickness", "total_track"};
  return words;
}

Result<int> Word(const TomlTable& table, const std::string& key,
                 const std::vector<std::string>& words) {
  PETZVAL_ASSIGN(const std::string word, table.String(key));
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) {
    return Fail(table.ErrorAt(key, fmt::format("unknown {} '{}', did you mean '{}'?", key, word,
                                               NearestName(word, words))));
  }
  return static_cast<int>(found - words.begin());
}

Result<int> SurfaceIndex(const TomlTable& table, const std::string& key, const Lens& lens) {
  const int64_t count = static_cast<int64_t>(lens.surfaces.size());
  PETZVAL_ASSIGN(const int64_t number, table.Integer(key, -1000000, 1000000));
  if (number < 1 || number > count) {
    return Fail(table.ErrorAt(
        key, fmt::format("there is no surface {}, the lens has surfaces 1 to {}", number, count)));
  }
  return static_cast<int>(number) - 1;
}

Result<std::map<int, double>> NumberOfSurface(const TomlTable& table, const std::string& key,
                                              const Lens& lens) {
  PETZVAL_ASSIGN(const TomlTable numbers, table.Table(key));
  std::map<int, double> out;
  for (const std::string& name : numbers.Keys()) {
    int surface = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), surface);
    if (error != std::errc() || end != name.data() + name.size() || surface < 1 ||
        surface > static_cast<int>(lens.surfaces.size())) {
      return Fail(numbers.ErrorAt(
          name, fmt::format("'{}' of '{}' is no surface, the lens has surfaces 1 to {}", name, key,
                            lens.surfaces.size())));
    }
    PETZVAL_ASSIGN(out[surface - 1], numbers.Number(name));
  }
  return out;
}

}  // namespace petzval::optics
