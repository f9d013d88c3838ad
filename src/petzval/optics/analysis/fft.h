// A two-dimensional Fourier transform of small pupils.
#ifndef PETZVAL_OPTICS_ANALYSIS_FFT_H_
#define PETZVAL_OPTICS_ANALYSIS_FFT_H_

#include <complex>
#include <vector>

namespace petzval::optics {

// In place, n x n with n a power of two; sum f exp(sign 2 pi i (j k) / n), not scaled.
void Fft2d(std::vector<std::complex<double>>* data, int n, int sign);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_FFT_H_
