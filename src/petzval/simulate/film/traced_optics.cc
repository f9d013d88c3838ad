// Film rays and light from the scene through a prescription, in single precision.
#include "petzval/simulate/film/traced_optics.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace petzval::simulate {
namespace {

// Rays of one wavelength on their way through the tracer; kept by each thread.
struct Scratch {
  std::vector<int> index;
  std::vector<float> x, y, z, l, m, n, factor;
  std::vector<float> out_x, out_y, out_l, out_m, out_n;
  std::vector<uint8_t> status;

  void Resize(size_t count) {
    for (auto* v : {&x, &y, &z, &l, &m, &n, &factor, &out_x, &out_y, &out_l, &out_m, &out_n}) {
      v->resize(count);
    }
    status.resize(count);
  }
  void Trace(const optics::PackedSystem& system, bool directions) {
    optics::RaySpan<float> span;
    span.x = x.data(), span.y = y.data(), span.z = z.data();
    span.l = l.data(), span.m = m.data(), span.n = n.data();
    span.out_x = out_x.data(), span.out_y = out_y.data();
    span.out_l = directions ? out_l.data() : nullptr;
    span.out_m = directions ? out_m.data() : nullptr;
    span.out_n = directions ? out_n.data() : nullptr;
    span.out_opl = nullptr;
    span.out_status = status.data();
    span.count = static_cast<int>(index.size());
    optics::trace_kernels::TraceSpan(system, true, span);
  }
};

Scratch& ThreadScratch() {
  thread_local Scratch scratch;
  return scratch;
}

void Select(std::span<const uint8_t> wavelength, int w, std::vector<int>* index) {
  index->clear();
  for (size_t i = 0; i < wavelength.size(); ++i) {
    if (wavelength[i] == w) index->push_back(static_cast<int>(i));
  }
}

}  // namespace

Result<std::unique_ptr<TracedOptics>> TracedOptics::Create(const optics::Lens& lens,
                                                           const OpticsParams& params) {
  PETZVAL_ASSIGN(FocusedLens focused, FocusLens(lens, params));
  std::unique_ptr<TracedOptics> out(new TracedOptics(std::move(focused)));
  for (int w = 0; w < out->lens_.forward.wavelengths(); ++w) {
    out->forward_.push_back(optics::PackSystem(out->lens_.forward, w));
    out->reversed_.push_back(optics::PackSystem(out->lens_.reversed, w));
  }
  // Beyond the film, so that what moves out of the picture still has a place.
  out->chief_ = ChiefTable(out->lens_, 1.25 * params.film_radius_mm);
  out->pupil_ = std::make_unique<PupilTable>(out->lens_, out->chief_, 1.02 * params.film_radius_mm);
  const double on_axis = out->Throughput(0);
  if (!(on_axis > 0) || out->chief_.max_radius_mm() <= 0) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("no ray passes lens '{}' from the middle of the film", lens.name));
  }
  out->f_number_ = 0.5 * std::sqrt(std::numbers::pi / on_axis);
  return out;
}

void TracedOptics::ToScene(const FilmSamples& samples, SceneRays* rays, float* weight) const {
  const size_t count = samples.size();
  rays->Resize(count);
  Scratch& s = ThreadScratch();
  const auto film = static_cast<float>(lens_.film_mm);
  const float inverse_film2 = 1 / (film * film);
  for (size_t w = 0; w < reversed_.size(); ++w) {
    Select(std::span(samples.wavelength.data(), count), static_cast<int>(w), &s.index);
    if (s.index.empty()) continue;
    s.Resize(s.index.size());
    for (size_t j = 0; j < s.index.size(); ++j) {
      const int i = s.index[j];
      // As the film itself sees it, the picture stands on its head.
      const float fx = -samples.x_mm[i], fy = -samples.y_mm[i];
      const float r = std::sqrt(fx * fx + fy * fy);
      const float c = r > 0 ? -fx / r : 1, d = r > 0 ? -fy / r : 0;
      const PupilBox box = pupil_->Box(r);
      const float bx = box.x0 + (box.x1 - box.x0) * samples.u[i];
      const float by = box.y1 * (2 * samples.v[i] - 1);
      const float px = c * bx - d * by, py = d * bx + c * by;
      const float dx = px - fx, dy = py - fy;
      const float inverse = 1 / std::sqrt(dx * dx + dy * dy + film * film);
      const float cosine = film * inverse, cosine2 = cosine * cosine;
      s.x[j] = px, s.y[j] = py, s.z[j] = 0;
      s.l[j] = dx * inverse, s.m[j] = dy * inverse, s.n[j] = cosine;
      s.factor[j] = cosine2 * cosine2 * box.area() * inverse_film2;
    }
    s.Trace(reversed_[w], true);
    for (size_t j = 0; j < s.index.size(); ++j) {
      const int i = s.index[j];
      const bool passed = s.status[j] == 0 && s.factor[j] > 0;
      weight[i] = passed ? s.factor[j] : 0;
      const float l = passed ? s.out_l[j] : 0, m = passed ? s.out_m[j] : 0;
      const float n = passed ? s.out_n[j] : 1;
      const float x = passed ? s.out_x[j] : 0, y = passed ? s.out_y[j] : 0;
      // From where the ray is nearest to the pupil's centre: also for rays across the axis.
      const float back = x * l + y * m;
      rays->x[i] = x - back * l, rays->y[i] = y - back * m, rays->z[i] = -back * n;
      rays->dx[i] = l, rays->dy[i] = m, rays->dz[i] = n;
    }
  }
}

double TracedOptics::Throughput(double film_radius_mm) const {
  return pupil_->Throughput(film_radius_mm, lens_.green);
}

double TracedOptics::ThroughputAt(double film_radius_mm, int wavelength) const {
  return pupil_->Throughput(film_radius_mm, wavelength);
}

bool TracedOptics::ChiefRay(double film_x_mm, double film_y_mm, double origin_mm[3],
                            double direction[3]) const {
  return chief_.Ray(film_x_mm, film_y_mm, origin_mm, direction);
}

bool TracedOptics::Project(const double point_mm[3], double film_mm[2]) const {
  return chief_.ProjectPoint(point_mm, film_mm);
}

void TracedOptics::ToFilm(const SceneRays& rays, std::span<const uint8_t> wavelength,
                          float* film_x_mm, float* film_y_mm, uint8_t* passed) const {
  Scratch& s = ThreadScratch();
  const auto pupil = static_cast<float>(lens_.pupil_mm);
  for (size_t w = 0; w < forward_.size(); ++w) {
    Select(wavelength, static_cast<int>(w), &s.index);
    if (s.index.empty()) continue;
    s.Resize(s.index.size());
    for (size_t j = 0; j < s.index.size(); ++j) {
      const int i = s.index[j];
      // The prescription's z runs from the scene to the film.
      s.x[j] = rays.x[i], s.y[j] = rays.y[i], s.z[j] = pupil - rays.z[i];
      s.l[j] = rays.dx[i], s.m[j] = rays.dy[i], s.n[j] = -rays.dz[i];
    }
    s.Trace(forward_[w], false);
    for (size_t j = 0; j < s.index.size(); ++j) {
      const int i = s.index[j];
      passed[i] = s.status[j] == 0 && s.n[j] > 0;
      film_x_mm[i] = passed[i] ? -s.out_x[j] : 0;
      film_y_mm[i] = passed[i] ? -s.out_y[j] : 0;
    }
  }
}

}  // namespace petzval::simulate
