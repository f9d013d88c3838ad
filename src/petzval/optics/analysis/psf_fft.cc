// The padded Fourier transform of the pupil.
#include <cmath>

#include "petzval/optics/analysis/fft.h"
#include "petzval/optics/analysis/phasor_kernels.h"
#include "petzval/optics/analysis/psf.h"
#include "petzval/optics/analysis/pupil_field.h"

namespace petzval::optics {

Result<Psf> ComputeFftPsf(const LensModel& model, double field, int wavelength, int pupil_samples,
                          int padding, const SamplingOptions& options) {
  if (pupil_samples < 8 || pupil_samples > 2048 || padding < 2 || padding > 16 ||
      pupil_samples * padding > 4096) {
    return Fail(ErrorCode::kInvalidInput,
                "a PSF by FFT takes 8 to 2048 samples across the pupil, padded 2 to 16 times to at "
                "most 4096");
  }
  PETZVAL_ASSIGN(const std::optional<PupilField> pupil,
                 TracePupilField(model, field, wavelength, pupil_samples, options));
  Psf psf;
  psf.field = field;
  if (!pupil) return psf;
  if (pupil->waves.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                "the exit pupil stands in the image plane, so there is no pupil to transform");
  }
  int n = 2;
  while (n < pupil_samples * padding) n *= 2;
  const size_t size = n;
  std::vector<std::complex<double>> data(size * size);
  std::vector<double> turns(pupil->waves.size()), re(turns.size()), im(turns.size());
  for (size_t i = 0; i < turns.size(); ++i) turns[i] = -pupil->waves[i];
  Phasors(turns.data(), turns.size(), re.data(), im.data());
  for (size_t i = 0; i < turns.size(); ++i) {
    data[static_cast<size_t>(pupil->row[i]) * size + pupil->column[i]] = {re[i], im[i]};
  }
  Fft2d(&data, n, 1);

  psf.rays = pupil->rays;
  psf.strehl = pupil->Strehl();
  psf.width = psf.height = n;
  psf.center_x_mm = pupil->chief.x;
  psf.center_y_mm = pupil->chief.y;
  const double step = 2.0 / pupil_samples;
  const double per_x = pupil->index * pupil->slopes.l * step;
  const double per_y = pupil->index * pupil->slopes.m * step;
  psf.pitch_x_um = 1e3 * pupil->lambda_mm / (n * std::abs(per_x));
  psf.pitch_y_um = 1e3 * pupil->lambda_mm / (n * std::abs(per_y));
  psf.values.resize(data.size());
  const double scale =
      1 / (static_cast<double>(size) * n * static_cast<double>(pupil->waves.size()));
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) {
      // Frequency 0 at the centre; frequencies run against the image where the slope is negative.
      const int kx = (per_x > 0 ? x - n / 2 : n / 2 - x) & (n - 1);
      const int ky = (per_y > 0 ? y - n / 2 : n / 2 - y) & (n - 1);
      psf.values[static_cast<size_t>(y) * size + x] =
          static_cast<float>(scale * std::norm(data[static_cast<size_t>(ky) * size + kx]));
    }
  }
  return psf;
}

}  // namespace petzval::optics
