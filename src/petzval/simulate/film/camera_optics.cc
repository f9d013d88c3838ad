// Which optics a camera gets.
#include "petzval/simulate/film/camera_optics.h"

#include <fmt/format.h>

#include <utility>

#include "petzval/simulate/film/chief_table.h"
#include "petzval/simulate/film/focused_lens.h"
#include "petzval/simulate/film/thin_optics.h"
#include "petzval/simulate/film/traced_optics.h"

namespace petzval::simulate {
namespace {

constexpr double kAnyFNumber = 2.8;  // of a pinhole that nobody gave one

Result<std::unique_ptr<CameraOptics>> MakePinhole(const optics::Lens* lens, double focal_mm,
                                                  const OpticsParams& params) {
  if (lens != nullptr) {
    PETZVAL_ASSIGN(const FocusedLens focused, FocusLens(*lens, params));
    ChiefTable chief(focused, 1.25 * params.film_radius_mm);
    if (chief.max_radius_mm() <= 0) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("no ray passes the middle of the stop of lens '{}'", lens->name));
    }
    return std::make_unique<PinholeOptics>(focused.focal_mm, 0, focused.f_number, std::move(chief),
                                           params);
  }
  if (!(focal_mm > 0)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a pinhole needs a positive focal length, not {} mm", focal_mm));
  }
  const double f_number = params.f_number > 0 ? params.f_number : kAnyFNumber;
  // Seen from as far from the film as a thin lens of this focus would stand.
  const double film =
      params.focus_mm > 1.05 * focal_mm ? 1 / (1 / focal_mm - 1 / params.focus_mm) : focal_mm;
  return std::make_unique<PinholeOptics>(focal_mm, film, f_number, ChiefTable(), params);
}

}  // namespace

void FilmSamples::Resize(size_t count) {
  for (auto* values : {&x_mm, &y_mm, &u, &v}) values->resize(count);
  wavelength.resize(count);
}

Result<std::unique_ptr<CameraOptics>> MakeOptics(const optics::Lens* lens, double focal_mm,
                                                 const OpticsParams& params) {
  if (!(params.film_radius_mm > 0) || !(params.focus_mm > 0) || params.wavelengths_um.empty() ||
      params.wavelengths_um.size() > 255) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a camera needs a positive film radius and focus distance and 1 to 255 "
                            "wavelengths, not {} mm, {} mm and {}",
                            params.film_radius_mm, params.focus_mm, params.wavelengths_um.size()));
  }
  switch (params.kind) {
    case OpticsKind::kPinhole:
      return MakePinhole(lens, focal_mm, params);
    case OpticsKind::kThin: {
      if (lens == nullptr) return ThinLensOptics::Create(focal_mm, params);
      PETZVAL_ASSIGN(const FocusedLens focused, FocusLens(*lens, params));
      OpticsParams thin = params;
      thin.f_number = focused.f_number;
      return ThinLensOptics::Create(focused.focal_mm, thin);
    }
    case OpticsKind::kTraced:
      break;
  }
  if (lens == nullptr) {
    return Fail(ErrorCode::kInvalidInput, "traced optics need the prescription of a lens");
  }
  PETZVAL_ASSIGN(std::unique_ptr<TracedOptics> traced, TracedOptics::Create(*lens, params));
  return std::unique_ptr<CameraOptics>(std::move(traced));
}

}  // namespace petzval::simulate
