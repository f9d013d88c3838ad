// Every quantity of the golden files within its tolerance, and the chief rays of wide lenses.
#include <gtest/gtest.h>

#include <filesystem>

#include "petzval/optics/analysis/distortion.h"
#include "petzval/optics/analysis/golden_reference.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

const std::string kData = PETZVAL_SOURCE_DIR "/../shared/data/optics";

LensModel Model(const std::string& name) {
  const auto lens = ReadLensFile(kData + "/lenses/" + name + ".toml");
  EXPECT_TRUE(lens) << lens.error().message;
  return *MakeModel(*lens);
}

class GoldenLens : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kData)) GTEST_SKIP() << "no reference data beside the project";
    want_ = golden::ReadJson(kData + "/golden/" + GetParam() + ".json");
    ASSERT_FALSE(want_.is_discarded());
    model_ = Model(GetParam());
  }
  void Expect(size_t at_least) {
    EXPECT_GE(comparison_.all().size(), at_least);
    for (const golden::Deviation& d : comparison_.all()) {
      EXPECT_LE(d.ratio(), 1) << d.what << ": " << d.got << " instead of " << d.want << " +- "
                              << d.tolerance;
    }
  }

  nlohmann::json want_;
  LensModel model_;
  golden::Comparison comparison_{GetParam()};
};

TEST_P(GoldenLens, FirstOrderAndSeidel) {
  golden::CompareFirstOrder(model_, want_, &comparison_);
  Expect(12 + 7 * model_.system.size());
}

TEST_P(GoldenLens, Fields) {
  golden::CompareFields(model_, want_, &comparison_);
  Expect(3 * 40);
}

TEST_P(GoldenLens, Extra) {
  golden::CompareExtra(model_, want_, &comparison_);
  Expect(30);
}

TEST_P(GoldenLens, Vignetted) {
  if (!want_.contains("vignetted")) {
    // Nothing clips: the file has no clear diameter either.
    for (const auto& surface : want_["surfaces"]) EXPECT_TRUE(surface["semi_diameter"].is_null());
    return;
  }
  golden::CompareVignetted(model_, want_, &comparison_);
  Expect(3 * 15);
}

INSTANTIATE_TEST_SUITE_P(, GoldenLens, testing::ValuesIn(golden::kLenses),
                         [](const auto& info) { return std::string(info.param); });

TEST(WideChief, EveryListedAngle) {
  if (!std::filesystem::exists(kData)) GTEST_SKIP() << "no reference data beside the project";
  const nlohmann::json golden = golden::ReadJson(kData + "/golden/wide_chief.json");
  int seen = 0;
  for (const auto& [name, want] : golden.items()) {
    const LensModel model = Model(name);
    EXPECT_NEAR(model.primary().efl, want["EFL"], 1e-9 * std::abs(want["EFL"].get<double>()));
    std::vector<double> fields;
    for (const auto& w : want["chief"]) fields.push_back(w["angle_deg"]);
    const auto chiefs = ComputeWideChief(model, fields);
    for (size_t i = 0; i < fields.size(); ++i, ++seen) {
      SCOPED_TRACE(name + " at " + std::to_string(fields[i]));
      const auto& w = want["chief"][i];
      ASSERT_TRUE(chiefs[i]);
      EXPECT_NEAR(chiefs[i]->y_mm, w["chief_y"], 1e-8);
      EXPECT_NEAR(chiefs[i]->pupil_shift_mm, w["pupil_shift_mm"], 1e-8);
      EXPECT_NEAR(chiefs[i]->surface1_y_mm, w["surface1_y"], 1e-8);
      EXPECT_NEAR(chiefs[i]->surface1_z_mm, w["surface1_z"], 1e-8);
      EXPECT_NEAR(chiefs[i]->height_over_f_theta, w["image_height_over_f_theta"], 1e-9);
    }
  }
  EXPECT_GE(seen, 15);
}

}  // namespace
}  // namespace petzval::optics
