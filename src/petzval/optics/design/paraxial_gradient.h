// Paraxial quantities with their exact derivatives by every curvature, thickness and index.
#ifndef PETZVAL_OPTICS_DESIGN_PARAXIAL_GRADIENT_H_
#define PETZVAL_OPTICS_DESIGN_PARAXIAL_GRADIENT_H_

#include <vector>

#include "petzval/optics/design/raw_system.h"

namespace petzval::optics {

// The two basis rays (y, u) = (1, 0) and (0, 1) at one wavelength, and what follows from them.
// Gradients are added to rows of RawLayout.size() numbers, times `factor`.
class ParaxialGradient {
 public:
  ParaxialGradient(const RawSystem& system, int wavelength);

  double efl() const { return -last_index() / nu_[0].back(); }
  double bfl() const { return -y_[0].back() * last_index() / nu_[0].back(); }
  // y_stop = a y_1 + b u_1; the entrance pupil stands at b / a.
  double stop_a() const { return y_[0][system_->stop]; }
  double epl() const { return y_[1][system_->stop] / stop_a(); }
  // Exit pupil from the image plane.
  double xpl() const;

  void AddEfl(double factor, std::vector<double>* row) const;
  void AddBfl(double factor, std::vector<double>* row) const;
  void AddStopA(double factor, std::vector<double>* row) const;
  void AddEpl(double factor, std::vector<double>* row) const;
  void AddXpl(double factor, std::vector<double>* row) const;

  // Basis ray 0 or 1 at a surface: height, and n u in front of it.
  double Height(int ray, int surface) const { return y_[ray][surface]; }
  double Slope(int ray, int surface) const { return nu_[ray][surface]; }
  // Adds y_adjoint * d(height) + nu_adjoint * d(n u in front of `surface`). With surface = size()
  // the slope is that behind the last surface, the height still that at the last surface.
  void AddRay(int ray, int surface, double y_adjoint, double nu_adjoint,
              std::vector<double>* row) const;

 private:
  double last_index() const { return system_->kernel.n[wavelength_].back(); }

  const RawSystem* system_;
  int wavelength_;
  std::vector<double> y_[2];   // at each surface, the last one again at the end
  std::vector<double> nu_[2];  // before each surface, behind the last one at the end
};

// Radius of the entrance pupil that the aperture of the lens asks for, at the primary wavelength.
double EntrancePupilRadius(const Lens& lens, const RawSystem& system);
// Height that rays reach on each surface, by paraxial optics: the file's clear semi-diameter where
// there is one, otherwise marginal plus chief ray of the largest field.
std::vector<double> ParaxialSemiDiameters(const Lens& lens, const RawSystem& system);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_PARAXIAL_GRADIENT_H_
