// The lens correction: filters, tiles, warp and shading against plain double-precision sums.
#include "petzval/develop/lens_restore.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <random>

#include "petzval/base/parallel.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/lens_filter.h"
#include "petzval/develop/test_frame.h"
#include "petzval/optics/profile/test_profile.h"

namespace petzval {
namespace {

using optics::MakeTestProfile;
using optics::SensorGeometry;
using optics::TestLens;

constexpr SensorGeometry kSensor = {320, 240, 2.0, true};

RawFrame GreyFrame(const SensorGeometry& sensor, double level) {
  return TestFrame(sensor.width_px, sensor.height_px, BayerCfa(0, 0), {{0.5, 1, 0.6}}, {0, 0}, 1,
                   [&](int, int, int c) {
                     return level * (c == 1 ? 1 : c == 0 ? 0.5 : 0.6);
                   });
}

// Runs `f` for every SIMD target of this machine.
void ForEachTarget(const std::function<void()>& f) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    f();
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST(LensKernels, ATileIsTheSumOfItsTaps) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(-1, 1);
  Image<float> in(64, 48), out(64, 48);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) in.At(x, y) = uniform(random);
  }
  for (int radius = 3; radius <= kMaxLensRadius; ++radius) {
    const int n = 2 * radius + 1;
    std::vector<float> taps(LensTaps(radius), 0.0f);
    for (int i = 0; i < n * n; ++i) taps[i] = uniform(random) / n;
    ForEachTarget([&] {
      for (const int rows : {16, 11, 1}) {
        FilterTile(in.row(10) + 20, in.stride(), taps.data(), radius, rows, out.row(10) + 20,
                   out.stride());
        for (int y = 10; y < 10 + rows; ++y) {
          for (int x = 20; x < 20 + kLensTile; ++x) {
            double sum = 0;
            for (int dx = -radius; dx <= radius; ++dx) {
              for (int dy = -radius; dy <= radius; ++dy) {
                sum += static_cast<double>(taps[(dx + radius) * n + dy + radius]) *
                       in.At(x + dx, y + dy);
              }
            }
            ASSERT_NEAR(out.At(x, y), sum, 1e-5) << radius << " " << rows;
          }
        }
      }
    });
  }
}

TEST(LensFilter, FollowsTheNoise) {
  const auto blurred = optics::MakeTestPsf(0.9, 1.1, 0.4),
             sharp = optics::MakeTestPsf(0.45, 0.45, 0);
  const LensResponse h(blurred), t(sharp);
  LensFilterLimits limits;
  double last = 100;
  for (const double noise : {0.0, 1e-7, 1e-5, 1e-3, 1e-1}) {
    const LensBlur blur{.own = &h, .green = &h, .own_noise = noise, .green_noise = noise};
    const LensResponse c = DesignLensFilter(blur, t, limits);
    // How much more of a fine pattern comes through.
    const double gain = std::abs(1.0 + c.At(0, 8));
    EXPECT_LT(gain, last + 1e-9);
    last = gain;
    EXPECT_NEAR(std::abs(c.At(0, 0)), 0, 1e-6) << "light is neither made nor lost";
    const LensImpulse impulse(c, limits.radius);
    // As the restorer uses it: the middle tap makes the sum 1.
    double power = 0, sum = 0;
    for (int y = -5; y <= 5; ++y) {
      for (int x = -5; x <= 5; ++x) {
        const double v = impulse.At(static_cast<float>(x), static_cast<float>(y));
        if (x != 0 || y != 0) power += v * v;
        if (x != 0 || y != 0) sum += v;
      }
    }
    power += (1 - sum) * (1 - sum);
    EXPECT_LE(std::sqrt(power), limits.noise_gain * 1.02);
    if (noise == 1e-7) {
      EXPECT_GT(gain, 1.5);
    }
  }
  EXPECT_NEAR(last, 1, 0.03) << "noise leads back to the picture as shot";
}

TEST(LensFilter, TheImpulseIsTheResponse) {
  const auto psf = optics::MakeTestPsf(0.7, 1.0, 0.5);
  const LensResponse h(psf), t(optics::MakeTestPsf(0.45, 0.45, 0));
  const LensBlur blur{.own = &h, .green = &h, .own_noise = 1e-5, .green_noise = 1e-5};
  const LensResponse c = DesignLensFilter(blur, t, {});
  const LensImpulse impulse(c, 5);
  // Beyond a whole pixel the impulse is cut off, so low frequencies agree to a few percent.
  for (const int j : {-6, -3, 3, 6}) {
    std::complex<double> sum = 0;
    for (int y = -6; y <= 6; ++y) {
      for (int x = -6; x <= 6; ++x) {
        sum += static_cast<double>(impulse.At(static_cast<float>(x), static_cast<float>(y))) *
               std::polar(1.0, -2 * M_PI * j * y / 32);
      }
    }
    EXPECT_NEAR(std::abs(sum - c.At(0, j)), 0, 0.08) << j;
  }
}

TEST(LensField, ShadingIsTakenOffAndTheFrameIsFilled) {
  for (const double distortion : {-0.05, 0.04}) {
    TestLens lens;
    lens.distortion = distortion;
    const auto profile = MakeTestProfile(lens, kSensor);
    const RawFrame frame = GreyFrame(kSensor, 0.2);
    const auto source = MakeSource(frame);
    ASSERT_TRUE(source);
    const auto field = MakeLensField(profile, 1e9, *source);
    ASSERT_TRUE(field);
    const Warp warp = Warp::Make(MakeLensWarp(*field, *source), *source);
    double nearest = 1e9;
    for (int i = 0; i <= 320; ++i) {
      for (const double y : {0.0, 240.0}) {
        // SourceOf keeps points inside, so ask a little inside the rim.
        const auto at = warp.SourceOf(1, i, y);
        nearest = std::min(nearest, std::min(at[1], 240 - at[1]));
      }
    }
    EXPECT_LT(nearest, 1.0) << "nothing is cut off that could be kept";
    std::vector<std::string> warnings;
    const auto maps = MakeLensShading(*field, *source);
    ASSERT_EQ(maps.size(), 4u);
    const Shading shading(maps, *source, &warnings);
    EXPECT_TRUE(warnings.empty());
    Image<float> scratch;
    const auto gains = shading.Gain(0, {0, 0, 320, 240}, &scratch);
    for (int y = 1; y < 240; y += 13) {
      for (int x = 0; x < 320; x += 7) {
        const int c = static_cast<int>(frame.cfa.At(x, y));
        const double r = std::hypot(x + 0.5 - 160, y + 0.5 - 120) / 200 * 20;
        const int i = std::min(static_cast<int>(r), 19);
        const auto& s = profile.states[0].shading[c];
        EXPECT_NEAR(gains.At(x, y) * (s[i] + (r - i) * (s[i + 1] - s[i])), 1, 0.01);
      }
    }
  }
}

TEST(LensField, AProfileOfAnotherSensorIsRefused) {
  const auto profile = std::make_shared<optics::LensProfile>(MakeTestProfile({}, kSensor));
  const RawFrame frame = GreyFrame({640, 480, 1.0, false}, 0.2);
  DevelopParams params;
  params.lens_profile = profile;
  const auto developer = Developer::Create(frame, {}, params);
  ASSERT_FALSE(developer);
  EXPECT_NE(developer.error().message.find("320 x 240"), std::string::npos)
      << developer.error().message;
}

TEST(Warp, RadialTablesMoveEveryPlane) {
  TestLens lens;
  lens.distortion = -0.04;
  lens.lateral_red_px = 3;
  lens.lateral_blue_px = -3;
  const auto profile = MakeTestProfile(lens, kSensor);
  const RawFrame frame = GreyFrame(kSensor, 0.2);
  const auto source = MakeSource(frame);
  ASSERT_TRUE(source);
  const auto field = MakeLensField(profile, 1e9, *source);
  ASSERT_TRUE(field);
  const Warp warp = Warp::Make(MakeLensWarp(*field, *source), *source);
  // A smooth picture, whose values at any point are known.
  const auto value = [](double x, double y, int c) {
    return std::sin(0.11 * x + 0.05 * y + c) + 0.3 * std::cos(0.17 * y - 0.03 * x);
  };
  const Rect r = {5, 3, 310, 230}, s = warp.SourceRect(r);
  Image<float> from(s.width + Warp::kSpareColumns, s.height, 3), out(r.width, r.height, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < s.height; ++y) {
      for (int x = 0; x < from.width(); ++x) {
        from.At(x, y, c) = static_cast<float>(value(s.x + x + 0.5, s.y + y + 0.5, c));
      }
    }
  }
  ForEachTarget([&] {
    warp.Apply(from, s, r, Mat3::Identity(), &out, 0, 0);
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < r.height; y += 3) {
        for (int x = 0; x < r.width; ++x) {
          const auto at = warp.SourceOf(c, r.x + x + 0.5, r.y + y + 0.5);
          if (at[0] < 3 || at[1] < 3 || at[0] > 317 || at[1] > 237) continue;
          ASSERT_NEAR(out.At(x, y, c), value(at[0], at[1], c), 2e-3) << x << " " << y;
        }
      }
    }
  });
  // And with other cuts, the same bits.
  Image<float> part(64, 40, 3);
  const Rect q = {101, 77, 59, 33}, sq = warp.SourceRect(q);
  Image<float> piece(sq.width + Warp::kSpareColumns, sq.height, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < sq.height; ++y) {
      for (int x = 0; x < sq.width; ++x) {
        piece.At(x, y, c) = from.At(sq.x - s.x + x, sq.y - s.y + y, c);
      }
    }
  }
  warp.Apply(from, s, r, Mat3::Identity(), &out, 0, 0);
  warp.Apply(piece, sq, q, Mat3::Identity(), &part, 0, 0);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < q.height; ++y) {
      for (int x = 0; x < q.width; ++x) {
        ASSERT_EQ(part.At(x, y, c), out.At(q.x - r.x + x, q.y - r.y + y, c)) << x << " " << y;
      }
    }
  }
}

TEST(Developer, LensCorrectionHasTheSameBitsHoweverItIsCut) {
  const SensorGeometry sensor = {1200, 900, 2.0, true};
  const auto profile = std::make_shared<optics::LensProfile>(MakeTestProfile({}, sensor));
  const RawFrame frame =
      TestFrame(sensor.width_px, sensor.height_px, BayerCfa(1, 0), {{0.5, 1, 0.6}}, {1e-4, 2e-6}, 1,
                [](int x, int y, int) {
                  return ((x / 31) ^ (y / 23)) & 1 ? 0.4 : (x + y) % 500 < 4 ? 1.5 : 0.05;
                });
  DevelopParams params;
  params.lens_profile = profile;
  const auto render = [&](int threads, int step_x, int step_y) {
    SetThreads(threads);
    auto developer = Developer::Create(frame, {}, params);
    EXPECT_TRUE(developer);
    Image<float> whole(1200, 900, 3), part(step_x, step_y, 3);
    for (int y = 0; y < 900; y += step_y) {
      for (int x = 0; x < 1200; x += step_x) {
        const Rect r = {x, y, std::min(step_x, 1200 - x), std::min(step_y, 900 - y)};
        developer->Render(r, &part);
        for (int c = 0; c < 3; ++c) {
          for (int j = 0; j < r.height; ++j) {
            std::copy_n(part.row(j, c), r.width, whole.row(y + j, c) + x);
          }
        }
      }
    }
    return whole;
  };
  const int threads = Threads();
  const Image<float> one = render(1, 1200, 900);
  for (const Image<float>& other : {render(3, 1200, 900), render(2, 333, 127)}) {
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < 900; ++y) {
        ASSERT_EQ(std::memcmp(one.row(y, c), other.row(y, c), 1200 * sizeof(float)), 0) << y;
      }
    }
  }
  SetThreads(threads);
}

}  // namespace
}  // namespace petzval
