// The pilot of an emitter.
#include "petzval/simulate/film/emitter_aim.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "petzval/simulate/film/sequence.h"

namespace petzval::simulate {
namespace {

constexpr int kGrid = 40;

struct Rectangle {
  double x0 = std::numeric_limits<double>::infinity(), x1 = -x0, y0 = x0, y1 = -x0;
  bool any() const { return x1 >= x0; }
  void Include(double x, double y) {
    x0 = std::min(x0, x), x1 = std::max(x1, x);
    y0 = std::min(y0, y), y1 = std::max(y1, y);
  }
  void Pad(double x, double y) { x0 -= x, x1 += x, y0 -= y, y1 += y; }
};

// What of the rectangle passes from the emitter at three times, and where it lands.
struct Pilot {
  Rectangle entrance, film;
  double efficiency = 0;
};

Pilot RunPilot(const SplatJob& splat, const Emitter& emitter, double first_s, double last_s,
               const Rectangle& where) {
  const CameraOptics& optics = *splat.job.optics;
  const double dx = (where.x1 - where.x0) / kGrid, dy = (where.y1 - where.y0) / kGrid;
  const Sequence sequence(splat.job.seed, 77);
  const size_t count = size_t{kGrid} * kGrid;
  SceneRays rays;
  rays.Resize(count);
  std::vector<uint8_t> wavelength(count), passed(count);
  std::vector<float> film_x(count), film_y(count);
  Pilot pilot;
  int64_t tried = 0, through = 0;
  const int times = splat.timed ? 3 : 1;
  for (int time = 0; time < times; ++time) {
    double centre[3];
    EmitterInCamera(emitter, splat.poses, first_s + (last_s - first_s) * time / 2.0, centre);
    if (!(centre[2] - optics.entrance_z_mm() > 2 * emitter.radius_mm)) continue;
    for (size_t i = 0; i < count; ++i) {
      const auto k = static_cast<uint32_t>(i);
      const double x = where.x0 + (i % kGrid + 0.5) * dx, y = where.y0 + (i / kGrid + 0.5) * dy;
      float direction[3], distance;
      const SequencePoint point = sequence.At(k);
      EmitterRay(centre, emitter.radius_mm, optics.entrance_z_mm(), static_cast<float>(x),
                 static_cast<float>(y), point[0], point[1], direction, &distance);
      rays.x[i] = static_cast<float>(x), rays.y[i] = static_cast<float>(y);
      rays.z[i] = static_cast<float>(optics.entrance_z_mm());
      rays.dx[i] = direction[0], rays.dy[i] = direction[1], rays.dz[i] = direction[2];
      wavelength[i] = static_cast<uint8_t>((i + i / kGrid) % optics.wavelengths_um().size());
    }
    optics.ToFilm(rays, wavelength, film_x.data(), film_y.data(), passed.data());
    for (size_t i = 0; i < count; ++i) {
      ++tried;
      if (!passed[i]) continue;
      ++through;
      pilot.entrance.Include(rays.x[i], rays.y[i]);
      pilot.film.Include(splat.grid.PixelX(film_x[i]), splat.grid.PixelY(film_y[i]));
    }
  }
  pilot.entrance.Pad(1.5 * dx, 1.5 * dy);
  pilot.efficiency = tried > 0 ? static_cast<double>(through) / tried : 0;
  return pilot;
}

}  // namespace

void EmitterInCamera(const Emitter& emitter, const PoseTable& poses, double s, double centre[3]) {
  const PoseTable::Pose pose = poses.At(s);
  double from_camera[3];
  for (int i = 0; i < 3; ++i) {
    from_camera[i] = emitter.centre_mm[i] + s * emitter.velocity_mm_s[i] - pose.position[i];
  }
  for (int i = 0; i < 3; ++i) {
    centre[i] = pose.turn[0][i] * from_camera[0] + pose.turn[1][i] * from_camera[1] +
                pose.turn[2][i] * from_camera[2];
  }
}

double EmitterRay(const double centre[3], double radius, double entrance_z, float x, float y,
                  float u, float v, float direction[3], float* distance_mm) {
  const double to[3] = {x - centre[0], y - centre[1], entrance_z - centre[2]};
  const double d2 = to[0] * to[0] + to[1] * to[1] + to[2] * to[2], d = std::sqrt(d2);
  // Two directions across; the line of sight is never along x + y unless the lens looks sideways.
  double a[3] = {to[2], 0, -to[0]};
  double length = std::hypot(a[0], a[2]);
  if (length < 1e-3 * d) a[0] = 1, a[2] = 0, length = 1;
  a[0] /= length, a[2] /= length;
  const double b[3] = {(to[1] * a[2]) / d, (to[2] * a[0] - to[0] * a[2]) / d, (-to[1] * a[0]) / d};
  const double rho = radius * std::sqrt(u), turn = 2 * std::numbers::pi * v;
  const double p = rho * std::cos(turn), q = rho * std::sin(turn);
  double ray[3], ray2 = 0;
  for (int i = 0; i < 3; ++i) {
    ray[i] = to[i] - p * a[i] - q * b[i];
    ray2 += ray[i] * ray[i];
  }
  const double inverse = 1 / std::sqrt(ray2);
  for (int i = 0; i < 3; ++i) direction[i] = static_cast<float>(ray[i] * inverse);
  *distance_mm = static_cast<float>(ray2 * inverse);
  const double cosine_there = d * inverse, cosine_here = std::abs(ray[2]) * inverse;
  return std::numbers::pi * radius * radius * cosine_there * cosine_here / ray2;
}

EmitterAim AimEmitter(const SplatJob& splat, const Emitter& emitter) {
  EmitterAim aim;
  const double reach = splat.job.optics->entrance_radius_mm();
  double first_s = splat.poses.first_s(), last_s = splat.poses.last_s();
  Rectangle all;
  all.Include(-reach, -reach), all.Include(reach, reach);
  const Pilot coarse = RunPilot(splat, emitter, first_s, last_s, all);
  if (coarse.efficiency == 0) return aim;
  // As long as rows are read where its light lands; the path between the pilot's times bends.
  const auto padded = [&](const Pilot& pilot) {
    Rectangle film = pilot.film;
    film.Pad(2 + 0.05 * (film.x1 - film.x0), 2 + 0.05 * (film.y1 - film.y0));
    return film;
  };
  Rectangle film = padded(coarse);
  const auto row = [&](double y) {
    return static_cast<int>(std::clamp(y, 0.0, splat.job.height - 1.0));
  };
  if (splat.poses.rolling()) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (int y = row(film.y0); y <= row(film.y1); ++y) {
      low = std::min(low, splat.poses.row_start_s(y));
      high = std::max(high, splat.poses.row_start_s(y) + splat.job.path.exposure_s);
    }
    first_s = low, last_s = high;
  }
  const Pilot fine = RunPilot(splat, emitter, first_s, last_s, coarse.entrance);
  if (fine.efficiency == 0) return aim;
  const Rectangle landed = padded(fine);
  film.Include(landed.x0, landed.y0), film.Include(landed.x1, landed.y1);
  if (film.x1 < 0 || film.y1 < 0 || film.x0 > splat.job.width || film.y0 > splat.job.height) {
    return aim;
  }
  aim.sees = true;
  aim.x0 = static_cast<float>(fine.entrance.x0), aim.x1 = static_cast<float>(fine.entrance.x1);
  aim.y0 = static_cast<float>(fine.entrance.y0), aim.y1 = static_cast<float>(fine.entrance.y1);
  aim.left = static_cast<int>(std::clamp(film.x0, 0.0, splat.job.width - 1.0));
  aim.right = static_cast<int>(std::clamp(film.x1, 0.0, splat.job.width - 1.0)) + 1;
  aim.top = row(film.y0), aim.bottom = row(film.y1) + 1;
  aim.first_s = first_s, aim.last_s = last_s;
  aim.efficiency = fine.efficiency;
  return aim;
}

}  // namespace petzval::simulate
