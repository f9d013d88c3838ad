// Colour of rows of pixels.
#include "petzval/measure/compare/color_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/measure/compare/color_rows.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "petzval/measure/compare/fast_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace petzval::measure {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

void MultiplyRows(const ConstRows3& in, const Mat3f& m, bool clip, int n, const Rows3& out) {
  const D d;
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    auto v = Multiply(d, m.data(), hn::LoadU(d, in[0] + i), hn::LoadU(d, in[1] + i),
                      hn::LoadU(d, in[2] + i));
    if (clip) {
      v.a = hn::Min(hn::Max(v.a, zero), one);
      v.b = hn::Min(hn::Max(v.b, zero), one);
      v.c = hn::Min(hn::Max(v.c, zero), one);
    }
    hn::StoreU(v.a, d, out[0] + i);
    hn::StoreU(v.b, d, out[1] + i);
    hn::StoreU(v.c, d, out[2] + i);
  }
}

void EncodeSrgbRow(const float* linear, int n, float* encoded) {
  const D d;
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const V x = hn::Min(hn::Max(hn::LoadU(d, linear + i), hn::Zero(d)), hn::Set(d, 1.0f));
    const V curve = hn::MulAdd(Pow(d, x, 1 / 2.4f), hn::Set(d, 1.055f), hn::Set(d, -0.055f));
    const V line = hn::Mul(x, hn::Set(d, 12.92f));
    hn::StoreU(hn::IfThenElse(hn::Le(x, hn::Set(d, 0.0031308f)), line, curve), d, encoded + i);
  }
}

void LumaRow(const ConstRows3& rgb, const float w[3], int n, float* luma) {
  const D d;
  const V wr = hn::Set(d, w[0]), wg = hn::Set(d, w[1]), wb = hn::Set(d, w[2]);
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    V y = hn::Mul(wr, hn::LoadU(d, rgb[0] + i));
    y = hn::MulAdd(wg, hn::LoadU(d, rgb[1] + i), y);
    y = hn::MulAdd(wb, hn::LoadU(d, rgb[2] + i), y);
    hn::StoreU(y, d, luma + i);
  }
}

void LabRows(const ConstRows3& rgb, const Mat3f& m, int n, const Rows3& lab) {
  const D d;
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const auto xyz = Multiply(d, m.data(), hn::LoadU(d, rgb[0] + i), hn::LoadU(d, rgb[1] + i),
                              hn::LoadU(d, rgb[2] + i));
    const V x = LabCurve(d, xyz.a), y = LabCurve(d, xyz.b), z = LabCurve(d, xyz.c);
    hn::StoreU(hn::MulAdd(y, hn::Set(d, 116.0f), hn::Set(d, -16.0f)), d, lab[0] + i);
    hn::StoreU(hn::Mul(hn::Set(d, 500.0f), hn::Sub(x, y)), d, lab[1] + i);
    hn::StoreU(hn::Mul(hn::Set(d, 200.0f), hn::Sub(y, z)), d, lab[2] + i);
  }
}

// sqrt(c^7 / (c^7 + 25^7)), with c in units of 25 so that nothing overflows.
HWY_INLINE V Seventh(D d, V c) {
  const V t = hn::Mul(c, hn::Set(d, 1.0f / 25));
  const V t2 = hn::Mul(t, t), t4 = hn::Mul(t2, t2);
  const V t7 = hn::Mul(hn::Mul(t4, t2), t);
  return hn::Sqrt(hn::Div(t7, hn::Add(t7, hn::Set(d, 1.0f))));
}

HWY_INLINE V Length(V a, V b) { return hn::Sqrt(hn::MulAdd(a, a, hn::Mul(b, b))); }

// exp(-((h - 275) / 25)^2) of the hue with cosine c and sine s; 0 farther than 90 degrees away,
// where it is below 3e-6.
HWY_INLINE V BlueTurn(D d, V c, V s) {
  constexpr float kCos275 = 0.0871557427f, kSin275 = -0.9961946981f;
  const V cr = hn::MulAdd(c, hn::Set(d, kCos275), hn::Mul(s, hn::Set(d, kSin275)));
  const V sr = hn::NegMulAdd(c, hn::Set(d, kSin275), hn::Mul(s, hn::Set(d, kCos275)));
  // Half the angle: t = tan in [-1, 1]; atan t by its odd polynomial (error 2e-6).
  const V t = hn::Div(sr, hn::Add(hn::Max(cr, hn::Zero(d)), hn::Set(d, 1.0f)));
  const V q = hn::Mul(t, t);
  V p = hn::Set(d, -0.0117212f);
  p = hn::MulAdd(p, q, hn::Set(d, 0.05265332f));
  p = hn::MulAdd(p, q, hn::Set(d, -0.11643287f));
  p = hn::MulAdd(p, q, hn::Set(d, 0.19354346f));
  p = hn::MulAdd(p, q, hn::Set(d, -0.33262347f));
  p = hn::MulAdd(p, q, hn::Set(d, 0.99997726f));
  const V angle = hn::Mul(hn::Mul(p, t), hn::Set(d, 2 * 57.29577951f / 25));
  const V e = Exp2(d, hn::Mul(hn::Mul(angle, angle), hn::Set(d, -1.442695041f)));
  return hn::IfThenElseZero(hn::Gt(cr, hn::Zero(d)), e);
}

void DeltaE2000Row(const ConstRows3& lab1, const ConstRows3& lab2, int n, float* de) {
  const D d;
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0f), half = hn::Set(d, 0.5f);
  const V tiny = hn::Set(d, 1e-20f);
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const V l1 = hn::LoadU(d, lab1[0] + i), l2 = hn::LoadU(d, lab2[0] + i);
    V a1 = hn::LoadU(d, lab1[1] + i), a2 = hn::LoadU(d, lab2[1] + i);
    const V b1 = hn::LoadU(d, lab1[2] + i), b2 = hn::LoadU(d, lab2[2] + i);
    // Chroma with the a axis stretched for near-neutrals.
    const V c_mean = hn::Mul(half, hn::Add(Length(a1, b1), Length(a2, b2)));
    const V stretch = hn::NegMulAdd(half, Seventh(d, c_mean), hn::Set(d, 1.5f));
    a1 = hn::Mul(a1, stretch);
    a2 = hn::Mul(a2, stretch);
    const V c1 = Length(a1, b1), c2 = Length(a2, b2);
    // Hues as unit vectors; 0 where there is none, so that the mean is the other's.
    const V i1 = hn::Div(one, hn::Max(c1, tiny)), i2 = hn::Div(one, hn::Max(c2, tiny));
    const V u1 = hn::Mul(a1, i1), v1 = hn::Mul(b1, i1), u2 = hn::Mul(a2, i2), v2 = hn::Mul(b2, i2);
    const V su = hn::Add(u1, u2), sv = hn::Add(v1, v2);
    const V du = hn::Sub(u2, u1), dv = hn::Sub(v2, v1);
    // Of differences: equal hues give exactly 0.
    const V cross = hn::MulSub(u1, dv, hn::Mul(v1, du));
    const auto obtuse = hn::Lt(hn::MulAdd(u1, u2, hn::Mul(v1, v2)), zero);
    // The bisector of the smaller angle: along the sum, or across the difference where the sum is
    // short. Half the hue difference: its sine is that of the longer of both, too. Opposite hues
    // have two bisectors: the formula takes the one 90 degrees after the smaller hue.
    const auto opposite = hn::Lt(hn::Abs(cross), hn::Set(d, 1e-6f));
    const V half_plane = hn::IfThenElse(hn::Eq(v1, zero), u1, v1);
    const V sign = hn::CopySign(one, hn::IfThenElse(opposite, half_plane, cross));
    V mu = hn::IfThenElse(obtuse, hn::Mul(dv, sign), su);
    V mv = hn::IfThenElse(obtuse, hn::Neg(hn::Mul(du, sign)), sv);
    const V length = Length(mu, mv);
    const V inverse = hn::Div(one, hn::Max(length, tiny));
    const V sin_half =
        hn::IfThenElse(obtuse, hn::Mul(hn::Mul(half, length), sign), hn::Mul(cross, inverse));
    // Two neutrals: hue 0.
    mu = hn::IfThenElse(hn::Gt(length, zero), hn::Mul(mu, inverse), one);
    mv = hn::Mul(mv, inverse);
    const V dh = hn::Mul(hn::Set(d, 2.0f), hn::Mul(hn::Sqrt(hn::Mul(c1, c2)), sin_half));
    const V dl = hn::Sub(l2, l1), dc = hn::Sub(c2, c1);
    const V c = hn::Mul(half, hn::Add(c1, c2));
    const V l50 = hn::MulAdd(half, hn::Add(l1, l2), hn::Set(d, -50.0f));
    // cos and sin of 2h, 3h, 4h.
    const V two = hn::Set(d, 2.0f);
    const V cos2 = hn::MulSub(hn::Mul(two, mu), mu, one), sin2 = hn::Mul(hn::Mul(two, mu), mv);
    const V cos3 = hn::MulSub(cos2, mu, hn::Mul(sin2, mv));
    const V sin3 = hn::MulAdd(sin2, mu, hn::Mul(cos2, mv));
    const V cos4 = hn::MulSub(hn::Mul(two, cos2), cos2, one);
    const V sin4 = hn::Mul(hn::Mul(two, cos2), sin2);
    // 1 - 0.17 cos(h - 30) + 0.24 cos 2h + 0.32 cos(3h + 6) - 0.20 cos(4h - 63), degrees.
    V t = hn::MulAdd(mu, hn::Set(d, -0.17f * 0.8660254038f), one);
    t = hn::MulAdd(mv, hn::Set(d, -0.17f * 0.5f), t);
    t = hn::MulAdd(cos2, hn::Set(d, 0.24f), t);
    t = hn::MulAdd(cos3, hn::Set(d, 0.32f * 0.9945218954f), t);
    t = hn::MulAdd(sin3, hn::Set(d, -0.32f * 0.1045284633f), t);
    t = hn::MulAdd(cos4, hn::Set(d, -0.20f * 0.4539904997f), t);
    t = hn::MulAdd(sin4, hn::Set(d, -0.20f * 0.8910065242f), t);
    const V l2_50 = hn::Mul(l50, l50);
    const V sl = hn::MulAdd(hn::Set(d, 0.015f),
                            hn::Div(l2_50, hn::Sqrt(hn::Add(l2_50, hn::Set(d, 20.0f)))), one);
    const V sc = hn::MulAdd(hn::Set(d, 0.045f), c, one);
    const V sh = hn::MulAdd(hn::Mul(hn::Set(d, 0.015f), c), t, one);
    // -R_C sin(2 turn) with turn = 30 deg e: sin of at most 60 deg by its series.
    const V w = hn::Mul(BlueTurn(d, mu, mv), hn::Set(d, 1.047197551f));
    const V w2 = hn::Mul(w, w);
    V sine = hn::Set(d, -1.0f / 5040);
    sine = hn::MulAdd(sine, w2, hn::Set(d, 1.0f / 120));
    sine = hn::MulAdd(sine, w2, hn::Set(d, -1.0f / 6));
    sine = hn::MulAdd(sine, w2, one);
    const V rotation = hn::Mul(hn::Mul(hn::Set(d, -2.0f), Seventh(d, c)), hn::Mul(sine, w));
    const V x = hn::Div(dl, sl), y = hn::Div(dc, sc), z = hn::Div(dh, sh);
    V sum = hn::MulAdd(x, x, hn::MulAdd(y, y, hn::Mul(z, z)));
    sum = hn::MulAdd(hn::Mul(rotation, y), z, sum);
    hn::StoreU(hn::Sqrt(hn::Max(sum, zero)), d, de + i);
  }
}

// The inverse EOTF of SMPTE ST 2084 of x = luminance / 10000 nits. Its outer power has a base near
// 1 and an exponent of 79: log(1 - t) as a series in t keeps the digits.
HWY_INLINE V PqEncode(D d, V x) {
  constexpr float kM1 = 0.1593017578125f, kM2 = 78.84375f;
  constexpr float kC3 = 18.6875f, kC3MinusC2 = -0.1640625f;
  const V one = hn::Set(d, 1.0f);
  const V p = Pow(d, x, kM1);
  const V t = hn::Div(hn::Mul(hn::Set(d, -kC3MinusC2), hn::Sub(one, p)),
                      hn::MulAdd(hn::Set(d, kC3), p, one));
  const V s = hn::Div(t, hn::Sub(t, hn::Set(d, 2.0f)));  // log(1 - t) = 2 atanh s
  const V q = hn::Mul(s, s);
  V r = hn::Set(d, 1.0f / 9);
  r = hn::MulAdd(r, q, hn::Set(d, 1.0f / 7));
  r = hn::MulAdd(r, q, hn::Set(d, 1.0f / 5));
  r = hn::MulAdd(r, q, hn::Set(d, 1.0f / 3));
  r = hn::MulAdd(r, q, one);
  return Exp2(d, hn::Mul(hn::Mul(r, s), hn::Set(d, 2.885390082f * kM2)));
}

void ItpRows(const ConstRows3& rgb, const Mat3f& m, int n, const Rows3& itp) {
  const D d;
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const auto lms = Multiply(d, m.data(), hn::LoadU(d, rgb[0] + i), hn::LoadU(d, rgb[1] + i),
                              hn::LoadU(d, rgb[2] + i));
    const V l = PqEncode(d, lms.a), mm = PqEncode(d, lms.b), s = PqEncode(d, lms.c);
    static constexpr float kItp[9] = {0.5f,
                                      0.5f,
                                      0,
                                      0.5f * 6610 / 4096,
                                      -0.5f * 13613 / 4096,
                                      0.5f * 7003 / 4096,
                                      17933.0f / 4096,
                                      -17390.0f / 4096,
                                      -543.0f / 4096};
    const auto v = Multiply(d, kItp, l, mm, s);
    hn::StoreU(v.a, d, itp[0] + i);
    hn::StoreU(v.b, d, itp[1] + i);
    hn::StoreU(v.c, d, itp[2] + i);
  }
}

void DeltaEItpRow(const ConstRows3& itp1, const ConstRows3& itp2, int n, float* de) {
  const D d;
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const V a = hn::Sub(hn::LoadU(d, itp1[0] + i), hn::LoadU(d, itp2[0] + i));
    const V b = hn::Sub(hn::LoadU(d, itp1[1] + i), hn::LoadU(d, itp2[1] + i));
    const V c = hn::Sub(hn::LoadU(d, itp1[2] + i), hn::LoadU(d, itp2[2] + i));
    const V sum = hn::MulAdd(a, a, hn::MulAdd(b, b, hn::Mul(c, c)));
    hn::StoreU(hn::Mul(hn::Sqrt(sum), hn::Set(d, 720.0f)), d, de + i);
  }
}

void OpponentRows(const ConstRows3& rgb, int n, const Rows3& out) {
  const D d;
  // Cones of linear Rec.709 light, rows of sum 1; a small bias stands for the eye's own light.
  static constexpr float kCones[9] = {0.30f,  0.622f,  0.078f,  0.23f,  0.692f,
                                      0.078f, 0.2434f, 0.2048f, 0.5518f};
  const V bias = hn::Set(d, 0.0038f), zero = hn::Zero(d);
  const V dark = hn::Set(d, 0.15605f);  // cube root of the bias
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const auto lms = Multiply(d, kCones, hn::LoadU(d, rgb[0] + i), hn::LoadU(d, rgb[1] + i),
                              hn::LoadU(d, rgb[2] + i));
    const auto root = [&](V x) HWY_ATTR {
      return hn::Sub(Cbrt(d, hn::Add(hn::Max(x, zero), bias)), dark);
    };
    const V l = root(lms.a), m = root(lms.b), s = root(lms.c);
    const V y = hn::Mul(hn::Add(l, m), hn::Set(d, 0.5f));
    hn::StoreU(hn::Mul(hn::Sub(l, m), hn::Set(d, 7.0f)), d, out[0] + i);
    hn::StoreU(y, d, out[1] + i);
    hn::StoreU(hn::Sub(s, y), d, out[2] + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::measure
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::measure {

HWY_EXPORT(MultiplyRows);
HWY_EXPORT(EncodeSrgbRow);
HWY_EXPORT(LumaRow);
HWY_EXPORT(LabRows);
HWY_EXPORT(DeltaE2000Row);
HWY_EXPORT(ItpRows);
HWY_EXPORT(DeltaEItpRow);
HWY_EXPORT(OpponentRows);

void MultiplyRows(const ConstRows3& in, const Mat3f& m, bool clip, int n, const Rows3& out) {
  HWY_DYNAMIC_DISPATCH(MultiplyRows)(in, m, clip, n, out);
}
void EncodeSrgbRow(const float* linear, int n, float* encoded) {
  HWY_DYNAMIC_DISPATCH(EncodeSrgbRow)(linear, n, encoded);
}
void LumaRow(const ConstRows3& rgb, const float w[3], int n, float* luma) {
  HWY_DYNAMIC_DISPATCH(LumaRow)(rgb, w, n, luma);
}
void LabRows(const ConstRows3& rgb, const Mat3f& m, int n, const Rows3& lab) {
  HWY_DYNAMIC_DISPATCH(LabRows)(rgb, m, n, lab);
}
void DeltaE2000Row(const ConstRows3& lab1, const ConstRows3& lab2, int n, float* de) {
  HWY_DYNAMIC_DISPATCH(DeltaE2000Row)(lab1, lab2, n, de);
}
void ItpRows(const ConstRows3& rgb, const Mat3f& m, int n, const Rows3& itp) {
  HWY_DYNAMIC_DISPATCH(ItpRows)(rgb, m, n, itp);
}
void DeltaEItpRow(const ConstRows3& itp1, const ConstRows3& itp2, int n, float* de) {
  HWY_DYNAMIC_DISPATCH(DeltaEItpRow)(itp1, itp2, n, de);
}
void OpponentRows(const ConstRows3& rgb, int n, const Rows3& out) {
  HWY_DYNAMIC_DISPATCH(OpponentRows)(rgb, n, out);
}

}  // namespace petzval::measure
#endif  // HWY_ONCE
