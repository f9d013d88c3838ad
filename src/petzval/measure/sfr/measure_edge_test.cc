// Edges whose truth is known: accuracy over angles, shapes, noise, sites; and what is refused.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "petzval/measure/sfr/golden_edge_test_util.h"
#include "petzval/measure/sfr/sfr.h"

namespace petzval::measure {
namespace {

using namespace golden;  // NOLINT: the generator's names are used throughout

Rect All(const Image<float>& image) { return {0, 0, image.width(), image.height()}; }
Result<EdgeSfr> MeasureAll(const Image<float>& image, SiteMask sites = {}) {
  return MeasureEdge(image.view(), sites, All(image), 1.0);
}
Profile Golden(double mtf50, const EdgeScene& scene, double aperture = 1) {
  return GaussianProfile(SigmaFor(mtf50, scene.theta, aperture), scene.theta, aperture);
}
// Relative error of MTF50 in percent; NaN when refused.
double ErrorPct(const Profile& profile, const Result<EdgeSfr>& edge) {
  if (!edge) {
    ADD_FAILURE() << edge.error().message;
    return std::nan("");
  }
  if (!edge->mtf50_cpp) return std::nan("");
  return 100 * (*edge->mtf50_cpp / FrequencyAt(profile, 0.5) - 1);
}

TEST(MeasureEdge, NoiseFreeOverAnglesAndLevels) {
  for (const double deg : {2.0, 4.0, 5.0, 7.0, 14.036243, 18.434949, 26.565051, 30.0, 40.0}) {
    for (const double level : {0.1, 0.3, 0.5}) {
      for (const double aperture : {1.0, 0.0}) {
        EdgeScene scene;
        scene.theta = Radians(deg);
        scene.dark_right = level > 0.2;
        scene.transposed = level > 0.4;
        const Profile profile = Golden(level, scene, aperture);
        const auto edge = MeasureAll(Render(profile, scene));
        EXPECT_NEAR(ErrorPct(profile, edge), 0, 0.15) << deg << " " << level << " " << aperture;
        EXPECT_NEAR(edge->angle_deg, deg, 0.002);
        EXPECT_NEAR(edge->low, 0.165, 1e-4);
        EXPECT_NEAR(edge->high, 0.835, 1e-4);
      }
    }
  }
}

TEST(MeasureEdge, WholeCurveIsRight) {
  EdgeScene scene;
  scene.theta = Radians(7);
  const Profile profile = Golden(0.3, scene);
  const auto edge = MeasureAll(Render(profile, scene));
  ASSERT_TRUE(edge);
  ASSERT_EQ(edge->f.size(), 401u);
  EXPECT_EQ(edge->f.back(), 1);
  for (size_t i = 0; i < edge->f.size(); ++i) {
    EXPECT_NEAR(edge->mtf[i], std::abs(profile.mtf(edge->f[i])), 1e-3) << edge->f[i];
  }
  EXPECT_NEAR(edge->mtf_half_nyquist, profile.mtf(0.25), 1e-4);
  EXPECT_NEAR(edge->mtf_nyquist, profile.mtf(0.5), 2e-4);
  ASSERT_TRUE(edge->mtf10_cpp);
  EXPECT_NEAR(*edge->mtf10_cpp, FrequencyAt(profile, 0.1), 0.001);
  EXPECT_FALSE(edge->spurious);
  EXPECT_LT(edge->overshoot_pct, 0.05);
  // 10 % to 90 % of the closed form.
  double low = -5, high = 5;
  while (profile.esf(low) < 0.1) low += 1e-4;
  while (profile.esf(high) > 0.9) high -= 1e-4;
  EXPECT_NEAR(edge->width_10_90_px, high - low, 0.005);
  for (size_t i = 0; i < edge->esf_px.size(); ++i) {
    EXPECT_NEAR(edge->esf[i], profile.esf(edge->esf_px[i]), 1e-3);
  }
}

TEST(MeasureEdge, NoisyWithinOnePercentAndItsOwnInterval) {
  double square = 0, count = 0, within = 0;
  for (int level = 1; level <= 5; ++level) {
    for (const double deg : {4.0, 5.0, 10.0, 17.0, 30.0}) {
      for (int seed = 0; seed < 2; ++seed) {
        EdgeScene scene;
        scene.theta = Radians(deg);
        const Profile profile = Golden(level / 10.0, scene);
        Image<float> image = Render(profile, scene, false);
        AddNoise(100 * level + static_cast<int>(deg) + 7000 * seed, &image);
        const auto edge = MeasureAll(image);
        const double error = ErrorPct(profile, edge);
        square += error * error;
        within += std::abs(*edge->mtf50_cpp - level / 10.0) < 1.96 * edge->mtf50_error;
        ++count;
        // The noise of the recipe, at 0.165 and 0.835 of 4096.
        EXPECT_NEAR(edge->noise_low, 0.00831, 0.0007);
        EXPECT_NEAR(edge->noise_high, 0.0193, 0.0015);
      }
    }
  }
  EXPECT_LT(std::sqrt(square / count), 1.0);
  EXPECT_GT(within / count, 0.84);
}

// Noise that demosaicing or denoising spread over its neighbours, [1 2 1] / 4 both ways.
void AddCoarseNoise(uint64_t seed, double deviation, Image<float>* image) {
  const int w = image->width(), h = image->height();
  Image<float> white(w + 2, h + 2);
  for (int y = 0; y < h + 2; ++y) {
    Random random(seed, y);
    for (int x = 0; x < w + 2; ++x) white.At(x, y) = static_cast<float>(random.Normals().a);
  }
  constexpr double kWeight[3] = {0.25, 0.5, 0.25};
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      double sum = 0;
      for (int j = 0; j < 3; ++j) {
        for (int i = 0; i < 3; ++i) sum += kWeight[i] * kWeight[j] * white.At(x + i, y + j);
      }
      // The weights' squares sum to (3 / 8)^2.
      image->At(x, y) += static_cast<float>(deviation * sum / 0.375);
    }
  }
}

TEST(MeasureEdge, ErrorsOfCoarseNoiseAreNotUnderstated) {
  for (const double level : {0.1, 0.2}) {
    double square = 0;
    int count = 0;
    for (int seed = 0; seed < 40; ++seed) {
      EdgeScene scene;
      scene.theta = Radians(5 + seed % 4);
      const Profile profile = Golden(level, scene);
      Image<float> image = Render(profile, scene, false);
      AddCoarseNoise(100 + seed, 0.01, &image);
      const auto edge = MeasureAll(image);
      ASSERT_TRUE(edge) << edge.error().message;
      square += std::pow((*edge->mtf50_cpp - level) / edge->mtf50_error, 2);
      ++count;
    }
    EXPECT_LT(std::sqrt(square / count), 1.4) << level;
    EXPECT_GT(std::sqrt(square / count), 0.6) << level;
  }
}

TEST(MeasureEdge, ShapesThatAreNotGaussian) {
  EdgeScene scene;
  scene.low = 0.2, scene.high = 0.7;
  const double theta = scene.theta;
  struct Case {
    std::string name;
    Profile profile;
    double tolerance;
  };
  for (const Case& c :
       {Case{"airy", AiryProfile(1.0101, theta), 0.2}, Case{"disc 1", DiscProfile(1, theta), 0.05},
        Case{"disc 2", DiscProfile(2, theta), 0.05},
        Case{"unsharp 2", UnsharpProfile(0.7, 2, theta), 0.1}}) {
    const auto edge = MeasureAll(Render(c.profile, scene));
    EXPECT_NEAR(ErrorPct(c.profile, edge), 0, c.tolerance) << c.name;
    EXPECT_NEAR(edge->mtf_nyquist, std::abs(c.profile.mtf(0.5)), 0.002) << c.name;
    EXPECT_EQ(edge->spurious, c.name == "disc 2") << c.name;
    if (edge->spurious) {
      EXPECT_NEAR(edge->first_zero_cpp, 0.609835 / 2, 0.005);
    }
    if (c.name == "unsharp 2") {
      EXPECT_NEAR(edge->overshoot_pct, 17.13, 0.3);
      EXPECT_NEAR(edge->undershoot_pct, 17.13, 0.3);
      EXPECT_NEAR(edge->peak, 1.3480, 0.005);
      EXPECT_GT(edge->halo_width_px, 1);
    }
  }
}

TEST(MeasureEdge, CurvedEdge) {
  EdgeScene scene;
  scene.radius = 2000;
  for (const double deg : {5.0, 17.0}) {
    scene.theta = Radians(deg);
    const Profile profile = Golden(0.3, scene);
    const auto edge = MeasureAll(Render(profile, scene));
    EXPECT_NEAR(ErrorPct(profile, edge), 0, 0.3) << deg;
    const double length = edge->length_px;
    EXPECT_NEAR(std::abs(edge->curvature_px), length * length / 8 / 2000, 0.02);
  }
}

TEST(MeasureEdge, TwelveRows) {
  EdgeScene scene;
  scene.height = 12;
  scene.theta = Radians(7);
  const Profile profile = Golden(0.3, scene);
  EXPECT_NEAR(ErrorPct(profile, MeasureAll(Render(profile, scene))), 0, 0.3);
}

TEST(MeasureEdge, EdgeThroughTheCornerOfTheRegion) {
  EdgeScene scene;
  scene.theta = Radians(30);
  scene.x_offset = -38;
  const Profile profile = Golden(0.3, scene);
  const Image<float> image = Render(profile, scene);
  EXPECT_NEAR(ErrorPct(profile, MeasureAll(image)), 0, 0.3);
}

TEST(MeasureEdge, ShadingAcrossTheRegion) {
  EdgeScene scene;
  scene.shading = 0.05;
  for (const double deg : {5.0, 20.0}) {
    scene.theta = Radians(deg);
    const Profile profile = Golden(0.3, scene);
    EXPECT_NEAR(ErrorPct(profile, MeasureAll(Render(profile, scene))), 0, 0.3) << deg;
  }
}

TEST(MeasureEdge, EightBitsEncodedAndLinearised) {
  EdgeScene scene;
  scene.theta = Radians(7);
  // Levels that are codes: flat sides without noise are all rounded the same way.
  scene.low = std::pow((110 / 255.0 + 0.055) / 1.055, 2.4);
  scene.high = std::pow((235 / 255.0 + 0.055) / 1.055, 2.4);
  const Profile profile = Golden(0.25, scene);
  Image<float> image = Render(profile, scene, false);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const double v = image.At(x, y);
      const double code =
          std::round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055));
      const double e = code / 255;
      image.At(x, y) =
          static_cast<float>(e <= 0.04045 ? e / 12.92 : std::pow((e + 0.055) / 1.055, 2.4));
    }
  }
  EXPECT_NEAR(ErrorPct(profile, MeasureAll(image)), 0, 0.5);
}

TEST(MeasureEdge, BayerSitesCountInPixelsOfTheFullGrid) {
  EdgeScene scene;
  for (const double deg : {5.0, 30.0}) {
    scene.theta = Radians(deg);
    const Profile profile = Golden(0.2, scene);
    const Image<float> image = Render(profile, scene);
    // Red at even rows and columns, green on the diagonal, blue at odd rows and columns.
    for (const uint16_t bits : {0x0505, 0x5a5a, 0xa0a0}) {
      EXPECT_NEAR(ErrorPct(profile, MeasureAll(image, SiteMask{bits})), 0, 0.3)
          << deg << " " << bits;
    }
  }
}

TEST(MeasureEdge, OrientedStripSeesTheSame) {
  EdgeScene scene;
  scene.theta = Radians(25);
  const Profile profile = Golden(0.3, scene);
  const Image<float> image = Render(profile, scene);
  EdgeRegion region{All(image), EdgeRegion::Strip{64.5, 50, 115, 45, 20}};
  const auto edge = MeasureEdge(image.view(), {}, region, 1.0);
  EXPECT_NEAR(ErrorPct(profile, edge), 0, 0.1);
  EXPECT_NEAR(edge->normal_deg, 25, 0.01);
  EXPECT_LT(edge->half_width_px, 21);
}

TEST(MeasureEdge, ShiftIsExact) {
  EdgeScene scene;
  const Profile profile = Golden(0.3, scene);
  const auto at_zero = MeasureAll(Render(profile, scene));
  ASSERT_TRUE(at_zero);
  for (const double shift : {0.013, 0.25, -0.6}) {
    scene.shift = shift;
    const auto edge = MeasureAll(Render(profile, scene));
    ASSERT_TRUE(edge);
    EXPECT_NEAR(edge->offset_px - at_zero->offset_px, shift, 0.002);
  }
}

TEST(MeasureEdge, FortyFiveDegreesIsMeasuredWithAWarning) {
  EdgeScene scene;
  scene.theta = Radians(45);
  const Profile profile = Golden(0.2, scene);
  const auto edge = MeasureAll(Render(profile, scene));
  EXPECT_NEAR(ErrorPct(profile, edge), 0, 1);
  ASSERT_EQ(edge->warnings.size(), 1u);
  EXPECT_NE(edge->warnings[0].find("0.71 px"), std::string::npos) << edge->warnings[0];
}

void ExpectRefused(const Result<EdgeSfr>& edge, const std::string& words) {
  ASSERT_FALSE(edge) << words;
  EXPECT_EQ(edge.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(edge.error().message.find(words), std::string::npos) << edge.error().message;
}

TEST(MeasureEdge, RefusesWithASentence) {
  EdgeScene scene;
  const Profile profile = Golden(0.3, scene);
  const Image<float> image = Render(profile, scene);
  ExpectRefused(MeasureEdge(image.view(), {}, Rect{100, 0, 50, 50}, 1), "not lie in the picture");
  ExpectRefused(MeasureEdge(image.view(), {}, Rect{0, 0, 3, 3}, 1), "too small");
  ExpectRefused(MeasureEdge(image.view(), {}, Rect{30, 40, 60, 9}, 1), "px long");
  ExpectRefused(MeasureEdge(image.view(), {}, All(image), 0.83), "bright side of the edge is clip");

  EdgeScene upright = scene;
  upright.theta = 0;
  ExpectRefused(MeasureAll(Render(Golden(0.3, upright), upright)), "along the pixels");

  EdgeScene black = scene;
  black.low = 0;
  ExpectRefused(MeasureAll(Render(profile, black)), "clipped to black");

  EdgeScene faint = scene;
  faint.low = 0.5, faint.high = 0.55;
  ExpectRefused(MeasureAll(Render(profile, faint)), "contrast");

  Image<float> flat(100, 100);
  flat.Fill(0.4f);
  ExpectRefused(MeasureAll(flat), "flat");

  Image<float> nan = image.Clone();
  nan.At(60, 50) = std::nanf("");
  ExpectRefused(MeasureAll(nan), "no numbers");
}

TEST(MeasureEdge, RefusesGridsThatAreNone) {
  EdgeScene scene;
  const Image<float> image = Render(Golden(0.3, scene), scene);
  for (const double step : {0.0, -1.0, 1e-9, 0.2, std::nan("")}) {
    SfrParams params;
    params.step_cpp = step;
    ExpectRefused(MeasureEdge(image.view(), {}, All(image), 1, params), "steps of");
  }
}

TEST(MeasureEdge, RefusesTwoEdgesAndCorners) {
  EdgeScene scene;
  const Profile profile = Golden(0.3, scene);
  Image<float> bar = Render(profile, scene);
  // A second edge, parallel, 40 px to the right: bright again.
  EdgeScene second = scene;
  second.x_offset = 40;
  const Image<float> other = Render(profile, second);
  for (int y = 0; y < bar.height(); ++y) {
    for (int x = 0; x < bar.width(); ++x) bar.At(x, y) += 0.165f - other.At(x, y);
  }
  EXPECT_FALSE(MeasureAll(bar));
  // A corner.
  Image<float> corner = Render(profile, scene);
  for (int y = 60; y < corner.height(); ++y) {
    for (int x = 0; x < corner.width(); ++x) corner.At(x, y) = 0.165f;
  }
  EXPECT_FALSE(MeasureAll(corner));
}

TEST(MeasureEdge, RefusesLinesBesideTheEdge) {
  EdgeScene scene;
  Image<float> image = Render(Golden(0.2, scene), scene);
  // Lines along the edge, as in a resolution wedge, blurred to weak contrast.
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < 64; ++x) {
      const double d = (x - 64) * std::cos(scene.theta) + (y - 50) * std::sin(scene.theta);
      if (d < -5) image.At(x, y) += static_cast<float>(0.06 * std::sin(d * 1.4));
    }
  }
  ExpectRefused(MeasureAll(image), "lines or texture");
}

TEST(MeasureEdge, RefusesWhatNoiseHides) {
  EdgeScene scene;
  scene.low = 0.3, scene.high = 0.4;
  scene.height = 30;
  Image<float> image = Render(Golden(0.3, scene), scene, false);
  for (int y = 0; y < image.height(); ++y) {
    Random random(5, y);
    for (int x = 0; x < image.width(); ++x) {
      image.At(x, y) += static_cast<float>(0.3 * random.Normals().a);
    }
  }
  EXPECT_FALSE(MeasureAll(image));
}

TEST(MeasureEdge, PureNoiseIsNeverAnEdge) {
  for (int seed = 0; seed < 20; ++seed) {
    Image<float> image(64, 64);
    for (int y = 0; y < image.height(); ++y) {
      Random random(seed, y);
      for (int x = 0; x < image.width(); ++x) {
        image.At(x, y) = static_cast<float>(0.5 + 0.1 * random.Normals().a);
      }
    }
    EXPECT_FALSE(MeasureAll(image)) << seed;
  }
}

}  // namespace
}  // namespace petzval::measure
