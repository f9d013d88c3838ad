// A system at one wavelength in the form that the vector kernels read.
#ifndef PETZVAL_OPTICS_TRACE_PACKED_SYSTEM_H_
#define PETZVAL_OPTICS_TRACE_PACKED_SYSTEM_H_

#include <optional>
#include <vector>

#include "petzval/optics/trace/surface_shape.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::optics {

struct PackedSurface {
  enum class Kind : uint8_t { kPlane, kSphere, kConic, kEven, kPowers, kQ, kToroid };

  Kind kind = Kind::kPlane;
  bool refracts = true;
  double t_before = 0;  // from the vertex before, mm
  double t_frame = 0;   // the same where the surface's frame is moved: taken before the motion
  double n = 1, n_behind = 1;  // indices before and behind
  double n2_change = 0;        // n'^2 - n^2
  bool mirror = false;         // n and n' have opposite signs
  double c = 0, k = 0, c_effective = 0;
  double limit2 = 0;      // square of the clear radius, with its tolerance; infinite: none
  bool own_edge = false;  // an edge other than a circle
  // kEven: b[j] of r^(2j+2). kPowers: b[j] of r^(j+2). Slope over r: the same powers less two.
  std::vector<double> sag, slope;
  QBasis q;  // kQ
  double inv_norm2 = 1;
  const TraceSurface* surface = nullptr;
};

struct PackedSystem {
  std::vector<PackedSurface> surfaces;
  bool to_image = true;  // false: ends on the last surface
  double image_t = 0;
  double n_object = 1, n_image = 1;
};

// `system` must outlive the result and stay where it is.
PackedSystem PackSystem(const System& system, int wavelength);
// Only up to the stop surface.
PackedSystem PackToStop(const System& system, int wavelength);

// Pointers to where a run of rays begins and where its results go.
template <class T>
struct RaySpan {
  const T *x, *y, *z, *l, *m, *n;
  T *out_x, *out_y, *out_l, *out_m, *out_n;
  T* out_opl;  // double only
  uint8_t* out_status;
  int count;
};

namespace trace_kernels {

// Traces on the best target that the machine has, in one thread. Where the system ends on its last
// surface, x and y are those on it. out_l, out_m, out_n together and out_opl may be null.
void TraceSpan(const PackedSystem& system, bool clip, const RaySpan<double>& rays);
void TraceSpan(const PackedSystem& system, bool clip, const RaySpan<float>& rays);

}  // namespace trace_kernels
}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_PACKED_SYSTEM_H_
