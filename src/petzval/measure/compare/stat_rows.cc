// The loops that turn rows into sums.
#include "petzval/measure/compare/stat_rows.h"

#include <array>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/measure/compare/stat_rows.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::measure {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

HWY_INLINE double Total(D d, V v) { return hn::GetLane(hn::SumOfLanes(d, v)); }
HWY_INLINE int Step(D d) { return static_cast<int>(hn::Lanes(d)); }

double WeightedSum(const float* HWY_RESTRICT v, const float* HWY_RESTRICT weight, int n) {
  const D d;
  V sum = hn::Zero(d);
  for (int i = 0; i < n; i += Step(d)) {
    sum = hn::MulAdd(hn::LoadU(d, v + i), hn::LoadU(d, weight + i), sum);
  }
  return Total(d, sum);
}

double WeightedSquaredDifference(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b,
                                 const float* HWY_RESTRICT weight, int n) {
  const D d;
  V sum = hn::Zero(d);
  for (int i = 0; i < n; i += Step(d)) {
    const V e = hn::Sub(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
    sum = hn::MulAdd(hn::Mul(e, e), hn::LoadU(d, weight + i), sum);
  }
  return Total(d, sum);
}

float WeightedMaximum(const float* HWY_RESTRICT v, const float* HWY_RESTRICT weight, int n) {
  const D d;
  V top = hn::Zero(d);
  for (int i = 0; i < n; i += Step(d)) {
    top = hn::Max(top, hn::Mul(hn::LoadU(d, v + i), hn::LoadU(d, weight + i)));
  }
  return hn::GetLane(hn::MaxOfLanes(d, top));
}

void MomentRows(const float* HWY_RESTRICT r, const float* HWY_RESTRICT t, int n,
                float* HWY_RESTRICT power, float* HWY_RESTRICT difference) {
  const D d;
  for (int i = 0; i < n; i += Step(d)) {
    const V a = hn::LoadU(d, r + i), b = hn::LoadU(d, t + i), e = hn::Sub(a, b);
    hn::StoreU(hn::MulAdd(a, a, hn::Mul(b, b)), d, power + i);
    hn::StoreU(hn::Mul(e, e), d, difference + i);
  }
}

// The four means of the window at column i.
struct Means {
  V r, t, power, difference;
};
HWY_INLINE Means Windows(D d, const MeanRows& c, const float* HWY_RESTRICT w, int i) {
  const auto filter = [&](const float* HWY_RESTRICT row) HWY_ATTR {
    V sum = hn::Mul(hn::Set(d, w[0]), hn::LoadU(d, row + i));
    for (int k = 1; k <= kSsimRadius; ++k) {
      sum = hn::MulAdd(hn::Set(d, w[k]),
                       hn::Add(hn::LoadU(d, row + i - k), hn::LoadU(d, row + i + k)), sum);
    }
    return sum;
  };
  return {filter(c.r), filter(c.t), filter(c.power), filter(c.difference)};
}

// With e = r - t: 2 cov(r, t) = var r + var t - var e, so that equal pictures give exactly 1.
void AddSsimRow(const MeanRows& columns, const float* HWY_RESTRICT weight, int n, SsimSums* sums) {
  const D d;
  const float* w = SsimWindow();
  const V c1 = hn::Set(d, 1e-4f), c2 = hn::Set(d, 9e-4f), one = hn::Set(d, 1.0f);
  V total = hn::Zero(d), ssim = total, structure = total;
  for (int i = 0; i < n; i += Step(d)) {
    const Means m = Windows(d, columns, w, i);
    const V wt = hn::LoadU(d, weight + i);
    const V squares = hn::MulAdd(m.r, m.r, hn::Mul(m.t, m.t));
    const V shift = hn::Sub(m.r, m.t), shift2 = hn::Mul(shift, shift);
    const V variance = hn::Max(hn::Sub(m.power, squares), hn::Zero(d));
    const V luminance = hn::Sub(one, hn::Div(shift2, hn::Add(squares, c1)));
    const V cs = hn::Sub(
        one, hn::Div(hn::Max(hn::Sub(m.difference, shift2), hn::Zero(d)), hn::Add(variance, c2)));
    total = hn::Add(total, wt);
    ssim = hn::MulAdd(hn::Mul(luminance, cs), wt, ssim);
    structure = hn::MulAdd(cs, wt, structure);
  }
  sums->weight += Total(d, total);
  sums->ssim += Total(d, ssim);
  sums->structure += Total(d, structure);
}

void AddOpponentRow(const MeanRows& columns, const float* HWY_RESTRICT r,
                    const float* HWY_RESTRICT t, const float* HWY_RESTRICT weight, int n,
                    OpponentSums* sums) {
  const D d;
  const float* w = SsimWindow();
  const V c2 = hn::Set(d, 9e-4f), one = hn::Set(d, 1.0f), zero = hn::Zero(d);
  V total = zero, first[3] = {zero, zero, zero}, fourth[3] = {zero, zero, zero};
  for (int i = 0; i < n; i += Step(d)) {
    const Means m = Windows(d, columns, w, i);
    const V wt = hn::LoadU(d, weight + i);
    const V squares = hn::MulAdd(m.r, m.r, hn::Mul(m.t, m.t));
    const V shift = hn::Sub(m.r, m.t), shift2 = hn::Mul(shift, shift);
    const V variance = hn::Max(hn::Sub(m.power, squares), zero);
    const V q = hn::Div(hn::Max(hn::Sub(m.difference, shift2), zero), hn::Add(variance, c2));
    // 1 - (1 - shift^2)(1 - q); the luminance term is not relative: opponents have no zero.
    const V e0 = hn::Max(hn::NegMulAdd(shift2, q, hn::Add(q, shift2)), zero);
    const V detail_r = hn::AbsDiff(hn::LoadU(d, r + i), m.r);
    const V detail_t = hn::AbsDiff(hn::LoadU(d, t + i), m.t);
    const V excess = hn::Div(hn::Sub(detail_t, detail_r), hn::Add(one, detail_r));
    const V errors[3] = {e0, hn::Max(excess, zero), hn::Max(hn::Neg(excess), zero)};
    total = hn::Add(total, wt);
    for (int k = 0; k < 3; ++k) {
      const V e2 = hn::Mul(errors[k], errors[k]);
      first[k] = hn::MulAdd(errors[k], wt, first[k]);
      fourth[k] = hn::MulAdd(hn::Mul(e2, e2), wt, fourth[k]);
    }
  }
  sums->weight += Total(d, total);
  for (int k = 0; k < 3; ++k) {
    sums->first[k] += Total(d, first[k]);
    sums->fourth[k] += Total(d, fourth[k]);
  }
}

// Length of the Sobel gradient, per pixel, at column i.
HWY_INLINE V SobelSquare(D d, const ConstRows3& rows, int i) {
  const auto at = [&](int y, int x) HWY_ATTR { return hn::LoadU(d, rows[y] + i + x); };
  const V two = hn::Set(d, 2.0f), eighth = hn::Set(d, 0.125f);
  const V left = hn::MulAdd(two, at(1, -1), hn::Add(at(0, -1), at(2, -1)));
  const V right = hn::MulAdd(two, at(1, 1), hn::Add(at(0, 1), at(2, 1)));
  const V above = hn::MulAdd(two, at(0, 0), hn::Add(at(0, -1), at(0, 1)));
  const V below = hn::MulAdd(two, at(2, 0), hn::Add(at(2, -1), at(2, 1)));
  const V gx = hn::Mul(hn::Sub(right, left), eighth), gy = hn::Mul(hn::Sub(below, above), eighth);
  return hn::MulAdd(gx, gx, hn::Mul(gy, gy));
}

void AddEdgeRow(const ConstRows3& r, const ConstRows3& t, const float* HWY_RESTRICT weight, int n,
                EdgeSums* sums) {
  const D d;
  const V zero = hn::Zero(d), limit = hn::Set(d, kStrongEdge * kStrongEdge);
  V count = zero, gradient = zero, error = zero, energy_r = zero, energy_t = zero;
  for (int i = 0; i < n; i += Step(d)) {
    const V g2 = SobelSquare(d, r, i);
    const V wt = hn::IfThenElseZero(hn::Ge(g2, limit), hn::LoadU(d, weight + i));
    const V g = hn::Mul(hn::Sqrt(g2), wt);
    count = hn::Add(count, wt);
    gradient = hn::Add(gradient, g);
    error = hn::MulAdd(g, hn::AbsDiff(hn::LoadU(d, r[1] + i), hn::LoadU(d, t[1] + i)), error);
    energy_r = hn::MulAdd(g2, wt, energy_r);
    energy_t = hn::MulAdd(SobelSquare(d, t, i), wt, energy_t);
  }
  sums->count += Total(d, count);
  sums->gradient += Total(d, gradient);
  sums->error += Total(d, error);
  sums->energy_reference += Total(d, energy_r);
  sums->energy_test += Total(d, energy_t);
}

void ChromaRows(const ConstRows3& rgb, const float* HWY_RESTRICT luma, int n,
                float* HWY_RESTRICT cb, float* HWY_RESTRICT cr) {
  const D d;
  const V kb = hn::Set(d, 1 / 1.772f), kr = hn::Set(d, 1 / 1.402f);
  for (int i = 0; i < n; i += Step(d)) {
    const V y = hn::LoadU(d, luma + i);
    hn::StoreU(hn::Mul(kb, hn::Sub(hn::LoadU(d, rgb[2] + i), y)), d, cb + i);
    hn::StoreU(hn::Mul(kr, hn::Sub(hn::LoadU(d, rgb[0] + i), y)), d, cr + i);
  }
}

void AddBlockRow(const float* HWY_RESTRICT row, const float* HWY_RESTRICT base, float y, int n,
                 const Rows3& sums) {
  const D d;
  const V vy = hn::Set(d, y);
  for (int i = 0; i < n; i += Step(d)) {
    const V v = hn::Sub(hn::LoadU(d, row + i), hn::LoadU(d, base + i));
    hn::StoreU(hn::Add(v, hn::LoadU(d, sums[0] + i)), d, sums[0] + i);
    hn::StoreU(hn::MulAdd(v, vy, hn::LoadU(d, sums[1] + i)), d, sums[1] + i);
    hn::StoreU(hn::MulAdd(v, v, hn::LoadU(d, sums[2] + i)), d, sums[2] + i);
  }
}

void HalveRows(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, int n_out,
               float* HWY_RESTRICT out) {
#if HWY_TARGET == HWY_SCALAR
  for (int i = 0; i < n_out; ++i) {
    out[i] = ((a[2 * i] + b[2 * i]) + (a[2 * i + 1] + b[2 * i + 1])) * 0.25f;
  }
#else
  const D d;
  const V quarter = hn::Set(d, 0.25f);
  for (int i = 0; i < n_out; i += Step(d)) {
    const float *pa = a + 2 * i, *pb = b + 2 * i;
    const V lo = hn::Add(hn::LoadU(d, pa), hn::LoadU(d, pb));
    const V hi = hn::Add(hn::LoadU(d, pa + Step(d)), hn::LoadU(d, pb + Step(d)));
    const V even = hn::ConcatEven(d, hi, lo), odd = hn::ConcatOdd(d, hi, lo);
    hn::StoreU(hn::Mul(hn::Add(even, odd), quarter), d, out + i);
  }
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::measure
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::measure {

const float* SsimWindow() {
  static const auto window = [] {
    std::array<double, kSsimRadius + 1> w;
    double sum = 0;
    for (int k = 0; k <= kSsimRadius; ++k) {
      w[k] = std::exp(-k * k / (2 * 1.5 * 1.5));
      sum += k == 0 ? w[k] : 2 * w[k];
    }
    std::array<float, kSsimRadius + 1> f;
    for (int k = 0; k <= kSsimRadius; ++k) f[k] = static_cast<float>(w[k] / sum);
    return f;
  }();
  return window.data();
}

HWY_EXPORT(WeightedSum);
HWY_EXPORT(WeightedSquaredDifference);
HWY_EXPORT(WeightedMaximum);
HWY_EXPORT(MomentRows);
HWY_EXPORT(AddSsimRow);
HWY_EXPORT(AddOpponentRow);
HWY_EXPORT(AddEdgeRow);
HWY_EXPORT(ChromaRows);
HWY_EXPORT(AddBlockRow);
HWY_EXPORT(HalveRows);

double WeightedSum(const float* v, const float* weight, int n) {
  return HWY_DYNAMIC_DISPATCH(WeightedSum)(v, weight, n);
}
double WeightedSquaredDifference(const float* a, const float* b, const float* weight, int n) {
  return HWY_DYNAMIC_DISPATCH(WeightedSquaredDifference)(a, b, weight, n);
}
float WeightedMaximum(const float* v, const float* weight, int n) {
  return HWY_DYNAMIC_DISPATCH(WeightedMaximum)(v, weight, n);
}
void MomentRows(const float* r, const float* t, int n, float* power, float* difference) {
  HWY_DYNAMIC_DISPATCH(MomentRows)(r, t, n, power, difference);
}
void AddSsimRow(const MeanRows& columns, const float* weight, int n, SsimSums* sums) {
  HWY_DYNAMIC_DISPATCH(AddSsimRow)(columns, weight, n, sums);
}
void AddOpponentRow(const MeanRows& columns, const float* r, const float* t, const float* weight,
                    int n, OpponentSums* sums) {
  HWY_DYNAMIC_DISPATCH(AddOpponentRow)(columns, r, t, weight, n, sums);
}
void AddEdgeRow(const ConstRows3& r, const ConstRows3& t, const float* weight, int n,
                EdgeSums* sums) {
  HWY_DYNAMIC_DISPATCH(AddEdgeRow)(r, t, weight, n, sums);
}
void ChromaRows(const ConstRows3& rgb, const float* luma, int n, float* cb, float* cr) {
  HWY_DYNAMIC_DISPATCH(ChromaRows)(rgb, luma, n, cb, cr);
}
void AddBlockRow(const float* row, const float* base, float y, int n, const Rows3& sums) {
  HWY_DYNAMIC_DISPATCH(AddBlockRow)(row, base, y, n, sums);
}
void HalveRows(const float* a, const float* b, int n_out, float* out) {
  HWY_DYNAMIC_DISPATCH(HalveRows)(a, b, n_out, out);
}

}  // namespace petzval::measure
#endif  // HWY_ONCE
