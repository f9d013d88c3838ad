// The loops of FLIP.
#include "petzval/measure/compare/flip_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/measure/compare/flip_rows.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "petzval/measure/compare/fast_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace petzval::measure {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// Sum of w[|k|] at(k) for |k| <= radius.
template <class At>
HWY_INLINE V Even(D d, const float* w, int radius, const At& at) {
  V sum = hn::Mul(hn::Set(d, w[0]), at(0));
  for (int k = 1; k <= radius; ++k) {
    sum = hn::MulAdd(hn::Set(d, w[k]), hn::Add(at(k), at(-k)), sum);
  }
  return sum;
}

void FilterColumns(const float* const* rows, const float* HWY_RESTRICT w, int radius, int n,
                   float* HWY_RESTRICT out) {
  const D d;
  const float* const* middle = rows + radius;
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    hn::StoreU(Even(d, w, radius, [&](int k) HWY_ATTR { return hn::LoadU(d, middle[k] + i); }), d,
               out + i);
  }
}

void FilterRow(const float* HWY_RESTRICT in, const float* HWY_RESTRICT w, int radius, int n,
               float* HWY_RESTRICT out) {
  const D d;
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    hn::StoreU(Even(d, w, radius, [&](int k) HWY_ATTR { return hn::LoadU(d, in + i + k); }), d,
               out + i);
  }
}

void AddFilteredRow(const float* HWY_RESTRICT in, const float* HWY_RESTRICT w, int radius,
                    float share, int n, float* HWY_RESTRICT out) {
  const D d;
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const V v = Even(d, w, radius, [&](int k) HWY_ATTR { return hn::LoadU(d, in + i + k); });
    hn::StoreU(hn::MulAdd(hn::Set(d, share), v, hn::LoadU(d, out + i)), d, out + i);
  }
}

void FeatureColumns(const float* const* rows, const FeatureWeights& w, int n,
                    float* HWY_RESTRICT smooth, float* HWY_RESTRICT edge,
                    float* HWY_RESTRICT point) {
  const D d;
  const float* const* middle = rows + w.radius;
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const V centre = hn::LoadU(d, middle[0] + i);
    V s = hn::Mul(hn::Set(d, w.smooth[0]), centre), e = hn::Zero(d);
    V p = hn::Mul(hn::Set(d, w.point[0]), centre);
    for (int k = 1; k <= w.radius; ++k) {
      const V below = hn::LoadU(d, middle[k] + i), above = hn::LoadU(d, middle[-k] + i);
      const V both = hn::Add(below, above);
      s = hn::MulAdd(hn::Set(d, w.smooth[k]), both, s);
      p = hn::MulAdd(hn::Set(d, w.point[k]), both, p);
      e = hn::MulAdd(hn::Set(d, w.edge[k]), hn::Sub(below, above), e);
    }
    hn::StoreU(s, d, smooth + i);
    hn::StoreU(e, d, edge + i);
    hn::StoreU(p, d, point + i);
  }
}

void FeatureLengths(const float* HWY_RESTRICT smooth, const float* HWY_RESTRICT edge,
                    const float* HWY_RESTRICT point, const FeatureWeights& w, int n,
                    float* HWY_RESTRICT edge_length, float* HWY_RESTRICT point_length) {
  const D d;
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const V s0 = hn::LoadU(d, smooth + i);
    const V first = hn::Set(d, w.smooth[0]);
    V ex = hn::Zero(d), px = hn::Mul(hn::Set(d, w.point[0]), s0);
    V ey = hn::Mul(first, hn::LoadU(d, edge + i)), py = hn::Mul(first, hn::LoadU(d, point + i));
    for (int k = 1; k <= w.radius; ++k) {
      const V right = hn::LoadU(d, smooth + i + k), left = hn::LoadU(d, smooth + i - k);
      const V wk = hn::Set(d, w.smooth[k]);
      ex = hn::MulAdd(hn::Set(d, w.edge[k]), hn::Sub(right, left), ex);
      px = hn::MulAdd(hn::Set(d, w.point[k]), hn::Add(right, left), px);
      ey = hn::MulAdd(wk, hn::Add(hn::LoadU(d, edge + i + k), hn::LoadU(d, edge + i - k)), ey);
      py = hn::MulAdd(wk, hn::Add(hn::LoadU(d, point + i + k), hn::LoadU(d, point + i - k)), py);
    }
    hn::StoreU(hn::Sqrt(hn::MulAdd(ex, ex, hn::Mul(ey, ey))), d, edge_length + i);
    hn::StoreU(hn::Sqrt(hn::MulAdd(px, px, hn::Mul(py, py))), d, point_length + i);
  }
}

void HuntLabRows(const Mat3f& rgb_from_xyz, const Mat3f& xyz_from_rgb, int n, const Rows3& rows) {
  const D d;
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const V y = hn::LoadU(d, rows[0] + i);
    auto rgb = Multiply(d, rgb_from_xyz.data(), hn::Add(hn::LoadU(d, rows[1] + i), y), y,
                        hn::Sub(y, hn::LoadU(d, rows[2] + i)));
    rgb.a = hn::Min(hn::Max(rgb.a, zero), one);
    rgb.b = hn::Min(hn::Max(rgb.b, zero), one);
    rgb.c = hn::Min(hn::Max(rgb.c, zero), one);
    const auto xyz = Multiply(d, xyz_from_rgb.data(), rgb.a, rgb.b, rgb.c);
    const V fx = LabCurve(d, xyz.a), fy = LabCurve(d, xyz.b), fz = LabCurve(d, xyz.c);
    const V l = hn::MulAdd(fy, hn::Set(d, 116.0f), hn::Set(d, -16.0f));
    // Colours of darker patches look less colourful (Hunt 1952).
    hn::StoreU(l, d, rows[0] + i);
    hn::StoreU(hn::Mul(hn::Mul(hn::Set(d, 5.0f), l), hn::Sub(fx, fy)), d, rows[1] + i);
    hn::StoreU(hn::Mul(hn::Mul(hn::Set(d, 2.0f), l), hn::Sub(fy, fz)), d, rows[2] + i);
  }
}

void FlipDifference(const ConstRows3& lab1, const ConstRows3& lab2, const FlipFeatures& f,
                    float largest, int n, float* HWY_RESTRICT out) {
  const D d;
  // Most of the range for differences below 0.4 of the largest.
  constexpr float kExponent = 0.7f, kKnee = 0.4f, kKneeValue = 0.95f;
  const float knee = kKnee * largest;
  const V one = hn::Set(d, 1.0f), zero = hn::Zero(d);
  for (int i = 0; i < n; i += static_cast<int>(hn::Lanes(d))) {
    const V dl = hn::AbsDiff(hn::LoadU(d, lab1[0] + i), hn::LoadU(d, lab2[0] + i));
    const V da = hn::Sub(hn::LoadU(d, lab1[1] + i), hn::LoadU(d, lab2[1] + i));
    const V db = hn::Sub(hn::LoadU(d, lab1[2] + i), hn::LoadU(d, lab2[2] + i));
    const V hyab = hn::Add(dl, hn::Sqrt(hn::MulAdd(da, da, hn::Mul(db, db))));
    const V p = Pow(d, hyab, kExponent);
    const V low = hn::Mul(p, hn::Set(d, kKneeValue / knee));
    const V high =
        hn::MulAdd(hn::Sub(p, hn::Set(d, knee)), hn::Set(d, (1 - kKneeValue) / (largest - knee)),
                   hn::Set(d, kKneeValue));
    const V color = hn::IfThenElse(hn::Lt(p, hn::Set(d, knee)), low, high);
    const V edge = hn::AbsDiff(hn::LoadU(d, f.edge1 + i), hn::LoadU(d, f.edge2 + i));
    const V point = hn::AbsDiff(hn::LoadU(d, f.point1 + i), hn::LoadU(d, f.point2 + i));
    const V feature =
        hn::Min(hn::Sqrt(hn::Mul(hn::Max(edge, point), hn::Set(d, 0.7071067812f))), one);
    const V exponent = hn::Sub(one, feature);
    const V base = hn::Max(color, hn::Set(d, 1e-37f));
    const V value = Exp2(d, hn::Mul(exponent, Log2(d, base)));
    // Equal colours: 0, whatever rounding made of them above; where features alone differ, the
    // power tends to 0 with the colour.
    hn::StoreU(hn::IfThenElse(hn::Gt(hyab, zero), hn::Min(value, one),
                              hn::IfThenElseZero(hn::Ge(feature, one), one)),
               d, out + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::measure
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::measure {

HWY_EXPORT(FilterColumns);
HWY_EXPORT(FilterRow);
HWY_EXPORT(AddFilteredRow);
HWY_EXPORT(FeatureColumns);
HWY_EXPORT(FeatureLengths);
HWY_EXPORT(HuntLabRows);
HWY_EXPORT(FlipDifference);

void FilterColumns(const float* const* rows, const float* w, int radius, int n, float* out) {
  HWY_DYNAMIC_DISPATCH(FilterColumns)(rows, w, radius, n, out);
}
void FilterRow(const float* in, const float* w, int radius, int n, float* out) {
  HWY_DYNAMIC_DISPATCH(FilterRow)(in, w, radius, n, out);
}
void AddFilteredRow(const float* in, const float* w, int radius, float share, int n, float* out) {
  HWY_DYNAMIC_DISPATCH(AddFilteredRow)(in, w, radius, share, n, out);
}
void FeatureColumns(const float* const* rows, const FeatureWeights& w, int n, float* smooth,
                    float* edge, float* point) {
  HWY_DYNAMIC_DISPATCH(FeatureColumns)(rows, w, n, smooth, edge, point);
}
void FeatureLengths(const float* smooth, const float* edge, const float* point,
                    const FeatureWeights& w, int n, float* edge_length, float* point_length) {
  HWY_DYNAMIC_DISPATCH(FeatureLengths)(smooth, edge, point, w, n, edge_length, point_length);
}
void HuntLabRows(const Mat3f& rgb_from_xyz, const Mat3f& xyz_from_rgb, int n, const Rows3& rows) {
  HWY_DYNAMIC_DISPATCH(HuntLabRows)(rgb_from_xyz, xyz_from_rgb, n, rows);
}
void FlipDifference(const ConstRows3& lab1, const ConstRows3& lab2, const FlipFeatures& features,
                    float largest, int n, float* out) {
  HWY_DYNAMIC_DISPATCH(FlipDifference)(lab1, lab2, features, largest, n, out);
}

}  // namespace petzval::measure
#endif  // HWY_ONCE
