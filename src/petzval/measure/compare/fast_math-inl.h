// Logarithm, power and roots of vectors of floats. Included once for each SIMD target.
#if defined(PETZVAL_MEASURE_COMPARE_FAST_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PETZVAL_MEASURE_COMPARE_FAST_MATH_INL_H_
#undef PETZVAL_MEASURE_COMPARE_FAST_MATH_INL_H_
#else
#define PETZVAL_MEASURE_COMPARE_FAST_MATH_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::measure {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// log2 x for normal x > 0; relative error of x equivalent to 2e-7.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Log2(D d, V x) {
  const hn::RebindToSigned<D> di;
  // Mantissa into [sqrt(1/2), sqrt(2)), so that the series converges and log2(1) is exact.
  const auto bits = hn::BitCast(di, x);
  const auto exponent = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(di, 0x3f3504f3)));
  const auto m = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(exponent)));
  const V one = hn::Set(d, 1.0f);
  const V s = hn::Div(hn::Sub(m, one), hn::Add(m, one));  // log m = 2 atanh s
  const V q = hn::Mul(s, s);
  V p = hn::Set(d, 2.885390082f / 9);
  p = hn::MulAdd(p, q, hn::Set(d, 2.885390082f / 7));
  p = hn::MulAdd(p, q, hn::Set(d, 2.885390082f / 5));
  p = hn::MulAdd(p, q, hn::Set(d, 2.885390082f / 3));
  p = hn::MulAdd(p, q, hn::Set(d, 2.885390082f));
  return hn::MulAdd(p, s, hn::ConvertTo(d, exponent));
}

// 2^x for x in [-126, 127] (clamped to it); relative error 1.5e-7.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp2(D d, V x) {
  const hn::RebindToSigned<D> di;
  x = hn::Min(hn::Max(x, hn::Set(d, -126.0f)), hn::Set(d, 127.0f));
  const V n = hn::Round(x);
  const V f = hn::Sub(x, n);
  V p = hn::Set(d, 1.5252734e-5f);  // ln(2)^k / k!
  p = hn::MulAdd(p, f, hn::Set(d, 1.5403530e-4f));
  p = hn::MulAdd(p, f, hn::Set(d, 1.3333558e-3f));
  p = hn::MulAdd(p, f, hn::Set(d, 9.6181291e-3f));
  p = hn::MulAdd(p, f, hn::Set(d, 5.5504109e-2f));
  p = hn::MulAdd(p, f, hn::Set(d, 2.4022651e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 6.9314718e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 1.0f));
  const auto scale = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(di, n), hn::Set(di, 127)));
  return hn::Mul(p, hn::BitCast(d, scale));
}

// x^y for x >= 0; 0 (1e-38^y) at 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Pow(D d, V x, float y) {
  return Exp2(d, hn::Mul(Log2(d, hn::Max(x, hn::Set(d, 1e-37f))), hn::Set(d, y)));
}

// The cube root of x >= 0 (below 1e-30: that of 1e-30); relative error 3e-7. Newton's method for
// x^(-1/3), which needs no division, from a third of the exponent.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Cbrt(D d, V x) {
  const hn::RebindToSigned<D> di;
  x = hn::Max(x, hn::Set(d, 1e-30f));
  const V bits = hn::ConvertTo(d, hn::BitCast(di, x));
  const V guess = hn::NegMulAdd(bits, hn::Set(d, 1.0f / 3), hn::Set(d, 1.419967116e9f));
  V r = hn::BitCast(d, hn::ConvertTo(di, guess));
  const V third_x = hn::Mul(x, hn::Set(d, 1.0f / 3)), four = hn::Set(d, 4.0f / 3);
  for (int i = 0; i < 3; ++i) {
    const V r3 = hn::Mul(hn::Mul(r, r), r);
    r = hn::Mul(r, hn::NegMulAdd(third_x, r3, four));
  }
  return hn::Mul(x, hn::Mul(r, r));
}

// The curve of CIE L*a*b* (CIE 15:2004).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LabCurve(D d, V t) {
  const V line = hn::MulAdd(t, hn::Set(d, 24389.0f / 27 / 116), hn::Set(d, 16.0f / 116));
  return hn::IfThenElse(hn::Gt(t, hn::Set(d, 216.0f / 24389)), Cbrt(d, t), line);
}

// Three rows times a matrix, at pixel i.
template <class D>
struct Triple {
  hn::Vec<D> a, b, c;
};
template <class D, class V = hn::Vec<D>>
HWY_INLINE Triple<D> Multiply(D d, const float* m, V x, V y, V z) {
  const auto row = [&](const float* w) HWY_ATTR {
    return hn::MulAdd(hn::Set(d, w[0]), x,
                      hn::MulAdd(hn::Set(d, w[1]), y, hn::Mul(hn::Set(d, w[2]), z)));
  };
  return {row(m), row(m + 3), row(m + 6)};
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::measure
HWY_AFTER_NAMESPACE();

#endif  // PETZVAL_MEASURE_COMPARE_FAST_MATH_INL_H_
