// One surface forward and back, for any number type; included inside a namespace, once for each.
//
// The number type T has + - * / with itself, T(double), and the functions Root, Larger, Magnitude,
// AllBelow, Calmed (a step within a limit, halved when it is not smaller than 0.7 of the one
// before), OrZero (a value, or 0 where another is negative) and FailBelow (a new failure where a
// value is below a limit). Forms: Welford 1986; the sweep back is the transposed linearisation,
// with the intersection differentiated implicitly, so that it does not matter how the intersection
// was found.

// Of 1 - (1 + k) c^2 r^2 (for conics without more terms: of its root), the least that is traced;
// and how much more where the ray crosses the vertex plane beyond the conic's end.
constexpr double kLeastInside = 1e-6, kLeastInsideFromBeyond = 0.15;

// What the forward pass keeps of a surface.
template <class T>
struct StepState {
  T x, y;          // hit
  T s, s2;         // signed steps to the surface and to the next vertex plane
  T l, m, n;       // direction behind
  T g, phi, w;     // (dz/dr)/r, root of the conic, 1 / sqrt(1 + (dz/dr)^2)
  T c1, c2;        // cosines of incidence and refraction
  T inv_n, inv_d;  // 1 / n behind; 1 / (direction before . normal scaled to z = 1)
};

template <class T>
struct RayState {
  T x, y, l, m, n, opl;
  T failed;  // surface, or -1
};

// The polynomial part: z = sum A_p r^p and g = (dz/dr)/r.
template <class T>
HWY_INLINE void Polynomial(const KernelSurface& sf, bool even, T rho, T& z, T& g) {
  const int top = static_cast<int>(sf.a.size()) - 1;
  const double* a = sf.a.data();
  T sz(a[top]), sg(top * a[top]);
  if (even) {
    for (int p = top - 2; p >= 2; p -= 2) {
      sz = sz * rho + T(a[p]);
      sg = sg * rho + T(p * a[p]);
    }
  } else {
    const T r = Root(Larger(rho, T(1e-200)));
    for (int p = top - 1; p >= 2; --p) {
      sz = sz * r + T(a[p]);
      sg = sg * r + T(p * a[p]);
    }
  }
  z = sz * rho;
  g = sg;
}

// dg/d(rho) of the polynomial part.
template <class T>
HWY_INLINE T PolynomialBend(const KernelSurface& sf, bool even, T rho) {
  const int top = static_cast<int>(sf.a.size()) - 1;
  const double* a = sf.a.data();
  T sum(0.0);
  if (even) {
    for (int p = top; p >= 4; p -= 2) sum = sum * rho + T(0.5 * p * (p - 2) * a[p]);
    return sum;
  }
  const T r = Root(Larger(rho, T(1e-200)));
  for (int p = top; p >= 3; --p) sum = sum * r + T(0.5 * p * (p - 2) * a[p]);
  return sum / r;
}

inline bool IsEven(const KernelSurface& sf) {
  if (sf.a.size() % 2 == 0) return false;  // highest power is odd
  for (size_t p = 3; p < sf.a.size(); p += 2) {
    if (sf.a[p] != 0) return false;
  }
  return true;
}

// From the vertex plane to the surface: ray.x, ray.y become those of the hit.
template <class T>
HWY_INLINE void ToSurface(const KernelSurface& sf, bool even, int index, RayState<T>& ray,
                          StepState<T>& step) {
  const bool asphere = sf.a.size() > 2;
  const double e = 1 + sf.k;
  T s(0.0);
  if (asphere || sf.c != 0) {
    const double c = sf.effective_curvature(), ek = asphere ? 1.0 : e;
    const T b = ray.n - T(c) * (ray.x * ray.l + ray.y * ray.m);
    const T aa = T(c) * (ray.l * ray.l + ray.m * ray.m + T(ek) * ray.n * ray.n);
    const T q = T(c) * (ray.x * ray.x + ray.y * ray.y);
    const T disc = b * b - aa * q;
    // Only the start of Newton's iteration for an asphere: a sphere that is too small is no
    // failure.
    const T along = b + Root(Larger(disc, T(0.0)));
    if (!asphere) {
      FailBelow(disc, T(0.0), index, ray.failed);
      FailBelow(along, T(0.05), index, ray.failed);
    }
    s = OrZero(q / Larger(along, T(0.05)), disc);
    // Far from the axis an asphere has often bent away from its vertex sphere: start half way.
    if (asphere) s = T(0.5) * (s + OrZero(s, T(0.1) - T(c) * q));
  }
  T x = ray.x + s * ray.l, y = ray.y + s * ray.m, z = s * ray.n;
  if (asphere) {
    T g, phi(1.0), zs, zp, gp, miss(0.0);
    const T limit = T(0.3) * Root(ray.x * ray.x + ray.y * ray.y) + T(0.02);
    // Where the surface bends back and forth Newton's steps may circle; halved ones end that.
    for (int i = 0; i < 40; ++i) {
      const T rho = x * x + y * y;
      Polynomial(sf, even, rho, zp, gp);
      // Beyond the reach of the conic its root is held and the polynomial goes on.
      const T inside = T(1.0) - T(e * sf.c * sf.c) * rho;
      phi = Root(Larger(inside, T(kLeastInside)));
      const T flat = T(2 * sf.c) / (T(1.0) + phi);
      zs = T(0.5) * flat * rho + zp;
      g = flat + OrZero(T(sf.c) / phi - flat, inside - T(kLeastInside)) + gp;
      const T slope =
          ray.n - g * (ray.x * ray.l + ray.y * ray.m + s * (ray.l * ray.l + ray.m * ray.m));
      miss = Calmed((zs - z) / Larger(slope, T(0.05)), miss, limit);
      s = s + miss;
      x = ray.x + s * ray.l;
      y = ray.y + s * ray.m;
      z = s * ray.n;
      if (AllBelow(Magnitude(miss), 2e-8)) break;
    }
    const T rho = x * x + y * y;
    const T inside = T(1.0) - T(e * sf.c * sf.c) * rho;
    // Rays that come in from beyond the conic's end and meet it close to that are not found
    // reliably, least of all by tracers that do not hold the slope there.
    const T before = T(e * sf.c * sf.c) * (ray.x * ray.x + ray.y * ray.y) - T(1.0);
    FailBelow(inside - OrZero(T(kLeastInsideFromBeyond), before), T(kLeastInside), index,
              ray.failed);
    FailBelow(T(1e-7) - Magnitude(miss), T(0.0), index, ray.failed);
    phi = Root(Larger(inside, T(kLeastInside)));
    Polynomial(sf, even, rho, zp, gp);
    g = T(sf.c) / phi + gp;
    step.g = g;
    step.phi = phi;
    step.w = T(1.0) / Root(T(1.0) + g * g * rho);
  } else {
    // Beyond the vertex sheet there is no surface: to hold the root there would not do.
    const T sheet = T(1.0) - T(e * sf.c) * z;
    FailBelow(sheet, T(kLeastInside), index, ray.failed);
    const T phi = Larger(sheet, T(kLeastInside));
    step.phi = phi;
    step.g = T(sf.c) / phi;
    step.w = sf.k == 0 ? phi : phi / Root(T(sf.c * sf.c) * (x * x + y * y) + phi * phi);
  }
  step.x = x;
  step.y = y;
  step.s = s;
  const T d = ray.n - step.g * (x * ray.l + y * ray.m);
  FailBelow(d, T(1e-6), index, ray.failed);
  step.c1 = Larger(step.w * d, T(1e-6));
  step.inv_d = step.w / step.c1;
}

// Refraction and the way to the next vertex plane. `n1`, `n2`: indices before and behind.
template <class T>
HWY_INLINE void ToNextVertex(const KernelSurface& sf, double n1, double n2, int index,
                             RayState<T>& ray, StepState<T>& step) {
  const double ratio = n1 / n2;
  const T cosine2 = T(1.0) - T(ratio * ratio) * (T(1.0) - step.c1 * step.c1);
  FailBelow(cosine2, T(1e-12), index, ray.failed);
  step.c2 = Root(Larger(cosine2, T(1e-12)));
  const T bend = (step.c2 - T(ratio) * step.c1) * step.w;
  const T side = bend * step.g;
  const T z = step.s * ray.n;
  step.l = T(ratio) * ray.l - side * step.x;
  step.m = T(ratio) * ray.m - side * step.y;
  step.n = T(ratio) * ray.n + bend;
  FailBelow(step.n, T(1e-3), index, ray.failed);
  step.inv_n = T(1.0) / Larger(step.n, T(1e-3));
  step.s2 = (T(sf.t) - z) * step.inv_n;
  ray.x = step.x + step.s2 * step.l;
  ray.y = step.y + step.s2 * step.m;
  ray.l = step.l;
  ray.m = step.m;
  ray.n = step.n;
  ray.opl = ray.opl + T(n1) * step.s + T(n2) * step.s2;
}

// Adjoint of a ray state, and of the index of the space it is in.
template <class T>
struct RayAdjoint {
  T x, y, l, m, n, index;
  T opl;  // constant along the ray
};

// Back through ToNextVertex: from the adjoint at the next vertex plane to that at the hit. Before:
// `adj` at the next vertex; after: adj.x, y of the hit (z in `hit_z`), adj.l, m, n of the direction
// before, adj.index of the space before (what belongs to the intersection still missing).
// `t`, `n2_total`: derivatives by thickness and index behind. `g`: by step.g.
template <class T>
HWY_INLINE void BackThroughRefraction(double n1, double n2, const StepState<T>& h, T l, T m, T n,
                                      RayAdjoint<T>& adj, T& hit_z, T& t, T& n2_total, T& g) {
  const double ratio = n1 / n2;
  const T s2 = adj.x * h.l + adj.y * h.m + adj.opl * T(n2);
  t = s2 * h.inv_n;
  const T l2 = adj.l + h.s2 * adj.x;
  const T m2 = adj.m + h.s2 * adj.y;
  const T n2a = adj.n - t * h.s2;
  // Unit normal (-gX, -gY, 1) w.
  const T nx = T(0.0) - h.w * h.g * h.x, ny = T(0.0) - h.w * h.g * h.y, nz = h.w;
  const T gamma = h.c2 - T(ratio) * h.c1;
  const T gamma_a = l2 * nx + m2 * ny + n2a * nz;
  const T over = gamma_a / h.c2;
  const T c1_a = T(0.0) - over * T(ratio) * gamma;
  const T ratio_a =
      l2 * l + m2 * m + n2a * n - h.c1 * gamma_a - over * T(ratio) * (T(1.0) - h.c1 * h.c1);
  n2_total = adj.index + adj.opl * h.s2 - ratio_a * T(ratio / n2);
  adj.index = ratio_a * T(1 / n2);
  const T na_x = gamma * l2 + c1_a * l, na_y = gamma * m2 + c1_a * m, na_z = gamma * n2a + c1_a * n;
  const T along = na_x * nx + na_y * ny + na_z * nz;
  const T vx = h.w * (na_x - nx * along), vy = h.w * (na_y - ny * along);
  g = T(0.0) - (h.x * vx + h.y * vy);
  adj.x = adj.x - h.g * vx;
  adj.y = adj.y - h.g * vy;
  hit_z = T(0.0) - t;
  adj.l = T(ratio) * l2 + c1_a * nx;
  adj.m = T(ratio) * m2 + c1_a * ny;
  adj.n = T(ratio) * n2a + c1_a * nz;
}

// Back through ToSurface: `adj` becomes that at the vertex plane; `g` is the adjoint of step.g and
// `bend` = dg/d(rho). Returns the adjoint of the sag.
template <class T>
HWY_INLINE T BackThroughSurface(double n1, const StepState<T>& h, T l, T m, T n, T bend, T g,
                                T hit_z, RayAdjoint<T>& adj) {
  const T twist = T(2.0) * g * bend;
  adj.x = adj.x + twist * h.x;
  adj.y = adj.y + twist * h.y;
  const T s = adj.x * l + adj.y * m + hit_z * n + adj.opl * T(n1);
  const T sag = s * h.inv_d;
  adj.x = adj.x + sag * h.g * h.x;
  adj.y = adj.y + sag * h.g * h.y;
  adj.l = adj.l + h.s * adj.x;
  adj.m = adj.m + h.s * adj.y;
  adj.n = adj.n + h.s * (hit_z - sag);
  adj.index = adj.index + adj.opl * h.s;
  return sag;
}

// dg/d(rho) of the whole surface at a hit.
template <class T>
HWY_INLINE T Bend(const KernelSurface& sf, bool even, T rho, T phi) {
  const double e = 1 + sf.k;
  T bend = T(0.5 * e * sf.c * sf.c * sf.c) / (phi * phi * phi);
  if (sf.a.size() > 2) bend = bend + PolynomialBend(sf, even, rho);
  return bend;
}
