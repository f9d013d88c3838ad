// Names and checks of quantities.
#include "petzval/optics/lens/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "petzval/base/nearest_name.h"

namespace petzval::optics {

std::string QuantityName(const Quantity& quantity) {
  return fmt::format("{} of surface {}", quantity.kind, quantity.surface + 1);
}

int TermNumber(const std::string& kind, char letter) {
  if (kind.size() < 2 || kind.size() > 3 || kind[0] != letter) return -1;
  if (kind[1] == '0' && kind.size() > 2) return -1;
  int number = 0;
  for (size_t i = 1; i < kind.size(); ++i) {
    if (!std::isdigit(static_cast<unsigned char>(kind[i]))) return -1;
    number = 10 * number + (kind[i] - '0');
  }
  return number;
}

Status CheckQuantity(const Lens& lens, const Quantity& quantity) {
  const int count = static_cast<int>(lens.surfaces.size());
  if (quantity.surface < 0 || quantity.surface >= count) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("there is no surface {}, the lens has 1 to {}", quantity.surface + 1, count));
  }
  const std::string& kind = quantity.kind;
  const Surface& surface = lens.surfaces[quantity.surface];
  if (kind == "c" || kind == "t" || kind == "k") return {};
  if (kind == "nd" || kind == "vd") {
    if (!surface.medium.empty()) return {};
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} is air and has no {}", QuantityName(quantity), kind));
  }
  const bool q_surface =
      surface.asphere.kind == AsphereKind::kQcon || surface.asphere.kind == AsphereKind::kQbfs;
  if (const int power = TermNumber(kind, 'A'); power >= 2 && power <= kMaxAspherePower) {
    if (!q_surface) return {};
    return Fail(ErrorCode::kInvalidInput, fmt::format("surface {} has Q terms and cannot have {}",
                                                      quantity.surface + 1, kind));
  }
  if (const int term = TermNumber(kind, 'Q'); term >= 0 && term < kMaxQTerms) {
    if (q_surface) return {};
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("surface {} has no Q terms, so no {}", quantity.surface + 1, kind));
  }
  std::vector<std::string> known = {"c", "t", "k", "nd", "vd"};
  for (int p = 2; p <= kMaxAspherePower; ++p) known.push_back(fmt::format("A{}", p));
  for (int m = 0; m < kMaxQTerms; ++m) known.push_back(fmt::format("Q{}", m));
  return Fail(ErrorCode::kInvalidInput, fmt::format("unknown quantity '{}', did you mean '{}'?",
                                                    kind, NearestName(kind, known)));
}

std::span<const std::string> ToleranceKinds() {
  static const std::vector<std::string> kinds = {"radius_pct", "fringes",   "thickness_mm",
                                                 "index",      "abbe_pct",  "decentre_mm",
                                                 "tilt_deg",   "wedge_deg", "irregularity_um"};
  return kinds;
}

}  // namespace petzval::optics
