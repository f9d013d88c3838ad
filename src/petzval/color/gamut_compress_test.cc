// Reference gamut compression against golden values, its shape, its inverse.
#include "petzval/color/gamut_compress.h"

#include <gtest/gtest.h>

#include "petzval/color/golden_test_util.h"

namespace petzval {
namespace {

TEST(GamutCompress, AgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "gamut_golden.json");
  for (const auto& item : golden.at("rgc_1_3").at("io")) {
    const Vec3 got = CompressAces(ToVec3(item.at("inp"))), want = ToVec3(item.at("out"));
    for (int i = 0; i < 3; ++i) {
      // Printed with 8 decimals.
      EXPECT_NEAR(got[i], want[i], 1e-6 * std::fabs(want[i]) + 6e-8) << item.dump();
    }
  }
}

TEST(GamutCompress, PublishedRow) {
  const Vec3 got = CompressAces({{0.5, 0.4, -0.3}});
  EXPECT_NEAR(got[0], 0.54812348, 1e-6);
  EXPECT_NEAR(got[1], 0.42805567, 1e-6);
  EXPECT_NEAR(got[2], -0.00588859, 1e-6);
}

TEST(GamutCompress, LimitsBecomeTheSurfaceAndTheCoreStays) {
  const GamutCompression& g = kReferenceGamutCompression;
  for (int c = 0; c < 3; ++c) {
    for (double size : {0.01, 1.0, 40.0}) {
      Vec3 rgb{{size, size, size}};
      rgb[c] = size * (1 - g.limit[c]);
      EXPECT_NEAR(CompressGamut(g, rgb)[c], 0, 1e-12 * size);
      rgb[c] = size * (1 - 0.99 * g.threshold[c]);
      EXPECT_EQ(CompressGamut(g, rgb), rgb);
    }
  }
}

TEST(GamutCompress, MonotoneAndInvertible) {
  const GamutCompression& g = kReferenceGamutCompression;
  double last = 2;
  for (double c = 1; c >= -0.31; c -= 0.005) {
    const Vec3 in{{1, 0.3, c}}, out = CompressGamut(g, in), back = UncompressGamut(g, out);
    EXPECT_LT(out[2], last);
    last = out[2];
    EXPECT_GE(out[2], c - 1e-15);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(back[i], in[i], 1e-9);
  }
}

TEST(GamutCompress, FiniteForAnyFiniteColour) {
  const double wild[] = {-1e150, -5, -1e-200, 0, 1e-300, 0.18, 1e150};
  for (double r : wild) {
    for (double gr : wild) {
      for (double b : wild) {
        const Vec3 out = CompressAces({{r, gr, b}});
        for (int i = 0; i < 3; ++i)
          ASSERT_TRUE(std::isfinite(out[i])) << r << " " << gr << " " << b;
      }
    }
  }
}

}  // namespace
}  // namespace petzval
