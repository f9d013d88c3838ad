// For tests: the metrics written down plainly in double precision, pixel by pixel.
#ifndef PETZVAL_MEASURE_COMPARE_ORACLE_UTIL_H_
#define PETZVAL_MEASURE_COMPARE_ORACLE_UTIL_H_

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "petzval/color/difference.h"
#include "petzval/color/itp.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"
#include "petzval/image/picture.h"

namespace petzval::measure::oracle {

// One plane of doubles; At clamps.
struct Plane {
  int width = 0, height = 0;
  std::vector<double> v;

  Plane() = default;
  Plane(int w, int h) : width(w), height(h), v(static_cast<size_t>(w) * h) {}
  double& operator()(int x, int y) { return v[static_cast<size_t>(y) * width + x]; }
  double operator()(int x, int y) const { return v[static_cast<size_t>(y) * width + x]; }
  double At(int x, int y) const {
    return (*this)(std::clamp(x, 0, width - 1), std::clamp(y, 0, height - 1));
  }
};

inline Plane Make(int width, int height, const std::function<double(int, int)>& f) {
  Plane p(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) p(x, y) = f(x, y);
  }
  return p;
}

// A filter of (2 radius + 1)^2 taps, the border repeated.
inline Plane Filter(const Plane& in, int radius, const std::function<double(int, int)>& w) {
  return Make(in.width, in.height, [&](int x, int y) {
    double sum = 0;
    for (int j = -radius; j <= radius; ++j) {
      for (int i = -radius; i <= radius; ++i) sum += w(i, j) * in.At(x + i, y + j);
    }
    return sum;
  });
}

inline Plane Code(const Picture& p, int c) {
  return Make(p.width(), p.height(),
              [&](int x, int y) { return p.code.At(x, y, c) / static_cast<double>(p.max_code); });
}
inline Plane Luma(const Picture& p) {
  return Make(p.width(), p.height(), [&](int x, int y) {
    return (0.299 * p.code.At(x, y, 0) + 0.587 * p.code.At(x, y, 1) + 0.114 * p.code.At(x, y, 2)) /
           p.max_code;
  });
}
// Linear light of an sRGB picture.
inline Vec3 Light(const Picture& p, int x, int y) {
  Vec3 v;
  for (int c = 0; c < 3; ++c) v[c] = DecodeSrgb(p.code.At(x, y, c) / double(p.max_code));
  return v;
}

inline double Mean(const Plane& p, int border = 0) {
  double sum = 0;
  int n = 0;
  for (int y = border; y < p.height - border; ++y) {
    for (int x = border; x < p.width - border; ++x, ++n) sum += p(x, y);
  }
  return sum / n;
}

inline double Psnr(const Picture& a, const Picture& b) {
  double sum = 0;
  for (int c = 0; c < 3; ++c) {
    const Plane u = Code(a, c), v = Code(b, c);
    for (size_t i = 0; i < u.v.size(); ++i) sum += (u.v[i] - v.v[i]) * (u.v[i] - v.v[i]);
  }
  return -10 * std::log10(sum / (3.0 * a.width() * a.height()));
}

// SSIM and its part without luminance (Wang et al. 2004).
struct Ssim {
  double ssim, structure;
};
inline Ssim SsimOf(const Plane& a, const Plane& b) {
  double g[11][11], total = 0;
  for (int j = 0; j < 11; ++j) {
    for (int i = 0; i < 11; ++i) {
      g[j][i] = std::exp(-((i - 5) * (i - 5) + (j - 5) * (j - 5)) / (2 * 1.5 * 1.5));
      total += g[j][i];
    }
  }
  Ssim sum{0, 0};
  int n = 0;
  for (int y = 5; y < a.height - 5; ++y) {
    for (int x = 5; x < a.width - 5; ++x, ++n) {
      double ma = 0, mb = 0, va = 0, vb = 0, cov = 0;
      const auto each = [&](const auto& f) {
        for (int j = -5; j <= 5; ++j) {
          for (int i = -5; i <= 5; ++i)
            f(g[j + 5][i + 5] / total, a(x + i, y + j), b(x + i, y + j));
        }
      };
      each([&](double w, double u, double v) { ma += w * u, mb += w * v; });
      each([&](double w, double u, double v) {
        va += w * (u - ma) * (u - ma), vb += w * (v - mb) * (v - mb),
            cov += w * (u - ma) * (v - mb);
      });
      const double cs = (2 * cov + 9e-4) / (va + vb + 9e-4);
      sum.structure += cs;
      sum.ssim += cs * (2 * ma * mb + 1e-4) / (ma * ma + mb * mb + 1e-4);
    }
  }
  return {sum.ssim / n, sum.structure / n};
}

inline Plane Half(const Plane& p) {
  return Make((p.width + 1) / 2, (p.height + 1) / 2, [&](int x, int y) {
    return (p.At(2 * x, 2 * y) + p.At(2 * x + 1, 2 * y) + p.At(2 * x, 2 * y + 1) +
            p.At(2 * x + 1, 2 * y + 1)) /
           4;
  });
}

inline double MsSsim(Plane a, Plane b) {
  const double weight[5] = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
  double product = 1;
  for (int s = 0; s < 5; ++s) {
    const Ssim here = SsimOf(a, b);
    product *= std::pow(s == 4 ? here.ssim : here.structure, weight[s]);
    a = Half(a);
    b = Half(b);
  }
  return product;
}

// LDR-FLIP from the text of the paper.
class Flip {
 public:
  Flip(const Picture& a, const Picture& b, double ppd) : ppd_(ppd) {
    const Side s = Prepare(a), t = Prepare(b);
    map = Plane(a.width(), a.height());
    const double largest = std::pow(Hyab(Hunt(Lab({{0, 1, 0}})), Hunt(Lab({{0, 0, 1}}))), 0.7);
    for (size_t i = 0; i < map.v.size(); ++i) {
      const double d = std::pow(Hyab(s.lab[i], t.lab[i]), 0.7);
      const double knee = 0.4 * largest;
      const double color = d < knee ? 0.95 / knee * d : 0.95 + (d - knee) / (largest - knee) * 0.05;
      const double feature =
          std::max(std::fabs(s.edge.v[i] - t.edge.v[i]), std::fabs(s.point.v[i] - t.point.v[i]));
      map.v[i] = std::pow(color, 1 - std::sqrt(feature / std::numbers::sqrt2));
    }
  }
  Plane map;

 private:
  struct Side {
    std::vector<Vec3> lab;
    Plane edge, point;
  };

  static Mat3 Xyz() { return XyzFromRgb(kRec709); }
  static Vec3 White() { return Xyz() * Vec3{{1, 1, 1}}; }
  static Vec3 Lab(const Vec3& rgb) { return LabFromXyz(Xyz() * rgb, White()); }
  static Vec3 Hunt(Vec3 lab) {
    lab[1] *= 0.01 * lab[0];
    lab[2] *= 0.01 * lab[0];
    return lab;
  }
  static double Hyab(const Vec3& a, const Vec3& b) {
    return std::fabs(a[0] - b[0]) + std::hypot(a[1] - b[1], a[2] - b[2]);
  }

  Side Prepare(const Picture& p) const {
    const int w = p.width(), h = p.height();
    Plane ycc[3] = {Plane(w, h), Plane(w, h), Plane(w, h)};
    const Vec3 white = White();
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const Vec3 xyz = Xyz() * Light(p, x, y);
        ycc[0](x, y) = 116 * xyz[1] / white[1] - 16;
        ycc[1](x, y) = 500 * (xyz[0] / white[0] - xyz[1] / white[1]);
        ycc[2](x, y) = 200 * (xyz[1] / white[1] - xyz[2] / white[2]);
      }
    }
    // Spatial filters: sum of a sqrt(pi / b) exp(-pi^2 d^2 / b), d in degrees.
    constexpr double kPi = std::numbers::pi;
    const double table[3][4] = {
        {1, 0.0047, 0, 1e-5}, {1, 0.0053, 0, 1e-5}, {34.1, 0.04, 13.5, 0.025}};
    const int radius = static_cast<int>(std::ceil(3 * std::sqrt(0.04 / (2 * kPi * kPi)) * ppd_));
    for (int c = 0; c < 3; ++c) {
      const auto tap = [&](int i, int j) {
        const double d2 = (i * i + j * j) / (ppd_ * ppd_);
        double sum = 0;
        for (int k = 0; k < 4; k += 2) {
          const double a = table[c][k], b = table[c][k + 1];
          sum += a * std::sqrt(kPi / b) * std::exp(-kPi * kPi * d2 / b);
        }
        return sum;
      };
      double total = 0;
      for (int j = -radius; j <= radius; ++j) {
        for (int i = -radius; i <= radius; ++i) total += tap(i, j);
      }
      const Plane before = ycc[c];
      if (c == 0) luminance_ = before;
      ycc[c] = Filter(before, radius, [&](int i, int j) { return tap(i, j) / total; });
    }
    Side side;
    const Mat3 rgb_from_xyz = Inverse(Xyz());
    for (size_t i = 0; i < ycc[0].v.size(); ++i) {
      const double y = (ycc[0].v[i] + 16) / 116;
      const double x = ycc[1].v[i] / 500 + y, z = y - ycc[2].v[i] / 200;
      Vec3 rgb = rgb_from_xyz * Vec3{{x * white[0], y * white[1], z * white[2]}};
      for (double& v : rgb.v) v = std::clamp(v, 0.0, 1.0);
      side.lab.push_back(Hunt(Lab(rgb)));
    }
    // Features of (Y + 16) / 116.
    for (double& v : luminance_.v) v = (v + 16) / 116;
    side.edge = Feature([](double x, double) { return -x; });
    side.point = Feature([](double x, double sigma) { return x * x / (sigma * sigma) - 1; });
    return side;
  }

  // Length of the gradient of a detector: f(x) times a Gaussian, positive and negative weights
  // normalised to 1 each.
  Plane Feature(const std::function<double(double, double)>& f) const {
    const double sigma = 0.5 * 0.082 * ppd_;
    const int radius = static_cast<int>(std::ceil(3 * sigma));
    const auto tap = [&](int i, int j) {
      return f(i, sigma) * std::exp(-(i * i + j * j) / (2 * sigma * sigma));
    };
    double positive = 0, negative = 0;
    for (int j = -radius; j <= radius; ++j) {
      for (int i = -radius; i <= radius; ++i) {
        (tap(i, j) > 0 ? positive : negative) += std::fabs(tap(i, j));
      }
    }
    const auto scaled = [&](int i, int j) {
      const double t = tap(i, j);
      return t / (t > 0 ? positive : negative);
    };
    const Plane gx = Filter(luminance_, radius, scaled);
    const Plane gy = Filter(luminance_, radius, [&](int i, int j) { return scaled(j, i); });
    return Make(gx.width, gx.height, [&](int x, int y) { return std::hypot(gx(x, y), gy(x, y)); });
  }

  double ppd_;
  mutable Plane luminance_;
};

// Percentile of the values themselves.
inline double Percentile(std::vector<double> v, double p) {
  std::sort(v.begin(), v.end());
  return v[std::min(v.size() - 1, static_cast<size_t>(p * static_cast<double>(v.size())))];
}

inline std::vector<double> De2000(const Picture& a, const Picture& b) {
  const Mat3 m = XyzFromRgb(kRec709);
  const Vec3 white = m * Vec3{{1, 1, 1}};
  std::vector<double> v;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      v.push_back(
          DeltaE2000(LabFromXyz(m * Light(a, x, y), white), LabFromXyz(m * Light(b, x, y), white)));
    }
  }
  return v;
}

inline std::vector<double> DeItp(const Picture& a, const Picture& b, double nits) {
  const Mat3 m = RgbFromRgb(kRec2020, kRec709);
  std::vector<double> v;
  const auto itp = [&](const Picture& p, int x, int y) {
    Vec3 light = m * Light(p, x, y);
    for (double& c : light.v) c *= nits;
    return ICtCpFromRec2020(light);
  };
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) v.push_back(DeltaEItp(itp(a, x, y), itp(b, x, y)));
  }
  return v;
}

inline double MeanOf(const std::vector<double>& v) {
  double sum = 0;
  for (double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

}  // namespace petzval::measure::oracle

#endif  // PETZVAL_MEASURE_COMPARE_ORACLE_UTIL_H_
