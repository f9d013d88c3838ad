// Where a sensor saturates.
#ifndef PETZVAL_DEVELOP_CLIP_LEVELS_H_
#define PETZVAL_DEVELOP_CLIP_LEVELS_H_

#include <array>
#include <string>
#include <vector>

#include "petzval/develop/mosaic_source.h"

namespace petzval {

// The level at which each colour of a sensor saturates, relative to the stated white level: 1, or
// another value where so many pixels end at one and the same level that the statement must be
// wrong. `warnings` gets a sentence then.
std::array<float, 3> FindClipLevels(const MosaicSource& source, std::vector<std::string>* warnings);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_CLIP_LEVELS_H_
