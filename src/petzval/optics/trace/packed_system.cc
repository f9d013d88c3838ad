// Constants of surfaces, worked out once for many rays.
#include "petzval/optics/trace/packed_system.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace petzval::optics {
namespace {

void PackPowers(const TraceSurface& s, PackedSurface* p) {
  assert(s.a.size() <= kMaxPower + 1);
  bool even = true;
  for (size_t i = 3; i < s.a.size(); i += 2) even = even && s.a[i] == 0;
  p->kind = even ? PackedSurface::Kind::kEven : PackedSurface::Kind::kPowers;
  for (size_t i = 2; i < s.a.size(); i += even ? 2 : 1) {
    p->sag.push_back(s.a[i]);
    p->slope.push_back(static_cast<double>(i) * s.a[i]);
  }
}

PackedSurface Pack(const TraceSurface& s, double n_before, double n_after) {
  PackedSurface p;
  p.surface = &s;
  p.n = n_before;
  p.n_behind = n_after;
  p.refracts = n_before != n_after;
  p.n2_change = (n_after - n_before) * (n_after + n_before);
  p.mirror = n_before * n_after < 0;
  p.c = s.c, p.k = s.k;
  p.c_effective = s.effective_curvature();
  p.limit2 = s.sd > 0 ? s.sd * s.sd * (1 + 1e-9) : std::numeric_limits<double>::infinity();
  p.own_edge = s.edge && s.edge->kind != EdgeKind::kCircle;
  if (s.toroid) {
    p.kind = PackedSurface::Kind::kToroid;
    if (!s.a.empty()) {
      PackPowers(s, &p);
      p.kind = PackedSurface::Kind::kToroid;
    }
  } else if (s.q_kind != AsphereKind::kNone && !s.q.empty()) {
    p.kind = PackedSurface::Kind::kQ;
    p.q = MakeQBasis(s.q_kind, s.q);
    p.inv_norm2 = 1 / (s.norm_mm * s.norm_mm);
  } else if (s.a.size() > 2) {
    PackPowers(s, &p);
  } else if (s.c == 0) {
    p.kind = PackedSurface::Kind::kPlane;
  } else {
    p.kind = s.k == 0 ? PackedSurface::Kind::kSphere : PackedSurface::Kind::kConic;
  }
  return p;
}

}  // namespace

PackedSystem PackSystem(const System& system, int wavelength) {
  const std::vector<double>& n = system.n[wavelength];
  PackedSystem packed;
  for (int i = 0; i < system.size(); ++i) {
    packed.surfaces.push_back(Pack(system.surfaces[i], n[i], n[i + 1]));
    if (i == 0) continue;
    PackedSurface& p = packed.surfaces[i];
    (system.surfaces[i].motion ? p.t_frame : p.t_before) = system.surfaces[i - 1].t;
  }
  packed.image_t = system.surfaces.back().t;
  packed.n_object = n.front();
  packed.n_image = n.back();
  return packed;
}

PackedSystem PackToStop(const System& system, int wavelength) {
  PackedSystem packed = PackSystem(system, wavelength);
  packed.surfaces.resize(system.stop + 1);
  packed.surfaces.back().refracts = false;
  packed.to_image = false;
  return packed;
}

}  // namespace petzval::optics
