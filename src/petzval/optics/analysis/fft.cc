// Radix-2 Fourier transform (Cooley and Tukey 1965).
#include "petzval/optics/analysis/fft.h"

#include <cassert>
#include <numbers>

namespace petzval::optics {
namespace {

using Complex = std::complex<double>;

void Fft(Complex* data, int n, const std::vector<Complex>& roots) {
  for (int i = 1, j = 0; i < n; ++i) {
    int bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(data[i], data[j]);
  }
  for (int length = 2; length <= n; length *= 2) {
    const int half = length / 2, stride = n / length;
    for (int first = 0; first < n; first += length) {
      for (int k = 0; k < half; ++k) {
        // Written out: the library's product guards against infinities.
        const Complex& w = roots[static_cast<size_t>(k) * stride];
        const Complex b = data[first + k + half];
        const Complex t(b.real() * w.real() - b.imag() * w.imag(),
                        b.real() * w.imag() + b.imag() * w.real());
        data[first + k + half] = data[first + k] - t;
        data[first + k] += t;
      }
    }
  }
}

}  // namespace

void Fft2d(std::vector<Complex>* data, int n, int sign) {
  assert((n & (n - 1)) == 0 && data->size() == static_cast<size_t>(n) * n);
  std::vector<Complex> roots(n / 2 + 1);
  for (int k = 0; k <= n / 2; ++k) roots[k] = std::polar(1.0, sign * 2 * std::numbers::pi * k / n);
  std::vector<Complex> column(n);
  for (int y = 0; y < n; ++y) Fft(data->data() + static_cast<size_t>(y) * n, n, roots);
  for (int x = 0; x < n; ++x) {
    for (int y = 0; y < n; ++y) column[y] = (*data)[static_cast<size_t>(y) * n + x];
    Fft(column.data(), n, roots);
    for (int y = 0; y < n; ++y) (*data)[static_cast<size_t>(y) * n + x] = column[y];
  }
}

}  // namespace petzval::optics
