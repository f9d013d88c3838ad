// Rays of several fields and wavelengths through a lens that changes: launch, trace, derivatives.
#ifndef PETZVAL_OPTICS_DESIGN_RAY_BUNDLE_H_
#define PETZVAL_OPTICS_DESIGN_RAY_BUNDLE_H_

#include <vector>

#include "petzval/optics/design/raw_system.h"
#include "petzval/optics/design/ray_kernel.h"
#include "petzval/optics/design/variables.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

// What the launch needs of a lens; the gradients are by the variables, empty without derivatives.
struct PupilState {
  double radius = 1, epl = 0;  // entrance pupil, primary wavelength
  double stop_radius = 1;      // paraxial
  std::vector<double> d_radius, d_epl, d_stop_radius;
};

// The aperture and fields of an optimisation, settled at its start: the entrance pupil (or the
// stop, where the lens gives that) keeps its size while the lens changes.
class LaunchPlan {
 public:
  // `fields` in the unit of lens.fields. Errors: as FieldAngle.
  static Result<LaunchPlan> Create(const Lens& lens, const std::vector<double>& fields);

  PupilState Pupil(const RawSystem& system, int variables,
                   const std::vector<ChainEntry>* chain) const;
  int fields() const { return static_cast<int>(angle_.size()); }
  double angle(int field) const { return angle_[field]; }
  // Same plan at a smaller aperture and field (curriculum): shares in (0, 1].
  LaunchPlan Shrunk(double aperture, double field) const;

 private:
  friend class RayBundle;
  Launch launch_ = Launch::kParaxialPupil;
  double object_mm_ = kInfinity;
  bool object_heights_ = false;
  bool stop_given_ = false;  // the size of the stop is fixed, not that of the entrance pupil
  double size_ = 1;          // radius of the one that is fixed
  std::vector<double> angle_, height_;
};

// Fields x pupil points at each wavelength, as one structure of arrays: ray (w, f, p) stands at
// offset(w) + f * points + p.
class RayBundle {
 public:
  RayBundle(const LaunchPlan& plan, std::vector<PupilPoint> points, int wavelengths);

  int total() const { return total_; }
  int points() const { return static_cast<int>(points_.size()); }
  int index(int w, int field, int point) const {
    return w * per_wavelength_ + field * points() + point;
  }
  int wavelengths() const { return wavelengths_; }

  // Launches and traces all rays forward: fills x, y, l, m, n, opl, failed.
  void Trace(const RawSystem& system, const PupilState& pupil);

  // The same, and for each of `seeds` (arrays over all rays, at the image plane) the derivatives by
  // the variables: columns(v, s)[ray]. The launch moves along, aimed rays included.
  void TraceGradient(const RawSystem& system, const PupilState& pupil, int variables,
                     const std::vector<ChainEntry>& chain, const std::vector<KernelSeed>& seeds);
  const double* column(int variable, int seed) const {
    return &by_variable_[(static_cast<size_t>(variable) * seeds_ + seed) * total_];
  }
  double* column(int variable, int seed) {
    return &by_variable_[(static_cast<size_t>(variable) * seeds_ + seed) * total_];
  }

  // Where aiming starts next time: keep the points of the last trace, or forget them.
  void KeepAim() { kept_x_ = start_x_, kept_y_ = start_y_, has_kept_ = true; }
  void ForgetAim() { has_kept_ = false; }

  std::vector<double> x, y, l, m, n, opl, failed;
  // Path length up to the start points, from a wavefront through the centre of the pupil's plane
  // (a constant of each field apart).
  std::vector<double> start_opl;
  const std::vector<double>& start_x() const { return start_x_; }
  const std::vector<double>& start_y() const { return start_y_; }
  const std::vector<double>& start_l() const { return start_l_; }
  const std::vector<double>& start_m() const { return start_m_; }
  const std::vector<double>& start_n() const { return start_n_; }
  PupilPoint point(int index) const { return points_[index]; }
  // How the start of rays answers to the lens: on fixed directions with the paraxial pupil or a
  // stop in front, or so that the ray keeps its place in a stop behind other surfaces.
  enum class StartKind { kPupil, kStopInFront, kAimed };
  StartKind start_kind(const RawSystem& system) const;

 private:
  void Launch(const RawSystem& system, const PupilState& pupil);
  void Direct(int ray, double object_y);
  void StartParaxial(const PupilState& pupil, double field_share);
  bool Aim(const RawSystem& system, const PupilState& pupil, double field_share);
  KernelRays Rays(int w) const;
  KernelResults Results(int w);
  double ObjectHeight(int field, const PupilState& pupil) const;

  LaunchPlan plan_;
  std::vector<PupilPoint> points_;
  int wavelengths_ = 1, per_wavelength_ = 0, total_ = 0, seeds_ = 0;
  bool aimed_ = false, has_kept_ = false;
  std::vector<double> start_x_, start_y_, start_l_, start_m_, start_n_;
  std::vector<double> kept_x_, kept_y_, aim_failed_;
  std::vector<double> by_raw_, by_variable_, by_hit_, hit_;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_RAY_BUNDLE_H_
