// Rays and their exact derivatives: a vectorised trace forward and a sweep back (adjoint).
#ifndef PETZVAL_OPTICS_DESIGN_RAY_KERNEL_H_
#define PETZVAL_OPTICS_DESIGN_RAY_KERNEL_H_

#include <cstddef>
#include <vector>

namespace petzval::optics {

// A rotationally symmetric surface: conic plus sum A_p r^p. Lengths in mm.
struct KernelSurface {
  double c = 0, k = 0, t = 0;
  std::vector<double> a;  // a[p], p = 0 .. highest (a[0] = a[1] = 0); empty: conic only

  double effective_curvature() const { return a.size() > 2 ? c + 2 * a[2] : c; }
};

// n[w][0] is the object space, n[w][i + 1] the space behind surface i.
struct KernelSystem {
  std::vector<KernelSurface> surfaces;
  std::vector<std::vector<double>> n;

  int size() const { return static_cast<int>(surfaces.size()); }
};

// Number of rays of a batch must be a multiple of this (pad with copies of a ray).
inline constexpr int kRayPad = 16;

// Start points on the vertex plane of surface 0 (z = 0) and directions with n > 0.
struct KernelRays {
  const double *x, *y, *l, *m, *n;
  int count = 0;
};

// Results at the image plane; any pointer but x, y and failed may be null.
struct KernelResults {
  double *x, *y, *l, *m, *n;
  double* opl;
  // -1: traced; otherwise the surface where the ray missed or was reflected totally. Then x, y ..
  // are finite but mean nothing, and the columns of the ray are zero.
  double* failed;
};

// What a sweep back starts with, for each ray: d(output) / d(x, y, l, m, n, opl at the image
// plane). A null pointer is 0 for all rays. With a hit seed, x and y are those of the hit instead.
struct KernelSeed {
  const double *x = nullptr, *y = nullptr, *l = nullptr, *m = nullptr, *n = nullptr;
  const double* opl = nullptr;
};

// Which derivatives a sweep stores, as column numbers; -1: not wanted.
struct ColumnPlan {
  struct Surface {
    int c = -1, t = -1, k = -1;
    int n = -1;              // index behind the surface
    std::vector<int> power;  // power[p]: column of A_p; empty: none
  };
  std::vector<Surface> surfaces;
  int start_x = -1, start_y = -1, start_l = -1, start_m = -1, start_n = -1;
  int n_object = -1;
  int columns = 0;
};

// A column j of seed s and ray i is stored at base[j * column_stride + s * seed_stride + i].
struct KernelColumns {
  double* base = nullptr;
  ptrdiff_t column_stride = 0, seed_stride = 0;
};

inline constexpr int kMaxSeeds = 3;

// Only forward.
void TraceKernel(const KernelSystem& system, int wavelength, const KernelRays& rays,
                 const KernelResults& results);

// Forward and back for each of the 1 .. kMaxSeeds `seeds`. l, m, n count as independent of each
// other. `last` < 0: to the image plane; otherwise the sweep starts at the point where the ray
// meets surface `last` and results.x, y are of that point (l, m, n, opl are not written).
void TraceAdjointKernel(const KernelSystem& system, int wavelength, const KernelRays& rays,
                        const KernelSeed* seeds, int seed_count, int last, const ColumnPlan& plan,
                        const KernelResults& results, const KernelColumns& columns);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_RAY_KERNEL_H_
