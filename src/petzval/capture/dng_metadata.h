// What a DNG says about colour, noise and the taking of the picture.
#ifndef PETZVAL_CAPTURE_DNG_METADATA_H_
#define PETZVAL_CAPTURE_DNG_METADATA_H_

#include <vector>

#include "petzval/capture/raw_frame.h"
#include "petzval/capture/tiff_file.h"

namespace petzval {

// The colour tags of directory 0 (three-colour cameras); `raw` is looked at when they are not
// there. Malformed values read as absent.
DngColor ReadDngColor(const TiffFile& tiff, const TiffIfd& raw);

// UniqueCameraModel and the profile of directory 0 into the frame; a profile that is nothing but
// the matrices of `frame.color` is not kept, one that cannot be used is named in the warnings.
void ReadFrameProfile(const TiffFile& tiff, RawFrame& frame);

// NoiseProfile as stated, unchecked: 2 values (all planes) or 6; anything else is empty.
std::vector<double> ReadNoiseProfile(const TiffFile& tiff, const TiffIfd& raw);

ExifInfo ReadExif(const TiffFile& tiff);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_DNG_METADATA_H_
