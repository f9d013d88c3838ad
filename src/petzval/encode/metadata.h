// The metadata blocks that formats carry as bytes: EXIF and XMP.
#ifndef PETZVAL_ENCODE_METADATA_H_
#define PETZVAL_ENCODE_METADATA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "petzval/encode/encode.h"

namespace petzval {

// "petzval 1.2.3": the value of every Software tag.
std::string SoftwareName();

// v > 0 as a fraction for an (unsigned) EXIF rational: 1/50 for 0.02, the best approximation by
// continued fractions otherwise. 0/1 for v <= 0 or NaN, 4294967295/1 beyond the range.
struct Rational {
  uint32_t numerator = 0, denominator = 1;
};
Rational ToRational(double v);

// A little-endian TIFF structure with IFD0 and the Exif IFD (CIPA DC-008, Exif 2.31), as JPEG's
// APP1 holds it after "Exif\0\0" and PNG's eXIf holds it whole. Fields that are not known are left
// out.
std::vector<uint8_t> ExifBlock(const PictureMetadata& metadata, int width, int height);

// An XMP packet (ISO 16684-1) without padding: xmp:CreatorTool and every parameter as a property of
// the namespace "urn:petzval:develop:1.0#". Names are made valid and unique, values are escaped,
// characters that XML cannot hold are replaced by '?'.
std::string XmpPacket(const PictureMetadata& metadata);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_METADATA_H_
