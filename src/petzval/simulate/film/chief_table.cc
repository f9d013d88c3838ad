// Chief rays traced backwards, and their inverse.
#include "petzval/simulate/film/chief_table.h"

#include <algorithm>
#include <cmath>

#include "petzval/optics/trace/aim.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::simulate {
namespace {

constexpr int kNodes = 320;

optics::Ray FilmRay(const FocusedLens& lens, double r, double aim) {
  const double y = aim - r, length = std::hypot(y, lens.film_mm);
  return {0, aim, 0, 0, y / length, lens.film_mm / length};
}

// The aim on the rear plane of the ray that film height `r` sends through the middle of the stop.
bool FindAim(const FocusedLens& lens, double r, double start, double* aim) {
  double at = start, slope = 0, before = 0, y_before = 0;
  const double h = 1e-6 * lens.focal_mm;
  for (int i = 0; i < 30; ++i) {
    double x, y, y_low, y_high;
    if (!optics::TraceToStop(lens.reversed, lens.green, FilmRay(lens, r, at), &x, &y)) return false;
    if (i == 0) {
      if (!optics::TraceToStop(lens.reversed, lens.green, FilmRay(lens, r, at - h), &x, &y_low) ||
          !optics::TraceToStop(lens.reversed, lens.green, FilmRay(lens, r, at + h), &x, &y_high)) {
        return false;
      }
      slope = (y_high - y_low) / (2 * h);
    } else if (std::abs(at - before) > 0.1 * h) {
      slope = (y - y_before) / (at - before);  // the secant; nearer it would be rounding
    }
    before = at, y_before = y;
    if (slope == 0 || !std::isfinite(slope)) return false;
    const double step = -y / slope;
    at += step;
    if (std::abs(step) < 1e-11 * lens.focal_mm) {
      *aim = at;
      return true;
    }
    if (std::abs(at - start) > lens.focal_mm) return false;
  }
  return false;
}

}  // namespace

ChiefTable::ChiefTable(const FocusedLens& lens, double radius_mm) : step_mm_(radius_mm / kNodes) {
  angle_ = offset_ = rear_ = {0};
  // Small steps help a steep map; only every fourth is kept.
  constexpr int kParts = 4;
  double before = 0, last = 0;
  for (int i = 1; i <= kNodes; ++i) {
    for (int part = 1; part <= kParts; ++part) {
      // Physical film height is opposite to the upright one: -r sends its light upwards.
      const double r = -(i - 1 + static_cast<double>(part) / kParts) * step_mm_;
      double aim;
      if (!FindAim(lens, r, 2 * last - before, &aim) && !FindAim(lens, r, last, &aim)) {
        max_radius_mm_ = (i - 1) * step_mm_;
        return;
      }
      before = last;
      last = aim;
    }
    const optics::RayResult out =
        optics::TraceRay(lens.reversed, lens.green, FilmRay(lens, -i * step_mm_, last), false);
    const double angle = std::atan2(out.m, out.n);
    if (out.status != optics::RayStatus::kOk || !std::isfinite(out.y) || angle <= angle_.back()) {
      max_radius_mm_ = (i - 1) * step_mm_;
      return;
    }
    angle_.push_back(angle);
    offset_.push_back(out.y * std::cos(angle));
    rear_.push_back(-last);
  }
  max_radius_mm_ = radius_mm;
}

double ChiefTable::Cubic(const std::vector<double>& v, double r) const {
  const int last = static_cast<int>(v.size()) - 1;
  if (last < 1) return 0;
  const double at = std::clamp(r / step_mm_, 0.0, static_cast<double>(last));
  const int i = std::min(static_cast<int>(at), last - 1);
  const double f = at - i;
  const auto value = [&](int k) {
    if (k < 0) return -v[-k];
    if (k > last) return 3 * v[last] - 3 * v[last - 1] + (last >= 2 ? v[last - 2] : -v[1]);
    return v[k];
  };
  const double a = value(i - 1), b = value(i), c = value(i + 1), d = value(i + 2);
  // Lagrange through four nodes.
  return -a * f * (f - 1) * (f - 2) / 6 + b * (f + 1) * (f - 1) * (f - 2) / 2 -
         c * (f + 1) * f * (f - 2) / 2 + d * (f + 1) * f * (f - 1) / 6;
}

ChiefLine ChiefTable::At(double r) const { return {Cubic(angle_, r), Cubic(offset_, r)}; }

double ChiefTable::RearAim(double r) const { return Cubic(rear_, r); }

bool ChiefTable::Project(double rho_mm, double z_mm, double* r) const {
  if (max_radius_mm_ <= 0) return false;
  // How far the point lies outwards of a ray; falls with r.
  const auto outwards = [&](double at) {
    const ChiefLine line = At(at);
    return rho_mm * std::cos(line.angle) - z_mm * std::sin(line.angle) - line.offset_mm;
  };
  double low = 0, high = max_radius_mm_;
  double at_low = outwards(low), at_high = outwards(high);
  if (at_low <= 0) {
    *r = 0;
    return at_low > -1e-9 * (1 + std::abs(z_mm));
  }
  if (at_high > 0) return false;
  for (int i = 0; i < 60 && high - low > 1e-9 * max_radius_mm_; ++i) {
    // The secant, kept well inside; every third step halves.
    double mid = low + (high - low) * at_low / (at_low - at_high);
    const double margin = 0.01 * (high - low);
    mid = i % 3 == 2 ? (low + high) / 2 : std::clamp(mid, low + margin, high - margin);
    const double value = outwards(mid);
    if (value == 0) {
      low = high = mid;
    } else if (value > 0) {
      low = mid, at_low = value;
    } else {
      high = mid, at_high = value;
    }
  }
  *r = (low + high) / 2;
  return true;
}

bool ChiefTable::Ray(double film_x_mm, double film_y_mm, double origin_mm[3],
                     double direction[3]) const {
  const double r = std::hypot(film_x_mm, film_y_mm);
  if (!(r <= max_radius_mm_)) return false;
  const double ux = r > 0 ? film_x_mm / r : 1, uy = r > 0 ? film_y_mm / r : 0;
  const ChiefLine line = At(r);
  const double sine = std::sin(line.angle), cosine = std::cos(line.angle);
  origin_mm[0] = ux * line.offset_mm * cosine;
  origin_mm[1] = uy * line.offset_mm * cosine;
  origin_mm[2] = -line.offset_mm * sine;
  direction[0] = ux * sine;
  direction[1] = uy * sine;
  direction[2] = cosine;
  return true;
}

bool ChiefTable::ProjectPoint(const double point_mm[3], double film_mm[2]) const {
  const double rho = std::hypot(point_mm[0], point_mm[1]);
  double r;
  if (!Project(rho, point_mm[2], &r)) return false;
  film_mm[0] = rho > 0 ? r * point_mm[0] / rho : 0;
  film_mm[1] = rho > 0 ? r * point_mm[1] / rho : 0;
  return true;
}

}  // namespace petzval::simulate
