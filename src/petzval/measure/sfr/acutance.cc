// How sharp a measured transfer function looks.
#include "petzval/measure/sfr/acutance.h"

#include <cmath>
#include <cstddef>
#include <vector>

namespace petzval::measure {
namespace {

constexpr double kNyquist = 0.5;

}  // namespace

double Acutance(std::span<const double> f_cpp, std::span<const double> mtf, double ppd) {
  const size_t n = f_cpp.size();
  if (n < 2 || mtf.size() != n || f_cpp[0] > 0 || f_cpp[n - 1] < kNyquist - 1e-9) {
    return std::nan("");
  }
  // What lies beyond Nyquist cannot be shown: the curve ends there.
  std::vector<double> f, m;
  for (size_t i = 0; i < n && f_cpp[i] < kNyquist; ++i) {
    f.push_back(f_cpp[i]);
    m.push_back(mtf[i]);
  }
  const size_t i = f.size();
  const double end = i < n ? mtf[i - 1] + (mtf[i] - mtf[i - 1]) * (kNyquist - f_cpp[i - 1]) /
                                              (f_cpp[i] - f_cpp[i - 1])
                           : m.back();
  if (kNyquist - f.back() > 1e-12) {
    f.push_back(kNyquist);
    m.push_back(end);
  }
  return AcutanceOfCurve(f, m, ppd);
}

}  // namespace petzval::measure
