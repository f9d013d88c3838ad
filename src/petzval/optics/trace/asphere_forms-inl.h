// The forms of aspheres: distance along the ray to first order, and slopes. Included once for each
// SIMD target.
#if defined(PETZVAL_OPTICS_TRACE_ASPHERE_FORMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PETZVAL_OPTICS_TRACE_ASPHERE_FORMS_INL_H_
#undef PETZVAL_OPTICS_TRACE_ASPHERE_FORMS_INL_H_
#else
#define PETZVAL_OPTICS_TRACE_ASPHERE_FORMS_INL_H_
#endif

#include "petzval/optics/trace/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace petzval::optics::trace_kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A form offers Step: how far along the ray the surface is, to first order, and Slopes: dz/dx,
// dz/dy and the argument of the conic's root, negative where the surface ends. kInterleaved: for
// several vectors together.
constexpr double kSmallestArgument = 1e-12;

// Conic plus even powers (kOdd: any powers) of the radius.
template <class D, bool kOdd>
struct PowerForm {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using X = wide::Wide<kWide, D>;
  static constexpr bool kInterleaved = true;

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

  HWY_INLINE X Variable(const X& rho) const {
    if constexpr (kOdd) return wide::HardwareRoot(rho);
    return rho;
  }
  HWY_INLINE X ConicRoot(const X& rho, X& argument, X& inverse) const {
    argument = wide::NegMulAdd(end, rho, wide::Broadcast<kWide>(hn::Set(d, T(1))));
    X root;
    wide::Roots(d, wide::Max(argument, hn::Set(d, T(kSmallestArgument))), root, inverse);
    return root;
  }

  HWY_INLINE X Step(const X& x, const X& y, const X& z, const X& l, const X& m, const X& n) const {
    const X rho = wide::MulAdd(x, x, wide::Mul(y, y));
    X argument, inverse;
    const X root1 = wide::Add(ConicRoot(rho, argument, inverse), hn::Set(d, T(1)));
    const X r = Variable(rho);
    X p = wide::Broadcast<kWide>(hn::Set(d, sag[terms - 1]));
    X w = wide::Broadcast<kWide>(hn::Set(d, slope[terms - 1]));
    for (int i = terms - 2; i >= 0; --i) {
      p = wide::MulAdd(p, r, hn::Set(d, sag[i]));
      w = wide::MulAdd(w, r, hn::Set(d, slope[i]));
    }
    // (sag - z) (1 + root) over (N - w (xL + yM)) (1 + root): one quotient for both.
    const X miss = wide::MulAdd(wide::MulSub(p, rho, z), root1, wide::Mul(c, rho));
    w = wide::MulAdd(c, inverse, w);
    const X along = wide::NegMulAdd(w, wide::MulAdd(x, l, wide::Mul(y, m)), n);
    return wide::StepQuotient(d, miss, wide::Mul(along, root1));
  }

  HWY_INLINE void Slopes(const X& x, const X& y, X& zx, X& zy, X& argument) const {
    const X rho = wide::MulAdd(x, x, wide::Mul(y, y));
    X inverse;
    ConicRoot(rho, argument, inverse);
    const X r = Variable(rho);
    X w = wide::Broadcast<kWide>(hn::Set(d, slope[terms - 1]));
    for (int i = terms - 2; i >= 0; --i) w = wide::MulAdd(w, r, hn::Set(d, slope[i]));
    w = wide::MulAdd(c, inverse, w);
    zx = wide::Mul(w, x);
    zy = wide::Mul(w, y);
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
  static constexpr bool kInterleaved = false;

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
  static constexpr bool kInterleaved = false;

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

// The same for any number of vectors.
template <class Form, class X>
HWY_INLINE X StepTo(const Form& form, const X& x, const X& y, const X& z, const X& l, const X& m,
                    const X& n) {
  if constexpr (wide::IsPair<X>::value && !Form::kInterleaved) {
    return X{StepTo(form, x.a, y.a, z.a, l.a, m.a, n.a),
             StepTo(form, x.b, y.b, z.b, l.b, m.b, n.b)};
  } else {
    return form.Step(x, y, z, l, m, n);
  }
}
template <class Form, class X>
HWY_INLINE void SlopesAt(const Form& form, const X& x, const X& y, X& zx, X& zy, X& argument) {
  if constexpr (wide::IsPair<X>::value && !Form::kInterleaved) {
    SlopesAt(form, x.a, y.a, zx.a, zy.a, argument.a);
    SlopesAt(form, x.b, y.b, zx.b, zy.b, argument.b);
  } else {
    form.Slopes(x, y, zx, zy, argument);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics::trace_kernels
HWY_AFTER_NAMESPACE();

#endif  // include guard of the target
