// The baked table beside the exact path, for every look and every operator.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "petzval/color/difference.h"
#include "petzval/color/spectral.h"
#include "petzval/color/transfer.h"
#include "petzval/look/color_path.h"
#include "petzval/look/look_test_names.h"
#include "petzval/look/look_test_table.h"
#include "petzval/look/render_tables.h"

namespace petzval {
namespace {

// CIEDE2000 between table and exact path of the surfaces of data/spectra from 2 EV below to 1 EV
// above their exposure; 95th percentile.
double Percentile95(const Look& look) {
  const ColorPath path(look, 4, OutputSpace::kSrgb);
  const std::vector<float> table = BakeColorTable(path, kColorTableSize);
  const SpectralDistribution d65 = *FindLight("D65");
  const Mat3 rec2020 = RgbFromXyz(kRec2020), xyz_from_709 = XyzFromRgb(kRec709);
  const Vec3 white = XyzFromChromaticity(kWhiteD65);
  std::vector<double> all;
  for (const char* set : {"colorchecker24", "pmc", "ampas190"}) {
    const ReflectanceSet reflectances = *FindReflectances(set);
    for (const SpectralDistribution& r : reflectances.reflectance) {
      const Vec3 surface = rec2020 * XyzOfReflectance(r, d65);
      for (double ev = -2; ev <= 1; ev += 0.5) {
        Vec3 scene = surface;
        for (double& v : scene.v) v *= std::exp2(ev);
        const Vec3 exact = path.Encode(scene);
        const Vec3 baked = LookUpColor(table, kColorTableSize, path.Tone(scene));
        Vec3 lab[2];
        for (int which = 0; which < 2; ++which) {
          Vec3 rgb = which == 0 ? exact : baked;
          for (double& v : rgb.v) v = DecodeSrgb(v);
          lab[which] = LabFromXyz(xyz_from_709 * rgb, white);
        }
        all.push_back(DeltaE2000(lab[0], lab[1]));
      }
    }
  }
  std::sort(all.begin(), all.end());
  return all[all.size() * 95 / 100];
}

class TableOfLook : public testing::TestWithParam<std::string> {};

TEST_P(TableOfLook, IsWithinHalfADifference) {
  const double p95 = Percentile95(*LoadLook(GetParam()));
  RecordProperty("p95", std::to_string(p95));
  EXPECT_LE(p95, 0.5);
}

INSTANTIATE_TEST_SUITE_P(Looks, TableOfLook, testing::ValuesIn(OwnLooks()), LookTestName);

TEST(TableOfOperator, IsWithinHalfADifference) {
  for (const char* tone : {"sigmoid", "film-like", "agx", "aces2"}) {
    Look look = *LoadLook("authentic");
    ASSERT_TRUE(SetLookValue(&look, "tone_operator", tone).has_value());
    const double p95 = Percentile95(look);
    RecordProperty(tone, std::to_string(p95));
    EXPECT_LE(p95, 0.5) << tone;
  }
}

}  // namespace
}  // namespace petzval
