// The geometric transfer function: Fourier transform of the ray positions.
#include "petzval/optics/analysis/otf.h"
#include "petzval/optics/analysis/phasor_kernels.h"

namespace petzval::optics {

Otf Otf::Zero(const OtfRequest& request) {
  Otf otf;
  otf.tangential.assign(request.shifts_mm.size(),
                        std::vector<std::complex<double>>(request.cycles_per_mm.size()));
  otf.sagittal = otf.tangential;
  return otf;
}

void Otf::Add(const Otf& other, double weight) {
  for (size_t s = 0; s < tangential.size(); ++s) {
    for (size_t f = 0; f < tangential[s].size(); ++f) {
      tangential[s][f] += weight * other.tangential[s][f];
      sagittal[s][f] += weight * other.sagittal[s][f];
    }
  }
  norm += weight * other.norm;
  rays += other.rays;
}

Otf GeometricOtf(const LensModel& model, double field, const FieldTracer& tracer,
                 const OtfRequest& request) {
  const PupilSymmetry symmetry = SymmetryOf(model, field);
  const ReducedPupil pupil = ReducedGrid(request.grid, true, 1, symmetry);
  Otf otf = Otf::Zero(request);
  std::vector<double> x, y, u, v, weights, turns;
  const double slope_x = request.origin.l / request.origin.n;
  const double slope_y = request.origin.m / request.origin.n;
  tracer.TraceInPieces(
      pupil.points, tracer.clip(), [&](size_t first, const RayResults<double>& rays) {
        x.clear(), y.clear(), u.clear(), v.clear(), weights.clear();
        for (size_t i = 0; i < rays.size(); ++i) {
          const double weight = pupil.weights[first + i];
          for (int k = 0; k < static_cast<int>(weight); ++k) {
            otf.rays.Add(static_cast<RayStatus>(rays.status[i]));
          }
          if (rays.status[i] != 0) continue;
          x.push_back(rays.x[i] - request.origin.x);
          y.push_back(rays.y[i] - request.origin.y);
          u.push_back(rays.l[i] / rays.n[i] - slope_x);
          v.push_back(rays.m[i] / rays.n[i] - slope_y);
          weights.push_back(weight);
          otf.norm += weight;
        }
        const auto sum = [&](const std::vector<double>& at, const std::vector<double>& slope,
                             double shift, double frequency) {
          turns.resize(at.size());
          for (size_t i = 0; i < at.size(); ++i) turns[i] = -frequency * (at[i] + shift * slope[i]);
          return PhasorSum(turns.data(), weights.data(), turns.size());
        };
        for (size_t s = 0; s < request.shifts_mm.size(); ++s) {
          for (size_t f = 0; f < request.cycles_per_mm.size(); ++f) {
            const double shift = request.shifts_mm[s], frequency = request.cycles_per_mm[f];
            // A mirrored half adds the conjugate.
            const std::complex<double> t = sum(y, v, shift, frequency);
            otf.tangential[s][f] += symmetry == PupilSymmetry::kMirrorXY ? t.real() : t;
            if (symmetry == PupilSymmetry::kMirrorXY) continue;
            const std::complex<double> g = sum(x, u, shift, frequency);
            otf.sagittal[s][f] += symmetry == PupilSymmetry::kMirrorX ? g.real() : g;
          }
        }
      });
  if (symmetry == PupilSymmetry::kMirrorXY) otf.sagittal = otf.tangential;
  return otf;
}

}  // namespace petzval::optics
