// Develop with a calibrated camera: colour, proxy, warp, clipped whites, noise, shading, black.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "petzval/base/parallel.h"
#include "petzval/color/difference.h"
#include "petzval/develop/calibrated_frame.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/test_frame.h"
#include "petzval/device/calibrated_lights.h"

namespace petzval {
namespace {

const Vec3 kNeutral{{0.5, 1, 0.7}};
const Vec3 kD50 = XyzFromChromaticity(kWhiteD50);

Cfa LinearRaw() {
  Cfa cfa;
  cfa.size = 0;
  return cfa;
}

DevelopParams Plain() {
  DevelopParams p;
  p.luma_noise_reduction = p.chroma_noise_reduction = p.sharpening = 0;
  return p;
}

// A camera whose red and green lie close together, calibrated under daylight with roots.
std::shared_ptr<CameraCalibration> Calibration() {
  Mat3 m{{{{0.66, 0.25, 0}, {0.25, 0.93, 0}, {0.04, -0.3, 0}}}};
  for (int i = 0; i < 3; ++i) m[i][2] = kD50[i] - m[i][0] - m[i][1];
  LightCalibration light;
  light.light = "D65";
  light.white = kWhiteD65;
  light.neutral = kNeutral;
  light.matrix = ColorFit::FromMatrix(m);
  ColorFit fit = light.matrix;
  fit.kind = ColorFitKind::kRootPolynomial2;
  fit.coefficient.push_back({{0.1, -0.03, 0}});
  fit.coefficient.push_back({{-0.1, 0.03, 0.02}});
  fit.coefficient.push_back({{0, 0, -0.02}});
  light.chosen = fit;
  auto all = std::make_shared<CameraCalibration>();
  all->color = ColorCalibration{};
  all->color->method = "chart";
  all->color->lights = {light};
  return all;
}

Image<float> RenderAll(const Developer& d) {
  Image<float> out(d.width(), d.height(), 3);
  d.Render({0, 0, d.width(), d.height()}, &out);
  return out;
}

double Value(int x, int y, int c) {
  TestNoise cell(1 + static_cast<uint64_t>(x * 131 + y * 7919 + c * 17));
  return kNeutral[c] * (0.25 + 0.35 * cell.Uniform());
}

Vec3 Balanced(const RawFrame& f, int x, int y) {
  Vec3 v;
  for (int c = 0; c < 3; ++c) {
    v[c] = (f.mosaic.At(x, y, c) - 1024) / (16383.0 - 1024) / kNeutral[c];
  }
  return v;
}

TEST(Calibrated, ColorIsTheFit) {
  RawFrame f = TestFrame(600, 300, LinearRaw(), kNeutral, {}, 1, Value);
  f.baseline_exposure_ev = 0.5;
  DevelopParams params = Plain();
  params.calibration = Calibration();
  auto d = Developer::Create(f, {}, params);
  ASSERT_TRUE(d) << d.error().message;
  EXPECT_NE(d->info().color.find("D65, root2"), std::string::npos) << d->info().color;
  EXPECT_EQ(d->info().light_class, LightClass::kThermal);
  EXPECT_NEAR(d->info().kelvin_k, 6504, 10);
  const Image<float> out = RenderAll(*d);
  const ColorFit& fit = *params.calibration->color->lights[0].chosen;
  for (int y = 0; y < f.height(); y += 7) {
    for (int x = 0; x < f.width(); ++x) {
      const Vec3 expected = RgbFromXyzD50(kRec2020) * fit.Apply(Balanced(f, x, y));
      for (int c = 0; c < 3; ++c) {
        ASSERT_NEAR(std::sqrt(2) * expected[c], out.At(x, y, c), 4e-5) << x << " " << y;
      }
    }
  }
  // Any rectangle and any number of threads give the same bytes.
  SetThreads(1);
  Image<float> part(101, 77, 3);
  d->Render({211, 95, 101, 77}, &part);
  SetThreads(2);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 77; ++y) {
      ASSERT_EQ(0, std::memcmp(part.row(y, c), out.row(95 + y, c) + 211, 101 * sizeof(float)));
    }
  }
}

TEST(Calibrated, ProxyHasTheColorsOfThePicture) {
  const auto flat = [](int x, int, int c) {
    return kNeutral[c] * (x < 128 ? std::array{0.5, 0.3, 0.15}[c] : std::array{0.1, 0.2, 0.4}[c]);
  };
  for (const bool warp : {false, true}) {
    RawFrame f = TestFrame(256, 128, BayerCfa(0, 0), kNeutral, {}, 1, flat);
    if (warp) {
      WarpRectilinear w;
      w.plane.resize(1);
      w.plane[0].radial = {1.01, -0.01, 0, 0};
      f.warp = w;
    }
    DevelopParams params = Plain();
    params.calibration = Calibration();
    auto d = Developer::Create(f, {}, params);
    ASSERT_TRUE(d);
    const Image<float> out = RenderAll(*d);
    const Image<float>& proxy = d->proxy();
    const ColorFit& fit = *params.calibration->color->lights[0].chosen;
    for (const double share : {0.25, 0.75}) {
      const Vec3 v = share < 0.5 ? Vec3{{0.5, 0.3, 0.15}} : Vec3{{0.1, 0.2, 0.4}};
      const Vec3 expected = RgbFromXyzD50(kRec2020) * fit.Apply(v);
      for (int c = 0; c < 3; ++c) {
        EXPECT_NEAR(out.At(static_cast<int>(share * 256), 64, c), expected[c], 3e-4) << warp;
        EXPECT_NEAR(proxy.At(static_cast<int>(share * proxy.width()), proxy.height() / 2, c),
                    expected[c], 2e-3);
      }
    }
  }
}

TEST(Calibrated, WithoutColorTheFileDecides) {
  const RawFrame f = TestFrame(64, 48, LinearRaw(), kNeutral, {}, 1, Value);
  DevelopParams params = Plain();
  const Image<float> file = RenderAll(*Developer::Create(f, {}, params));
  params.calibration = std::make_shared<CameraCalibration>();
  auto d = Developer::Create(f, {}, params);
  ASSERT_TRUE(d);
  const Image<float> same = RenderAll(*d);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 48; ++y) {
      ASSERT_EQ(0, std::memcmp(file.row(y, c), same.row(y, c), 64 * sizeof(float)));
    }
  }
  EXPECT_EQ(d->info().color, "matrices of the file");
  // References that are not there are refused by name.
  params.match = "Leica M8";
  EXPECT_FALSE(Developer::Create(f, {}, params));
  auto all = Calibration();
  all->match["Leica M8"] = *all->color;
  all->match["Leica M8"].reference = "Leica M8";
  params.calibration = all;
  auto matched = Developer::Create(f, {}, params);
  ASSERT_TRUE(matched);
  EXPECT_NE(matched->info().color.find("as Leica M8"), std::string::npos);
  params.match = "Leica M9";
  const auto wrong = Developer::Create(f, {}, params);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("did you mean 'Leica M8'"), std::string::npos);
}

// A neutral area that is clipped stays neutral, also where the white level of the file is wrong.
TEST(Calibrated, ClippedNeutralsStayNeutral) {
  const Vec3 white = XyzFromRgb(kRec2020) * Vec3{{1, 1, 1}};
  for (const double wrong : {1.0, 1.06, 1.5, 0.94, 0.67}) {
    // Grey that rises beyond saturation; red and blue saturate later than green.
    RawFrame f =
        TestFrame(256, 128, BayerCfa(0, 0), kNeutral, {2e-5, 1e-7}, 3,
                  [](int x, int, int c) { return std::min(1.0, kNeutral[c] * 3.0 * x / 256); });
    for (float& w : f.white_dn) w = static_cast<float>(1024 + (w - 1024) * wrong);
    DevelopParams params = Plain();
    params.calibration = Calibration();
    auto d = Developer::Create(f, {}, params);
    ASSERT_TRUE(d);
    const Image<float> out = RenderAll(*d);
    double worst = 0;
    int at = 0;
    for (int x = 20; x < 250; x += 2) {
      Vec3 mean{};
      for (int y = 32; y < 96; ++y) {
        for (int c = 0; c < 3; ++c) mean[c] += out.At(x, y, c) / 64;
      }
      // Lab of colours up to white; brighter ones at the brightness of white.
      const double most = std::max({mean[0], mean[1], mean[2], 1e-6});
      if (most > 1) {
        for (int c = 0; c < 3; ++c) mean[c] /= most;
      }
      const Vec3 lab = LabFromXyz(XyzFromRgb(kRec2020) * mean, white);
      const double chroma = std::hypot(lab[1], lab[2]);
      if (chroma > worst) worst = chroma, at = x;
    }
    std::printf("white level wrong by %.0f %%: C* of a clipped neutral at most %.2f\n",
                100 * (wrong - 1), worst);
    EXPECT_LE(worst, 2) << wrong << " at " << at;
  }
}

TEST(Calibrated, NoiseStandsInWhereTheFileHasNone) {
  CameraCalibration all;
  NoiseCalibration noise;
  for (const double iso : {100.0, 400.0}) {
    NoiseCalibration::Entry entry;
    entry.iso = iso;
    for (NoiseLine& line : entry.noise.plane) line = {iso * 1e-6, iso * iso * 1e-12};
    noise.entries.push_back(entry);
  }
  all.noise = noise;
  RawFrame f = TestFrame(32, 32, BayerCfa(0, 0), kNeutral, {1e-3, 1e-5}, 1, Value);
  f.exif.iso = 200;
  std::vector<std::string> warnings;
  const auto used = [&](bool prefer) {
    auto source = MakeSource(f);
    UseCalibration(f, all, prefer, &*source);
    return source->noise.plane[1].s;
  };
  EXPECT_EQ(used(false), 1e-3);
  EXPECT_NEAR(used(true), 2e-4, 1e-9);
  f.noise_from_file = false;
  EXPECT_NEAR(used(false), 2e-4, 1e-9);
  f.exif.iso = 0;
  EXPECT_EQ(used(false), 1e-3);
  EXPECT_TRUE(warnings.empty());
}

TEST(Calibrated, BlackStandsInWhereTheFilesIsAbsentOrAbsurd) {
  CameraCalibration all;
  all.black = BlackCalibration{};
  all.black->entries.push_back({100, 0, {1020, 1024, 1026, 1030}, 2});
  all.black->entries.push_back({800, 0, {1050, 1050, 1050, 1050}, 2});
  RawFrame f = TestFrame(32, 32, BayerCfa(0, 0), kNeutral, {}, 1, Value);
  std::vector<std::string> warnings;
  const auto black = [&](bool prefer = false) {
    const std::array<float, 16> stated = f.black_dn;
    f.warnings.clear();
    UseBlackCalibration(*all.black, prefer, &f);
    warnings = f.warnings;
    const std::array<float, 16> used = f.black_dn;
    f.black_dn = stated;
    return used;
  };
  f.exif.iso = 120;
  EXPECT_EQ(black()[0], 1024);
  EXPECT_EQ(black(true)[0], 1020);
  EXPECT_TRUE(warnings.empty());
  f.black_dn.fill(0);
  EXPECT_EQ(black()[0], 1020);
  EXPECT_EQ(black()[5], 1030);
  EXPECT_FALSE(warnings.empty());
  f.black_dn.fill(4000);
  EXPECT_EQ(black()[1], 1024);
  f.exif.iso = 1000;
  EXPECT_EQ(black()[1], 1050);
  f.exif.iso = 0;
  EXPECT_EQ(black()[1], 4000);  // which entry is meant is not known
  // The sites of a quad-Bayer mosaic are blocks.
  f.exif.iso = 100;
  f.cfa = Cfa{};
  f.cfa.size = 4;
  for (int i = 0; i < 16; ++i) {
    f.cfa.color[i] = static_cast<CfaColor>((i / 8) + (i % 4) / 2);
  }
  EXPECT_EQ(black()[0], 1020);
  EXPECT_EQ(black()[1], 1020);
  EXPECT_EQ(black()[2], 1024);
  EXPECT_EQ(black()[10], 1030);
}

TEST(Calibrated, ShadingStandsInWhereTheFileHasNone) {
  // A lens that falls off to a half at the left border; gains that undo it.
  const auto falloff = [](double x) { return 0.5 + 0.5 * std::min(1.0, x / 128); };
  for (const bool quad : {false, true}) {
    RawFrame f = TestFrame(256, 128, BayerCfa(0, 0), kNeutral, {}, 1,
                           [&](int x, int, int c) { return 0.5 * kNeutral[c] * falloff(x + 0.5); });
    if (quad) {
      f.cfa.size = 4;
      for (int i = 0; i < 16; ++i) {
        f.cfa.color[i] = static_cast<CfaColor>((i / 8) + (i % 4) / 2);
      }
      for (int y = 0; y < 128; ++y) {
        for (int x = 0; x < 256; ++x) {
          const int c = static_cast<int>(f.cfa.At(x, y));
          f.mosaic.At(x, y) = static_cast<uint16_t>(
              std::lround(1024 + 15359 * 0.5 * kNeutral[c] * falloff(x + 0.5)));
        }
      }
    }
    ShadingCalibration shading;
    shading.columns = 65;
    shading.rows = 2;
    for (auto& site : shading.gain) {
      for (int i = 0; i < 130; ++i) {
        site.push_back(static_cast<float>(1 / falloff((i % 65) * 4.0)));
      }
    }
    DevelopParams params = Plain();
    auto all = Calibration();
    all->shading = shading;
    params.calibration = all;
    auto d = Developer::Create(f, {}, params);
    ASSERT_TRUE(d);
    const Image<float> out = RenderAll(*d);
    for (int x = 4; x < d->width() - 4; ++x) {
      EXPECT_NEAR(out.At(x, d->height() / 2, 1), 0.5, 0.003) << x;
    }
    params.lens_correction = false;
    const Image<float> bare = RenderAll(*Developer::Create(f, {}, params));
    EXPECT_LT(bare.At(4, d->height() / 2, 1), 0.3);
  }
}

// The same grey under the same light looks the same from two cameras of a rig.
TEST(Calibrated, GreyIsTheSameFromEveryModule) {
  auto wide = Calibration();
  auto tele = Calibration();
  LightCalibration& light = tele->color->lights[0];
  light.neutral = {{0.62, 1, 0.55}};
  const Vec3 white = XyzFromRgb(kRec2020) * Vec3{{1, 1, 1}};
  std::array<Vec3, 2> lab;
  int i = 0;
  for (const auto& camera : {wide, tele}) {
    const Vec3 neutral = camera->color->lights[0].neutral;
    const RawFrame f = TestFrame(64, 64, BayerCfa(0, 0), neutral, {}, 1,
                                 [&](int, int, int c) { return 0.4 * neutral[c]; });
    DevelopParams params = Plain();
    params.calibration = camera;
    const Image<float> out = RenderAll(*Developer::Create(f, {}, params));
    lab[i++] = LabFromXyz(
        XyzFromRgb(kRec2020) * Vec3{{out.At(32, 32, 0), out.At(32, 32, 1), out.At(32, 32, 2)}},
        white);
  }
  EXPECT_LT(DeltaE2000(lab[0], lab[1]), 0.05);
}

}  // namespace
}  // namespace petzval
