// Camera profiles out of DCP files and DNGs. Nothing in them is trusted.
#ifndef PETZVAL_CAPTURE_DCP_READER_H_
#define PETZVAL_CAPTURE_DCP_READER_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/byte_source.h"
#include "petzval/capture/tiff_file.h"
#include "petzval/color/dcp_profile.h"

namespace petzval {

struct DcpFile {
  DcpProfile profile;                 // CheckDcpProfile holds
  std::vector<std::string> warnings;  // one sentence each: what was distrusted and replaced
};

// A DCP file, either byte order. Errors: kIo; kInvalidInput when it is no DCP, ends early, has no
// usable matrix, or a table or curve that is none; kTooLarge for tables beyond the limits.
Result<DcpFile> ReadDcp(const std::string& path);
Result<DcpFile> ReadDcp(const ByteSource& source);

// The profiles embedded in a DNG (or the one of a DCP): that of directory 0 first, then
// ExtraCameraProfiles. Profiles that cannot be used are left out and named in `warnings`.
// Errors: kIo; kInvalidInput when the file is neither, or none of its profiles is usable.
Result<std::vector<DcpFile>> ReadProfiles(const std::string& path,
                                          std::vector<std::string>* warnings);

// The profile tags of one directory. `camera_model`: used when the directory states none.
Result<DcpFile> ReadProfileTags(const TiffFile& tiff, const TiffIfd& ifd,
                                const std::string& camera_model);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_DCP_READER_H_
