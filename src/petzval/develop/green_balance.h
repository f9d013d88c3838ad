// The balance of the two green phases of a mosaic.
#ifndef PETZVAL_DEVELOP_GREEN_BALANCE_H_
#define PETZVAL_DEVELOP_GREEN_BALANCE_H_

#include <array>

#include "petzval/develop/shading.h"

namespace petzval {

// Factors for the greens of red rows and of blue rows that bring both to their mean: crosstalk sets
// them apart by some percent, which shows as a maze. Measured as a median over flat, unclipped
// places of the whole frame; 1 where the difference is below 0.5 % or not sure, or above 6 %, which
// is no crosstalk. `clip`: where green saturates, relative to the white level.
std::array<double, 2> FindGreenBalance(const MosaicSource& source, const Shading& shading,
                                       double clip);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_GREEN_BALANCE_H_
