// Comparisons as users make them: equal pictures, refusals, masks, growing damage, real
// photographs.
#include "petzval/measure/compare/compare.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "petzval/base/parallel.h"
#include "petzval/color/difference.h"
#include "petzval/measure/compare/test_pictures_util.h"

namespace petzval::measure {
namespace {

CompareReport Compared(const Picture& a, const Picture& b, const CompareParams& params = {}) {
  auto r = ComparePictures(a, b, params);
  EXPECT_TRUE(r) << r.error().message;
  return r ? std::move(*r) : CompareReport{};
}

TEST(Compare, EqualPictures) {
  const Picture a = Scene(301, 199);
  const CompareReport r = Compared(a, a);
  EXPECT_TRUE(std::isinf(r.psnr_db));
  EXPECT_EQ(r.ssim, 1);
  EXPECT_EQ(r.ms_ssim, 1);
  EXPECT_EQ(r.xyb_ssim, 100);
  for (double v : {r.de2000_mean, r.de2000_p95, r.de2000_max, r.de_itp_mean, r.de_itp_p95,
                   r.de_itp_max, r.flip_mean, r.flip_p95, r.edge_error}) {
    EXPECT_EQ(v, 0);
  }
  EXPECT_EQ(r.edge_sharpness_ratio, 1);
  EXPECT_EQ(r.flat_luma_ratio, 1);
  const auto json = CompareJson(r);
  EXPECT_TRUE(json["psnr_db"].is_null());
  EXPECT_EQ(json["ssim"], 1);
  EXPECT_EQ(json["de2000_mean"], 0);
  EXPECT_EQ(json["de2000_p95"], 0);
  bool said = false;
  for (const std::string& note : r.notes) said |= note.find("PSNR") != std::string::npos;
  EXPECT_TRUE(said);
}

TEST(Compare, OnePixelPictures) {
  Picture a = EmptyPicture(1, 1), b = EmptyPicture(1, 1);
  a.code.Fill(10);
  b.code.Fill(12);
  const CompareReport r = Compared(a, b);
  EXPECT_NEAR(r.psnr_db, 20 * std::log10(255 / 2.0), 1e-4);
  EXPECT_TRUE(std::isnan(r.ssim));
  EXPECT_TRUE(std::isfinite(r.flip_mean));
}

TEST(Compare, RefusesWhatCannotBeCompared) {
  const Picture a = Scene(40, 30);
  auto sizes = ComparePictures(a, Scene(41, 30), {});
  ASSERT_FALSE(sizes);
  EXPECT_NE(sizes.error().message.find("40 x 30"), std::string::npos);
  EXPECT_NE(sizes.error().message.find("41 x 30"), std::string::npos);
  Picture unknown = Scene(40, 30);
  unknown.xyz_d50_from_linear = Mat3{};
  auto color = ComparePictures(a, unknown, {});
  ASSERT_FALSE(color);
  EXPECT_NE(color.error().message.find("colours"), std::string::npos);
  Image<uint8_t> mask(40, 30);
  mask.Fill(0);
  CompareParams params;
  params.mask = &mask;
  EXPECT_FALSE(ComparePictures(a, a, params));
  Image<uint8_t> other(39, 30);
  other.Fill(1);
  params.mask = &other;
  EXPECT_FALSE(ComparePictures(a, a, params));
  params = {};
  params.white_nits = 0;
  EXPECT_FALSE(ComparePictures(a, a, params));
}

TEST(Compare, OtherPrimariesAreConverted) {
  // One scene, stored in sRGB and in Display P3 of 16 bits.
  const Picture a = Scene(120, 90);
  Picture b = EmptyPicture(120, 90);
  b.space = "Display P3";
  b.max_code = 65535;
  b.curve.fill(SrgbCurve());
  b.xyz_d50_from_linear = XyzD50From(kDisplayP3);
  const Mat3 m = RgbFromRgb(kDisplayP3, kRec709);
  for (int y = 0; y < 90; ++y) {
    for (int x = 0; x < 120; ++x) {
      Vec3 v;
      for (int c = 0; c < 3; ++c) v[c] = DecodeSrgb(a.code.At(x, y, c) / 255.0);
      v = m * v;
      for (int c = 0; c < 3; ++c) {
        b.code.At(x, y, c) =
            static_cast<uint16_t>(std::lround(65535 * std::clamp(EncodeSrgb(v[c]), 0.0, 1.0)));
      }
    }
  }
  const CompareReport r = Compared(a, b);
  EXPECT_EQ(r.code_values, "sRGB-encoded floats");
  EXPECT_LT(r.de2000_max, 0.05);
  EXPECT_GT(r.psnr_db, 70);
  EXPECT_LT(r.flip_mean, 0.01);
  bool said = false;
  for (const std::string& note : r.notes) said |= note.find("primaries") != std::string::npos;
  EXPECT_TRUE(said);
}

TEST(Compare, SixteenBitsAgainstEight) {
  const Picture a = Scene(80, 60);
  Picture b = ClonePicture(a);
  b.max_code = 65535;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 60; ++y) {
      for (int x = 0; x < 80; ++x) b.code.At(x, y, c) = a.code.At(x, y, c) * 257;
    }
  }
  const CompareReport r = Compared(a, b);
  EXPECT_GT(r.psnr_db, 120);
  EXPECT_LT(r.de2000_max, 1e-3);
}

TEST(Compare, MaskCountsOnlyItsPixels) {
  const Picture a = Scene(300, 280);
  Picture b = ClonePicture(a);
  Image<uint8_t> mask(300, 280);
  // Damage outside of the mask must not be seen; inside it is the crop that counts.
  Picture ca = EmptyPicture(64, 48), cb = EmptyPicture(64, 48);
  const Picture noisy = WithNoise(a, 6);
  for (int y = 0; y < 280; ++y) {
    for (int x = 0; x < 300; ++x) {
      const bool in = x >= 230 && x < 294 && y >= 220 && y < 268;
      mask.At(x, y) = in ? 1 : 0;
      for (int c = 0; c < 3; ++c) {
        b.code.At(x, y, c) = in ? noisy.code.At(x, y, c) : 0;
        if (!in) continue;
        ca.code.At(x - 230, y - 220, c) = a.code.At(x, y, c);
        cb.code.At(x - 230, y - 220, c) = noisy.code.At(x, y, c);
      }
    }
  }
  CompareParams params;
  params.mask = &mask;
  const CompareReport r = Compared(a, b, params), crop = Compared(ca, cb);
  EXPECT_EQ(r.pixels, 64 * 48);
  EXPECT_EQ(r.region, (Rect{230, 220, 64, 48}));
  EXPECT_NEAR(r.psnr_db, crop.psnr_db, 1e-5);
  EXPECT_NEAR(r.de2000_mean, crop.de2000_mean, 1e-6);
  EXPECT_NEAR(r.de2000_p95, crop.de2000_p95, 1e-9);
  EXPECT_NEAR(r.de_itp_max, crop.de_itp_max, 1e-6);
}

TEST(Compare, DoesNotDependOnThreads) {
  const Picture a = Scene(700, 530), b = WithNoise(Blurred(a, 1), 4);
  CompareParams params;
  params.keep_maps = true;
  const int before = Threads();
  SetThreads(1);
  const CompareReport one = Compared(a, b, params);
  SetThreads(3);
  const CompareReport three = Compared(a, b, params);
  SetThreads(before);
  EXPECT_EQ(CompareJson(one).dump(), CompareJson(three).dump());
  for (int y = 0; y < 530; ++y) {
    for (int x = 0; x < 700; ++x) {
      ASSERT_EQ(one.flip_map.At(x, y), three.flip_map.At(x, y));
      ASSERT_EQ(one.de2000_map.At(x, y), three.de2000_map.At(x, y));
    }
  }
}

TEST(Compare, EveryInstructionSetAgrees) {
  const Picture a = Scene(301, 277), b = WithNoise(Blurred(a, 1), 4);
  const CompareReport best = Compared(a, b);
  int targets = 0;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    const CompareReport r = Compared(a, b);
    hwy::SetSupportedTargetsForTest(0);
    const char* name = hwy::TargetName(target);
    EXPECT_NEAR(r.psnr_db, best.psnr_db, 1e-5) << name;
    EXPECT_NEAR(r.ssim, best.ssim, 1e-6) << name;
    EXPECT_NEAR(r.ms_ssim, best.ms_ssim, 1e-6) << name;
    EXPECT_NEAR(r.xyb_ssim, best.xyb_ssim, 1e-3) << name;
    EXPECT_NEAR(r.de2000_mean, best.de2000_mean, 1e-5) << name;
    EXPECT_NEAR(r.de_itp_mean, best.de_itp_mean, 1e-4) << name;
    EXPECT_NEAR(r.flip_mean, best.flip_mean, 1e-6) << name;
    EXPECT_NEAR(r.edge_sharpness_ratio, best.edge_sharpness_ratio, 1e-4) << name;
    EXPECT_NEAR(r.flat_luma_ratio, best.flat_luma_ratio, 1e-3) << name;
    ++targets;
  }
  EXPECT_GE(targets, 1);
}

void ExpectWorse(const CompareReport& less, const CompareReport& more, const std::string& what) {
  EXPECT_GT(less.psnr_db, more.psnr_db) << what;
  EXPECT_GT(less.psnr_luma_db, more.psnr_luma_db) << what;
  EXPECT_GT(less.ssim, more.ssim) << what;
  EXPECT_GT(less.ms_ssim, more.ms_ssim) << what;
  EXPECT_GT(less.xyb_ssim, more.xyb_ssim) << what;
  EXPECT_LT(less.de2000_mean, more.de2000_mean) << what;
  EXPECT_LT(less.de_itp_mean, more.de_itp_mean) << what;
  EXPECT_LT(less.flip_mean, more.flip_mean) << what;
}

void ExpectMonotone(const Picture& a) {
  std::vector<CompareReport> blur, noise, jpeg;
  for (int i = 1; i <= 3; ++i) blur.push_back(Compared(a, Blurred(a, i)));
  for (int i = 1; i <= 3; ++i) noise.push_back(Compared(a, WithNoise(a, 3 * i)));
  for (int q : {95, 80, 50, 20}) jpeg.push_back(Compared(a, ThroughJpeg(a, q)));
  for (int i = 1; i < 3; ++i) {
    ExpectWorse(blur[i - 1], blur[i], "blur");
    EXPECT_GT(blur[i - 1].edge_sharpness_ratio, blur[i].edge_sharpness_ratio);
    EXPECT_LT(blur[i - 1].edge_error, blur[i].edge_error);
    ExpectWorse(noise[i - 1], noise[i], "noise");
  }
  for (int i = 1; i < 4; ++i) ExpectWorse(jpeg[i - 1], jpeg[i], "JPEG");
  EXPECT_LT(blur[0].edge_sharpness_ratio, 1);
}

TEST(Compare, MoreDamageIsWorse) { ExpectMonotone(Scene(240, 180)); }

TEST(Compare, MoreDamageIsWorseOnPhotographs) {
  const Picture photograph = Kodak(20);
  if (photograph.code.empty()) GTEST_SKIP() << "no photographs in ../shared/data/kodak";
  ExpectMonotone(photograph);
}

TEST(Compare, LinearLightOfTheWorkingSpace) {
  // Values of an sRGB scene as scene-linear Rec.2020; highlights far above white.
  const Picture a = Scene(90, 70), b = WithNoise(a, 5);
  const Mat3 m = RgbFromRgb(kRec2020, kRec709);
  Image<float> u(90, 70, 3), v(90, 70, 3);
  for (int y = 0; y < 70; ++y) {
    for (int x = 0; x < 90; ++x) {
      Vec3 p, q;
      for (int c = 0; c < 3; ++c) {
        p[c] = DecodeSrgb(a.code.At(x, y, c) / 255.0);
        q[c] = DecodeSrgb(b.code.At(x, y, c) / 255.0);
      }
      p = m * p;
      q = m * q;
      for (int c = 0; c < 3; ++c) {
        u.At(x, y, c) = static_cast<float>(p[c]);
        v.At(x, y, c) = static_cast<float>(q[c]);
      }
    }
  }
  auto r = ComparePlanes(u, v, {});
  ASSERT_TRUE(r) << r.error().message;
  const CompareReport of_codes = Compared(a, b);
  EXPECT_NEAR(r->de2000_mean, of_codes.de2000_mean, 1e-3);
  EXPECT_NEAR(r->de_itp_mean, of_codes.de_itp_mean, 2e-3);
  EXPECT_NEAR(r->flip_mean, of_codes.flip_mean, 1e-4);
  // The display clips at white, dE-ITP does not.
  for (int c = 0; c < 3; ++c) {
    u.At(40, 30, c) = 4;
    v.At(40, 30, c) = 8;
  }
  auto bright = ComparePlanes(u, v, {});
  ASSERT_TRUE(bright);
  EXPECT_GT(bright->de_itp_max, 40);
  // The exposure of 1 / 8 brings both below white.
  CompareParams params;
  params.exposure = 1 / 8.0;
  auto darker = ComparePlanes(u, v, params);
  ASSERT_TRUE(darker);
  const Vec3 half{{LightnessFromLuminance(0.5), 0, 0}};
  EXPECT_NEAR(darker->de2000_max, DeltaE2000(half, {{100, 0, 0}}), 1e-3);
}

TEST(Compare, ExposureIsMatched) {
  const Picture a = Scene(200, 150);
  Image<float> u(200, 150, 3), v(200, 150, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 150; ++y) {
      for (int x = 0; x < 200; ++x) {
        u.At(x, y, c) = static_cast<float>(0.7 * DecodeSrgb(a.code.At(x, y, c) / 255.0));
        v.At(x, y, c) = 0.8f * u.At(x, y, c);
      }
    }
  }
  CompareParams params;
  params.match_exposure = true;
  auto r = ComparePlanes(u, v, params);
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_NEAR(r->exposure_gain, 1.25, 1e-4);
  EXPECT_LT(r->de2000_max, 0.01);
  EXPECT_NE(CompareText({}).size(), CompareJson(*r).dump().size());
}

TEST(Compare, FilesGiveTheSameAndTheirWarnings) {
  const Picture a = Scene(90, 70, 1), b = Scene(90, 70, 2);
  const std::string one = testing::TempDir() + "/one.png", two = testing::TempDir() + "/two.png";
  ASSERT_TRUE(WritePng(one, a.code, 8) && WritePng(two, b.code, 8));
  const auto reports = CompareFiles(one, {two, one}, {});
  ASSERT_TRUE(reports) << reports.error().message;
  ASSERT_EQ(reports->size(), 2u);
  EXPECT_NEAR((*reports)[0].psnr_db, Compared(a, b).psnr_db, 1e-9);
  EXPECT_TRUE(std::isinf((*reports)[1].psnr_db));
  for (const CompareReport& r : *reports) {
    EXPECT_EQ(r.notes.back(), "both pictures: no colour profile: taken as sRGB");
  }
  // The notes are the caller's to print.
  EXPECT_EQ(CompareText(*reports).find("no colour profile"), std::string::npos);
  const auto missing = CompareFiles(one, {two, "is-not-there.png"}, {});
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("is-not-there.png"), std::string::npos);
  EXPECT_FALSE(CompareFiles(one, {}, {}));
}

TEST(Compare, NotANumberCountsAsBlack) {
  Image<float> u(40, 30, 3), v(40, 30, 3);
  u.Fill(0.5f);
  v.Fill(0.5f);
  v.At(3, 4, 1) = std::nanf("");
  v.At(9, 4, 1) = INFINITY;
  auto r = ComparePlanes(u, v, {});
  ASSERT_TRUE(r);
  for (double x : {r->psnr_db, r->ssim, r->de2000_mean, r->de_itp_max, r->flip_mean, r->xyb_ssim}) {
    EXPECT_TRUE(std::isfinite(x));
  }
}

}  // namespace
}  // namespace petzval::measure
