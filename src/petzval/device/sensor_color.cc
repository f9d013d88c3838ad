// Channel responses and least-squares colour matrices of sensors.
#include "petzval/device/sensor_color.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/color/spaces.h"

namespace petzval {
namespace {

constexpr double kPlanckTimesLight = 6.62607015e-34 * 299792458.0;  // J m

struct Sample {
  Vec3 from, to;
};

// The matrix m that minimises sum |m from - to|^2 with m white_from = white_to exactly: row by row
// the normal equations with one Lagrange multiplier.
Mat3 FitKeepingWhite(const std::vector<Sample>& samples, const Vec3& white_from,
                     const Vec3& white_to) {
  Mat3 normal;
  Mat3 cross;  // row r: sum of to[r] * from
  for (const Sample& s : samples) {
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        normal[i][j] += s.from[i] * s.from[j];
        cross[i][j] += s.to[i] * s.from[j];
      }
    }
  }
  const Mat3 inverse = Inverse(normal);
  const Vec3 aimed = inverse * white_from;
  double reach = 0;
  for (int i = 0; i < 3; ++i) reach += white_from[i] * aimed[i];
  Mat3 m;
  for (int r = 0; r < 3; ++r) {
    const Vec3 row = inverse * Vec3{{cross[r][0], cross[r][1], cross[r][2]}};
    double white = 0;
    for (int i = 0; i < 3; ++i) white += row[i] * white_from[i];
    const double lambda = (white_to[r] - white) / reach;
    for (int i = 0; i < 3; ++i) m[r][i] = row[i] + lambda * aimed[i];
  }
  return m;
}

// Reflectances as nature has them: edges towards red (soils, skins, fruits) and towards blue
// (foliage's lack of it, sky paints), and bands of pigments, none steeper than 40 nm.
std::vector<SpectralDistribution> SmoothSpectra() {
  std::vector<SpectralDistribution> all;
  const auto add = [&](auto f) {
    SpectralDistribution s;
    for (int i = 0; i < kSpectralCount; ++i) s.value[i] = f(SpectralDistribution::Nm(i));
    all.push_back(s);
  };
  for (double middle = 440; middle <= 640; middle += 25) {
    for (const double width : {25.0, 50.0}) {
      const auto edge = [=](double nm) { return 1 / (1 + std::exp(-(nm - middle) / width)); };
      add([=](double nm) { return 0.05 + 0.6 * edge(nm); });
      add([=](double nm) { return 0.05 + 0.6 * (1 - edge(nm)); });
    }
    for (const double width : {35.0, 70.0}) {
      const auto bell = [=](double nm) {
        return std::exp(-0.5 * std::pow((nm - middle) / width, 2));
      };
      add([=](double nm) { return 0.08 + 0.4 * bell(nm); });
      add([=](double nm) { return 0.7 - 0.55 * bell(nm); });
    }
  }
  return all;
}

Vec3 CameraOf(const SpectralDistribution& stimulus,
              const std::array<SpectralDistribution, 3>& response) {
  Vec3 v;
  for (int c = 0; c < 3; ++c) v[c] = Integral(stimulus, response[c]);
  return v;
}

SensorColorMatrix FitLight(const std::array<SpectralDistribution, 3>& response,
                           const std::vector<SpectralDistribution>& surfaces,
                           const SpectralDistribution& light, int illuminant) {
  SensorColorMatrix m;
  m.illuminant = illuminant;
  const Vec3 white = CameraOf(light, response), white_xyz = XyzOfLight(light);
  const double green = white[1];
  const Mat3 to_d50 = BradfordAdaptation(kWhiteD50, ChromaticityFromXyz(white_xyz));
  const Vec3 d50 = XyzFromChromaticity(kWhiteD50);
  std::vector<Sample> color, forward;
  for (const SpectralDistribution& surface : surfaces) {
    const Vec3 xyz = XyzOfReflectance(surface, light);
    const Vec3 raw = CameraOf(surface * light, response);
    Sample c{xyz, {}}, f{{}, to_d50 * xyz};
    for (int i = 0; i < 3; ++i) {
      c.to[i] = raw[i] / green;
      f.from[i] = raw[i] / white[i];
    }
    color.push_back(c);
    forward.push_back(f);
  }
  for (int i = 0; i < 3; ++i) m.neutral[i] = white[i] / green;
  m.camera_from_xyz = FitKeepingWhite(color, white_xyz, m.neutral);
  m.xyz_d50_from_camera = FitKeepingWhite(forward, {{1, 1, 1}}, d50);
  return m;
}

std::array<SpectralDistribution, 3> SpectralResponses(const Sensor& sensor) {
  std::array<SpectralDistribution, 3> response;
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < kSpectralCount; ++i) {
      const double nm = SpectralDistribution::Nm(i);
      response[c].value[i] = sensor.QuantumEfficiency(c, nm * 1e-3) * nm * 1e-9 / kPlanckTimesLight;
    }
  }
  return response;
}

Result<SensorColorMatrices> Fit(const std::array<SpectralDistribution, 3>& response) {
  PETZVAL_ASSIGN(const ReflectanceSet chart, FindReflectances("colorchecker24"));
  PETZVAL_ASSIGN(const SpectralDistribution a, FindLight("A"));
  PETZVAL_ASSIGN(const SpectralDistribution d65, FindLight("D65"));
  std::vector<SpectralDistribution> surfaces = chart.reflectance;
  for (const SpectralDistribution& s : SmoothSpectra()) surfaces.push_back(s);
  SensorColorMatrices m = {FitLight(response, surfaces, a, 17),
                           FitLight(response, surfaces, d65, 21)};
  double largest = 0;
  for (int c = 0; c < 3; ++c) {
    largest = std::max({largest, m.a.neutral[c], m.d65.neutral[c]});
  }
  m.a.camera_from_xyz = 1 / largest * m.a.camera_from_xyz;
  m.d65.camera_from_xyz = 1 / largest * m.d65.camera_from_xyz;
  return m;
}

}  // namespace

std::array<SpectralDistribution, 3> ChannelResponses(const Sensor& sensor, ResponseKind kind) {
  const std::array<SpectralDistribution, 3> spectral = SpectralResponses(sensor);
  if (kind == ResponseKind::kSpectral || sensor.cfa == CfaKind::kMono) return spectral;
  Mat3 matrix;
  if (sensor.camera_from_xyz) {
    matrix = *sensor.camera_from_xyz;
  } else if (const auto fit = Fit(spectral)) {
    matrix = fit->d65.camera_from_xyz;
  } else {
    return spectral;  // the built-in chart is always there
  }
  std::array<SpectralDistribution, 3> response;
  for (int c = 0; c < 3; ++c) {
    for (int j = 0; j < 3; ++j) {
      response[c] = response[c] + matrix[c][j] * CieObserver1931()[j];
    }
  }
  const SpectralDistribution one = ConstantSpectrum(1);
  const double scale = Integral(one, spectral[1]) / Integral(one, response[1]);
  for (SpectralDistribution& r : response) r = scale * r;
  return response;
}

Result<SensorColorMatrices> FitSensorColor(const Sensor& sensor, ResponseKind kind) {
  if (sensor.cfa == CfaKind::kMono) {
    return Fail(ErrorCode::kInvalidInput, "a monochrome sensor has no colour matrix");
  }
  PETZVAL_ASSIGN(SensorColorMatrices m, Fit(ChannelResponses(sensor, kind)));
  if (kind == ResponseKind::kRgb) m.a.xyz_d50_from_camera = m.d65.xyz_d50_from_camera = {};
  return m;
}

}  // namespace petzval
