// Develop as a whole against plain double arithmetic, and its promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/color/spaces.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/test_frame.h"

namespace petzval {
namespace {

const Vec3 kNeutral{{0.5, 1, 0.7}};
const NoiseLine kClean{};

DevelopParams Plain() {
  DevelopParams p;
  p.luma_noise_reduction = p.chroma_noise_reduction = p.sharpening = 0;
  return p;
}

Image<float> RenderAll(const Developer& d) {
  Image<float> out(d.width(), d.height(), 3);
  d.Render({0, 0, d.width(), d.height()}, &out);
  return out;
}

Image<float> Develop(const RawFrame& frame, const DevelopParams& params,
                     DevelopInfo* info = nullptr) {
  auto d = Developer::Create(frame, {}, params);
  EXPECT_TRUE(d) << d.error().message;
  if (info) *info = d->info();
  return RenderAll(*d);
}

// Linear Rec.709 -> Rec.2020.
Vec3 Rec2020(const Vec3& v) { return RgbFromRgb(kRec2020, kRec709) * v; }

// Deterministic scene with detail, in Rec.709.
double Detail(int x, int y, int c) {
  TestNoise cell(1 + static_cast<uint64_t>(x * 131 + y * 7919 + c * 17));
  return 0.05 + 0.5 * cell.Uniform();
}

Cfa LinearRaw() {
  Cfa cfa;
  cfa.size = 0;
  return cfa;
}
Cfa Mono() {
  Cfa cfa;
  cfa.size = 1;
  cfa.color[0] = CfaColor::kMono;
  return cfa;
}

// Camera signal of a Rec.709 value with TestColor(kNeutral).
double Camera(double v, int c) { return v * kNeutral[c]; }

TEST(Developer, LinearRawMatchesTheOracle) {
  const RawFrame f = TestFrame(37, 23, LinearRaw(), kNeutral, kClean, 1,
                               [](int x, int y, int c) { return Camera(Detail(x, y, c), c); });
  DevelopInfo info;
  const Image<float> out = Develop(f, Plain(), &info);
  EXPECT_NEAR(6504, info.kelvin_k, 5);
  for (int y = 0; y < f.height(); ++y) {
    for (int x = 0; x < f.width(); ++x) {
      Vec3 v;
      for (int c = 0; c < 3; ++c) {
        v[c] = (f.mosaic.At(x, y, c) - 1024) / (16383.0 - 1024) / kNeutral[c];
      }
      const Vec3 expected = Rec2020(v);
      for (int c = 0; c < 3; ++c) ASSERT_NEAR(expected[c], out.At(x, y, c), 2e-5) << x << " " << y;
    }
  }
}

TEST(Developer, MonochromeIsGrey) {
  const RawFrame f = TestFrame(41, 29, Mono(), kNeutral, kClean, 1, Detail);
  const Image<float> out = Develop(f, Plain());
  for (int y = 0; y < f.height(); ++y) {
    for (int x = 0; x < f.width(); ++x) {
      const double expected = (f.mosaic.At(x, y) - 1024) / (16383.0 - 1024);
      for (int c = 0; c < 3; ++c) ASSERT_NEAR(expected, out.At(x, y, c), 2e-6);
    }
  }
}

// The demosaic keeps what red and blue sites measured: undoing the matrix must give it back.
TEST(Developer, BayerKeepsMeasuredSamplesInAnyPhase) {
  for (int phase = 0; phase < 4; ++phase) {
    const Cfa cfa = BayerCfa(phase % 2, phase / 2);
    const RawFrame f = TestFrame(61, 43, cfa, kNeutral, kClean, 1,
                                 [](int x, int y, int c) { return Camera(Detail(x, y, c), c); });
    const Image<float> out = Develop(f, Plain());
    const Mat3 back = RgbFromRgb(kRec709, kRec2020);
    for (int y = 0; y < f.height(); ++y) {
      for (int x = 0; x < f.width(); ++x) {
        const Vec3 rgb = back * Vec3{{out.At(x, y, 0), out.At(x, y, 1), out.At(x, y, 2)}};
        const int c = static_cast<int>(cfa.At(x, y));
        const double measured = (f.mosaic.At(x, y) - 1024) / (16383.0 - 1024) / kNeutral[c];
        // The two greens of a square may be brought a little nearer to each other.
        ASSERT_NEAR(measured, rgb[c], c == 1 ? 0.02 : 5e-5) << phase << ": " << x << " " << y;
      }
    }
  }
}

TEST(Developer, SmoothSceneIsTheSameInAnyPhaseAndQuad) {
  // Plane waves far below the Nyquist frequency of the mosaic, one colour rotated against the
  // other.
  const auto scene = [](double x, double y, int c) {
    return 0.3 + 0.15 * std::sin(0.05 * x + c) * std::cos(0.04 * y - c);
  };
  for (int phase = 0; phase < 4; ++phase) {
    const RawFrame f = TestFrame(90, 70, BayerCfa(phase % 2, phase / 2), kNeutral, kClean, 1,
                                 [&](int x, int y, int c) { return Camera(scene(x, y, c), c); });
    const Image<float> out = Develop(f, Plain());
    Cfa quad;
    quad.size = 4;
    for (int i = 0; i < 16; ++i) quad.color[i] = f.cfa.At(i % 4 / 2, i / 8);
    const RawFrame q = TestFrame(180, 140, quad, kNeutral, kClean, 1, [&](int x, int y, int c) {
      return Camera(scene((x - 0.5) / 2, (y - 0.5) / 2, c), c);
    });
    const Image<float> binned = Develop(q, Plain());
    ASSERT_EQ(90, binned.width());
    ASSERT_EQ(70, binned.height());
    for (int y = 8; y < 62; ++y) {
      for (int x = 8; x < 82; ++x) {
        const Vec3 expected = Rec2020({{scene(x, y, 0), scene(x, y, 1), scene(x, y, 2)}});
        for (int c = 0; c < 3; ++c) {
          ASSERT_NEAR(expected[c], out.At(x, y, c), 2e-3) << phase << ": " << x << " " << y;
          ASSERT_NEAR(expected[c], binned.At(x, y, c), 2e-3) << phase << ": " << x << " " << y;
        }
      }
    }
  }
}

// A noisy frame with clipping, a gain map and a merge map, for the promises about rectangles.
RawFrame Busy(int width, int height) {
  RawFrame f =
      TestFrame(width, height, BayerCfa(1, 0), kNeutral, {1e-3, 1e-5}, 5, [](int x, int y, int c) {
        const double lamp = std::exp(-(std::pow(x - 200, 2) + std::pow(y - 90, 2)) / 900);
        return Camera(Detail(x / 7, y / 5, c) + 3 * lamp, c);
      });
  GainMap m;
  m.area = {0, 0, width, height};
  m.points_v = m.points_h = 3;
  m.spacing_v = m.spacing_h = 0.5;
  m.gain = {1.6f, 1.3f, 1.7f, 1.2f, 1.0f, 1.3f, 1.5f, 1.2f, 1.8f};
  f.gain_maps.push_back(m);
  return f;
}

TEST(Developer, ResultDoesNotDependOnRectanglesOrThreads) {
  for (const bool warped : {false, true}) {
    RawFrame f = Busy(683, 301);
    if (warped) {
      f.warp = WarpRectilinear{};
      f.warp->plane.resize(3);
      for (int p = 0; p < 3; ++p) f.warp->plane[p].radial = {1.0, 0.02 + 0.002 * p, -0.01, 0.003};
    }
    Image<uint8_t> ratio((683 + 1) / 2, (301 + 1) / 2);
    for (int y = 0; y < ratio.height(); ++y) {
      for (int x = 0; x < ratio.width(); ++x) ratio.At(x, y) = (x * 3 + y * 5) % 200 + 50;
    }
    auto d = Developer::Create(f, ratio.view(), DevelopParams{});
    ASSERT_TRUE(d);
    const Image<float> whole = RenderAll(*d);
    const auto expect_same = [&](const Developer& other, const Rect& r, const char* what) {
      Image<float> part(r.width, r.height, 3);
      other.Render(r, &part);
      for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < r.height; ++y) {
          ASSERT_EQ(
              0, std::memcmp(part.row(y, c), whole.row(r.y + y, c) + r.x, sizeof(float) * r.width))
              << what << " at " << r.x << " " << r.y << " row " << y << " plane " << c;
        }
      }
    };
    for (int y = 0; y < f.height(); y += 64) {
      expect_same(*d, {0, y, f.width(), std::min(64, f.height() - y)}, "strip");
    }
    TestNoise random(9);
    for (int i = 0; i < 60; ++i) {
      Rect r;
      r.x = static_cast<int>(random.Uniform() * 680);
      r.y = static_cast<int>(random.Uniform() * 300);
      r.width = 1 + static_cast<int>(random.Uniform() * std::min(250, 682 - r.x));
      r.height = 1 + static_cast<int>(random.Uniform() * (300 - r.y));
      expect_same(*d, r, "rectangle");
    }
    const int threads = Threads();
    SetThreads(1);
    auto again = Developer::Create(f, ratio.view(), DevelopParams{});
    ASSERT_TRUE(again);
    expect_same(*again, {0, 0, f.width(), f.height()}, "one thread");
    SetThreads(4);
    auto four = Developer::Create(f, ratio.view(), DevelopParams{});
    ASSERT_TRUE(four);
    expect_same(*four, {0, 0, f.width(), f.height()}, "four threads");
    SetThreads(threads);
  }
}

TEST(Developer, GainMapsFlattenShading) {
  RawFrame f = TestFrame(200, 150, BayerCfa(0, 1), kNeutral, kClean, 1, [](int x, int y, int c) {
    const double h = (x + 0.5) / 200, v = (y + 0.5) / 150;
    const double gain = 1 + (2 * std::abs(h - 0.5) + v) * (c == 0 ? 0.8 : 0.5);
    return Camera(0.3 / gain, c);
  });
  // Bilinear maps describe this field exactly; one for each site of the mosaic, as phones write
  // them.
  for (int site = 0; site < 4; ++site) {
    GainMap m;
    m.area = {site % 2, site / 2, 200 - site % 2, 150 - site / 2};
    m.row_pitch = m.col_pitch = 2;
    m.points_v = 2;
    m.points_h = 3;
    m.spacing_v = 1;
    m.spacing_h = 0.5;
    const float k = f.cfa.At(site % 2, site / 2) == CfaColor::kRed ? 0.8f : 0.5f;
    for (int v = 0; v < 2; ++v) {
      for (int h = 0; h < 3; ++h) m.gain.push_back(1 + (2 * std::abs(0.5f * h - 0.5f) + v) * k);
    }
    f.gain_maps.push_back(m);
  }
  const Image<float> out = Develop(f, Plain());
  for (int y = 0; y < 150; ++y) {
    for (int x = 0; x < 200; ++x) {
      for (int c = 0; c < 3; ++c) ASSERT_NEAR(0.3, out.At(x, y, c), 1e-3) << x << " " << y;
    }
  }
  DevelopParams off = Plain();
  off.lens_correction = false;
  EXPECT_LT(Develop(f, off).At(2, 148, 1), 0.2);
}

TEST(Developer, WarpMovesEachPlaneWhereItBelongs) {
  // A smooth picture shot through a lens with distortion and lateral colour, corrected.
  const std::array<double, 3> k1{0.03, 0.025, 0.02};
  const double cx = 120, cy = 80, radius = std::hypot(cx, cy);
  const auto scene = [](double x, double y) {
    return 0.3 + 0.1 * std::sin(0.11 * x) + 0.1 * std::cos(0.13 * y);
  };
  RawFrame f = TestFrame(240, 160, LinearRaw(), kNeutral, kClean, 1, [&](int px, int py, int c) {
    // The corrected point whose source is this pixel: inverse by fixed-point iteration.
    const double dx = (px + 0.5 - cx) / radius, dy = (py + 0.5 - cy) / radius;
    double ux = dx, uy = dy;
    for (int i = 0; i < 30; ++i) {
      const double s = 1 + k1[c] * (ux * ux + uy * uy);
      ux = dx / s;
      uy = dy / s;
    }
    return Camera(scene(cx + radius * ux, cy + radius * uy), c);
  });
  f.warp = WarpRectilinear{};
  f.warp->plane.resize(3);
  for (int p = 0; p < 3; ++p) f.warp->plane[p].radial = {1, k1[p], 0, 0};
  const Image<float> out = Develop(f, Plain());
  DevelopParams off = Plain();
  off.lens_correction = false;
  const Image<float> raw = Develop(f, off);
  double worst = 0, worst_raw = 0;
  for (int y = 12; y < 148; ++y) {
    for (int x = 12; x < 228; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double expected = scene(x + 0.5, y + 0.5);
        worst = std::max(worst, std::abs(out.At(x, y, c) - expected));
        worst_raw = std::max(worst_raw, std::abs(raw.At(x, y, c) - expected));
      }
    }
  }
  EXPECT_LT(worst, 1.5e-3);
  EXPECT_GT(worst_raw, 0.02);

  f.warp->plane[1].radial = {1, 5, -20, 3};
  DevelopInfo info;
  Develop(f, Plain(), &info);
  EXPECT_EQ(1u, info.warnings.size());
}

TEST(Developer, AnyPixelsGiveFiniteResults) {
  TestNoise random(4);
  for (int kind = 0; kind < 5; ++kind) {
    for (const Cfa& cfa : {BayerCfa(1, 1), Mono(), LinearRaw()}) {
      RawFrame f =
          TestFrame(67, 35, cfa, kNeutral, {1e-2, 1e-4}, 3, [](int, int, int) { return 0; });
      for (int p = 0; p < f.mosaic.planes(); ++p) {
        for (int y = 0; y < f.height(); ++y) {
          for (int x = 0; x < f.width(); ++x) {
            const double u = random.Uniform();
            const int values[] = {0, 65535, static_cast<int>(u * 65535), u < 0.5 ? 0 : 65535, 1024};
            f.mosaic.At(x, y, p) = static_cast<uint16_t>(values[kind]);
          }
        }
      }
      const Image<float> out = Develop(f, DevelopParams{});
      DevelopParams automatic;
      automatic.white_balance.mode = WhiteBalance::Mode::kAuto;
      const Image<float> out2 = Develop(f, automatic);
      for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < f.height(); ++y) {
          for (int x = 0; x < f.width(); ++x) {
            ASSERT_TRUE(std::isfinite(out.At(x, y, c))) << kind;
            ASSERT_TRUE(std::isfinite(out2.At(x, y, c))) << kind;
          }
        }
      }
    }
  }
}

TEST(Developer, AnyColourAtItsLimitsGivesFiniteResults) {
  constexpr uint16_t kLevels[3] = {0, 1024, 65535};
  for (int kind = 0; kind < 27; ++kind) {
    const uint16_t level[3] = {kLevels[kind % 3], kLevels[kind / 3 % 3], kLevels[kind / 9]};
    RawFrame f = TestFrame(67, 35, BayerCfa(0, 0), kNeutral, {1e-3, 1e-5}, 3,
                           [](int, int, int c) { return Camera(0.2, c); });
    for (int y = 8; y < 28; ++y) {
      for (int x = 10; x < 40; ++x) f.mosaic.At(x, y) = level[static_cast<int>(f.cfa.At(x, y))];
    }
    auto d = Developer::Create(f, {}, {});
    ASSERT_TRUE(d);
    const Image<float> out = RenderAll(*d);
    for (const Image<float>* p : {&out, &d->proxy()}) {
      for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < p->height(); ++y) {
          for (int x = 0; x < p->width(); ++x) {
            ASSERT_TRUE(std::isfinite(p->At(x, y, c))) << kind << ": " << x << " " << y;
          }
        }
      }
    }
  }
}

TEST(Developer, TinyAndCroppedFrames) {
  for (const auto& [w, h] : {std::pair{2, 2}, {3, 5}, {1, 1}, {17, 2}, {40, 33}}) {
    const bool mono = w < 2;
    RawFrame f = TestFrame(w, h, mono ? Mono() : BayerCfa(0, 0), kNeutral, kClean, 1,
                           [](int, int, int c) { return Camera(0.25, c); });
    if (mono) {
      f = TestFrame(w, h, Mono(), kNeutral, kClean, 1, [](int, int, int) { return 0.25; });
    }
    const Image<float> out = Develop(f, DevelopParams{});
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(0.25, out.At(w - 1, h - 1, c), 2e-3) << w << "x" << h;
  }
  RawFrame f = Busy(120, 90);
  const Image<float> whole = Develop(f, Plain());
  f.default_crop = {7, 5, 100, 61};
  auto d = Developer::Create(f, {}, Plain());
  ASSERT_TRUE(d);
  ASSERT_EQ(100, d->width());
  ASSERT_EQ(61, d->height());
  const Image<float> cropped = RenderAll(*d);
  for (int y = 0; y < 61; ++y) ASSERT_EQ(whole.At(7 + 50, 5 + y, 1), cropped.At(50, y, 1));
}

TEST(Developer, BadFramesAreErrors) {
  RawFrame f =
      TestFrame(20, 20, BayerCfa(0, 0), kNeutral, kClean, 1, [](int, int, int) { return 0.2; });
  f.white_dn.fill(1000);
  EXPECT_FALSE(Developer::Create(f, {}, {}));
  f.white_dn.fill(16383);
  f.cfa.color[0] = CfaColor::kBlue;
  EXPECT_FALSE(Developer::Create(f, {}, {}));
  EXPECT_FALSE(Developer::Create(RawFrame{}, {}, {}));
}

TEST(Developer, ExposureAndKelvinActAsStated) {
  RawFrame f = TestFrame(48, 48, BayerCfa(0, 0), kNeutral, kClean, 1,
                         [](int, int, int c) { return Camera(0.2, c); });
  f.baseline_exposure_ev = 0.5;
  DevelopParams p = Plain();
  p.exposure_ev = 0.5;
  EXPECT_NEAR(0.4, Develop(f, p).At(20, 20, 1), 1e-4);
  // D65 and the as-shot neutral are the same light for this camera.
  p.white_balance = {WhiteBalance::Mode::kKelvin, 6504, 9.8};
  const Image<float> same = Develop(f, p);
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(0.4, same.At(20, 20, c), 2e-3);
  // A file that is taken for tungsten light turns blue.
  p.white_balance.kelvin_k = 2850;
  const Image<float> blue = Develop(f, p);
  EXPECT_GT(blue.At(20, 20, 2), 1.5f * blue.At(20, 20, 0));
}

TEST(Developer, ProxyShowsThePicture) {
  const RawFrame f = TestFrame(
      300, 200, BayerCfa(0, 0), kNeutral, kClean, 1,
      [](int x, int y, int c) { return Camera(x < 150 ? 0.1 : 0.4, c) * (y < 100 ? 1 : 0.5); });
  auto d = Developer::Create(f, {}, {});
  ASSERT_TRUE(d);
  const Image<float>& proxy = d->proxy();
  ASSERT_EQ(150, proxy.width());
  ASSERT_EQ(100, proxy.height());
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(0.1, proxy.At(30, 20, c), 1e-3);
    EXPECT_NEAR(0.4, proxy.At(120, 20, c), 1e-3);
    EXPECT_NEAR(0.2, proxy.At(120, 80, c), 1e-3);
  }
}

}  // namespace
}  // namespace petzval
