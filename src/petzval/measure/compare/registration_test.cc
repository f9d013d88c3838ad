// Known motions are found, undone, and refused where there is none.
#include "petzval/measure/compare/registration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "petzval/measure/compare/test_pictures_util.h"

namespace petzval::measure {
namespace {

// A smooth scene without repeats, known between the pixels too.
struct Blob {
  double x, y, radius, height, cosine, sine;
};
double Value(double x, double y) {
  static const std::vector<Blob> blobs = [] {
    std::vector<Blob> list;
    Random random(77, 1);
    for (int k = 0; k < 24; ++k) {
      const double angle = random.Uniform(0, std::numbers::pi);
      list.push_back({random.Uniform(-60, 460), random.Uniform(-60, 360), random.Uniform(6, 45),
                      random.Uniform(-0.25, 0.3), std::cos(angle), std::sin(angle)});
    }
    return list;
  }();
  double v = 0.35;
  for (const Blob& b : blobs) {
    const double u = (x - b.x) * b.cosine + (y - b.y) * b.sine;
    const double w = (y - b.y) * b.cosine - (x - b.x) * b.sine;
    const double q = (u * u + w * w / 4) / (b.radius * b.radius);
    if (q < 30) v += b.height * std::exp(-q);
  }
  return std::clamp(v, 0.02, 0.95);
}

struct Motion {
  double scale = 1, degrees = 0, x = 0, y = 0;
};

// The scene as a picture of linear light whose point p shows what the reference shows at the place
// that `m` moves there; the affine answer in `truth`.
Image<float> Moved(int width, int height, const Motion& m, std::array<double, 6>* truth) {
  const double a = m.degrees * std::numbers::pi / 180;
  const double c = m.scale * std::cos(a), s = m.scale * std::sin(a);
  *truth = {c, -s, m.x, s, c, m.y};
  const double det = c * c + s * s;
  Image<float> picture(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double dx = x + 0.5 - m.x, dy = y + 0.5 - m.y;
      const double rx = (c * dx + s * dy) / det, ry = (-s * dx + c * dy) / det;
      const double v = Value(rx, ry);
      for (int p = 0; p < 3; ++p) picture.At(x, y, p) = static_cast<float>(v * (1 - 0.1 * p));
    }
  }
  return picture;
}

double WorstCorner(const Registration& r, const std::array<double, 6>& truth, int width,
                   int height) {
  double worst = 0;
  for (int i = 0; i < 4; ++i) {
    const double x = (i & 1) * width, y = (i >> 1) * height;
    const auto& m = r.test_from_reference;
    const double dx = (m[0] - truth[0]) * x + (m[1] - truth[1]) * y + m[2] - truth[2];
    const double dy = (m[3] - truth[3]) * x + (m[4] - truth[4]) * y + m[5] - truth[5];
    worst = std::max(worst, std::hypot(dx, dy));
  }
  return worst;
}

CompareReport Aligned(const Image<float>& a, const Image<float>& b, bool exposure = false) {
  CompareParams params;
  params.align = true;
  params.match_exposure = exposure;
  auto r = ComparePlanes(a, b, params);
  EXPECT_TRUE(r) << r.error().message;
  return r ? std::move(*r) : CompareReport{};
}

class Registered : public testing::TestWithParam<std::tuple<Motion, int, int>> {};

TEST_P(Registered, FindsTheMotion) {
  const auto& [motion, width, height] = GetParam();
  std::array<double, 6> truth, none;
  const Image<float> a = Moved(401, 303, {}, &none), b = Moved(width, height, motion, &truth);
  const CompareReport r = Aligned(a, b);
  EXPECT_TRUE(r.aligned);
  // Pictures of two sizes are smoothed over two widths.
  const bool one_size = motion.scale == 1;
  EXPECT_LT(WorstCorner(r.registration, truth, 401, 303), one_size ? 0.03 : 0.1);
  EXPECT_NEAR(r.registration.scale, motion.scale, one_size ? 5e-5 : 3e-4);
  // Counterclockwise is towards negative y.
  EXPECT_NEAR(r.registration.rotation_deg, -motion.degrees, 0.01);
  EXPECT_LT(r.pixels, 401 * 303);
  EXPECT_NEAR(r.pixels / (401.0 * 303), r.registration.overlap, 0.04);
  // What is left is what interpolation leaves.
  EXPECT_GT(r.psnr_db, 55);
  EXPECT_GT(r.ssim, 0.999);
}

INSTANTIATE_TEST_SUITE_P(
    Motions, Registered,
    testing::Values(std::tuple(Motion{1, 0, 7.37, -4.61}, 401, 303),
                    std::tuple(Motion{1, 0, -61, -43}, 260, 200),     // a crop
                    std::tuple(Motion{1, 1.5, 9, -6}, 401, 303),      // a turn
                    std::tuple(Motion{1, -6, -20, 30}, 401, 303),     // a larger one
                    std::tuple(Motion{0.5, 0, 0.3, -0.2}, 200, 151),  // half the size
                    std::tuple(Motion{1.6, 0.4, 4, -3}, 642, 485)));  // larger than the reference

TEST(Registration, GainAndNoiseDoNotMoveIt) {
  std::array<double, 6> truth, none;
  const Image<float> a = Moved(401, 303, {}, &none);
  Image<float> b = Moved(401, 303, {1, 0.3, 5.2, -3.7}, &truth);
  Random random(5, 5);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 303; ++y) {
      for (int x = 0; x < 401; ++x) {
        b.At(x, y, c) = static_cast<float>(0.6 * b.At(x, y, c) + 0.004 * random.Normals().a);
      }
    }
  }
  const CompareReport r = Aligned(a, b, true);
  EXPECT_LT(WorstCorner(r.registration, truth, 401, 303), 0.1);
  EXPECT_NEAR(r.exposure_gain, 1 / 0.6, 0.01);
}

TEST(Registration, RefusesPicturesOfDifferentThings) {
  std::array<double, 6> none;
  const Image<float> a = Moved(401, 303, {}, &none);
  Image<float> noise(401, 303, 3), grey(401, 303, 3);
  grey.Fill(0.4f);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 303; ++y) {
      Random random(c, y);
      for (int x = 0; x < 401; ++x) noise.At(x, y, c) = static_cast<float>(random.Uniform());
    }
  }
  CompareParams params;
  params.align = true;
  for (const Image<float>* b : {&noise, &grey}) {
    auto r = ComparePlanes(a, *b, params);
    ASSERT_FALSE(r);
    EXPECT_NE(r.error().message.find("aligned"), std::string::npos) << r.error().message;
  }
  Image<float> tiny(8, 8, 3);
  tiny.Fill(0.1f);
  EXPECT_FALSE(ComparePlanes(a, tiny, params));
}

TEST(Registration, OfPhotographs) {
  const Picture one = Kodak(5), other = Kodak(8);
  if (one.code.empty()) GTEST_SKIP() << "no photographs in ../shared/data/kodak";
  // A crop of a photograph, through JPEG.
  const int dx = 83, dy = 41;
  Picture crop = EmptyPicture(600, 420);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 420; ++y) {
      for (int x = 0; x < 600; ++x) crop.code.At(x, y, c) = one.code.At(x + dx, y + dy, c);
    }
  }
  CompareParams params;
  params.align = true;
  auto r = ComparePictures(one, ThroughJpeg(crop, 90), params);
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_LT(WorstCorner(r->registration, {1, 0, -dx, 0, 1, -dy}, 768, 512), 0.05);
  EXPECT_GT(r->psnr_db, 30);
  auto wrong = ComparePictures(one, other, params);
  EXPECT_FALSE(wrong) << wrong->registration.correlation << " " << wrong->registration.overlap;
}

}  // namespace
}  // namespace petzval::measure
