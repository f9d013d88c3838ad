// White-preserving least squares, its refinement to least CIEDE2000, and leaving one out.
#include "petzval/calibrate/fit/color_fit.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "petzval/calibrate/fit/difference_gradient.h"
#include "petzval/calibrate/fit/minimise.h"
#include "petzval/color/difference.h"

namespace petzval::calibrate {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kRootRidge = 1e-5;  // per patch, see colour fits in docs: not tuned

bool Finite(const Vec3& v) {
  return std::isfinite(v[0]) && std::isfinite(v[1]) && std::isfinite(v[2]);
}

Status CheckSet(ColorFitKind kind, const TrainingSet& set) {
  const size_t n = set.rgb.size();
  const auto wrong = [](std::string what) {
    return Fail(ErrorCode::kInvalidInput, std::move(what));
  };
  if (set.xyz.size() != n || (!set.weight.empty() && set.weight.size() != n)) {
    return wrong("there are not as many true colours or weights as camera colours");
  }
  if (n < static_cast<size_t>(ColorTermCount(kind))) {
    return wrong(
        fmt::format("{} patches are too few for a fit of {} terms", n, ColorTermCount(kind)));
  }
  double total = 0;
  for (size_t i = 0; i < n; ++i) {
    if (!Finite(set.rgb[i]) || !Finite(set.xyz[i])) {
      return wrong(fmt::format("patch {} has a colour that is not finite", i + 1));
    }
    const double w = set.weight.empty() ? 1 : set.weight[i];
    if (!(w >= 0) || !std::isfinite(w)) {
      return wrong(fmt::format("patch {} has a weight that is negative or not finite", i + 1));
    }
    total += w;
  }
  if (!(total > 0)) return wrong("all patches have weight 0");
  for (int c = 0; c < 3; ++c) {
    if (!(set.white_xyz[c] > 0) || !std::isfinite(set.white_xyz[c])) {
      return wrong("the white of the colours is not positive");
    }
  }
  // Colours must spread in two directions around grey, or a matrix is not determined: the smaller
  // principal spread of (r - g, b - g), beside the spread of the signal.
  Eigen::Matrix2d spread = Eigen::Matrix2d::Zero();
  double signal = 0;
  for (const Vec3& rgb : set.rgb) {
    const Eigen::Vector2d d(rgb[0] - rgb[1], rgb[2] - rgb[1]);
    spread += d * d.transpose();
    signal += rgb[1] * rgb[1];
  }
  const double least = Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d>(spread).eigenvalues()[0];
  constexpr double kLeastSpread = 0.005;
  if (!(std::sqrt(std::max(least, 0.0)) > kLeastSpread * std::sqrt(signal))) {
    return wrong("the patches are all grey or all alike: they do not determine a fit");
  }
  return {};
}

// Rows of terms, one for each patch.
MatrixXd Expand(ColorFitKind kind, const TrainingSet& set) {
  const int terms = ColorTermCount(kind);
  MatrixXd f(set.rgb.size(), terms);
  double row[kMaxColorTerms];
  for (size_t i = 0; i < set.rgb.size(); ++i) {
    ExpandColorTerms(kind, set.rgb[i], row);
    for (int t = 0; t < terms; ++t) f(i, t) = row[t];
  }
  return f;
}

// Weights with mean 1.
VectorXd Weights(const TrainingSet& set) {
  VectorXd w = VectorXd::Ones(set.rgb.size());
  for (size_t i = 0; i < set.weight.size(); ++i) w[i] = set.weight[i];
  return w * (w.size() / w.sum());
}

// The free parameters of a white-preserving fit are its coefficients relative to white, without
// those of green, which take what is left to 1: relative = base + differences * parameter.
class FreeFit {
 public:
  FreeFit(ColorFitKind kind, const TrainingSet& set) : kind_(kind), white_(set.white_xyz) {
    const MatrixXd f = Expand(kind, set);
    const int terms = ColorTermCount(kind);
    base_ = f.col(1);
    difference_.resize(f.rows(), terms - 1);
    for (int t = 0; t < terms - 1; ++t) difference_.col(t) = f.col(t + (t >= 1)) - base_;
    weight_ = Weights(set) / f.rows();
    for (const Vec3& xyz : set.xyz) lab_.push_back(LabFromXyz(xyz, set.white_xyz));
    // Least squares would have this Hessian up to a factor; it makes the steps well-conditioned.
    const MatrixXd metric = difference_.transpose() * weight_.asDiagonal() * difference_ +
                            1e-6 * MatrixXd::Identity(terms - 1, terms - 1);
    const MatrixXd inverse = metric.inverse();
    inverse_hessian_ = MatrixXd::Zero(3 * (terms - 1), 3 * (terms - 1));
    for (int c = 0; c < 3; ++c) {
      inverse_hessian_.block(c * (terms - 1), c * (terms - 1), terms - 1, terms - 1) =
          1e-3 * inverse;
    }
  }

  VectorXd Parameters(const ColorFit& fit) const {
    const int m = difference_.cols();
    VectorXd x(3 * m);
    for (int c = 0; c < 3; ++c) {
      for (int t = 0; t < m; ++t) x[c * m + t] = fit.coefficient[t + (t >= 1)][c] / white_[c];
    }
    return x;
  }

  ColorFit Fit(const VectorXd& x) const {
    const int m = difference_.cols();
    ColorFit fit;
    fit.kind = kind_;
    fit.coefficient.resize(m + 1);
    for (int c = 0; c < 3; ++c) {
      double green = 1;
      for (int t = 0; t < m; ++t) {
        fit.coefficient[t + (t >= 1)][c] = x[c * m + t] * white_[c];
        green -= x[c * m + t];
      }
      fit.coefficient[1][c] = green * white_[c];
    }
    return fit;
  }

  // Mean over the patches of outer(dE^2); `outer` also gives its slope.
  template <class Outer>
  double Mean(const VectorXd& x, const Outer& outer, VectorXd* gradient) const {
    const int m = difference_.cols();
    MatrixXd relative(base_.size(), 3), slope(base_.size(), 3);
    for (int c = 0; c < 3; ++c) relative.col(c) = base_ + difference_ * x.segment(c * m, m);
    double mean = 0;
    for (int i = 0; i < base_.size(); ++i) {
      const SquaredDifference d =
          SquaredDeltaE2000({{relative(i, 0), relative(i, 1), relative(i, 2)}}, lab_[i]);
      const auto [value, factor] = outer(d.value);
      mean += weight_[i] * value;
      for (int c = 0; c < 3; ++c) slope(i, c) = weight_[i] * factor * d.gradient[c];
    }
    for (int c = 0; c < 3; ++c) {
      gradient->segment(c * m, m) = difference_.transpose() * slope.col(c);
    }
    return mean;
  }

  // Root of the mean square, with its gradient.
  double Rms(const VectorXd& x, VectorXd* gradient) const {
    const double mean = Mean(
        x, [](double square) { return std::pair(square, 1.0); }, gradient);
    const double rms = std::sqrt(std::max(mean, 1e-18));
    *gradient /= 2 * rms;
    return rms;
  }

  // rms + pull * |coefficients - of x0|^2 with all coefficients, green included.
  double PulledRms(const VectorXd& x, const VectorXd& x0, double pull, VectorXd* gradient) const {
    double value = Rms(x, gradient);
    const int m = difference_.cols();
    for (int c = 0; c < 3; ++c) {
      const double scale = pull * white_[c] * white_[c];
      const VectorXd off = x.segment(c * m, m) - x0.segment(c * m, m);
      const double green = off.sum();
      value += scale * (off.squaredNorm() + green * green);
      gradient->segment(c * m, m) += 2 * scale * (off + VectorXd::Constant(m, green));
    }
    return value;
  }

  const MatrixXd& inverse_hessian() const { return inverse_hessian_; }

 private:
  ColorFitKind kind_;
  Vec3 white_;
  VectorXd base_, weight_;
  MatrixXd difference_, inverse_hessian_;
  std::vector<Vec3> lab_;
};

TrainingSet Without(const TrainingSet& set, size_t left_out) {
  TrainingSet rest;
  rest.neutral = set.neutral;
  rest.white = set.white;
  rest.white_xyz = set.white_xyz;
  for (size_t i = 0; i < set.rgb.size(); ++i) {
    if (i == left_out) continue;
    rest.rgb.push_back(set.rgb[i]);
    rest.xyz.push_back(set.xyz[i]);
    if (!set.weight.empty()) rest.weight.push_back(set.weight[i]);
  }
  return rest;
}

}  // namespace

DeStatistics Statistics(std::vector<double> de) {
  if (de.empty()) return {};
  std::sort(de.begin(), de.end());
  double sum = 0;
  for (double d : de) sum += d;
  const double rank = 0.95 * (de.size() - 1);
  const size_t below = static_cast<size_t>(rank), above = std::min(below + 1, de.size() - 1);
  return {sum / de.size(), de[below] + (rank - below) * (de[above] - de[below]), de.back()};
}

std::vector<double> Differences(const ColorFit& fit, const TrainingSet& set) {
  std::vector<double> de;
  for (size_t i = 0; i < set.rgb.size(); ++i) {
    de.push_back(DeltaE2000(LabFromXyz(fit.Apply(set.rgb[i]), set.white_xyz),
                            LabFromXyz(set.xyz[i], set.white_xyz)));
  }
  return de;
}

DeStatistics Evaluate(const ColorFit& fit, const TrainingSet& set) {
  return Statistics(Differences(fit, set));
}

Result<ColorFit> FitLeastSquares(ColorFitKind kind, const TrainingSet& set, double ridge) {
  PETZVAL_RETURN_IF_ERROR(CheckSet(kind, set));
  const int terms = ColorTermCount(kind), n = static_cast<int>(set.rgb.size());
  const MatrixXd f = Expand(kind, set);
  const VectorXd w = Weights(set);
  MatrixXd target(n, 3);
  for (int i = 0; i < n; ++i) {
    for (int c = 0; c < 3; ++c) target(i, c) = set.xyz[i][c];
  }
  // [F'F + ridge N I, 1; 1', 0] [M; l] = [F'X; W]: every term is 1 at white, so that the
  // coefficients sum up to it.
  MatrixXd kkt = MatrixXd::Zero(terms + 1, terms + 1), right(terms + 1, 3);
  kkt.topLeftCorner(terms, terms) = f.transpose() * w.asDiagonal() * f;
  kkt.diagonal().head(terms).array() += ridge * n;
  kkt.row(terms).head(terms).setOnes();
  kkt.col(terms).head(terms).setOnes();
  right.topRows(terms) = f.transpose() * w.asDiagonal() * target;
  for (int c = 0; c < 3; ++c) right(terms, c) = set.white_xyz[c];
  const MatrixXd solution = kkt.fullPivLu().solve(right);
  if (!solution.allFinite()) {
    return Fail(ErrorCode::kInvalidInput, "the patches do not determine a fit");
  }
  ColorFit fit;
  fit.kind = kind;
  for (int t = 0; t < terms; ++t) {
    fit.coefficient.push_back({{solution(t, 0), solution(t, 1), solution(t, 2)}});
  }
  return fit;
}

Result<ColorFit> FitDeltaE(ColorFitKind kind, const TrainingSet& set) {
  const bool matrix = kind == ColorFitKind::kMatrix;
  PETZVAL_ASSIGN(const ColorFit start, FitLeastSquares(kind, set, matrix ? 0 : kRootRidge));
  if (kind == ColorFitKind::kRootPolynomial3) return start;
  const FreeFit free(kind, set);
  const VectorXd x0 = free.Parameters(start);
  if (!matrix) {
    constexpr double kPull = 1e-3;
    return free.Fit(
        Minimise([&](const VectorXd& x, VectorXd* g) { return free.PulledRms(x, x0, kPull, g); },
                 x0, free.inverse_hessian()));
  }
  // The rms first: it has no kinks and leads near the least mean.
  const VectorXd x1 = Minimise([&](const VectorXd& x, VectorXd* g) { return free.Rms(x, g); }, x0,
                               free.inverse_hessian());
  constexpr double kRound = 1e-4;  // dE^2 under which a kink is rounded off
  return free.Fit(Minimise(
      [&](const VectorXd& x, VectorXd* g) {
        return free.Mean(
            x,
            [](double square) {
              const double root = std::sqrt(square + kRound);
              return std::pair(root, 0.5 / root);
            },
            g);
      },
      x1, free.inverse_hessian()));
}

Result<std::vector<double>> LeaveOneOut(ColorFitKind kind, const TrainingSet& set) {
  PETZVAL_RETURN_IF_ERROR(CheckSet(kind, set));
  std::vector<double> de;
  for (size_t i = 0; i < set.rgb.size(); ++i) {
    PETZVAL_ASSIGN(const ColorFit fit, FitDeltaE(kind, Without(set, i)));
    de.push_back(DeltaE2000(LabFromXyz(fit.Apply(set.rgb[i]), set.white_xyz),
                            LabFromXyz(set.xyz[i], set.white_xyz)));
  }
  return de;
}

}  // namespace petzval::calibrate
