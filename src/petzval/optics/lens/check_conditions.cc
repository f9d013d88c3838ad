// What can be wrong with aperture, fields, wavelengths and glasses.
#include <fmt/format.h>

#include <cmath>
#include <set>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {
namespace {

constexpr size_t kMaxFields = 1000, kMaxWavelengths = 200;

template <class... Args>
tl::unexpected<Error> Bad(fmt::format_string<Args...> text, Args&&... args) {
  return Fail(ErrorCode::kInvalidInput, fmt::format(text, std::forward<Args>(args)...));
}

Status CheckAperture(const Lens& lens) {
  const Aperture& aperture = lens.aperture;
  if (!(aperture.value >= 1e-9 && aperture.value <= 1e9)) {
    return Bad("the aperture must be within 1e-9 to 1e9, it is {}", aperture.value);
  }
  if (aperture.kind == ApertureKind::kObjectNa) {
    if (!std::isfinite(lens.object_mm)) {
      return Bad("aperture 'object_na' needs a finite object_mm");
    }
    if (aperture.value >= 1) return Bad("the numerical aperture {} is not below 1", aperture.value);
  }
  return {};
}

Status CheckWeights(const std::vector<double>& weights, size_t count, const char* what) {
  if (weights.empty()) return {};
  if (weights.size() != count) return Bad("{} {} have {} weights", count, what, weights.size());
  double sum = 0;
  for (const double weight : weights) {
    if (!(weight >= 0) || !std::isfinite(weight))
      return Bad("a weight of the {} is negative", what);
    sum += weight;
  }
  if (sum == 0) return Bad("all weights of the {} are 0", what);
  return {};
}

Status CheckFields(const Lens& lens) {
  const Fields& fields = lens.fields;
  if (fields.values.empty()) return Bad("the lens has no field");
  if (fields.values.size() > kMaxFields) {
    return Bad("the lens has {} fields, the most is {}", fields.values.size(), kMaxFields);
  }
  if (fields.kind == FieldKind::kObjectMm && !std::isfinite(lens.object_mm)) {
    return Bad("fields of kind 'object_mm' need a finite object_mm");
  }
  // A paraxial pupil has no ray at 90 degrees; fisheyes look a little behind themselves.
  const double limit_deg = lens.launch == Launch::kRealStop ? 120 : 90;
  for (const double value : fields.values) {
    if (!std::isfinite(value)) return Bad("a field is not a finite number");
    if (fields.kind == FieldKind::kAngleDeg && std::abs(value) >= limit_deg) {
      return Bad("a field of {} deg is not below {} deg{}", value, limit_deg,
                 limit_deg == 90 ? ", the limit of launch 'paraxial_pupil'" : "");
    }
  }
  return CheckWeights(fields.weights, fields.values.size(), "fields");
}

Status CheckSpectrum(const Spectrum& spectrum) {
  const size_t count = spectrum.um.size();
  if (count == 0) return Bad("the spectrum has no wavelength");
  if (count > kMaxWavelengths) {
    return Bad("the spectrum has {} wavelengths, the most is {}", count, kMaxWavelengths);
  }
  for (const double um : spectrum.um) {
    if (!(um > 0) || !std::isfinite(um)) return Bad("{} um is no wavelength", um);
  }
  if (spectrum.primary < 0 || spectrum.primary >= static_cast<int>(count)) {
    return Bad("the primary wavelength is number {} of {}", spectrum.primary + 1, count);
  }
  return CheckWeights(spectrum.weights, count, "wavelengths");
}

Status CheckMedia(const Lens& lens) {
  std::set<std::string> names;
  for (const Glass& glass : lens.glasses) {
    if (glass.name.empty()) return Bad("a glass of the lens has no name");
    if (!names.insert(glass.name).second) return Bad("glass '{}' is there twice", glass.name);
    PETZVAL_RETURN_IF_ERROR(CheckGlass(glass));
  }
  std::set<std::string> seen;
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    if (!seen.insert(lens.surfaces[i].medium).second) continue;
    PETZVAL_RETURN_IF_ERROR(CheckMedium(lens, static_cast<int>(i)));
  }
  return {};
}

}  // namespace

Status CheckMedium(const Lens& lens, int surface) {
  const auto glass = lens.Medium(lens.surfaces[surface].medium);
  if (!glass) return Fail(glass.error().In(fmt::format("surface {}", surface + 1)));
  for (const double um : lens.spectrum.um) {
    if (const auto n = glass->Index(um); !n) {
      return Fail(n.error().In(fmt::format("surface {}", surface + 1)));
    }
  }
  return {};
}

Status CheckConditions(const Lens& lens) {
  PETZVAL_RETURN_IF_ERROR(CheckAperture(lens));
  PETZVAL_RETURN_IF_ERROR(CheckFields(lens));
  PETZVAL_RETURN_IF_ERROR(CheckSpectrum(lens.spectrum));
  return CheckMedia(lens);
}

}  // namespace petzval::optics
