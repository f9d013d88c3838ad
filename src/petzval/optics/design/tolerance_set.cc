// Which errors a lens can have: its [[tolerance]] entries or the usual set.
#include <fmt/format.h>

#include <algorithm>

#include "petzval/base/nearest_name.h"
#include "petzval/optics/design/tolerance.h"

namespace petzval::optics {
namespace {

enum class Where { kCurved, kGap, kGlass, kElement, kSurface };
struct Kind {
  const char* name;
  Where where;
  std::vector<ErrorKind> errors;
};

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kinds = {
      {"radius_pct", Where::kCurved, {ErrorKind::kRadiusPercent}},
      {"fringes", Where::kSurface, {ErrorKind::kFringes}},
      {"thickness_mm", Where::kGap, {ErrorKind::kThickness_mm}},
      {"index", Where::kGlass, {ErrorKind::kIndex}},
      {"abbe_pct", Where::kGlass, {ErrorKind::kAbbePercent}},
      {"decentre_mm", Where::kElement, {ErrorKind::kDecentreY_mm, ErrorKind::kDecentreX_mm}},
      {"tilt_deg", Where::kElement, {ErrorKind::kTiltX_deg, ErrorKind::kTiltY_deg}},
      {"wedge_deg", Where::kSurface, {ErrorKind::kWedgeX_deg, ErrorKind::kWedgeY_deg}},
      {"irregularity_um",
       Where::kSurface,
       {ErrorKind::kFormSpherical_um, ErrorKind::kFormAstigmatism0_um,
        ErrorKind::kFormAstigmatism45_um}},
  };
  return kinds;
}

// Surfaces that bend light; a stop or a reference plane cannot err.
bool Bends(const Lens& lens, int i) {
  const std::string before = i == 0 ? "" : lens.surfaces[i - 1].medium;
  return lens.surfaces[i].mirror || lens.surfaces[i].medium != before;
}
bool Carries(const Lens& lens, int first, int last) {
  for (int i = first; i <= last; ++i) {
    if (lens.surfaces[i].pose && lens.surfaces[i].pose->carries) return true;
  }
  return false;
}

// Surfaces first .. last that an error of `where` at surface `i` changes; empty: it does not fit.
std::optional<Element> Fits(const Lens& lens, const std::vector<Element>& elements, Where where,
                            int i) {
  const int count = static_cast<int>(lens.surfaces.size());
  switch (where) {
    case Where::kCurved:
      if (!Bends(lens, i) || lens.surfaces[i].radius_mm == 0) return std::nullopt;
      break;
    case Where::kSurface:
      if (!Bends(lens, i)) return std::nullopt;
      break;
    case Where::kGap:
      // The last one is focus, which is adjusted.
      if (i + 1 >= count) return std::nullopt;
      break;
    case Where::kGlass:
      if (lens.surfaces[i].medium.empty() || lens.surfaces[i].mirror) return std::nullopt;
      break;
    case Where::kElement:
      for (const Element& element : elements) {
        if (i >= element.first && i <= element.last) return element;
      }
      return std::nullopt;
  }
  return Element{i, i};
}

}  // namespace

Result<std::vector<ErrorParameter>> ToleranceParameters(const Lens& lens) {
  std::vector<Tolerance> tolerances = lens.tolerances;
  if (tolerances.empty()) {
    tolerances = {{"thickness_mm", -1, 0.003},
                  {"decentre_mm", -1, 0.002},
                  {"tilt_deg", -1, 0.04},
                  {"irregularity_um", -1, 0.2}};
  }
  const std::vector<Element> elements = FindElements(lens, true);
  const int count = static_cast<int>(lens.surfaces.size());
  std::vector<ErrorParameter> out;
  // A later entry about the same thing replaces an earlier one: "every, but surface 3".
  const auto put = [&](const ErrorParameter& p) {
    for (ErrorParameter& known : out) {
      if (known.kind == p.kind && known.first == p.first && known.last == p.last) {
        known.limit = p.limit;
        return;
      }
    }
    out.push_back(p);
  };
  for (const Tolerance& tolerance : tolerances) {
    std::vector<std::string> names;
    const Kind* kind = nullptr;
    for (const Kind& known : Kinds()) {
      names.push_back(known.name);
      if (tolerance.kind == known.name) kind = &known;
    }
    if (!kind) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("no tolerance '{}', did you mean '{}'?", tolerance.kind,
                              NearestName(tolerance.kind, names)));
    }
    if (!(tolerance.value >= 0)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the tolerance '{}' is negative", tolerance.kind));
    }
    const bool every = tolerance.surface < 0;
    if (!every && tolerance.surface >= count) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("tolerance '{}' names surface {}, the lens has {}", tolerance.kind,
                              tolerance.surface + 1, count));
    }
    for (int i = every ? 0 : tolerance.surface; i < (every ? count : tolerance.surface + 1); ++i) {
      const auto at = Fits(lens, elements, kind->where, i);
      const bool moves = kind->errors.size() == 2;
      if (!at || (every && moves && Carries(lens, at->first, at->last))) {
        if (every) continue;
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("tolerance '{}' does not fit surface {}", tolerance.kind, i + 1));
      }
      for (const ErrorKind error : kind->errors) {
        put({error, at->first, at->last, tolerance.value});
      }
    }
  }
  return out;
}

}  // namespace petzval::optics
