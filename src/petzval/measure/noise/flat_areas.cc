// Cells of 8 x 8 pixels, squares of cells that agree, and a choice over the levels.
#include "petzval/measure/noise/flat_areas.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "petzval/measure/noise/frames.h"
#include "petzval/measure/noise/shading.h"

namespace petzval::measure {
namespace {

constexpr int kCell = 8;

struct Cells {
  int columns = 0, rows = 0;
  Image<float> mean;
  std::vector<double> variance;  // of one sample, from differences between near neighbours
  std::vector<char> clipped;     // or no number
  double samples = 0;            // in a cell
};

// Mean of a cell and the variance between its samples, in which a slope counts little.
void MeasureCell(const MeasuredPlane& plane, double clip, int cx, int cy, Cells* cells) {
  double sum = 0, differences = 0;
  int n = 0, pairs = 0;
  bool clipped = false;
  for (int y = cy * kCell; y < (cy + 1) * kCell; ++y) {
    const float* row = plane.values.row(y);
    float before = 0;
    bool have_before = false;
    for (int x = cx * kCell; x < (cx + 1) * kCell; ++x) {
      if (!plane.sites.Has(x, y)) continue;
      const float value = row[x];
      sum += value;
      ++n;
      clipped |= value >= clip || !std::isfinite(value);
      if (have_before) {
        differences += (value - before) * (value - before) / 2;
        ++pairs;
      }
      before = value;
      have_before = true;
    }
  }
  const size_t i = static_cast<size_t>(cy) * cells->columns + cx;
  cells->mean.At(cx, cy) = n > 0 && std::isfinite(sum) ? static_cast<float>(sum / n) : 0;
  cells->variance[i] = pairs > 0 ? differences / pairs : 0;
  cells->clipped[i] = clipped;
  cells->samples = n;
}

Cells MeasureCells(const MeasuredPlane& plane, double clip) {
  Cells cells;
  cells.columns = plane.values.width() / kCell;
  cells.rows = plane.values.height() / kCell;
  cells.mean = Image<float>(std::max(1, cells.columns), std::max(1, cells.rows));
  cells.variance.resize(static_cast<size_t>(cells.columns) * cells.rows);
  cells.clipped.resize(cells.variance.size());
  for (int y = 0; y < cells.rows; ++y) {
    for (int x = 0; x < cells.columns; ++x) MeasureCell(plane, clip, x, y, &cells);
  }
  return cells;
}

struct Candidate {
  Rect roi;  // in cells
  double level, variance, structure;
};

// How a square of cells deviates from a plane, if it is flat.
bool Judge(const Cells& cells, const Rect& roi, Candidate* out) {
  double variance = 0;
  for (int y = roi.y; y < roi.y + roi.height; ++y) {
    for (int x = roi.x; x < roi.x + roi.width; ++x) {
      const size_t i = static_cast<size_t>(y) * cells.columns + x;
      if (cells.clipped[i]) return false;
      variance += cells.variance[i];
    }
  }
  const int count = roi.width * roi.height;
  variance /= count;
  const Shading plane(cells.mean.view(), SiteMask{}, roi, 1);
  double squares = 0;
  for (int y = roi.y; y < roi.y + roi.height; ++y) {
    for (int x = roi.x; x < roi.x + roi.width; ++x) {
      const double rest = cells.mean.At(x, y) - plane.At(x, y);
      squares += rest * rest;
    }
  }
  const double structure = squares / (count - plane.terms());
  const double level = std::max(std::abs(plane.mean()), 0.01);
  // Either what white noise leaves in the cells' means, with room for noise that a picture's
  // processing made coarser, or too little to be seen.
  if (structure > 3 * variance / cells.samples && std::sqrt(structure) > 0.015 * level) {
    return false;
  }
  if (plane.peak_to_peak() > 0.2 * level && plane.peak_to_peak() > 6 * std::sqrt(variance)) {
    return false;
  }
  *out = {roi, plane.mean(), variance, std::sqrt(structure) / level};
  return true;
}

bool Overlap(const Rect& a, const Rect& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

// Half stops of level; everything below 0.1 % is dark.
int LevelClass(double level) {
  return static_cast<int>(std::floor(2 * std::log2(std::max(level, 1e-3))));
}

// Variance that a tenth of the cells of about a level (within a stop) stay below: that of noise, if
// noise is to be seen anywhere.
class NoiseFloor {
 public:
  explicit NoiseFloor(const Cells& cells) {
    for (int y = 0; y < cells.rows; ++y) {
      for (int x = 0; x < cells.columns; ++x) {
        const size_t i = static_cast<size_t>(y) * cells.columns + x;
        if (!cells.clipped[i])
          of_class_[LevelClass(cells.mean.At(x, y))].push_back(cells.variance[i]);
      }
    }
  }
  double At(int level_class) const {
    std::vector<double> near;
    for (int c = level_class - 2; c <= level_class + 2; ++c) {
      const auto found = of_class_.find(c);
      if (found != of_class_.end())
        near.insert(near.end(), found->second.begin(), found->second.end());
    }
    if (near.empty()) return 0;
    const auto tenth = near.begin() + static_cast<ptrdiff_t>(near.size() / 10);
    std::nth_element(near.begin(), tenth, near.end());
    return *tenth;
  }

 private:
  std::map<int, std::vector<double>> of_class_;
};

std::vector<Candidate> Choose(const std::vector<Candidate>& candidates, const NoiseFloor& floor,
                              int max_count) {
  std::map<int, std::vector<Candidate>> classes;
  for (const Candidate& c : candidates) classes[LevelClass(c.level)].push_back(c);
  for (auto& [level, members] : classes) {
    // Fine texture: far above the quietest tenth, which chance and a stop of level are not.
    const double limit = 6 * floor.At(level);
    std::erase_if(members, [&](const Candidate& c) { return c.variance > limit && limit > 0; });
    std::stable_sort(members.begin(), members.end(), [](const Candidate& a, const Candidate& b) {
      return a.structure < b.structure;
    });
  }
  // The best of each level, then the second best, while there is room.
  std::vector<Candidate> chosen;
  std::map<int, size_t> next;
  for (bool more = true; more && static_cast<int>(chosen.size()) < max_count;) {
    more = false;
    for (auto& entry : classes) {
      const std::vector<Candidate>& members = entry.second;
      size_t& i = next[entry.first];
      while (i < members.size() && std::any_of(chosen.begin(), chosen.end(), [&](const auto& c) {
               return Overlap(c.roi, members[i].roi);
             })) {
        ++i;
      }
      if (i == members.size() || static_cast<int>(chosen.size()) >= max_count) continue;
      chosen.push_back(members[i++]);
      more = true;
    }
  }
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const Candidate& a, const Candidate& b) { return a.level < b.level; });
  return chosen;
}

}  // namespace

Result<std::vector<Rect>> FindFlatAreas(const Subject& subject, const FlatAreaOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckFrames({&subject, 1}));
  const int shorter = std::min(subject.width(), subject.height());
  const int side = options.side_px > 0 ? options.side_px : std::clamp(shorter / 24, 32, 128);
  const int across = std::max(4, side / kCell);
  Image<float> scratch;
  const MeasuredPlane plane = PlaneOf(subject, Channel::kLuminance, &scratch);
  const Cells cells = MeasureCells(plane, subject.clip);
  std::vector<Candidate> candidates;
  const int step = std::max(1, across / 2);
  for (int y = 0; y + across <= cells.rows; y += step) {
    for (int x = 0; x + across <= cells.columns; x += step) {
      Candidate candidate;
      if (Judge(cells, {x, y, across, across}, &candidate)) candidates.push_back(candidate);
    }
  }
  std::vector<Rect> areas;
  for (const Candidate& c : Choose(candidates, NoiseFloor(cells), std::max(1, options.max_count))) {
    areas.push_back({c.roi.x * kCell, c.roi.y * kCell, c.roi.width * kCell, c.roi.height * kCell});
  }
  if (areas.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                "no flat area found to measure noise in: give patches, or picture a uniform field");
  }
  return areas;
}

}  // namespace petzval::measure
