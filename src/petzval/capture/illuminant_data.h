// IlluminantData tags of DNG 1.6: what light a profile was made for.
#ifndef PETZVAL_CAPTURE_ILLUMINANT_DATA_H_
#define PETZVAL_CAPTURE_ILLUMINANT_DATA_H_

#include <optional>

#include "petzval/capture/tiff_file.h"
#include "petzval/color/spaces.h"

namespace petzval {

// The white that the tag states: a chromaticity, or a spectrum seen by the CIE 1931 observer.
// Nothing when it is absent, incomplete, or no light.
std::optional<Chromaticity> ReadIlluminantData(const TiffFile& tiff, const TiffIfd& ifd,
                                               uint16_t tag);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_ILLUMINANT_DATA_H_
