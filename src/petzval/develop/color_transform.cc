// From white-balanced camera RGB to the working space.
#include "petzval/develop/color_transform.h"

#include <algorithm>
#include <cmath>

#include "petzval/device/convex_hull.h"

namespace petzval {
namespace {

// Signal at which a channel's signal-to-noise ratio is `snr`: the root of x^2 = snr^2 (s x + o).
double SignalOfSnr(double snr, double slope, double offset) {
  const double half = snr * snr * slope / 2;
  return half + std::sqrt(half * half + snr * snr * offset);
}

void SetNoise(const BalancedNoise& noise, ColorKernel* kernel) {
  for (int c = 0; c < 3; ++c) {
    kernel->slope[c] = std::max(noise.slope[c], 0.0f);
    kernel->offset[c] = std::max(noise.offset[c], 1e-18f);
    kernel->full[c] =
        static_cast<float>(SignalOfSnr(kSnrFull, kernel->slope[c], kernel->offset[c]));
  }
}

// The hull's gauge as forms of r, g, b over their sum, and the largest hexagon about grey in it.
void SetHull(const std::vector<Point2>& hull, ColorKernel* kernel) {
  const HullEdges edges = EdgesOfHull(hull);
  kernel->edges.clear();
  for (const Point2& n : edges.normal) {
    const double k = n[0] * edges.middle[0] + n[1] * edges.middle[1];
    kernel->edges.push_back(
        {static_cast<float>(n[0] - k), static_cast<float>(n[1] - k), static_cast<float>(-k)});
  }
  // max - min = q (r + g + b) is a hexagon whose corners have one or two channels at the most.
  const auto fits = [&](double q) {
    for (const int up : {0, 1, 2}) {
      for (const bool two : {false, true}) {
        std::array<double, 3> p;
        p.fill((two ? 1 + q : 1 - q) / 3);
        p[up] += two ? -q : q;
        if (edges.Gauge({p[0], p[1]}) > 0.99 * kHullFull) return false;
      }
    }
    return true;
  };
  double inside = 0;
  while (inside < 1 && fits(inside + 0.01)) inside += 0.01;
  kernel->inside = static_cast<float>(inside);
}

// Matrix and fit to what the kernel reads.
void SetColor(const Mat3& out_from_xyz, const ColorFit& matrix, const ColorFit& fit,
              ColorKernel* kernel) {
  kernel->kind = fit.kind;
  for (int c = 0; c < 3; ++c) {
    for (int t = 0; t < ColorTermCount(fit.kind); ++t) {
      const Vec3 f = out_from_xyz * fit.coefficient[t];
      const Vec3 m = t < 3 ? out_from_xyz * matrix.coefficient[t] : Vec3{};
      if (t < 3) kernel->matrix[3 * c + t] = static_cast<float>(m[c]);
      kernel->more[c][t] = static_cast<float>(f[c] - m[c]);
    }
  }
}

std::array<float, 9> Floats(const Mat3& m) {
  std::array<float, 9> f;
  for (int i = 0; i < 9; ++i) f[i] = static_cast<float>(m[i / 3][i % 3]);
  return f;
}

const Mat3& Rec2020FromProPhoto() {
  static const Mat3 m = RgbFromRgb(kRec2020, kProPhoto);
  return m;
}

}  // namespace

BalancedNoise BalanceNoise(const NoiseModel& noise, const Vec3& gain, double share) {
  BalancedNoise balanced;
  for (int c = 0; c < 3; ++c) {
    const NoiseLine line = noise.plane[c].AfterGain(gain[c]);
    balanced.slope[c] = static_cast<float>(share * line.s);
    balanced.offset[c] = static_cast<float>(share * line.o);
  }
  return balanced;
}

PixelTransform PixelTransform::FromMatrix(const Mat3& rec2020_from_camera) {
  PixelTransform t;
  t.matrix_ = rec2020_from_camera;
  t.kernel_.matrix = Floats(rec2020_from_camera);
  return t;
}

PixelTransform PixelTransform::FromStage(const Mat3& rec2020_from_camera,
                                         std::unique_ptr<const ProPhotoStage> stage) {
  PixelTransform t = FromMatrix(rec2020_from_camera);
  if (!stage) return t;
  t.plain_ = false;
  t.stage_ = std::move(stage);
  t.kernel_.matrix = Floats(RgbFromRgb(kProPhoto, kRec2020) * rec2020_from_camera);
  return t;
}

PixelTransform PixelTransform::FromCalibration(const ColorTransform& color,
                                               const BalancedNoise& noise,
                                               std::unique_ptr<const ProPhotoStage> stage) {
  // Exactly, whatever was rounded on the way.
  const ColorFit matrix = KeepWhite(color.matrix);
  const Mat3 rec2020_from_camera = RgbFromXyzD50(kRec2020) * matrix.AsMatrix();
  if (color.fit == color.matrix) return FromStage(rec2020_from_camera, std::move(stage));
  PixelTransform t;
  t.plain_ = false;
  t.matrix_ = rec2020_from_camera;
  t.stage_ = std::move(stage);
  SetColor(RgbFromXyzD50(t.stage_ ? kProPhoto : kRec2020), matrix, KeepWhite(color.fit),
           &t.kernel_);
  SetNoise(noise, &t.kernel_);
  SetHull(color.hull, &t.kernel_);
  return t;
}

PixelTransform PixelTransform::Exposed(double k) && {
  matrix_ = k * matrix_;
  exposure_ *= k;
  if (!stage_) {
    for (float& m : kernel_.matrix) m *= static_cast<float>(k);
    for (auto& row : kernel_.more) {
      for (float& m : row) m *= static_cast<float>(k);
    }
  }
  return std::move(*this);
}

void PixelTransform::Apply(float* red, float* green, float* blue, int count) const {
  TransformRow(kernel_, red, green, blue, count);
  if (!stage_) return;
  stage_->Apply(red, green, blue, count);
  MatrixRowInPlace(Floats(exposure_ * Rec2020FromProPhoto()), red, green, blue, count);
}

Vec3 PixelTransform::Apply(const Vec3& camera) const {
  float rgb[3] = {static_cast<float>(camera[0]), static_cast<float>(camera[1]),
                  static_cast<float>(camera[2])};
  Apply(rgb, rgb + 1, rgb + 2, 1);
  return {{rgb[0], rgb[1], rgb[2]}};
}

PixelTransform MakePixelTransform(const CameraColor& camera, const LightDecision& light,
                                  const BalancedNoise& noise, std::string* description) {
  if (camera.dcp) {
    *description = camera.dcp->name.empty() ? "camera profile" : "profile " + camera.dcp->name;
    return PixelTransform::FromStage(light.rec2020_from_camera,
                                     MakeDcpStage(*camera.dcp, light.white));
  }
  if (camera.calibration) {
    const ColorTransform color =
        TransformFor(*camera.calibration, {light.neutral, light.light_class});
    *description = "calibration: " + color.description;
    if (!camera.calibration->reference.empty()) {
      *description += ", as " + camera.calibration->reference;
    }
    return PixelTransform::FromCalibration(color, noise);
  }
  *description = camera.generic ? "a generic phone camera" : "matrices of the file";
  return PixelTransform::FromMatrix(light.rec2020_from_camera);
}

}  // namespace petzval
