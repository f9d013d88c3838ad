// Each metric against its definition in double precision, on small odd-sized pictures.
#include <gtest/gtest.h>

#include <cmath>

#include "petzval/measure/compare/compare.h"
#include "petzval/measure/compare/oracle_util.h"
#include "petzval/measure/compare/stat_rows.h"
#include "petzval/measure/compare/test_pictures_util.h"

namespace petzval::measure {
namespace {

// A twin that differs in sharpness, colour and noise.
Picture Twin(const Picture& p) {
  Picture q = WithNoise(Blurred(p, 1), 3);
  for (int y = 0; y < q.height(); ++y) {
    for (int x = 0; x < q.width(); ++x) {
      q.code.At(x, y, 0) = static_cast<uint16_t>(std::min(255, q.code.At(x, y, 0) + x / 20));
    }
  }
  return q;
}

CompareReport Compared(const Picture& a, const Picture& b, const CompareParams& params = {}) {
  auto r = ComparePictures(a, b, params);
  EXPECT_TRUE(r) << r.error().message;
  return r ? std::move(*r) : CompareReport{};
}

TEST(Metrics, PointFiguresAcrossTiles) {
  // More than one tile in both directions, none of them full.
  const Picture a = Scene(331, 287), b = Twin(a);
  CompareParams params;
  params.keep_maps = true;
  const CompareReport r = Compared(a, b, params);
  EXPECT_EQ(r.pixels, 331 * 287);
  EXPECT_EQ(r.code_values, "codes");
  EXPECT_NEAR(r.psnr_db, oracle::Psnr(a, b), 1e-4);
  for (int c = 0; c < 3; ++c) {
    double sum = 0;
    const oracle::Plane u = oracle::Code(a, c), v = oracle::Code(b, c);
    for (size_t i = 0; i < u.v.size(); ++i) sum += std::pow(u.v[i] - v.v[i], 2);
    EXPECT_NEAR(r.psnr_channel_db[c], -10 * std::log10(sum / u.v.size()), 1e-4);
  }
  const auto de = oracle::De2000(a, b);
  EXPECT_NEAR(r.de2000_mean, oracle::MeanOf(de), 1e-4);
  EXPECT_NEAR(r.de2000_p95, oracle::Percentile(de, 0.95), 0.01);
  EXPECT_NEAR(r.de2000_max, *std::max_element(de.begin(), de.end()), 1e-3);
  const auto itp = oracle::DeItp(a, b, 203);
  EXPECT_NEAR(r.de_itp_mean, oracle::MeanOf(itp), 1e-3);
  EXPECT_NEAR(r.de_itp_p95, oracle::Percentile(itp, 0.95), 0.03);
  EXPECT_NEAR(r.de_itp_max, *std::max_element(itp.begin(), itp.end()), 5e-3);
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      ASSERT_NEAR(r.de2000_map.At(x, y) / 256.0, de[y * 331 + x], 0.004) << x << " " << y;
    }
  }
}

TEST(Metrics, ItpAtAnotherWhite) {
  const Picture a = Scene(37, 29), b = Twin(a);
  CompareParams params;
  params.white_nits = 1000;
  EXPECT_NEAR(Compared(a, b, params).de_itp_mean, oracle::MeanOf(oracle::DeItp(a, b, 1000)), 1e-3);
}

TEST(Metrics, SsimAndMsSsim) {
  const Picture a = Scene(283, 179), b = Twin(a);
  const CompareReport r = Compared(a, b);
  EXPECT_NEAR(r.ssim, oracle::SsimOf(oracle::Luma(a), oracle::Luma(b)).ssim, 2e-6);
  EXPECT_NEAR(r.ms_ssim, oracle::MsSsim(oracle::Luma(a), oracle::Luma(b)), 5e-6);
}

TEST(Metrics, SsimOfSmallPictures) {
  const Picture a = Scene(11, 11), b = Twin(a);
  const CompareReport one = Compared(a, b);
  EXPECT_NEAR(one.ssim, oracle::SsimOf(oracle::Luma(a), oracle::Luma(b)).ssim, 2e-6);
  EXPECT_TRUE(std::isnan(one.ms_ssim));
  const CompareReport none = Compared(Scene(10, 30), Scene(10, 30, 2));
  EXPECT_TRUE(std::isnan(none.ssim));
  EXPECT_FALSE(none.notes.empty());
  EXPECT_GT(none.psnr_db, 0);
}

TEST(Metrics, FlipMapAgreesWithThePaper) {
  const Picture a = Scene(59, 41), b = Twin(a);
  for (double ppd : {67.0, 30.0}) {
    CompareParams params;
    params.pixels_per_degree = ppd;
    params.keep_maps = true;
    const CompareReport r = Compared(a, b, params);
    const oracle::Flip flip(a, b, ppd);
    EXPECT_NEAR(r.flip_mean, oracle::Mean(flip.map), 1e-5) << ppd;
    EXPECT_NEAR(r.flip_p95, oracle::Percentile(flip.map.v, 0.95), 5e-3) << ppd;
    for (int y = 0; y < a.height(); ++y) {
      for (int x = 0; x < a.width(); ++x) {
        ASSERT_NEAR(r.flip_map.At(x, y) / 65535.0, flip.map(x, y), 2e-4) << x << " " << y;
      }
    }
  }
}

TEST(Metrics, FlipSeesTheLargestDifferenceAndTiles) {
  // The largest difference of colour is green against blue, by definition 1 where no feature is.
  Picture a = EmptyPicture(300, 40), b = EmptyPicture(300, 40);
  a.code.Fill(0);
  b.code.Fill(0);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 300; ++x) a.code.At(x, y, 1) = b.code.At(x, y, 2) = 255;
  }
  CompareParams params;
  params.keep_maps = true;
  const CompareReport r = Compared(a, b, params);
  EXPECT_NEAR(r.flip_mean, 1, 1e-5);
  EXPECT_NEAR(r.flip_map.At(255, 20) / 65535.0, 1, 1e-4);
  EXPECT_NEAR(r.flip_map.At(256, 20) / 65535.0, 1, 1e-4);
}

TEST(Metrics, Edges) {
  const Picture a = Scene(277, 91), b = Blurred(a, 1);
  const oracle::Plane u = oracle::Luma(a), v = oracle::Luma(b);
  const auto sobel = [](const oracle::Plane& p, int x, int y) {
    const auto at = [&](int i, int j) { return p.At(x + i, y + j); };
    const double gx = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
    const double gy = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
    return std::hypot(gx, gy) / 8;
  };
  double sum = 0, weights = 0, rr = 0, tt = 0, n = 0;
  for (int y = 0; y < 91; ++y) {
    for (int x = 0; x < 277; ++x) {
      const double g = sobel(u, x, y), h = sobel(v, x, y);
      if (g < kStrongEdge) continue;
      sum += g * std::fabs(u(x, y) - v(x, y));
      weights += g;
      rr += g * g;
      tt += h * h;
      n += 1;
    }
  }
  const CompareReport r = Compared(a, b);
  EXPECT_NEAR(r.edge_share, n / (91 * 277), 2e-4);
  EXPECT_NEAR(r.edge_error, sum / weights, 1e-5);
  EXPECT_NEAR(r.edge_sharpness_ratio, tt / rr, 1e-4);
  EXPECT_LT(r.edge_sharpness_ratio, 0.9);
}

TEST(Metrics, NoiseOfFlatAreas) {
  // A slope with noise of 2 codes against one with 5: exact up to the statistics of the noise.
  Picture a = EmptyPicture(400, 304);
  for (int y = 0; y < 304; ++y) {
    for (int x = 0; x < 400; ++x) {
      for (int c = 0; c < 3; ++c) a.code.At(x, y, c) = static_cast<uint16_t>(100 + x / 40);
    }
  }
  const Picture u = WithNoise(a, 2, 1), v = WithNoise(a, 5, 2);
  const CompareReport r = Compared(u, v);
  EXPECT_GT(r.flat_share, 0.9);
  const double luma = std::sqrt(0.299 * 0.299 + 0.587 * 0.587 + 0.114 * 0.114);
  // Rounding to codes adds 1/12.
  EXPECT_NEAR(r.flat_luma_sd_test * 255, luma * std::sqrt(25 + 1 / 12.), 0.06);
  EXPECT_NEAR(r.flat_luma_sd_reference * 255, luma * std::sqrt(4 + 1 / 12.), 0.03);
  EXPECT_NEAR(r.flat_luma_ratio, std::sqrt((25 + 1 / 12.) / (4 + 1 / 12.)), 0.04);
  // Cb = (B - Y) / 1.772, Cr = (R - Y) / 1.402.
  const double cb = (0.299 * 0.299 + 0.587 * 0.587 + 0.886 * 0.886) / (1.772 * 1.772);
  const double cr = (0.701 * 0.701 + 0.587 * 0.587 + 0.114 * 0.114) / (1.402 * 1.402);
  EXPECT_NEAR(r.flat_chroma_sd_test * 255, std::sqrt((cb + cr) / 2 * (25 + 1 / 12.)), 0.06);
  const CompareReport clean = Compared(a, v);
  EXPECT_TRUE(std::isnan(clean.flat_luma_ratio) || clean.flat_luma_sd_reference > 0);
}

// The score's pieces are written down again here: cube-root opponents, errors of structure, of
// detail too much and too little, at five scales.
double OpponentScoreOracle(const Picture& a, const Picture& b) {
  using oracle::Plane;
  const double cones[3][3] = {{0.30, 0.622, 0.078}, {0.23, 0.692, 0.078}, {0.2434, 0.2048, 0.5518}};
  const double scale_weight[5] = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
  const double channel_weight[3] = {0.25, 1, 0.1}, error_weight[3] = {1, 2, 2};
  std::vector<Plane> light[2];
  for (int p = 0; p < 2; ++p) {
    const Picture& q = p == 0 ? a : b;
    for (int c = 0; c < 3; ++c) {
      light[p].push_back(oracle::Make(q.width(), q.height(),
                                      [&](int x, int y) { return oracle::Light(q, x, y)[c]; }));
    }
  }
  double error = 0, total = 0, weights = 0;
  const auto gauss = [](int i, int j) { return std::exp(-(i * i + j * j) / 4.5); };
  for (int j = -5; j <= 5; ++j) {
    for (int i = -5; i <= 5; ++i) total += gauss(i, j);
  }
  const auto blur = [&](const Plane& p) {
    return oracle::Filter(p, 5, [&](int i, int j) { return gauss(i, j) / total; });
  };
  for (int s = 0; s < 5; ++s) {
    Plane o[2][3];
    for (int p = 0; p < 2; ++p) {
      for (int c = 0; c < 3; ++c) o[p][c] = Plane(light[p][0].width, light[p][0].height);
      for (size_t i = 0; i < o[p][0].v.size(); ++i) {
        double root[3];
        for (int k = 0; k < 3; ++k) {
          double lms = 0.0038;
          for (int c = 0; c < 3; ++c) lms += cones[k][c] * light[p][c].v[i];
          root[k] = std::cbrt(lms) - std::cbrt(0.0038);
        }
        o[p][0].v[i] = 7 * (root[0] - root[1]);
        o[p][1].v[i] = (root[0] + root[1]) / 2;
        o[p][2].v[i] = root[2] - o[p][1].v[i];
      }
    }
    double here = 0;
    for (int c = 0; c < 3; ++c) {
      const Plane &u = o[0][c], &v = o[1][c];
      Plane sum2(u.width, u.height), diff2 = sum2;
      for (size_t i = 0; i < u.v.size(); ++i) {
        sum2.v[i] = u.v[i] * u.v[i] + v.v[i] * v.v[i];
        diff2.v[i] = (u.v[i] - v.v[i]) * (u.v[i] - v.v[i]);
      }
      const Plane mu = blur(u), mv = blur(v), ms = blur(sum2), md = blur(diff2);
      double first[3] = {}, fourth[3] = {};
      for (size_t i = 0; i < u.v.size(); ++i) {
        const double shift2 = std::pow(mu.v[i] - mv.v[i], 2);
        const double variance = ms.v[i] - mu.v[i] * mu.v[i] - mv.v[i] * mv.v[i];
        const double q = (md.v[i] - shift2) / (variance + 9e-4);
        const double du = std::fabs(u.v[i] - mu.v[i]), dv = std::fabs(v.v[i] - mv.v[i]);
        const double e[3] = {1 - (1 - shift2) * (1 - q), std::max(0.0, (dv - du) / (1 + du)),
                             std::max(0.0, (du - dv) / (1 + du))};
        for (int k = 0; k < 3; ++k) {
          first[k] += e[k] / u.v.size();
          fourth[k] += std::pow(e[k], 4) / u.v.size();
        }
      }
      for (int k = 0; k < 3; ++k) {
        here += channel_weight[c] * error_weight[k] * (first[k] + std::pow(fourth[k], 0.25)) / 2;
      }
    }
    error += scale_weight[s] * here;
    weights += scale_weight[s];
    for (auto& planes : light) {
      for (Plane& p : planes) p = oracle::Half(p);
    }
  }
  return 100 * std::exp(-8 * error / weights);
}

TEST(Metrics, XybSsim) {
  const Picture a = Scene(149, 129), b = Twin(a);
  EXPECT_NEAR(Compared(a, b).xyb_ssim, OpponentScoreOracle(a, b), 5e-3);
}

}  // namespace
}  // namespace petzval::measure
