// From sums of structure at several scales to SSIM, MS-SSIM and the opponent score.
#include "petzval/measure/compare/structure_score.h"

#include <algorithm>
#include <cmath>

namespace petzval::measure {
namespace {

// Wang, Simoncelli, Bovik 2003.
constexpr double kScaleWeight[kStructureScales] = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

// The opponent score: weights of red-green, luminance, blue-yellow; of errors of structure, of
// detail too much (ringing, blocks, noise) and too little (blur). The steepness sets where the
// scale lies: 4:2:0 JPEGs of quality 90 near 90.
constexpr double kChannelWeight[3] = {0.25, 1, 0.1};
constexpr double kErrorWeight[3] = {1, 2, 2};
constexpr double kSteepness = 8.0;

double OpponentScore(const std::vector<StructureSums>& scales) {
  double error = 0, weights = 0;
  for (size_t s = 0; s < scales.size(); ++s) {
    double here = 0;
    for (int c = 0; c < 3; ++c) {
      const OpponentSums& sums = scales[s].opponent[c];
      if (sums.weight <= 0) return std::nan("");
      for (int k = 0; k < 3; ++k) {
        // The mean for the picture as a whole, the fourth-power mean for its worst places.
        const double mean = sums.first[k] / sums.weight;
        const double worst = std::sqrt(std::sqrt(sums.fourth[k] / sums.weight));
        here += kChannelWeight[c] * kErrorWeight[k] * (mean + worst) / 2;
      }
    }
    error += kScaleWeight[s] * here;
    weights += kScaleWeight[s];
  }
  return 100 * std::exp(-kSteepness * error / weights);
}

}  // namespace

void FillStructure(const std::vector<StructureSums>& scales, CompareReport* report) {
  const SsimSums& full = scales[0].luma;
  if (full.weight > 0) {
    report->ssim = full.ssim / full.weight;
  } else {
    report->notes.push_back("no place for the 11 x 11 window of SSIM");
  }
  constexpr int kSmallest = 11 << (kStructureScales - 1);
  bool fits = static_cast<int>(scales.size()) == kStructureScales &&
              std::min(report->width, report->height) >= kSmallest;
  double product = 1;
  for (int s = 0; s < kStructureScales && fits; ++s) {
    const SsimSums& sums = scales[s].luma;
    fits = sums.weight > 0;
    const bool last = s == kStructureScales - 1;
    const double mean = (last ? sums.ssim : sums.structure) / sums.weight;
    product *= std::pow(std::max(mean, 0.0), kScaleWeight[s]);
  }
  if (fits) {
    report->ms_ssim = product;
  } else {
    report->notes.push_back("what is compared is too small for the five scales of MS-SSIM");
  }
  report->xyb_ssim = OpponentScore(scales);
  if (std::isnan(report->xyb_ssim)) {
    report->notes.push_back("the mask is too thin for the scales of xyb_ssim");
  }
}

}  // namespace petzval::measure
