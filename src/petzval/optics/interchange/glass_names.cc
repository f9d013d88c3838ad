// Glass names of other programs: found in our catalogue however they spell hyphens and makers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "petzval/optics/glass/catalog.h"
#include "petzval/optics/interchange/reader.h"
#include "petzval/optics/interchange/text_input.h"

namespace petzval::optics {
namespace {

// N-BK7, NBK7 and nbk7 are the same glass; underscores part a maker or a variant and stay.
std::string Plain(std::string_view name) {
  std::string out;
  for (const char c : Upper(name)) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') out.push_back(c);
  }
  return out;
}

// Names of materials that programs know without a maker.
struct Alias {
  const char* plain;
  const char* glass;
};
constexpr std::array kAliases = {
    Alias{"SILICA", "crystal/SiO2-Malitson"},      Alias{"F_SILICA", "crystal/SiO2-Malitson"},
    Alias{"FUSEDSILICA", "crystal/SiO2-Malitson"}, Alias{"CAF2", "crystal/CaF2-Malitson"},
    Alias{"SAPPHIRE", "crystal/Al2O3-Malitson-o"}, Alias{"AL2O3", "crystal/Al2O3-Malitson-o"},
};

std::string MakerOf(const std::string& name) { return name.substr(0, name.find('/')); }
std::string ShortNameOf(const std::string& name) { return name.substr(name.find('/') + 1); }

// The catalogue with its names as this file compares them; made once, files name many glasses.
struct PlainGlass {
  std::string plain, maker, name;
};
const std::vector<PlainGlass>& PlainCatalogue() {
  static const std::vector<PlainGlass> glasses = [] {
    std::vector<PlainGlass> all;
    for (const Glass& glass : GlassCatalog::BuiltIn().glasses()) {
      all.push_back({Plain(ShortNameOf(glass.name)), Plain(MakerOf(glass.name)), glass.name});
    }
    return all;
  }();
  return glasses;
}

// "" when the catalogue has no such glass; of several makers the first of `makers`.
std::string FindPlain(const std::string& plain, const std::vector<std::string>& makers) {
  std::string found;
  size_t rank = makers.size() + 1;
  for (const PlainGlass& glass : PlainCatalogue()) {
    if (glass.plain != plain) continue;
    const auto maker = std::find_if(makers.begin(), makers.end(),
                                    [&](const std::string& m) { return glass.maker == Plain(m); });
    const size_t here = maker - makers.begin();
    if (here < rank) {
      rank = here;
      found = glass.name;
    }
  }
  return found;
}

}  // namespace

std::string LensReader::LocalMedium(const Glass& glass) {
  for (const Glass& known : lens_.glasses) {
    if (known.name == glass.name) return known.name;
  }
  lens_.glasses.push_back(glass);
  return glass.name;
}

std::string LensReader::ModelMedium(double nd, double vd, double dpgf) {
  std::string name = fmt::format("{}/{}", nd, vd);
  if (dpgf != 0) name += fmt::format("/{}", dpgf);
  // A slash would make it a glass of a maker.
  std::replace(name.begin(), name.end(), '/', '_');
  Glass glass = ModelGlass("model_" + name, nd, vd);
  if (dpgf != 0) glass.coefficients = {nd, vd, dpgf};
  return LocalMedium(glass);
}

Result<std::string> LensReader::GlassNamed(int line, const std::string& name,
                                           const std::vector<std::string>& makers, double nd,
                                           double vd) {
  const auto chosen = options_.glasses.find(name);
  if (chosen != options_.glasses.end()) {
    const std::string& substitute = chosen->second;
    const size_t comma = substitute.find(',');
    if (comma == std::string::npos) {
      const auto glass = GlassCatalog::BuiltIn().Find(substitute);
      if (!glass) return Fail(ErrorAt(line, glass.error().message));
      return substitute;
    }
    const auto chosen_nd = ParseNumber(Trim(std::string_view(substitute).substr(0, comma)));
    const auto chosen_vd = ParseNumber(Trim(std::string_view(substitute).substr(comma + 1)));
    if (!chosen_nd || !chosen_vd || *chosen_nd < 1 || *chosen_nd > 5 || *chosen_vd < 0) {
      return Fail(ErrorAt(line, fmt::format("the substitute {} of glass {} is neither maker/NAME "
                                            "nor nd,vd",
                                            Shown(substitute), Shown(name))));
    }
    return ModelMedium(*chosen_nd, *chosen_vd);
  }

  std::string plain = Plain(name);
  std::vector<std::string> order = makers;
  std::string found = FindPlain(plain, order);
  const size_t underscore = plain.rfind('_');
  if (found.empty() && underscore != std::string::npos) {
    // NBK7_SCHOTT: the maker behind the name.
    order.insert(order.begin(), plain.substr(underscore + 1));
    const std::string glass = FindPlain(plain.substr(0, underscore), order);
    if (!glass.empty() && Plain(MakerOf(glass)) == order.front()) found = glass;
  }
  if (found.empty()) {
    for (const Alias& alias : kAliases) {
      if (plain == alias.plain && GlassCatalog::BuiltIn().Find(alias.glass)) found = alias.glass;
    }
  }
  if (!found.empty()) return found;
  if (nd > 1 && nd < 5 && vd >= 0) {
    Warn(line, fmt::format("glass {} is not in the catalogue: taken as nd {}, vd {} of the file",
                           Shown(name), nd, vd));
    return ModelMedium(nd, vd);
  }
  const auto missing = GlassCatalog::BuiltIn().Find(Shown(name));
  return Fail(ErrorAt(
      line, missing ? "glass " + Shown(name) + " cannot be used" : missing.error().message));
}

}  // namespace petzval::optics
