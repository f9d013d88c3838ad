// The last step of the merge, vectorised.
#include "petzval/burst/finish_kernels.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/burst/finish_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::burst {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Rows are padded to whole vectors by their owner: counts are multiples of 16.
using D = hn::ScalableTag<float>;
#define FOR_VECTORS                                 \
  const D d;                                        \
  const int lanes = static_cast<int>(hn::Lanes(d)); \
  for (int i = 0; i < count; i += lanes)

// Noise of the correction: (second moment)^2 * this * variance of the narrow estimate is what the
// derivatives of pure noise amount to; twice as much is asked for before the correction is used.
constexpr float kCorrectionNoise = 2.5f;
// Misfits below this many times their expectation are chance.
constexpr float kMisfitMargin = 1.4f;

void Scale(const float* HWY_RESTRICT inverse, int count, float* HWY_RESTRICT sum) {
  FOR_VECTORS { hn::StoreU(hn::Mul(hn::LoadU(d, sum + i), hn::LoadU(d, inverse + i)), d, sum + i); }
}

void Add(const float* HWY_RESTRICT value, int count, float* HWY_RESTRICT sum) {
  FOR_VECTORS { hn::StoreU(hn::Add(hn::LoadU(d, sum + i), hn::LoadU(d, value + i)), d, sum + i); }
}

void Invert(int count, float* HWY_RESTRICT value) {
  FOR_VECTORS { hn::StoreU(hn::Div(hn::Set(d, 1.0f), hn::LoadU(d, value + i)), d, value + i); }
}

void DescribeColor(const float* HWY_RESTRICT mean, const float* HWY_RESTRICT green_mean, float s,
                   float o, int count, float* HWY_RESTRICT inverse_noise,
                   float* HWY_RESTRICT slope) {
  FOR_VECTORS {
    const auto m = hn::Max(hn::LoadU(d, mean + i), hn::Zero(d));
    const auto g = hn::Max(hn::LoadU(d, green_mean + i), hn::Set(d, 1e-3f));
    const auto noise = hn::MulAdd(m, hn::Set(d, s), hn::Set(d, o));
    hn::StoreU(hn::Div(hn::Set(d, 1.0f), noise), d, inverse_noise + i);
    hn::StoreU(hn::Min(hn::Div(m, g), hn::Set(d, 3.0f)), d, slope + i);
  }
}

void GreenAtRedBlue(const NeighbourRows& mosaic, int count, float* HWY_RESTRICT green) {
  FOR_VECTORS {
    const auto at = [&](Neighbour n) HWY_ATTR { return hn::LoadU(d, mosaic[n] + i); };
    const auto cross = hn::Add(hn::Add(at(kLeft), at(kRight)), hn::Add(at(kUp), at(kDown)));
    const auto far = hn::Add(hn::Add(at(kLeft2), at(kRight2)), hn::Add(at(kUp2), at(kDown2)));
    auto g = hn::Mul(hn::Set(d, 0.5f), at(kSite));
    g = hn::MulAdd(hn::Set(d, 0.25f), cross, g);
    hn::StoreU(hn::MulAdd(hn::Set(d, -0.125f), far, g), d, green + i);
  }
}

void Correction(const CorrectionInput& in, int count, float* HWY_RESTRICT correction,
                float* HWY_RESTRICT energy, float* HWY_RESTRICT spread) {
  FOR_VECTORS {
    const auto at = [&](Neighbour n) HWY_ATTR { return hn::LoadU(d, in.green[n] + i); };
    const auto two_thirds = hn::Set(d, 8.0f / 12), twelfth = hn::Set(d, 1.0f / 12);
    const auto center2 = hn::Add(at(kSite), at(kSite));
    const auto left = at(kLeft), right = at(kRight), up = at(kUp), down = at(kDown);
    const auto gx = hn::Sub(hn::Mul(two_thirds, hn::Sub(right, left)),
                            hn::Mul(twelfth, hn::Sub(at(kRight2), at(kLeft2))));
    const auto gy = hn::Sub(hn::Mul(two_thirds, hn::Sub(down, up)),
                            hn::Mul(twelfth, hn::Sub(at(kDown2), at(kUp2))));
    const auto half = hn::Set(d, 0.5f);
    const auto gxx = hn::Mul(half, hn::Sub(hn::Add(left, right), center2));
    const auto gyy = hn::Mul(half, hn::Sub(hn::Add(up, down), center2));
    const auto gxy = hn::Mul(hn::Set(d, 0.25f), hn::Sub(hn::Add(at(kDownRight), at(kUpLeft)),
                                                        hn::Add(at(kUpRight), at(kDownLeft))));
    const auto mxx = hn::LoadU(d, in.mxx + i), myy = hn::LoadU(d, in.myy + i);
    auto c = hn::Mul(gx, hn::LoadU(d, in.mx + i));
    c = hn::MulAdd(gy, hn::LoadU(d, in.my + i), c);
    c = hn::MulAdd(gxx, mxx, c);
    c = hn::MulAdd(gxy, hn::LoadU(d, in.mxy + i), c);
    c = hn::MulAdd(gyy, myy, c);
    const auto scale = hn::Mul(hn::LoadU(d, in.slope + i), hn::LoadU(d, in.inverse_wide + i));
    c = hn::Mul(c, scale);
    hn::StoreU(c, d, correction + i);
    const auto e = hn::Mul(hn::Mul(c, c), hn::LoadU(d, in.inverse_noise + i));
    hn::StoreU(hn::Add(e, hn::LoadU(d, energy + i)), d, energy + i);
    const auto m = hn::Mul(hn::Mul(half, hn::Add(mxx, myy)), scale);
    hn::StoreU(hn::MulAdd(m, m, hn::LoadU(d, spread + i)), d, spread + i);
  }
}

// Share of the corrections that is not noise.
template <class V>
HWY_INLINE V Share(D d, V energy, V noise) {
  const V rest = hn::Max(hn::Sub(energy, hn::Add(noise, noise)), hn::Zero(d));
  return hn::Div(rest, hn::Add(energy, hn::Set(d, 1e-9f)));
}

void ApplyCorrection(const float* HWY_RESTRICT energy_mean, const float* HWY_RESTRICT spread,
                     const float* HWY_RESTRICT variance, const float* HWY_RESTRICT correction,
                     const float* HWY_RESTRICT narrow, const float* HWY_RESTRICT inverse_noise,
                     int count, float* HWY_RESTRICT wide, float* HWY_RESTRICT misfit) {
  FOR_VECTORS {
    const auto noise = hn::Mul(hn::Mul(hn::Set(d, kCorrectionNoise), hn::LoadU(d, spread + i)),
                               hn::LoadU(d, variance + i));
    const auto share = Share(d, hn::LoadU(d, energy_mean + i), noise);
    const auto w = hn::NegMulAdd(share, hn::LoadU(d, correction + i), hn::LoadU(d, wide + i));
    hn::StoreU(w, d, wide + i);
    const auto e = hn::Sub(w, hn::LoadU(d, narrow + i));
    hn::StoreU(hn::MulAdd(hn::Mul(e, e), hn::LoadU(d, inverse_noise + i), hn::LoadU(d, misfit + i)),
               d, misfit + i);
  }
}

void Misfit(const float* HWY_RESTRICT narrow, const float* HWY_RESTRICT wide,
            const float* HWY_RESTRICT inverse_noise, int count, float* HWY_RESTRICT misfit) {
  FOR_VECTORS {
    const auto e = hn::Sub(hn::LoadU(d, wide + i), hn::LoadU(d, narrow + i));
    hn::StoreU(hn::MulAdd(hn::Mul(e, e), hn::LoadU(d, inverse_noise + i), hn::LoadU(d, misfit + i)),
               d, misfit + i);
  }
}

// Variances of the narrow and the wide estimate and their covariance, relative to one sample.
struct Variances {
  hn::Vec<D> narrow, both, wide;
};
HWY_INLINE Variances LoadVariances(D d, const ClassVariance& v, int i) {
  const auto n = hn::LoadU(d, v.inverse_narrow + i), w = hn::LoadU(d, v.inverse_wide + i);
  return {hn::Mul(hn::LoadU(d, v.narrow + i), hn::Mul(n, n)),
          hn::Mul(hn::LoadU(d, v.both + i), hn::Mul(n, w)),
          hn::Mul(hn::LoadU(d, v.wide + i), hn::Mul(w, w))};
}

void AddVariance(const ClassVariance& v, float share, int count, float* HWY_RESTRICT variance,
                 float* HWY_RESTRICT expected) {
  FOR_VECTORS {
    const Variances x = LoadVariances(d, v, i);
    const auto s = hn::Set(d, share);
    const auto difference = hn::Sub(hn::Add(x.narrow, x.wide), hn::Add(x.both, x.both));
    hn::StoreU(hn::MulAdd(s, x.narrow, hn::LoadU(d, variance + i)), d, variance + i);
    hn::StoreU(hn::MulAdd(s, difference, hn::LoadU(d, expected + i)), d, expected + i);
  }
}

void Excess(const float* HWY_RESTRICT misfit_mean, const float* HWY_RESTRICT expected,
            const float* HWY_RESTRICT energy_mean, const float* HWY_RESTRICT spread,
            const float* HWY_RESTRICT variance, float phases, int count,
            float* HWY_RESTRICT excess) {
  FOR_VECTORS {
    const auto noise = hn::Mul(hn::Mul(hn::Set(d, kCorrectionNoise), hn::LoadU(d, spread + i)),
                               hn::LoadU(d, variance + i));
    const auto share = Share(d, hn::LoadU(d, energy_mean + i), noise);
    const auto per_phase = hn::Set(d, 1 / phases);
    auto e = hn::NegMulAdd(hn::Mul(share, share), noise, hn::LoadU(d, misfit_mean + i));
    e = hn::MulSub(e, per_phase, hn::LoadU(d, expected + i));
    // Half: the misfit is that of both estimates, and part of it is the narrow one's own.
    hn::StoreU(hn::Mul(hn::Set(d, 0.5f), hn::Max(e, hn::Zero(d))), d, excess + i);
  }
}

void Blend(const float* HWY_RESTRICT wide, const float* HWY_RESTRICT excess, const ClassVariance& v,
           float share, int count, float* HWY_RESTRICT narrow, float* HWY_RESTRICT ratio,
           float* HWY_RESTRICT common) {
  FOR_VECTORS {
    const Variances x = LoadVariances(d, v, i);
    const auto gain = hn::Sub(x.narrow, x.both);
    const auto difference = hn::Add(gain, hn::Sub(x.wide, x.both));
    const auto one = hn::Set(d, 1.0f);
    const auto total = hn::Add(hn::Add(difference, hn::LoadU(d, excess + i)), hn::Set(d, 1e-6f));
    const auto a = hn::Min(hn::Max(hn::Div(gain, total), hn::Zero(d)), one);
    const auto n = hn::LoadU(d, narrow + i);
    hn::StoreU(hn::MulAdd(a, hn::Sub(hn::LoadU(d, wide + i), n), n), d, narrow + i);
    // narrow - 2 a gain + a^2 difference
    const auto left = hn::MulAdd(a, hn::MulSub(a, difference, hn::Add(gain, gain)), x.narrow);
    hn::StoreU(hn::MulAdd(hn::Set(d, share), left, hn::LoadU(d, ratio + i)), d, ratio + i);
    // The reference's sample has weight 1 in both.
    const auto in = hn::LoadU(d, v.inverse_narrow + i);
    const auto c = hn::MulAdd(a, hn::Sub(hn::LoadU(d, v.inverse_wide + i), in), in);
    hn::StoreU(hn::MulAdd(hn::Set(d, share), c, hn::LoadU(d, common + i)), d, common + i);
  }
}

void Trust(const float* HWY_RESTRICT misfit_mean, const float* HWY_RESTRICT common, float phases,
           int count, float* HWY_RESTRICT ratio, float* HWY_RESTRICT trust) {
  FOR_VECTORS {
    const auto one = hn::Set(d, 1.0f);
    const auto c = hn::LoadU(d, common + i), v = hn::LoadU(d, ratio + i);
    const auto gain = hn::Sub(one, c);
    const auto expected = hn::Add(gain, hn::Sub(v, c));
    // Chance alone exceeds the expected misfit; only what is clearly beyond counts.
    const auto misfit = hn::Mul(hn::LoadU(d, misfit_mean + i), hn::Set(d, 1 / phases));
    const auto bias =
        hn::Max(hn::NegMulAdd(hn::Set(d, kMisfitMargin), expected, misfit), hn::Zero(d));
    auto a = hn::Div(gain, hn::Add(hn::Add(expected, bias), hn::Set(d, 1e-6f)));
    a = hn::Min(hn::Max(a, hn::Zero(d)), one);
    a = hn::IfThenElse(hn::Gt(bias, hn::Zero(d)), a, one);
    hn::StoreU(a, d, trust + i);
    const auto rest = hn::Sub(one, a);
    auto r = hn::MulAdd(rest, rest, hn::Mul(hn::Mul(a, a), v));
    r = hn::MulAdd(hn::Mul(hn::Add(a, a), rest), c, r);
    hn::StoreU(r, d, ratio + i);
  }
}

void WorstVariance(const float* HWY_RESTRICT trust, const float* HWY_RESTRICT ratio,
                   const float* HWY_RESTRICT common, float scale, int count,
                   float* HWY_RESTRICT worst) {
  FOR_VECTORS {
    const auto a = hn::LoadU(d, trust + i), rest = hn::Sub(hn::Set(d, 1.0f), a);
    const auto s = hn::Mul(hn::Set(d, scale), a);
    auto r = hn::MulAdd(rest, rest, hn::Mul(hn::Mul(a, s), hn::LoadU(d, ratio + i)));
    r = hn::MulAdd(hn::Mul(hn::Add(s, s), rest), hn::LoadU(d, common + i), r);
    hn::StoreU(hn::Max(r, hn::LoadU(d, worst + i)), d, worst + i);
  }
}

void Anchor(const float* HWY_RESTRICT reference, const float* HWY_RESTRICT trust, int count,
            float* HWY_RESTRICT merged) {
  FOR_VECTORS {
    const auto r = hn::LoadU(d, reference + i);
    const auto m = hn::LoadU(d, merged + i);
    hn::StoreU(hn::MulAdd(hn::LoadU(d, trust + i), hn::Sub(m, r), r), d, merged + i);
  }
}

#if HWY_TARGET != HWY_SCALAR
// DN of one phase.
template <class V, class DI, class VI>
HWY_INLINE VI ToLevels(D d, DI di, V x, V ratio, VI reference, const RowLevels& levels, int k) {
  const auto one = hn::Set(d, 1.0f);
  const auto sigma = hn::Sqrt(hn::Mul(ratio, hn::Set(d, levels.noise[k])));
  const auto floor = hn::NegMulAdd(hn::Set(d, 4.0f), sigma, one);
  const auto clipped = hn::Ge(hn::ConvertTo(d, reference), hn::Set(d, levels.clip[k]));
  const auto stays = hn::And(clipped, hn::Gt(x, floor));
  x = hn::IfThenElse(stays, hn::Max(x, one), x);
  x = hn::MulAdd(x, hn::Set(d, levels.range[k]), hn::Set(d, levels.black[k]));
  x = hn::Min(hn::Max(x, hn::Zero(d)), hn::Set(d, 65535.0f));
  return hn::NearestInt(x);
}
#endif

void StoreRow(const float* HWY_RESTRICT even, const float* HWY_RESTRICT odd,
              const float* HWY_RESTRICT ratio, const uint16_t* HWY_RESTRICT reference,
              const RowLevels& levels, int count, uint16_t* HWY_RESTRICT out) {
  int i = 0;
#if HWY_TARGET != HWY_SCALAR
  const D d;
  const hn::RebindToSigned<D> di;
  const hn::RebindToUnsigned<D> du;
  const hn::Repartition<uint16_t, D> d16;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (; i + lanes <= count; i += lanes) {
    const auto r = hn::LoadU(d, ratio + i);
    const auto ref = hn::BitCast(du, hn::LoadU(d16, reference + 2 * i));
    const auto ref_even = hn::BitCast(di, hn::And(ref, hn::Set(du, 0xFFFFu)));
    const auto ref_odd = hn::BitCast(di, hn::ShiftRight<16>(ref));
    const auto a = ToLevels(d, di, hn::LoadU(d, even + i), r, ref_even, levels, 0);
    const auto b = ToLevels(d, di, hn::LoadU(d, odd + i), r, ref_odd, levels, 1);
    const auto both = hn::Or(hn::BitCast(du, a), hn::ShiftLeft<16>(hn::BitCast(du, b)));
    hn::StoreU(hn::BitCast(d16, both), d16, out + 2 * i);
  }
#endif
  for (; i < count; ++i) {
    for (int k = 0; k < 2; ++k) {
      float x = k ? odd[i] : even[i];
      if (reference[2 * i + k] >= levels.clip[k] &&
          x > 1 - 4 * std::sqrt(ratio[i] * levels.noise[k])) {
        x = std::max(x, 1.0f);
      }
      out[2 * i + k] = static_cast<uint16_t>(
          std::nearbyint(std::clamp(levels.black[k] + x * levels.range[k], 0.0f, 65535.0f)));
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::burst
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::burst {

HWY_EXPORT(Scale);
HWY_EXPORT(Invert);
HWY_EXPORT(DescribeColor);
HWY_EXPORT(GreenAtRedBlue);
HWY_EXPORT(Correction);
HWY_EXPORT(ApplyCorrection);
HWY_EXPORT(Misfit);
HWY_EXPORT(AddVariance);
HWY_EXPORT(Excess);
HWY_EXPORT(Blend);
HWY_EXPORT(Trust);
HWY_EXPORT(Anchor);
HWY_EXPORT(Add);
HWY_EXPORT(WorstVariance);
HWY_EXPORT(StoreRow);

void Scale(const float* inverse, int count, float* sum) {
  HWY_DYNAMIC_DISPATCH(Scale)(inverse, count, sum);
}
void Invert(int count, float* value) { HWY_DYNAMIC_DISPATCH(Invert)(count, value); }
void DescribeColor(const float* mean, const float* green_mean, float s, float o, int count,
                   float* inverse_noise, float* slope) {
  HWY_DYNAMIC_DISPATCH(DescribeColor)(mean, green_mean, s, o, count, inverse_noise, slope);
}
void GreenAtRedBlue(const NeighbourRows& mosaic, int count, float* green) {
  HWY_DYNAMIC_DISPATCH(GreenAtRedBlue)(mosaic, count, green);
}
void Correction(const CorrectionInput& in, int count, float* correction, float* energy,
                float* spread) {
  HWY_DYNAMIC_DISPATCH(Correction)(in, count, correction, energy, spread);
}
void ApplyCorrection(const float* energy_mean, const float* spread, const float* variance,
                     const float* correction, const float* narrow, const float* inverse_noise,
                     int count, float* wide, float* misfit) {
  HWY_DYNAMIC_DISPATCH(ApplyCorrection)
  (energy_mean, spread, variance, correction, narrow, inverse_noise, count, wide, misfit);
}
void Misfit(const float* narrow, const float* wide, const float* inverse_noise, int count,
            float* misfit) {
  HWY_DYNAMIC_DISPATCH(Misfit)(narrow, wide, inverse_noise, count, misfit);
}
void AddVariance(const ClassVariance& v, float share, int count, float* variance, float* expected) {
  HWY_DYNAMIC_DISPATCH(AddVariance)(v, share, count, variance, expected);
}
void Excess(const float* misfit_mean, const float* expected, const float* energy_mean,
            const float* spread, const float* variance, float phases, int count, float* excess) {
  HWY_DYNAMIC_DISPATCH(Excess)
  (misfit_mean, expected, energy_mean, spread, variance, phases, count, excess);
}
void Blend(const float* wide, const float* excess, const ClassVariance& v, float share, int count,
           float* narrow, float* ratio, float* common) {
  HWY_DYNAMIC_DISPATCH(Blend)(wide, excess, v, share, count, narrow, ratio, common);
}
void Trust(const float* misfit_mean, const float* common, float phases, int count, float* ratio,
           float* trust) {
  HWY_DYNAMIC_DISPATCH(Trust)(misfit_mean, common, phases, count, ratio, trust);
}
void Add(const float* value, int count, float* sum) {
  HWY_DYNAMIC_DISPATCH(Add)(value, count, sum);
}
void WorstVariance(const float* trust, const float* ratio, const float* common, float scale,
                   int count, float* worst) {
  HWY_DYNAMIC_DISPATCH(WorstVariance)(trust, ratio, common, scale, count, worst);
}
void Anchor(const float* reference, const float* trust, int count, float* merged) {
  HWY_DYNAMIC_DISPATCH(Anchor)(reference, trust, count, merged);
}
void StoreRow(const float* even, const float* odd, const float* ratio, const uint16_t* reference,
              const RowLevels& levels, int count, uint16_t* out) {
  HWY_DYNAMIC_DISPATCH(StoreRow)(even, odd, ratio, reference, levels, count, out);
}

}  // namespace petzval::burst
#endif  // HWY_ONCE
