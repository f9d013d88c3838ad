// Surfaces without a closed form: Newton's method from the sphere of the vertex's curvature, and
// refraction at their normal. Included once for each SIMD target.
#if defined(PETZVAL_OPTICS_TRACE_ASPHERE_STAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PETZVAL_OPTICS_TRACE_ASPHERE_STAGE_INL_H_
#undef PETZVAL_OPTICS_TRACE_ASPHERE_STAGE_INL_H_
#else
#define PETZVAL_OPTICS_TRACE_ASPHERE_STAGE_INL_H_
#endif

#include "petzval/optics/trace/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace petzval::optics::trace_kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A form offers Step: how far along the ray the surface is, to first order, and Slopes: dz/dx and
// dz/dy. Both give the argument of the conic's root, negative where the surface ends.
constexpr double kSmallestArgument = 1e-12;

// Conic plus even powers (kOdd: any powers) of the radius.
template <class D, bool kOdd>
struct PowerForm {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

  PowerForm(D d_, const PackedSurface& p)
      : d(d_),
        c(hn::Set(d, T(p.c))),
        end(hn::Set(d, T((1 + p.k) * p.c * p.c))),
        terms(static_cast<int>(p.sag.size())) {
    for (int i = 0; i < terms; ++i) {
      sag[i] = static_cast<T>(p.sag[i]);
      slope[i] = static_cast<T>(p.slope[i]);
    }
  }

  HWY_INLINE V Variable(V rho) const { return kOdd ? hn::Sqrt(rho) : rho; }
  HWY_INLINE V ConicRoot(V rho, V& argument, V& inverse) const {
    argument = hn::NegMulAdd(end, rho, hn::Set(d, T(1)));
    V root;
    Roots(d, hn::Max(argument, hn::Set(d, T(kSmallestArgument))), root, inverse);
    return root;
  }

  HWY_INLINE V Step(V x, V y, V z, V l, V m, V n) const {
    const V rho = hn::MulAdd(x, x, hn::Mul(y, y));
    V argument, inverse;
    const V root1 = hn::Add(ConicRoot(rho, argument, inverse), hn::Set(d, T(1)));
    const V r = Variable(rho);
    V p = hn::Set(d, sag[terms - 1]), w = hn::Set(d, slope[terms - 1]);
    for (int i = terms - 2; i >= 0; --i) {
      p = hn::MulAdd(p, r, hn::Set(d, sag[i]));
      w = hn::MulAdd(w, r, hn::Set(d, slope[i]));
    }
    // (sag - z) (1 + root) over (N - w (xL + yM)) (1 + root): one quotient for both.
    const V miss = hn::MulAdd(hn::MulSub(p, rho, z), root1, hn::Mul(c, rho));
    w = hn::MulAdd(c, inverse, w);
    const V along = hn::NegMulAdd(w, hn::MulAdd(x, l, hn::Mul(y, m)), n);
    return Quotient(d, miss, hn::Mul(along, root1));
  }

  HWY_INLINE void Slopes(V x, V y, V& zx, V& zy, V& argument) const {
    const V rho = hn::MulAdd(x, x, hn::Mul(y, y));
    V inverse;
    ConicRoot(rho, argument, inverse);
    const V r = Variable(rho);
    V w = hn::Set(d, slope[terms - 1]);
    for (int i = terms - 2; i >= 0; --i) w = hn::MulAdd(w, r, hn::Set(d, slope[i]));
    w = hn::MulAdd(c, inverse, w);
    zx = hn::Mul(w, x);
    zy = hn::Mul(w, y);
  }

  D d;
  V c, end;
  int terms;
  T sag[kMaxPower], slope[kMaxPower];
};

// Forbes' polynomials, by their recurrence (see QBasis).
template <class D>
struct QForm {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

  QForm(D d_, const PackedSurface& p)
      : d(d_), surface(p), qbfs(p.surface->q_kind == AsphereKind::kQbfs) {}

  // Sag, (dz/dr)/r and the argument that ends it.
  HWY_INLINE void Profile(V rho, V& z, V& w, V& argument) const {
    const QBasis& q = surface.q;
    const auto set = [&](double v) HWY_ATTR { return hn::Set(d, T(v)); };
    const V one = set(1), least = set(kSmallestArgument);
    const V u2 = hn::Mul(rho, set(surface.inv_norm2));
    V before = set(q.p0), before_x = hn::Zero(d);
    V p = hn::MulAdd(set(q.p1_slope), u2, set(q.p1_offset)), p_x = set(q.p1_slope);
    V sum = hn::Mul(set(q.b[0]), before), sum_x = hn::Zero(d);
    for (size_t i = 1; i < q.b.size(); ++i) {
      sum = hn::MulAdd(set(q.b[i]), p, sum);
      sum_x = hn::MulAdd(set(q.b[i]), p_x, sum_x);
      const V factor = hn::MulAdd(set(q.beta[i]), u2, set(q.alpha[i]));
      const V next = hn::NegMulAdd(set(q.gamma[i]), before, hn::Mul(factor, p));
      const V next_x = hn::NegMulAdd(set(q.gamma[i]), before_x,
                                     hn::MulAdd(factor, p_x, hn::Mul(set(q.beta[i]), p)));
      before = p, before_x = p_x;
      p = next, p_x = next_x;
    }
    V front, front_x;
    argument = hn::NegMulAdd(set((1 + surface.k) * surface.c * surface.c), rho, one);
    const V root = hn::Sqrt(hn::Max(argument, least));
    if (qbfs) {
      const double c2 = surface.c * surface.c;
      const V base = hn::NegMulAdd(set(c2), rho, one);
      const V base_root = hn::Sqrt(hn::Max(base, least));
      front = hn::Div(hn::Mul(u2, hn::Sub(one, u2)), base_root);
      const V bend =
          hn::Div(hn::Mul(set(0.5 * c2 / surface.inv_norm2), front), hn::Mul(base_root, base_root));
      front_x = hn::Add(hn::Div(hn::NegMulAdd(set(2), u2, one), base_root), bend);
      argument = hn::Min(argument, base);
    } else {
      front = hn::Mul(u2, u2);
      front_x = hn::Add(u2, u2);
    }
    const V c = set(surface.c);
    z = hn::MulAdd(front, sum, hn::Div(hn::Mul(c, rho), hn::Add(one, root)));
    w = hn::MulAdd(set(2 * surface.inv_norm2), hn::MulAdd(front_x, sum, hn::Mul(front, sum_x)),
                   hn::Div(c, root));
  }

  HWY_INLINE V Step(V x, V y, V z, V l, V m, V n) const {
    V sag, w, argument;
    Profile(hn::MulAdd(x, x, hn::Mul(y, y)), sag, w, argument);
    const V along = hn::NegMulAdd(w, hn::MulAdd(x, l, hn::Mul(y, m)), n);
    return hn::Div(hn::Sub(sag, z), along);
  }
  HWY_INLINE void Slopes(V x, V y, V& zx, V& zy, V& argument) const {
    V sag, w;
    Profile(hn::MulAdd(x, x, hn::Mul(y, y)), sag, w, argument);
    zx = hn::Mul(w, x);
    zy = hn::Mul(w, y);
  }

  D d;
  const PackedSurface& surface;
  bool qbfs;
};

// A profile in y turned about an axis parallel to y: toroids and, flat in x, cylinders. Rare and
// small in number: lane by lane.
template <class D>
struct ToroidForm {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

  ToroidForm(D d_, const PackedSurface& p) : d(d_), surface(*p.surface) {}

  HWY_INLINE void Shapes(V x, V y, V& z, V& zx, V& zy, V& argument) const {
    alignas(64) T xs[hn::MaxLanes(D())], ys[hn::MaxLanes(D())], zs[hn::MaxLanes(D())];
    alignas(64) T ends[hn::MaxLanes(D())];
    hn::Store(x, d, xs);
    hn::Store(y, d, ys);
    for (size_t i = 0; i < hn::Lanes(d); ++i) {
      const Shape shape = ShapeAt(surface, xs[i], ys[i]);
      zs[i] = static_cast<T>(shape.z);
      xs[i] = static_cast<T>(shape.dz_dx), ys[i] = static_cast<T>(shape.dz_dy);
      ends[i] = shape.valid ? T(1) : T(-1);
    }
    z = hn::Load(d, zs), zx = hn::Load(d, xs), zy = hn::Load(d, ys), argument = hn::Load(d, ends);
  }
  HWY_INLINE V Step(V x, V y, V z, V l, V m, V n) const {
    V sag, zx, zy, argument;
    Shapes(x, y, sag, zx, zy, argument);
    return hn::Div(hn::Sub(sag, z), hn::NegMulAdd(zx, l, hn::NegMulAdd(zy, m, n)));
  }
  HWY_INLINE void Slopes(V x, V y, V& zx, V& zy, V& argument) const {
    V sag;
    Shapes(x, y, sag, zx, zy, argument);
  }

  D d;
  const TraceSurface& surface;
};

// The sphere that touches at the vertex; where the ray misses it, the tangent plane.
template <class D>
HWY_NOINLINE void StartOnSphere(D d, const PackedSurface& p, Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  const V t = hn::Set(d, T(p.t_before)), n2 = hn::Set(d, T(p.n * p.n));
  const V c = hn::Set(d, T(p.c_effective)), n2c = hn::Set(d, T(p.n * p.n * p.c_effective));
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < tile.count; i += lanes) {
    const V l = hn::Load(d, tile.l + i), m = hn::Load(d, tile.m + i), n = hn::Load(d, tile.n + i);
    const V x = hn::Load(d, tile.x + i), y = hn::Load(d, tile.y + i);
    const V z = hn::Sub(hn::Load(d, tile.z + i), t);
    const V sum2 = hn::MulAdd(x, x, hn::MulAdd(y, y, hn::Mul(z, z)));
    const V dot = hn::MulAdd(x, l, hn::MulAdd(y, m, hn::Mul(z, n)));
    const V f = hn::MulSub(c, sum2, hn::Add(z, z));
    const V g = hn::NegMulAdd(c, dot, n);
    const V discriminant = hn::NegMulAdd(n2c, f, hn::Mul(g, g));
    V s = Quotient(d, f, hn::Add(g, hn::CopySign(Root(d, discriminant), n)));
    if (HWY_UNLIKELY(AnyNegative(d, discriminant))) {
      s = hn::IfThenElse(hn::Ge(discriminant, hn::Zero(d)), s, hn::Neg(hn::Div(z, n)));
    }
    hn::Store(hn::MulAdd(s, l, x), d, tile.x + i);
    hn::Store(hn::MulAdd(s, m, y), d, tile.y + i);
    hn::Store(hn::MulAdd(s, n, z), d, tile.z + i);
    if constexpr (Tile<T>::kPathLength) {
      hn::Store(hn::MulAdd(n2, s, hn::Load(d, tile.opl + i)), d, tile.opl + i);
    }
  }
}

// Rays that Newton's method did not bring to the surface in the usual number of steps.
template <class T>
void SearchSingly(const PackedSurface& p, int at, Tile<T>& tile) {
  Ray ray{tile.x[at], tile.y[at], tile.z[at], tile.l[at] / p.n, tile.m[at] / p.n, tile.n[at] / p.n};
  double step = 0;
  if (!Intersect(*p.surface, &ray, &step)) return tile.Fail(at, RayStatus::kMissed, p.n);
  tile.x[at] = static_cast<T>(ray.x), tile.y[at] = static_cast<T>(ray.y);
  tile.z[at] = static_cast<T>(ray.z);
  if constexpr (Tile<T>::kPathLength) tile.opl[at] += p.n * step;
}

// A step below the limit leaves an error of about its square: below 1e-14 mm, or the precision.
template <class D, class Form>
HWY_INLINE void Search(D d, const Form& form, const PackedSurface& p, Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  constexpr T kLimit = sizeof(T) == 8 ? T(5e-8) : T(1e-4);
  constexpr int kPasses = 10;
  const V limit = hn::Set(d, kLimit), n2 = hn::Set(d, T(p.n * p.n));
  const int lanes = static_cast<int>(hn::Lanes(d));
  int pending[Tile<T>::kRays];
  int count = 0;
  for (int i = 0; i < tile.count; i += lanes) pending[count++] = i;
  for (int pass = 0; pass < kPasses && count > 0; ++pass) {
    int left = 0;
    for (int j = 0; j < count; ++j) {
      const int i = pending[j];
      const V l = hn::Load(d, tile.l + i), m = hn::Load(d, tile.m + i), n = hn::Load(d, tile.n + i);
      const V x = hn::Load(d, tile.x + i), y = hn::Load(d, tile.y + i);
      const V z = hn::Load(d, tile.z + i);
      V s = form.Step(x, y, z, l, m, n);
      V size = hn::Abs(s);
      if (pass > 0) {
        // Lanes that have arrived stay, so that no ray depends on its neighbours.
        const V last = hn::Load(d, tile.last_step + i);
        const auto arrived = hn::Le(last, limit);
        s = hn::IfThenZeroElse(arrived, s);
        size = hn::IfThenElse(arrived, last, size);
      }
      hn::Store(hn::MulAdd(s, l, x), d, tile.x + i);
      hn::Store(hn::MulAdd(s, m, y), d, tile.y + i);
      hn::Store(hn::MulAdd(s, n, z), d, tile.z + i);
      hn::Store(size, d, tile.last_step + i);
      if constexpr (Tile<T>::kPathLength) {
        hn::Store(hn::MulAdd(n2, s, hn::Load(d, tile.opl + i)), d, tile.opl + i);
      }
      pending[left] = i;
      left += hn::AllTrue(d, hn::Le(size, limit)) ? 0 : 1;
    }
    count = left;
  }
  for (int j = 0; j < count; ++j) {
    for (int i = pending[j]; i < pending[j] + lanes; ++i) {
      if (!(tile.last_step[i] <= kLimit)) SearchSingly(p, i, tile);
    }
  }
}

template <class D, class Form>
HWY_NOINLINE void AsphereStage(D d, const Form& form, const PackedSurface& p, bool clip,
                               Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  constexpr double kInf = std::numeric_limits<double>::infinity();
  StartOnSphere(d, p, tile);
  Search(d, form, p, tile);
  const V one = hn::Set(d, T(1));
  const V change = hn::Set(d, T(p.n2_change)), flip = hn::Set(d, T(p.mirror ? -0.0 : 0.0));
  const V limit = hn::Set(d, T(clip ? p.limit2 : kInf));
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < tile.count; i += lanes) {
    const V l = hn::Load(d, tile.l + i), m = hn::Load(d, tile.m + i), n = hn::Load(d, tile.n + i);
    const V x = hn::Load(d, tile.x + i), y = hn::Load(d, tile.y + i);
    V zx, zy, argument, length, inverse;
    form.Slopes(x, y, zx, zy, argument);
    Roots(d, hn::MulAdd(zx, zx, hn::MulAdd(zy, zy, one)), length, inverse);
    const V cosine = hn::Mul(hn::NegMulAdd(zx, l, hn::NegMulAdd(zy, m, n)), inverse);
    const V square = hn::MulAdd(cosine, cosine, change);
    const V gamma = hn::Mul(hn::Sub(CosineBehind(d, square, cosine, flip), cosine), inverse);
    hn::Store(hn::NegMulAdd(gamma, zx, l), d, tile.l + i);
    hn::Store(hn::NegMulAdd(gamma, zy, m), d, tile.m + i);
    hn::Store(hn::Add(gamma, n), d, tile.n + i);
    const V outside = hn::Sub(limit, hn::MulAdd(x, x, hn::Mul(y, y)));
    if (HWY_UNLIKELY(AnyNegative(d, hn::Or(hn::Or(argument, square), outside)))) {
      FailLanes(d, p, clip, i, argument, outside, square, tile);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics::trace_kernels
HWY_AFTER_NAMESPACE();

#endif  // include guard of the target
