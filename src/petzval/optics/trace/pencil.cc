// The rays of one object point.
#include "petzval/optics/trace/pencil.h"

#include <cmath>

namespace petzval::optics {

Pencil::Pencil(const System& system, const FirstOrder& first_order, double angle)
    : angle_(angle),
      sine_(std::sin(angle)),
      cosine_(std::cos(angle)),
      epl_(std::isfinite(first_order.epl) ? first_order.epl : 0),
      back_(10 + std::abs(epl_)),
      finite_(std::isfinite(system.object_mm)) {
  if (std::isfinite(first_order.efl)) back_ += 10 * std::abs(first_order.efl);
  if (finite_) {
    object_y_ = -(system.object_mm + epl_) * std::tan(angle);
    object_z_ = -system.object_mm;
  }
}

Ray Pencil::ThroughPoint(double x, double y, double z) const {
  if (finite_) {
    const double dx = x, dy = y - object_y_, dz = z - object_z_;
    const double scale = 1 / std::sqrt(dx * dx + dy * dy + dz * dz);
    return {0, object_y_, object_z_, dx * scale, dy * scale, dz * scale};
  }
  const double back = y * sine_ + (z - epl_) * cosine_ + back_;
  return {x, y - back * sine_, z - back * cosine_, 0, sine_, cosine_};
}

double Pencil::distance_mm() const {
  return finite_ ? std::hypot(object_y_, object_z_ - epl_) : back_;
}

Ray Pencil::ThroughPupil(double x, double y) const { return ThroughPoint(x, y, epl_); }

Ray Pencil::Through(double qx, double qy) const {
  return ThroughPoint(qx, qy * cosine_, epl_ - qy * sine_);
}

}  // namespace petzval::optics
