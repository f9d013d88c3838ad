// Wave aberration with signed path lengths, against the reference sphere through the exit pupil.
#ifndef PETZVAL_OPTICS_ANALYSIS_OPD_H_
#define PETZVAL_OPTICS_ANALYSIS_OPD_H_

#include <optional>
#include <span>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

// Centre: image point of the chief ray of the same wavelength, in the image plane. The sphere
// passes through the point where that ray meets the paraxial exit-pupil plane.
class ReferenceSphere {
 public:
  // An exit pupil at infinity gives a plane. Errors: kInvalidInput where the exit pupil stands in
  // the image plane or does not exist.
  static Result<ReferenceSphere> Create(const LensModel& model, int wavelength,
                                        const RayResult& chief);

  double radius_mm() const { return radius_; }
  // W = (OPL_chief - OPL_ray) / lambda, both up to the sphere, in waves. Empty where the ray's line
  // does not meet the sphere.
  std::optional<double> Opd(const RayResult& ray) const;
  // The same for a batch; `waves` has its size; not finite where the ray failed or does not meet
  // the sphere.
  void Opd(const RayResults<double>& rays, std::span<double> waves) const;

 private:
  double x_ = 0, y_ = 0;  // centre
  double radius_ = 0;     // infinite for a plane
  double side_ = 1;       // -1: the pupil lies before the image along the rays
  double index_ = 1;      // of the image space
  double per_mm_ = 1;     // waves per mm
  double chief_opl_ = 0;
};

// Wave aberration at pupil points.
struct OpdSamples {
  std::vector<PupilPoint> pupil;  // of the rays that arrive
  std::vector<double> waves;
  RayCounts rays;
  double radius_mm = 0;  // of the reference sphere
};
Result<OpdSamples> ComputeOpd(const LensModel& model, double field, int wavelength,
                              std::span<const PupilPoint> pupil,
                              const SamplingOptions& options = {});
// Standard deviation: only the mean is removed, neither tilt nor focus (say so beside the number).
std::optional<double> OpdRms(const OpdSamples& samples);
std::optional<double> OpdPeakToValley(const OpdSamples& samples);

// Zernike coefficients in waves, Noll order and normalisation (Noll 1976), from a least-squares
// fit.
struct ZernikeFit {
  std::vector<double> noll;  // noll[0] is Z1, piston
  double residual_rms_waves = 0;
};
// Empty when the samples do not determine `terms` (1 .. 66) coefficients.
std::optional<ZernikeFit> FitZernike(const OpdSamples& samples, int terms = 37);
double ZernikeNoll(int index, double px, double py);  // index from 1

// A map over the unit disc: n x n midpoints, py rising with the row, px with the column.
struct WavefrontMap {
  double field = 0;
  int wavelength = 0;
  int n = 0;
  std::vector<float> waves;    // n * n; 0 where not valid
  std::vector<uint8_t> valid;  // n * n
  std::optional<double> rms_waves, peak_to_valley_waves, strehl;
  RayCounts rays;
};
// n: 4 .. 2048.
Result<WavefrontMap> ComputeWavefrontMap(const LensModel& model, double field, int wavelength,
                                         int n = 128, const SamplingOptions& options = {});

// |mean exp(2 pi i W)|^2 over the n-grid disc, at the image plane as it stands. Empty when no ray
// arrives.
Result<std::optional<double>> ComputeStrehl(const LensModel& model, double field, int wavelength,
                                            int n = 192, const SamplingOptions& options = {});

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_OPD_H_
