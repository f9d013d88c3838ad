// Samples a fine PSF through the aperture of a pixel.
#include "petzval/optics/bake/pixel_psf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace petzval::optics {
namespace {

constexpr int kPerPixel = BakedPsf::kSamplesPerPixel;
constexpr int kMaxFine = 2048;  // samples a side of the spread that is sampled

// Sums over boxes of 2 `half` fine samples (half-weight ends) about each multiple of `half` from
// the middle of a row, `shift` samples away: the aperture of a pixel at half its pitch.
class PixelAperture {
 public:
  PixelAperture(int half, int reach, double shift) : half_(half), reach_(reach), shift_(shift) {}
  int size() const { return 2 * reach_ + 1; }

  // `fine` has its middle at `count` / 2.
  void Apply(const double* fine, int count, ptrdiff_t step, double* out, ptrdiff_t out_step) const {
    std::vector<double> sum(count + 1, 0.0);
    for (int i = 0; i < count; ++i) sum[i + 1] = sum[i] + fine[i * step];
    // Integral from the left end to x, where sample i covers i - 1/2 .. i + 1/2.
    const auto until = [&](double x) {
      const double at = std::clamp(x + 0.5, 0.0, static_cast<double>(count));
      const int i = std::min(static_cast<int>(at), count - 1);
      return sum[i] + (at - i) * (sum[i + 1] - sum[i]);
    };
    for (int k = -reach_; k <= reach_; ++k) {
      const double middle = count / 2 + k * half_ + shift_;
      out[(k + reach_) * out_step] = until(middle + half_) - until(middle - half_);
    }
  }

 private:
  int half_, reach_;
  double shift_;
};

}  // namespace

Result<BakedPsf> ComputePixelPsf(const LensModel& model, double field,
                                 const PixelPsfOptions& options) {
  // Fine enough for the diffraction pattern: a third of lambda N.
  const double airy_um = model.system.um[model.system.primary] * std::abs(model.primary().f_number);
  const double step_um = options.pitch_um / kPerPixel;
  const int half = std::clamp(static_cast<int>(std::ceil(step_um / (0.3 * airy_um))), 2, 24);
  PsfOptions fine;
  fine.kind = options.kind;
  fine.pupil = options.pupil;
  fine.weights = options.weights;
  fine.sampling = options.sampling;
  fine.pitch_um = step_um / half;
  int tried = 0;
  for (int reach = 24; tried < BakedPsf::kMaxSize / 2; reach = reach * 3 / 2 + 1) {
    reach = std::min(reach, BakedPsf::kMaxSize / 2);
    fine.size = 2 * half * (reach + 3);
    if (fine.size > kMaxFine) break;
    tried = reach;
    PETZVAL_ASSIGN(const Psf psf, ComputePsf(model, field, fine));
    if (psf.empty()) {
      return Fail(ErrorCode::kInvalidInput, fmt::format("no light arrives of field {}", field));
    }
    // Outwards is up in the file, whichever side of the axis the picture lies on.
    const bool below = options.middle_mm < 0;
    const double shift_y = (options.middle_mm - psf.center_y_mm) * 1e3 / fine.pitch_um;
    const double shift_x = -psf.center_x_mm * 1e3 / fine.pitch_um;
    const PixelAperture across(half, reach, shift_x), along(half, reach, shift_y);
    const int n = across.size();
    std::vector<double> values(psf.values.begin(), psf.values.end());
    std::vector<double> rows(static_cast<size_t>(psf.height) * n), out(static_cast<size_t>(n) * n);
    for (int y = 0; y < psf.height; ++y) {
      across.Apply(&values[static_cast<size_t>(y) * psf.width], psf.width, 1,
                   &rows[static_cast<size_t>(y) * n], 1);
    }
    for (int x = 0; x < n; ++x) along.Apply(&rows[x], psf.height, n, &out[x], n);
    // Each pixel's share; there are kPerPixel^2 samples a pixel, so all of them sum to that.
    const auto at = [&](int x, int y) {
      return out[static_cast<size_t>((below ? -y : y) + reach) * n + x + reach];
    };
    double inside = 0;
    const double all = kPerPixel * kPerPixel;
    for (int h = 0; h <= reach; ++h) {
      for (int k = -h; k <= h; ++k) {
        inside += h == 0 ? at(0, 0) : at(k, h) + at(k, -h);
        if (k > -h && k < h) inside += at(h, k) + at(-h, k);
      }
      if (inside < options.energy * all) continue;
      BakedPsf baked;
      baked.size = 2 * h + 1;
      baked.weight.resize(static_cast<size_t>(baked.size) * baked.size);
      for (int y = -h; y <= h; ++y) {
        for (int x = -h; x <= h; ++x) {
          const double v = 0.5 * (at(x, y) + at(-x, y)) / inside;
          baked.weight[static_cast<size_t>(y + h) * baked.size + x + h] =
              static_cast<float>(std::max(0.0, v));
        }
      }
      return baked;
    }
  }
  return Fail(ErrorCode::kInvalidInput, fmt::format("the blur of field {} is wider than {} pixels",
                                                    field, (2 * tried + 1) / kPerPixel));
}

}  // namespace petzval::optics
