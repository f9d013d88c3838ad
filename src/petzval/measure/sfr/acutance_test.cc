// Acutance against golden values of Gaussian edges.
#include "petzval/measure/sfr/acutance.h"

#include <gtest/gtest.h>

#include <vector>

#include "petzval/measure/sfr/golden_edge_test_util.h"

namespace petzval::measure {
namespace {

TEST(Acutance, OfGaussianEdges) {
  const double golden[4][5] = {{0.18397, 0.40370, 0.55856, 0.65380, 0.83866},
                               {0.27197, 0.53122, 0.68652, 0.77484, 0.93592},
                               {0.40430, 0.67942, 0.81056, 0.87712, 0.98740},
                               {0.56710, 0.81134, 0.90054, 0.94032, 0.99916}};
  for (size_t i = 0; i < kViewingConditions.size(); ++i) {
    for (int level = 1; level <= 5; ++level) {
      std::vector<double> f, mtf;
      const EdgeModel model(level < 5 ? std::pow(golden::SigmaFor(level / 10.0, 0, 1), 2) : 1, 0);
      for (int k = 0; k <= 400; ++k) {
        f.push_back(0.0025 * k);
        mtf.push_back(level < 5 ? model.Mtf(f.back()) : 1);
      }
      EXPECT_NEAR(Acutance(f, mtf, kViewingConditions[i].pixels_per_degree), golden[i][level - 1],
                  2e-5)
          << kViewingConditions[i].name << " level " << level;
    }
  }
}

TEST(Acutance, EndsAtNyquistWhereverTheGridLies) {
  std::vector<double> f, mtf, fine_f, fine_mtf;
  for (int k = 0; k <= 30; ++k) {
    f.push_back(0.03 * k);
    mtf.push_back(1 - 0.9 * f.back());
  }
  for (int k = 0; k <= 500; ++k) {
    fine_f.push_back(0.001 * k);
    fine_mtf.push_back(1 - 0.9 * fine_f.back());
  }
  EXPECT_NEAR(Acutance(f, mtf, 41.23), Acutance(fine_f, fine_mtf, 41.23), 1e-5);
}

TEST(Acutance, OfACurveThatEndsEarlyIsUnknown) {
  const std::vector<double> f = {0, 0.1, 0.4}, mtf = {1, 0.9, 0.5}, late = {0.1, 0.3, 0.6};
  EXPECT_TRUE(std::isnan(Acutance(f, mtf, 60)));
  EXPECT_TRUE(std::isnan(Acutance(late, mtf, 60)));
  EXPECT_TRUE(std::isnan(Acutance({}, {}, 60)));
}

}  // namespace
}  // namespace petzval::measure
