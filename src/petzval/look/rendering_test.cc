// Rendering: exact colours, independence of cutting and threads, dither, vignette, broken values.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "petzval/base/parallel.h"
#include "petzval/color/difference.h"
#include "petzval/color/transfer.h"
#include "petzval/look/color_path.h"
#include "petzval/look/local_tone.h"
#include "petzval/look/look.h"
#include "petzval/look/look_test_names.h"
#include "petzval/look/test_scenes.h"
#include "petzval/look/tone_curve.h"
#include "petzval/look/tone_plan.h"

namespace petzval {
namespace {

Look With(Look look, const std::vector<std::pair<std::string, double>>& changes) {
  for (auto& [name, value] : look.values) {
    for (const auto& [changed, to] : changes) {
      if (name == changed) value = to;
    }
  }
  return look;
}

// The look's colour alone: no local tone, no vignette.
Look ColorOnly(const std::string& name) {
  return With(*LoadLook(name),
              {{"shadow_lift", 0}, {"highlight_hold", 0}, {"local_contrast", 0}, {"vignette", 0}});
}

template <class T>
std::vector<T> RenderAll(const Rendering& rendering, const Image<float>& scene) {
  std::vector<T> out(static_cast<size_t>(scene.width()) * scene.height() * 3);
  rendering.Render(scene, {0, 0, scene.width(), scene.height()}, out.data(), scene.width() * 3);
  return out;
}

Rendering Make(const Look& look, const Image<float>& scene, const SceneInfo& info = {},
               OutputSpace space = OutputSpace::kSrgb) {
  auto rendering = Rendering::Create(look, scene, scene.width(), scene.height(), info, space);
  EXPECT_TRUE(rendering);
  return std::move(*rendering);
}

Vec3 LabOf(const Vec3& encoded, const RgbSpace& space) {
  Vec3 rgb;
  for (int i = 0; i < 3; ++i) rgb[i] = DecodeSrgb(encoded[i]);
  return LabFromXyz(XyzFromRgb(space) * rgb, XyzFromChromaticity(kWhiteD65));
}

class EveryRendering : public testing::TestWithParam<std::string> {};

TEST_P(EveryRendering, TablesAgreeWithTheExactPath) {
  const Look look = ColorOnly(GetParam());
  TestRandom random;
  // Spread evenly over the lightness of the picture; a quarter of the colours is strong (up to 1 :
  // 8 between channels), some of those have a negative channel.
  const ToneCurve curve(look.Get("contrast"), look.Get("mid_grey"), 1.3);
  const auto scene = MakeScene(200, 150, [&](double u, double) {
    const double light = curve.Inverse(LuminanceFromLightness(3 + 95 * random.Next()));
    const double spread = u < 0.75 ? 1.0 : 3.0;
    Vec3 rgb;
    for (int i = 0; i < 3; ++i) rgb[i] = light * std::exp2(spread * (random.Next() - 0.5));
    if (u > 0.95) rgb[static_cast<int>(3 * random.Next())] *= -0.3 * random.Next();
    return rgb;
  });
  SceneInfo info;
  info.auto_exposure = false;
  for (const auto space : {OutputSpace::kSrgb, OutputSpace::kDisplayP3}) {
    const TonePlan plan = PlanTone(look, LogLuminance(scene, 512), info);
    const ColorPath path(look, plan.white, space);
    const auto out = RenderAll<uint16_t>(Make(look, scene, info, space), scene);
    const RgbSpace& primaries = space == OutputSpace::kSrgb ? kRec709 : kDisplayP3;
    std::vector<double> errors;
    for (int y = 0; y < scene.height(); ++y) {
      for (int x = 0; x < scene.width(); ++x) {
        Vec3 in, got;
        for (int c = 0; c < 3; ++c) {
          in[c] = scene.At(x, y, c);
          got[c] = out[(static_cast<size_t>(y) * scene.width() + x) * 3 + c] / 65535.0;
        }
        errors.push_back(DeltaE2000(LabOf(path.Encode(in), primaries), LabOf(got, primaries)));
      }
    }
    std::sort(errors.begin(), errors.end());
    EXPECT_LT(errors[errors.size() * 95 / 100], 0.5);
    EXPECT_LT(errors.back(), 4);
  }
}

TEST_P(EveryRendering, GreysAreExactAndSmooth) {
  const Look look = ColorOnly(GetParam());
  const auto scene =
      MakeScene(3000, 1, [](double u, double) { return Grey(std::exp2(-12 + 13 * u)); });
  SceneInfo info;
  info.auto_exposure = false;
  const auto out = RenderAll<uint16_t>(Make(look, scene, info), scene);
  const TonePlan plan = PlanTone(look, LogLuminance(scene, 512), info);
  const ColorPath path(look, plan.white, OutputSpace::kSrgb);
  int last = 0, last_step = 0;
  for (int x = 0; x < scene.width(); ++x) {
    const uint16_t* rgb = &out[x * 3];
    EXPECT_EQ(rgb[0], rgb[1]);
    EXPECT_EQ(rgb[1], rgb[2]);
    const double exact = 65535 * path.Encode(Grey(scene.At(x, 0)))[0];
    EXPECT_NEAR(rgb[0], exact, 8) << x;  // a thirtieth of an 8-bit step
    EXPECT_GE(rgb[0], last - 1);
    if (x > 1 && rgb[0] < 65000) {
      EXPECT_LE(std::abs(rgb[0] - last - last_step), 12) << x;
    }
    last_step = rgb[0] - last;
    last = rgb[0];
  }
}

TEST_P(EveryRendering, PiecesAndThreadsGiveTheSameBytes) {
  const Look look = *LoadLook(GetParam());
  TestRandom random;
  const auto scene = MakeScene(331, 217, [&](double u, double v) {
    const double light = (v < 0.4 ? 0.7 : 0.03) * Texture(u, v) * (0.9 + 0.2 * random.Next());
    return Vec3{{light, 0.9 * light, 0.6 * light}};
  });
  const auto proxy = scene.Clone();
  const Rendering rendering = Make(look, proxy);
  const int threads = Threads();
  SetThreads(1);
  const auto whole = RenderAll<uint8_t>(rendering, scene);
  SetThreads(3);
  EXPECT_EQ(RenderAll<uint8_t>(rendering, scene), whole);
  EXPECT_EQ(RenderAll<uint8_t>(Make(look, proxy), scene), whole);
  const auto whole16 = RenderAll<uint16_t>(rendering, scene);
  // Rectangles of odd sizes, the source cut out beside other pixels.
  std::vector<uint8_t> pieces(whole.size());
  std::vector<uint16_t> pieces16(whole.size());
  const int xs[] = {0, 1, 100, 117, 331}, ys[] = {0, 64, 65, 190, 217};
  for (int j = 0; j < 4; ++j) {
    for (int i = 0; i < 4; ++i) {
      const Rect r{xs[i], ys[j], xs[i + 1] - xs[i], ys[j + 1] - ys[j]};
      Image<float> part(r.width + 3, r.height + 2, 3);
      part.Fill(std::nanf(""));
      for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < r.height; ++y) {
          std::copy_n(scene.row(r.y + y, c) + r.x, r.width, part.row(y, c));
        }
      }
      const size_t at = (static_cast<size_t>(r.y) * scene.width() + r.x) * 3;
      rendering.Render(part, r, pieces.data() + at, scene.width() * 3);
      rendering.Render(part, r, pieces16.data() + at, scene.width() * 3);
    }
  }
  SetThreads(threads);
  EXPECT_EQ(pieces, whole);
  EXPECT_EQ(pieces16, whole16);
}

TEST_P(EveryRendering, BrokenPixelsHarmNobodyElse) {
  const Look look = *LoadLook(GetParam());
  const auto scene =
      MakeScene(64, 48, [](double u, double v) { return Grey(0.1 * Texture(u, v)); });
  const Rendering rendering = Make(look, scene);
  auto broken = scene.Clone();
  const float inf = std::numeric_limits<float>::infinity();
  const float bad[] = {std::nanf(""), -std::nanf(""), inf, -inf, 3e38f, -3e38f, 1e-42f, -1e-42f};
  for (int i = 0; i < 8; ++i) {
    for (int c = 0; c < 3; ++c) {
      if (i < 4 || c == i % 3) broken.At(5 * i + 3, 20, c) = bad[i];
    }
  }
  const auto good = RenderAll<uint8_t>(rendering, scene);
  const auto out = RenderAll<uint8_t>(rendering, broken);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) {
      if (y == 20 && x % 5 == 3 && x < 40) continue;
      for (int c = 0; c < 3; ++c) {
        ASSERT_EQ(out[(y * 64 + x) * 3 + c], good[(y * 64 + x) * 3 + c]) << x << " " << y;
      }
    }
  }
  const uint8_t* row = &out[20 * 64 * 3];
  EXPECT_EQ(row[3 * 3 + 1], 0);              // NaN: black
  EXPECT_EQ(row[(2 * 5 + 3) * 3 + 1], 255);  // +inf: white
  EXPECT_EQ(row[(3 * 5 + 3) * 3 + 1], 0);    // -inf: black
  // A proxy full of them must not break the plan either.
  Image<float> proxy(16, 12, 3);
  proxy.Fill(std::nanf(""));
  const auto rescued = Rendering::Create(look, proxy, 64, 48, {}, OutputSpace::kSrgb);
  ASSERT_TRUE(rescued);
  EXPECT_TRUE(std::isfinite(rescued->exposure_ev()));
  RenderAll<uint8_t>(*rescued, broken);
}

TEST_P(EveryRendering, ExposureComesBeforeTheCurve) {
  const Look look = *LoadLook(GetParam());
  const auto scene = MakeScene(96, 64, [](double u, double v) {
    return Vec3{{2 * Texture(u, v), 1.8 * Texture(v, u), 1.2 * Texture(u, v)}};
  });
  auto doubled = scene.Clone();
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 96; ++x) doubled.At(x, y, c) *= 2;
    }
  }
  SceneInfo plus_one, zero;
  plus_one.auto_exposure = zero.auto_exposure = false;
  plus_one.exposure_ev = 1;
  const auto a = RenderAll<uint16_t>(Make(look, scene, plus_one), scene);
  const auto b = RenderAll<uint16_t>(Make(look, doubled, zero), doubled);
  for (size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 40) << i;
}

TEST(Rendering, DitherKeepsTheMeanAndLeavesBlackAndWhite) {
  const Look look = ColorOnly("vivid");
  SceneInfo info;
  info.auto_exposure = false;
  for (double v : {0.0, 0.02, 0.1037, 0.18, 0.333, 50.0}) {
    const auto scene = MakeScene(128, 128, [&](double, double) { return Grey(v); });
    const Rendering rendering = Make(look, scene, info);
    const auto bytes = RenderAll<uint8_t>(rendering, scene);
    const auto words = RenderAll<uint16_t>(rendering, scene);
    double mean = 0;
    for (const uint8_t b : bytes) mean += b;
    EXPECT_NEAR(mean / bytes.size(), words[0] / 257.0, 0.02) << v;
    const auto [low, high] = std::minmax_element(bytes.begin(), bytes.end());
    EXPECT_LE(*high - *low, 1);
  }
}

TEST(Rendering, VignetteIsTheStatedShareOfTheFallOff) {
  const auto scene = MakeScene(400, 300, [](double, double) { return Grey(0.1); });
  SceneInfo info;
  info.auto_exposure = false;
  for (double share : {0.0, 0.5, 1.0}) {
    const Look look = With(ColorOnly("authentic"), {{"vignette", share}, {"vignette_field", 35}});
    const auto out = RenderAll<uint16_t>(Make(look, scene, info), scene);
    const TonePlan plan = PlanTone(look, LogLuminance(scene, 512), info);
    const ColorPath path(look, plan.white, OutputSpace::kSrgb);
    const auto linear_at = [&](int x, int y) {
      return path.curve().Inverse(DecodeSrgb(out[(y * 400 + x) * 3] / 65535.0));
    };
    const double cos2 = 1 / (1 + std::pow(std::tan(35 * M_PI / 180), 2));
    const double expected = 1 - share + share * cos2 * cos2;
    EXPECT_NEAR(linear_at(0, 0) / linear_at(200, 150), expected, 0.02 * expected);
    EXPECT_NEAR(linear_at(399, 299), linear_at(0, 0), 0.001);
  }
}

TEST(Rendering, AddedVignetteDarkensTheCornersByItsStops) {
  const auto scene = MakeScene(400, 300, [](double, double) { return Grey(0.1); });
  for (const bool corrected : {false, true}) {
    SceneInfo info;
    info.auto_exposure = false;
    info.shading_corrected = corrected;
    for (double ev : {0.0, 0.7, 2.0}) {
      const Look look = With(ColorOnly("authentic"), {{"vignette_added", ev}});
      const auto out = RenderAll<uint16_t>(Make(look, scene, info), scene);
      const TonePlan plan = PlanTone(look, LogLuminance(scene, 512), info);
      const ColorPath path(look, plan.white, OutputSpace::kSrgb);
      const double corner = path.SceneOfCode(out[0] / 65535.0);
      const double middle = path.SceneOfCode(out[(150 * 400 + 200) * 3] / 65535.0);
      EXPECT_NEAR(corner / middle, std::exp2(-ev), 0.02 * std::exp2(-ev));
    }
  }
}

// Standard deviation of the first channel over the rectangle, in codes.
double Deviation(const std::vector<uint16_t>& rgb, int width, int x0, int x1, int height,
                 double* mean) {
  double sum = 0, squares = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = x0; x < x1; ++x) {
      const double v = rgb[(static_cast<size_t>(y) * width + x) * 3] / 65535.0;
      sum += v;
      squares += v * v;
    }
  }
  const double n = static_cast<double>(height) * (x1 - x0);
  *mean = sum / n;
  return std::sqrt(std::max(squares / n - *mean * *mean, 0.0));
}

TEST(Rendering, GrainHasItsStrengthInMidTonesAndNoneInBlackAndWhite) {
  // Four bars: black, mid-grey, light, far above white.
  const auto scene = MakeScene(800, 600, [](double u, double) {
    return Grey(u < 0.25 ? 0 : u < 0.5 ? 0.1845 : u < 0.75 ? 0.6 : 60);
  });
  SceneInfo info;
  info.auto_exposure = false;
  const Look plain = ColorOnly("authentic");
  const auto clean = RenderAll<uint16_t>(Make(plain, scene, info), scene);
  for (const double size : {20.0, 60.0}) {
    const Look look = With(plain, {{"grain_amount", 4}, {"grain_size_um", size}});
    const auto out = RenderAll<uint16_t>(Make(look, scene, info), scene);
    double mean, clean_mean;
    EXPECT_EQ(Deviation(out, 800, 0, 199, 600, &mean), 0);
    EXPECT_NEAR(Deviation(out, 800, 601, 800, 600, &mean), 0, 1e-4);
    const double light = Deviation(out, 800, 401, 599, 600, &mean);
    const double grey = Deviation(out, 800, 201, 399, 600, &mean);
    Deviation(clean, 800, 201, 399, 600, &clean_mean);
    EXPECT_NEAR(mean, clean_mean, 0.004);
    EXPECT_LT(light, 0.95 * grey);
    // A code of sRGB is worth 1.01 L* at mid-grey. What pixels of 45 um average away of a frame
    // that 4000 would show: as the tile is built, by the areas of grain and pixel.
    const double grain = size / 2.3548, seen = std::hypot(grain, 0.2887 * 45);
    const double expected = 0.04 / 1.01 * std::hypot(grain, 0.2887 * 9) / seen;
    EXPECT_NEAR(grey, expected, 0.12 * expected) << size;
    for (size_t i = 0; i < out.size(); i += 3) {
      ASSERT_EQ(out[i], out[i + 1]);
      ASSERT_EQ(out[i], out[i + 2]);
    }
  }
}

TEST(Rendering, HalationGlowsRedAroundLampsOnly) {
  const auto scene = MakeScene(600, 400, [](double u, double v) {
    return Grey(std::hypot(u * 600 - 300, v * 400 - 200) < 12 ? 20 : 0.02);
  });
  SceneInfo info;
  info.auto_exposure = false;
  const Look plain = ColorOnly("authentic");
  const auto at = [](const std::vector<uint16_t>& rgb, int x, int y, int c) {
    return rgb[(static_cast<size_t>(y) * 600 + x) * 3 + c] / 65535.0;
  };
  const auto clean = RenderAll<uint16_t>(Make(plain, scene, info), scene);
  const auto glow = RenderAll<uint16_t>(
      Make(With(plain, {{"halation", 0.5}, {"halation_radius_mm", 0.5}}), scene, info), scene);
  const auto bloom = RenderAll<uint16_t>(Make(With(plain, {{"bloom", 0.5}}), scene, info), scene);
  // Beside the lamp: red before green before blue; far away nothing.
  EXPECT_GT(at(glow, 318, 200, 0), at(clean, 318, 200, 0) + 0.1);
  EXPECT_GT(at(glow, 318, 200, 0), at(glow, 318, 200, 1) + 0.05);
  EXPECT_GT(at(glow, 318, 200, 1), at(glow, 318, 200, 2));
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(at(glow, 20, 20, c), at(clean, 20, 20, c), 1e-3);
  // Bloom is wide and has the colour of the lamp.
  EXPECT_GT(at(bloom, 330, 200, 1), at(clean, 330, 200, 1) + 0.03);
  EXPECT_NEAR(at(bloom, 330, 200, 0), at(bloom, 330, 200, 2), 2e-3);
  // A picture without anything above white has no glow.
  const auto dull = MakeScene(300, 200, [](double u, double v) { return Grey(0.3 * u + 0.1 * v); });
  const auto a = RenderAll<uint16_t>(Make(plain, dull, info), dull);
  const auto b =
      RenderAll<uint16_t>(Make(With(plain, {{"halation", 1}, {"bloom", 1}}), dull, info), dull);
  for (size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 2);
}

TEST(Rendering, TextureChangesDetailAndLeavesEdgesAndAreas) {
  // Left: a fine pattern of +-15 % around mid-grey; right: a step of 3 EV.
  const auto scene = MakeScene(1200, 400, [](double u, double v) {
    if (u > 0.5) return Grey(u < 0.75 ? 0.06 : 0.48);
    const int x = static_cast<int>(u * 1200) / 3 + static_cast<int>(v * 400) / 3;
    return Grey(0.18 * (x % 2 ? 1.15 : 0.85));
  });
  SceneInfo info;
  info.auto_exposure = false;
  const Look plain = ColorOnly("authentic");
  double contrast[3], low[3], high[3];
  for (int i = 0; i < 3; ++i) {
    const Look look = With(plain, {{"texture", 100.0 * (i - 1)}});
    const auto out = RenderAll<uint16_t>(Make(look, scene, info), scene);
    double mean;
    contrast[i] = Deviation(out, 1200, 100, 500, 400, &mean);
    Deviation(out, 1200, 640, 700, 400, &low[i]);
    Deviation(out, 1200, 1000, 1100, 400, &high[i]);
  }
  EXPECT_LT(contrast[0], 0.65 * contrast[1]);
  EXPECT_GT(contrast[2], 1.35 * contrast[1]);
  for (const int i : {0, 2}) {
    EXPECT_NEAR(low[i], low[1], 0.002);
    EXPECT_NEAR(high[i], high[1], 0.002);
  }
}

TEST(Rendering, EveryEffectTogetherDoesNotDependOnCutsOrThreads) {
  const Look look = With(*LoadLook("vivid"), {{"grain_amount", 5},
                                              {"halation", 0.4},
                                              {"bloom", 0.2},
                                              {"texture", 40},
                                              {"vignette_added", 1},
                                              {"highlight_chroma", 0.03}});
  const auto scene = MakeScene(333, 215, [](double u, double v) {
    return Vec3{{4 * u * u, u * v, 0.3 * Texture(u, v)}};
  });
  const Rendering rendering = Make(look, scene);
  const int threads = Threads();
  SetThreads(1);
  const auto whole = RenderAll<uint8_t>(rendering, scene);
  const auto whole16 = RenderAll<uint16_t>(rendering, scene);
  SetThreads(3);
  std::vector<uint8_t> pieces(whole.size());
  std::vector<uint16_t> pieces16(whole.size());
  const int xs[] = {0, 3, 130, 333}, ys[] = {0, 77, 215};
  for (int j = 0; j < 2; ++j) {
    for (int i = 0; i < 3; ++i) {
      const Rect r{xs[i], ys[j], xs[i + 1] - xs[i], ys[j + 1] - ys[j]};
      Image<float> part(r.width, r.height, 3);
      for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < r.height; ++y) {
          std::copy_n(scene.row(r.y + y, c) + r.x, r.width, part.row(y, c));
        }
      }
      const size_t at = (static_cast<size_t>(r.y) * scene.width() + r.x) * 3;
      rendering.Render(part, r, pieces.data() + at, scene.width() * 3);
      rendering.Render(part, r, pieces16.data() + at, scene.width() * 3);
    }
  }
  SetThreads(threads);
  EXPECT_EQ(pieces, whole);
  EXPECT_EQ(pieces16, whole16);
}

TEST(Rendering, EightBitsAreTheSixteenRounded) {
  const Look look = With(ColorOnly("vivid"), {{"grain_amount", 3}});
  TestRandom random;
  const auto scene = MakeScene(512, 200, [&](double u, double v) {
    return Vec3{{2 * u * u, u * v + 0.02 * random.Next(), 0.5 * v}};
  });
  const Rendering rendering = Make(look, scene);
  const auto bytes = RenderAll<uint8_t>(rendering, scene);
  const auto words = RenderAll<uint16_t>(rendering, scene);
  double sum = 0, worst = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const double d = bytes[i] - words[i] / 257.0;
    sum += d;
    worst = std::max(worst, std::fabs(d));
  }
  EXPECT_NEAR(sum / static_cast<double>(bytes.size()), 0, 0.02);
  EXPECT_LT(worst, 1.15);  // the dither's 1, and the table's rounding
}

TEST(Rendering, ToningColoursGreysAndNothingElseDoes) {
  const auto scene = MakeScene(256, 4, [](double u, double) { return Grey(0.9 * u * u); });
  SceneInfo info;
  info.auto_exposure = false;
  const Look plain = ColorOnly("authentic");
  const Look toned = With(plain, {{"shadow_chroma", 0.04}, {"highlight_chroma", 0.04}});
  for (const bool tone : {false, true}) {
    const auto rgb = RenderAll<uint8_t>(Make(tone ? toned : plain, scene, info), scene);
    int colored = 0;
    for (size_t i = 0; i < rgb.size(); i += 3) {
      colored += rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2];
    }
    if (tone) {
      EXPECT_GT(colored, 700);
    } else {
      EXPECT_EQ(colored, 0);
    }
  }
}

TEST(Rendering, RefusesAPictureWithoutPixels) {
  const Look look = *LoadLook("vivid");
  EXPECT_FALSE(Rendering::Create(look, {}, 10, 10, {}, OutputSpace::kSrgb));
  const auto scene = MakeScene(4, 4, [](double, double) { return Grey(0.1); });
  EXPECT_FALSE(Rendering::Create(look, scene, 0, 10, {}, OutputSpace::kSrgb));
  EXPECT_FALSE(Rendering::Create(look, scene, 1 << 20, 1 << 20, {}, OutputSpace::kSrgb));
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryRendering, testing::ValuesIn(PlainLooks()), LookTestName);

}  // namespace
}  // namespace petzval
