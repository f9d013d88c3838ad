// Sees the test picture from the reference's pixels.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/measure/compare/affine.h"
#include "petzval/measure/compare/registration.h"

namespace petzval::measure {
namespace {

constexpr int kLobes = 3, kPhases = 1024;

double Lanczos(double x) {
  if (std::fabs(x) < 1e-9) return 1;
  if (std::fabs(x) >= kLobes) return 0;
  const double p = std::numbers::pi * x;
  return kLobes * std::sin(p) * std::sin(p / kLobes) / (p * p);
}

// Weights of taps first .. first + taps - 1 around a place between two pixels, by its phase.
struct Kernel {
  int taps = 0;
  std::vector<float> weights;  // of kPhases + 1 phases

  explicit Kernel(double stretch) {
    const int half = static_cast<int>(std::ceil(kLobes * stretch));
    taps = 2 * half;
    weights.resize(static_cast<size_t>(taps) * (kPhases + 1));
    for (int p = 0; p <= kPhases; ++p) {
      double sum = 0;
      std::vector<double> w(taps);
      for (int i = 0; i < taps; ++i) {
        w[i] = Lanczos((i - (half - 1) - static_cast<double>(p) / kPhases) / stretch);
        sum += w[i];
      }
      for (int i = 0; i < taps; ++i) {
        weights[static_cast<size_t>(p) * taps + i] = static_cast<float>(w[i] / sum);
      }
    }
  }
  const float* At(double phase) const {
    return &weights[static_cast<size_t>(std::lround(phase * kPhases)) * taps];
  }
};

}  // namespace

Image<float> WarpToReference(const Image<float>& test, const Registration& registration, int width,
                             int height, Image<uint8_t>* covered) {
  const Affine& m = registration.test_from_reference;
  Image<float> out(width, height, test.planes());
  *covered = Image<uint8_t>(width, height);
  const Kernel kernel(std::clamp(registration.scale, 1.0, 5.0));
  const int half = kernel.taps / 2;
  ParallelFor(height, [&](int y) {
    std::vector<int> column(kernel.taps), row(kernel.taps);
    for (int x = 0; x < width; ++x) {
      const Point at = Apply(m, x + 0.5, y + 0.5);
      const double fx = at.x - 0.5, fy = at.y - 0.5;
      const bool inside = fx >= kLobes - 1 && fy >= kLobes - 1 && fx < test.width() - kLobes &&
                          fy < test.height() - kLobes;
      covered->row(y)[x] = inside ? 255 : 0;
      if (!inside) {
        for (int c = 0; c < test.planes(); ++c) out.row(y, c)[x] = 0;
        continue;
      }
      const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
      const float *wx = kernel.At(fx - ix), *wy = kernel.At(fy - iy);
      for (int i = 0; i < kernel.taps; ++i) {
        column[i] = std::clamp(ix - half + 1 + i, 0, test.width() - 1);
        row[i] = std::clamp(iy - half + 1 + i, 0, test.height() - 1);
      }
      const bool whole = column.back() - column.front() == kernel.taps - 1;
      for (int c = 0; c < test.planes(); ++c) {
        float sum = 0;
        for (int j = 0; j < kernel.taps; ++j) {
          const float* p = test.row(row[j], c);
          float line = 0;
          if (whole) {
            const float* q = p + column[0];
            for (int i = 0; i < kernel.taps; ++i) line += wx[i] * q[i];
          } else {
            for (int i = 0; i < kernel.taps; ++i) line += wx[i] * p[column[i]];
          }
          sum += wy[j] * line;
        }
        out.row(y, c)[x] = sum;
      }
    }
  });
  return out;
}

}  // namespace petzval::measure
