// Residuals of rays: spots, wavefronts and failures.
#include <algorithm>
#include <cmath>

#include "petzval/optics/design/merit.h"
#include "petzval/optics/design/normal_matrix.h"
#include "petzval/optics/design/paraxial_gradient.h"
#include "petzval/optics/design/scalar_trace.h"

namespace petzval::optics {
namespace {

constexpr double kWave_mm = 1e-3;  // what one wave counts

}  // namespace

// The two outputs of a ray: its place in the image, or for wavefronts (path length, y).
void MeritFunction::WavefrontSeeds() {
  const double xpl = ParaxialGradient(state_.system, state_.system.primary).xpl();
  const double radius = std::clamp(std::abs(xpl), 1e-3, 1e9);
  for (int w = 0; w < rays_->wavelengths(); ++w) {
    const double wave = kWave_mm / (variables_.lens().spectrum.um[w] * 1e-3);
    const double n = state_.system.kernel.n[w].back();
    for (int f = 0; f < plan_.fields(); ++f) {
      double centre = 0, sum = 0;
      for (int v = 0; v < rays_->wavelengths(); ++v) {
        for (int p = 0; p < rays_->points(); ++p) {
          const int ray = rays_->index(v, f, p);
          if (rays_->failed[ray] >= 0) continue;
          centre += weight_[ray] * rays_->y[ray];
          sum += weight_[ray];
        }
      }
      if (sum > 0) centre /= sum;
      for (int p = 0; p < rays_->points(); ++p) {
        const int i = rays_->index(w, f, p);
        const double dx = rays_->x[i], dy = rays_->y[i] - centre;
        const double along = rays_->l[i] * dx + rays_->m[i] * dy;
        const double root =
            std::sqrt(std::max(along * along - dx * dx - dy * dy + radius * radius, 1e-12));
        const double path = rays_->opl[i] + rays_->start_opl[i] - n * (along + root - radius);
        value_x_[i] = wave * path;
        const double share = 1 + along / root;
        seed_[0][i] = -wave * n * (rays_->l[i] * share - dx / root);
        seed_[1][i] = -wave * n * (rays_->m[i] * share - dy / root);
        seed_[2][i] = -wave * n * share * dx;
        seed_[3][i] = -wave * n * share * dy;
        seed_[4][i] = wave;
      }
    }
  }
}

// Depth 0 counts failed_ray_mm; deeper failures more, so that there is a way back.
double MeritFunction::AddFailure(const RayBundle& bundle, int w, int field, int point,
                                 double weight, NormalEquations* out) const {
  const int ray = bundle.index(w, field, point);
  const RayFailure failure = MeasureFailure(
      state_.system, w, bundle.start_x()[ray], bundle.start_y()[ray], bundle.start_l()[ray],
      bundle.start_m()[ray], bundle.start_n()[ray], out != nullptr);
  const double size_mm = spec_.failed_ray_mm;
  const double r = size_mm * (1 + failure.depth);
  if (out && !failure.gradient.empty()) {
    const std::vector<double> g =
        WithLaunch(bundle, w, field, point, failure.gradient, failure.by_start);
    for (int i = 0; i < size(); ++i) {
      const double gi = size_mm * g[i];
      if (gi == 0) continue;
      out->gradient[i] += weight * gi * r;
      for (int j = 0; j <= i; ++j) {
        out->matrix[static_cast<size_t>(i) * size() + j] += weight * gi * size_mm * g[j];
      }
    }
  }
  return weight * r * r;
}

double MeritFunction::RayResiduals(NormalEquations* out, MeritReport* report) {
  const bool wavefront = spec_.quality == RayQuality::kWavefront;
  const int total = rays_->total(), n = size(), points = rays_->points();
  const int wavelengths = rays_->wavelengths();
  if (wavefront || !out) rays_->Trace(state_.system, state_.pupil);
  if (wavefront) WavefrontSeeds();
  if (out) {
    std::vector<KernelSeed> seeds(2);
    if (wavefront) {
      seeds[0] = {seed_[0].data(), seed_[1].data(), seed_[2].data(),
                  seed_[3].data(), nullptr,         seed_[4].data()};
    } else {
      seeds[0].x = one_.data();
    }
    seeds[1].y = one_.data();
    rays_->TraceGradient(state_.system, state_.pupil, n, state_.chain, seeds);
  }
  if (!wavefront) {
    value_x_ = rays_->x;
    value_y_ = rays_->y;
  }

  // Failed rays: their residual is constant here; how far they fail is added below.
  double cost = 0;
  std::vector<double> failed_cost(plan_.fields(), 0.0), field_sum(plan_.fields(), 0.0);
  int failures = 0;
  for (int w = 0; w < wavelengths; ++w) {
    for (int f = 0; f < plan_.fields(); ++f) {
      for (int p = 0; p < points; ++p) {
        const int ray = rays_->index(w, f, p);
        if (rays_->failed[ray] < 0 || weight_[ray] == 0) continue;
        ++failures;
        const double cost_here = AddFailure(*rays_, w, f, p, weight_[ray], out);
        failed_cost[f] += cost_here;
        cost += cost_here;
      }
    }
  }

  // Means of each field (for wavefronts: of each field and wavelength) are taken off, residuals and
  // columns alike, and everything is scaled by the root of the weight.
  std::vector<double> root(total);
  for (int i = 0; i < total; ++i) {
    root[i] = rays_->failed[i] >= 0 ? 0.0 : spec_.ray_weight * std::sqrt(weight_[i]);
  }
  const auto centre = [&](double* values, bool each_wavelength, bool chief) {
    for (int f = 0; f < plan_.fields(); ++f) {
      if (chief) {
        const int ray = rays_->index(state_.system.primary, f, points - 1);
        const double mean = rays_->failed[ray] >= 0 ? 0.0 : values[ray];
        for (int w = 0; w < wavelengths; ++w) {
          for (int p = 0; p < points; ++p) values[rays_->index(w, f, p)] -= mean;
        }
        continue;
      }
      double sum = 0, weights = 0;
      for (int w = 0; w < wavelengths; ++w) {
        if (each_wavelength) sum = weights = 0;
        for (int p = 0; p < points; ++p) {
          const int ray = rays_->index(w, f, p);
          if (root[ray] == 0) continue;
          sum += weight_[ray] * values[ray];
          weights += weight_[ray];
        }
        if (!each_wavelength && w + 1 < wavelengths) continue;
        const double mean = weights > 0 ? sum / weights : 0.0;
        for (int v = each_wavelength ? w : 0; v <= w; ++v) {
          for (int p = 0; p < points; ++p) values[rays_->index(v, f, p)] -= mean;
        }
      }
    }
  };
  const auto finish = [&](double* values) {
    for (int i = 0; i < total; ++i) values[i] = root[i] == 0 ? 0.0 : values[i] * root[i];
  };
  const bool chief = spec_.quality == RayQuality::kSpotChief;
  const int outputs = wavefront ? 1 : 2;
  if (wavefront) {
    if (out) {
      // The centre of the reference spheres moves with the centroid of the field.
      std::vector<double> by_centre(total);
      for (int i = 0; i < total; ++i) by_centre[i] = -seed_[1][i];
      for (int v = 0; v < n; ++v) {
        double *path = rays_->column(v, 0), *y = rays_->column(v, 1);
        for (int f = 0; f < plan_.fields(); ++f) {
          double sum = 0, weights = 0;
          for (int pass = 0; pass < 2; ++pass) {
            for (int w = 0; w < wavelengths; ++w) {
              for (int p = 0; p < points; ++p) {
                const int ray = rays_->index(w, f, p);
                if (root[ray] == 0) continue;
                if (pass == 0) {
                  sum += weight_[ray] * y[ray];
                  weights += weight_[ray];
                } else {
                  path[ray] += by_centre[ray] * sum / weights;
                }
              }
            }
          }
        }
        centre(path, true, false);
        finish(path);
      }
    }
    centre(value_x_.data(), true, false);
    finish(value_x_.data());
  } else {
    if (!mirrored_) centre(value_x_.data(), false, chief);
    centre(value_y_.data(), false, chief);
    finish(value_x_.data());
    finish(value_y_.data());
    for (int v = 0; out && v < n; ++v) {
      if (!mirrored_) centre(rays_->column(v, 0), false, chief);
      centre(rays_->column(v, 1), false, chief);
      finish(rays_->column(v, 0));
      finish(rays_->column(v, 1));
    }
  }
  for (int w = 0; w < wavelengths; ++w) {
    for (int f = 0; f < plan_.fields(); ++f) {
      for (int p = 0; p < points; ++p) {
        const int ray = rays_->index(w, f, p);
        field_sum[f] += value_x_[ray] * value_x_[ray];
        if (outputs == 2) field_sum[f] += value_y_[ray] * value_y_[ray];
      }
    }
  }
  const double failed_sum = cost;
  for (const double s : field_sum) cost += s;
  if (report) {
    report->failed_rays = failures;
    report->rays = wavelengths * plan_.fields() * points;
    // Failures count the same whatever the weight of the rays.
    const double unit = spec_.ray_weight > 0 ? 1 / (spec_.ray_weight * spec_.ray_weight) : 1;
    report->ray_rms = std::sqrt((cost - failed_sum) * unit + failed_sum);
    for (int f = 0; f < plan_.fields(); ++f) {
      report->field_rms.push_back(
          std::sqrt((field_sum[f] * unit + failed_cost[f]) / std::max(field_weight_[f], 1e-300)));
    }
  }
  if (out && n > 0) {
    // Both outputs of a column follow each other: one long column.
    if (outputs == 2) {
      std::vector<double> residual = value_x_;
      residual.insert(residual.end(), value_y_.begin(), value_y_.end());
      AddNormal(rays_->column(0, 0), 2 * total, n, 2 * total, residual.data(), out->matrix.data(),
                out->gradient.data());
    } else {
      AddNormal(rays_->column(0, 0), 2 * total, n, total, value_x_.data(), out->matrix.data(),
                out->gradient.data());
    }
  }
  return cost;
}

}  // namespace petzval::optics
