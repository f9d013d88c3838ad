// Several vectors handled as one: every operation is done on all of them in turn, so that the
// processor always has independent work while results are on their way. Included once for each
// SIMD target.
#if defined(PETZVAL_OPTICS_TRACE_WIDE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PETZVAL_OPTICS_TRACE_WIDE_INL_H_
#undef PETZVAL_OPTICS_TRACE_WIDE_INL_H_
#else
#define PETZVAL_OPTICS_TRACE_WIDE_INL_H_
#endif

#include <hwy/highway.h>

#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace petzval::optics::trace_kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Always named with it, so that the functions of Highway are not found instead.
namespace wide {

// Two vectors, or two pairs. A plain vector in an operation with pairs stands for all.
template <class P>
struct Pair {
  P a, b;
};
template <class X>
struct IsPair : std::false_type {};
template <class P>
struct IsPair<Pair<P>> : std::true_type {};

template <class P>
HWY_INLINE P First(const Pair<P>& x) {
  return x.a;
}
template <class P>
HWY_INLINE P Second(const Pair<P>& x) {
  return x.b;
}
template <class V, std::enable_if_t<!IsPair<V>::value>* = nullptr>
HWY_INLINE V First(const V& x) {
  return x;
}
template <class V, std::enable_if_t<!IsPair<V>::value>* = nullptr>
HWY_INLINE V Second(const V& x) {
  return x;
}

#define PETZVAL_WIDE_1(Name, Op)                  \
  template <class X>                              \
  HWY_INLINE X Name(const X& x) {                 \
    if constexpr (IsPair<X>::value)               \
      return X{wide::Name(x.a), wide::Name(x.b)}; \
    else                                          \
      return Op(x);                               \
  }
#define PETZVAL_WIDE_2(Name, Op)                                                                   \
  template <class X, class Y>                                                                      \
  HWY_INLINE auto Name(const X& x, const Y& y) {                                                   \
    if constexpr (IsPair<X>::value || IsPair<Y>::value) {                                          \
      const auto a = wide::Name(wide::First(x), wide::First(y));                                   \
      return Pair<std::remove_const_t<decltype(a)>>{a,                                             \
                                                    wide::Name(wide::Second(x), wide::Second(y))}; \
    } else {                                                                                       \
      return Op(x, y);                                                                             \
    }                                                                                              \
  }
#define PETZVAL_WIDE_3(Name, Op)                                                 \
  template <class X, class Y, class Z>                                           \
  HWY_INLINE auto Name(const X& x, const Y& y, const Z& z) {                     \
    if constexpr (IsPair<X>::value || IsPair<Y>::value || IsPair<Z>::value) {    \
      const auto a = wide::Name(wide::First(x), wide::First(y), wide::First(z)); \
      return Pair<std::remove_const_t<decltype(a)>>{                             \
          a, wide::Name(wide::Second(x), wide::Second(y), wide::Second(z))};     \
    } else {                                                                     \
      return Op(x, y, z);                                                        \
    }                                                                            \
  }

PETZVAL_WIDE_1(Neg, hn::Neg)
PETZVAL_WIDE_1(Abs, hn::Abs)
PETZVAL_WIDE_1(HardwareRoot, hn::Sqrt)
PETZVAL_WIDE_2(Add, hn::Add)
PETZVAL_WIDE_2(Sub, hn::Sub)
PETZVAL_WIDE_2(Mul, hn::Mul)
PETZVAL_WIDE_2(HardwareQuotient, hn::Div)
PETZVAL_WIDE_2(Min, hn::Min)
PETZVAL_WIDE_2(Max, hn::Max)
PETZVAL_WIDE_2(Or, hn::Or)
PETZVAL_WIDE_2(Xor, hn::Xor)
PETZVAL_WIDE_2(CopySign, hn::CopySign)
PETZVAL_WIDE_3(MulAdd, hn::MulAdd)
PETZVAL_WIDE_3(MulSub, hn::MulSub)
PETZVAL_WIDE_3(NegMulAdd, hn::NegMulAdd)

template <int W, class V>
HWY_INLINE auto Broadcast(const V& v) {
  if constexpr (W == 1) {
    return v;
  } else {
    const auto half = wide::Broadcast<W / 2>(v);
    return Pair<std::remove_const_t<decltype(half)>>{half, half};
  }
}

// W vectors in a row.
template <int W, class D>
HWY_INLINE auto Load(D d, const hn::TFromD<D>* p) {
  if constexpr (W == 1) {
    return hn::Load(d, p);
  } else {
    const auto a = wide::Load<W / 2>(d, p);
    return Pair<std::remove_const_t<decltype(a)>>{a,
                                                  wide::Load<W / 2>(d, p + W / 2 * hn::Lanes(d))};
  }
}
template <int W, class D, class X>
HWY_INLINE void Store(const X& x, D d, hn::TFromD<D>* p) {
  if constexpr (W == 1) {
    hn::Store(x, d, p);
  } else {
    wide::Store<W / 2>(x.a, d, p);
    wide::Store<W / 2>(x.b, d, p + W / 2 * hn::Lanes(d));
  }
}

// The type that W vectors have together.
template <int W, class D>
using Wide = decltype(wide::Load<W>(D(), static_cast<const hn::TFromD<D>*>(nullptr)));

// The estimates of 14 bits are refined by one step of third or fourth order: as good as divisions
// and roots to the last bits, but pipelined.
#undef PETZVAL_TRACE_FAST_ROOTS
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
#define PETZVAL_TRACE_FAST_ROOTS 1
HWY_INLINE hn::Vec512<double> RootEstimateOf(hn::Vec512<double> v) {
  return hn::Vec512<double>{_mm512_rsqrt14_pd(v.raw)};
}
HWY_INLINE hn::Vec512<float> RootEstimateOf(hn::Vec512<float> v) {
  return hn::ApproximateReciprocalSqrt(v);
}
HWY_INLINE hn::Vec512<double> ReciprocalEstimateOf(hn::Vec512<double> v) {
  return hn::Vec512<double>{_mm512_rcp14_pd(v.raw)};
}
HWY_INLINE hn::Vec512<float> ReciprocalEstimateOf(hn::Vec512<float> v) {
  return hn::ApproximateReciprocal(v);
}
PETZVAL_WIDE_1(RootEstimate, RootEstimateOf)
PETZVAL_WIDE_1(ReciprocalEstimate, ReciprocalEstimateOf)
#else
#define PETZVAL_TRACE_FAST_ROOTS 0
#endif

// where limit >= x: yes, else no (also where x is not a number).
template <class L, class X, class Y>
HWY_INLINE Y WhereAtLeast(const L& limit, const X& x, const Y& yes, const Y& no) {
  if constexpr (IsPair<Y>::value) {
    return Y{wide::WhereAtLeast(wide::First(limit), wide::First(x), yes.a, no.a),
             wide::WhereAtLeast(wide::Second(limit), wide::Second(x), yes.b, no.b)};
  } else {
    return hn::IfThenElse(hn::Ge(limit, x), yes, no);
  }
}
template <class D, class X>
HWY_INLINE bool AllAtMost(D d, const X& x, hn::Vec<D> limit) {
  if constexpr (IsPair<X>::value) {
    return wide::AllAtMost(d, x.a, limit) && wide::AllAtMost(d, x.b, limit);
  } else {
    return hn::AllTrue(d, hn::Le(x, limit));
  }
}

#undef PETZVAL_WIDE_1
#undef PETZVAL_WIDE_2
#undef PETZVAL_WIDE_3

template <class D, class X>
HWY_INLINE X Quotient(D d, const X& a, const X& b) {
#if PETZVAL_TRACE_FAST_ROOTS
  const X y = wide::ReciprocalEstimate(b);
  const X q = wide::Mul(a, y);
  if constexpr (sizeof(hn::TFromD<D>) == 8) {
    const X e = wide::NegMulAdd(b, y, hn::Set(d, 1.0));
    const X e2 = wide::MulAdd(e, e, e);
    return wide::MulAdd(q, wide::MulAdd(e, e2, e), q);
  } else {
    return wide::MulAdd(wide::NegMulAdd(b, q, a), y, q);
  }
#else
  (void)d;
  return wide::HardwareQuotient(a, b);
#endif
}

// Good to 2e-13, for steps along a ray: what is left moves a point on its ray, not off it.
template <class D, class X>
HWY_INLINE X StepQuotient(D d, const X& a, const X& b) {
#if PETZVAL_TRACE_FAST_ROOTS
  if constexpr (sizeof(hn::TFromD<D>) == 8) {
    const X y = wide::ReciprocalEstimate(b);
    const X q = wide::Mul(a, y);
    const X e = wide::NegMulAdd(b, y, hn::Set(d, 1.0));
    return wide::MulAdd(q, wide::MulAdd(e, e, e), q);
  }
#endif
  return wide::Quotient(d, a, b);
}

// sqrt(a) and 1 / sqrt(a), a > 0.
template <class D, class X>
HWY_INLINE void Roots(D d, const X& a, X& root, X& inverse) {
  using T = hn::TFromD<D>;
#if PETZVAL_TRACE_FAST_ROOTS
  const X y = wide::RootEstimate(a);
  const X g = wide::Mul(a, y);
  const X e = wide::NegMulAdd(g, y, hn::Set(d, T(1)));
  if constexpr (sizeof(T) == 8) {
    const X q = wide::MulAdd(e, hn::Set(d, T(0.3125)), hn::Set(d, T(0.375)));
    const X p = wide::Mul(wide::MulAdd(q, e, hn::Set(d, T(0.5))), e);
    root = wide::MulAdd(g, p, g);
    inverse = wide::MulAdd(y, p, y);
  } else {
    const X p = wide::Mul(hn::Set(d, T(0.5)), e);
    root = wide::MulAdd(g, p, g);
    inverse = wide::MulAdd(y, p, y);
  }
#else
  root = wide::HardwareRoot(a);
  inverse = wide::HardwareQuotient(hn::Set(d, T(1)), root);
#endif
}

template <class D, class X>
HWY_INLINE X Root(D d, const X& a) {
#if PETZVAL_TRACE_FAST_ROOTS
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    const X y = wide::RootEstimate(a);
    const X g = wide::Mul(a, y);
    return wide::MulAdd(wide::NegMulAdd(g, g, a), wide::Mul(hn::Set(d, 0.5f), y), g);
  } else {
    X root, inverse;
    wide::Roots(d, a, root, inverse);
    return root;
  }
#else
  (void)d;
  return wide::HardwareRoot(a);
#endif
}

// Lanes whose sign bit is set.
template <class D, class X>
HWY_INLINE bool AnyNegative(D d, const X& x) {
  if constexpr (IsPair<X>::value) {
    return wide::AnyNegative(d, wide::Or(x.a, x.b));
  } else {
    (void)d;
#if PETZVAL_TRACE_FAST_ROOTS
    return !hn::AllFalse(d, hn::MaskFromVec(x));
#else
    const hn::RebindToSigned<D> di;
    return !hn::AllFalse(di, hn::Lt(hn::BitCast(di, x), hn::Zero(di)));
#endif
  }
}

}  // namespace wide
}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics::trace_kernels
HWY_AFTER_NAMESPACE();

#endif  // include guard of the target
