// Paraxial rays and what follows from them.
#include "petzval/optics/trace/first_order.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace petzval::optics {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double Ratio(double a, double b) { return b == 0 ? kNan : a / b; }

// Height at the stop of the rays (y, u) = (1, 0) and (0, 1) at surface 1.
struct StopHeights {
  double a, b;
};
StopHeights AtStop(const System& system, int wavelength) {
  return {TraceParaxial(system, wavelength, 1, 0).y[system.stop],
          TraceParaxial(system, wavelength, 0, 1).y[system.stop]};
}

double FocalLength(const System& system, int wavelength) {
  const double sign = system.n[wavelength].back() < 0 ? 1 : -1;
  return Ratio(sign, TraceParaxial(system, wavelength, 1, 0).u_after.back());
}

// At the primary wavelength, which fixes it for all.
double EntrancePupilDiameter(const Lens& lens, const System& system) {
  const double value = lens.aperture.value;
  const StopHeights stop = AtStop(system, system.primary);
  switch (lens.aperture.kind) {
    case ApertureKind::kEntrancePupilDiameter:
      return value;
    case ApertureKind::kFNumber:
      return std::abs(FocalLength(system, system.primary) / value);
    case ApertureKind::kStopSemiDiameter:
      return std::abs(Ratio(2 * value, stop.a));
    case ApertureKind::kObjectNa: {
      const double sine = value / system.n[system.primary][0];
      const double tangent = sine / std::sqrt(std::max(1 - sine * sine, 0.0));
      return std::abs(2 * tangent * (system.object_mm + Ratio(stop.b, stop.a)));
    }
  }
  return value;
}

// Slope of the chief ray in object space at the largest field.
double LargestFieldSlope(const Lens& lens, const System& system, double efl, double epl,
                         double magnification) {
  double largest = 0;
  for (const double v : lens.fields.values) {
    if (std::abs(v) > std::abs(largest)) largest = v;
  }
  const bool finite = std::isfinite(system.object_mm);
  switch (lens.fields.kind) {
    case FieldKind::kAngleDeg:
      return std::tan(largest * std::numbers::pi / 180);
    case FieldKind::kImageMm:
      return finite ? -Ratio(largest, magnification * (system.object_mm + epl)) : largest / efl;
    case FieldKind::kObjectMm:
      return finite ? -largest / (system.object_mm + epl) : kNan;
  }
  return 0;
}

}  // namespace

ParaxialRay TraceParaxial(const System& system, int wavelength, double y, double u) {
  const std::vector<double>& n = system.n[wavelength];
  const int count = system.size();
  ParaxialRay ray;
  ray.y.resize(count), ray.u.resize(count), ray.u_after.resize(count);
  for (int i = 0; i < count; ++i) {
    const TraceSurface& s = system.surfaces[i];
    if (i > 0) y += system.surfaces[i - 1].t * u;
    ray.y[i] = y;
    ray.u[i] = u;
    u = (n[i] * u - y * s.effective_curvature() * (n[i + 1] - n[i])) / n[i + 1];
    ray.u_after[i] = u;
  }
  return ray;
}

FirstOrder ComputeFirstOrder(const Lens& lens, const System& system, int wavelength) {
  const ParaxialRay parallel = TraceParaxial(system, wavelength, 1, 0);
  const ParaxialRay oblique = TraceParaxial(system, wavelength, 0, 1);
  const double y_end = parallel.y.back(), u_end = parallel.u_after.back();
  const double a = parallel.y[system.stop], b = oblique.y[system.stop];

  FirstOrder result;
  // Behind an odd number of mirrors n is negative; converging systems keep a positive length.
  result.efl = Ratio(system.n[wavelength].back() < 0 ? 1 : -1, u_end);
  result.bfl = Ratio(-y_end, u_end);
  result.ffl = Ratio(oblique.u_after.back(), u_end);
  result.epd = EntrancePupilDiameter(lens, system);
  result.epl = Ratio(b, a);
  result.f_number = result.efl / result.epd;
  result.stop_radius = a * result.epd / 2;
  result.image_distance = system.surfaces.back().t;
  result.total_track = 0;
  for (const TraceSurface& s : system.surfaces) result.total_track += s.t;

  // Chief ray: y_1 = -EPL, u_1 = 1.
  const double chief_y = oblique.y.back() - result.epl * y_end;
  const double chief_u = oblique.u_after.back() - result.epl * u_end;
  const double pupil = Ratio(-chief_y, chief_u);  // from the last vertex
  result.xpl = pupil - result.image_distance;
  result.xpd = std::abs(result.epd * (y_end + u_end * pupil));

  result.magnification = 0;
  if (std::isfinite(system.object_mm)) {
    // The axial ray of slope 1 from the object.
    const double u_image = oblique.u_after.back() + system.object_mm * u_end;
    const std::vector<double>& n = system.n[wavelength];
    result.magnification = Ratio(n.front(), n.back() * u_image);
  }
  result.lagrange = LargestFieldSlope(lens, system, result.efl, result.epl, result.magnification) *
                    result.epd / 2;
  return result;
}

}  // namespace petzval::optics
