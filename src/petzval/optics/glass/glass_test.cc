// Dispersion formulas against values that others print and ranges.
#include "petzval/optics/glass/glass.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace petzval::optics {
namespace {

Glass Formula(Dispersion dispersion, std::vector<double> coefficients) {
  Glass glass;
  glass.name = "test";
  glass.dispersion = dispersion;
  glass.coefficients = std::move(coefficients);
  return glass;
}

TEST(Glass, CheckFindsNumbersThatDoNotFit) {
  const auto problem = [](const Glass& glass) {
    const auto status = CheckGlass(glass);
    return status ? std::string() : status.error().message;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(problem(Air()), "");
  EXPECT_EQ(problem(ModelGlass("m", 1.5, 60)), "");
  EXPECT_EQ(problem(ModelGlass("m", 1.5, 0.2)),
            "glass 'm' has vd 0.2, which is not within 1 to 1000");
  EXPECT_EQ(problem(ModelGlass("m", 0.9, 0)), "glass 'm' has nd 0.9, which is not within 1 to 10");
  EXPECT_EQ(problem(Formula(Dispersion::kModel, {1.5})),
            "glass 'test' has 1 coefficients, which do not fit its formula");
  EXPECT_EQ(problem(Formula(Dispersion::kModel, {1.5, 60, 2})),
            "glass 'test' has dPgF 2, which is not within -1 to 1");
  EXPECT_EQ(problem(Formula(Dispersion::kCauchy, {1.5, 1})),
            "glass 'test' has 2 coefficients, which do not fit its formula");
  EXPECT_EQ(problem(Formula(Dispersion::kConrady, {1.5, nan, 0})),
            "glass 'test' has a coefficient that is not finite");
  Glass table = Formula(Dispersion::kTable, {});
  EXPECT_EQ(problem(table), "glass 'test' has 0 wavelengths and 0 indices, which make no table");
  table.table_um = {0.5, 0.6}, table.table_n = {1.5, 1.49};
  EXPECT_EQ(problem(table), "");
  table.table_um = {0.6, 0.5};
  EXPECT_EQ(problem(table), "glass 'test' has wavelengths that do not ascend from above 0");
  Glass both = ModelGlass("m", 1.5, 60);
  both.table_um = {0.5};
  EXPECT_EQ(problem(both), "glass 'm' has a table beside its formula");
  Glass range = ModelGlass("m", 1.5, 60);
  range.min_um = 2, range.max_um = 1;
  EXPECT_EQ(problem(range), "glass 'm' has the range 2 to 1 um, which holds no wavelength");
}

TEST(Glass, AirIsOneEverywhere) {
  EXPECT_TRUE(Air().IsAir());
  EXPECT_EQ(*Air().Index(0.3), 1.0);
  EXPECT_EQ(*Air().Index(12), 1.0);
}

// Schott's data sheet of N-BK7 (517642.251): nd 1.51680, vd 64.17, ne 1.51872, nF 1.52238,
// nC 1.51432, ng 1.52668, nF - nC 0.008054, Pg,F 0.5349.
TEST(Glass, SellmeierGivesTheDataSheetOfNBk7) {
  const Glass bk7 = Formula(Dispersion::kSellmeier2, {0, 1.03961212, 0.00600069867, 0.231792344,
                                                      0.0200179144, 1.01046945, 103.560653});
  EXPECT_NEAR(*bk7.Index(kLineD_um), 1.51680, 5e-6);
  EXPECT_NEAR(*bk7.Index(kLineE_um), 1.51872, 5e-6);
  EXPECT_NEAR(*bk7.Index(kLineF_um), 1.52238, 5e-6);
  EXPECT_NEAR(*bk7.Index(kLineC_um), 1.51432, 5e-6);
  EXPECT_NEAR(*bk7.Index(kLineG_um), 1.52668, 5e-6);
  EXPECT_NEAR(bk7.AbbeNumber(), 64.17, 0.005);
  EXPECT_NEAR(bk7.PartialDispersionGF(), 0.5349, 5e-5);
}

// Malitson 1965 prints n of fused silica: 1.458 464 at 0.587 561 8 um, 1.444 024 at 1.55 um (his
// formula has the poles as wavelengths, not squared).
TEST(Glass, SellmeierWithUnsquaredPolesGivesFusedSilica) {
  const Glass silica = Formula(
      Dispersion::kSellmeier, {0, 0.6961663, 0.0684043, 0.4079426, 0.1162414, 0.8974794, 9.896161});
  EXPECT_NEAR(*silica.Index(kLineD_um), 1.458464, 1e-6);
  EXPECT_NEAR(*silica.Index(1.55), 1.444024, 1e-6);
}

// BK7 in the old Schott form (catalogue of 1967): nd 1.51680, vd 64.17.
TEST(Glass, SchottPowersGiveBk7) {
  const Glass bk7 = Formula(Dispersion::kSchott, {2.2718929, -1.0108077e-2, 1.0592509e-2,
                                                  2.0816965e-4, -7.6472538e-6, 4.9240991e-7});
  EXPECT_NEAR(*bk7.Index(kLineD_um), 1.51680, 5e-6);
  EXPECT_NEAR(bk7.AbbeNumber(), 64.17, 0.01);
  // The same as powers of the general polynomial, formula 3.
  const Glass polynomial =
      Formula(Dispersion::kPolynomial, {2.2718929, -1.0108077e-2, 2, 1.0592509e-2, -2, 2.0816965e-4,
                                        -4, -7.6472538e-6, -6, 4.9240991e-7, -8});
  for (const double um : {0.4, 0.5, 0.7, 1.0}) {
    EXPECT_NEAR(*bk7.Index(um), *polynomial.Index(um), 1e-14);
  }
}

// Norland prints n = 1.5375 + 8290.45/w^2 - 2.11046e8/w^4 (w in nm) and nd 1.56 for NOA 61.
TEST(Glass, CauchyGivesNoa61) {
  const Glass noa = Formula(Dispersion::kCauchy, {1.5375, 0.00829045, -2, -0.000211046, -4});
  EXPECT_NEAR(*noa.Index(kLineD_um), 1.56, 2e-3);
  EXPECT_NEAR(*noa.Index(0.5), 1.5375 + 8290.45 / 2.5e5 - 2.11046e8 / 6.25e10, 1e-12);
}

TEST(Glass, ConradyIsItsThreeTerms) {
  const Glass glass = Formula(Dispersion::kConrady, {1.5, 0.01, 0.0004});
  EXPECT_NEAR(*glass.Index(0.5), 1.5 + 0.02 + 0.0004 / std::pow(0.5, 3.5), 1e-15);
}

TEST(Glass, ModelGlassKeepsItsNumbers) {
  const Glass glass = ModelGlass("g", 1.7, 30);
  EXPECT_NEAR(*glass.Index(kLineD_um), 1.7, 1e-15);
  EXPECT_NEAR(glass.AbbeNumber(), 30, 1e-12);
  EXPECT_EQ(*ModelGlass("g", 1.7, 0).Index(0.4), 1.7);
  EXPECT_EQ(ModelGlass("g", 1.7, 0).AbbeNumber(), 0);
}

TEST(Glass, ModelGlassMeetsAPartialDispersion) {
  const Glass glass = Formula(Dispersion::kModel, {1.7, 30, 0.012});
  EXPECT_NEAR(*glass.Index(kLineD_um), 1.7, 1e-15);
  EXPECT_NEAR(glass.AbbeNumber(), 30, 1e-10);
  EXPECT_NEAR(glass.PartialDispersionGF(), 0.6438 - 0.001682 * 30 + 0.012, 1e-12);
  // With the deviation that n = A + B/w^2 happens to have, it is that glass.
  const Glass plain = ModelGlass("g", 1.7, 30);
  const double own = plain.PartialDispersionGF() - (0.6438 - 0.001682 * 30);
  const Glass same = Formula(Dispersion::kModel, {1.7, 30, own});
  for (const double um : {0.42, 0.5, 0.8}) EXPECT_NEAR(*same.Index(um), *plain.Index(um), 1e-12);
}

TEST(Glass, OutsideTheRangeIsAnErrorThatNamesIt) {
  Glass glass = ModelGlass("maker/X", 1.6, 50);
  glass.min_um = 0.4;
  glass.max_um = 0.7;
  EXPECT_TRUE(glass.Index(0.4));
  EXPECT_TRUE(glass.Index(0.7));
  EXPECT_TRUE(glass.Index(0.700009));  // within the rounding of printed wavelengths
  EXPECT_EQ(glass.Index(0.71).error().message,
            "wavelength 0.71 um is outside the range of glass 'maker/X', 0.4 to 0.7 um");
  EXPECT_FALSE(glass.Index(0.39));
  EXPECT_FALSE(glass.Index(0));
  EXPECT_FALSE(glass.Index(-0.5));
  EXPECT_FALSE(glass.Index(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_EQ(glass.PartialDispersionGF() > 0, true);
  glass.min_um = 0.45;  // without g
  EXPECT_EQ(glass.PartialDispersionGF(), 0);
  EXPECT_GT(glass.AbbeNumber(), 0);
}

TEST(Glass, AFormulaWithoutAnIndexIsAnError) {
  const Glass pole = Formula(Dispersion::kSellmeier2, {0, 1, 0.36});  // infinite at 0.6 um
  EXPECT_EQ(pole.Index(0.5).error().message,
            "the dispersion formula of glass 'test' gives no index of at least 1 at 0.5 um");
  EXPECT_FALSE(pole.Index(0.6));
  EXPECT_FALSE(Formula(Dispersion::kConstant, {0.9}).Index(0.5));
  EXPECT_FALSE(Formula(Dispersion::kConstant, {}).Index(0.5));
  Glass table = Formula(Dispersion::kTable, {});
  EXPECT_FALSE(table.Index(0.5));
  table.table_um = {0.5, 0.6};
  table.table_n = {1.5};
  EXPECT_EQ(table.Index(0.5).error().message,
            "the table of glass 'test' has 2 wavelengths and 1 indices");
}

TEST(Glass, TableIsExactAtItsWavelengths) {
  Glass glass = Formula(Dispersion::kTable, {});
  glass.table_um = {0.45, 0.5, 0.6, 0.65};
  glass.table_n = {1.54, 1.53, 1.518, 1.515};
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(*glass.Index(glass.table_um[i]), glass.table_n[i]);
  EXPECT_FALSE(glass.Index(0.44));
  EXPECT_EQ(*glass.Index(0.650005), 1.515);
  double before = 2;
  for (double um = 0.45; um < 0.65; um += 0.001) {
    EXPECT_LT(*glass.Index(um), before) << um;
    before = *glass.Index(um);
  }
}

TEST(Glass, TableOfOneWavelengthHasThatOnly) {
  Glass glass = Formula(Dispersion::kTable, {});
  glass.table_um = {0.58929};
  glass.table_n = {1.452};
  EXPECT_EQ(*glass.Index(0.58929), 1.452);
  EXPECT_FALSE(glass.Index(0.55));
}

}  // namespace
}  // namespace petzval::optics
