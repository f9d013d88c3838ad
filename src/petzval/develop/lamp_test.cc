// Lamps that clip one channel before the others, and fringes beside surfaces that are purple
// indeed.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/test_frame.h"

namespace petzval {
namespace {

// Linear Rec.2020 -> CIELAB relative to D65; what is brighter than white is exposed down to it.
Vec3 Lab(const Vec3& rgb2020) {
  const Vec3 xyz = XyzFromRgb(kRec2020) * rgb2020;
  const Vec3 white = XyzFromChromaticity(kWhiteD65);
  const double scale = 1 / std::max(1.0, xyz[1]);
  const auto f = [](double t) {
    return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  };
  const double fx = f(scale * xyz[0] / white[0]), fy = f(scale * xyz[1]);
  const double fz = f(scale * xyz[2] / white[2]);
  return {{116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)}};
}
double Chroma(const Vec3& lab) { return std::hypot(lab[1], lab[2]); }
double HueDeg(const Vec3& lab) { return std::atan2(lab[2], lab[1]) * 180 / M_PI; }
// How far a colour lies outside the wedge of 10 degrees about the hue of `own`, in units of chroma.
double FalseChroma(const Vec3& lab, const Vec3& own) {
  if (Chroma(own) < 1) return Chroma(lab);
  const double off = std::abs(std::remainder(HueDeg(lab) - HueDeg(own), 360.0)) - 10;
  if (off <= 0) return 0;
  return off >= 90 ? Chroma(lab) : Chroma(lab) * std::sin(off * M_PI / 180);
}

Vec3 At(const Image<float>& p, int x, int y) {
  return {{p.At(x, y, 0), p.At(x, y, 1), p.At(x, y, 2)}};
}

Image<float> Develop(const RawFrame& f, const DevelopParams& params) {
  auto d = Developer::Create(f, {}, params);
  EXPECT_TRUE(d) << d.error().message;
  Image<float> out(d->width(), d->height(), 3);
  d->Render({0, 0, d->width(), d->height()}, &out);
  return out;
}

// A lamp at night: a disc with a soft rim and a glow around it, far beyond what saturates. In the
// ring where channels have begun to clip, a white lamp has no colour and a coloured one its own.
TEST(Lamp, NoPurpleRing) {
  constexpr int kSide = 128;
  const Vec3 lamps[] = {{{1, 1, 1}}, {{1, 0.75, 0.5}}, {{1, 0.5, 0.12}}, {{0.8, 0.95, 1}}};
  // White in camera RGB: blue clips first, green clips first.
  const Vec3 neutrals[] = {{{0.75, 1, 1.25}}, {{0.45, 1, 0.6}}};
  double largest = 0, largest_p95 = 0;
  for (const Vec3& neutral : neutrals) {
    for (const Vec3& lamp : lamps) {
      for (const double blur : {0.7, 3.0}) {
        const auto light = [&](int x, int y) {
          const double r = std::hypot(x - 63.7, y - 64.2);
          return 12 * 0.5 * std::erfc((r - 12.3) / (blur * M_SQRT2)) + 1.5 * std::exp(-r / 10);
        };
        const RawFrame f = TestFrame(
            kSide, kSide, BayerCfa(0, 0), neutral, {2e-5, 2e-8}, 5,
            [&](int x, int y, int c) { return (0.01 + light(x, y) * lamp[c]) * neutral[c]; });
        const Image<float> out = Develop(f, {});
        const Vec3 own = Lab(RgbFromRgb(kRec2020, kRec709) * lamp);
        std::vector<double> ring;
        for (int y = 8; y < kSide - 8; ++y) {
          for (int x = 8; x < kSide - 8; ++x) {
            double most = 0;
            for (int j = -2; j <= 2; ++j) {
              for (int i = -2; i <= 2; ++i) {
                for (int c = 0; c < 3; ++c) {
                  most = std::max(most, light(x + i, y + j) * lamp[c] * neutral[c]);
                }
              }
            }
            if (most < 0.95) continue;
            ring.push_back(FalseChroma(Lab(At(out, x, y)), own));
          }
        }
        ASSERT_GT(ring.size(), 200u);
        // One pixel in twenty at the rim may show what noise and interpolation leave.
        std::sort(ring.begin(), ring.end());
        const double p95 = ring[ring.size() * 95 / 100];
        largest = std::max(largest, ring.back());
        largest_p95 = std::max(largest_p95, p95);
        EXPECT_LE(p95, 5) << "white " << neutral[0] << " " << neutral[2] << ", lamp " << lamp[0]
                          << " " << lamp[1] << " " << lamp[2] << ", blur " << blur;
      }
    }
  }
  std::printf("chroma that is not the lamp's: at most %.2f, 95 %% below %.2f\n", largest,
              largest_p95);
  EXPECT_LE(largest, 10);
}

// Black bars on white through a lens with lateral colour, and a purple patch among them. The file
// states the lens: fringes go, the patch stays as it is without a lens.
TEST(Lamp, FringesGoAndPurpleStays) {
  constexpr int kWidth = 400, kHeight = 300;
  const Vec3 neutral{{0.45, 1, 0.6}};
  const std::array<double, 3> k1{0.02, 0, -0.018};
  const double radius = std::hypot(kWidth / 2.0, kHeight / 2.0);
  const double cx = kWidth / 2.0, cy = kHeight / 2.0;
  const Vec3 purple{{0.30, 0.08, 0.42}};
  const auto in_patch = [](double x, double y, double margin) {
    return x > 300 + margin && x < 350 - margin && y > 120 + margin && y < 180 - margin;
  };
  // Edges as soft as a lens makes them, 1 pixel rms.
  const auto scene = [&](double x, double y, int c) {
    const auto bar = [](double v, double from, double to) {
      return 0.25 * std::erfc((from - v) / M_SQRT2) * std::erfc((v - to) / M_SQRT2);
    };
    double dark = 0;
    for (const double at : {20.0, 60.0, 270.0, 365.0}) dark = std::max(dark, bar(x, at, at + 14));
    const double patch = bar(x, 300, 350) * bar(y, 120, 180);
    const double paper = 0.7 * (1 - dark) + 0.02 * dark;
    return paper * (1 - patch) + purple[c] * patch;
  };
  const auto shoot = [&](bool lens) {
    RawFrame f = TestFrame(
        kWidth, kHeight, BayerCfa(0, 0), neutral, {1e-6, 1e-9}, 3, [&](int x, int y, int c) {
          const double dx = (x + 0.5 - cx) / radius, dy = (y + 0.5 - cy) / radius;
          double ux = dx, uy = dy;
          for (int i = 0; lens && i < 10; ++i) {
            const double s = 1 + k1[c] * (ux * ux + uy * uy);
            ux = dx / s;
            uy = dy / s;
          }
          return neutral[c] * scene(cx + radius * ux, cy + radius * uy, c);
        });
    if (lens) {
      f.warp = WarpRectilinear{};
      f.warp->plane.resize(3);
      for (int p = 0; p < 3; ++p) f.warp->plane[p].radial = {1, k1[p], 0, 0};
    }
    return f;
  };
  DevelopParams on, off;
  on.sharpening = off.sharpening = 0;
  off.lens_correction = false;
  const Image<float> corrected = Develop(shoot(true), on), fringed = Develop(shoot(true), off);
  const Image<float> plain = Develop(shoot(false), on);
  double chroma_on = 0, chroma_off = 0, patch = 0;
  int count = 0;
  for (int y = 20; y < kHeight - 20; ++y) {
    for (int x = 14; x < kWidth - 14; ++x) {
      if (in_patch(x + 0.5, y + 0.5, 5)) {
        patch = std::max(patch, DeltaE2000(Lab(At(corrected, x, y)), Lab(At(plain, x, y))));
        continue;
      }
      if (in_patch(x + 0.5, y + 0.5, -8)) continue;
      chroma_on += Chroma(Lab(At(corrected, x, y)));
      chroma_off += Chroma(Lab(At(fringed, x, y)));
      ++count;
    }
  }
  RecordProperty("fringe_left", std::to_string(chroma_on / chroma_off));
  std::printf("mean chroma %.2f without, %.2f with correction; patch dE %.2f\n", chroma_off / count,
              chroma_on / count, patch);
  EXPECT_GT(chroma_off / count, 1);
  EXPECT_LT(chroma_on, 0.2 * chroma_off);
  EXPECT_LT(patch, 1);
  // It is purple, not grey.
  EXPECT_GT(Chroma(Lab(At(corrected, 325, 150))), 40);
}

}  // namespace
}  // namespace petzval
