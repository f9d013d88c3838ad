// What is known of a picture beside its light: noise, depth, motion, objects.
#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/color/transfer.h"
#include "petzval/simulate/film/film.h"
#include "petzval/simulate/film/film_grid.h"

namespace petzval::simulate {
namespace {

constexpr double kFar_mm = 1e7;  // where a ray that meets nothing is taken to end
constexpr double kBest_db = 200;

Vec3 Place(const CameraPose& pose, const Vec3& point) {
  Vec3 world = pose.world_from_camera * point;
  for (int i = 0; i < 3; ++i) world[i] += pose.position_mm[i];
  return world;
}

// The transpose turns back.
Vec3 InCamera(const CameraPose& pose, const Vec3& world) {
  Vec3 point;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      point[i] += pose.world_from_camera[j][i] * (world[j] - pose.position_mm[j]);
    }
  }
  return point;
}

}  // namespace

double HalfPsnrDb(const FilmPicture& picture, double exposure) {
  const auto display = [&](double value) {
    return EncodeSrgb(std::clamp(exposure * value, 0.0, 1.0));
  };
  double sum = 0;
  const int planes = picture.value.planes();
  for (int plane = 0; plane < planes; ++plane) {
    for (int y = 0; y < picture.value.height(); ++y) {
      const float* value = picture.value.row(y, plane);
      const float* half = picture.half.row(y, plane);
      double line = 0;
      for (int x = 0; x < picture.value.width(); ++x) {
        const double d = display(value[x] + half[x]) - display(value[x] - half[x]);
        line += d * d;
      }
      sum += line;
    }
  }
  const double count = static_cast<double>(planes) * picture.value.width() * picture.value.height();
  return count > 0 && sum > 0 ? std::min(-10 * std::log10(sum / count), kBest_db) : kBest_db;
}

FilmTruth TraceTruth(const FilmJob& job, const CameraPose& other, double other_s) {
  FilmTruth truth;
  truth.inverse_depth = Image<float>(job.width, job.height);
  truth.motion = Image<float>(job.width, job.height, 2);
  truth.object = Image<uint16_t>(job.width, job.height);
  const CameraPose pose = job.path.pose ? job.path.pose(0) : CameraPose();
  ParallelFor(job.height, [&](int y) {
    SceneRays rays;
    rays.Resize(job.width);
    std::vector<uint8_t> seen(job.width);
    for (int x = 0; x < job.width; ++x) {
      const double film_x = (x + 0.5 - job.center_x_px) * job.pitch_mm;
      const double film_y = (job.center_y_px - y - 0.5) * job.pitch_mm;
      Vec3 origin, direction{{0, 0, 1}};
      seen[x] = job.optics->ChiefRay(film_x, film_y, origin.v.data(), direction.v.data());
      const Vec3 start = Place(pose, origin), towards = pose.world_from_camera * direction;
      rays.x[x] = static_cast<float>(start[0]), rays.dx[x] = static_cast<float>(towards[0]);
      rays.y[x] = static_cast<float>(start[1]), rays.dy[x] = static_cast<float>(towards[1]);
      rays.z[x] = static_cast<float>(start[2]), rays.dz[x] = static_cast<float>(towards[2]);
      rays.time[x] = 0;
    }
    std::vector<SceneHit> hits(job.width);
    job.tracer->Hits(rays, hits.data());
    for (int x = 0; x < job.width; ++x) {
      const SceneHit& hit = hits[x];
      const bool met = seen[x] && hit.hit;
      Vec3 point{{hit.x, hit.y, hit.z}}, later = point;
      if (met) {
        later[0] += hit.vx * other_s, later[1] += hit.vy * other_s, later[2] += hit.vz * other_s;
      } else {
        point = later = Vec3{{rays.x[x] + kFar_mm * rays.dx[x], rays.y[x] + kFar_mm * rays.dy[x],
                              rays.z[x] + kFar_mm * rays.dz[x]}};
      }
      const double depth = InCamera(pose, point)[2];
      truth.inverse_depth.At(x, y) = met && depth > 0 ? static_cast<float>(1000 / depth) : 0;
      truth.object.At(x, y) = met ? static_cast<uint16_t>(std::min(hit.object, 65535u)) : 0;
      double film[2];
      const Vec3 there = InCamera(other, later);
      const bool projected = seen[x] && job.optics->Project(there.v.data(), film);
      truth.motion.At(x, y, 0) =
          projected ? static_cast<float>(film[0] / job.pitch_mm + job.center_x_px - (x + 0.5)) : 0;
      truth.motion.At(x, y, 1) =
          projected ? static_cast<float>(job.center_y_px - film[1] / job.pitch_mm - (y + 0.5)) : 0;
    }
  });
  return truth;
}

}  // namespace petzval::simulate
