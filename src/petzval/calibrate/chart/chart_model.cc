// Levenberg-Marquardt on camera matrix, stray light and a polynomial of uneven light.
#include "petzval/calibrate/chart/chart_model.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"

namespace petzval::calibrate {
namespace {

constexpr int kMaxOrderTerms = 9;  // monomials of x and y of degree 1..3
constexpr int kMaxParameters = 9 + 3 + kMaxOrderTerms + 4 + 2;
constexpr int kMaxIterations = 60;
// A matrix misses greys (of a clean chart) by half a hundredth, saturated colours by several.
constexpr double kGreyError = 0.005, kColorError = 0.08, kFullChroma = 60;
constexpr double kFloor = 0.01;  // share of the brightest patch below which errors are absolute

constexpr int TermCount(int order) { return order * (order + 3) / 2; }

// Monomials of degree 1..order.
void Monomials(int order, double x, double y, double* out) {
  int n = 0;
  for (int degree = 1; degree <= order; ++degree) {
    for (int j = 0; j <= degree; ++j) out[n++] = std::pow(x, degree - j) * std::pow(y, j);
  }
}

double Polynomial(const std::vector<double>& coefficient, int order, double x, double y) {
  double terms[kMaxOrderTerms], sum = 0;
  Monomials(order, x, y, terms);
  for (size_t i = 0; i < coefficient.size(); ++i) sum += coefficient[i] * terms[i];
  return sum;
}

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

// Where the parameters of a shape lie in a vector.
struct Layout {
  explicit Layout(const ModelShape& s) : shape(s) {
    light = 12;
    red = light + TermCount(s.order);
    blue = red + TermCount(s.color_order);
    slope = blue + TermCount(s.color_order);
    count = slope + (s.sloped_glare ? 2 : 0);
  }
  ModelShape shape;
  int light, red, blue, slope, count;
};

Vector Pack(const ChartModel& m, const Layout& at) {
  Vector p(at.count);
  for (int i = 0; i < 9; ++i) p[i] = m.camera_from_xyz[i / 3][i % 3];
  for (int c = 0; c < 3; ++c) p[9 + c] = m.offset[c];
  const auto put = [&](const std::vector<double>& v, int first, int n) {
    for (int i = 0; i < n; ++i) p[first + i] = i < static_cast<int>(v.size()) ? v[i] : 0;
  };
  put(m.light, at.light, at.red - at.light);
  put(m.red, at.red, at.blue - at.red);
  put(m.blue, at.blue, at.slope - at.blue);
  if (at.shape.sloped_glare) {
    p[at.slope] = m.slope_x;
    p[at.slope + 1] = m.slope_y;
  }
  return p;
}

ChartModel Unpack(const Vector& p, const Layout& at) {
  ChartModel m;
  m.shape = at.shape;
  for (int i = 0; i < 9; ++i) m.camera_from_xyz[i / 3][i % 3] = p[i];
  for (int c = 0; c < 3; ++c) m.offset[c] = p[9 + c];
  m.light.assign(p.data() + at.light, p.data() + at.red);
  m.red.assign(p.data() + at.red, p.data() + at.blue);
  m.blue.assign(p.data() + at.blue, p.data() + at.slope);
  if (at.shape.sloped_glare) {
    m.slope_x = p[at.slope];
    m.slope_y = p[at.slope + 1];
  }
  return m;
}

Vec3 BrightestOf(const ChartSamples& samples) {
  Vec3 most{{1e-12, 1e-12, 1e-12}};
  for (const Vec3& raw : samples.raw) {
    for (int c = 0; c < 3; ++c) most[c] = std::max(most[c], raw[c]);
  }
  return most;
}

// One over what a sample may be off by, for each colour.
std::vector<Vec3> Precisions(const ChartSamples& samples, std::span<const Vec3> xyz) {
  const Vec3 white = XyzFromChromaticity(kWhiteD50), most = BrightestOf(samples);
  std::vector<Vec3> precision(samples.size());
  for (size_t i = 0; i < samples.size(); ++i) {
    const Vec3 lab = LabFromXyz(xyz[i], white);
    const double chroma = std::min(std::hypot(lab[1], lab[2]) / kFullChroma, 1.0);
    for (int c = 0; c < 3; ++c) {
      const double relative =
          std::hypot(kGreyError + kColorError * chroma, samples.relative_error[i][c]);
      precision[i][c] = 1 / (relative * (std::max(samples.raw[i][c], 0.0) + kFloor * most[c]));
    }
  }
  return precision;
}

// The loss, and with `normal` its Gauss-Newton system under the weights of the loss.
double Assemble(const Vector& p, const Layout& at, const ChartSamples& samples,
                std::span<const Vec3> xyz, const std::vector<Vec3>& precision, const Fold& left_out,
                Matrix* normal, Vector* gradient) {
  const ChartModel m = Unpack(p, at);
  if (normal) {
    normal->setZero(at.count, at.count);
    gradient->setZero(at.count);
  }
  double loss = 0;
  double row[kMaxParameters];
  for (size_t i = 0; i < samples.size(); ++i) {
    if (left_out.Has(i)) continue;
    const double x = samples.x[i], y = samples.y[i];
    const Vec3 seen = m.camera_from_xyz * xyz[i], light = m.LightAt(x, y);
    const double slope = 1 + m.slope_x * x + m.slope_y * y;
    for (int c = 0; c < 3; ++c) {
      const double w = precision[i][c];
      const double z = w * (light[c] * seen[c] + slope * m.offset[c] - samples.raw[i][c]);
      const double root = std::sqrt(1 + z * z);
      loss += 2 * (root - 1);
      if (!normal) continue;
      std::fill_n(row, at.count, 0.0);
      for (int k = 0; k < 3; ++k) row[3 * c + k] = w * light[c] * xyz[i][k];
      row[9 + c] = w * slope;
      const double lit = w * light[c] * seen[c];
      double terms[kMaxOrderTerms];
      Monomials(at.shape.order, x, y, terms);
      for (int k = 0; k < at.red - at.light; ++k) row[at.light + k] = lit * terms[k];
      const int own = c == 0 ? at.red : at.blue;
      for (int k = 0; c != 1 && k < at.blue - at.red; ++k) row[own + k] = lit * (k == 0 ? x : y);
      if (at.shape.sloped_glare) {
        row[at.slope] = w * m.offset[c] * x;
        row[at.slope + 1] = w * m.offset[c] * y;
      }
      const Eigen::Map<const Vector> r(row, at.count);
      normal->selfadjointView<Eigen::Lower>().rankUpdate(r, 1 / root);
      *gradient += z / root * r;
    }
  }
  return loss;
}

}  // namespace

int ModelShape::parameters() const {
  return TermCount(order) + 2 * TermCount(color_order) + (sloped_glare ? 2 : 0);
}

Vec3 ChartModel::LightAt(double x, double y) const {
  const double all = Polynomial(light, shape.order, x, y);
  return {{std::exp(all + Polynomial(red, shape.color_order, x, y)), std::exp(all),
           std::exp(all + Polynomial(blue, shape.color_order, x, y))}};
}

Vec3 ChartModel::OffsetAt(double x, double y) const {
  const double slope = 1 + slope_x * x + slope_y * y;
  return {{slope * offset[0], slope * offset[1], slope * offset[2]}};
}

Vec3 ChartModel::White() const { return camera_from_xyz * XyzFromChromaticity(kWhiteD50); }

Vec3 ChartModel::Glare() const {
  const Vec3 white = White();
  Vec3 share;
  for (int c = 0; c < 3; ++c) share[c] = offset[c] / (white[c] + offset[c]);
  return share;
}

Vec3 ChartModel::Balanced(const Vec3& raw, double x, double y) const {
  const Vec3 lit = LightAt(x, y), stray = OffsetAt(x, y), white = White();
  Vec3 q;
  for (int c = 0; c < 3; ++c) q[c] = (raw[c] - stray[c]) / (lit[c] * white[c]);
  return q;
}

Result<ChartModel> FitChartModel(const ChartSamples& samples, std::span<const Vec3> xyz,
                                 const ModelShape& shape, const Fold& left_out,
                                 const ChartModel* start) {
  const Layout at(shape);
  size_t used = 0;
  for (size_t i = 0; i < samples.size(); ++i) used += left_out.Has(i) ? 0 : 1;
  if (3 * used < static_cast<size_t>(at.count) + 6) {
    return Fail(ErrorCode::kInvalidInput, "too few patches for a model of the shot");
  }
  const std::vector<Vec3> precision = Precisions(samples, xyz);

  // Step 1: without a start the best matrix for an even light, which is a linear problem.
  Vector p = Vector::Zero(at.count);
  if (start) {
    p = Pack(*start, at);
  } else {
    const Layout even{ModelShape{}};
    Vector q = Vector::Zero(even.count);
    Matrix normal;
    Vector gradient;
    Assemble(q, even, samples, xyz, precision, left_out, &normal, &gradient);
    normal.diagonal() *= 1 + 1e-9;
    q -= normal.selfadjointView<Eigen::Lower>().ldlt().solve(gradient);
    if (!q.allFinite()) {
      return Fail(ErrorCode::kInvalidInput, "the colours of the patches do not tell a matrix");
    }
    p = Pack(Unpack(q, even), at);
  }

  // Step 2: all parameters.
  Matrix normal;
  Vector gradient;
  double loss = Assemble(p, at, samples, xyz, precision, left_out, &normal, &gradient);
  double damping = 1e-3;
  for (int i = 0; i < kMaxIterations; ++i) {
    Matrix damped = normal;
    damped.diagonal() *= 1 + damping;
    damped.diagonal().array() += 1e-12;
    const Vector step = damped.selfadjointView<Eigen::Lower>().ldlt().solve(gradient);
    const Vector next = p - step;
    const double moved =
        next.allFinite() ? Assemble(next, at, samples, xyz, precision, left_out, nullptr, nullptr)
                         : HUGE_VAL;
    if (!(moved < loss)) {
      damping *= 10;
      if (damping > 1e8) break;
      continue;
    }
    const double gain = loss - moved;
    p = next;
    damping = std::max(damping / 10, 1e-12);
    loss = Assemble(p, at, samples, xyz, precision, left_out, &normal, &gradient);
    if (gain < 1e-9 * (1e-6 + loss)) break;
  }
  ChartModel model = Unpack(p, at);
  const Vec3 white = model.White();
  if (!p.allFinite() || !(std::min({white[0], white[1], white[2]}) > 0)) {
    return Fail(ErrorCode::kInvalidInput, "the colours of the patches do not tell a matrix");
  }
  return model;
}

double ModelLoss(const ChartModel& model, const ChartSamples& samples, std::span<const Vec3> xyz) {
  const Layout at(model.shape);
  return Assemble(Pack(model, at), at, samples, xyz, Precisions(samples, xyz), {}, nullptr,
                  nullptr);
}

double GreyResidual(const ChartModel& model, const ChartSamples& samples, std::span<const Vec3> xyz,
                    std::span<const size_t> greys) {
  const Vec3 white = model.White();
  double worst = 0;
  for (int c = 0; c < 3; ++c) {
    double square = 0, sum = 0;
    for (const size_t i : greys) {
      const double wanted = (model.camera_from_xyz * xyz[i])[c] / white[c];
      const double got = model.Balanced(samples.raw[i], samples.x[i], samples.y[i])[c];
      if (!(wanted > 0)) continue;
      // What noise and rounding of the patch explain is no fault of the shot.
      const double error = samples.relative_error[i][c] * samples.raw[i][c] /
                           (white[c] * model.LightAt(samples.x[i], samples.y[i])[c]);
      const double off = (got - wanted) * (got - wanted) - error * error;
      square += std::max(0.0, off) / wanted;
      sum += wanted;
    }
    if (sum > 0) worst = std::max(worst, std::sqrt(square / sum));
  }
  return worst;
}

}  // namespace petzval::calibrate
