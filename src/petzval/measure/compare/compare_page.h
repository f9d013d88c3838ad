// A page to look at differences: one index.html with its pictures, no network.
#ifndef PETZVAL_MEASURE_COMPARE_COMPARE_PAGE_H_
#define PETZVAL_MEASURE_COMPARE_COMPARE_PAGE_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/image/picture.h"
#include "petzval/measure/compare/compare.h"

namespace petzval::measure {

// Writes `folder`/index.html and PNGs beside it (the folder is made when missing): slider A/B,
// hold to flip, linked zoom and pan, difference maps with legends, crops of the most different
// places at 1:1, all figures. `reports` belong to `tests` in order and carry maps (keep_maps). The
// pictures are shown as 8-bit sRGB; the page says where they had to be converted. An aligned test
// picture is shown warped. Errors: kIo; kInvalidInput when the lists do not fit together.
Status WriteComparePage(const std::string& folder, const Picture& reference,
                        const std::vector<const Picture*>& tests,
                        const std::vector<CompareReport>& reports, const CompareParams& params);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_COMPARE_PAGE_H_
