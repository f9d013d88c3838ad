// Seidel sums surface by surface: spherical part with the effective curvature, aspheric part.
#include "petzval/optics/analysis/seidel.h"

#include <fmt/format.h>

#include <cmath>

#include "petzval/optics/trace/surface_shape.h"

namespace petzval::optics {
namespace {

void Add(const SeidelTerms& t, SeidelTerms* sum) {
  sum->s1 += t.s1;
  sum->s2 += t.s2;
  sum->s3 += t.s3;
  sum->s4 += t.s4;
  sum->s5 += t.s5;
  sum->c1 += t.c1;
  sum->c2 += t.c2;
}

void Add(const TransverseTerms& t, TransverseTerms* sum) {
  sum->sa += t.sa;
  sum->tco += t.tco;
  sum->tas += t.tas;
  sum->sas += t.sas;
  sum->ptb += t.ptb;
  sum->dst += t.dst;
  sum->ax += t.ax;
  sum->lat += t.lat;
  sum->ptz += t.ptz;
}

bool HasOddPowers(const TraceSurface& surface) {
  for (size_t p = 3; p < surface.a.size(); p += 2) {
    if (surface.a[p] != 0) return true;
  }
  return false;
}

TransverseTerms Transverse(const SeidelTerms& s, double u_image, double lagrange,
                           double colour_sign) {
  const double scale = 1 / (2 * u_image);
  TransverseTerms t;
  t.sa = s.s1 * scale;
  t.tco = 3 * s.s2 * scale;
  t.tas = (3 * s.s3 + s.s4) * scale;
  t.sas = (s.s3 + s.s4) * scale;
  t.ptb = s.s4 * scale;
  t.dst = s.s5 * scale;
  t.ax = colour_sign * s.c1 / u_image;
  t.lat = colour_sign * s.c2 / u_image;
  t.ptz = lagrange == 0 ? 0 : -s.s4 / (lagrange * lagrange);
  return t;
}

}  // namespace

Result<Seidel> ComputeSeidel(const LensModel& model) {
  const System& system = model.system;
  const FirstOrder& first_order = model.primary();
  const int w = system.primary;
  const double h = first_order.lagrange;
  if (!std::isfinite(first_order.epd) || !std::isfinite(first_order.epl) || !std::isfinite(h) ||
      !(first_order.epd > 0)) {
    return Fail(ErrorCode::kInvalidInput, "the entrance pupil is not finite");
  }
  const double ubar = h / (first_order.epd / 2);

  // Marginal and chief ray; both are known in the entrance pupil.
  const double u = std::isinf(system.object_mm)
                       ? 0.0
                       : first_order.epd / 2 / (system.object_mm + first_order.epl);
  const ParaxialRay marginal =
      TraceParaxial(system, w, first_order.epd / 2 - u * first_order.epl, u);
  const ParaxialRay chief = TraceParaxial(system, w, -first_order.epl * ubar, ubar);

  Seidel seidel;
  seidel.field_deg = std::atan(ubar) * 180 / M_PI;
  const std::vector<double>& n = system.n[w];
  const std::vector<double>& n_first = system.n.front();
  const std::vector<double>& n_last = system.n.back();
  for (int i = 0; i < system.size(); ++i) {
    const TraceSurface& surface = system.surfaces[i];
    const double c = surface.effective_curvature();
    const double y = marginal.y[i], yb = chief.y[i];
    const double a = n[i] * (marginal.u[i] + y * c), b = n[i] * (chief.u[i] + yb * c);
    const double d = marginal.u_after[i] / n[i + 1] - marginal.u[i] / n[i];
    const double power = c * (1 / n[i + 1] - 1 / n[i]);
    SeidelTerms t;
    t.s1 = -a * a * y * d;
    t.s2 = -a * b * y * d;
    t.s3 = -b * b * y * d;
    t.s4 = -h * h * power;
    t.s5 = -b * b * b * y * (1 / (n[i + 1] * n[i + 1]) - 1 / (n[i] * n[i])) +
           yb * b * (2 * y * b - yb * a) * power;
    const double delta =
        (n_first[i + 1] - n_last[i + 1]) / n[i + 1] - (n_first[i] - n_last[i]) / n[i];
    t.c1 = a * y * delta;
    t.c2 = b * y * delta;

    // Fourth-order departure from the sphere of curvature c_e.
    const double c0 = surface.c;
    const double g =
        (1 + surface.k) * c0 * c0 * c0 / 8 + DepartureAtVertex(surface).a4 - c * c * c / 8;
    SeidelTerms aspheric;
    const double step = n[i + 1] - n[i];
    aspheric.s1 = 8 * g * step * y * y * y * y;
    aspheric.s2 = 8 * g * step * y * y * y * yb;
    aspheric.s3 = 8 * g * step * y * y * yb * yb;
    aspheric.s5 = 8 * g * step * y * yb * yb * yb;
    Add(aspheric, &t);
    seidel.surfaces.push_back(t);
    seidel.aspheric.push_back(aspheric);
    Add(t, &seidel.sum);
    if (step != 0 && (HasOddPowers(surface) || surface.toroid || surface.motion)) {
      seidel.incomplete.push_back(i);
    }
  }
  if (!seidel.incomplete.empty()) {
    std::string list;
    for (int i : seidel.incomplete) list += fmt::format("{}{}", list.empty() ? "" : ", ", i + 1);
    seidel.note = fmt::format(
        "third-order sums do not describe surfaces {}: odd powers, toroids, tilts and decentres "
        "have no place in them",
        list);
  }

  const double lambda_mm = system.um[w] * 1e-3;
  const SeidelTerms& s = seidel.sum;
  seidel.waves = {s.s1 / 8 / lambda_mm, s.s2 / 2 / lambda_mm, s.s3 / 2 / lambda_mm,
                  (s.s3 + s.s4) / 4 / lambda_mm, s.s5 / 2 / lambda_mm};
  const double u_image = marginal.u_after.back();
  // A slope that is rounding only is parallel light.
  seidel.has_transverse =
      std::abs(u_image) > 1e-14 * std::abs(marginal.y.front()) && std::isfinite(first_order.efl);
  if (seidel.has_transverse) {
    // C1 and C2 are first minus last wavelength, the listing's columns short minus long.
    const double sign = system.um.front() <= system.um.back() ? 1 : -1;
    for (const SeidelTerms& t : seidel.surfaces) {
      seidel.transverse.push_back(Transverse(t, u_image, h, sign));
      Add(seidel.transverse.back(), &seidel.transverse_sum);
    }
  }
  return seidel;
}

}  // namespace petzval::optics
