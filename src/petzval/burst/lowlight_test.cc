// Dark pairs: few levels, little signal, motion that no similarity describes; and the variance map.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "petzval/burst/burst.h"
#include "petzval/burst/motion.h"
#include "petzval/burst/quality_score_util.h"
#include "petzval/burst/synthetic_burst_util.h"

namespace petzval {
namespace {

using burst::RmsError;
using burst::Signal;
using burst::SyntheticBurst;

constexpr int kWidth = 640, kHeight = 480;

// A dark scene in which a few bright strokes stand out.
double DarkScene(double x, double y, int color) {
  static constexpr double kTone[3] = {0.5, 1.0, 0.6};
  double v = 0.012 + 0.005 * SyntheticBurst::Noise(x / 83, y / 83, 1) +
             0.003 * SyntheticBurst::Noise(x / 31, y / 31, 2);
  // Edges as soft as a lens draws them.
  const auto edge = [](double inside) { return 0.5 + 0.5 * std::tanh(inside / 1.5); };
  const double bars = edge(5 - std::abs(std::remainder(y + 0.2 * x, 24)));
  v += 0.2 * bars * edge(40 - std::abs(x - 190)) * edge(85 - std::abs(y - 245));
  return std::max(v, 0.004) * kTone[color];
}

// Where the second frame sees a point: shift, magnification and the shear of a rolling shutter.
burst::Shift Sheared(double x, double y) {
  const double px = x - (kWidth - 1) / 2.0, py = y - (kHeight - 1) / 2.0;
  return {14 - 0.012 * px + 0.024 * py, -19 - 0.012 * py};
}

// A frame of so many levels; `floor`: the converter cuts fractions off.
RawFrame DarkFrame(bool moved, float white, bool floor, int seed) {
  RawFrame frame;
  frame.path = moved ? "second" : "first";
  frame.cfa = SyntheticBurst{}.MakeCfa();
  frame.black_dn.fill(0);
  frame.white_dn.fill(white);
  const double s = 1.0e-3, o = 1e-6 + 1 / (12.0 * white * white);
  frame.noise.plane.fill({s, o});
  frame.exif.exposure_s = 0.05;
  frame.exif.iso = 800;
  frame.mosaic = Image<uint16_t>(kWidth, kHeight);
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      double qx = x, qy = y;
      for (int i = 0; moved && i < 6; ++i) {
        const burst::Shift u = Sheared(qx, qy);
        qx = x - u.x;
        qy = y - u.y;
      }
      double v = DarkScene(qx, qy, static_cast<int>(frame.cfa.At(x, y)));
      v += std::sqrt(s * v + 1e-6) * normal(random);
      const double dn = v * white;
      frame.mosaic.At(x, y) = static_cast<uint16_t>(
          std::clamp(floor ? std::floor(dn) : std::nearbyint(dn), 0.0, double{white}));
    }
  }
  return frame;
}

TEST(LowLight, ShearedPairOfFewLevelsMerges) {
  std::vector<RawFrame> frames;
  frames.push_back(DarkFrame(false, 1023, false, 1));
  frames.push_back(DarkFrame(true, 255, true, 2));
  Image<float> clean(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      clean.At(x, y) =
          static_cast<float>(DarkScene(x, y, static_cast<int>(frames[0].cfa.At(x, y))));
    }
  }
  const Image<float> single = Signal(frames[0]);
  const auto merged = MergeBurst(std::move(frames), {.reference = 0});
  ASSERT_TRUE(merged);
  const FrameUse& use = merged->frames[1];
  EXPECT_NEAR(use.shift_x_px, 14, 1);
  EXPECT_NEAR(use.shift_y_px, -19, 1);
  EXPECT_NEAR(use.gain, 1, 0.03);  // half a level too dark is no gain
  EXPECT_GT(use.mean_weight, 0.6);
  const Image<float> x = Signal(merged->frame);
  // The strokes, and darkness.
  for (const Rect& box : {Rect{140, 150, 100, 190}, Rect{300, 100, 260, 280}}) {
    EXPECT_LT(RmsError(x, clean, box), 0.85 * RmsError(single, clean, box)) << box.x;
  }
}

// The map must not promise more than each colour has got, nor much less than the worst.
TEST(LowLight, VarianceMapHoldsForEveryColor) {
  constexpr Rect kBox{40, 40, 240, 176};
  for (const int count : {2, 5}) {
    SyntheticBurst set{.frames = count, .s = 1e-3, .o = 2e-5};
    set.level = 0;
    set.extra = [](int, double x, double y, int) { return 0.1 + 0.0002 * x + 0.0001 * y; };
    const Image<float> single = Signal(set.Frame(0)), clean = set.Clean();
    auto merged = MergeBurst(set.Frames(), {.reference = 0});
    ASSERT_TRUE(merged);
    const Image<float> x = Signal(merged->frame);
    std::array<double, 3> before{}, after{};
    double map = 0, squares = 0;
    for (int j = kBox.y; j < kBox.y + kBox.height; ++j) {
      for (int i = kBox.x; i < kBox.x + kBox.width; ++i) {
        const auto c = static_cast<size_t>(merged->frame.cfa.At(i, j));
        before[c] += std::pow(single.At(i, j) - clean.At(i, j), 2);
        after[c] += std::pow(x.At(i, j) - clean.At(i, j), 2);
        map += merged->variance_ratio.At(i / 2, j / 2) / 255.0;
        ++squares;
      }
    }
    map /= squares;
    double worst = 0;
    for (int c = 0; c < 3; ++c) {
      EXPECT_LT(after[c] / before[c], 1.15 * map) << count << " frames, colour " << c;
      worst = std::max(worst, after[c] / before[c]);
    }
    EXPECT_GT(worst, 0.8 * map) << count << " frames";
  }
}

}  // namespace
}  // namespace petzval
