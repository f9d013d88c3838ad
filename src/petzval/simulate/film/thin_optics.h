// Optics without aberrations: the thin lens and the pinhole.
#ifndef PETZVAL_SIMULATE_FILM_THIN_OPTICS_H_
#define PETZVAL_SIMULATE_FILM_THIN_OPTICS_H_

#include <memory>
#include <vector>

#include "petzval/simulate/film/camera_optics.h"
#include "petzval/simulate/film/chief_table.h"

namespace petzval::simulate {

// A thin lens with a round pupil of focal / f-number in its plane: no vignetting, the plane in
// focus at focus_mm is sharp. The camera's origin is the middle of the lens. The fourth power of
// the cosine is that of the ray in the scene: so an area there and its picture exchange as much
// light either way, as they do through a lens that obeys the sine condition, and the working
// f-number on the axis is N (1 + m).
class ThinLensOptics : public CameraOptics {
 public:
  // Errors: kInvalidInput for a focus within the focal length.
  static Result<std::unique_ptr<CameraOptics>> Create(double focal_mm, const OpticsParams& params);

  void ToScene(const FilmSamples& samples, SceneRays* rays, float* weight) const override;
  double Throughput(double film_radius_mm) const override;
  bool ChiefRay(double film_x_mm, double film_y_mm, double origin_mm[3],
                double direction[3]) const override;
  bool Project(const double point_mm[3], double film_mm[2]) const override;
  double entrance_radius_mm() const override { return radius_mm_; }
  double entrance_z_mm() const override { return 0; }
  void ToFilm(const SceneRays& rays, std::span<const uint8_t> wavelength, float* film_x_mm,
              float* film_y_mm, uint8_t* passed) const override;
  double f_number() const override;
  double focal_mm() const override { return focal_mm_; }
  const std::vector<double>& wavelengths_um() const override { return um_; }

 private:
  double focal_mm_ = 0, film_mm_ = 0, focus_mm_ = 0, radius_mm_ = 0;
  std::vector<double> um_;
};

// One ray for each film point: the chief ray of a lens, or straight through a point. Everything is
// sharp. Its throughput is pi / (4 N^2) everywhere, as if there were an aperture. It has no
// entrance disc: lights are met from the film.
class PinholeOptics : public CameraOptics {
 public:
  // `film_mm`: from the point to the film; unused with chief rays.
  PinholeOptics(double focal_mm, double film_mm, double f_number, ChiefTable chief,
                const OpticsParams& params);

  void ToScene(const FilmSamples& samples, SceneRays* rays, float* weight) const override;
  double Throughput(double film_radius_mm) const override;
  bool ChiefRay(double film_x_mm, double film_y_mm, double origin_mm[3],
                double direction[3]) const override;
  bool Project(const double point_mm[3], double film_mm[2]) const override;
  double entrance_radius_mm() const override { return 0; }
  double entrance_z_mm() const override { return 0; }
  void ToFilm(const SceneRays& rays, std::span<const uint8_t> wavelength, float* film_x_mm,
              float* film_y_mm, uint8_t* passed) const override;
  double f_number() const override { return f_number_; }
  double focal_mm() const override { return focal_mm_; }
  const std::vector<double>& wavelengths_um() const override { return um_; }

 private:
  double focal_mm_, film_mm_, f_number_;
  ChiefTable chief_;  // empty: straight
  std::vector<double> um_;
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_THIN_OPTICS_H_
