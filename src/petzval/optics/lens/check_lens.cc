// The whole check of a prescription: its surfaces, conditions, spacing and design tables.
#include <fmt/format.h>

#include <cmath>
#include <set>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {
namespace {

Status CheckConfiguration(const Lens& lens, const Configuration& state) {
  const int count = static_cast<int>(lens.surfaces.size());
  if (!(state.object_mm > 0)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("object_mm must be positive, it is {}", state.object_mm));
  }
  for (const auto& [surface, thickness] : state.thickness_mm) {
    if (surface < 0 || surface >= count) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("it sets the thickness of surface {}, the lens has {} surfaces",
                              surface + 1, count));
    }
    if (!std::isfinite(thickness)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the thickness of surface {} is not a finite number", surface + 1));
    }
  }
  if (!(state.aperture_value >= 0)) {
    return Fail(ErrorCode::kInvalidInput, "its aperture is not a positive number");
  }
  PETZVAL_ASSIGN(const Lens configured, ConfiguredLens(lens, state.name));
  PETZVAL_RETURN_IF_ERROR(CheckConditions(configured));
  return CheckSpacing(configured);
}

}  // namespace

Status CheckLens(const Lens& lens) {
  PETZVAL_RETURN_IF_ERROR(CheckSurfaces(lens));
  PETZVAL_RETURN_IF_ERROR(CheckConditions(lens));
  PETZVAL_RETURN_IF_ERROR(CheckSpacing(lens));
  if (lens.configurations.size() > kMaxConfigurations) {
    return Fail(ErrorCode::kTooLarge, fmt::format("the lens has {} configurations, the most is {}",
                                                  lens.configurations.size(), kMaxConfigurations));
  }
  std::set<std::string> names;
  for (const Configuration& state : lens.configurations) {
    if (state.name.empty() || !names.insert(state.name).second) {
      return Fail(ErrorCode::kInvalidInput,
                  state.name.empty()
                      ? "a configuration has no name"
                      : fmt::format("configuration '{}' is there twice", state.name));
    }
    if (auto status = CheckConfiguration(lens, state); !status) {
      return Fail(status.error().In(fmt::format("configuration '{}'", state.name)));
    }
  }
  return CheckDesign(lens);
}

}  // namespace petzval::optics
