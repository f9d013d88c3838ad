// Exposure comes before every curve, and bad pixels stay where they are: whole pictures.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "petzval/look/look.h"
#include "petzval/look/look_test_names.h"
#include "petzval/look/test_scenes.h"

namespace petzval {
namespace {

constexpr int kWidth = 96, kHeight = 64;

std::vector<uint16_t> Render(const Look& look, const Image<float>& picture, double exposure_ev) {
  SceneInfo info;
  info.auto_exposure = false;
  info.exposure_ev = exposure_ev;
  auto rendering = Rendering::Create(look, picture, kWidth, kHeight, info, OutputSpace::kSrgb);
  EXPECT_TRUE(rendering.has_value());
  std::vector<uint16_t> out(static_cast<size_t>(kWidth) * kHeight * 3);
  rendering->Render(picture, {0, 0, kWidth, kHeight}, out.data(), kWidth * 3);
  return out;
}

Image<float> Picture(double gain) {
  return MakeScene(kWidth, kHeight, [gain](double u, double v) {
    const double light = gain * 0.02 * std::exp2(6.5 * u) * Texture(u, v);
    return Vec3{{light * (0.5 + v), light, light * (1.4 - v)}};
  });
}

class OrderOfLook : public testing::TestWithParam<std::string> {};

TEST_P(OrderOfLook, AStopMoreIsTwiceTheLight) {
  Look look = *LoadLook(GetParam());
  for (auto& [name, value] : look.values) {
    if (name == "grain_amount") value = 0;  // two pictures have two grains
  }
  const std::vector<uint16_t> a = Render(look, Picture(1), 1), b = Render(look, Picture(2), 0);
  int worst = 0;
  for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  EXPECT_LE(worst, 65535 * 0.002);
}

TEST_P(OrderOfLook, BadPixelsDoNotSpread) {
  const Look look = *LoadLook(GetParam());
  const Image<float> clean = Picture(1);
  Image<float> broken = Picture(1);
  const float inf = std::numeric_limits<float>::infinity();
  const float bad[] = {std::nanf(""), -inf, -1e30f, std::numeric_limits<float>::denorm_min()};
  int n = 0;
  for (float value : bad) {
    for (int c = 0; c < 3; ++c) broken.At(10 + 20 * n, 32, c) = value;
    ++n;
  }
  SceneInfo info;
  info.auto_exposure = false;
  // One analysis, two pictures: what the pixels themselves do.
  auto rendering = Rendering::Create(look, clean, kWidth, kHeight, info, OutputSpace::kSrgb);
  ASSERT_TRUE(rendering.has_value());
  std::vector<uint16_t> a(static_cast<size_t>(kWidth) * kHeight * 3), b(a.size());
  rendering->Render(clean, {0, 0, kWidth, kHeight}, a.data(), kWidth * 3);
  rendering->Render(broken, {0, 0, kWidth, kHeight}, b.data(), kWidth * 3);
  int changed = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const size_t i = 3 * (static_cast<size_t>(y) * kWidth + x);
      const int d = std::abs(a[i] - b[i]) + std::abs(a[i + 1] - b[i + 1]);
      changed += d > 65535 / 100;
    }
  }
  EXPECT_LE(changed, n);
}

INSTANTIATE_TEST_SUITE_P(Looks, OrderOfLook, testing::ValuesIn(OwnLooks()), LookTestName);

}  // namespace
}  // namespace petzval
