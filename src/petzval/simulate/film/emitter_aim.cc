// The pilot of an emitter.
#include "petzval/simulate/film/emitter_aim.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "petzval/simulate/film/sequence.h"

namespace petzval::simulate {
namespace {

constexpr int kCoarse = 24, kFine = 32;  // pilot rays each way

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
  double seen = 0, disc_px = 1;
};

// Mean and spread of where rays land, in pixels.
class Spread {
 public:
  void Add(double x, double y) {
    if (count_ == 0) x_ = x, y_ = y;
    count_ += 1;
    const double dx = x - x_, dy = y - y_;
    sx_ += dx, sy_ += dy, xx_ += dx * dx, yy_ += dy * dy, xy_ += dx * dy;
  }
  // Of the disc of this spread, and a pixel's own width.
  double Area() const {
    if (count_ == 0) return 1;
    constexpr double kPixel = 1.0 / 12;
    const double mx = sx_ / count_, my = sy_ / count_;
    const double xx = std::max(xx_ / count_ - mx * mx, 0.0) + kPixel;
    const double yy = std::max(yy_ / count_ - my * my, 0.0) + kPixel;
    const double xy = xy_ / count_ - mx * my;
    const double least = kPixel * std::max(xx, yy);
    return std::max(1.0, 4 * std::numbers::pi * std::sqrt(std::max(xx * yy - xy * xy, least)));
  }

 private:
  double count_ = 0, x_ = 0, y_ = 0, sx_ = 0, sy_ = 0, xx_ = 0, yy_ = 0, xy_ = 0;
};

Pilot RunPilot(const SplatJob& splat, const Emitter& emitter, double first_s, double last_s,
               const Rectangle& where, int grid, bool to_film) {
  const CameraOptics& optics = *splat.job.optics;
  const double dx = (where.x1 - where.x0) / grid, dy = (where.y1 - where.y0) / grid;
  const Sequence sequence(splat.job.seed, 77);
  const auto count = static_cast<size_t>(grid * grid);
  SceneRays rays, back;
  rays.Resize(count);
  std::vector<uint8_t> wavelength(count), passed(count), blocked;
  std::vector<float> film_x(count), film_y(count), distance(count), reach(count);
  Pilot pilot;
  Spread spread;
  int64_t tried = 0, through = 0, seen = 0;
  const int times = splat.timed ? 3 : 1;
  for (int time = 0; time < times; ++time) {
    double centre[3];
    const double s = first_s + (last_s - first_s) * time / 2.0;
    EmitterInCamera(emitter, splat.poses, s, centre);
    if (!(centre[2] - optics.entrance_z_mm() > 2 * emitter.radius_mm)) continue;
    for (size_t i = 0; i < count; ++i) {
      const auto k = static_cast<uint32_t>(i);
      const double x = where.x0 + (i % grid + 0.5) * dx, y = where.y0 + (i / grid + 0.5) * dy;
      float direction[3];
      const SequencePoint point = sequence.At(k);
      EmitterRay(centre, emitter.radius_mm, optics.entrance_z_mm(), static_cast<float>(x),
                 static_cast<float>(y), point[0], point[1], direction, &distance[i]);
      rays.x[i] = static_cast<float>(x), rays.y[i] = static_cast<float>(y);
      rays.z[i] = static_cast<float>(optics.entrance_z_mm());
      rays.dx[i] = direction[0], rays.dy[i] = direction[1], rays.dz[i] = direction[2];
      wavelength[i] = static_cast<uint8_t>((i + i / grid) % optics.wavelengths_um().size());
    }
    optics.ToFilm(rays, wavelength, film_x.data(), film_y.data(), passed.data());
    back.Resize(count);
    size_t landed = 0;
    for (size_t i = 0; i < count; ++i) {
      ++tried;
      if (!passed[i]) continue;
      ++through;
      const double px = splat.grid.PixelX(film_x[i]), py = splat.grid.PixelY(film_y[i]);
      pilot.entrance.Include(rays.x[i], rays.y[i]);
      pilot.film.Include(px, py);
      spread.Add(px, py);
      if (!to_film || !(px >= 0 && py >= 0 && px < splat.job.width && py < splat.job.height)) {
        continue;
      }
      TurnBack(splat, rays, i, s, &back, landed);
      reach[landed++] = ReachOfLight(emitter, distance[i]);
    }
    if (landed == 0) continue;
    back.Resize(landed);
    blocked.assign(landed, 0);
    splat.job.tracer->Occluded(back, std::span(reach.data(), landed), blocked.data());
    seen += std::count(blocked.begin(), blocked.end(), 0);
  }
  pilot.entrance.Pad(1.5 * dx, 1.5 * dy);
  pilot.efficiency = tried > 0 ? static_cast<double>(through) / static_cast<double>(tried) : 0;
  // Half a ray for what the pilot may have missed.
  pilot.seen = (static_cast<double>(seen) + 0.5) / (static_cast<double>(through) + 1);
  pilot.disc_px = spread.Area();
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

float ReachOfLight(const Emitter& emitter, float distance_mm) {
  return std::max(distance_mm - static_cast<float>(1.5 * emitter.radius_mm), 0.0f);
}

void TurnBack(const SplatJob& splat, const SceneRays& to_lens, size_t i, double s, SceneRays* back,
              size_t j) {
  const PoseTable::Pose pose = splat.poses.At(s);
  const float start[3] = {to_lens.x[i], to_lens.y[i], to_lens.z[i]};
  const float away[3] = {-to_lens.dx[i], -to_lens.dy[i], -to_lens.dz[i]};
  float world[3], towards[3];
  ToWorld(pose, start, true, world);
  ToWorld(pose, away, false, towards);
  back->x[j] = world[0], back->y[j] = world[1], back->z[j] = world[2];
  back->dx[j] = towards[0], back->dy[j] = towards[1], back->dz[j] = towards[2];
  const double interval = splat.job.path.interval_s;
  back->time[j] = interval > 0 ? static_cast<float>(s / interval) : 0;
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
  const Pilot coarse = RunPilot(splat, emitter, first_s, last_s, all, kCoarse, false);
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
  const Pilot fine = RunPilot(splat, emitter, first_s, last_s, coarse.entrance, kFine, true);
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
  aim.efficiency = fine.efficiency, aim.seen = fine.seen, aim.disc_px = fine.disc_px;
  double centre[3];
  EmitterInCamera(emitter, splat.poses, (first_s + last_s) / 2, centre);
  float direction[3], distance;
  aim.flux = EmitterRay(centre, emitter.radius_mm, splat.job.optics->entrance_z_mm(),
                        (aim.x0 + aim.x1) / 2, (aim.y0 + aim.y1) / 2, 0, 0, direction, &distance) *
             (aim.x1 - aim.x0) * (aim.y1 - aim.y0);
  return aim;
}

}  // namespace petzval::simulate
