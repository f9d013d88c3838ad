// Paraxial traces forward and their adjoints.
#include "petzval/optics/design/paraxial_gradient.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace petzval::optics {

ParaxialGradient::ParaxialGradient(const RawSystem& system, int wavelength)
    : system_(&system), wavelength_(wavelength) {
  const std::vector<double>& n = system.kernel.n[wavelength];
  for (int ray = 0; ray < 2; ++ray) {
    double y = ray == 0 ? 1 : 0, nu = ray == 0 ? 0 : n[0];
    for (int i = 0; i < system.kernel.size(); ++i) {
      const KernelSurface& s = system.kernel.surfaces[i];
      y_[ray].push_back(y);
      nu_[ray].push_back(nu);
      nu -= y * s.effective_curvature() * (n[i + 1] - n[i]);
      if (i + 1 < system.kernel.size()) y += s.t * nu / n[i + 1];
    }
    y_[ray].push_back(y);
    nu_[ray].push_back(nu);
  }
}

void ParaxialGradient::AddRay(int ray, int surface, double y_adjoint, double nu_adjoint,
                              std::vector<double>* row) const {
  const std::vector<double>& n = system_->kernel.n[wavelength_];
  const RawLayout& layout = system_->layout;
  std::vector<double>& out = *row;
  const auto add_index = [&](int space, double value) {
    if (space > 0) out[layout.N(space - 1, wavelength_)] += value;
  };
  double ya = y_adjoint, nua = nu_adjoint;
  for (int i = surface - 1; i >= 0; --i) {
    const KernelSurface& s = system_->kernel.surfaces[i];
    const double c = s.effective_curvature();
    if (i + 1 < system_->kernel.size()) {
      const double nu2 = nu_[ray][i + 1];
      out[layout.T(i)] += ya * nu2 / n[i + 1];
      add_index(i + 1, -ya * s.t * nu2 / (n[i + 1] * n[i + 1]));
      nua += ya * s.t / n[i + 1];
    }
    const double y = y_[ray][i];
    out[layout.C(i)] -= nua * y * (n[i + 1] - n[i]);
    out[layout.A(i, 2)] -= 2 * nua * y * (n[i + 1] - n[i]);
    add_index(i + 1, -nua * y * c);
    add_index(i, nua * y * c);
    ya -= nua * c * (n[i + 1] - n[i]);
  }
}

double ParaxialGradient::xpl() const {
  const double q = epl();
  const double y = y_[1].back() - q * y_[0].back(), nu = nu_[1].back() - q * nu_[0].back();
  return -y * last_index() / nu - system_->kernel.surfaces.back().t;
}

void ParaxialGradient::AddEfl(double factor, std::vector<double>* row) const {
  const int last = system_->kernel.size();
  const double nu = nu_[0].back();
  AddRay(0, last, 0, factor * last_index() / (nu * nu), row);
  (*row)[system_->layout.N(last - 1, wavelength_)] -= factor / nu;
}

void ParaxialGradient::AddBfl(double factor, std::vector<double>* row) const {
  const int last = system_->kernel.size();
  const double nu = nu_[0].back(), y = y_[0].back();
  AddRay(0, last, -factor * last_index() / nu, factor * y * last_index() / (nu * nu), row);
  (*row)[system_->layout.N(last - 1, wavelength_)] -= factor * y / nu;
}

void ParaxialGradient::AddStopA(double factor, std::vector<double>* row) const {
  AddRay(0, system_->stop, factor, 0, row);
}

void ParaxialGradient::AddEpl(double factor, std::vector<double>* row) const {
  const double a = stop_a();
  AddRay(1, system_->stop, factor / a, 0, row);
  AddRay(0, system_->stop, -factor * epl() / a, 0, row);
}

void ParaxialGradient::AddXpl(double factor, std::vector<double>* row) const {
  const int last = system_->kernel.size();
  const double q = epl(), n = last_index();
  const double y = y_[1].back() - q * y_[0].back(), nu = nu_[1].back() - q * nu_[0].back();
  const double ya = -factor * n / nu, nua = factor * y * n / (nu * nu);
  AddRay(1, last, ya, nua, row);
  AddRay(0, last, -q * ya, -q * nua, row);
  AddEpl(-(y_[0].back() * ya + nu_[0].back() * nua), row);
  (*row)[system_->layout.N(last - 1, wavelength_)] -= factor * y / nu;
  (*row)[system_->layout.T(last - 1)] -= factor;
}

double EntrancePupilRadius(const Lens& lens, const RawSystem& system) {
  const ParaxialGradient paraxial(system, system.primary);
  switch (lens.aperture.kind) {
    case ApertureKind::kEntrancePupilDiameter:
      return lens.aperture.value / 2;
    case ApertureKind::kFNumber:
      return std::abs(paraxial.efl()) / lens.aperture.value / 2;
    case ApertureKind::kStopSemiDiameter:
      return lens.aperture.value / std::abs(paraxial.stop_a());
    case ApertureKind::kObjectNa:
      return std::tan(std::asin(std::min(lens.aperture.value, 0.99))) *
             (lens.object_mm + paraxial.epl());
  }
  return 0;
}

std::vector<double> ParaxialSemiDiameters(const Lens& lens, const RawSystem& system) {
  const ParaxialGradient paraxial(system, system.primary);
  const double radius = EntrancePupilRadius(lens, system), epl = paraxial.epl();
  double slope = 0;
  for (const double field : lens.fields.values) {
    double u = 0;
    if (lens.fields.kind == FieldKind::kAngleDeg) {
      u = std::tan(std::min(std::abs(field), 80.0) * std::numbers::pi / 180);
    } else if (lens.fields.kind == FieldKind::kImageMm) {
      u = std::abs(field / paraxial.efl());
    } else {
      u = std::abs(field) / (lens.object_mm + epl);
    }
    slope = std::max(slope, u);
  }
  std::vector<double> out;
  for (int i = 0; i < system.kernel.size(); ++i) {
    const double given = lens.surfaces[i].semi_diameter_mm;
    const double marginal = std::abs(paraxial.Height(0, i)) * radius;
    const double chief = std::abs(paraxial.Height(1, i) - epl * paraxial.Height(0, i)) * slope;
    out.push_back(given > 0 ? given : std::max(marginal + chief, 1e-3));
  }
  return out;
}

}  // namespace petzval::optics
