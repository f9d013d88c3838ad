// For tests: reference lenses with explicit indices and the values computed from them.
#ifndef PETZVAL_OPTICS_TRACE_GOLDEN_FILE_H_
#define PETZVAL_OPTICS_TRACE_GOLDEN_FILE_H_

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// The folder of the reference data, beside the source tree; empty when it is not there.
inline std::string OpticsData() {
  const std::string path = PETZVAL_SOURCE_DIR "/../shared/data/optics";
  return std::filesystem::exists(path) ? path : "";
}

inline nlohmann::json ReadJson(const std::string& path) {
  std::ifstream stream(path);
  return nlohmann::json::parse(stream);
}

inline const std::vector<std::string>& GoldenNames() {
  static const std::vector<std::string> names = {
      "singlet_stop2", "cooke50f5",       "dgauss100f2",     "tessar",
      "petzval14",     "biotar",          "summilux_r50f14", "petzval_kodak",
      "primoplan",     "phone_us7535658", "phone_deeplens80"};
  return names;
}

inline Lens LensOfGolden(const nlohmann::json& golden) {
  Lens lens;
  lens.name = golden["name"], lens.title = golden["title"], lens.source = golden["source"];
  lens.licence = "test";
  lens.stop = golden["stop_surface"].get<int>() - 1;
  lens.spectrum.um = golden["wavelengths_um"].get<std::vector<double>>();
  lens.spectrum.primary = golden["primary"];
  lens.fields.values = golden["fields_deg"].get<std::vector<double>>();
  const std::string kind = golden["aperture"][0];
  lens.aperture.value = golden["aperture"][1];
  lens.aperture.kind = kind == "EPD"   ? ApertureKind::kEntrancePupilDiameter
                       : kind == "FNO" ? ApertureKind::kFNumber
                                       : ApertureKind::kStopSemiDiameter;
  const std::string aiming = golden["fields"].back()["ray_aiming"];
  lens.launch = aiming.starts_with("paraxial") ? Launch::kParaxialPupil : Launch::kRealStop;
  const auto number = [](const nlohmann::json& v) { return v.is_null() ? 0.0 : v.get<double>(); };
  std::vector<size_t> order(lens.spectrum.um.size());  // ascending wavelengths
  for (size_t w = 0; w < order.size(); ++w) order[w] = w;
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return lens.spectrum.um[a] < lens.spectrum.um[b]; });
  for (const auto& from : golden["surfaces"]) {
    Surface s;
    s.radius_mm = number(from["radius"]);
    s.conic = number(from["conic"]);
    s.thickness_mm = number(from["thickness"]);
    s.semi_diameter_mm = number(from["semi_diameter"]);
    for (const auto& [power, value] : from["asphere"].items()) {
      s.asphere.kind = AsphereKind::kPower;
      s.asphere.powers[std::stoi(power)] = value;
    }
    const auto n = from["n"].get<std::vector<double>>();
    if (n[0] != 1 || n.back() != 1) {
      Glass glass;
      glass.name = fmt::format("G{}", from["i"].get<int>());
      glass.source = "test";
      glass.dispersion = Dispersion::kTable;
      glass.coefficients.clear();
      for (const size_t w : order) {
        glass.table_um.push_back(lens.spectrum.um[w]);
        glass.table_n.push_back(n[w]);
      }
      glass.min_um = glass.table_um.front(), glass.max_um = glass.table_um.back();
      s.medium = glass.name;
      lens.glasses.push_back(glass);
    }
    lens.surfaces.push_back(s);
  }
  return lens;
}

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_GOLDEN_FILE_H_
