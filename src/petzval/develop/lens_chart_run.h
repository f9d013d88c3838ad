// For tests and benches: shoots a chart through a profile, develops it, measures it.
#ifndef PETZVAL_DEVELOP_LENS_CHART_RUN_H_
#define PETZVAL_DEVELOP_LENS_CHART_RUN_H_

#include <string>
#include <vector>

#include "petzval/develop/develop.h"
#include "petzval/develop/lens_chart.h"
#include "petzval/develop/lens_chart_measure.h"
#include "petzval/develop/lens_field.h"

namespace petzval {

struct ChartFigures {
  double center_mtf50 = 0, corner_mtf50 = 1;  // the worse of both directions; of all corners
  double overshoot = 0, lateral_px = 0, line_px = 0;
  double corner_noise = 0;  // standard deviation of the flat field
};

struct ChartPlan {
  double patch_px = 48;  // half side
  double corner = 0.9;   // of the half diagonal
  bool all_corners = true;
  bool marks = true;            // else only the flat field
  NoiseLine noise{8e-5, 1e-6};  // of ISO 100: full well 12500 electrons
};

inline Image<float> CutOut(const Image<float>& picture, int x, int y, int half) {
  Image<float> patch(2 * half, 2 * half, 3);
  for (int c = 0; c < 3; ++c) {
    for (int j = 0; j < 2 * half; ++j) {
      std::copy_n(picture.row(std::clamp(y - half + j, 0, picture.height() - 1), c) + x - half,
                  2 * half, patch.row(j, c));
    }
  }
  return patch;
}

class LensChart {
 public:
  LensChart(std::shared_ptr<const optics::LensProfile> profile, const ChartPlan& plan)
      : profile_(std::move(profile)), plan_(plan) {
    const double w = 0.5 * profile_->sensor.width_px, h = 0.5 * profile_->sensor.height_px;
    if (!plan.marks) {
      frame_ = ShootChart(*profile_, {}, plan.noise);
      return;
    }
    // Edges, 5 degrees off the axes of the pixels: side by side in the middle and in corners.
    const double reach = plan.patch_px + 16, tilt = 5 * std::numbers::pi / 180;
    const auto edges = [&](double x, double y) {
      for (int k = 0; k < 2; ++k) {
        ChartMark m;
        m.x = x + (k == 0 ? -1 : 1) * (x > 0 ? -1 : 1) * (x == 0 ? reach : 0) -
              (k == 1 && x != 0 ? std::copysign(2 * reach, x) : 0);
        m.y = y;
        m.normal_x = k == 0 ? std::cos(tilt) : std::sin(tilt);
        m.normal_y = k == 0 ? std::sin(tilt) : std::cos(tilt);
        m.reach_px = reach;
        marks_.push_back(m);
      }
    };
    edges(0, 0);
    for (int k = 0; k < (plan.all_corners ? 4 : 1); ++k) {
      edges((k % 2 ? -1 : 1) * plan.corner * w, (k / 2 ? -1 : 1) * plan.corner * h);
    }
    edge_count_ = marks_.size();
    // Lines near two borders.
    for (int k = 0; k < kLinePlaces; ++k) {
      const double s = 1.2 * k / (kLinePlaces - 1) - 0.6;
      marks_.push_back({s * w, -0.93 * h, 0, 1, 1.5, 24});
    }
    for (int k = 0; k < kLinePlaces; ++k) {
      const double s = 1.2 * k / (kLinePlaces - 1) - 0.6;
      marks_.push_back({-0.94 * w, s * h, 1, 0, 1.5, 24});
    }
    frame_ = ShootChart(*profile_, marks_, plan.noise);
  }

  const RawFrame& frame() const { return frame_; }

  // `params.lens_profile` empty: the chart as shot. `picture` (optional) gets the whole picture.
  Result<ChartFigures> Measure(const DevelopParams& params, Image<float>* picture = nullptr) const {
    PETZVAL_ASSIGN(const Developer developer, Developer::Create(frame_, {}, params));
    Image<float> whole(developer.width(), developer.height(), 3);
    developer.Render({0, 0, whole.width(), whole.height()}, &whole);
    const ChartLens lens(*profile_, profile_->states[0]);
    RadialWarp warp;
    if (params.lens_profile) {
      PETZVAL_ASSIGN(const MosaicSource source, MakeSource(frame_));
      PETZVAL_ASSIGN(const LensField field, MakeLensField(*params.lens_profile, 1e9, source));
      warp = MakeLensWarp(field, source);
    }
    // Where a mark's point is to be looked for: to a pixel or two.
    const auto place = [&](const ChartMark& m) -> std::array<int, 2> {
      const double ideal = std::hypot(m.x, m.y), real = lens.Real(ideal);
      double r = real;
      for (int i = 0; i < 40 && params.lens_profile; ++i) {
        const auto& table = warp.factor[1];
        const double u = std::min(1.0, r / warp.radius * (r / warp.radius));
        r = real / (1 + table[static_cast<size_t>(u * static_cast<double>(table.size() - 1))]);
      }
      const double f = ideal > 0 ? r / ideal : 1;
      return {static_cast<int>(std::lround(0.5 * whole.width() + m.x * f)),
              static_cast<int>(std::lround(0.5 * whole.height() + m.y * f))};
    };
    ChartFigures figures;
    figures.center_mtf50 = 1;
    const int half = static_cast<int>(plan_.patch_px);
    for (size_t k = 0; k < edge_count_; ++k) {
      const auto at = place(marks_[k]);
      const EdgeFigures e =
          MeasureEdge(CutOut(whole, at[0], at[1], half), marks_[k].normal_x, marks_[k].normal_y);
      double& mtf = k < 2 ? figures.center_mtf50 : figures.corner_mtf50;
      mtf = std::min(mtf, e.mtf50_cpp);
      figures.overshoot = std::max(figures.overshoot, e.overshoot);
      for (const int c : {0, 2}) {
        figures.lateral_px =
            std::max(figures.lateral_px, std::abs(e.position_px[c] - e.position_px[1]));
      }
    }
    for (size_t first = edge_count_; first < marks_.size(); first += kLinePlaces) {
      const bool vertical = marks_[first].normal_y != 0;
      std::vector<std::array<double, 2>> points;
      for (size_t k = first; k < first + kLinePlaces; ++k) {
        const auto at = place(marks_[k]);
        const double offset = MeasureLine(CutOut(whole, at[0], at[1], 18), vertical);
        points.push_back(
            {static_cast<double>(vertical ? at[0] : at[1]), (vertical ? at[1] : at[0]) + offset});
      }
      figures.line_px = std::max(figures.line_px, Bend(points));
    }
    const int flat_x = static_cast<int>(0.93 * whole.width());
    figures.corner_noise = MeasureNoise(CutOut(whole, flat_x, whole.height() / 2, 32));
    if (picture) *picture = std::move(whole);
    return figures;
  }

 private:
  static constexpr int kLinePlaces = 9;

  // The farthest point from the straight line through all.
  static double Bend(const std::vector<std::array<double, 2>>& points) {
    double x = 0, y = 0, xx = 0, xy = 0;
    const auto n = static_cast<double>(points.size());
    for (const auto& p : points) {
      x += p[0] / n;
      y += p[1] / n;
    }
    for (const auto& p : points) {
      xx += (p[0] - x) * (p[0] - x);
      xy += (p[0] - x) * (p[1] - y);
    }
    double most = 0;
    for (const auto& p : points) most = std::max(most, std::abs(p[1] - y - xy / xx * (p[0] - x)));
    return most;
  }

  std::shared_ptr<const optics::LensProfile> profile_;
  ChartPlan plan_;
  std::vector<ChartMark> marks_;
  size_t edge_count_ = 0;
  RawFrame frame_;
};

// The same lens without blur that differs over the field: what noise is compared with.
inline std::shared_ptr<optics::LensProfile> WithoutBlur(const optics::LensProfile& profile) {
  auto even = std::make_shared<optics::LensProfile>(profile);
  for (auto& state : even->states) {
    const optics::BakedPsf middle = state.psf[1][0];
    for (auto& channel : state.psf) channel.fill(middle);
  }
  return even;
}

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_LENS_CHART_RUN_H_
