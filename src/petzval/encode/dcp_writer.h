// Camera profiles out: DCP files, and the same tags for DNGs.
#ifndef PETZVAL_ENCODE_DCP_WRITER_H_
#define PETZVAL_ENCODE_DCP_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/color/dcp_profile.h"

namespace petzval {

// A profile as the bytes of a DCP file (little-endian TIFF with the magic 0x4352). Matrices are
// rationals of 1 / 1,000,000; maps and curves are floats. Errors: as CheckDcpProfile; without a
// camera model, since no program would offer such a profile for any camera.
Result<std::vector<uint8_t>> SerializeDcp(const DcpProfile& profile);

// The same as a file, which appears only complete.
Status WriteDcp(const std::string& path, const DcpProfile& profile);

// Puts a profile into a frame that is to be written as DNG: its matrices and lights take the place
// of the frame's colour (the white balance and AnalogBalance stay, CameraCalibration goes), its
// tables and curve travel as the frame's profile. Readers from before DNG 1.6 see the first two
// lights only; a third one is for the light of the shot.
void EmbedProfile(const DcpProfile& profile, RawFrame* frame);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_DCP_WRITER_H_
