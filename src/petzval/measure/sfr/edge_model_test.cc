// The closed form against its published values, and the generator of golden edges.
#include "petzval/measure/sfr/edge_model.h"

#include <gtest/gtest.h>

#include "petzval/measure/sfr/golden_edge_test_util.h"

namespace petzval::measure {
namespace {

using golden::Radians;

TEST(EdgeModel, HasTheGoldenProfile) {
  const EdgeModel model(0.5516 * 0.5516, Radians(5));
  const double d[] = {0, .25, .5, .75, 1, 1.5, 2};
  const double esf[] = {0.5,         0.654831371, 0.787589785, 0.884964083,
                        0.945803703, 0.992391057, 0.999450020};
  for (int i = 0; i < 7; ++i) {
    EXPECT_NEAR(model.At(d[i]).esf, esf[i], 2e-9) << d[i];
    EXPECT_NEAR(model.At(-d[i]).esf, 1 - esf[i], 2e-9) << d[i];
  }
}

TEST(EdgeModel, HasTheGoldenTransfer) {
  const EdgeModel model(0.5516 * 0.5516, Radians(5));
  const double f[] = {.05, .1, .2, .3, .4, .5, .75};
  const double mtf[] = {0.981051, 0.926295, 0.735718, 0.499998, 0.289581, 0.141935, 0.010293};
  for (int i = 0; i < 7; ++i) EXPECT_NEAR(model.Mtf(f[i]), mtf[i], 1e-6) << f[i];
}

TEST(EdgeModel, NeedsTheGoldenSigmas) {
  const double theta[] = {0, 5, 10, 30, 45};
  const double sigma[5][5] = {{1.85146, 0.89074, 0.55156, 0.36229, 0.22125},
                              {1.85146, 0.89075, 0.55160, 0.36239, 0.22156},
                              {1.85147, 0.89078, 0.55170, 0.36270, 0.22243},
                              {1.85149, 0.89098, 0.55248, 0.36494, 0.22869},
                              {1.85150, 0.89106, 0.55278, 0.36582, 0.23109}};
  const double point[] = {1.87391, 0.93695, 0.62464, 0.46848, 0.37478};
  for (int i = 0; i < 5; ++i) {
    for (int level = 1; level <= 5; ++level) {
      EXPECT_NEAR(golden::SigmaFor(level / 10.0, Radians(theta[i]), 1), sigma[i][level - 1], 6e-6);
      EXPECT_NEAR(golden::SigmaFor(level / 10.0, Radians(theta[i]), 0), point[level - 1], 6e-6);
    }
  }
}

TEST(EdgeModel, DerivativesAreThoseOfTheProfile) {
  constexpr double kStep = 1e-5;
  for (const double deg : {0.0, 5.0, 45.0}) {
    for (const double variance : {0.05, 0.3, 4.0}) {
      const EdgeModel model(variance, Radians(deg)), wider(variance + kStep, Radians(deg)),
          narrower(variance - kStep, Radians(deg));
      for (double d = -2.2; d < 2.3; d += 0.37) {
        const EdgeModel::Value e = model.At(d);
        EXPECT_NEAR(e.lsf, (model.At(d + kStep).esf - model.At(d - kStep).esf) / (2 * kStep), 1e-7);
        EXPECT_NEAR(e.d_variance, (wider.At(d).esf - narrower.At(d).esf) / (2 * kStep), 1e-6);
      }
    }
  }
}

TEST(EdgeModel, TableFollowsTheFormula) {
  for (const double sigma : {0.1, 0.2, 0.55, 2.0, 9.0}) {
    const EdgeModel model(sigma * sigma, Radians(17));
    const EdgeModelTable table(model);
    for (double d = -3 * sigma - 1; d < 3 * sigma + 1; d += 0.0317) {
      EXPECT_NEAR(table.At(d).esf, model.At(d).esf, 5e-6) << sigma << " " << d;
      EXPECT_NEAR(table.At(d).lsf, model.At(d).lsf, 2e-3 / sigma) << sigma << " " << d;
    }
    EXPECT_EQ(table.At(1e6).esf, 1);
    EXPECT_EQ(table.At(-1e6).esf, 0);
  }
}

TEST(GoldenEdge, IntegralAgreesWithTheClosedForm) {
  const double theta = Radians(5), sigma = 0.5516;
  const golden::Profile integral = golden::IntegralProfile(
      [sigma](double f) { return std::exp(-2 * M_PI * M_PI * sigma * sigma * f * f); }, 2.0, theta);
  const EdgeModel model(sigma * sigma, theta);
  for (double d = -3; d < 3; d += 0.17) EXPECT_NEAR(integral.esf(d), model.At(d).esf, 2e-6) << d;
}

TEST(GoldenEdge, OtherShapesHaveTheirGoldenValues) {
  const double theta = Radians(5);
  const struct {
    golden::Profile profile;
    double mtf50, quarter, half;
  } kCases[] = {
      {golden::AiryProfile(1.0101, theta), 0.32438, 0.61955, 0.25260},
      {golden::AiryProfile(0.7656, theta), 0.26763, 0.53275, 0.14783},
      {golden::AiryProfile(1.0750, theta), 0.33717, 0.63618, 0.27387},
  };
  for (const auto& c : kCases) {
    EXPECT_NEAR(golden::FrequencyAt(c.profile, 0.5), c.mtf50, 2e-5);
    EXPECT_NEAR(c.profile.mtf(0.25), c.quarter, 4e-5);
    EXPECT_NEAR(c.profile.mtf(0.5), c.half, 4e-5);
  }
  EXPECT_NEAR(kCases[0].profile.esf(0.5), 0.801340, 2e-5);
  EXPECT_NEAR(kCases[0].profile.esf(1), 0.928513, 2e-5);
  const double radius[] = {0.75, 1, 1.5, 2, 3};
  const double mtf50[] = {0.38297, 0.31224, 0.22227, 0.17077, 0.11586};
  const double half[] = {0.28618, 0.11543, -0.07615, -0.04307, 0.02389};
  for (int i = 0; i < 5; ++i) {
    const golden::Profile disc = golden::DiscProfile(radius[i], theta);
    EXPECT_NEAR(golden::FrequencyAt(disc, 0.5), mtf50[i], 1e-5);
    EXPECT_NEAR(disc.mtf(0.5), half[i], 1e-5);
  }
  const double gain[] = {0.5, 1, 2}, sharpened[] = {0.30282, 0.34253, 0.39272};
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(golden::FrequencyAt(golden::UnsharpProfile(0.7, gain[i], theta), 0.5), sharpened[i],
                1e-5);
  }
}

}  // namespace
}  // namespace petzval::measure
