// Headerless mosaics (MIPI CSI-2 packings) with their description in a TOML file beside them.
#ifndef PETZVAL_CAPTURE_MIPI_READER_H_
#define PETZVAL_CAPTURE_MIPI_READER_H_

#include <string>

#include "petzval/base/result.h"
#include "petzval/base/toml_file.h"
#include "petzval/capture/byte_source.h"
#include "petzval/capture/dng_reader.h"
#include "petzval/capture/raw_frame.h"

namespace petzval {

// Reads the mosaic in `source` as the TOML file `description` says (keys: docs/howto/mipi-raw.md).
// The noise model is left empty: see CheckMetadata.
// Errors: kInvalidInput naming file and line for keys that are unknown, missing or out of range, or
// when the mosaic needs more bytes than there are; kTooLarge.
Result<RawFrame> ReadMipi(const ByteSource& source, const std::string& description,
                          StatedMetadata& stated);
// The same with the description as parsed.
Result<RawFrame> ReadMipi(const ByteSource& source, const TomlTable& toml, StatedMetadata& stated);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_MIPI_READER_H_
