// The last step of the merge, vectorised: rows of `count` quads, planes in quad raster.
#ifndef PETZVAL_BURST_FINISH_KERNELS_H_
#define PETZVAL_BURST_FINISH_KERNELS_H_

#include <array>
#include <cstdint>

namespace petzval::burst {

// sum[i] = sum[i] * inverse[i].
void Scale(const float* inverse, int count, float* sum);
// sum[i] += value[i].
void Add(const float* value, int count, float* sum);
// value[i] = 1 / value[i].
void Invert(int count, float* value);

// What is known of one colour of the reference around a quad: its 3 x 3 mean gives
// inverse_noise = 1 / (s * mean + o) and slope = mean / green_mean, within 0..3.
void DescribeColor(const float* mean, const float* green_mean, float s, float o, int count,
                   float* inverse_noise, float* slope);

// Mosaic neighbours of a site of one phase, rows of the planes they lie in.
enum Neighbour {
  kSite,
  kLeft,
  kRight,
  kUp,
  kDown,
  kLeft2,
  kRight2,
  kUp2,
  kDown2,
  kUpLeft,
  kUpRight,
  kDownLeft,
  kDownRight,
  kNeighbours
};
using NeighbourRows = std::array<const float*, kNeighbours>;

// Green at a red or blue site, linear interpolation of Malvar, He & Cutler (ICASSP 2004).
void GreenAtRedBlue(const NeighbourRows& mosaic, int count, float* green);

// Moments of the wide kernel at a row, and what describes its colour.
struct CorrectionInput {
  NeighbourRows green;
  const float *mx, *my, *mxx, *mxy, *myy, *inverse_wide;
  const float *slope, *inverse_noise;
};
// correction = what the wide kernel adds to a site because green is not constant under it, second
// order Taylor; energy += correction^2 * inverse_noise; spread += (slope * half the second
// moment)^2.
void Correction(const CorrectionInput& in, int count, float* correction, float* energy,
                float* spread);

// wide -= share * correction, misfit += (wide - narrow)^2 * inverse_noise; share is what the energy
// of the corrections has beyond that of the noise in them.
void ApplyCorrection(const float* energy_mean, const float* spread, const float* variance,
                     const float* correction, const float* narrow, const float* inverse_noise,
                     int count, float* wide, float* misfit);

// misfit += (wide - narrow)^2 * inverse_noise without any correction.
void Misfit(const float* narrow, const float* wide, const float* inverse_noise, int count,
            float* misfit);

// Sums of squared weights of one class, and the inverse sums of the weights.
struct ClassVariance {
  const float *narrow, *both, *wide, *inverse_narrow, *inverse_wide;
};
// variance += share * variance of the narrow estimate, expected += share * variance of
// wide - narrow; relative to one sample.
void AddVariance(const ClassVariance& v, float share, int count, float* variance, float* expected);

// excess = what the misfit (sum over `phases` phases) has beyond the expected noise, per phase.
void Excess(const float* misfit_mean, const float* expected, const float* energy_mean,
            const float* spread, const float* variance, float phases, int count, float* excess);

// narrow += a * (wide - narrow) with the a of least error; ratio += share * variance left,
// common += share * covariance with the reference's own sample.
void Blend(const float* wide, const float* excess, const ClassVariance& v, float share, int count,
           float* narrow, float* ratio, float* common);

// How far the merge is to be trusted against the reference's own sample, 0..1: one unless their
// difference (misfit, sum over `phases` phases) is beyond its expected noise. Updates ratio.
void Trust(const float* misfit_mean, const float* common, float phases, int count, float* ratio,
           float* trust);
// worst = max(worst, variance of what the anchor makes of phases of one class): their sums of
// variances and covariances with the reference's sample, times `scale`.
void WorstVariance(const float* trust, const float* ratio, const float* common, float scale,
                   int count, float* worst);
// merged = reference + trust * (merged - reference).
void Anchor(const float* reference, const float* trust, int count, float* merged);

// Levels of two neighbouring phases of a mosaic row.
struct RowLevels {
  float black[2], range[2];  // DN = black + x * range
  float clip[2];             // DN of the reference from which a site counts as clipped
  float noise[2];            // variance of one sample at white
};
// out = DN of the estimates, even and odd sites interleaved. A site clipped in the reference stays
// at white unless the merge is 4 sigma below (the frames agree that it is darker).
void StoreRow(const float* even, const float* odd, const float* ratio, const uint16_t* reference,
              const RowLevels& levels, int count, uint16_t* out);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_FINISH_KERNELS_H_
