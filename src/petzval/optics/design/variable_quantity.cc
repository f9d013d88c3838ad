// Quantities of a lens by name: reading and writing.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "petzval/optics/design/variables.h"

namespace petzval::optics {
namespace {

// Number behind the letter of "A4" or "Q0"; -1 if there is none.
int Order(const std::string& kind) {
  if (kind.size() < 2 || kind.size() > 3) return -1;
  for (size_t i = 1; i < kind.size(); ++i) {
    if (kind[i] < '0' || kind[i] > '9') return -1;
  }
  return std::atoi(kind.c_str() + 1);
}

Error Unknown(const Quantity& what, const std::string& why) {
  return {ErrorCode::kInvalidInput, fmt::format("{}: {}", VariableName(what), why)};
}

Result<Surface> SurfaceOf(const Lens& lens, const Quantity& what) {
  if (what.surface < 0 || what.surface >= static_cast<int>(lens.surfaces.size())) {
    return Fail(Unknown(what, fmt::format("the lens has {} surfaces", lens.surfaces.size())));
  }
  return lens.surfaces[what.surface];
}

}  // namespace

std::string VariableName(const Quantity& what) {
  if (what.kind.size() > 1 && (what.kind[0] == 'A' || what.kind[0] == 'Q')) {
    return fmt::format("{}@{}", what.kind, what.surface + 1);
  }
  return fmt::format("{}{}", what.kind, what.surface + 1);
}

Result<double> GetQuantity(const Lens& lens, const Quantity& what) {
  PETZVAL_ASSIGN(const Surface surface, SurfaceOf(lens, what));
  const Asphere& asphere = surface.asphere;
  if (what.kind == "c") return surface.curvature();
  if (what.kind == "t") return surface.thickness_mm;
  if (what.kind == "k") return surface.conic;
  if (what.kind == "nd" || what.kind == "vd") {
    if (surface.medium.empty()) return Fail(Unknown(what, "there is air behind this surface"));
    PETZVAL_ASSIGN(const Glass glass, lens.Medium(surface.medium));
    if (what.kind == "nd") return glass.Index(kLineD_um);
    const double vd = glass.AbbeNumber();
    if (!(vd > 0)) return Fail(Unknown(what, "the glass has no dispersion"));
    return vd;
  }
  const int order = Order(what.kind);
  if (what.kind[0] == 'A' && order >= 2 && order <= RawLayout::kHighestPower) {
    if (asphere.kind != AsphereKind::kNone && asphere.kind != AsphereKind::kPower) {
      return Fail(Unknown(what, "the surface has Q polynomials, not powers"));
    }
    const auto found = asphere.powers.find(order);
    return found == asphere.powers.end() ? 0.0 : found->second;
  }
  if (what.kind[0] == 'Q' && order >= 0 && order <= (RawLayout::kHighestPower - 4) / 2) {
    if (asphere.kind == AsphereKind::kNone && surface.semi_diameter_mm <= 0) {
      return Fail(Unknown(what, "Q polynomials need a clear semi-diameter"));
    }
    if (asphere.kind != AsphereKind::kNone && asphere.kind != AsphereKind::kQcon) {
      return Fail(Unknown(what, "the surface has powers, not Q polynomials"));
    }
    return order < static_cast<int>(asphere.q.size()) ? asphere.q[order] : 0.0;
  }
  return Fail(Unknown(what, "known quantities are c, t, k, A2 to A30, Q0 to Q13, nd and vd"));
}

Status SetQuantity(const Quantity& what, double value, Lens* lens) {
  PETZVAL_RETURN_IF_ERROR(GetQuantity(*lens, what));
  Surface& surface = lens->surfaces[what.surface];
  if (what.kind == "c") {
    surface.radius_mm = value == 0 ? 0 : 1 / value;
  } else if (what.kind == "t") {
    surface.thickness_mm = value;
  } else if (what.kind == "k") {
    surface.conic = value;
  } else if (what.kind == "nd" || what.kind == "vd") {
    PETZVAL_ASSIGN(double nd, GetQuantity(*lens, {"nd", what.surface}));
    PETZVAL_ASSIGN(double vd, GetQuantity(*lens, {"vd", what.surface}));
    (what.kind == "nd" ? nd : vd) = value;
    surface.medium = fmt::format("model {}", what.surface + 1);
    const auto same = std::find_if(lens->glasses.begin(), lens->glasses.end(),
                                   [&](const Glass& g) { return g.name == surface.medium; });
    Glass glass = ModelGlass(surface.medium, nd, vd);
    if (same == lens->glasses.end()) {
      lens->glasses.push_back(std::move(glass));
    } else {
      *same = std::move(glass);
    }
  } else if (what.kind[0] == 'A') {
    surface.asphere.kind = AsphereKind::kPower;
    surface.asphere.powers[Order(what.kind)] = value;
  } else {
    if (surface.asphere.kind == AsphereKind::kNone) {
      surface.asphere.kind = AsphereKind::kQcon;
      surface.asphere.norm_mm = surface.semi_diameter_mm;
    }
    const size_t m = Order(what.kind);
    if (surface.asphere.q.size() <= m) surface.asphere.q.resize(m + 1, 0.0);
    surface.asphere.q[m] = value;
  }
  return {};
}

}  // namespace petzval::optics
