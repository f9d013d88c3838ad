// Spectra, inks and materials of a scene file.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "petzval/base/nearest_name.h"
#include "petzval/device/device_file.h"
#include "petzval/simulate/world/scene_builder.h"

namespace petzval::simulate {
namespace {

constexpr double kLumensPerWatt = 683;

// Power of lines spread over the two grid points beside them, so that no line is lost or doubled.
SpectralDistribution OfLines(const std::vector<double>& nm, const std::vector<double>& power) {
  SpectralDistribution out;
  for (size_t i = 0; i < nm.size(); ++i) {
    const double place = (nm[i] - kSpectralFirstNm) / kSpectralStepNm;
    const int below = std::min(static_cast<int>(place), kSpectralCount - 2);
    const double part = place - below;
    out.value[below] += power[i] * (1 - part) / kSpectralStepNm;
    out.value[below + 1] += power[i] * part / kSpectralStepNm;
  }
  return out;
}

double LuxOf(const SpectralDistribution& power) {
  return kLumensPerWatt * Integral(power, CieObserver1931()[1]);
}

// "#rrggbb" to linear Rec.709.
bool ParseHex(const std::string& text, Vec3* rgb) {
  if (text.size() != 7 || text[0] != '#' ||
      text.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos) {
    return false;
  }
  for (int c = 0; c < 3; ++c) {
    const double code = std::strtol(text.substr(1 + 2 * c, 2).c_str(), nullptr, 16) / 255.0;
    (*rgb)[c] = code <= 0.04045 ? code / 12.92 : std::pow((code + 0.055) / 1.055, 2.4);
  }
  return true;
}

Result<SpectralDistribution> PatchOf(const TomlTable& table, const char* key,
                                     const std::string& text) {
  const size_t slash = text.find('/');
  auto set = FindReflectances(text.substr(0, slash));
  if (!set) return Fail(table.ErrorAt(key, set.error().message));
  const std::string patch = text.substr(slash + 1);
  for (size_t i = 0; i < set->patch.size(); ++i) {
    if (set->patch[i] == patch || std::to_string(i + 1) == patch) return set->reflectance[i];
  }
  return Fail(table.ErrorAt(key, fmt::format("no patch '{}' in '{}', did you mean '{}'?", patch,
                                             set->name, NearestName(patch, set->patch))));
}

}  // namespace

Status SceneBuilder::ReadSpectra(const TomlTable& root) {
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, "spectrum"));
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(
        table.CheckKeys(std::vector<std::string>{"name", "source", "lines_nm", "nm", "power"}));
    PETZVAL_ASSIGN(const std::string name, table.String("name"));
    const char* key = table.Has("lines_nm") ? "lines_nm" : "nm";
    PETZVAL_ASSIGN(const std::vector<double> nm, table.Numbers(key));
    PETZVAL_ASSIGN(const std::vector<double> power, table.Numbers("power"));
    const bool lines = table.Has("lines_nm");
    if (nm.size() != power.size() || nm.size() < (lines ? 1 : 2) || nm.size() > 1000) {
      return Fail(
          table.ErrorAt(key, fmt::format("{} wavelengths and {} powers", nm.size(), power.size())));
    }
    for (size_t i = 0; i < nm.size(); ++i) {
      if (!(nm[i] >= 380 && nm[i] <= 780) || (!lines && i > 0 && !(nm[i] > nm[i - 1]))) {
        return Fail(table.ErrorAt(
            key, fmt::format("'{}' must {} 380 to 780", key, lines ? "lie in" : "ascend within")));
      }
      if (!(power[i] >= 0 && power[i] <= 1e9)) {
        return Fail(table.ErrorAt("power", "a power is negative or not finite"));
      }
    }
    const SpectralDistribution spectrum = lines ? OfLines(nm, power) : Resample(nm, power);
    if (!(LuxOf(spectrum) > 0)) return Fail(table.ErrorAt("power", "the light cannot be seen"));
    spectra_[name] = spectrum;
  }
  return {};
}

Result<int> SceneBuilder::Slot(const TomlTable& table, const char* key, const std::string& name) {
  if (const auto it = slot_of_.find(name); it != slot_of_.end()) return it->second;
  SpectralDistribution spectrum;
  if (const auto own = spectra_.find(name); own != spectra_.end()) {
    spectrum = own->second;
  } else {
    auto found = FindLight(name);
    if (!found) return Fail(table.ErrorAt(key, found.error().message));
    spectrum = *found;
  }
  const double lux = LuxOf(spectrum);
  if (!(lux > 0)) return Fail(table.ErrorAt(key, fmt::format("'{}' has no visible light", name)));
  if (data_.slots.size() >= static_cast<size_t>(kMaxSlots)) {
    return Fail(table.ErrorAt(key, fmt::format("'{}' would be spectrum number {} of at most {}",
                                               name, data_.slots.size() + 1, kMaxSlots)));
  }
  slot_of_[name] = static_cast<int>(data_.slots.size());
  data_.slots.push_back((1 / lux) * spectrum);
  return slot_of_[name];
}

Result<int> SceneBuilder::Ink(const TomlTable& table, const char* key, const std::string& text) {
  if (const auto it = ink_of_.find(text); it != ink_of_.end()) return it->second;
  SpectralDistribution reflectance;
  Vec3 rgb;
  if (text.rfind("grey ", 0) == 0) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str() + 5, &end);
    if (*end != '\0' || !(value >= 0 && value <= 1)) {
      return Fail(table.ErrorAt(key, fmt::format("'{}' is not \"grey 0..1\"", text)));
    }
    reflectance = ConstantSpectrum(value);
  } else if (ParseHex(text, &rgb)) {
    reflectance = ReflectanceOfRgb(rgb, Daylight(6504));
  } else if (text.find('/') != std::string::npos) {
    PETZVAL_ASSIGN(reflectance, PatchOf(table, key, text));
  } else {
    return Fail(table.ErrorAt(
        key, fmt::format("'{}' is not \"#rrggbb\", \"grey 0.18\" or \"set/patch\"", text)));
  }
  if (data_.inks.size() >= 1000) return Fail(table.ErrorAt(key, "more than 1000 colours"));
  ink_of_[text] = static_cast<int>(data_.inks.size());
  data_.inks.push_back(reflectance);
  return ink_of_[text];
}

Status SceneBuilder::ReadMaterials(const TomlTable& root) {
  static const std::vector<std::string> kKeys = {
      "name",   "colours",      "pattern", "size_mm", "ratio",     "angle_deg",  "contrast",
      "count",  "octaves",      "seed",    "text",    "variation", "grain",      "grain_mm",
      "relief", "translucency", "wrap",    "cut",     "glow_nits", "glow_light", "receives_shadow"};
  const std::vector<std::string> patterns(kPatternNames.begin(), kPatternNames.end());
  const std::vector<std::string> cuts(kCutNames.begin(), kCutNames.end());
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, "material"));
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(kKeys));
    Material m;
    Pattern& p = m.pattern;
    PETZVAL_ASSIGN(m.name, table.String("name"));
    if (material_of_.count(m.name)) {
      return Fail(table.ErrorAt("name", fmt::format("a second [[material]] '{}'", m.name)));
    }
    PETZVAL_ASSIGN(const std::vector<std::string> colours, table.Strings("colours"));
    if (colours.empty() || colours.size() > 200) {
      return Fail(table.ErrorAt("colours", "'colours' needs 1 to 200 entries"));
    }
    for (const std::string& colour : colours) {
      PETZVAL_ASSIGN(const int ink, Ink(table, "colours", colour));
      m.inks.push_back(ink);
    }
    p.inks = static_cast<int>(colours.size());
    if (table.Has("pattern")) {
      PETZVAL_ASSIGN(const int kind, TomlChoice(table, "pattern", patterns));
      p.kind = static_cast<PatternKind>(kind);
    }
    const bool two = p.kind == PatternKind::kSlanted || p.kind == PatternKind::kSiemens ||
                     p.kind == PatternKind::kZonePlate || p.kind == PatternKind::kDots ||
                     p.kind == PatternKind::kText;
    if (two && p.inks < 2) {
      return Fail(table.ErrorAt("colours", "this pattern needs two colours"));
    }
    const auto number = [&](const char* key, float* value, double min, double max) -> Status {
      PETZVAL_ASSIGN(const double read, Number(table, key, *value, min, max));
      *value = static_cast<float>(read);
      return {};
    };
    PETZVAL_RETURN_IF_ERROR(number("size_mm", &p.size_mm, 1e-3, 1e8));
    PETZVAL_RETURN_IF_ERROR(number("ratio", &p.ratio, 0, 1000));
    PETZVAL_RETURN_IF_ERROR(number("angle_deg", &p.angle_deg, -360, 360));
    PETZVAL_RETURN_IF_ERROR(number("contrast", &p.contrast, 0, 100));
    PETZVAL_RETURN_IF_ERROR(number("variation", &p.variation, 0, 1));
    PETZVAL_RETURN_IF_ERROR(number("grain", &m.grain, 0, 1));
    PETZVAL_RETURN_IF_ERROR(number("grain_mm", &m.grain_mm, 1e-3, 1e6));
    PETZVAL_RETURN_IF_ERROR(number("relief", &m.relief, 0, 10));
    PETZVAL_RETURN_IF_ERROR(number("translucency", &m.translucency, 0, 1));
    PETZVAL_RETURN_IF_ERROR(number("wrap", &m.wrap, 0, 1));
    PETZVAL_ASSIGN(p.count, Integer(table, "count", p.count, 1, 10000));
    PETZVAL_ASSIGN(p.octaves, Integer(table, "octaves", p.octaves, 1, 12));
    PETZVAL_ASSIGN(const int seed, Integer(table, "seed", 1, 0, 1000000));
    p.seed = static_cast<uint32_t>(seed);
    PETZVAL_ASSIGN(p.text, OptionalText(table, "text"));
    if (table.Has("cut")) {
      PETZVAL_ASSIGN(const int kind, TomlChoice(table, "cut", cuts));
      m.cut = static_cast<CutKind>(kind);
    }
    if (table.Has("glow_nits")) {
      PETZVAL_ASSIGN(const double nits, table.Number("glow_nits", 0, 1e9));
      PETZVAL_ASSIGN(const std::string light, table.String("glow_light"));
      PETZVAL_ASSIGN(m.glow_slot, Slot(table, "glow_light", light));
      m.glow_lux = static_cast<float>(M_PI * nits);
    }
    PETZVAL_ASSIGN(m.receives_shadow, Bool(table, "receives_shadow", true));
    material_of_[m.name] = static_cast<int>(data_.materials.size());
    data_.materials.push_back(std::move(m));
  }
  return {};
}

}  // namespace petzval::simulate
