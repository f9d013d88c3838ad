// Paraxial tracing in the form of Welford 1986: (y, n u) through refraction and transfer.
#include "petzval/optics/interchange/paraxial.h"

#include <cmath>

namespace petzval::optics {
namespace {

struct State {
  double y, nu;
};

// Through surfaces [first, last), without the transfer behind the last of them.
State TraceTo(const Lens& lens, const std::vector<double>& n, State s, size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) {
    s.nu -= s.y * VertexCurvature(lens.surfaces[i]) * (n[i + 1] - n[i]);
    if (i + 1 < last) s.y += lens.surfaces[i].thickness_mm * s.nu / n[i + 1];
  }
  return s;
}

}  // namespace

double VertexCurvature(const Surface& surface) {
  double c = surface.curvature();
  const Asphere& a = surface.asphere;
  if (a.kind == AsphereKind::kPower) {
    const auto term = a.powers.find(2);
    if (term != a.powers.end()) c += 2 * term->second / (a.norm_mm * a.norm_mm);
  }
  return c;
}

Result<FileParaxial> ComputeFileParaxial(const Lens& lens) {
  const double um = lens.spectrum.um[lens.spectrum.primary];
  std::vector<double> n = {1.0};
  for (const Surface& surface : lens.surfaces) {
    if (surface.mirror) {
      n.push_back(-n.back());
      continue;
    }
    PETZVAL_ASSIGN(const Glass glass, lens.Medium(surface.medium));
    PETZVAL_ASSIGN(const double index, glass.Index(um));
    n.push_back(n.back() < 0 ? -index : index);
  }
  const size_t count = lens.surfaces.size();
  const size_t stop = lens.stop;

  FileParaxial out;
  const State from_infinity = TraceTo(lens, n, {1, 0}, 0, count);
  if (from_infinity.nu != 0) out.efl_mm = -n.back() / from_infinity.nu * (n.back() < 0 ? -1 : 1);

  // Entrance pupil: the stop's height is a y + b u of the ray at surface 1; its image lies at b/a.
  const auto at_stop = [&](State s) {
    if (stop == 0) return s.y;
    s = TraceTo(lens, n, s, 0, stop);
    return s.y + lens.surfaces[stop - 1].thickness_mm * s.nu / n[stop];
  };
  const double a = at_stop({1, 0}), b = at_stop({0, 1});
  const bool infinite = !std::isfinite(lens.object_mm);
  if (a != 0) {
    const double epl = b / a;
    // Of the axial bundle through the rim: from the object to radius 1 at the pupil.
    const State marginal =
        infinite ? State{1, 0}
                 : State{lens.object_mm / (lens.object_mm + epl), 1 / (lens.object_mm + epl)};
    out.pupil_at_stop = std::abs(at_stop(marginal));
    const State end = TraceTo(lens, n, marginal, 0, count);
    const double slope = end.nu / n.back();
    if (slope != 0 && std::isfinite(slope)) {
      out.image_mm = -end.y / slope;
      out.working_epd_mm = 2 * 0.5 / std::abs(slope);
    }
  }
  return out;
}

}  // namespace petzval::optics
