// Residuals of rays, and how rays and operands join into normal equations.
#include "petzval/optics/design/merit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "petzval/optics/design/normal_matrix.h"
#include "petzval/optics/design/operands.h"
#include "petzval/optics/design/paraxial_gradient.h"
#include "petzval/optics/design/scalar_trace.h"

namespace petzval::optics {
namespace {

constexpr double kWave_mm = 1e-3;  // what one wave counts

double Residual(const Operand& operand, double value) {
  if (Satisfied(operand, value)) return 0;
  return operand.weight * (value - operand.target) * OperandUnit(operand.kind);
}

std::vector<double> Normalised(std::vector<double> weights, size_t count) {
  if (weights.empty()) weights.assign(count, 1.0);
  double sum = 0;
  for (const double w : weights) sum += w;
  for (double& w : weights) w = sum > 0 ? w / sum : 1.0 / static_cast<double>(count);
  return weights;
}

}  // namespace

Result<MeritFunction> MeritFunction::Create(const Lens& lens, const MeritSpec& spec) {
  PETZVAL_ASSIGN(VariableSet variables, VariableSet::Create(lens));
  MeritFunction f(std::move(variables), spec);
  if (f.spec_.fields.empty()) {
    f.spec_.fields = lens.fields.values;
    if (f.spec_.field_weights.empty()) f.spec_.field_weights = lens.fields.weights;
  }
  const int fields = static_cast<int>(f.spec_.fields.size());
  if (!f.spec_.field_weights.empty() && static_cast<int>(f.spec_.field_weights.size()) != fields) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the merit has {} fields and {} weights for them", fields,
                            f.spec_.field_weights.size()));
  }
  if (spec.rings < 1 || spec.rings > 64 || spec.arms < 3 || spec.arms > 256) {
    return Fail(ErrorCode::kInvalidInput, "the pupil takes 1 to 64 rings and 3 to 256 arms");
  }
  for (const Operand& o : f.spec_.operands) {
    if (o.surface >= static_cast<int>(lens.surfaces.size()) || o.field >= fields) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("operand {}: the lens has {} surfaces and the merit {} fields",
                              OperandName(o), lens.surfaces.size(), fields));
    }
  }
  PETZVAL_ASSIGN(f.full_plan_, LaunchPlan::Create(lens, f.spec_.fields));
  f.plan_ = f.full_plan_;
  f.field_weight_ = Normalised(f.spec_.field_weights, fields);
  f.wavelength_weight_ = Normalised(lens.spectrum.weights, lens.spectrum.um.size());

  PupilQuadrature pupil;
  if (spec.sampling == PupilSampling::kGaussian) {
    pupil = GaussianPupil(spec.rings, spec.arms);
  } else {
    pupil.points = HexapolarGrid(spec.rings);
    pupil.weights.assign(pupil.points.size(), 1.0 / static_cast<double>(pupil.points.size()));
  }
  // A lens of revolution treats the two halves of the pupil alike: one half counts twice.
  f.mirrored_ = true;
  for (const PupilPoint& p : pupil.points) {
    bool found = false;
    for (const PupilPoint& q : pupil.points) {
      found |= std::abs(p.x + q.x) < 1e-12 && std::abs(p.y - q.y) < 1e-12;
    }
    f.mirrored_ &= found;
  }
  for (size_t i = 0; i < pupil.points.size(); ++i) {
    const double px = pupil.points[i].x;
    if (f.mirrored_ && px < -1e-12) continue;
    f.points_.push_back(pupil.points[i]);
    f.point_weight_.push_back(pupil.weights[i] * (f.mirrored_ && px > 1e-12 ? 2 : 1));
  }
  if (spec.quality == RayQuality::kSpotChief) {
    f.points_.push_back({0, 0});
    f.point_weight_.push_back(0);
  }
  f.aimed_ = lens.launch == Launch::kRealStop;
  for (const Operand& o : f.spec_.operands) {
    f.need_probes_ |=
        o.relation != Relation::kHold && (NeedsHeights(o.kind) || NeedsProbes(o.kind));
  }
  f.BuildBundles();
  if (!f.Prepare(f.variables_.start(), false)) {
    return Fail(ErrorCode::kInvalidInput,
                "the lens has no entrance pupil, or a solve has no solution");
  }
  f.probes_->Trace(f.state_.system, f.state_.pupil);
  f.MeasureHeights(false);
  f.held_ = static_cast<int>(f.Operands(true, false).size());
  return f;
}

void MeritFunction::BuildBundles() {
  const int wavelengths = static_cast<int>(wavelength_weight_.size());
  rays_.emplace(plan_, points_, wavelengths);
  const double rim = spec_.rim;
  probes_.emplace(plan_, std::vector<PupilPoint>{{0, 0}, {0, rim}, {0, -rim}, {rim, 0}},
                  wavelengths);
  const int total = rays_->total();
  weight_.assign(total, 0.0);
  for (int w = 0; w < wavelengths; ++w) {
    for (int f = 0; f < plan_.fields(); ++f) {
      for (int p = 0; p < rays_->points(); ++p) {
        weight_[rays_->index(w, f, p)] =
            wavelength_weight_[w] * field_weight_[f] * point_weight_[p];
      }
    }
  }
  value_x_.assign(total, 0.0);
  value_y_.assign(total, 0.0);
  one_.assign(std::max(total, probes_->total()), 1.0);
  for (auto& seed : seed_) seed.assign(total, 0.0);
}

void MeritFunction::Shrink(double aperture, double field) {
  plan_ = full_plan_.Shrunk(aperture, field);
  field_share_ = field;
  BuildBundles();
}

bool MeritFunction::Prepare(const std::vector<double>& x, bool derivatives) {
  state_.x = x;
  if (!variables_.Apply(x, &state_.system, derivatives ? &state_.chain : nullptr)) return false;
  state_.pupil = plan_.Pupil(state_.system, size(), derivatives ? &state_.chain : nullptr);
  return std::isfinite(state_.pupil.epl) && std::isfinite(state_.pupil.radius) &&
         std::isfinite(state_.pupil.stop_radius) && state_.pupil.radius < 1e6 &&
         std::abs(state_.pupil.epl) < 1e9;
}

Operand MeritFunction::Scaled(Operand operand) const {
  if (operand.kind == OperandKind::kChiefHeight) operand.target *= field_share_;
  return operand;
}

double MeritFunction::Cost(const std::vector<double>& x) { return Evaluate(x, nullptr, nullptr); }

double MeritFunction::Normal(const std::vector<double>& x, NormalEquations* out) {
  return Evaluate(x, out, nullptr);
}

Result<MeritReport> MeritFunction::Report(const std::vector<double>& x) {
  MeritReport report;
  const double cost = Evaluate(x, nullptr, &report);
  if (!std::isfinite(cost)) {
    return Fail(ErrorCode::kInvalidInput, "the lens has no entrance pupil or a solve no solution");
  }
  report.merit = std::sqrt(cost);
  return report;
}

void MeritFunction::Report(const OperandValue& value, double residual, MeritReport* report) const {
  Operand named = Scaled(spec_.operands[value.operand]);
  named.surface = value.surface;
  named.field = value.field;
  MeritReport::Line line{OperandName(named), value.value, named.target, residual, named.relation};
  // Of several zones or rays the worst is told.
  for (MeritReport::Line& other : report->lines) {
    if (other.name != line.name || other.relation != line.relation || other.target != line.target ||
        named.relation == Relation::kEqual) {
      continue;
    }
    const double sign = named.relation == Relation::kAtLeast ? -1 : 1;
    if (sign * line.value > sign * other.value) other = line;
    return;
  }
  report->lines.push_back(std::move(line));
}

bool MeritFunction::Constraints(const std::vector<double>& x, std::vector<double>* values,
                                std::vector<double>* jacobian) {
  if (!Prepare(x, jacobian != nullptr)) return false;
  const std::vector<OperandValue> operands = Operands(true, jacobian != nullptr);
  // A chief ray that fails has no height to hold.
  if (static_cast<int>(operands.size()) != held_) return false;
  values->clear();
  if (jacobian) jacobian->clear();
  for (const OperandValue& v : operands) {
    const Operand operand = Scaled(spec_.operands[v.operand]);
    const double unit = OperandUnit(operand.kind);
    values->push_back((v.value - operand.target) * unit);
    if (!std::isfinite(values->back())) return false;
    for (size_t i = 0; jacobian && i < v.gradient.size(); ++i) {
      jacobian->push_back(v.gradient[i] * unit);
    }
  }
  return true;
}

double MeritFunction::Evaluate(const std::vector<double>& x, NormalEquations* out,
                               MeritReport* report) {
  const int n = size();
  if (out) {
    out->matrix.assign(static_cast<size_t>(n) * n, 0.0);
    out->gradient.assign(n, 0.0);
  }
  if (!Prepare(x, out != nullptr)) return std::numeric_limits<double>::infinity();
  double cost = 0;
  if (spec_.quality != RayQuality::kNone) cost += RayResiduals(out, report);
  if (report) {
    for (const OperandValue& value : Operands(true, false)) Report(value, 0, report);
  }
  const std::vector<OperandValue> operands = Operands(false, out != nullptr);
  if (need_probes_) {
    // Operands of a ray that fails are missing; that shall not pay.
    const int w = state_.system.primary, count = plan_.fields() * probes_->points();
    for (int f = 0; f < plan_.fields(); ++f) {
      for (int p = 0; p < probes_->points(); ++p) {
        const int ray = probes_->index(w, f, p);
        if (probes_->failed[ray] < 0) continue;
        cost += AddFailure(*probes_, w, f, p, 1.0 / count, out);
        if (report) ++report->failed_rim_rays;
      }
    }
  }
  for (const OperandValue& value : operands) {
    const Operand operand = Scaled(spec_.operands[value.operand]);
    const double residual = Residual(operand, value.value);
    if (!std::isfinite(residual)) return std::numeric_limits<double>::infinity();
    cost += residual * residual;
    if (report) Report(value, residual, report);
    if (!out || residual == 0) continue;
    const double factor = operand.weight * OperandUnit(operand.kind);
    for (int i = 0; i < n; ++i) {
      const double gi = factor * value.gradient[i];
      if (gi == 0) continue;
      out->gradient[i] += gi * residual;
      for (int j = 0; j <= i; ++j) out->matrix[i * n + j] += gi * factor * value.gradient[j];
    }
  }
  if (out) {
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < i; ++j) out->matrix[j * n + i] = out->matrix[i * n + j];
    }
    out->cost = cost;
  }
  return cost;
}

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
  for (const double s : field_sum) cost += s;
  if (report) {
    report->failed_rays = failures;
    report->rays = wavelengths * plan_.fields() * points;
    report->ray_rms = std::sqrt(cost) / (spec_.ray_weight > 0 ? spec_.ray_weight : 1);
    for (int f = 0; f < plan_.fields(); ++f) {
      report->field_rms.push_back(
          std::sqrt((field_sum[f] + failed_cost[f]) / std::max(field_weight_[f], 1e-300)) /
          (spec_.ray_weight > 0 ? spec_.ray_weight : 1));
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

bool MeritFunction::Accepted(const std::vector<double>& x) {
  if (!aimed_ || !Prepare(x, false)) return false;
  rays_->Trace(state_.system, state_.pupil);
  rays_->KeepAim();
  probes_->Trace(state_.system, state_.pupil);
  probes_->KeepAim();
  return false;
}

std::vector<double> MeritFunction::ByVariables(const std::vector<double>& row) const {
  std::vector<double> out(size(), 0.0);
  for (const ChainEntry& e : state_.chain) out[e.variable] += row[e.raw] * e.factor;
  return out;
}

}  // namespace petzval::optics
