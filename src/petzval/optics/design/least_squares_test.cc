#include "petzval/optics/design/least_squares.h"

#include <gtest/gtest.h>

#include <cmath>

namespace petzval::optics {
namespace {

// Rosenbrock's valley as two residuals, with an optional circle to stay on.
class Valley : public LeastSquares {
 public:
  explicit Valley(double radius = 0) : radius_(radius) {}
  int size() const override { return 2; }
  double Cost(const std::vector<double>& x) override {
    const double a = 10 * (x[1] - x[0] * x[0]), b = 1 - x[0];
    return a * a + b * b;
  }
  double Normal(const std::vector<double>& x, NormalEquations* out) override {
    const double r[2] = {10 * (x[1] - x[0] * x[0]), 1 - x[0]};
    const double j[2][2] = {{-20 * x[0], 10}, {-1, 0}};
    out->matrix.assign(4, 0);
    out->gradient.assign(2, 0);
    for (int k = 0; k < 2; ++k) {
      for (int a = 0; a < 2; ++a) {
        out->gradient[a] += j[k][a] * r[k];
        for (int b = 0; b < 2; ++b) out->matrix[a * 2 + b] += j[k][a] * j[k][b];
      }
    }
    return out->cost = Cost(x);
  }
  int constraints() const override { return radius_ > 0 ? 1 : 0; }
  bool Constraints(const std::vector<double>& x, std::vector<double>* values,
                   std::vector<double>* jacobian) override {
    *values = {x[0] * x[0] + x[1] * x[1] - radius_ * radius_};
    if (jacobian) *jacobian = {2 * x[0], 2 * x[1]};
    return true;
  }

 private:
  double radius_;
};

const std::vector<double> kLow(2, -10), kHigh(2, 10);

TEST(Damped, FindsTheMinimum) {
  Valley valley;
  const DampedResult result = SolveDamped(valley, {-1.2, 1}, kLow, kHigh, {});
  EXPECT_NEAR(result.x[0], 1, 1e-6);
  EXPECT_NEAR(result.x[1], 1, 1e-6);
}

TEST(Damped, StaysWithinBounds) {
  Valley valley;
  const DampedResult result = SolveDamped(valley, {-1.2, 1}, kLow, {0.5, 10}, {});
  EXPECT_DOUBLE_EQ(result.x[0], 0.5);
  EXPECT_NEAR(result.x[1], 0.25, 1e-6);
}

TEST(Damped, HoldsEquations) {
  Valley valley(2);
  // The start lies off the circle.
  const DampedResult result = SolveDamped(valley, {-1, 0.3}, kLow, kHigh, {});
  EXPECT_LT(result.violation, 1e-8);
  EXPECT_NEAR(std::hypot(result.x[0], result.x[1]), 2, 1e-7);
  // No point of the circle nearby is better.
  for (const double turn : {-1e-3, 1e-3}) {
    const double angle = std::atan2(result.x[1], result.x[0]) + turn;
    EXPECT_GT(valley.Cost({2 * std::cos(angle), 2 * std::sin(angle)}), result.cost);
  }
}

TEST(Damped, CanBeInterrupted) {
  Valley valley;
  DampedOptions options;
  options.progress = [](int iteration, double, double, const std::vector<double>&) {
    return iteration < 3;
  };
  const DampedResult result = SolveDamped(valley, {-1.2, 1}, kLow, kHigh, options);
  EXPECT_EQ(result.iterations, 3);
  EXPECT_EQ(result.reason, StopReason::kInterrupted);
  EXPECT_LT(result.cost, Valley().Cost({-1.2, 1}));
}

TEST(Cholesky, SolvesAndRefuses) {
  std::vector<double> a = {4, 0, 0, 2, 5, 0, 1, 3, 6}, b = {1, 2, 3};
  const std::vector<double> full = {4, 2, 1, 2, 5, 3, 1, 3, 6};
  ASSERT_TRUE(FactorCholesky(3, &a));
  SolveCholesky(3, a, b.data());
  for (int i = 0; i < 3; ++i) {
    double sum = 0;
    for (int j = 0; j < 3; ++j) sum += full[i * 3 + j] * b[j];
    EXPECT_NEAR(sum, i + 1, 1e-14);
  }
  std::vector<double> bad = {1, 0, 2, 1};
  EXPECT_FALSE(FactorCholesky(2, &bad));
}

}  // namespace
}  // namespace petzval::optics
