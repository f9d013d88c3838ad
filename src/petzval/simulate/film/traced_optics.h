// A prescription as a camera's lens: every film ray is traced through its surfaces.
#ifndef PETZVAL_SIMULATE_FILM_TRACED_OPTICS_H_
#define PETZVAL_SIMULATE_FILM_TRACED_OPTICS_H_

#include <memory>
#include <vector>

#include "petzval/optics/trace/packed_system.h"
#include "petzval/simulate/film/camera_optics.h"
#include "petzval/simulate/film/chief_table.h"
#include "petzval/simulate/film/focused_lens.h"
#include "petzval/simulate/film/pupil_table.h"

namespace petzval::simulate {

class TracedOptics : public CameraOptics {
 public:
  static Result<std::unique_ptr<TracedOptics>> Create(const optics::Lens& lens,
                                                      const OpticsParams& params);
  TracedOptics(const TracedOptics&) = delete;  // packed_ points into lens_
  TracedOptics& operator=(const TracedOptics&) = delete;

  void ToScene(const FilmSamples& samples, SceneRays* rays, float* weight) const override;
  double Throughput(double film_radius_mm) const override;
  double ThroughputAt(double film_radius_mm, int wavelength) const override;
  bool ChiefRay(double film_x_mm, double film_y_mm, double origin_mm[3],
                double direction[3]) const override;
  bool Project(const double point_mm[3], double film_mm[2]) const override;
  double entrance_radius_mm() const override { return 1.05 * pupil_->widest_mm(); }
  double entrance_z_mm() const override { return 0; }
  void ToFilm(const SceneRays& rays, std::span<const uint8_t> wavelength, float* film_x_mm,
              float* film_y_mm, uint8_t* passed) const override;
  bool round() const override { return lens_.round; }
  double f_number() const override { return f_number_; }
  double focal_mm() const override { return lens_.focal_mm; }
  const std::vector<double>& wavelengths_um() const override { return lens_.forward.um; }

  const FocusedLens& lens() const { return lens_; }

 private:
  explicit TracedOptics(FocusedLens lens) : lens_(std::move(lens)) {}

  FocusedLens lens_;
  std::vector<optics::PackedSystem> forward_, reversed_;  // by wavelength
  ChiefTable chief_;
  std::unique_ptr<PupilTable> pupil_;
  double f_number_ = 0;
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_TRACED_OPTICS_H_
