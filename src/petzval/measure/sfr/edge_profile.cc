// Values and transforms of the carrier, of piecewise cubics and of a diffraction tail.
#include "petzval/measure/sfr/edge_profile.h"

#include <algorithm>
#include <cmath>

#include "petzval/measure/sfr/spline_knots.h"

namespace petzval::measure {
namespace {

using Complex = std::complex<double>;

}  // namespace

double DiffractionTail(double width, double d) {
  return (std::atan(d / width) - std::atan(d / (kWiderTail * width))) / M_PI;
}

double EdgeProfile::At(double d) const {
  const EdgeModel::Value e = model_.At(d);
  double value = step_ * e.esf + dense_[kShift] * e.lsf + dense_[kSpread] * e.d_variance +
                 dense_[kTail] * DiffractionTail(tail_width_, d);
  const int j = IntervalOf(knots_, d), n = static_cast<int>(spline_.size());
  if (j >= 0) {
    const auto splines = SplinesAt(knots_, j, d);
    for (int i = std::max(0, j - 3); i <= std::min(j, n - 1); ++i) {
      value += spline_[i] * splines[i - j + 3];
    }
  }
  return value / step_;
}

// Transform of the derivative of one of the unknowns beside the splines.
Complex EdgeProfile::DenseTransfer(int which, double f) const {
  const double m = model_.Mtf(f), w = 2 * M_PI * f;
  switch (which) {
    case kStep:
      return m;
    case kShift:
      return Complex(0, w * m);
    case kSpread:
      return -0.5 * w * w * m;
    case kTail:
      return std::exp(-w * tail_width_) - std::exp(-w * kWiderTail * tail_width_);
    default:
      return 0;  // levels and shading are no part of the edge
  }
}

// i w times the transform of piecewise cubics: only the jumps of the third derivative count.
Complex EdgeProfile::Combine(double f, Complex splines) const {
  const double w = 2 * M_PI * f;
  Complex sum = (step_ - dense_[kStep]) * model_.Mtf(f);
  for (int p = 0; p < kDense; ++p) {
    if (dense_[p] != 0) sum += dense_[p] * DenseTransfer(p, f);
  }
  return (sum + Complex(0, 1) * splines / (w * w * w)) / step_;
}

Complex EdgeProfile::Transfer(double f) const {
  Complex splines = 0;
  for (size_t j = 0; j < knots_.size(); ++j) {
    splines += jump_[j] * std::polar(1.0, -2 * M_PI * f * knots_[j]);
  }
  return Combine(f, splines);
}

std::vector<double> EdgeProfile::Mtf(double step, int n) const {
  // Each knot's phase turns by the same angle from one frequency to the next.
  const size_t m = knots_.size();
  std::vector<double> re(m), im(m), turn_re(m), turn_im(m);
  for (size_t j = 0; j < m; ++j) {
    const double angle = -2 * M_PI * step * knots_[j];
    re[j] = jump_[j];
    turn_re[j] = std::cos(angle);
    turn_im[j] = std::sin(angle);
  }
  std::vector<double> mtf(n, 1.0);
  for (int i = 1; i < n; ++i) {
    double sum_re = 0, sum_im = 0;
    for (size_t j = 0; j < m; ++j) {
      const double next = re[j] * turn_re[j] - im[j] * turn_im[j];
      im[j] = re[j] * turn_im[j] + im[j] * turn_re[j];
      re[j] = next;
      sum_re += next;
      sum_im += im[j];
    }
    mtf[i] = std::abs(Combine(i * step, Complex(sum_re, sum_im)));
  }
  return mtf;
}

double EdgeProfile::MtfError(double f) const {
  const Complex transfer = Transfer(f);
  const double modulus = std::abs(transfer), w = 2 * M_PI * f;
  const Complex direction = modulus > 0 ? std::conj(transfer) / modulus : Complex(1, 0);
  const int n = static_cast<int>(spline_.size());
  std::vector<Complex> phase(knots_.size());
  for (size_t j = 0; j < knots_.size(); ++j) phase[j] = std::polar(1.0, -w * knots_[j]);
  std::vector<double> gradient(n + kDense);
  for (int k = 0; k < n; ++k) {
    const auto jumps = JumpsOf(knots_, k);
    Complex sum = 0;
    for (int j = 0; j < 5; ++j) sum += jumps[j] * phase[k + j];
    gradient[k] = std::real(direction * Complex(0, 1) * sum) / (w * w * w) / step_;
  }
  for (int p = 0; p < kDense; ++p) {
    gradient[n + p] = std::real(direction * DenseTransfer(p, f)) / step_;
  }
  gradient[n + kStep] -= modulus / step_;
  factor_.SolveForward(&gradient);
  double sum = 0;
  for (const double v : gradient) sum += v * v;
  return noise_ * std::sqrt(sum);
}

}  // namespace petzval::measure
