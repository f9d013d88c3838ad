// Rays and figures of systems with errors.
#include "petzval/optics/design/tolerance_rays.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "petzval/optics/analysis/mtf.h"
#include "petzval/optics/analysis/phasor_kernels.h"
#include "petzval/optics/design/perturb_form.h"
#include "petzval/optics/trace/packed_system.h"

namespace petzval::optics {
namespace {

constexpr int kMaxTerms = 4;  // focus, image tilt, decentre x and y

// Weighted least squares of K terms; ill-determined terms stay zero.
std::array<double, kMaxTerms> SolveNormal(std::array<std::array<double, kMaxTerms>, kMaxTerms> a,
                                          std::array<double, kMaxTerms> b, int count) {
  std::array<double, kMaxTerms> x{};
  std::array<double, kMaxTerms> start{};
  for (int i = 0; i < count; ++i) start[i] = a[i][i];
  std::array<bool, kMaxTerms> dropped{};
  // Symmetric positive semi-definite: elimination without exchange.
  for (int i = 0; i < count; ++i) {
    dropped[i] = !(a[i][i] > 1e-10 * start[i]) || !(start[i] > 0);
    if (dropped[i]) continue;
    for (int j = i + 1; j < count; ++j) {
      const double f = a[j][i] / a[i][i];
      for (int k = i; k < count; ++k) a[j][k] -= f * a[i][k];
      b[j] -= f * b[i];
    }
  }
  for (int i = count - 1; i >= 0; --i) {
    if (dropped[i]) continue;
    double sum = b[i];
    for (int j = i + 1; j < count; ++j) sum -= a[i][j] * x[j];
    x[i] = sum / a[i][i];
  }
  return x;
}

bool Ok(const RayResults<double>& rays, int i) { return rays.status[i] == 0; }

}  // namespace

Result<ToleranceRays> ToleranceRays::Create(const LensModel& model,
                                            const ToleranceOptions& options) {
  if (options.rings < 1 || options.rings > 50) {
    return Fail(ErrorCode::kInvalidInput, "tolerancing takes 1 to 50 rings of rays");
  }
  if (options.fields.size() > 100) {
    return Fail(ErrorCode::kInvalidInput, "tolerancing takes at most 100 fields");
  }
  ToleranceRays out;
  out.fields_ = options.fields;
  if (out.fields_.empty()) {
    const double most = FieldSteps(model, 1, false).front();
    out.fields_ = {0.0};
    if (most != 0) out.fields_ = {0.0, 0.7 * most, -0.7 * most, most, -most};
  }
  const FirstOrder& first = model.primary();
  const double f_number = std::abs(first.f_number);
  const bool focal = std::isfinite(f_number) && f_number > 0;
  out.cycles_per_mm_ = options.cycles_per_mm;
  if (!(out.cycles_per_mm_ > 0)) {
    if (!focal) return Fail(ErrorCode::kInvalidInput, "an afocal lens needs a frequency");
    out.cycles_per_mm_ = 0.25e3 / (model.system.um[model.system.primary] * f_number);
  }

  const std::vector<PupilPoint> pupil = HexapolarGrid(options.rings);
  out.heights_mm_.assign(out.fields_.size(), 0.0);
  int64_t kept = 0;
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    Batch batch;
    batch.weight = model.system.weights[w];
    if (focal) {
      batch.diffraction = DiffractionLimitedMtf(out.cycles_per_mm_, model.system.um[w], f_number);
    }
    std::vector<Ray> passed;
    const Tracer tracer(model.system, w);
    RayResults<double> landed;
    batch.begin = {0};
    for (size_t f = 0; f < out.fields_.size(); ++f) {
      PETZVAL_ASSIGN(const Launcher launcher, Launcher::Create(model, out.fields_[f], w));
      const RayBatch<double> all = launcher.Batch(pupil);
      tracer.Trace(all, options.clip, &landed);
      double sum = 0;
      int count = 0;
      for (size_t i = 0; i < all.size(); ++i) {
        if (landed.status[i] != 0) continue;
        passed.push_back({all.x[i], all.y[i], all.z[i], all.l[i], all.m[i], all.n[i]});
        sum += landed.y[i];
        ++count;
      }
      if (w == model.system.primary && count > 0) out.heights_mm_[f] = sum / count;
      batch.begin.push_back(static_cast<int>(passed.size()));
    }
    batch.rays.Resize(passed.size());
    for (size_t i = 0; i < passed.size(); ++i) batch.rays.Set(i, passed[i]);
    kept += static_cast<int64_t>(passed.size());
    out.batches_.push_back(std::move(batch));
  }
  if (kept == 0) return Fail(ErrorCode::kInvalidInput, "no ray passes the nominal lens");
  return out;
}

int64_t ToleranceRays::ray_count() const {
  int64_t count = 0;
  for (const Batch& batch : batches_) count += static_cast<int64_t>(batch.rays.size());
  return count;
}

void ToleranceRays::Trace(const System& system, TracedRays* out) const {
  out->by_wavelength.resize(batches_.size());
  for (size_t w = 0; w < batches_.size(); ++w) {
    const RayBatch<double>& rays = batches_[w].rays;
    RayResults<double>& r = out->by_wavelength[w];
    const size_t count = rays.size();
    for (auto* v : {&r.x, &r.y, &r.l, &r.m, &r.n}) v->resize(count);
    r.status.resize(count);
    // In this thread: trials are what runs in parallel.
    const PackedSystem packed = PackSystem(system, static_cast<int>(w));
    trace_kernels::TraceSpan(
        packed, false,
        {rays.x.data(), rays.y.data(), rays.z.data(), rays.l.data(), rays.m.data(), rays.n.data(),
         r.x.data(), r.y.data(), r.l.data(), r.m.data(), r.n.data(), nullptr, r.status.data(),
         static_cast<int>(count)});
  }
}

void ToleranceRays::TraceForm(const System& system, const ErrorParameter& parameter,
                              double radius_mm, double value_um, TracedRays* out) const {
  out->by_wavelength.resize(batches_.size());
  for (size_t w = 0; w < batches_.size(); ++w) {
    TraceWithForm(system, static_cast<int>(w), parameter, radius_mm, value_um, batches_[w].rays,
                  &out->by_wavelength[w]);
  }
}

RayShift ToleranceRays::Difference(const TracedRays& after, const TracedRays& before,
                                   double factor) const {
  RayShift shift;
  for (size_t w = 0; w < batches_.size(); ++w) {
    const auto &a = after.by_wavelength[w], &b = before.by_wavelength[w];
    std::vector<float> x(a.size(), 0.0f), y(a.size(), 0.0f);
    for (size_t i = 0; i < a.size(); ++i) {
      if (a.status[i] != 0 || b.status[i] != 0) continue;
      x[i] = static_cast<float>((a.x[i] - b.x[i]) * factor);
      y[i] = static_cast<float>((a.y[i] - b.y[i]) * factor);
    }
    shift.x.push_back(std::move(x));
    shift.y.push_back(std::move(y));
  }
  return shift;
}

void ToleranceRays::AddShift(const RayShift& shift, double factor, TracedRays* rays) {
  for (size_t w = 0; w < rays->by_wavelength.size(); ++w) {
    auto& r = rays->by_wavelength[w];
    const size_t count = r.x.size();
    double *x = r.x.data(), *y = r.y.data();
    const float *dx = shift.x[w].data(), *dy = shift.y[w].data();
    for (size_t i = 0; i < count; ++i) x[i] += factor * static_cast<double>(dx[i]);
    for (size_t i = 0; i < count; ++i) y[i] += factor * static_cast<double>(dy[i]);
  }
}

ToleranceFigures ToleranceRays::Evaluate(const TracedRays& rays, const Compensators& compensators,
                                         const RayShift* decentre_x,
                                         const RayShift* decentre_y) const {
  ToleranceFigures out;
  const size_t fields = fields_.size();
  std::array<int, kMaxTerms> term{};  // 0 focus, 1 tilt, 2 and 3 decentre
  int terms = 0;
  if (compensators.focus) term[terms++] = 0;
  if (compensators.image_tilt) term[terms++] = 1;
  if (decentre_x) term[terms++] = 2;
  if (decentre_y) term[terms++] = 3;

  // Columns of one ray: what each term moves it by, and where it is.
  const auto columns = [&](size_t f, size_t w, int i, std::array<double, kMaxTerms + 1>* x,
                           std::array<double, kMaxTerms + 1>* y) {
    const RayResults<double>& r = rays.by_wavelength[w];
    const double inverse = 1 / r.n[i], u = r.l[i] * inverse, v = r.m[i] * inverse;
    for (int k = 0; k < terms; ++k) {
      const double height = term[k] == 1 ? heights_mm_[f] : 1;
      const RayShift* shift = term[k] == 2 ? decentre_x : decentre_y;
      (*x)[k] = term[k] <= 1 ? u * height : shift->x[w][i];
      (*y)[k] = term[k] <= 1 ? v * height : shift->y[w][i];
    }
    (*x)[terms] = r.x[i];
    (*y)[terms] = r.y[i];
  };

  // Covariances about each field's centroid over all wavelengths, as sums about the first ray.
  std::array<std::array<double, kMaxTerms>, kMaxTerms> normal{};
  std::array<double, kMaxTerms> right{};
  struct Moments {
    double weight = 0;
    std::array<double, kMaxTerms + 1> mean_x{}, mean_y{};
    std::array<std::array<double, kMaxTerms + 1>, kMaxTerms + 1> second{};
  };
  std::vector<Moments> moments(fields);
  for (size_t f = 0; f < fields; ++f) {
    Moments& m = moments[f];
    std::array<double, kMaxTerms + 1> x{}, y{}, x0{}, y0{}, sum_x{}, sum_y{};
    bool begun = false;
    for (size_t w = 0; w < batches_.size(); ++w) {
      const Batch& batch = batches_[w];
      const int begin = batch.begin[f], end = batch.begin[f + 1];
      if (begin == end) continue;
      const double weight = batch.weight / (end - begin);
      for (int i = begin; i < end; ++i) {
        if (!Ok(rays.by_wavelength[w], i)) {
          ++out.failed_rays;
          continue;
        }
        columns(f, w, i, &x, &y);
        if (!begun) {
          x0 = x, y0 = y;
          begun = true;
        }
        m.weight += weight;
        for (int j = 0; j <= terms; ++j) {
          const double dx = x[j] - x0[j], dy = y[j] - y0[j];
          sum_x[j] += weight * dx;
          sum_y[j] += weight * dy;
          for (int k = 0; k <= j; ++k) {
            m.second[j][k] += weight * (dx * (x[k] - x0[k]) + dy * (y[k] - y0[k]));
          }
        }
      }
    }
    if (!(m.weight > 0)) continue;
    for (int j = 0; j <= terms; ++j) {
      for (int k = 0; k <= j; ++k) {
        m.second[j][k] =
            (m.second[j][k] - (sum_x[j] * sum_x[k] + sum_y[j] * sum_y[k]) / m.weight) / m.weight;
        m.second[k][j] = m.second[j][k];
      }
      m.mean_x[j] = x0[j] + sum_x[j] / m.weight;
      m.mean_y[j] = y0[j] + sum_y[j] / m.weight;
    }
    for (int j = 0; j < terms; ++j) {
      for (int k = 0; k < terms; ++k) normal[j][k] += m.second[j][k];
      right[j] -= m.second[j][terms];
    }
  }
  const std::array<double, kMaxTerms> amount = SolveNormal(normal, right, terms);
  for (int k = 0; k < terms; ++k) {
    if (term[k] == 0) out.focus_mm = amount[k];
    if (term[k] == 1) out.image_tilt_deg = std::atan(amount[k]) * 180 / std::numbers::pi;
    if (term[k] == 2) out.decentre_x_mm = amount[k];
    if (term[k] == 3) out.decentre_y_mm = amount[k];
  }

  out.rms_um.resize(fields);
  out.mtf_t.resize(fields);
  out.mtf_s.resize(fields);
  std::vector<double> turns_t, turns_s;
  for (size_t f = 0; f < fields; ++f) {
    const Moments& m = moments[f];
    if (!(m.weight > 0)) continue;
    double variance = m.second[terms][terms];
    double centre_x = m.mean_x[terms], centre_y = m.mean_y[terms];
    for (int j = 0; j < terms; ++j) {
      variance += 2 * amount[j] * m.second[j][terms];
      for (int k = 0; k < terms; ++k) variance += amount[j] * amount[k] * m.second[j][k];
      centre_x += amount[j] * m.mean_x[j];
      centre_y += amount[j] * m.mean_y[j];
    }
    out.rms_um[f] = 1e3 * std::sqrt(std::max(variance, 0.0));

    std::complex<double> sum_t = 0, sum_s = 0;
    std::array<double, kMaxTerms + 1> x{}, y{};
    for (size_t w = 0; w < batches_.size(); ++w) {
      const Batch& batch = batches_[w];
      const int begin = batch.begin[f], end = batch.begin[f + 1];
      turns_t.clear();
      turns_s.clear();
      for (int i = begin; i < end; ++i) {
        if (!Ok(rays.by_wavelength[w], i)) continue;
        columns(f, w, i, &x, &y);
        double at_x = x[terms] - centre_x, at_y = y[terms] - centre_y;
        for (int k = 0; k < terms; ++k) {
          at_x += amount[k] * x[k];
          at_y += amount[k] * y[k];
        }
        turns_t.push_back(at_y * cycles_per_mm_);
        turns_s.push_back(at_x * cycles_per_mm_);
      }
      if (turns_t.empty()) continue;
      const double weight = batch.weight / (end - begin) * batch.diffraction;
      sum_t += weight * PhasorSum(turns_t.data(), nullptr, turns_t.size());
      sum_s += weight * PhasorSum(turns_s.data(), nullptr, turns_s.size());
    }
    out.mtf_t[f] = std::abs(sum_t) / m.weight;
    out.mtf_s[f] = std::abs(sum_s) / m.weight;
  }
  return out;
}

}  // namespace petzval::optics
