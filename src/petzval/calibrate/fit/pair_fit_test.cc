// A rendering that is known is learned from pairs; what cannot be learned is refused.
#include "petzval/calibrate/fit/pair_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/calibrate/fit/pair_cube.h"
#include "petzval/color/transfer.h"

namespace petzval::calibrate {
namespace {

// A finished picture: exposure, contrast, more chroma in the blue and a warm tint in the lights.
Vec3 Finish(const Vec3& light) {
  const double y = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  Vec3 c;
  for (int k = 0; k < 3; ++k) {
    const double chroma = light[2] > light[0] ? 1.15 : 1.05;
    const double v = std::max(0.0, 1.3 * (y + chroma * (light[k] - y)));
    const double toned = std::pow(v, 1.25) / (std::pow(v, 1.25) + 0.35) * 1.05;
    c[k] = EncodeSrgb(std::clamp(toned * (k == 0 ? 1.02 : k == 2 ? 0.97 : 1), 0.0, 1.0));
  }
  return c;
}

PairScene Scene(int index, int count = 600, double noise = 0) {
  PairScene scene;
  scene.name = "scene " + std::to_string(index);
  Random random(17, index);
  // Each scene has its own few colours, in light and shade, and greys.
  Vec3 palette[6];
  for (Vec3& p : palette) {
    for (double& v : p.v) v = random.Uniform(0.15, 1);
  }
  palette[0] = {{0.9, 0.9, 0.9}};
  for (int i = 0; i < count; ++i) {
    const Vec3& color = palette[i % 6];
    const double level = std::exp2(random.Uniform(-6, 0.3));
    PixelPair pair;
    for (int k = 0; k < 3; ++k) {
      pair.before[k] = level * color[k] * (1 + 0.03 * random.Normals().a);
    }
    pair.after = Finish(pair.before);
    for (double& v : pair.after.v) v = std::clamp(v + noise * random.Normals().a, 0.0, 1.0);
    scene.pairs.push_back(pair);
  }
  return scene;
}

TEST(PairFit, LearnsAKnownRenderingForScenesItHasNotSeen) {
  std::vector<PairScene> scenes;
  for (int s = 0; s < 6; ++s) scenes.push_back(Scene(s, 600, 0.003));
  const auto fit = FitPairs(scenes);
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_EQ(fit->left_out_mean.size(), 6u);
  EXPECT_LT(fit->train.mean, 1);
  EXPECT_LT(fit->left_out.mean, 1.5);
  EXPECT_LT(fit->left_out.mean, fit->curve_error.mean);  // the table is worth its entries
  const PairScene other = Scene(99);
  double worst_grey = 0;
  for (double ev = -5; ev <= 0; ev += 0.5) {
    const double v = std::exp2(ev);
    const Vec3 got = fit->Apply({{v, v, v}}), want = Finish({{v, v, v}});
    for (int k = 0; k < 3; ++k) worst_grey = std::max(worst_grey, std::fabs(got[k] - want[k]));
  }
  EXPECT_LT(worst_grey, 0.02);
  double sum = 0;
  for (const PixelPair& p : other.pairs) {
    const Vec3 got = fit->Apply(p.before);
    for (int k = 0; k < 3; ++k) sum += std::fabs(got[k] - p.after[k]);
  }
  EXPECT_LT(sum / (3 * other.pairs.size()), 0.012);
}

TEST(PairFit, GoesOnWhereNoGreyIsAndToWhite) {
  // Greys end at 0.3; a blue sky goes on to 0.9, and what is brighter is white in the picture.
  PairScene scene{.name = "dusk"};
  const auto add = [&scene](const Vec3& before) {
    scene.pairs.push_back({.before = before, .after = Finish(before)});
  };
  for (int i = 0; i < 400; ++i) {
    const double v = 0.3 * std::exp2(-6.0 * i / 400);
    add({{v, v, v}});
    const double sky = 0.9 * std::exp2(-3.0 * i / 400);
    add({{0.45 * sky, 0.7 * sky, sky}});
  }
  const auto fit = FitPairs({&scene, 1});
  ASSERT_TRUE(fit) << fit.error().message;
  for (const double sky : {0.5, 0.65, 0.8}) {
    const Vec3 before{{0.45 * sky, 0.7 * sky, sky}};
    const Vec3 got = fit->Apply(before), want = Finish(before);
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(got[k], want[k], 0.02) << sky << " channel " << k;
  }
  EXPECT_GT(fit->curve.Apply(1.5), fit->curve.Apply(0.9) + 0.01);
  EXPECT_EQ(fit->curve.Apply(64), 1);
}

TEST(PairFit, GivesTheSameBytesForAnyNumberOfThreads) {
  const std::vector<PairScene> scenes = {Scene(1, 300), Scene(2, 300), Scene(3, 300)};
  const int threads = Threads();
  SetThreads(1);
  const auto one = FitPairs(scenes, {.cube_size = 9});
  SetThreads(4);
  const auto four = FitPairs(scenes, {.cube_size = 9});
  SetThreads(threads);
  ASSERT_TRUE(one && four);
  EXPECT_EQ(one->cube.rgb, four->cube.rgb);
  EXPECT_EQ(one->curve.value, four->curve.value);
  EXPECT_EQ(one->left_out.mean, four->left_out.mean);
}

TEST(PairFit, TheCurveRisesAndOneSceneIsEnough) {
  const std::vector<PairScene> scenes = {Scene(5, 800, 0.02)};
  const auto fit = FitPairs(scenes, {.cube_size = 9});
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->left_out_mean.empty());
  EXPECT_GT(fit->left_out.mean, 0);
  double last = -1;
  for (double ev = -16; ev <= 4; ev += 0.1) {
    const double v = fit->curve.Apply(std::exp2(ev));
    EXPECT_GE(v, last);
    last = v;
  }
  EXPECT_EQ(fit->curve.Apply(0), 0);
  EXPECT_EQ(fit->curve.Apply(NAN), 0);
  for (float v : fit->cube.rgb) EXPECT_TRUE(v >= 0 && v <= 1);
}

TEST(PairFit, ScenesMayBeMeteredOnTheirOwn) {
  std::vector<PairScene> scenes;
  const double shift_ev[] = {0.8, -0.5, 0.2, -0.5};
  for (int s = 0; s < 4; ++s) {
    scenes.push_back(Scene(s, 400));
    for (PixelPair& p : scenes.back().pairs) {
      for (double& v : p.before.v) v *= std::exp2(-shift_ev[s]);
    }
  }
  const auto fixed = FitPairs(scenes, {.cube_size = 9});
  const auto free = FitPairs(scenes, {.cube_size = 9, .free_exposure = true});
  ASSERT_TRUE(fixed && free);
  for (int s = 0; s < 4; ++s) EXPECT_NEAR(free->exposure_ev[s], shift_ev[s], 0.1) << s;
  EXPECT_LT(free->left_out.mean, 0.6 * fixed->left_out.mean);
}

TEST(PairFit, RefusesWhatCannotBeLearned) {
  EXPECT_FALSE(FitPairs({}));
  const PairScene good = Scene(1);
  PairScene clipped = good;
  clipped.clipped_share = 0.5;
  const auto why = FitPairs(std::vector{clipped});
  ASSERT_FALSE(why);
  EXPECT_NE(why.error().message.find("clipped"), std::string::npos);
  PairScene negative = good;
  for (PixelPair& p : negative.pairs) {
    for (double& v : p.after.v) v = 1 - v;
  }
  EXPECT_FALSE(FitPairs(std::vector{negative}));
  PairScene nan = good;
  nan.pairs[3].before[1] = NAN;
  EXPECT_FALSE(FitPairs(std::vector{nan}));
  PairScene flat = good;
  for (PixelPair& p : flat.pairs) p.before = {{0.5, 0.5, 0.5}};
  EXPECT_FALSE(FitPairs(std::vector{flat}));
  EXPECT_FALSE(FitPairs(std::vector{good}, {.cube_size = 1}));
}

TEST(ResidualCube, MeetsItsPointsAndStaysNearThemOutside) {
  Random random(9, 9);
  std::vector<Vec3> in, out;
  for (int i = 0; i < 3000; ++i) {
    // Only the darker half of the cube is seen; there, everything is shifted.
    const Vec3 at{{random.Uniform(0, 0.5), random.Uniform(0, 0.5), random.Uniform(0, 0.5)}};
    in.push_back(at);
    out.push_back({{at[0] + 0.05, at[1], at[2] + 0.02}});
  }
  const std::vector<double> weight(in.size(), 1);
  const Lut3d cube = FitResidualCube(9, in, out, weight, 1e-5);
  for (int i = 0; i < 3000; i += 100) {
    const Vec3 got = cube.Apply(in[i]);
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(got[k], out[i][k], 2e-3);
  }
  const Vec3 far = cube.Apply({{0.9, 0.9, 0.9}});
  EXPECT_NEAR(far[0], 0.95, 0.02);
  EXPECT_NEAR(far[1], 0.90, 0.02);
}

class SamplePairsTest : public testing::Test {
 protected:
  SamplePairsTest() : before_(128, 96, 3), after_(128, 96, 3) {
    for (int y = 0; y < 96; ++y) {
      for (int x = 0; x < 128; ++x) {
        const double v = std::exp2(-5 + 5.0 * x / 128);
        const Vec3 light{{v, v * (0.5 + y / 192.0), v * 0.8}};
        const Vec3 code = Finish(light);
        for (int c = 0; c < 3; ++c) {
          before_.At(x, y, c) = static_cast<float>(light[c]);
          after_.At(x, y, c) = static_cast<float>(code[c]);
        }
      }
    }
  }
  Image<float> before_, after_;
};

TEST_F(SamplePairsTest, TakesMeansOfFlatAreas) {
  const auto scene = SamplePairs("ramp", before_, after_);
  ASSERT_TRUE(scene) << scene.error().message;
  EXPECT_EQ(scene->pairs.size(), 16u * 12);
  for (const PixelPair& p : scene->pairs) {
    const Vec3 want = Finish(p.before);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(p.after[c], want[c], 0.01);
  }
  const auto thin = SamplePairs("ramp", before_, after_, {.max_pairs = 100});
  ASSERT_TRUE(thin);
  EXPECT_LE(thin->pairs.size(), 100u);
}

TEST_F(SamplePairsTest, LeavesOutClippedBusyAndBrokenAreas) {
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) {
      after_.At(x, y, 0) = 1;
      before_.At(x + 40, y, 1) = (x + y) % 2 ? 0.9f : 0.01f;
    }
  }
  before_.At(100, 90, 2) = NAN;
  const auto scene = SamplePairs("spoilt", before_, after_);
  ASSERT_TRUE(scene);
  EXPECT_NEAR(scene->clipped_share, 16.0 / 192, 1e-9);
  EXPECT_NEAR(scene->busy_share, 17.0 / 192, 1e-9);
}

TEST_F(SamplePairsTest, RefusesPicturesThatDoNotFit) {
  EXPECT_FALSE(SamplePairs("size", before_, Image<float>(64, 96, 3)));
  EXPECT_FALSE(SamplePairs("planes", before_, Image<float>(128, 96, 1)));
  after_.Fill(1);
  EXPECT_FALSE(SamplePairs("white", before_, after_));
}

}  // namespace
}  // namespace petzval::calibrate
