// ICC profiles of the spaces we write.
#ifndef PETZVAL_ENCODE_ICC_H_
#define PETZVAL_ENCODE_ICC_H_

#include <cstdint>
#include <vector>

#include "petzval/encode/encode.h"

namespace petzval {

// A matrix/TRC display profile of version 4.3 (ICC.1:2010), about 500 bytes; the same bytes on
// every call. sRGB and Display P3 carry the piecewise curve of IEC 61966-2-1, Rec.2020 is linear.
// Empty for spaces of high range, whose curves no matrix profile can say.
const std::vector<uint8_t>& IccProfile(PictureSpace space);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_ICC_H_
