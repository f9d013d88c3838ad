// Sums of complex exponentials and path lengths to a sphere, for every SIMD target.
#include "petzval/optics/analysis/phasor_kernels.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/optics/analysis/phasor_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::optics {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;

// cos and sin of 2 pi turns: the angle is reduced to a quarter of [-pi, pi], where Taylor series
// to the 16th power are exact to rounding, and doubled twice.
HWY_INLINE void SinCosTurns(D d, V turns, V* sine, V* cosine) {
  const V a = hn::Mul(hn::Sub(turns, hn::Round(turns)), hn::Set(d, M_PI / 2));
  const V a2 = hn::Mul(a, a);
  V s = hn::Set(d, -1.0 / 1307674368000.0);
  s = hn::MulAdd(s, a2, hn::Set(d, 1.0 / 6227020800.0));
  s = hn::MulAdd(s, a2, hn::Set(d, -1.0 / 39916800.0));
  s = hn::MulAdd(s, a2, hn::Set(d, 1.0 / 362880.0));
  s = hn::MulAdd(s, a2, hn::Set(d, -1.0 / 5040.0));
  s = hn::MulAdd(s, a2, hn::Set(d, 1.0 / 120.0));
  s = hn::MulAdd(s, a2, hn::Set(d, -1.0 / 6.0));
  s = hn::MulAdd(hn::Mul(s, a2), a, a);
  V c = hn::Set(d, 1.0 / 20922789888000.0);
  c = hn::MulAdd(c, a2, hn::Set(d, -1.0 / 87178291200.0));
  c = hn::MulAdd(c, a2, hn::Set(d, 1.0 / 479001600.0));
  c = hn::MulAdd(c, a2, hn::Set(d, -1.0 / 3628800.0));
  c = hn::MulAdd(c, a2, hn::Set(d, 1.0 / 40320.0));
  c = hn::MulAdd(c, a2, hn::Set(d, -1.0 / 720.0));
  c = hn::MulAdd(c, a2, hn::Set(d, 1.0 / 24.0));
  c = hn::MulAdd(c, a2, hn::Set(d, -0.5));
  c = hn::MulAdd(c, a2, hn::Set(d, 1.0));
  const V one = hn::Set(d, 1.0);
  const V s2 = hn::Mul(hn::Add(s, s), c);
  const V c2 = hn::NegMulAdd(hn::Add(s, s), s, one);
  *sine = hn::Mul(hn::Add(s2, s2), c2);
  *cosine = hn::NegMulAdd(hn::Add(s2, s2), s2, one);
}

// The lanes of a vector whose index is below `count`; the others 0.
HWY_INLINE V LoadSome(D d, const double* p, size_t count) {
  const size_t lanes = hn::Lanes(d);
  if (count >= lanes) return hn::LoadU(d, p);
  HWY_ALIGN double buffer[hn::MaxLanes(D())] = {};
  for (size_t i = 0; i < count; ++i) buffer[i] = p[i];
  return hn::Load(d, buffer);
}
HWY_INLINE void StoreSome(D d, V v, double* p, size_t count) {
  const size_t lanes = hn::Lanes(d);
  if (count >= lanes) return hn::StoreU(v, d, p);
  HWY_ALIGN double buffer[hn::MaxLanes(D())];
  hn::Store(v, d, buffer);
  for (size_t i = 0; i < count; ++i) p[i] = buffer[i];
}

HWY_INLINE double Total(D d, V v) {
  HWY_ALIGN double buffer[hn::MaxLanes(D())];
  hn::Store(v, d, buffer);
  double sum = 0;
  for (size_t i = 0; i < hn::Lanes(d); ++i) sum += buffer[i];
  return sum;
}

void PhasorSumT(const double* turns, const double* weights, size_t count, double* re, double* im) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  V sum_re = hn::Zero(d), sum_im = hn::Zero(d);
  HWY_ALIGN double ones[hn::MaxLanes(D())];
  for (double& o : ones) o = 1;
  for (size_t i = 0; i < count; i += lanes) {
    const size_t left = count - i;
    V s, c;
    SinCosTurns(d, LoadSome(d, turns + i, left), &s, &c);
    const V w = LoadSome(d, weights ? weights + i : ones, left);
    sum_re = hn::MulAdd(w, c, sum_re);
    sum_im = hn::MulAdd(w, s, sum_im);
  }
  *re = Total(d, sum_re);
  *im = Total(d, sum_im);
}

void PhasorsT(const double* turns, size_t count, double* re, double* im) {
  const D d;
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    V s, c;
    SinCosTurns(d, LoadSome(d, turns + i, count - i), &s, &c);
    StoreSome(d, c, re + i, count - i);
    StoreSome(d, s, im + i, count - i);
  }
}

// Rows y .. y + kRows of the picture at once: their sums are independent, so that no sum waits for
// the one before, and each row vector is loaded once for all of them.
template <int kRows>
HWY_INLINE void AddRowsOfProducts(const double* column_re, const double* column_im,
                                  const double* row_re, const double* row_im, size_t terms,
                                  size_t height, size_t width, size_t y, ComplexPlanes picture) {
  const D d;
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const size_t left = width - x;
    V re[kRows], im[kRows];
    for (int r = 0; r < kRows; ++r) {
      re[r] = LoadSome(d, picture.re + (y + r) * width + x, left);
      im[r] = LoadSome(d, picture.im + (y + r) * width + x, left);
    }
    for (size_t k = 0; k < terms; ++k) {
      const V p = LoadSome(d, row_re + k * width + x, left);
      const V q = LoadSome(d, row_im + k * width + x, left);
      for (int r = 0; r < kRows; ++r) {
        const V a = hn::Set(d, column_re[k * height + y + r]);
        const V b = hn::Set(d, column_im[k * height + y + r]);
        re[r] = hn::NegMulAdd(b, q, hn::MulAdd(a, p, re[r]));
        im[r] = hn::MulAdd(b, p, hn::MulAdd(a, q, im[r]));
      }
    }
    for (int r = 0; r < kRows; ++r) {
      StoreSome(d, re[r], picture.re + (y + r) * width + x, left);
      StoreSome(d, im[r], picture.im + (y + r) * width + x, left);
    }
  }
}

void AddOuterProductsT(const double* column_re, const double* column_im, const double* row_re,
                       const double* row_im, size_t terms, size_t height, size_t width,
                       ComplexPlanes picture) {
  size_t y = 0;
  for (; y + 4 <= height; y += 4) {
    AddRowsOfProducts<4>(column_re, column_im, row_re, row_im, terms, height, width, y, picture);
  }
  for (; y < height; ++y) {
    AddRowsOfProducts<1>(column_re, column_im, row_re, row_im, terms, height, width, y, picture);
  }
}

void SphereOpdT(const SphereArguments& sphere, const double* x, const double* y, const double* l,
                const double* m, const double* opl, size_t count, double* waves) {
  const D d;
  const V x0 = hn::Set(d, sphere.x), y0 = hn::Set(d, sphere.y);
  const V side = hn::Set(d, sphere.side), index = hn::Set(d, sphere.index);
  const V radius = hn::Set(d, sphere.radius), radius2 = hn::Mul(radius, radius);
  const V chief = hn::Set(d, sphere.chief_opl), per_mm = hn::Set(d, sphere.per_mm);
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    const size_t left = count - i;
    const V dx = hn::Sub(LoadSome(d, x + i, left), x0), dy = hn::Sub(LoadSome(d, y + i, left), y0);
    const V b = hn::MulAdd(dx, LoadSome(d, l + i, left), hn::Mul(dy, LoadSome(d, m + i, left)));
    // Squared distance of the centre from the ray's line, negated.
    const V q = hn::Sub(hn::Mul(b, b), hn::MulAdd(dx, dx, hn::Mul(dy, dy)));
    const V root = hn::Sqrt(hn::Add(radius2, q));
    // The way from the image plane to the sphere less that of the chief ray, -+ radius.
    const V way = hn::Sub(hn::Mul(side, hn::Div(q, hn::Add(root, radius))), b);
    const V path = hn::MulAdd(index, way, hn::Sub(LoadSome(d, opl + i, left), chief));
    StoreSome(d, hn::Mul(hn::Neg(path), per_mm), waves + i, left);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::optics {

HWY_EXPORT(PhasorSumT);
HWY_EXPORT(PhasorsT);
HWY_EXPORT(AddOuterProductsT);
HWY_EXPORT(SphereOpdT);

std::complex<double> PhasorSum(const double* turns, const double* weights, size_t count) {
  double re = 0, im = 0;
  HWY_DYNAMIC_DISPATCH(PhasorSumT)(turns, weights, count, &re, &im);
  return {re, im};
}

void Phasors(const double* turns, size_t count, double* re, double* im) {
  HWY_DYNAMIC_DISPATCH(PhasorsT)(turns, count, re, im);
}

void AddOuterProducts(const double* column_re, const double* column_im, const double* row_re,
                      const double* row_im, size_t terms, size_t height, size_t width,
                      ComplexPlanes picture) {
  HWY_DYNAMIC_DISPATCH(AddOuterProductsT)
  (column_re, column_im, row_re, row_im, terms, height, width, picture);
}

void SphereOpd(const SphereArguments& sphere, const double* x, const double* y, const double* l,
               const double* m, const double* opl, size_t count, double* waves) {
  HWY_DYNAMIC_DISPATCH(SphereOpdT)(sphere, x, y, l, m, opl, count, waves);
}

}  // namespace petzval::optics
#endif  // HWY_ONCE
