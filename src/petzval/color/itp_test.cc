// PQ, ICtCp and dE-ITP against golden and published values.
#include "petzval/color/itp.h"

#include <gtest/gtest.h>

#include "petzval/color/golden_test_util.h"
#include "petzval/color/spaces.h"

namespace petzval {
namespace {

TEST(Itp, PqIsThatOfSt2084) {
  EXPECT_NEAR(EncodePq(0), 7.309559e-7, 1e-12);
  EXPECT_NEAR(EncodePq(100), 0.508078421517399, 1e-12);
  EXPECT_NEAR(EncodePq(203), 0.5806888810416, 1e-12);  // BT.2408: 58 %
  EXPECT_NEAR(EncodePq(10000), 1, 1e-14);
  EXPECT_EQ(EncodePq(-5), EncodePq(0));
  for (double nits : {0.0, 0.001, 0.1, 1.0, 48.0, 203.0, 1000.0, 9999.0}) {
    EXPECT_NEAR(DecodePq(EncodePq(nits)), nits, 1e-9 * (1 + nits));
  }
}

TEST(Itp, PqAgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  const auto& pq = golden.at("transfer").at("PQ_from_nits");
  ASSERT_GE(pq.at("n").size(), 8u);
  for (size_t i = 0; i < pq.at("n").size(); ++i) {
    EXPECT_NEAR(EncodePq(pq.at("n")[i]), pq.at("v")[i].get<double>(), 1e-9);
  }
}

TEST(Itp, ICtCpAgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  int n = 0;
  for (const auto& [key, list] : golden.items()) {
    if (key.rfind("xyz_vectors", 0) != 0) continue;
    for (const auto& item : list) {
      const Vec3 rgb = RgbFromXyz(kRec2020) * ToVec3(item.at("XYZ"));
      const Vec3 expected = ToVec3(item.at("ICtCp_2020"));
      const Vec3 got = ICtCpFromRec2020(rgb);
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(got[i], expected[i], 5e-6);
      ++n;
    }
  }
  EXPECT_GE(n, 3);
}

TEST(Itp, GreyHasNoChroma) {
  for (double nits : {0.5, 100.0, 1000.0}) {
    const Vec3 itp = ICtCpFromRec2020({{nits, nits, nits}});
    EXPECT_NEAR(itp[0], EncodePq(nits), 1e-12);
    EXPECT_NEAR(itp[1], 0, 1e-12);
    EXPECT_NEAR(itp[2], 0, 1e-12);
  }
}

TEST(Itp, RoundTripAndDifference) {
  const Vec3 rgb{{120, 45, 300}};
  const Vec3 itp = ICtCpFromRec2020(rgb);
  const Vec3 back = Rec2020FromICtCp(itp);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(back[i], rgb[i], 1e-8);
  EXPECT_EQ(DeltaEItp(itp, itp), 0);
  // By the definition, one term at a time.
  EXPECT_NEAR(DeltaEItp({{0.5, 0, 0}}, {{0.501, 0, 0}}), 0.72, 1e-12);
  EXPECT_NEAR(DeltaEItp({{0.5, 0, 0}}, {{0.5, 0.002, 0}}), 0.72, 1e-12);
  EXPECT_NEAR(DeltaEItp({{0.5, 0, 0}}, {{0.5, 0, 0.001}}), 0.72, 1e-12);
}

}  // namespace
}  // namespace petzval
