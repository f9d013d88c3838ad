// From sums of structure at several scales to SSIM, MS-SSIM and the opponent score.
#ifndef PETZVAL_MEASURE_COMPARE_STRUCTURE_SCORE_H_
#define PETZVAL_MEASURE_COMPARE_STRUCTURE_SCORE_H_

#include <vector>

#include "petzval/measure/compare/compare.h"
#include "petzval/measure/compare/ssim_tile.h"

namespace petzval::measure {

inline constexpr int kStructureScales = 5;

// Fills ssim, ms_ssim, xyb_ssim; what a picture is too small for stays NaN with a note.
void FillStructure(const std::vector<StructureSums>& scales, CompareReport* report);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_STRUCTURE_SCORE_H_
