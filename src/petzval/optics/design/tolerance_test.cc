// Sensitivities, budgets and Monte Carlo: the rules they follow on lenses of any kind.
#include "petzval/optics/design/tolerance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/optics/design/tolerance_random.h"
#include "petzval/optics/design/tolerance_rays.h"
#include "petzval/optics/lens/test_surface.h"

namespace petzval::optics {
namespace {

// A triplet of model glasses (a published prescription of the Cooke type, rounded).
Lens Triplet() {
  Lens lens;
  lens.name = "triplet";
  AddSurface(22.01, 3.26, "A", &lens);
  AddSurface(-435.8, 6.01, "", &lens);
  AddSurface(-22.21, 1.0, "B", &lens);
  AddSurface(20.29, 4.75, "", &lens);
  AddSurface(79.68, 2.95, "A", &lens);
  AddSurface(-18.4, 42.2, "", &lens);
  lens.glasses = {ModelGlass("A", 1.6204, 60.3), ModelGlass("B", 1.62, 36.4)};
  lens.stop = 3;
  lens.aperture.value = 10;
  lens.fields.values = {0, 14, 20};
  lens.spectrum.um = {0.48, 0.55, 0.65};
  lens.spectrum.primary = 1;
  return lens;
}

TEST(ToleranceRandom, PhiloxKnownAnswer) {
  // Of the Random123 distribution.
  const std::array<uint32_t, 4> zero = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  EXPECT_EQ(Philox({0, 0, 0, 0}, {0, 0}), zero);
  const std::array<uint32_t, 4> ones = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  EXPECT_EQ(Philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}), ones);
}

TEST(ToleranceParameters, TheUsualSetFitsEveryElement) {
  const Lens lens = Triplet();
  const auto set = ToleranceParameters(lens);
  ASSERT_TRUE(set);
  int gaps = 0, moves = 0, forms = 0;
  for (const ErrorParameter& p : *set) {
    gaps += p.kind == ErrorKind::kThickness_mm;
    moves += p.kind >= ErrorKind::kDecentreY_mm && p.kind <= ErrorKind::kTiltY_deg;
    forms += p.IsForm();
  }
  EXPECT_EQ(gaps, 5);    // not the image distance
  EXPECT_EQ(moves, 12);  // three elements, decentre and tilt, two axes
  EXPECT_EQ(forms, 18);  // six surfaces, three terms
}

TEST(ToleranceParameters, EntriesOfTheLensReplaceTheSetAndEachOther) {
  Lens lens = Triplet();
  lens.tolerances = {{"radius_pct", -1, 0.2}, {"radius_pct", 2, 0.1}, {"decentre_mm", 3, 0.01}};
  const auto set = ToleranceParameters(lens);
  ASSERT_TRUE(set) << set.error().message;
  ASSERT_EQ(set->size(), 8u);
  EXPECT_EQ((*set)[2].limit, 0.1);
  EXPECT_EQ((*set)[3].limit, 0.2);
  EXPECT_EQ((*set)[6].first, 2);  // the element that surface 4 belongs to
  EXPECT_EQ((*set)[6].last, 3);
  EXPECT_EQ((*set)[6].Description(), "surfaces 3 to 4: decentre y, mm");

  lens.tolerances = {{"thicknes_mm", -1, 1}};
  EXPECT_EQ(ToleranceParameters(lens).error().message,
            "no tolerance 'thicknes_mm', did you mean 'thickness_mm'?");
  lens.tolerances = {{"index", 1, 1e-3}};
  EXPECT_EQ(ToleranceParameters(lens).error().message, "tolerance 'index' does not fit surface 2");
}

TEST(Sensitivity, RetraceAgreesWithTheLinearPrediction) {
  const LensModel model = *MakeModel(Triplet());
  const auto set = ToleranceParameters(model.lens);
  ToleranceOptions options;
  options.rings = 4;
  const auto table = ComputeSensitivity(model, *set, options);
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->rows.size(), set->size());
  const double nominal = *table->nominal.MeanRms();
  for (const SensitivityRow& row : table->rows) {
    ASSERT_TRUE(row.plus.MeanRms() && row.minus.MeanRms() && row.predicted_plus_rms_um);
    const double change = *row.plus.MeanRms() - nominal;
    EXPECT_NEAR(*row.predicted_plus_rms_um - nominal, change, 0.02 * std::abs(change) + 2e-3)
        << row.parameter.Description();
    ASSERT_TRUE(row.mtf_loss);
  }
  ASSERT_TRUE(table->combined_mtf_loss);
  EXPECT_GT(*table->combined_mtf_loss, 0);
}

TEST(Sensitivity, MirroredErrorsMirrorTheFields) {
  const LensModel model = *MakeModel(Triplet());
  ToleranceOptions options;
  options.fields = {0, 14, -14};
  const auto table = ComputeSensitivity(model, {{ErrorKind::kDecentreY_mm, 2, 3, 0.05}}, options);
  ASSERT_TRUE(table);
  const SensitivityRow& row = table->rows[0];
  EXPECT_NEAR(*row.plus.rms_um[0], *row.minus.rms_um[0], 1e-9);
  EXPECT_NEAR(*row.plus.rms_um[1], *row.minus.rms_um[2], 1e-9);
  EXPECT_NEAR(*row.plus.mtf_t[2], *row.minus.mtf_t[1], 1e-9);
  EXPECT_GT(*row.plus.rms_um[0], *table->nominal.rms_um[0]);
}

TEST(Compensators, FocusUndoesAnImageShift) {
  const LensModel model = *MakeModel(Triplet());
  // The air in front of the image is not in the usual set; as an error it is focus itself.
  ToleranceOptions options;
  const auto table = ComputeSensitivity(model, {{ErrorKind::kThickness_mm, 5, 5, 0.3}}, options);
  ASSERT_TRUE(table);
  const SensitivityRow& row = table->rows[0];
  EXPECT_NEAR(row.plus.focus_mm, table->nominal.focus_mm - 0.3, 1e-9);
  EXPECT_NEAR(*row.plus.MeanRms(), *table->nominal.MeanRms(), 1e-6);
  options.compensators.focus = false;
  const auto fixed = ComputeSensitivity(model, {{ErrorKind::kThickness_mm, 5, 5, 0.3}}, options);
  EXPECT_GT(*fixed->rows[0].plus.MeanRms(), *fixed->nominal.MeanRms() + 1);
  EXPECT_EQ(fixed->rows[0].plus.focus_mm, 0);
}

TEST(Compensators, EachOneHelps) {
  const LensModel model = *MakeModel(Triplet());
  const std::vector<ErrorParameter> tilt = {{ErrorKind::kTiltX_deg, 0, 1, 0.2}};
  ToleranceOptions options;
  const double with_focus = *ComputeSensitivity(model, tilt, options)->rows[0].plus.MeanRms();
  options.compensators.image_tilt = true;
  const auto tilted = ComputeSensitivity(model, tilt, options);
  const double with_tilt = *tilted->rows[0].plus.MeanRms();
  EXPECT_LT(with_tilt, with_focus - 0.01);
  EXPECT_GT(std::abs(tilted->rows[0].plus.image_tilt_deg), 0.01);
  options.compensators.decentre = Element{2, 3};
  const auto moved = ComputeSensitivity(model, tilt, options);
  EXPECT_LT(*moved->rows[0].plus.MeanRms(), with_tilt - 0.01);
  EXPECT_GT(std::abs(moved->rows[0].plus.decentre_y_mm), 0.001);
  EXPECT_NEAR(moved->rows[0].plus.decentre_x_mm, 0, 1e-6);
}

TEST(Compensators, ElementDecentreUndoesItself) {
  const LensModel model = *MakeModel(Triplet());
  ToleranceOptions options;
  options.compensators.decentre = Element{2, 3};
  const auto table = ComputeSensitivity(model, {{ErrorKind::kDecentreY_mm, 2, 3, 0.02}}, options);
  ASSERT_TRUE(table);
  const SensitivityRow& row = table->rows[0];
  EXPECT_NEAR(row.plus.decentre_y_mm, -0.02, 1e-3);
  EXPECT_NEAR(*row.plus.MeanRms(), *table->nominal.MeanRms(), 2e-2);
}

TEST(Budget, EachShareIsTaken) {
  const LensModel model = *MakeModel(Triplet());
  std::vector<ErrorParameter> errors = {{ErrorKind::kDecentreY_mm, 2, 3, 0.02},
                                        {ErrorKind::kTiltX_deg, 0, 1, 0.05},
                                        {ErrorKind::kRadiusPercent, 2, 2, 0.1},
                                        {ErrorKind::kIndex, 2, 2, 1e-3}};
  ToleranceOptions options;
  options.rings = 4;
  options.cycles_per_mm = 20;  // where the nominal lens has something to lose
  const auto rows = ComputeBudget(model, errors, 0.06, options);
  ASSERT_TRUE(rows) << rows.error().message;
  for (const BudgetRow& row : *rows) {
    if (row.bounded) continue;
    EXPECT_NEAR(*row.mtf_loss, 0.03, 3e-4) << row.parameter.Description();
    EXPECT_LE(*row.mtf_loss, 0.03);
  }
  EXPECT_FALSE((*rows)[0].bounded);
  EXPECT_FALSE(ComputeBudget(model, errors, 0, options));
}

TEST(MonteCarlo, SameNumbersForAnyThreadsAndAnyRun) {
  const LensModel model = *MakeModel(Triplet());
  const auto set = *ToleranceParameters(model.lens);
  ToleranceOptions options;
  options.rings = 3;
  MonteCarloOptions trials;
  trials.systems = 100;
  trials.required_mtf = 0.2;
  const int before = Threads();
  SetThreads(1);
  const auto one = RunMonteCarlo(model, set, trials, options);
  SetThreads(4);
  const auto four = RunMonteCarlo(model, set, trials, options);
  SetThreads(before);
  ASSERT_TRUE(one && four);
  EXPECT_EQ(one->worst_mtf, four->worst_mtf);
  EXPECT_EQ(one->mean_rms_um, four->mean_rms_um);
  EXPECT_EQ(one->yield, four->yield);
  // A shorter run is the beginning of a longer one; another seed is another run.
  trials.systems = 40;
  const auto shorter = RunMonteCarlo(model, set, trials, options);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(shorter->worst_mtf[i], one->worst_mtf[i]);
  trials.seed = 2;
  EXPECT_NE(RunMonteCarlo(model, set, trials, options)->worst_mtf[0], one->worst_mtf[0]);
}

TEST(MonteCarlo, DrawsFillTheLimits) {
  const LensModel model = *MakeModel(Triplet());
  // The image distance alone, not refocused: focus error is RMS, so the draw can be read off.
  ToleranceOptions options;
  options.rings = 2;
  MonteCarloOptions trials;
  trials.systems = 2000;
  for (const ErrorDistribution distribution :
       {ErrorDistribution::kUniform, ErrorDistribution::kNormal}) {
    trials.distribution = distribution;
    const auto run = RunMonteCarlo(model, {{ErrorKind::kThickness_mm, 5, 5, 0.1}}, trials, options);
    ASSERT_TRUE(run);
    double mean = 0, square = 0, most = 0;
    for (const double focus : run->focus_mm) {
      const double value = (run->nominal.focus_mm - focus) / 0.1;
      mean += value / trials.systems;
      square += value * value / trials.systems;
      most = std::max(most, std::abs(value));
    }
    EXPECT_LE(most, 1 + 1e-9);
    EXPECT_GT(most, 0.98);
    EXPECT_NEAR(mean, 0, 0.04);
    // Variance: 1/3 of uniform; 1/4 of the normal, less what is cut at two sigma (factor 0.7737).
    EXPECT_NEAR(square, distribution == ErrorDistribution::kUniform ? 1.0 / 3 : 0.7737 / 4, 0.02);
  }
}

TEST(MonteCarlo, YieldFallsWithTheTolerance) {
  Lens lens = Triplet();
  MonteCarloOptions trials;
  trials.systems = 200;
  ToleranceOptions options;
  options.rings = 4;
  double last = 2;
  for (const double scale : {0.3, 3.0, 20.0}) {
    lens.tolerances = {{"thickness_mm", -1, 0.003 * scale},
                       {"decentre_mm", -1, 0.01 * scale},
                       {"tilt_deg", -1, 0.04 * scale},
                       {"irregularity_um", -1, 0.2 * scale}};
    const LensModel model = *MakeModel(lens);
    const auto set = *ToleranceParameters(lens);
    const double nominal = *ComputeSensitivity(model, set, options)->nominal.WorstMtf();
    trials.required_mtf = 0.8 * nominal;
    const auto run = RunMonteCarlo(model, set, trials, options);
    ASSERT_TRUE(run && run->yield);
    EXPECT_LT(*run->yield, last);
    last = *run->yield;
    EXPECT_LE(*run->MtfReachedBy(0.9), *run->MtfReachedBy(0.5));
    const Histogram histogram = MakeHistogram(run->worst_mtf, 20);
    int sum = 0;
    for (const int count : histogram.counts) sum += count;
    EXPECT_EQ(sum + run->without_figure, trials.systems);
  }
}

TEST(MonteCarlo, RefusesNonsense) {
  const LensModel model = *MakeModel(Triplet());
  MonteCarloOptions trials;
  trials.systems = 0;
  EXPECT_FALSE(RunMonteCarlo(model, {}, trials));
  trials.systems = 10;
  ToleranceOptions options;
  options.rings = 0;
  EXPECT_FALSE(RunMonteCarlo(model, {}, trials, options));
  EXPECT_FALSE(ComputeSensitivity(model, {}));
}

}  // namespace
}  // namespace petzval::optics
