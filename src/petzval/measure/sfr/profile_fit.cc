// Penalised regression of the edge profile.
#include "petzval/measure/sfr/profile_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "petzval/measure/sfr/spline_knots.h"

namespace petzval::measure {
namespace {

constexpr int kFixed = 2;  // unknowns beside the splines without a prior

// Prior standard deviations. FitEdge has found position and width, so they move little now: shares
// of the width and of its square. Share of the step in diffraction tails, shading over the half
// width.
constexpr double kMovePrior = 0.2, kTailPrior = 0.1, kShadingPrior = 0.1;
constexpr double kRounding = 5e-5;  // noise of any picture, of the step
constexpr double kAbsent = 1e15;    // precision that keeps an unknown at 0

// Within this many standard deviations of the blur the knots are evenly spaced, and halos of
// sharpening lie there too.
constexpr double kKnotScale = 3;

// Bins are so much finer than the knots that merging their samples blurs by next to nothing.
constexpr int kUnitsPerPixel = 64, kBinsPerKnot = 10, kMaxBinUnits = 24;

struct Bin {
  double weight = 0, distance = 0, rest = 0;
};

constexpr double kTailWidth = 4;  // of the diffraction tail, in standard deviations of the blur

}  // namespace

// One run of the regression: bins once, then systems of several widths and smoothnesses.
class ProfileFitter {
 public:
  ProfileFitter(const FittedEdge& edge, const ProfileSamples& samples, double half_width,
                double farthest)
      : edge_(edge), model_(edge.Model()), half_width_(half_width) {
    blur_ = std::sqrt(model_.total_variance());
    scale_ = kKnotScale * blur_;
    knot_step_ = std::clamp(blur_ / 3, 0.16, 0.5) / scale_;
    MakeBins(samples, farthest);
  }

  Result<EdgeProfile> Fit();

 private:
  struct System {
    std::vector<double> knots;
    ArrowMatrix data, penalty;
    std::vector<double> right;
    double penalty_determinant = 0;
  };
  struct Choice {
    double log_smoothness = 0;
    std::array<double, 4> precision = {0, 0, kAbsent, kAbsent};  // of kShift .. kAcross
    double criterion = std::numeric_limits<double>::infinity();
    double noise_variance = 0;
  };

  void MakeBins(const ProfileSamples& samples, double farthest);
  System MakeSystem(double free_width) const;
  ArrowMatrix Penalised(const System& system, const Choice& choice) const;
  void Judge(const System& system, Choice* choice) const;
  Choice Search(const System& system, Choice choice, double from, double to, double step) const;

  const FittedEdge& edge_;
  EdgeModel model_;
  double half_width_, blur_, scale_, knot_step_;
  std::vector<Bin> bins_;
  double square_ = 0;  // weighted sum of squares of the rests
  double count_ = 0;
};

void ProfileFitter::MakeBins(const ProfileSamples& samples, double farthest) {
  const int units = static_cast<int>(farthest * kUnitsPerPixel) + 2;
  std::vector<int> bin_of(2 * units);
  int bin = 0, used = 0;
  for (int i = 0; i < 2 * units; ++i) {
    const double d = (i + 0.5 - units) / kUnitsPerPixel;
    const double spacing = knot_step_ * std::hypot(d, scale_);
    const int size =
        std::clamp(static_cast<int>(spacing * kUnitsPerPixel / kBinsPerKnot), 1, kMaxBinUnits);
    if (used >= size) {
      ++bin;
      used = 0;
    }
    bin_of[i] = bin;
    ++used;
  }
  std::vector<Bin> bins(bin + 1);
  for (size_t i = 0; i < samples.rest.size(); ++i) {
    const double d = samples.distance[i], r = samples.rest[i], w = samples.weight[i];
    const int at = static_cast<int>(std::floor(d * kUnitsPerPixel)) + units;
    if (at < 0 || at >= 2 * units) continue;
    Bin& b = bins[bin_of[at]];
    b.weight += w;
    b.distance += w * d;
    b.rest += w * r;
    square_ += w * r * r;
    ++count_;
  }
  for (Bin& b : bins) {
    if (b.weight <= 0) continue;
    b.distance /= b.weight;
    b.rest /= b.weight;
    bins_.push_back(b);
  }
}

ProfileFitter::System ProfileFitter::MakeSystem(double free_width) const {
  System system;
  const int count = static_cast<int>(std::asinh(free_width / scale_) / knot_step_);
  const int n = std::max(0, 2 * count + 1 - 4);
  if (n > 0) system.knots = WideningKnots(scale_, knot_step_, count);
  system.data = ArrowMatrix(n);
  system.right.assign(n + kDense, 0.0);
  ArrowMatrix& a = system.data;
  for (const Bin& bin : bins_) {
    const double d = bin.distance, w = bin.weight;
    const EdgeModel::Value e = model_.At(d);
    const double level = edge_.low + (edge_.high - edge_.low) * e.esf;
    const std::array<double, kDense> dense = {
        1, e.esf, e.lsf, e.d_variance, DiffractionTail(kTailWidth * blur_, d), level * d};
    for (int p = 0; p < kDense; ++p) {
      for (int q = 0; q <= p; ++q) a.corner[p][q] += w * dense[p] * dense[q];
      system.right[n + p] += w * dense[p] * bin.rest;
    }
    const int j = IntervalOf(system.knots, d);
    if (j < 0) continue;
    const auto value = SplinesAt(system.knots, j, d);
    for (int i = std::max(0, j - 3); i <= std::min(j, n - 1); ++i) {
      const double v = w * value[i - j + 3];
      for (int k = std::max(0, j - 3); k <= i; ++k) a.band[i][i - k] += v * value[k - j + 3];
      for (int p = 0; p < kDense; ++p) a.side[p][i] += v * dense[p];
      system.right[i] += v * bin.rest;
    }
  }
  // Third differences of the coefficients, with zeros beyond both ends.
  constexpr double kDifference[4] = {-1, 3, -3, 1};
  system.penalty = ArrowMatrix(n);
  for (int first = -3; first < n; ++first) {
    for (int i = 0; i < 4; ++i) {
      for (int k = 0; k <= i; ++k) {
        const int row = first + i, column = first + k;
        if (column < 0 || row >= n) continue;
        system.penalty.band[row][row - column] += kDifference[i] * kDifference[k];
      }
    }
  }
  ArrowMatrix factor = system.penalty;
  for (int p = 0; p < kDense; ++p) factor.corner[p][p] = 1;
  if (factor.Factor()) system.penalty_determinant = factor.LogDeterminant();
  return system;
}

ArrowMatrix ProfileFitter::Penalised(const System& system, const Choice& choice) const {
  ArrowMatrix a = system.data;
  const double smoothness = std::exp(choice.log_smoothness);
  for (int i = 0; i < a.n; ++i) {
    for (int k = 0; k < kBand; ++k) a.band[i][k] += smoothness * system.penalty.band[i][k];
  }
  for (int p = kFixed; p < kDense; ++p) a.corner[p][p] += choice.precision[p - kFixed];
  return a;
}

// Minus twice the restricted log likelihood, noise variance profiled out.
void ProfileFitter::Judge(const System& system, Choice* choice) const {
  choice->criterion = std::numeric_limits<double>::infinity();
  ArrowMatrix a = Penalised(system, *choice);
  if (!a.Factor()) return;
  std::vector<double> b = system.right;
  a.SolveForward(&b);
  double explained = 0;
  for (const double v : b) explained += v * v;
  const double freedom = std::max(1.0, count_ - kFixed);
  // Pixels that repeat each other exactly would pretend that there is no noise at all.
  const double rounding = kRounding * (edge_.high - edge_.low);
  const double left =
      std::max(square_ - explained, 1e-12 * square_) + freedom * rounding * rounding;
  choice->noise_variance = left / freedom;
  choice->criterion = a.LogDeterminant() - a.n * choice->log_smoothness -
                      system.penalty_determinant + freedom * std::log(left);
  for (const double precision : choice->precision) choice->criterion -= std::log(precision);
}

ProfileFitter::Choice ProfileFitter::Search(const System& system, Choice choice, double from,
                                            double to, double step) const {
  Choice best = choice;
  best.criterion = std::numeric_limits<double>::infinity();
  const auto attempt = [&](double at) {
    choice.log_smoothness = at;
    Judge(system, &choice);
    if (choice.criterion < best.criterion) best = choice;
  };
  for (double at = from; at <= to + 1e-9; at += step) attempt(at);
  if (from == to) return best;
  for (step /= 2; step > 0.7; step /= 2) {
    const double middle = best.log_smoothness;
    attempt(middle - step);
    attempt(middle + step);
  }
  return best;
}

Result<EdgeProfile> ProfileFitter::Fit() {
  constexpr double kSmoothest = 18, kRoughest = -14, kStride = 4;
  const double widest = 0.85 * half_width_;
  const double narrow = std::min(widest, 8 * blur_ + 1.5);
  System best_system = MakeSystem(narrow);
  const double step = edge_.high - edge_.low;
  // Priors are relative to the noise, which a first fit with a guess of it tells.
  const auto precision_of = [](double noise, double prior) { return noise / (prior * prior); };
  const double guess =
      std::max(square_ / std::max(1.0, count_), kRounding * kRounding * step * step);
  const auto base = [&](double noise) {
    Choice choice;
    choice.precision[0] = precision_of(noise, kMovePrior * blur_ * step);
    choice.precision[1] = precision_of(noise, kMovePrior * blur_ * blur_ * step);
    return choice;
  };
  Choice best = Search(best_system, base(guess), kRoughest, kSmoothest, kStride);
  if (std::isfinite(best.criterion)) {
    const double near = best.log_smoothness;
    best = Search(best_system, base(best.noise_variance), near - kStride, near + kStride, kStride);
  }
  if (!std::isfinite(best.criterion)) {
    return Fail(ErrorCode::kInvalidInput, "the samples do not determine the profile of the edge");
  }
  const double noise = best.noise_variance;
  const double tail = precision_of(noise, kTailPrior * step);
  const double across = precision_of(noise, kShadingPrior / half_width_);
  const auto consider = [&](const System& system, double precision_tail, double precision_across,
                            double from, double to) {
    Choice choice = base(noise);
    choice.precision[kTail - kFixed] = precision_tail;
    choice.precision[kAcross - kFixed] = precision_across;
    choice = Search(system, choice, from, to, kStride);
    if (choice.criterion >= best.criterion) return false;
    best = choice;
    return true;
  };
  // The other unknowns change little about how smooth the profile is.
  const auto consider_all = [&](const System& system, double near) {
    bool better = false;
    better |= consider(system, tail, kAbsent, near, near);
    better |= consider(system, kAbsent, across, near, near);
    better |= consider(system, tail, across, near, near);
    return better;
  };
  consider_all(best_system, best.log_smoothness);
  if (widest > 1.3 * narrow) {
    System wide = MakeSystem(widest);
    const double from = std::max(kRoughest, best.log_smoothness - 2 * kStride);
    const double to = std::min(kSmoothest, best.log_smoothness + 2 * kStride);
    Choice choice = Search(wide, base(noise), from, to, kStride);
    const double near = choice.log_smoothness;
    const bool plain = choice.criterion < best.criterion;
    if (plain) best = choice;
    if (consider_all(wide, near) || plain) best_system = std::move(wide);
  }
  consider(best_system, best.precision[kTail - kFixed], best.precision[kAcross - kFixed],
           best.log_smoothness - kStride / 2, best.log_smoothness + kStride / 2);

  EdgeProfile profile(model_);
  profile.factor_ = Penalised(best_system, best);
  std::vector<double> solution = best_system.right;
  if (!profile.factor_.Factor()) {
    return Fail(ErrorCode::kInvalidInput, "the samples do not determine the profile of the edge");
  }
  profile.factor_.SolveForward(&solution);
  profile.factor_.SolveBackward(&solution);
  const int n = profile.factor_.n;
  profile.spline_.assign(solution.begin(), solution.begin() + n);
  std::copy(solution.begin() + n, solution.end(), profile.dense_.begin());
  profile.low_ = edge_.low + profile.dense_[kLevel];
  profile.step_ = step + profile.dense_[kStep];
  profile.noise_ = std::sqrt(best.noise_variance);
  profile.tail_width_ = kTailWidth * blur_;
  profile.knots_ = best_system.knots;
  profile.jump_.assign(profile.knots_.size(), 0.0);
  for (int k = 0; k < n; ++k) {
    const auto jumps = JumpsOf(profile.knots_, k);
    for (int j = 0; j < 5; ++j) profile.jump_[k + j] += profile.spline_[k] * jumps[j];
  }
  if (!(profile.step_ > 0)) {
    return Fail(ErrorCode::kInvalidInput, "the samples do not determine the profile of the edge");
  }
  return profile;
}

Result<EdgeProfile> FitProfile(const FittedEdge& edge, const ProfileSamples& samples,
                               double half_width, double farthest) {
  return ProfileFitter(edge, samples, half_width, farthest).Fit();
}

}  // namespace petzval::measure
