// The demosaic: exact where it must be, close to a plain double-precision oracle everywhere, the
// same for every phase, tile and thread count, and free of maze and overshoot.
#include "petzval/develop/demosaic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <random>

#include "petzval/base/parallel.h"
#include "petzval/develop/demosaic_oracle.h"

namespace petzval {
namespace {

using Colour = std::array<double, 3>;
using Scene = std::function<Colour(int x, int y)>;

// Channel at a pixel whose red sites lie at (red_x, red_y).
int Channel(int x, int y, int red_x, int red_y) { return ((x + red_x) & 1) + ((y + red_y) & 1); }

Image<float> Mosaic(int width, int height, int red_x, int red_y, const Scene& scene) {
  Image<float> mosaic(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      mosaic.At(x, y) = static_cast<float>(scene(x, y)[Channel(x, y, red_x, red_y)]);
    }
  }
  return mosaic;
}

double WorstError(const Image<float>& rgb, const Scene& truth, int border) {
  double worst = 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = border; y < rgb.height() - border; ++y) {
      for (int x = border; x < rgb.width() - border; ++x) {
        worst = std::max(worst, std::abs(rgb.At(x, y, c) - truth(x, y)[c]));
      }
    }
  }
  return worst;
}

Colour Texture(int x, int y) {
  const double luma = 0.4 + 0.2 * std::sin(0.9 * x + 0.3 * y) * std::cos(0.2 * x - 1.1 * y);
  const double edge = x + 2 * y > 90 ? 0.25 : 0;
  return {0.9 * luma + edge, luma + 0.1 * edge, 1.2 * luma - 0.2 + 0.05 * std::sin(0.5 * y)};
}

TEST(DemosaicTest, FlatFieldsAreExact) {
  const Scene flat = [](int, int) { return Colour{0.7, 0.25, 1.5}; };
  for (int phase = 0; phase < 4; ++phase) {
    const auto mosaic = Mosaic(37, 29, phase & 1, phase >> 1, flat);
    for (MosaicCoding coding : {MosaicCoding::kEven, MosaicCoding::kLinear}) {
      Image<float> rgb;
      DemosaicBayer(mosaic.view(), phase & 1, phase >> 1, coding, &rgb);
      EXPECT_LT(WorstError(rgb, flat, 0), 1e-6) << phase;
    }
  }
}

TEST(DemosaicTest, RampsAreExact) {
  const Scene ramp = [](int x, int y) {
    const double v = 0.1 + 0.004 * x + 0.006 * y;
    return Colour{v, v, v};
  };
  Image<float> rgb;
  DemosaicBayer(Mosaic(71, 53, 0, 0, ramp).view(), 0, 0, &rgb);
  EXPECT_LT(WorstError(rgb, ramp, 16), 2e-6);
}

TEST(DemosaicTest, MeasuredRedAndBlueStay) {
  const auto mosaic = Mosaic(64, 48, 0, 0, Texture);
  Image<float> rgb;
  DemosaicBayer(mosaic.view(), 0, 0, &rgb);
  for (int y = 0; y < 48; ++y) {
    for (int x = y & 1; x < 64; x += 2) {
      ASSERT_EQ(rgb.At(x, y, y & 1 ? 2 : 0), mosaic.At(x, y));
    }
  }
}

TEST(DemosaicTest, AgreesWithTheOracle) {
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0, 0.02);
  for (auto [width, height] : {std::pair{67, 45}, {4, 4}, {5, 7}, {32, 9}, {33, 64}}) {
    for (int phase = 0; phase < 4; ++phase) {
      const int red_x = phase & 1, red_y = phase >> 1;
      auto mosaic = Mosaic(width, height, red_x, red_y, Texture);
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) mosaic.At(x, y) += static_cast<float>(noise(random));
      }
      Image<float> rgb;
      DemosaicBayer(mosaic.view(), red_x, red_y, &rgb);
      const DemosaicOracle oracle(mosaic.view(), red_x, red_y);
      const Scene expected = [&](int x, int y) {
        return Colour{oracle.Red(x, y), oracle.Green(x, y), oracle.Blue(x, y)};
      };
      EXPECT_LT(WorstError(rgb, expected, 0), 2e-4) << width << " x " << height << ", " << phase;
    }
  }
}

TEST(DemosaicTest, LinearLightIsCarriedAsRoots) {
  // Dark noise, mid-tones and values beyond white.
  std::mt19937 random(5);
  std::normal_distribution<double> noise(0, 0.02);
  const double toe = 0.01, root = std::sqrt(toe);
  const auto linear = Mosaic(61, 47, 1, 1, [&](int x, int y) {
    Colour c = Texture(x, y);
    for (double& v : c) v = v * v * x * 0.03 + noise(random);
    return c;
  });
  auto coded = linear.Clone();
  for (int y = 0; y < 47; ++y) {
    for (int x = 0; x < 61; ++x) {
      const double v = linear.At(x, y);
      coded.At(x, y) = static_cast<float>(v > 0 ? std::sqrt(v + toe) - root : v / (2 * root));
    }
  }
  Image<float> from_linear, from_coded;
  DemosaicBayer(linear.view(), 1, 1, MosaicCoding::kLinear, &from_linear);
  DemosaicBayer(coded.view(), 1, 1, MosaicCoding::kEven, &from_coded);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 47; ++y) {
      for (int x = 0; x < 61; ++x) {
        const double u = from_coded.At(x, y, c);
        const double v = u > 0 ? (u + root) * (u + root) - toe : 2 * root * u;
        ASSERT_NEAR(from_linear.At(x, y, c), v, 1e-4);
      }
    }
  }
}

TEST(DemosaicTest, ThreadsAndTilesDoNotShow) {
  // Larger than a tile in both directions; the upper left part alone must come out the same.
  const int width = 1061, height = 557;
  const auto mosaic = Mosaic(width, height, 1, 0, Texture);
  Image<float> one, many, part;
  const int threads = Threads();
  SetThreads(1);
  DemosaicBayer(mosaic.view(), 1, 0, &one);
  SetThreads(4);
  DemosaicBayer(mosaic.view(), 1, 0, &many);
  SetThreads(threads);
  DemosaicBayer(mosaic.view().Crop({100, 100, 900, 400}), 1, 0, &part);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      ASSERT_TRUE(std::equal(one.row(y, c), one.row(y, c) + width, many.row(y, c))) << y;
    }
    for (int y = 16; y < 400 - 16; ++y) {
      for (int x = 16; x < 900 - 16; ++x) {
        ASSERT_EQ(part.At(x, y, c), one.At(x + 100, y + 100, c)) << x << ' ' << y;
      }
    }
  }
}

// Mean amplitude of green that alternates from pixel to pixel in both directions.
double Maze(const Image<float>& rgb) {
  double sum = 0;
  for (int y = 16; y < rgb.height() - 16; ++y) {
    for (int x = 16; x < rgb.width() - 16; ++x) sum += (((x + y) & 1) ? 1 : -1) * rgb.At(x, y, 1);
  }
  const double count = double(rgb.width() - 32) * (rgb.height() - 32);
  // Rows of one parity against the other: what unequal greens would leave.
  double rows = 0;
  for (int y = 16; y < rgb.height() - 16; ++y) {
    for (int x = 16; x < rgb.width() - 16; ++x) rows += ((y & 1) ? 1 : -1) * rgb.At(x, y, 1);
  }
  return std::max(std::abs(sum), std::abs(rows)) / count;
}

TEST(DemosaicTest, UnequalGreensMakeNoMaze) {
  for (double imbalance : {0.02, 0.05}) {
    const Scene shaded = [&](int x, int y) {
      const double v = 0.3 + 0.001 * x;
      // Greens of even rows are brighter than those of odd rows.
      return Colour{0.8 * v, v * (1 + ((y & 1) ? -0.5 : 0.5) * imbalance), 0.6 * v};
    };
    Image<float> rgb;
    DemosaicBayer(Mosaic(128, 96, 0, 0, shaded).view(), 0, 0, &rgb);
    EXPECT_LT(Maze(rgb), 0.02 * imbalance * 0.36);
    double rough = 0;
    for (int y = 16; y < 80; ++y) {
      for (int x = 16; x < 112; ++x) {
        rough = std::max(rough, double(std::abs(rgb.At(x + 1, y, 1) - rgb.At(x, y, 1))));
      }
    }
    EXPECT_LT(rough, 0.003) << imbalance;
  }
}

TEST(DemosaicTest, EdgesHaveNoZipper) {
  // A straight grey edge: along it no channel may alternate.
  for (bool vertical : {true, false}) {
    const Scene edge = [&](int x, int y) {
      const double v = (vertical ? x : y) < 40 ? 0.1 : 0.8;
      return Colour{v, v, v};
    };
    Image<float> rgb;
    DemosaicBayer(Mosaic(80, 80, 0, 0, edge).view(), 0, 0, &rgb);
    for (int c = 0; c < 3; ++c) {
      for (int a = 20; a < 60; ++a) {
        for (int b = 30; b < 50; ++b) {
          const float here = vertical ? rgb.At(b, a, c) : rgb.At(a, b, c);
          const float next = vertical ? rgb.At(b, a + 1, c) : rgb.At(a + 1, b, c);
          ASSERT_NEAR(here, next, 0.03) << c << ' ' << a << ' ' << b;
        }
      }
    }
  }
}

TEST(DemosaicTest, ClippedHighlightsDoNotRing) {
  // A lamp that clips green first: white-balanced red and blue run on to 2.
  const Scene lamp = [](int x, int y) {
    const double v = 3 * std::exp(-((x - 48.0) * (x - 48) + (y - 40.0) * (y - 40)) / 200);
    return Colour{std::min(v, 2.0), std::min(v, 1.0), std::min(0.7 * v, 1.8)};
  };
  for (MosaicCoding coding : {MosaicCoding::kEven, MosaicCoding::kLinear}) {
    Image<float> rgb;
    DemosaicBayer(Mosaic(96, 80, 0, 0, lamp).view(), 0, 0, coding, &rgb);
    EXPECT_LT(WorstError(rgb, lamp, 16), 0.08);  // at the kinks, of values up to 2
  }
}

TEST(DemosaicTest, NoiseKeepsItsMean) {
  // Darker than the noise: half of the values are negative.
  const double expected[3] = {0.004, 0.006, 0.002}, sigma = 0.02;
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, sigma);
  const auto mosaic = Mosaic(400, 300, 0, 0, [&](int, int) {
    const double n = noise(random);
    return Colour{expected[0] + n, expected[1] + n, expected[2] + n};
  });
  for (MosaicCoding coding : {MosaicCoding::kEven, MosaicCoding::kLinear}) {
    Image<float> rgb;
    DemosaicBayer(mosaic.view(), 0, 0, coding, &rgb);
    for (int c = 0; c < 3; ++c) {
      double sum = 0, squares = 0;
      for (int y = 0; y < 300; ++y) {
        for (int x = 0; x < 400; ++x) {
          sum += rgb.At(x, y, c);
          squares += rgb.At(x, y, c) * rgb.At(x, y, c);
        }
      }
      EXPECT_NEAR(sum / 120000, expected[c], 0.05 * sigma) << c;
      // Interpolation does not amplify noise.
      EXPECT_LT(std::sqrt(squares / 120000), 1.03 * sigma) << c;
    }
  }
}

TEST(DemosaicTest, AbsurdValuesStayFinite) {
  const auto mosaic = Mosaic(40, 40, 0, 0, [](int x, int y) {
    return Colour{65535.0 * (x % 3), -1e4, 1e4 * y};
  });
  Image<float> rgb;
  DemosaicBayer(mosaic.view(), 0, 0, &rgb);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 40; ++x) ASSERT_TRUE(std::isfinite(rgb.At(x, y, c)));
    }
  }
}

}  // namespace
}  // namespace petzval
