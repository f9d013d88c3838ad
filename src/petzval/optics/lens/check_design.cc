// What can be wrong with variables, pickups, solves and tolerances.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "petzval/base/nearest_name.h"
#include "petzval/optics/lens/lens.h"
#include "petzval/optics/lens/quantity.h"

namespace petzval::optics {
namespace {

template <class... Args>
tl::unexpected<Error> Bad(fmt::format_string<Args...> text, Args&&... args) {
  return Fail(ErrorCode::kInvalidInput, fmt::format(text, std::forward<Args>(args)...));
}

Status CheckVary(const Lens& lens, const Vary& vary) {
  PETZVAL_RETURN_IF_ERROR(CheckQuantity(lens, vary.what));
  if (std::isnan(vary.min) || std::isnan(vary.max) || vary.min > vary.max) {
    return Bad("the limits {} to {} leave no value", vary.min, vary.max);
  }
  return {};
}

Status CheckPickup(const Lens& lens, const Pickup& pickup) {
  PETZVAL_RETURN_IF_ERROR(CheckQuantity(lens, pickup.what));
  PETZVAL_RETURN_IF_ERROR(CheckQuantity(lens, pickup.from));
  if (pickup.what == pickup.from) {
    return Bad("{} is picked up from itself", QuantityName(pickup.what));
  }
  if (!std::isfinite(pickup.scale) || !std::isfinite(pickup.offset)) {
    return Bad("its scale or offset is not a finite number");
  }
  return {};
}

Status CheckSolve(const Lens& lens, const Solve& solve) {
  PETZVAL_RETURN_IF_ERROR(CheckQuantity(lens, solve.what));
  const char* kind = solve.kind == SolveKind::kMarginalAngle ? "c" : "t";
  if (solve.what.kind != kind) {
    return Bad("this kind of solve sets '{}', not '{}'", kind, solve.what.kind);
  }
  if (solve.kind == SolveKind::kEdgeThickness &&
      solve.what.surface + 1 >= static_cast<int>(lens.surfaces.size())) {
    return Bad("an edge thickness needs a surface behind surface {}", solve.what.surface + 1);
  }
  if (!std::isfinite(solve.value)) return Bad("its value is not a finite number");
  return {};
}

Status CheckTolerance(const Lens& lens, const Tolerance& tolerance) {
  const std::span<const std::string> kinds = ToleranceKinds();
  if (std::find(kinds.begin(), kinds.end(), tolerance.kind) == kinds.end()) {
    return Bad("unknown kind of tolerance '{}', did you mean '{}'?", tolerance.kind,
               NearestName(tolerance.kind, kinds));
  }
  const int count = static_cast<int>(lens.surfaces.size());
  if (tolerance.surface < -1 || tolerance.surface >= count) {
    return Bad("there is no surface {}, the lens has 1 to {}", tolerance.surface + 1, count);
  }
  if (!(tolerance.value >= 0 && tolerance.value <= 1e6)) {
    return Bad("a tolerance is a limit within 0 to 1e6, it is {}", tolerance.value);
  }
  return {};
}

// One thing that sets a quantity, and how errors call it.
struct Setter {
  Quantity what;
  const Pickup* pickup = nullptr;
  const Solve* solve = nullptr;
};

bool NeedsValueOf(const Lens& lens, const Setter& setter, const Quantity& quantity) {
  if (setter.pickup) return setter.pickup->from == quantity;
  const int s = setter.solve->what.surface;
  const int from = quantity.surface;
  const bool thickness = quantity.kind == "t";
  const bool medium = quantity.kind == "nd" || quantity.kind == "vd";
  switch (setter.solve->kind) {
    case SolveKind::kParaxialFocus:
      return thickness ? from < s : from <= s;
    case SolveKind::kMarginalAngle:
      return thickness || !medium ? from < s : from <= s;
    case SolveKind::kEdgeThickness:
      return !thickness && !medium && (from == s || from == s + 1);
    case SolveKind::kTotalTrack:
      return thickness && from != s && from < static_cast<int>(lens.surfaces.size());
  }
  return false;
}

// Depth first through what a setter needs; `state` 1: on the path, 2: done.
Status Follow(const Lens& lens, const std::vector<Setter>& setters, size_t i,
              std::vector<int>* state) {
  (*state)[i] = 1;
  for (size_t j = 0; j < setters.size(); ++j) {
    if (!NeedsValueOf(lens, setters[i], setters[j].what)) continue;
    if ((*state)[j] == 1) {
      return Bad("pickups and solves run in a circle: {} and {} need each other",
                 QuantityName(setters[i].what), QuantityName(setters[j].what));
    }
    if ((*state)[j] == 0) PETZVAL_RETURN_IF_ERROR(Follow(lens, setters, j, state));
  }
  (*state)[i] = 2;
  return {};
}

Status CheckDependences(const Lens& lens) {
  std::vector<Setter> setters;
  for (const Pickup& pickup : lens.pickups) setters.push_back({pickup.what, &pickup, nullptr});
  for (const Solve& solve : lens.solves) setters.push_back({solve.what, nullptr, &solve});
  std::set<std::string> set;
  for (const Setter& setter : setters) {
    if (!set.insert(QuantityName(setter.what)).second) {
      return Bad("{} is set twice by pickups or solves", QuantityName(setter.what));
    }
  }
  for (const Vary& vary : lens.vary) {
    if (set.count(QuantityName(vary.what))) {
      return Bad("{} is varied and also set by a pickup or solve", QuantityName(vary.what));
    }
  }
  std::vector<int> state(setters.size(), 0);
  for (size_t i = 0; i < setters.size(); ++i) {
    if (state[i] == 0) PETZVAL_RETURN_IF_ERROR(Follow(lens, setters, i, &state));
  }
  return {};
}

Status CheckVariables(const Lens& lens) {
  std::set<std::string> varied;
  for (const Vary& vary : lens.vary) {
    if (!varied.insert(QuantityName(vary.what)).second) {
      return Bad("{} is varied twice", QuantityName(vary.what));
    }
  }
  for (const Vary& vary : lens.vary) {
    const Quantity square = {"A2", vary.what.surface};
    if (vary.what.kind == "c" && varied.count(QuantityName(square))) {
      return Bad("c and A2 of surface {} bend it alike to second order: vary one of them",
                 vary.what.surface + 1);
    }
  }
  return {};
}

template <class T, class Check>
Status CheckEach(const Lens& lens, const std::vector<T>& list, const char* name, Check check) {
  if (list.size() > kMaxDesignEntries) {
    return Fail(ErrorCode::kTooLarge, fmt::format("the lens has {} entries of {}, the most is {}",
                                                  list.size(), name, kMaxDesignEntries));
  }
  for (size_t i = 0; i < list.size(); ++i) {
    if (auto status = check(lens, list[i]); !status) {
      return Fail(status.error().In(fmt::format("{} {}", name, i + 1)));
    }
  }
  return {};
}

}  // namespace

Status CheckDesign(const Lens& lens) {
  PETZVAL_RETURN_IF_ERROR(CheckEach(lens, lens.vary, "vary", CheckVary));
  PETZVAL_RETURN_IF_ERROR(CheckEach(lens, lens.pickups, "pickup", CheckPickup));
  PETZVAL_RETURN_IF_ERROR(CheckEach(lens, lens.solves, "solve", CheckSolve));
  PETZVAL_RETURN_IF_ERROR(CheckEach(lens, lens.tolerances, "tolerance", CheckTolerance));
  PETZVAL_RETURN_IF_ERROR(CheckVariables(lens));
  return CheckDependences(lens);
}

}  // namespace petzval::optics
