// The values of profile tags as files hold them, and the tags in our DNGs.
#ifndef PETZVAL_ENCODE_DNG_PROFILE_H_
#define PETZVAL_ENCODE_DNG_PROFILE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "petzval/color/dcp_profile.h"
#include "petzval/encode/tiff_writer.h"

namespace petzval {

// IlluminantData of a chromaticity: kind 0, then x and y as RATIONAL.
std::vector<uint8_t> IlluminantDataOf(Chromaticity white);

// Three floats an entry; two a point.
std::vector<float> FloatsOf(const HueSatMap& map);
std::vector<float> FloatsOf(const std::vector<std::array<double, 2>>& curve);

// Whether the maps of the lights can stand in one file: the first light has one, and those that
// there are have one size.
bool HasWritableMaps(const DcpProfile& profile);

// Name, copyright, embed policy, tables and curve of a profile into a DNG's main directory. Its
// matrices are the frame's affair (DngColor).
void SetProfile(const DcpProfile& profile, TiffWriter* tiff);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_DNG_PROFILE_H_
