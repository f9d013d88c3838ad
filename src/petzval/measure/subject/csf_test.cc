// The published numbers of the sensitivity curve, and acutance of edges with a known transfer.
#include "petzval/measure/subject/csf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace petzval::measure {
namespace {

constexpr double kPi = std::numbers::pi;

TEST(CsfTest, PeakAndIntegral) {
  EXPECT_NEAR(PeakSensitivity(), 3.0002, 5e-5);
  EXPECT_LT(ContrastSensitivity(3.9), PeakSensitivity());
  EXPECT_LT(ContrastSensitivity(4.1), PeakSensitivity());
  EXPECT_NEAR(SensitivityIntegral(), 37.17225, 5e-6);
}

TEST(CsfTest, PixelsPerDegreeOfAScreen) {
  EXPECT_NEAR(PixelsPerDegree(600, 25.4 / 100), 41.23, 0.005);
}

// Gaussian and square pixel at 0 degrees.
double EdgeMtf(double f, double sigma) {
  const double box = f > 0 ? std::sin(kPi * f) / (kPi * f) : 1;
  return std::exp(-2 * kPi * kPi * sigma * sigma * f * f) * box;
}

TEST(CsfTest, AcutanceOfGoldenEdges) {
  const double ppd[] = {30, 41.23, 60, 90};
  const double sigmas[] = {1.85146, 0.89074, 0.55156, 0.36229};
  const double golden[4][5] = {{0.18397, 0.40370, 0.55856, 0.65380, 0.83866},
                               {0.27197, 0.53122, 0.68652, 0.77484, 0.93592},
                               {0.40430, 0.67942, 0.81056, 0.87712, 0.98740},
                               {0.56710, 0.81134, 0.90054, 0.94032, 0.99916}};
  for (int i = 0; i < 4; ++i) {
    std::vector<double> f, flat;
    for (int k = 0; k <= 400; ++k) f.push_back(0.5 * k / 400), flat.push_back(1);
    for (int j = 0; j < 4; ++j) {
      std::vector<double> mtf;
      for (double x : f) mtf.push_back(EdgeMtf(x, sigmas[j]));
      EXPECT_NEAR(AcutanceOfCurve(f, mtf, ppd[i]), golden[i][j], 2e-5) << ppd[i] << " " << j;
    }
    EXPECT_NEAR(AcutanceOfCurve(f, flat, ppd[i]), golden[i][4], 2e-5);
  }
}

TEST(CsfTest, TwoSamplesAreEnoughForAStraightCurve) {
  const std::vector<double> f{0, 0.5}, mtf{1, 1};
  EXPECT_NEAR(AcutanceOfCurve(f, mtf, 41.23), 0.93592, 2e-5);
}

}  // namespace
}  // namespace petzval::measure
