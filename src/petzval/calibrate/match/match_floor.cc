// The metameric floor from the neighbours of every colour.
#include "petzval/calibrate/match/match_floor.h"

#include <algorithm>
#include <cmath>

#include "petzval/color/difference.h"

namespace petzval::calibrate {
namespace {

// Neighbours that a correction is taken from: enough to tell a trend from the scatter of metamers.
constexpr int kNeighbours = 8;

struct Residual {
  std::array<double, 2> at;  // chromaticity to the camera
  Vec3 xyz;                  // that the fit leaves, of a colour with r + g + b = 1
};

}  // namespace

DeStatistics MetamericFloor(const ColorFit& fit, const TrainingSet& set,
                            const TrainingSet& others) {
  std::vector<Residual> residual;
  for (const TrainingSet* part : {&set, &others}) {
    for (size_t i = 0; i < part->rgb.size(); ++i) {
      const Vec3& rgb = part->rgb[i];
      const double sum = std::max(rgb[0] + rgb[1] + rgb[2], 1e-6);
      const Vec3 xyz = fit.Apply(rgb);
      Residual r{{rgb[0] / sum, rgb[1] / sum}, {}};
      for (int c = 0; c < 3; ++c) r.xyz[c] = (part->xyz[i][c] - xyz[c]) / sum;
      residual.push_back(r);
    }
  }
  std::vector<double> de;
  std::vector<std::pair<double, size_t>> near;
  for (size_t i = 0; i < set.rgb.size(); ++i) {
    near.clear();
    for (size_t k = 0; k < residual.size(); ++k) {
      if (k == i) continue;
      near.push_back(
          {std::hypot(residual[k].at[0] - residual[i].at[0], residual[k].at[1] - residual[i].at[1]),
           k});
    }
    const size_t count = std::min<size_t>(kNeighbours, near.size());
    std::partial_sort(near.begin(), near.begin() + count, near.end());
    Vec3 correction{};
    // The farthest of them has no say; one more part of nothing keeps single neighbours from
    // being believed.
    double total = 1;
    const double reach = count > 0 ? std::max(near[count - 1].first, 1e-9) : 1;
    for (size_t n = 0; n < count; ++n) {
      const double weight = 1 - near[n].first / reach;
      total += weight;
      for (int c = 0; c < 3; ++c) correction[c] += weight * residual[near[n].second].xyz[c];
    }
    const Vec3& rgb = set.rgb[i];
    const double sum = rgb[0] + rgb[1] + rgb[2];
    Vec3 xyz = fit.Apply(rgb);
    for (int c = 0; c < 3; ++c) xyz[c] += sum * correction[c] / total;
    de.push_back(DeltaE2000(LabFromXyz(xyz, set.white_xyz), LabFromXyz(set.xyz[i], set.white_xyz)));
  }
  return Statistics(std::move(de));
}

}  // namespace petzval::calibrate
