// Scale, stop and focus of a prescription.
#include "petzval/simulate/film/focused_lens.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/optics/lens/unfold.h"
#include "petzval/optics/trace/first_order.h"
#include "petzval/optics/trace/reverse.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::simulate {
namespace {

using optics::Configuration;
using optics::FirstOrder;
using optics::Lens;
using optics::RayBatch;
using optics::RayResults;
using optics::RayStatus;
using optics::System;

constexpr double kFarthest_mm = 1e8;  // counts as infinity
constexpr double kGreen_um = 0.546;

Status CheckSymmetric(const Lens& lens) {
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    const optics::Surface& s = lens.surfaces[i];
    const char* what = nullptr;
    if (s.pose) what = "is tilted or decentred";
    if (s.radius_x_mm != 0 || s.cylinder_x) what = "is a toroid";
    if (what != nullptr) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("lens '{}': surface {} {}, and a camera's lens has to be symmetric "
                              "about its axis",
                              lens.name, i + 1, what));
    }
  }
  return {};
}

// Thicknesses between the states of focus that the lens lists.
void ApplyConfigurations(double object_mm, Lens* lens) {
  struct State {
    double vergence;
    const Configuration* state;  // null: the lens as it stands
  };
  const auto vergence = [](double mm) { return std::isfinite(mm) && mm > 0 ? 1 / mm : 0.0; };
  std::vector<State> states;
  for (const Configuration& c : lens->configurations) {
    if (c.aperture_value == 0 && c.field_values.empty()) {
      states.push_back({vergence(c.object_mm), &c});
    }
  }
  if (states.empty()) return;
  const double own = vergence(lens->object_mm);
  const bool listed =
      std::any_of(states.begin(), states.end(), [&](const State& s) { return s.vergence == own; });
  if (!listed) states.push_back({own, nullptr});
  std::stable_sort(states.begin(), states.end(),
                   [](const State& a, const State& b) { return a.vergence < b.vergence; });
  const double want =
      std::clamp(vergence(object_mm), states.front().vergence, states.back().vergence);
  size_t at = 0;
  while (at + 2 < states.size() && states[at + 1].vergence < want) ++at;
  const State& a = states[at];
  const State& b = states[std::min(at + 1, states.size() - 1)];
  const double f = b.vergence > a.vergence ? (want - a.vergence) / (b.vergence - a.vergence) : 0;
  const auto thickness = [&](const State& s, int surface) {
    if (s.state != nullptr) {
      const auto found = s.state->thickness_mm.find(surface);
      if (found != s.state->thickness_mm.end()) return found->second;
    }
    return lens->surfaces[surface].thickness_mm;
  };
  std::vector<double> mixed;
  for (int i = 0; i < static_cast<int>(lens->surfaces.size()); ++i) {
    mixed.push_back((1 - f) * thickness(a, i) + f * thickness(b, i));
  }
  for (size_t i = 0; i < mixed.size(); ++i) lens->surfaces[i].thickness_mm = mixed[i];
}

// RMS radius, in the plane at `focus_mm` from the entrance pupil, of the rays from the middle of
// the film through the rear plane, uniform over its area. Infinite where too few rays pass.
class AxialSpot {
 public:
  AxialSpot(const FocusedLens& lens, double rear_mm, double focus_mm)
      : tracer_(lens.reversed, lens.green), rear_mm_(rear_mm), focus_mm_(focus_mm) {}

  double Rms(double film_mm, int count = 2048) {
    rays_.Resize(count);
    for (int i = 0; i < count; ++i) {
      const double y = rear_mm_ * (i + 0.5) / count;
      const double length = std::hypot(y, film_mm);
      rays_.Set(i, {0, y, 0, 0, y / length, film_mm / length});
    }
    tracer_.Trace(rays_, true, &results_);
    double sum = 0, weight = 0;
    widest_mm_ = 0;
    for (int i = 0; i < count; ++i) {
      if (results_.status[i] != static_cast<uint8_t>(RayStatus::kOk)) continue;
      const double y = results_.y[i] + focus_mm_ * results_.m[i] / results_.n[i];
      sum += rays_.y[i] * y * y;
      weight += rays_.y[i];
      widest_mm_ = rays_.y[i];
    }
    return weight > 0 ? std::sqrt(sum / weight) : optics::kInfinity;
  }
  // Where the outermost ray that passed crossed the rear plane; 0: none did.
  double widest_mm() const { return widest_mm_; }

 private:
  optics::Tracer tracer_;
  double rear_mm_, focus_mm_, widest_mm_ = 0;
  RayBatch<double> rays_;
  RayResults<double> results_;
};

// The minimum of the spot near the paraxial film distance.
double BestFilm(const FocusedLens& lens, double paraxial_mm, double rear_mm, double focus_mm) {
  AxialSpot spot(lens, rear_mm, focus_mm);
  const double reach = std::min(0.03 * lens.focal_mm, 0.9 * paraxial_mm);
  constexpr int kSteps = 60, kFewRays = 256;  // are enough to find the steps of the minimum
  const double step = 2 * reach / kSteps;
  double best = paraxial_mm, smallest = optics::kInfinity;
  for (int i = 0; i <= kSteps; ++i) {
    const double at = paraxial_mm - reach + i * step;
    const double rms = spot.Rms(at, kFewRays);
    if (rms < smallest) smallest = rms, best = at;
  }
  // Golden section between the neighbours of the best step.
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double low = best - step, high = best + step;
  double a = high - ratio * (high - low), b = low + ratio * (high - low);
  double rms_a = spot.Rms(a), rms_b = spot.Rms(b);
  while (high - low > 1e-7 * lens.focal_mm) {
    if (rms_a <= rms_b) {
      high = b, b = a, rms_b = rms_a;
      a = high - ratio * (high - low);
      rms_a = spot.Rms(a);
    } else {
      low = a, a = b, rms_a = rms_b;
      b = low + ratio * (high - low);
      rms_b = spot.Rms(b);
    }
  }
  return (low + high) / 2;
}

Result<void> SetStop(const Lens& lens, const OpticsParams& params, const FirstOrder& first,
                     FocusedLens* out) {
  double epd = first.epd;
  if (params.f_number > 0) epd = std::min(epd, first.efl / params.f_number);
  optics::TraceSurface& stop = out->forward.surfaces[out->forward.stop];
  double radius = std::abs(first.stop_radius) * epd / first.epd;
  if (stop.sd > 0) radius = std::min(radius, stop.sd);
  if (!std::isfinite(radius) || radius <= 0) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("lens '{}' has no stop that rays could pass", lens.name));
  }
  stop.sd = radius;
  out->stop_mm = radius;
  out->f_number = first.f_number * std::abs(first.stop_radius) / radius;
  return {};
}

}  // namespace

Result<FocusedLens> FocusLens(const Lens& prescription, const OpticsParams& params) {
  if (!(params.scale > 0) || !std::isfinite(params.scale) || !(params.focus_mm > 0) ||
      !(params.f_number >= 0) || params.wavelengths_um.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a lens needs a positive scale and focus distance and at least one "
                            "wavelength, not scale {} and focus {} mm",
                            params.scale, params.focus_mm));
  }
  PETZVAL_ASSIGN(Lens lens, optics::UnfoldedLens(prescription));
  PETZVAL_RETURN_IF_ERROR(CheckSymmetric(lens));
  lens = optics::ScaledLens(lens, params.scale);
  const double focus = std::min(params.focus_mm, kFarthest_mm);
  if (!lens.configurations.empty()) {
    PETZVAL_ASSIGN(const System as_listed, optics::MakeSystem(lens));
    const double epl = optics::ComputeFirstOrder(lens, as_listed, as_listed.primary).epl;
    ApplyConfigurations(focus - epl, &lens);
  }
  FocusedLens out;
  for (const optics::Surface& s : lens.surfaces) {
    out.round = out.round && (!s.edge || s.edge->kind == optics::EdgeKind::kCircle ||
                              s.edge->kind == optics::EdgeKind::kAnnulus);
  }
  PETZVAL_ASSIGN(out.forward, optics::MakeSystem(lens, params.wavelengths_um));
  for (int w = 1; w < out.forward.wavelengths(); ++w) {
    const auto miss = [&](int i) { return std::abs(out.forward.um[i] - kGreen_um); };
    if (miss(w) < miss(out.green)) out.green = w;
  }
  if (out.forward.n[0].front() != 1 || out.forward.n[0].back() != 1) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("lens '{}' does not stand in air on both sides", lens.name));
  }
  const FirstOrder first = optics::ComputeFirstOrder(lens, out.forward, out.green);
  if (!std::isfinite(first.efl) || first.efl <= 0) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("lens '{}' forms no real picture: its focal length is {} mm", lens.name,
                            first.efl));
  }
  out.focal_mm = first.efl;
  out.pupil_mm = first.epl;
  for (int i = 0; i + 1 < out.forward.size(); ++i) out.length_mm += out.forward.surfaces[i].t;
  PETZVAL_RETURN_IF_ERROR(SetStop(lens, params, first, &out));
  PETZVAL_ASSIGN(out.reversed, optics::ReversedSystem(out.forward));
  out.reversed.surfaces.back().t = -out.pupil_mm;

  // From the front focal point to the plane in focus (Newton's form).
  const double beyond = focus - first.epl + first.ffl;
  const double paraxial = first.bfl + first.efl * first.efl / beyond;
  if (params.film_mm > 0) {
    out.film_mm = params.film_mm;
  } else if (!(beyond > 0.1 * first.efl) || !(paraxial > 0)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("lens '{}' of {:.1f} mm cannot be focused as near as {:.1f} mm",
                            lens.name, first.efl, params.focus_mm));
  } else {
    // Every ray of the axial point that the stop lets through crosses the rear plane within this.
    const double rear = 2 * out.stop_mm + out.forward.surfaces.back().sd +
                        0.5 * first.efl / std::max(out.f_number, 0.5);
    AxialSpot probe(out, rear, focus);
    probe.Rms(paraxial);
    if (probe.widest_mm() == 0) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("no ray passes lens '{}' from the middle of the film", lens.name));
    }
    out.film_mm = BestFilm(out, paraxial, 1.05 * probe.widest_mm(), focus);
  }
  out.forward.surfaces.back().t = out.film_mm;
  return out;
}

}  // namespace petzval::simulate
