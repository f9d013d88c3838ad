// For the test of the demosaic only: the same method pixel by pixel, in double precision, without
// packing, tiles or vectors.
#ifndef PETZVAL_DEVELOP_DEMOSAIC_ORACLE_H_
#define PETZVAL_DEVELOP_DEMOSAIC_ORACLE_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "petzval/image/image.h"

namespace petzval {

class DemosaicOracle {
 public:
  DemosaicOracle(ImageView<const float> mosaic, int red_x, int red_y)
      : left_(kPad + (red_x & 1)),
        top_(kPad + (red_y & 1)),
        width_(mosaic.width() + 2 * kPad + 2),
        height_(mosaic.height() + 2 * kPad + 2) {
    auto mirror = [](int i, int n) {
      while (i < 0 || i >= n) i = i < 0 ? -i : 2 * (n - 1) - i;
      return i;
    };
    raw_ = Make([&](int x, int y) -> double {
      return mosaic.At(mirror(x - left_, mosaic.width()), mirror(y - top_, mosaic.height()));
    });
    Equilibrate();
    Green();
    Chroma();
  }
  double Red(int x, int y) const { return colour_[0].At(x + left_, y + top_); }
  double Green(int x, int y) const { return green_.At(x + left_, y + top_); }
  double Blue(int x, int y) const { return colour_[1].At(x + left_, y + top_); }

 private:
  static constexpr int kPad = 24;  // even and beyond the reach of the method

  struct Plane {
    std::vector<double> v;
    int width = 0, height = 0;
    double At(int x, int y) const {
      return v[std::clamp(y, 0, height - 1) * width + std::clamp(x, 0, width - 1)];
    }
  };
  template <class F>
  Plane Make(F f) const {
    Plane p{std::vector<double>(size_t(width_) * height_), width_, height_};
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) p.v[size_t(y) * width_ + x] = f(x, y);
    }
    return p;
  }
  static bool IsGreen(int x, int y) { return (x + y) & 1; }

  void Equilibrate() {
    m_ = Make([&](int x, int y) {
      const auto at = [&](int dx, int dy) { return raw_.At(x + dx, y + dy); };
      if (!IsGreen(x, y)) return at(0, 0);
      const double others = (at(-1, -1) + at(1, -1) + at(-1, 1) + at(1, 1)) / 4;
      const double same = at(0, 0) / 2 + (at(0, -2) + at(0, 2) + at(-2, 0) + at(2, 0)) / 8;
      const double detail = std::abs(at(0, -2) + at(0, 2) - 2 * at(0, 0)) +
                            std::abs(at(-2, 0) + at(2, 0) - 2 * at(0, 0)) +
                            std::abs(at(-1, -1) + at(1, 1) - at(1, -1) - at(-1, 1));
      const double difference = same - others, size = std::abs(difference);
      const double limit = 0.03 * std::abs(at(0, 0) + others);
      const double excess = std::max(0.0, std::min(size - 0.18 * detail, 2 * limit - size));
      return at(0, 0) - 0.5 * std::copysign(excess, difference);
    });
  }

  void Green() {
    Plane difference[2], calm[2];
    for (int axis = 0; axis < 2; ++axis) {
      const int dx = axis == 0, dy = 1 - dx;
      const auto along = [&](const Plane& p, int x, int y, int k) {
        return p.At(x + k * dx, y + k * dy);
      };
      difference[axis] = Make([&](int x, int y) {
        const double laplacian = 2 * m_.At(x, y) - along(m_, x, y, -2) - along(m_, x, y, 2);
        const double other = (along(m_, x, y, -1) + along(m_, x, y, 1)) / 2 + 0.2 * laplacian;
        return IsGreen(x, y) ? m_.At(x, y) - other : other - m_.At(x, y);
      });
      const Plane gradient = Make([&](int x, int y) {
        return std::abs(along(difference[axis], x, y, 1) - along(difference[axis], x, y, -1));
      });
      calm[axis] = Make([&](int x, int y) {
        double sum = 0;
        for (int v = -1; v <= 1; ++v) {
          for (int u = -1; u <= 1; ++u) {
            sum += (2 - std::abs(u)) * (2 - std::abs(v)) * gradient.At(x + u, y + v);
          }
        }
        return std::min(sum / 16 + 1.0 / 255, 64.0);
      });
    }
    green_ = Make([&](int x, int y) {
      if (IsGreen(x, y)) return m_.At(x, y);
      double sum = 0, weights = 0, low = INFINITY, high = -INFINITY;
      for (auto [dx, dy] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
        const int axis = dy != 0;
        double side = 0;
        for (int k = 0; k <= 4; ++k) {
          side += difference[axis].At(x + k * dx, y + k * dy) * (16 >> k) / 31;
        }
        const double weight = std::pow(calm[axis].At(x + 2 * dx, y + 2 * dy), -3);
        sum += weight * side;
        weights += weight;
        low = std::min(low, m_.At(x + dx, y + dy));
        high = std::max(high, m_.At(x + dx, y + dy));
      }
      const double margin = high - low + 1.0 / 255;
      return std::clamp(m_.At(x, y) + sum / weights, low - margin, high + margin);
    });
  }

  void Chroma() {
    const auto laplacian = [&](const Plane& p, int x, int y) {
      return 4 * p.At(x, y) - p.At(x - 2, y) - p.At(x + 2, y) - p.At(x, y - 2) - p.At(x, y + 2);
    };
    const Plane gain = Make([&](int x, int y) {
      double cross = 0, power = 0;
      for (int v = -4; v <= 4; v += 2) {
        for (int u = -4; u <= 4; u += 2) {
          const double g = laplacian(green_, x + u, y + v);
          cross += laplacian(m_, x + u, y + v) * g;
          power += g * g;
        }
      }
      return std::clamp((cross + 0.46 * 0.9) / (power + 0.46), 0.0, 2.0);
    });
    const double floor = 4.0 / 255;
    for (int c = 0; c < 2; ++c) {
      const auto measured = [&](int x, int y) { return (x & 1) == c && (y & 1) == c; };
      const auto mix = [&](const Plane& p, const Plane& gains, int x, int y, bool diagonal) {
        double sum = 0, weights = 0;
        for (int k = 0; k < 4; ++k) {
          const int dx = diagonal ? (k & 1) * 2 - 1 : (k == 0 ? -1 : k == 1);
          const int dy = diagonal ? (k & 2) - 1 : (k == 2 ? -1 : k == 3);
          double inverse = floor + std::abs(p.At(x + dx, y + dy) - p.At(x - dx, y - dy)) +
                           std::abs(green_.At(x, y) - green_.At(x + 2 * dx, y + 2 * dy));
          if (diagonal) inverse += std::abs(p.At(x + dx, y + dy) - p.At(x + 3 * dx, y + 3 * dy));
          const double green = green_.At(x, y) - green_.At(x + dx, y + dy);
          sum += (p.At(x + dx, y + dy) + gains.At(x + dx, y + dy) * green) / inverse;
          weights += 1 / inverse;
        }
        return sum / weights;
      };
      const Plane at_chroma = Make([&](int x, int y) {
        return measured(x, y) || IsGreen(x, y) ? m_.At(x, y) : mix(m_, gain, x, y, true);
      });
      const Plane gains = Make([&](int x, int y) {
        if (measured(x, y) || IsGreen(x, y)) return gain.At(x, y);
        return (gain.At(x - 1, y - 1) + gain.At(x + 1, y - 1) + gain.At(x - 1, y + 1) +
                gain.At(x + 1, y + 1)) /
               4;
      });
      colour_[c] = Make([&](int x, int y) {
        return IsGreen(x, y) ? mix(at_chroma, gains, x, y, false) : at_chroma.At(x, y);
      });
    }
  }

  int left_, top_, width_, height_;
  Plane raw_, m_, green_;
  std::array<Plane, 2> colour_;  // red, blue
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_DEMOSAIC_ORACLE_H_
