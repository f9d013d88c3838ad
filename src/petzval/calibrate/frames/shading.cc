// Gains that make flats flat: cells, a smooth field through them, a grid of nodes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/calibrate/frames/frame_checks.h"
#include "petzval/calibrate/frames/frames.h"
#include "petzval/calibrate/frames/smooth_field.h"
#include "petzval/measure/geometry/flat_check.h"
#include "petzval/measure/subject/median.h"

namespace petzval::calibrate {
namespace {

using measure::Subject;

constexpr int kMaxCells = 64;       // a side
constexpr int kMinCellPixels = 16;  // a side, of the mosaic
constexpr double kReach = 1.6;      // of the distance of nodes
constexpr double kMinReach = 4;     // cells: a corner sees a quarter of them
constexpr double kMaxReach = 0.3;   // of the frame
constexpr double kLeastOutlier = 0.004;
constexpr double kMaxClipped = 0.005, kMaxStructure = 0.03;
constexpr double kMaxGain = 32;
constexpr double kNoisy = 0.005, kTellTilt = 0.1, kDifferent = 0.01;

struct Cells {
  int columns = 0, rows = 0;
  std::array<CellField, 4> site;
};

// Mean and variance of the mean of the pixels of each site in each cell, without hot or dead ones.
Cells MeasureCells(const Subject& frame, bool quad) {
  Cells cells;
  cells.columns = std::clamp(frame.width() / kMinCellPixels, 4, kMaxCells);
  cells.rows = std::clamp(frame.height() / kMinCellPixels, 4, kMaxCells);
  const size_t count = static_cast<size_t>(cells.columns) * cells.rows;
  for (CellField& field : cells.site) {
    field.columns = cells.columns;
    field.rows = cells.rows;
    field.value.assign(count, 0);
    field.variance.assign(count, -1);
  }
  ParallelFor(cells.rows, [&](int j) {
    const int y0 = j * frame.height() / cells.rows, y1 = (j + 1) * frame.height() / cells.rows;
    for (int i = 0; i < cells.columns; ++i) {
      const int x0 = i * frame.width() / cells.columns,
                x1 = (i + 1) * frame.width() / cells.columns;
      std::array<std::vector<double>, 4> values;
      for (int y = y0; y < y1; ++y) {
        for (int x = x0; x < x1; ++x) {
          const float v = frame.mosaic.At(x, y);
          if (std::isfinite(v)) values[SiteOf(x, y, quad)].push_back(v);
        }
      }
      for (int s = 0; s < 4; ++s) {
        if (values[s].size() < 8) continue;
        const double median = measure::Median(values[s]);
        std::vector<double> off;
        for (const double v : values[s]) off.push_back(std::abs(v - median));
        const double limit = std::max(6 * measure::Median(std::move(off)), 1e-3);
        double sum = 0, square = 0, n = 0;
        for (const double v : values[s]) {
          if (std::abs(v - median) > limit) continue;
          sum += v - median;
          square += (v - median) * (v - median);
          ++n;
        }
        if (n < 4) continue;
        const size_t at = static_cast<size_t>(j) * cells.columns + i;
        cells.site[s].value[at] = median + sum / n;
        cells.site[s].variance[at] = std::max(0.0, square / n - sum * sum / (n * n)) / n;
      }
    }
  });
  return cells;
}

// The mean of a site over the middle of the frame.
double Centre(const CellField& field) {
  double sum = 0, n = 0;
  for (int j = field.rows * 2 / 5; j < (field.rows * 3 + 4) / 5; ++j) {
    for (int i = field.columns * 2 / 5; i < (field.columns * 3 + 4) / 5; ++i) {
      const size_t at = static_cast<size_t>(j) * field.columns + i;
      if (field.variance[at] < 0) continue;
      sum += field.value[at];
      ++n;
    }
  }
  return n > 0 ? sum / n : 0;
}

Status CheckFlat(const Subject& flat) {
  PETZVAL_RETURN_IF_ERROR(CheckFlatHasLight(flat));
  for (int c = 0; c < 3; ++c) {
    if (flat.mono && c != 1) continue;
    const measure::MeasuredPlane plane{flat.mosaic.view(), flat.sites[c]};
    auto fine = measure::CheckClipping(flat, plane, c, kMaxClipped);
    if (fine && c == 1) fine = measure::CheckFlat(plane, kMaxStructure);
    if (!fine) {
      const std::string& message = fine.error().message;
      const bool named = message.rfind(flat.path, 0) == 0;
      return Fail(fine.error().code, named ? message : flat.path + ": " + message);
    }
  }
  return {};
}

// Means of cells of all frames; with `relative` each over its own centre first, weighted by how
// well the frames know them.
Cells Average(const std::vector<Cells>& all, bool relative) {
  Cells mean = all.front();
  for (int s = 0; s < 4; ++s) {
    CellField& out = mean.site[s];
    for (size_t at = 0; at < out.value.size(); ++at) {
      double sum = 0, weights = 0;
      for (const Cells& cells : all) {
        const CellField& field = cells.site[s];
        if (field.variance[at] < 0) continue;
        const double scale = relative ? 1 / Centre(field) : 1;
        const double variance = std::max(field.variance[at] * scale * scale, 1e-12);
        sum += field.value[at] * scale / variance;
        weights += 1 / variance;
      }
      out.value[at] = weights > 0 ? sum / weights : 0;
      out.variance[at] = weights > 0 ? 1 / weights : -1;
    }
  }
  return mean;
}

// Slope of the mean logarithm of all sites against x and y of -1..1.
std::array<double, 2> Tilt(const Cells& cells) {
  double mixed[2] = {}, square[2] = {};
  for (int j = 0; j < cells.rows; ++j) {
    for (int i = 0; i < cells.columns; ++i) {
      const size_t at = static_cast<size_t>(j) * cells.columns + i;
      double sum = 0;
      int n = 0;
      for (const CellField& field : cells.site) {
        if (field.variance[at] < 0 || !(field.value[at] > 0)) continue;
        sum += std::log(field.value[at]);
        ++n;
      }
      if (n < 4) continue;
      const double place[2] = {2 * (i + 0.5) / cells.columns - 1, 2 * (j + 0.5) / cells.rows - 1};
      for (int k = 0; k < 2; ++k) {
        mixed[k] += place[k] * sum / n;
        square[k] += place[k] * place[k];
      }
    }
  }
  return {mixed[0] / square[0], mixed[1] / square[1]};
}

void RemoveTilt(const std::array<double, 2>& tilt, Cells* cells) {
  for (int j = 0; j < cells->rows; ++j) {
    for (int i = 0; i < cells->columns; ++i) {
      const size_t at = static_cast<size_t>(j) * cells->columns + i;
      const double x = 2 * (i + 0.5) / cells->columns - 1, y = 2 * (j + 0.5) / cells->rows - 1;
      const double light = std::exp(tilt[0] * x + tilt[1] * y);
      for (CellField& field : cells->site) {
        field.value[at] /= light;
        if (field.variance[at] > 0) field.variance[at] /= light * light;
      }
    }
  }
}

// Cells a node of the grid, each way, from which on the fit is not to blame.
constexpr int kCellsPerNode = 3;

// One site: outliers, the centre, the nodes, what is left.
Status FitSite(const CellField& field, int s, double* residual_square, double* residual_count,
               ShadingFromFrames* out) {
  ShadingCalibration& grid = out->shading;
  const double reach_x =
      std::max(std::min(kReach / (grid.columns - 1), kMaxReach), kMinReach / field.columns);
  const double reach_y =
      std::max(std::min(kReach / (grid.rows - 1), kMaxReach), kMinReach / field.rows);
  const std::vector<char> outlier = FindOutliers(field, reach_x, reach_y, kLeastOutlier);
  out->outliers += static_cast<int>(std::count(outlier.begin(), outlier.end(), 1));
  const FieldPoint centre = FitAt(field, outlier, 0.5, 0.5, reach_x, reach_y);
  if (!(centre.value > 0)) {
    return Fail(ErrorCode::kInvalidInput, "there is no light in the middle of the flat");
  }
  grid.gain[s].assign(static_cast<size_t>(grid.columns) * grid.rows, 1.0f);
  std::vector<double> error(grid.gain[s].size());
  std::vector<char> bad(grid.rows, 0);
  ParallelFor(grid.rows, [&](int j) {
    for (int i = 0; i < grid.columns; ++i) {
      const double x = static_cast<double>(i) / (grid.columns - 1);
      const double y = static_cast<double>(j) / (grid.rows - 1);
      const FieldPoint node = FitAt(field, outlier, x, y, reach_x, reach_y);
      const double gain = centre.value / node.value;
      if (!(node.value > 0) || gain > kMaxGain) {
        bad[j] = 1;
        continue;
      }
      const size_t at = static_cast<size_t>(j) * grid.columns + i;
      grid.gain[s][at] = static_cast<float>(gain);
      error[at] = node.standard_error / node.value;
    }
  });
  if (std::count(bad.begin(), bad.end(), 1) > 0) {
    if (field.columns < kCellsPerNode * grid.columns || field.rows < kCellsPerNode * grid.rows) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the flat is too small for a grid of {} x {}: choose {} x {} or less",
                              grid.columns, grid.rows,
                              std::clamp(field.columns / kCellsPerNode, 2, grid.columns),
                              std::clamp(field.rows / kCellsPerNode, 2, grid.rows)));
    }
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("parts of the flat are darker than 1/{:g} of its middle", kMaxGain));
  }
  out->noise = std::max(out->noise, *std::max_element(error.begin(), error.end()));
  for (int j = 0; j < field.rows; ++j) {
    for (int i = 0; i < field.columns; ++i) {
      const size_t at = static_cast<size_t>(j) * field.columns + i;
      if (field.variance[at] < 0 || outlier[at]) continue;
      const double gain =
          ShadingGainAt(grid, s, (i + 0.5) / field.columns, (j + 0.5) / field.rows, 1, 1);
      const double off = field.value[at] * gain / centre.value - 1;
      *residual_square += off * off;
      ++*residual_count;
    }
  }
  return {};
}

void Summarise(const Subject& first, bool quad, ShadingFromFrames* out) {
  const ShadingCalibration& grid = out->shading;
  int site_of[3] = {-1, -1, -1};
  for (int y = 3; y >= 0; --y) {
    for (int x = 3; x >= 0; --x) {
      for (int c = 0; c < 3; ++c) {
        if (first.sites[c].Has(x, y)) site_of[c] = SiteOf(x, y, quad);
      }
    }
  }
  if (first.mono) site_of[0] = site_of[1] = site_of[2] = 0;
  const std::vector<float>& green = grid.gain[site_of[1]];
  const size_t columns = grid.columns, last = green.size();
  for (const size_t at : {size_t{0}, columns - 1, last - columns, last - 1}) {
    out->corner_gain = std::max(out->corner_gain, static_cast<double>(green[at]));
  }
  for (size_t at = 0; at < last; ++at) {
    for (const int c : {0, 2}) {
      const double ratio = grid.gain[site_of[c]][at] / green[at];
      out->color_shading = std::max(out->color_shading, std::max(ratio, 1 / ratio) - 1);
    }
  }
}

}  // namespace

double ShadingGainAt(const ShadingCalibration& shading, int site, double x, double y, int width,
                     int height) {
  const double u = std::clamp(x / width, 0.0, 1.0) * (shading.columns - 1);
  const double v = std::clamp(y / height, 0.0, 1.0) * (shading.rows - 1);
  const int i = std::min(static_cast<int>(u), shading.columns - 2);
  const int j = std::min(static_cast<int>(v), shading.rows - 2);
  const float* row = shading.gain[site].data() + static_cast<size_t>(j) * shading.columns + i;
  const float* next = row + shading.columns;
  const double fx = u - i, fy = v - j;
  return (1 - fy) * ((1 - fx) * row[0] + fx * row[1]) + fy * ((1 - fx) * next[0] + fx * next[1]);
}

Result<ShadingFromFrames> CalibrateShading(std::span<const Subject> flats,
                                           std::span<const Subject> darks,
                                           const ShadingOptions& options) {
  if (flats.empty()) return Fail(ErrorCode::kInvalidInput, "no flat was given");
  if (options.columns < 2 || options.columns > 64 || options.rows < 2 || options.rows > 64) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("a grid of {} x {} is not in 2 x 2 .. 64 x 64", options.columns, options.rows));
  }
  const Subject& first = flats.front();
  const bool quad = IsQuad(first);
  std::vector<Cells> dark_cells, flat_cells;
  for (const Subject& dark : darks) {
    PETZVAL_RETURN_IF_ERROR(CheckRaw(dark));
    PETZVAL_RETURN_IF_ERROR(CheckAlike(first, dark));
    PETZVAL_RETURN_IF_ERROR(CheckDark(dark));
    dark_cells.push_back(MeasureCells(dark, quad));
  }
  const Cells dark = dark_cells.empty() ? Cells{} : Average(dark_cells, false);
  for (const Subject& flat : flats) {
    PETZVAL_RETURN_IF_ERROR(CheckRaw(flat));
    PETZVAL_RETURN_IF_ERROR(CheckAlike(first, flat));
    PETZVAL_RETURN_IF_ERROR(CheckFlat(flat));
    Cells cells = MeasureCells(flat, quad);
    for (int s = 0; s < 4 && !dark_cells.empty(); ++s) {
      for (size_t at = 0; at < cells.site[s].value.size(); ++at) {
        if (dark.site[s].variance[at] >= 0) cells.site[s].value[at] -= dark.site[s].value[at];
      }
    }
    for (const CellField& field : cells.site) {
      if (!(Centre(field) > 0)) {
        return Fail(ErrorCode::kInvalidInput,
                    flat.path + ": there is no light in the middle of the flat");
      }
    }
    flat_cells.push_back(std::move(cells));
  }

  // Step 1: all flats as one, and the tilt of its light.
  ShadingFromFrames out;
  Cells mean = Average(flat_cells, true);
  for (size_t f = 0; f < flat_cells.size() && flat_cells.size() > 1; ++f) {
    const std::array<double, 2> own = Tilt(flat_cells[f]), all = Tilt(mean);
    const double apart = std::max(std::abs(own[0] - all[0]), std::abs(own[1] - all[1]));
    if (apart < kDifferent) continue;
    out.warnings.push_back(
        fmt::format("{}: its light falls off otherwise than that of the other "
                    "flats, by {:.1f} % from side to side",
                    flats[f].path, 200 * apart));
  }
  const std::array<double, 2> tilt = Tilt(mean);
  out.tilt_x = std::expm1(2 * tilt[0]);
  out.tilt_y = std::expm1(2 * tilt[1]);
  if (options.remove_tilt) {
    RemoveTilt(tilt, &mean);
  } else if (std::max(std::abs(out.tilt_x), std::abs(out.tilt_y)) > kTellTilt) {
    out.warnings.push_back(
        fmt::format("the field changes by {:.0f} % from left to right and {:.0f} "
                    "% from top to bottom: is the light even?",
                    100 * out.tilt_x, 100 * out.tilt_y));
  }

  // Step 2: the grid.
  out.shading.columns = options.columns;
  out.shading.rows = options.rows;
  out.shading.light = options.light;
  out.shading.source =
      fmt::format("{} flat{}, {} darks", flats.size(), flats.size() == 1 ? "" : "s", darks.size());
  double square = 0, count = 0;
  for (int s = 0; s < 4; ++s) {
    auto fine = FitSite(mean.site[s], s, &square, &count, &out);
    if (!fine) return Fail(std::move(fine).error().In(first.path));
  }
  out.residual = count > 0 ? std::sqrt(square / count) : 0;
  Summarise(first, quad, &out);
  if (out.noise > kNoisy) {
    out.warnings.push_back(
        fmt::format("gains are known to {:.1f} % only: more or brighter flats "
                    "help",
                    100 * out.noise));
  }
  if (out.outliers > 0) {
    out.warnings.push_back(fmt::format(
        "{} cells differ from a smooth field and are left out: dust, or hot pixels", out.outliers));
  }
  return out;
}

}  // namespace petzval::calibrate
