// The rays of a tolerance analysis: launched once, traced through every system with errors.
#ifndef PETZVAL_OPTICS_DESIGN_TOLERANCE_RAYS_H_
#define PETZVAL_OPTICS_DESIGN_TOLERANCE_RAYS_H_

#include <vector>

#include "petzval/optics/design/tolerance.h"

namespace petzval::optics {

// Where rays land, for each wavelength; scratch of one task.
struct TracedRays {
  std::vector<RayResults<double>> by_wavelength;
};

// Displacements in the image plane per unit of something, for each wavelength and ray, mm.
struct RayShift {
  std::vector<std::vector<float>> x, y;
};

class ToleranceRays {
 public:
  // Launches every field and wavelength through the nominal lens and keeps the rays that pass.
  // Errors: options out of range; no field with light.
  static Result<ToleranceRays> Create(const LensModel& model, const ToleranceOptions& options);

  const std::vector<double>& fields() const { return fields_; }
  double cycles_per_mm() const { return cycles_per_mm_; }
  int64_t ray_count() const;

  void Trace(const System& system, TracedRays* out) const;
  // The same with form error `value_um` of `parameter`.
  void TraceForm(const System& system, const ErrorParameter& parameter, double radius_mm,
                 double value_um, TracedRays* out) const;
  // (after - before) * factor; 0 for rays that fail in either.
  RayShift Difference(const TracedRays& after, const TracedRays& before, double factor) const;
  static void AddShift(const RayShift& shift, double factor, TracedRays* rays);

  // Compensation by least squares of the weighted spots. `decentre`: displacements per mm of the
  // compensating element in x and y, null without one; its amounts are those of a linear lens.
  ToleranceFigures Evaluate(const TracedRays& rays, const Compensators& compensators,
                            const RayShift* decentre_x = nullptr,
                            const RayShift* decentre_y = nullptr) const;

 private:
  // Field f of each wavelength has the rays [begin_[f], begin_[f + 1]).
  struct Batch {
    RayBatch<double> rays;
    std::vector<int> begin;
    double weight = 1;
    double diffraction = 1;  // MTF of a perfect pupil
  };
  std::vector<Batch> batches_;
  std::vector<double> fields_, heights_mm_;  // nominal image heights, y
  double cycles_per_mm_ = 0;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_TOLERANCE_RAYS_H_
