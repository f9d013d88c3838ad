// Camera colour per pixel against plain double arithmetic, and its promises.
#include "petzval/develop/color_transform.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "petzval/color/difference.h"
#include "petzval/develop/test_frame.h"
#include "petzval/device/convex_hull.h"

namespace petzval {
namespace {

const Vec3 kD50 = XyzFromChromaticity(kWhiteD50);

ColorFit Matrix() {
  Mat3 m{{{{0.66, 0.25, 0}, {0.25, 0.93, 0}, {0.04, -0.3, 0}}}};
  for (int i = 0; i < 3; ++i) m[i][2] = kD50[i] - m[i][0] - m[i][1];
  return ColorFit::FromMatrix(m);
}

ColorFit Fit(ColorFitKind kind) {
  ColorFit fit = Matrix();
  fit.kind = kind;
  Vec3 left{};
  TestNoise random(7);
  while (static_cast<int>(fit.coefficient.size()) < ColorTermCount(kind) - 1) {
    Vec3 c;
    for (int i = 0; i < 3; ++i) c[i] = 0.2 * (random.Uniform() - 0.5), left[i] -= c[i];
    fit.coefficient.push_back(c);
  }
  if (kind != ColorFitKind::kMatrix) fit.coefficient.push_back(left);
  return fit;
}

ColorTransform Transform(ColorFitKind kind) {
  ColorTransform t;
  t.matrix = Matrix();
  t.fit = Fit(kind);
  return t;
}

const std::vector<Point2> kHull = {{0.2, 0.2}, {0.55, 0.25}, {0.5, 0.4}, {0.25, 0.5}};
constexpr ColorFitKind kRoots[] = {ColorFitKind::kRootPolynomial2, ColorFitKind::kRootPolynomial3};

double Smooth(double t) {
  t = std::clamp(t, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

// The definition in double precision.
Vec3 Oracle(const ColorTransform& color, const BalancedNoise& noise, const Vec3& rgb) {
  double snr = 1e9, weight = 1;
  for (int c = 0; c < 3; ++c) {
    const double x = std::max(rgb[c], 0.0);
    snr = std::min(snr, x / std::sqrt(noise.slope[c] * x + std::max(noise.offset[c], 1e-18f)));
  }
  weight *= Smooth((snr - 2) / 4);
  const double r = std::max(rgb[0], 0.0), g = std::max(rgb[1], 0.0), b = std::max(rgb[2], 0.0);
  if (!color.hull.empty() && r + g + b > 0) {
    const double gauge = EdgesOfHull(color.hull).Gauge({r / (r + g + b), g / (r + g + b)});
    weight *= 1 - Smooth((gauge - 1.1) / 0.1);
  }
  const Mat3 out_from_xyz = RgbFromXyzD50(kRec2020);
  const Vec3 a = out_from_xyz * color.matrix.Apply(rgb), f = out_from_xyz * color.fit.Apply(rgb);
  for (int i = 0; i < 3; ++i) {
    if (f[i] < a[i]) weight = std::min(weight, 0.5 * std::max(a[i], 0.0) / (a[i] - f[i]));
  }
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = a[i] + weight * (f[i] - a[i]);
  return out;
}

TEST(PixelTransform, MatchesTheOracle) {
  TestNoise random(3);
  for (const ColorFitKind kind : kRoots) {
    ColorTransform color = Transform(kind);
    color.hull = kHull;
    const BalancedNoise noise{{1e-3f, 2e-3f, 3e-3f}, {1e-5f, 1e-6f, 2e-5f}};
    const PixelTransform t = PixelTransform::FromCalibration(color, noise);
    EXPECT_FALSE(t.plain());
    constexpr int kCount = 4099;  // no multiple of any vector
    std::vector<float> r(kCount), g(kCount), b(kCount);
    for (int i = 0; i < kCount; ++i) {
      // From deep shadow to far beyond white, grey and saturated, some below zero.
      const double level = std::exp2(-10 + 13 * random.Uniform());
      const double spread = random.Uniform();
      const auto value = [&] {
        return static_cast<float>(level * (1 + spread * (2.2 * random.Uniform() - 1.2)));
      };
      r[i] = value(), g[i] = value(), b[i] = value();
    }
    std::vector<float> out[3] = {r, g, b};
    t.Apply(out[0].data(), out[1].data(), out[2].data(), kCount);
    for (int i = 0; i < kCount; ++i) {
      const Vec3 in{{r[i], g[i], b[i]}}, expected = Oracle(color, noise, in);
      const double size = std::max({std::abs(in[0]), std::abs(in[1]), std::abs(in[2])});
      for (int c = 0; c < 3; ++c) {
        ASSERT_NEAR(out[c][i], expected[c], 4e-6 * size)
            << i << ": " << r[i] << " " << g[i] << " " << b[i];
      }
      // The same wherever the pixel stands.
      const Vec3 alone = t.Apply(in);
      for (int c = 0; c < 3; ++c) ASSERT_EQ(static_cast<float>(alone[c]), out[c][i]);
    }
  }
}

TEST(PixelTransform, KeepsWhiteAtEveryExposure) {
  for (const ColorFitKind kind : kRoots) {
    const PixelTransform t =
        PixelTransform::FromCalibration(Transform(kind), BalancedNoise{}).Exposed(2);
    for (const double x : {1e-4, 0.18, 1.0, 16.0}) {
      const Vec3 out = t.Apply({{x, x, x}});
      for (int c = 0; c < 3; ++c) EXPECT_NEAR(out[c] / (2 * x), 1, 2e-6) << x;
    }
    EXPECT_EQ(t.Apply(Vec3{}), Vec3{});
  }
}

TEST(PixelTransform, ExposureChangesNothingElse) {
  // Without the fade at low signals: -4 .. +4 EV within 0.01 CIEDE2000.
  TestNoise random(5);
  const Mat3 xyz_from_rgb = XyzFromRgb(kRec2020);
  const Vec3 white = xyz_from_rgb * Vec3{{1, 1, 1}};
  double worst = 0;
  for (const ColorFitKind kind : kRoots) {
    ColorTransform color = Transform(kind);
    color.hull = kHull;
    const PixelTransform t = PixelTransform::FromCalibration(color, BalancedNoise{});
    for (int i = 0; i < 500; ++i) {
      const Vec3 v{{random.Uniform(), random.Uniform(), random.Uniform()}};
      const Vec3 lab = LabFromXyz(xyz_from_rgb * t.Apply(v), white);
      for (int ev = -4; ev <= 4; ++ev) {
        const double k = std::exp2(ev);
        Vec3 out = t.Apply({{k * v[0], k * v[1], k * v[2]}});
        for (int c = 0; c < 3; ++c) out[c] /= k;
        worst = std::max(worst, DeltaE2000(lab, LabFromXyz(xyz_from_rgb * out, white)));
      }
    }
  }
  EXPECT_LT(worst, 0.01);
  std::printf("largest change from -4 to +4 EV: %.6f\n", worst);
}

TEST(PixelTransform, FadesToTheMatrix) {
  ColorTransform color = Transform(ColorFitKind::kRootPolynomial2);
  const Mat3 m = RgbFromXyzD50(kRec2020) * color.matrix.AsMatrix();
  const auto differs = [&](const PixelTransform& t, const Vec3& v) {
    const Vec3 out = t.Apply(v), plain = m * v;
    double most = 0;
    for (int c = 0; c < 3; ++c) most = std::max(most, std::abs(out[c] - plain[c]));
    return most / (v[0] + v[1] + v[2]);
  };
  // By signal: constant noise of 0.01.
  BalancedNoise noise;
  noise.offset.fill(1e-4f);
  const PixelTransform snr = PixelTransform::FromCalibration(color, noise);
  const auto at = [&](double x) { return differs(snr, {{x, 1.3 * x, 1.9 * x}}); };
  EXPECT_LT(at(0.0199), 1e-6);
  EXPECT_GT(at(0.0601), 1e-3);
  EXPECT_NEAR(at(0.0601), at(0.5), 1e-6);
  EXPECT_NEAR(at(0.04), 0.5 * at(0.5), 1e-5);
  // By hull: along a ray from its middle.
  color.hull = kHull;
  const PixelTransform hull = PixelTransform::FromCalibration(color, BalancedNoise{});
  const PixelTransform free =
      PixelTransform::FromCalibration(Transform(ColorFitKind::kRootPolynomial2), BalancedNoise{});
  const HullEdges edges = EdgesOfHull(kHull);
  const Point2 corner = kHull[1];
  const auto color_at = [&](double gauge) {
    const double x = edges.middle[0] + gauge * (corner[0] - edges.middle[0]);
    const double y = edges.middle[1] + gauge * (corner[1] - edges.middle[1]);
    return Vec3{{x, y, 1 - x - y}};
  };
  EXPECT_NEAR(differs(hull, color_at(1.09)), differs(free, color_at(1.09)), 1e-6);
  EXPECT_NEAR(differs(hull, color_at(1.15)), 0.5 * differs(free, color_at(1.15)), 1e-5);
  EXPECT_GT(differs(free, color_at(1.21)), 1e-3);
  EXPECT_LT(differs(hull, color_at(1.21)), 1e-6);
}

TEST(PixelTransform, NothingSpreadsAndAllIsFinite) {
  const float nan = NAN, inf = INFINITY, tiny = std::numeric_limits<float>::denorm_min();
  const float evil[] = {nan, inf, -inf, tiny, -tiny, 3e38f, -3e38f, -1, 0, 1e-30f, 1e9f};
  for (const ColorFitKind kind : kRoots) {
    for (const bool hull : {false, true}) {
      ColorTransform color = Transform(kind);
      if (hull) color.hull = kHull;
      const BalancedNoise noise{{1e-3f, 1e-3f, 1e-3f}, {1e-6f, 1e-6f, 1e-6f}};
      const PixelTransform t = PixelTransform::FromCalibration(color, noise).Exposed(16);
      for (const float bad : evil) {
        for (int channels = 1; channels < 8; ++channels) {
          for (const int place : {0, 5, 36}) {
            float rgb[3][37], clean[3][37];
            for (int c = 0; c < 3; ++c) {
              for (int i = 0; i < 37; ++i) {
                clean[c][i] = rgb[c][i] = 0.01f + 0.02f * i + 0.1f * c;
              }
              if (channels >> c & 1) rgb[c][place] = bad;
            }
            t.Apply(rgb[0], rgb[1], rgb[2], 37);
            t.Apply(clean[0], clean[1], clean[2], 37);
            for (int c = 0; c < 3; ++c) {
              for (int i = 0; i < 37; ++i) {
                ASSERT_TRUE(std::isfinite(rgb[c][i])) << bad << " " << channels << " " << i;
                if (i != place) {
                  ASSERT_EQ(rgb[c][i], clean[c][i]);
                }
              }
            }
          }
        }
      }
    }
  }
}

TEST(PixelTransform, MatrixAloneIsPlain) {
  ColorTransform color = Transform(ColorFitKind::kMatrix);
  color.fit = color.matrix;
  const PixelTransform t = PixelTransform::FromCalibration(color, BalancedNoise{});
  EXPECT_TRUE(t.plain());
  const Vec3 white = t.matrix() * Vec3{{1, 1, 1}};
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(white[c], 1, 1e-12);
}

// Doubles red in ProPhoto.
class DoubleRed : public ProPhotoStage {
 public:
  void Apply(float* red, float*, float*, int count) const override {
    for (int i = 0; i < count; ++i) red[i] *= 2;
  }
};

TEST(PixelTransform, StageComesBetweenColorAndExposure) {
  const Vec3 v{{0.3, 0.5, 0.2}};
  for (const ColorFitKind kind : {ColorFitKind::kMatrix, ColorFitKind::kRootPolynomial2}) {
    const ColorTransform color = Transform(kind);
    const PixelTransform t =
        PixelTransform::FromCalibration(color, BalancedNoise{}, std::make_unique<DoubleRed>())
            .Exposed(4);
    EXPECT_FALSE(t.plain());
    Vec3 p = RgbFromXyzD50(kProPhoto) * color.fit.Apply(v);
    p[0] *= 2;
    const Vec3 expected = RgbFromRgb(kRec2020, kProPhoto) * p, out = t.Apply(v);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(out[c], 4 * expected[c], 1e-5);
  }
}

}  // namespace
}  // namespace petzval
