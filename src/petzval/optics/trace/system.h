// A lens made ready for rays: curvatures, coefficients in mm and indices for each wavelength.
#ifndef PETZVAL_OPTICS_TRACE_SYSTEM_H_
#define PETZVAL_OPTICS_TRACE_SYSTEM_H_

#include <array>
#include <optional>
#include <vector>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

inline constexpr int kMaxPower = 30;

// A rigid motion of a surface's frame; applied to a ray as p' = rotation * (p - offset).
struct FrameMotion {
  std::array<double, 3> offset_mm = {0, 0, 0};
  std::array<std::array<double, 3>, 3> rotation = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  bool carries = false;
};

struct TraceSurface {
  double c = 0;           // 1/mm
  double k = 0;           // conic constant
  double t = 0;           // mm to the next vertex
  double sd = 0;          // mm; 0 does not clip
  std::vector<double> a;  // a[p] = A_p in mm^(1-p), p = 0 .. highest; empty: conic only
  AsphereKind q_kind = AsphereKind::kNone;  // kQcon or kQbfs: q and norm are used instead of a
  std::vector<double> q;
  double norm_mm = 1;
  double c_x = 0;  // toroid: curvature of the x-z section
  bool toroid = false;
  bool mirror = false;
  std::optional<FrameMotion> motion;
  std::optional<Edge> edge;

  bool conic_only() const { return a.empty() && q_kind == AsphereKind::kNone && !toroid; }
  // c + 2 A_2 (+ what a Q polynomial adds at the vertex): the curvature of all paraxial formulas.
  double effective_curvature() const;
};

// Surfaces counted from 0; n[w][0] is the object space, n[w][i + 1] the space behind surface i.
// Behind a mirror the index has the opposite sign of the space before it.
struct System {
  std::vector<TraceSurface> surfaces;
  int stop = 0;
  double object_mm = kInfinity;
  std::vector<double> um;       // wavelengths
  std::vector<double> weights;  // of the wavelengths, sum 1
  int primary = 0;
  std::vector<std::vector<double>> n;  // [wavelength][surface + 1]

  int size() const { return static_cast<int>(surfaces.size()); }
  int wavelengths() const { return static_cast<int>(um.size()); }
};

// The lens at its own wavelengths, or at `um` (weights 1, primary the nearest to the lens's
// primary). Pickups and solves are taken as already applied. Errors: those of CheckLens.
Result<System> MakeSystem(const Lens& lens);
Result<System> MakeSystem(const Lens& lens, const std::vector<double>& um);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_SYSTEM_H_
