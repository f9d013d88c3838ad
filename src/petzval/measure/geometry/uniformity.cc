// Shading from an evenly lit field.
#include "petzval/measure/geometry/uniformity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/geometry/flat_check.h"
#include "petzval/measure/geometry/least_squares.h"
#include "petzval/measure/geometry/local_fit.h"

namespace petzval::measure {
namespace {

// Side of the windows at the corners and in the centre, of the diagonal.
constexpr double kCornerWindow = 1.0 / 40;
constexpr int kMinWindow = 16;

class Measurement {
 public:
  Measurement(const Subject& subject, const UniformityParams& params)
      : subject_(subject), params_(params) {
    half_diagonal_ = 0.5 * std::hypot(subject.width(), subject.height());
    for (int c = 0; c < 3; ++c) {
      plane_[c] = PlaneOf(subject, static_cast<Channel>(c), nullptr);
    }
  }

  Result<UniformityReport> Run() {
    PETZVAL_RETURN_IF_ERROR(CheckParams());
    for (int c = 0; c < 3; ++c) {
      PETZVAL_RETURN_IF_ERROR(CheckClipping(subject_, plane_[c], c, params_.max_clipped));
    }
    Image<float> scratch;
    const MeasuredPlane luminance = PlaneOf(subject_, Channel::kLuminance, &scratch);
    MeasureCorners(luminance);
    const double brightest = *std::max_element(center_.v.begin(), center_.v.end());
    if (!(brightest >= params_.min_level) || !(center_luminance_ > 0)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the flat field is too dark: its centre has {:.2g} % of white",
                              100 * brightest));
    }
    for (int c = 0; c < 3; ++c) {
      if (!(center_[c] > 0)) {
        return Fail(ErrorCode::kInvalidInput, "a colour has no signal in the centre of the field");
      }
    }
    PETZVAL_RETURN_IF_ERROR(CheckFlat(luminance, params_.max_structure));
    PETZVAL_RETURN_IF_ERROR(MeasureGrid(luminance));
    MeasureColor();
    FitFalloff();
    WriteFindings();
    return std::move(report_);
  }

 private:
  Status CheckParams() const {
    const auto& p = params_;
    if (p.columns < 2 || p.columns > 64 || p.rows < 2 || p.rows > 64 ||
        !(p.window >= 0.05 && p.window <= 1) || !(p.max_clipped >= 0) || !(p.min_level >= 0) ||
        !(p.max_structure > 0)) {
      return Fail(ErrorCode::kInvalidInput,
                  "a parameter of the uniformity measure is out of range");
    }
    const int width = subject_.width(), height = subject_.height();
    if (width < 64 || height < 64 || width * p.window < 8 * p.columns ||
        height * p.window < 8 * p.rows) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("a picture of {} x {} pixels is too small for {} x {} points", width,
                              height, p.columns, p.rows));
    }
    return {};
  }

  Rect WindowAt(double x, double y, double width, double height) const {
    const int w = std::clamp(static_cast<int>(std::lround(width)), 8, subject_.width());
    const int h = std::clamp(static_cast<int>(std::lround(height)), 8, subject_.height());
    const int left = static_cast<int>(std::lround(x - 0.5 * w));
    const int top = static_cast<int>(std::lround(y - 0.5 * h));
    return {std::clamp(left, 0, subject_.width() - w), std::clamp(top, 0, subject_.height() - h), w,
            h};
  }

  void MeasureCorners(const MeasuredPlane& luminance) {
    const double width = subject_.width(), height = subject_.height();
    const double side = std::max<double>(kMinWindow, 2 * half_diagonal_ * kCornerWindow);
    const std::array<double, 5> xs = {0.5 * width, 0, width, 0, width};
    const std::array<double, 5> ys = {0.5 * height, 0, 0, height, height};
    std::array<LocalValue, 5> y{};
    std::array<std::array<LocalValue, 5>, 3> rgb{};
    ParallelFor(5, [&](int i) {
      const Rect window = WindowAt(xs[i], ys[i], side, side);
      y[i] = FitLocal(luminance, window, xs[i], ys[i]);
      for (int c = 0; c < 3; ++c) rgb[c][i] = FitLocal(plane_[c], window, xs[i], ys[i]);
    });
    center_luminance_ = y[0].value;
    double variance = 0;
    for (int i = 0; i < 4; ++i) {
      report_.corner_to_centre[i] = y[i + 1].value / y[0].value;
      report_.mean_corner_to_centre += 0.25 * report_.corner_to_centre[i];
      variance += std::pow(0.25 * y[i + 1].standard_error, 2);
    }
    variance += std::pow(report_.mean_corner_to_centre * y[0].standard_error, 2);
    corner_error_ = std::sqrt(variance) / y[0].value;
    for (int c = 0; c < 3; ++c) {
      center_[c] = rgb[c][0].value;
      double mean = 0;
      for (int i = 1; i < 5; ++i) mean += 0.25 * rgb[c][i].value;
      report_.channel_corner_to_centre[c] = mean / center_[c];
    }
  }

  Status MeasureGrid(const MeasuredPlane& luminance) {
    report_.columns = params_.columns;
    report_.rows = params_.rows;
    const int n = params_.columns * params_.rows;
    report_.points.resize(n);
    const double pitch_x = static_cast<double>(subject_.width()) / params_.columns;
    const double pitch_y = static_cast<double>(subject_.height()) / params_.rows;
    std::vector<char> bad(n, 0);
    ParallelFor(n, [&](int i) {
      UniformityPoint& point = report_.points[i];
      point.x_px = (i % params_.columns + 0.5) * pitch_x;
      point.y_px = (i / params_.columns + 0.5) * pitch_y;
      const Rect window =
          WindowAt(point.x_px, point.y_px, pitch_x * params_.window, pitch_y * params_.window);
      const LocalValue y = FitLocal(luminance, window, point.x_px, point.y_px);
      point.luminance = y.value / center_luminance_;
      bad[i] = y.n == 0;
      for (int c = 0; c < 3; ++c) {
        const LocalValue v = FitLocal(plane_[c], window, point.x_px, point.y_px);
        point.rgb[c] = v.value;
        bad[i] |= v.n == 0;
      }
    });
    if (std::count(bad.begin(), bad.end(), 1) > 0) {
      return Fail(ErrorCode::kInvalidInput, "a point of the grid holds too few samples");
    }
    const auto [low, high] =
        std::minmax_element(report_.points.begin(), report_.points.end(),
                            [](const auto& a, const auto& b) { return a.luminance < b.luminance; });
    report_.min_to_max = low->luminance / high->luminance;
    return {};
  }

  void MeasureColor() {
    if (subject_.mono) {
      report_.max_dc = std::nan("");
      return;
    }
    const Vec3 white = XyzFromChromaticity(kWhiteD50);
    const auto lab_of = [&](Vec3 rgb) {
      if (!subject_.raw()) return LabFromXyz(subject_.xyz_d50_from_rgb * rgb, white);
      // The centre becomes the file's white at L* = 50.
      const double y_center = (subject_.xyz_d50_from_rgb * subject_.neutral)[1];
      const double scale = LuminanceFromLightness(50) / y_center;
      for (int c = 0; c < 3; ++c) rgb[c] = rgb[c] / center_[c] * subject_.neutral[c] * scale;
      return LabFromXyz(subject_.xyz_d50_from_rgb * rgb, white);
    };
    const Vec3 center = lab_of(center_);
    for (UniformityPoint& point : report_.points) {
      point.lab = lab_of(point.rgb);
      report_.max_dc =
          std::max(report_.max_dc, std::hypot(point.lab[1] - center[1], point.lab[2] - center[2]));
    }
  }

  double RadiusOf(const UniformityPoint& p) const {
    return std::hypot(p.x_px - 0.5 * subject_.width(), p.y_px - 0.5 * subject_.height()) /
           half_diagonal_;
  }
  double Tilt(const UniformityPoint& p) const {
    return 1 + report_.tilt_x * (2 * p.x_px / subject_.width() - 1) +
           report_.tilt_y * (2 * p.y_px / subject_.height() - 1);
  }

  // The two factors in turn: each is linear when the other is known.
  void FitFalloff() {
    std::array<double, 4> radial{1, 0, 0, 0};
    const auto radial_at = [&](double r2) {
      return radial[0] + r2 * (radial[1] + r2 * (radial[2] + r2 * radial[3]));
    };
    for (int pass = 0; pass < 20; ++pass) {
      NormalEquations<4> even;
      for (const UniformityPoint& p : report_.points) {
        const double r2 = std::pow(RadiusOf(p), 2), tilt = Tilt(p);
        even.Add({tilt, tilt * r2, tilt * r2 * r2, tilt * r2 * r2 * r2}, p.luminance);
      }
      if (!even.Solve(&radial)) break;
      NormalEquations<2> odd;
      for (const UniformityPoint& p : report_.points) {
        const double f = radial_at(std::pow(RadiusOf(p), 2));
        odd.Add({f * (2 * p.x_px / subject_.width() - 1), f * (2 * p.y_px / subject_.height() - 1)},
                p.luminance - f);
      }
      std::array<double, 2> tilt{};
      if (!odd.Solve(&tilt)) break;
      report_.tilt_x = tilt[0];
      report_.tilt_y = tilt[1];
    }
    double sum = 0;
    for (const UniformityPoint& p : report_.points) {
      const double fit = radial_at(std::pow(RadiusOf(p), 2)) * Tilt(p);
      sum += std::pow(p.luminance / fit - 1, 2);
    }
    report_.falloff_rms = std::sqrt(sum / static_cast<double>(report_.points.size()));
    for (int i = 0; i < 3; ++i) report_.falloff[i] = radial[i + 1] / radial[0];
    FitCos4();
  }

  // cos^4 of the angle whose tangent is t r is 1 / (1 + t^2 r^2)^2: golden section over t^2.
  void FitCos4() {
    const auto rms_at = [&](double t2) {
      NormalEquations<1> gain;
      const auto shape = [&](const UniformityPoint& p) {
        return Tilt(p) / std::pow(1 + t2 * std::pow(RadiusOf(p), 2), 2);
      };
      for (const UniformityPoint& p : report_.points) gain.Add({shape(p)}, p.luminance);
      std::array<double, 1> g{};
      gain.Solve(&g);
      double sum = 0;
      for (const UniformityPoint& p : report_.points) {
        sum += std::pow(p.luminance - g[0] * shape(p), 2);
      }
      return std::sqrt(sum / static_cast<double>(report_.points.size()));
    };
    constexpr double kRatio = 0.6180339887498949;
    double low = 0, high = 9;  // up to 72 degrees
    for (int i = 0; i < 80; ++i) {
      const double a = high - kRatio * (high - low), b = low + kRatio * (high - low);
      (rms_at(a) < rms_at(b) ? high : low) = rms_at(a) < rms_at(b) ? b : a;
    }
    const double t2 = 0.5 * (low + high);
    report_.cos4_corner_deg = std::atan(std::sqrt(t2)) * 180 / M_PI;
    report_.cos4_rms = rms_at(t2);
  }

  void WriteFindings() {
    const std::string conditions = subject_.raw() ? "RAW, green" : "luminance, linear light";
    const int n = static_cast<int>(report_.points.size());
    auto& figures = report_.findings.figures;
    const auto add = [&](const char* name, double value, const char* unit, int samples) -> Figure& {
      Figure figure;
      figure.name = name;
      figure.value = value;
      figure.unit = unit;
      figure.n = samples;
      figure.conditions = conditions;
      figure.definition = std::string("uniformity.") + name;
      figures.push_back(figure);
      return figures.back();
    };
    add("corner_to_centre", report_.mean_corner_to_centre, "", 4).standard_error = corner_error_;
    add("darkest_corner_to_centre",
        *std::min_element(report_.corner_to_centre.begin(), report_.corner_to_centre.end()), "", 4);
    Figure& loss = add("corner_loss", -std::log2(report_.mean_corner_to_centre), "EV", 4);
    if (!loss.known()) loss.note = "the corners are black";
    add("min_to_max", report_.min_to_max, "", n);
    Figure& dc = add("max_dc", report_.max_dc, "CIELAB", n);
    dc.conditions = subject_.raw() ? "centre at L* = 50" : "as in the file, D50";
    if (subject_.mono) dc.note = "a monochrome sensor sees no colour";
    add("cos4_corner_angle", report_.cos4_corner_deg, "degrees", n);
    add("cos4_residual", report_.cos4_rms, "", n);
    add("tilt", std::hypot(report_.tilt_x, report_.tilt_y), "", n);
    if (std::hypot(report_.tilt_x, report_.tilt_y) > 0.05) {
      report_.findings.warnings.push_back(
          "the light falls off from one side to the other by more than 5 %: the lamp is uneven or "
          "the lens is not centred");
    }
    Curve curve{"falloff", "r (1 = corner)", "luminance / centre", {}, {}};
    for (int i = 0; i <= 50; ++i) {
      const double r = i / 50.0, r2 = r * r;
      curve.x.push_back(r);
      curve.y.push_back(
          1 + r2 * (report_.falloff[0] + r2 * (report_.falloff[1] + r2 * report_.falloff[2])));
    }
    report_.findings.curves.push_back(std::move(curve));
  }

  const Subject& subject_;
  const UniformityParams& params_;
  double half_diagonal_ = 1;
  std::array<MeasuredPlane, 3> plane_;
  Vec3 center_;
  double center_luminance_ = 0, corner_error_ = 0;
  UniformityReport report_;
};

}  // namespace

Result<UniformityReport> MeasureUniformity(const Subject& subject, const UniformityParams& params) {
  return Measurement(subject, params).Run();
}

}  // namespace petzval::measure
