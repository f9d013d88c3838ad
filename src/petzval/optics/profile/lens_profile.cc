// Moments, checks and model fits of a baked lens.
#include "petzval/optics/profile/lens_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace petzval::optics {
namespace {

// The least-squares solution of a small system: rows of n coefficients and a right-hand side.
template <int n>
std::array<double, n> LeastSquares(const std::vector<std::array<double, n + 1>>& rows) {
  double a[n][n + 1] = {};
  for (const auto& row : rows) {
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= n; ++j) a[i][j] += row[i] * row[j];
    }
  }
  for (int i = 0; i < n; ++i) {
    int pivot = i;
    for (int k = i + 1; k < n; ++k) {
      if (std::abs(a[k][i]) > std::abs(a[pivot][i])) pivot = k;
    }
    std::swap(a[i], a[pivot]);
    if (a[i][i] == 0) return {};
    for (int k = 0; k < n; ++k) {
      if (k == i) continue;
      const double f = a[k][i] / a[i][i];
      for (int j = i; j <= n; ++j) a[k][j] -= f * a[i][j];
    }
  }
  std::array<double, n> x;
  for (int i = 0; i < n; ++i) x[i] = a[i][n] / a[i][i];
  return x;
}

Status CheckPsf(const BakedPsf& psf, const std::string& where) {
  if (psf.size < 1 || psf.size > BakedPsf::kMaxSize || psf.size % 2 == 0 ||
      psf.weight.size() != static_cast<size_t>(psf.size) * psf.size) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{} has no valid size", where));
  }
  double sum = 0;
  for (const float w : psf.weight) {
    if (!(w >= 0 && w <= 1)) {
      return Fail(ErrorCode::kInvalidInput, fmt::format("{} has a weight outside 0..1", where));
    }
    sum += w;
  }
  if (std::abs(sum - 1) > 1e-3) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{} sums to {:.3f}, not 1", where, sum));
  }
  return {};
}

}  // namespace

double BakedPsf::CentroidPx() const {
  double sum = 0, moment = 0;
  const int h = size / 2;
  for (int y = -h; y <= h; ++y) {
    for (int x = -h; x <= h; ++x) {
      sum += At(x, y);
      moment += static_cast<double>(y) * At(x, y);
    }
  }
  return sum > 0 ? moment / sum / kSamplesPerPixel : 0;
}

std::array<double, 2> BakedPsf::VariancePx() const {
  double sum = 0, xx = 0, yy = 0;
  const double mean = CentroidPx() * kSamplesPerPixel;
  const int h = size / 2;
  for (int y = -h; y <= h; ++y) {
    for (int x = -h; x <= h; ++x) {
      sum += At(x, y);
      xx += static_cast<double>(x) * x * At(x, y);
      yy += (y - mean) * (y - mean) * At(x, y);
    }
  }
  const double unit = 1.0 / (sum * kSamplesPerPixel * kSamplesPerPixel);
  return {xx * unit, yy * unit};
}

const FocusState& LensProfile::StateAt(double object_mm) const {
  const auto dioptre = [](double mm) { return std::isfinite(mm) && mm > 0 ? 1e3 / mm : 0.0; };
  return *std::min_element(states.begin(), states.end(), [&](const auto& a, const auto& b) {
    return std::abs(dioptre(a.object_mm) - dioptre(object_mm)) <
           std::abs(dioptre(b.object_mm) - dioptre(object_mm));
  });
}

FittedModels FitModels(const LensProfile& profile, const FocusState& state) {
  FittedModels m;
  const double diagonal = profile.sensor.half_diagonal_px();
  const double side = 0.5 * std::min(profile.sensor.width_px, profile.sensor.height_px);
  std::vector<std::array<double, 3>> poly3, poly5;
  std::vector<std::array<double, 4>> red, blue, pa;
  std::vector<std::array<double, 5>> ptlens;
  for (int i = 1; i < kRadii; ++i) {
    const double real = diagonal * i / (kRadii - 1) / side, r = state.ideal_px[i] / side;
    poly3.push_back({r, r * r * r, real});
    poly5.push_back({r * r * r, r * r * r * r * r, real - r});
    ptlens.push_back({r, r * r, r * r * r, r * r * r * r, real});
    const auto tca = [&](int c) -> std::array<double, 4> {
      return {real * real * real, real * real, real, real + state.lateral_px[c][i] / side};
    };
    red.push_back(tca(0));
    blue.push_back(tca(2));
    const double d2 = std::pow(static_cast<double>(i) / (kRadii - 1), 2);
    pa.push_back({d2, d2 * d2, d2 * d2 * d2, state.shading[1][i] - 1});
  }
  const auto p3 = LeastSquares<2>(poly3);
  m.poly3_scale = p3[0] + p3[1];
  m.poly3_k1 = p3[1] / m.poly3_scale;
  m.poly5 = LeastSquares<2>(poly5);
  const auto pt = LeastSquares<4>(ptlens);
  m.ptlens_scale = pt[0] + pt[1] + pt[2] + pt[3];
  for (int i = 0; i < 3; ++i) m.ptlens[i] = pt[3 - i] / m.ptlens_scale;
  m.tca_red = LeastSquares<3>(red);
  m.tca_blue = LeastSquares<3>(blue);
  m.vignetting_pa = LeastSquares<3>(pa);
  return m;
}

Status CheckProfile(const LensProfile& profile) {
  PETZVAL_RETURN_IF_ERROR(CheckSensor(profile.sensor));
  const auto fail = [](std::string what) {
    return Fail(ErrorCode::kInvalidInput, std::move(what));
  };
  if (profile.states.empty() || profile.states.size() > LensProfile::kMaxStates) {
    return fail(fmt::format("a profile has 1 to {} focus states, not {}",
                            static_cast<int>(LensProfile::kMaxStates), profile.states.size()));
  }
  if (!std::isfinite(profile.focal_length_mm) || !std::isfinite(profile.f_number)) {
    return fail("the focal length or f-number is no number");
  }
  const double diagonal = profile.sensor.half_diagonal_px(), step = diagonal / (kRadii - 1);
  for (const FocusState& s : profile.states) {
    if (!(s.object_mm > 0)) return fail("an object distance is not positive");
    if (std::abs(s.ideal_px[0]) > 1e-6) return fail("the distortion does not begin at the middle");
    for (int i = 1; i < kRadii; ++i) {
      const double grown = (s.ideal_px[i] - s.ideal_px[i - 1]) / step;
      if (!(grown > 0.2 && grown < 5)) return fail("the distortion folds the picture");
    }
    for (int c = 0; c < 3; ++c) {
      for (int i = 0; i < kRadii; ++i) {
        if (!(std::abs(s.lateral_px[c][i]) < 0.05 * diagonal)) {
          return fail("the lateral colour is beyond a twentieth of the picture");
        }
        if (!(s.shading[c][i] > 1e-3 && s.shading[c][i] < 10)) {
          return fail("the shading is outside 0.001..10");
        }
        PETZVAL_RETURN_IF_ERROR(CheckPsf(s.psf[c][i], "a point spread"));
      }
    }
  }
  return {};
}

}  // namespace petzval::optics
