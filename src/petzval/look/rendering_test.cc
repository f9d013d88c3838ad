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

TEST(Rendering, RefusesAPictureWithoutPixels) {
  const Look look = *LoadLook("vivid");
  EXPECT_FALSE(Rendering::Create(look, {}, 10, 10, {}, OutputSpace::kSrgb));
  const auto scene = MakeScene(4, 4, [](double, double) { return Grey(0.1); });
  EXPECT_FALSE(Rendering::Create(look, scene, 0, 10, {}, OutputSpace::kSrgb));
  EXPECT_FALSE(Rendering::Create(look, scene, 1 << 20, 1 << 20, {}, OutputSpace::kSrgb));
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryRendering, testing::ValuesIn(PlainLooks()),
                         LookTestName);

}  // namespace
}  // namespace petzval
