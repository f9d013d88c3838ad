// CAM16 against published and golden values, there and back.
#include "petzval/color/cam16.h"

#include <gtest/gtest.h>

#include "petzval/color/golden_test_util.h"
#include "petzval/color/spaces.h"

namespace petzval {
namespace {

Vec3 Hundredfold(const Vec3& v) { return {{100 * v[0], 100 * v[1], 100 * v[2]}}; }

TEST(Cam16, PublishedCase) {
  // Also the case of the reference implementation of the authors.
  const Cam16 model({{{95.05, 100, 108.88}}, 318.31, 20});
  const Cam16Color c = model.FromXyz({{19.01, 20, 21.78}});
  EXPECT_NEAR(c.j, 41.73120791, 1e-8);
  EXPECT_NEAR(c.c, 0.10335574, 1e-8);
  EXPECT_NEAR(c.h, 217.06795977, 1e-8);
  EXPECT_NEAR(c.s, 2.34501507, 1e-8);
  EXPECT_NEAR(c.q, 195.37170899, 1e-8);
  EXPECT_NEAR(c.m, 0.10743677, 1e-8);
  EXPECT_NEAR(c.composition, 275.59498615, 1e-8);
}

TEST(Cam16, AgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  const auto near = [](double got, double want) { EXPECT_NEAR(got, want, 1e-6 * want); };
  for (const auto& t : golden.at("cam16_tests")) {
    const Cam16 model({ToVec3(t.at("XYZw")), t.at("L_A"), t.at("Y_b")});
    const Vec3 xyz = ToVec3(t.at("XYZ"));
    const Cam16Color c = model.FromXyz(xyz);
    near(c.j, t.at("J"));
    near(c.c, t.at("C"));
    near(c.h, t.at("h"));
    near(c.s, t.at("s"));
    near(c.q, t.at("Q"));
    near(c.m, t.at("M"));
    near(c.composition, t.at("H"));
    for (const Vec3& back : {model.XyzFromJch(c.j, c.c, c.h), model.XyzFromJmh(c.j, c.m, c.h),
                             model.XyzFromQmh(c.q, c.m, c.h)}) {
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(back[i], xyz[i], 1e-9);
    }
  }
}

TEST(Cam16, VectorsAndUcsAgreeWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  const Cam16 model({Hundredfold(XyzFromChromaticity(kWhiteD65)), 40.74, 20});
  int n = 0;
  for (const auto& [key, list] : golden.items()) {
    if (key.rfind("xyz_vectors", 0) != 0) continue;
    for (const auto& item : list) {
      const Cam16Color c = model.FromXyz(Hundredfold(ToVec3(item.at("XYZ"))));
      const auto& want = item.at("CAM16_JChMsQH");
      for (const auto& [name, got] :
           {std::pair("J", c.j), {"C", c.c}, {"h", c.h}, {"M", c.m}, {"s", c.s}, {"Q", c.q}}) {
        EXPECT_NEAR(got, want.at(name).get<double>(), 1e-6 * want.at(name).get<double>()) << name;
      }
      const Vec3 ucs = Cam16UcsFromJmh(c.j, c.m, c.h), want_ucs = ToVec3(item.at("CAM16UCS"));
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(ucs[i], want_ucs[i], 1e-6 * std::fabs(want_ucs[i]));
      const Cam16Jmh back = JmhFromCam16Ucs(ucs);
      EXPECT_NEAR(back.j, c.j, 1e-9);
      EXPECT_NEAR(back.m, c.m, 1e-9);
      EXPECT_NEAR(back.h, c.h, 1e-9);
      ++n;
    }
  }
  EXPECT_EQ(n, 6);
}

TEST(Cam16, SurroundsOrderContrast) {
  // The darker the surround, the lighter a mid-grey looks.
  double last = 0;
  for (const Cam16Surround& s : {kAverageSurround, kDimSurround, kDarkSurround}) {
    Cam16Viewing viewing;
    viewing.surround = s;
    const double j = Cam16(viewing).FromXyz({{18, 18.9, 20.6}}).j;
    EXPECT_GT(j, last);
    last = j;
  }
  Cam16Viewing discount;
  discount.white = {{109.85, 100, 35.58}};
  discount.discount_illuminant = true;
  EXPECT_LT(Cam16(discount).FromXyz({{109.85, 100, 35.58}}).m, 0.2);
}

TEST(Cam16, FiniteForAnyFiniteColour) {
  const Cam16 model;
  const double wild[] = {-1e200, -1e3, -1, -1e-9, 0, 1e-300, 1, 100, 1e5, 1e200};
  for (double x : wild) {
    for (double y : wild) {
      for (double z : wild) {
        const Cam16Color c = model.FromXyz({{x, y, z}});
        for (double v : {c.j, c.c, c.h, c.s, c.q, c.m, c.composition}) {
          ASSERT_TRUE(std::isfinite(v)) << x << " " << y << " " << z;
        }
        const Vec3 back = model.XyzFromJmh(c.j, c.m, c.h);
        for (int i = 0; i < 3; ++i)
          ASSERT_TRUE(std::isfinite(back[i])) << x << " " << y << " " << z;
      }
    }
  }
  EXPECT_EQ(model.XyzFromJch(0, 40, 20), Vec3{});
}

}  // namespace
}  // namespace petzval
