// Thin lens and pinhole in closed form.
#include "petzval/simulate/film/thin_optics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace petzval::simulate {
namespace {

constexpr double kFarthest_mm = 1e8;

// Shirley and Chiu's map of the square to the unit disc keeps areas and neighbours.
void DiscPoint(float u, float v, float* x, float* y) {
  const float a = 2 * u - 1, b = 2 * v - 1;
  if (a == 0 && b == 0) {
    *x = *y = 0;
    return;
  }
  constexpr auto kQuarter = static_cast<float>(std::numbers::pi / 4);
  const bool wide = std::abs(a) > std::abs(b);
  const float radius = wide ? a : b;
  const float angle = wide ? kQuarter * (b / a) : 2 * kQuarter - kQuarter * (a / b);
  *x = radius * std::cos(angle);
  *y = radius * std::sin(angle);
}

}  // namespace

Result<std::unique_ptr<CameraOptics>> ThinLensOptics::Create(double focal_mm,
                                                             const OpticsParams& params) {
  const double focus = std::min(params.focus_mm, kFarthest_mm);
  if (!(focal_mm > 0) || !(params.f_number > 0)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a thin lens needs a positive focal length and f-number, not {} mm "
                            "and f/{}",
                            focal_mm, params.f_number));
  }
  if (!(focus > 1.05 * focal_mm)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a thin lens of {:.1f} mm cannot be focused as near as {:.1f} mm",
                            focal_mm, params.focus_mm));
  }
  auto out = std::make_unique<ThinLensOptics>();
  out->focal_mm_ = focal_mm;
  out->focus_mm_ = focus;
  out->film_mm_ = 1 / (1 / focal_mm - 1 / focus);
  out->radius_mm_ = focal_mm / params.f_number / 2;
  out->um_ = params.wavelengths_um;
  return std::unique_ptr<CameraOptics>(std::move(out));
}

void ThinLensOptics::ToScene(const FilmSamples& samples, SceneRays* rays, float* weight) const {
  const auto film = static_cast<float>(film_mm_), focus = static_cast<float>(focus_mm_);
  const auto radius = static_cast<float>(radius_mm_);
  const float magnify = focus / film;
  const auto factor =
      static_cast<float>(std::numbers::pi * radius_mm_ * radius_mm_ / (film_mm_ * film_mm_));
  rays->Resize(samples.size());
  for (size_t i = 0; i < samples.size(); ++i) {
    float px, py;
    DiscPoint(samples.u[i], samples.v[i], &px, &py);
    px *= radius, py *= radius;
    // All rays of a film point meet where its chief ray meets the plane in focus.
    const float dx = magnify * samples.x_mm[i] - px, dy = magnify * samples.y_mm[i] - py;
    const float inverse = 1 / std::sqrt(dx * dx + dy * dy + focus * focus);
    const float cosine2 = focus * focus * inverse * inverse;
    weight[i] = factor * cosine2 * cosine2;
    rays->x[i] = px, rays->y[i] = py, rays->z[i] = 0;
    rays->dx[i] = dx * inverse, rays->dy[i] = dy * inverse, rays->dz[i] = focus * inverse;
  }
}

// A disc seen from a point off its axis, with the cosine of a parallel patch (e.g. Howell's
// catalogue of form factors, B-13): from the plane in focus, brought to the film by the scale.
double ThinLensOptics::Throughput(double film_radius_mm) const {
  const double h = film_radius_mm / film_mm_, r = radius_mm_ / focus_mm_;
  const double z = 1 + h * h + r * r;
  // 1 - above / root without cancellation.
  const double root = std::sqrt(z * z - 4 * h * h * r * r);
  const double above = 1 + h * h - r * r;
  const double difference = 4 * r * r / (root * (root + above));
  return std::numbers::pi / 2 * difference * std::pow(focus_mm_ / film_mm_, 2);
}

bool ThinLensOptics::ChiefRay(double film_x_mm, double film_y_mm, double origin_mm[3],
                              double direction[3]) const {
  const double length =
      std::sqrt(film_x_mm * film_x_mm + film_y_mm * film_y_mm + film_mm_ * film_mm_);
  origin_mm[0] = origin_mm[1] = origin_mm[2] = 0;
  direction[0] = film_x_mm / length;
  direction[1] = film_y_mm / length;
  direction[2] = film_mm_ / length;
  return true;
}

bool ThinLensOptics::Project(const double point_mm[3], double film_mm[2]) const {
  if (!(point_mm[2] > 0)) return false;
  film_mm[0] = film_mm_ * point_mm[0] / point_mm[2];
  film_mm[1] = film_mm_ * point_mm[1] / point_mm[2];
  return true;
}

void ThinLensOptics::ToFilm(const SceneRays& rays, std::span<const uint8_t> wavelength,
                            float* film_x_mm, float* film_y_mm, uint8_t* passed) const {
  for (size_t i = 0; i < wavelength.size(); ++i) {
    // Back along the ray to the plane in focus, whose points meet the film in one point.
    const double dz = rays.dz[i], sx = rays.dx[i] / dz, sy = rays.dy[i] / dz;
    const double px = rays.x[i] - sx * rays.z[i], py = rays.y[i] - sy * rays.z[i];
    passed[i] = dz < 0 && px * px + py * py <= radius_mm_ * radius_mm_;
    film_x_mm[i] = static_cast<float>((px + sx * focus_mm_) * film_mm_ / focus_mm_);
    film_y_mm[i] = static_cast<float>((py + sy * focus_mm_) * film_mm_ / focus_mm_);
  }
}

double ThinLensOptics::f_number() const {
  return 0.5 * std::sqrt(std::numbers::pi / Throughput(0));
}

PinholeOptics::PinholeOptics(double focal_mm, double film_mm, double f_number, ChiefTable chief,
                             const OpticsParams& params)
    : focal_mm_(focal_mm),
      film_mm_(film_mm),
      f_number_(f_number),
      chief_(std::move(chief)),
      um_(params.wavelengths_um) {}

double PinholeOptics::Throughput(double film_radius_mm) const {
  if (chief_.max_radius_mm() > 0 && film_radius_mm > chief_.max_radius_mm()) return 0;
  return std::numbers::pi / (4 * f_number_ * f_number_);
}

void PinholeOptics::ToScene(const FilmSamples& samples, SceneRays* rays, float* weight) const {
  rays->Resize(samples.size());
  for (size_t i = 0; i < samples.size(); ++i) {
    double origin[3] = {0, 0, 0}, direction[3] = {0, 0, 1};
    const bool passed = ChiefRay(samples.x_mm[i], samples.y_mm[i], origin, direction);
    weight[i] = passed ? static_cast<float>(Throughput(0)) : 0;
    rays->x[i] = static_cast<float>(origin[0]), rays->dx[i] = static_cast<float>(direction[0]);
    rays->y[i] = static_cast<float>(origin[1]), rays->dy[i] = static_cast<float>(direction[1]);
    rays->z[i] = static_cast<float>(origin[2]), rays->dz[i] = static_cast<float>(direction[2]);
  }
}

bool PinholeOptics::ChiefRay(double film_x_mm, double film_y_mm, double origin_mm[3],
                             double direction[3]) const {
  if (chief_.max_radius_mm() > 0) return chief_.Ray(film_x_mm, film_y_mm, origin_mm, direction);
  const double length =
      std::sqrt(film_x_mm * film_x_mm + film_y_mm * film_y_mm + film_mm_ * film_mm_);
  origin_mm[0] = origin_mm[1] = origin_mm[2] = 0;
  direction[0] = film_x_mm / length;
  direction[1] = film_y_mm / length;
  direction[2] = film_mm_ / length;
  return true;
}

bool PinholeOptics::Project(const double point_mm[3], double film_mm[2]) const {
  if (chief_.max_radius_mm() > 0) return chief_.ProjectPoint(point_mm, film_mm);
  if (!(point_mm[2] > 0)) return false;
  film_mm[0] = film_mm_ * point_mm[0] / point_mm[2];
  film_mm[1] = film_mm_ * point_mm[1] / point_mm[2];
  return true;
}

void PinholeOptics::ToFilm(const SceneRays&, std::span<const uint8_t> wavelength, float*, float*,
                           uint8_t* passed) const {
  std::fill_n(passed, wavelength.size(), uint8_t{0});
}

}  // namespace petzval::simulate
