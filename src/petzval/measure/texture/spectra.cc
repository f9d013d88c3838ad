// Tiles in parallel, summed in their order.
#include "petzval/measure/texture/spectra.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <complex>
#include <numbers>

#include "petzval/base/parallel.h"
#include "petzval/optics/analysis/fft.h"

namespace petzval::measure {
namespace {

using Complex = std::complex<double>;

std::vector<double> HannWindow(int n) {
  std::vector<double> window(n);
  for (int i = 0; i < n; ++i) {
    window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / n);
  }
  return window;
}

// Two real tiles in one transform: the first as real, the second as imaginary part.
void LoadTile(ImageView<const float> in, int x0, int y0, const std::vector<double>& window,
              bool imaginary, std::vector<Complex>* data) {
  const int n = static_cast<int>(window.size());
  double mean = 0, weights = 0;
  for (int y = 0; y < n; ++y) {
    const float* row = in.row(y0 + y) + x0;
    for (int x = 0; x < n; ++x) {
      const double w = window[x] * window[y];
      mean += w * row[x];
      weights += w;
    }
  }
  mean /= weights;
  for (int y = 0; y < n; ++y) {
    const float* row = in.row(y0 + y) + x0;
    for (int x = 0; x < n; ++x) {
      const double value = window[x] * window[y] * (row[x] - mean);
      Complex& cell = (*data)[static_cast<size_t>(y) * n + x];
      if (imaginary) {
        cell = Complex(cell.real(), value);
      } else {
        cell = value;
      }
    }
  }
}

RingSums Empty(int tile) {
  RingSums sums;
  sums.tile = tile;
  for (auto* v : {&sums.cells, &sums.frequency, &sums.reference, &sums.test, &sums.cross}) {
    v->assign(sums.rings(), 0.0);
  }
  return sums;
}

// What every tile of a size and shift has in common: rings of its cells, phases of the shift.
struct Cells {
  Cells(int n, double fraction_x, double fraction_y) : n(n), turn_x(n), turn_y(n) {
    for (int i = 0; i < n; ++i) {
      const double f = Signed(i) * 2 * std::numbers::pi / n;
      turn_x[i] = std::polar(1.0, -f * fraction_x);
      turn_y[i] = std::polar(1.0, -f * fraction_y);
    }
    for (int y = 0; y < n; ++y) {
      for (int x = 0; x < n; ++x) radius.push_back(std::hypot(Signed(x), Signed(y)));
    }
  }
  int Signed(int i) const { return i <= n / 2 ? i : i - n; }
  int n;
  std::vector<Complex> turn_x, turn_y;
  std::vector<double> radius;
};

// Adds the rings of one pair of tiles; the fraction of the shift is in phase.
void AddRings(const std::vector<Complex>& z, const Cells& cells, RingSums* sums) {
  const int n = sums->tile;
  const double energy = 0.375 * n * 0.375 * n;  // of the window, both ways
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) {
      const size_t i = static_cast<size_t>(y) * n + x;
      const int ring = static_cast<int>(std::lround(cells.radius[i]));
      if (ring > n / 2) continue;
      const Complex a = z[i], b = std::conj(z[static_cast<size_t>((n - y) % n) * n + (n - x) % n]);
      const Complex reference = 0.5 * (a + b), test = Complex(0, -0.5) * (a - b);
      const Complex turn = cells.turn_x[x] * cells.turn_y[y];
      const double power = std::norm(reference) / energy;
      sums->cells[ring] += 1;
      sums->reference[ring] += power;
      sums->frequency[ring] += power * cells.radius[i] / n;
      sums->test[ring] += std::norm(test) / energy;
      const Complex cross = test * std::conj(reference) * turn / energy;
      sums->cross[ring] += cross.real();
      if (cells.radius[i] > 0.3 * n) continue;
      const double wx = 2 * std::numbers::pi * cells.Signed(x) / n,
                   wy = 2 * std::numbers::pi * cells.Signed(y) / n;
      sums->gradient_x += wx * cross.imag();
      sums->gradient_y += wy * cross.imag();
      sums->second_xx += wx * wx * cross.real();
      sums->second_xy += wx * wy * cross.real();
      sums->second_yy += wy * wy * cross.real();
    }
  }
  ++sums->tiles;
}

}  // namespace

bool RingSums::ShiftLeft(double* x, double* y) const {
  const double determinant = second_xx * second_yy - second_xy * second_xy;
  if (!(second_xx > 0) || !(determinant > 1e-6 * second_xx * second_yy)) return false;
  *x = (second_yy * gradient_x - second_xy * gradient_y) / determinant;
  *y = (second_xx * gradient_y - second_xy * gradient_x) / determinant;
  return std::abs(*x) < 0.5 && std::abs(*y) < 0.5;
}

int TileFor(int width, int height) {
  const int shorter = std::min(width, height);
  return shorter >= 512 ? 256 : shorter >= 128 ? 128 : 64;
}

RingSums SumSpectra(ImageView<const float> reference, int margin_x, int margin_y,
                    ImageView<const float> test, double shift_x, double shift_y, int tile) {
  assert(tile >= 2);
  const std::vector<double> window = HannWindow(tile);
  const int whole_x = static_cast<int>(std::lround(shift_x)),
            whole_y = static_cast<int>(std::lround(shift_y));
  const Cells cells(tile, shift_x - whole_x, shift_y - whole_y);
  const int step = tile / 2;
  const int rows = test.height() >= tile ? (test.height() - tile) / step + 1 : 0;
  std::vector<RingSums> parts(rows, Empty(tile));
  ParallelFor(rows, [&](int r) {
    std::vector<Complex> data(static_cast<size_t>(tile) * tile);
    const int y = r * step, ry = y + whole_y + margin_y;
    if (ry < 0 || ry + tile > reference.height()) return;
    for (int x = 0; x + tile <= test.width(); x += step) {
      const int rx = x + whole_x + margin_x;
      if (rx < 0 || rx + tile > reference.width()) continue;
      LoadTile(reference, rx, ry, window, false, &data);
      LoadTile(test, x, y, window, true, &data);
      optics::Fft2d(&data, tile, -1);
      AddRings(data, cells, &parts[r]);
    }
  });
  RingSums sums = Empty(tile);
  for (const RingSums& part : parts) {
    sums.tiles += part.tiles;
    sums.gradient_x += part.gradient_x;
    sums.gradient_y += part.gradient_y;
    sums.second_xx += part.second_xx;
    sums.second_xy += part.second_xy;
    sums.second_yy += part.second_yy;
    for (int k = 0; k < sums.rings(); ++k) {
      sums.cells[k] += part.cells[k];
      sums.frequency[k] += part.frequency[k];
      sums.reference[k] += part.reference[k];
      sums.test[k] += part.test[k];
      sums.cross[k] += part.cross[k];
    }
  }
  return sums;
}

}  // namespace petzval::measure
