// From a point of the film, through the lens, into the scene - and back for small lights.
#ifndef PETZVAL_SIMULATE_FILM_CAMERA_OPTICS_H_
#define PETZVAL_SIMULATE_FILM_CAMERA_OPTICS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/optics/lens/lens.h"
#include "petzval/simulate/world/world.h"

namespace petzval::simulate {

// Points of the film (mm from the axis; x to the right and y up as the upright picture shows it,
// so the inversion by the lens is taken off) with a point of the unit square for the pupil.
struct FilmSamples {
  std::vector<float> x_mm, y_mm, u, v;
  std::vector<uint8_t> wavelength;  // index into wavelengths_um
  size_t size() const { return x_mm.size(); }
  void Resize(size_t count);
};

// The lens of a camera at one focus. Camera frame: mm, x right, y up, z along the view; the origin
// is the centre of the paraxial entrance pupil, so that cameras of one pose share the perspective.
class CameraOptics {
 public:
  virtual ~CameraOptics() = default;

  // Rays of the camera frame and their weights in steradians: the irradiance at the film point is
  // the mean of weight * radiance over uniform (u, v); 0 where the ray does not pass. `rays` is
  // resized; `weight` has room for all.
  virtual void ToScene(const FilmSamples& samples, SceneRays* rays, float* weight) const = 0;

  // Solid angle that a film point at this distance from the axis receives light from, weighted with
  // the cosines: irradiance over radiance of a uniform field (green). 0 in the dark.
  virtual double Throughput(double film_radius_mm) const = 0;
  // The same at one of the wavelengths.
  virtual double ThroughputAt(double film_radius_mm, int wavelength) const {
    (void)wavelength;
    return Throughput(film_radius_mm);
  }

  // The ray through the middle of the stop with clear diameters off, for depth, motion and mapping
  // film to scene; false if there is none.
  virtual bool ChiefRay(double film_x_mm, double film_y_mm, double origin_mm[3],
                        double direction[3]) const = 0;
  // Where the chief ray of a point of the camera frame meets the film; false if nowhere.
  virtual bool Project(const double point_mm[3], double film_mm[2]) const = 0;

  // Forward: light from points of the camera frame through points of a disc of `entrance_radius_mm`
  // in the plane z = entrance_z_mm. film_x[i] etc. where passed[i].
  virtual double entrance_radius_mm() const = 0;
  virtual double entrance_z_mm() const = 0;
  virtual void ToFilm(const SceneRays& rays, std::span<const uint8_t> wavelength, float* film_x_mm,
                      float* film_y_mm, uint8_t* passed) const = 0;

  // False if what passes depends on the azimuth too (cut edges): Throughput is its mean then.
  virtual bool round() const { return true; }
  virtual double f_number() const = 0;  // working, on the axis
  virtual double focal_mm() const = 0;
  virtual const std::vector<double>& wavelengths_um() const = 0;
};

enum class OpticsKind { kTraced, kThin, kPinhole };

struct OpticsParams {
  OpticsKind kind = OpticsKind::kTraced;
  double scale = 1;               // of the prescription
  double f_number = 0;            // 0: wide open as the prescription; larger stops down
  double focus_mm = 2000;         // distance from the entrance pupil of what is sharp
  double film_mm = 0;             // last vertex to film; 0: where focus_mm is sharp
  double film_radius_mm = 21.63;  // half diagonal of the film: rays are prepared up to there
  std::vector<double> wavelengths_um = {0.610, 0.546, 0.465};
};

// `lens` may be null for kThin and kPinhole, which then need `focal_mm`. kThin and kPinhole with a
// lens take its focal length and, pinhole, its chief rays (so distortion is that of the lens).
// Plane mirrors that fold the path are taken out. Errors: kInvalidInput "no ray passes", a focus
// nearer than the lens can; kUnsupported for tilted surfaces, toroids and other mirrors.
Result<std::unique_ptr<CameraOptics>> MakeOptics(const optics::Lens* lens, double focal_mm,
                                                 const OpticsParams& params);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_CAMERA_OPTICS_H_
