// Lens files of DeepLens (JSON): even aspheres from r^2, media by name or "nd/vd".
#ifndef PETZVAL_OPTICS_INTERCHANGE_DEEPLENS_READER_H_
#define PETZVAL_OPTICS_INTERCHANGE_DEEPLENS_READER_H_

#include <string>

#include "petzval/optics/interchange/interchange.h"
#include "petzval/optics/interchange/json_io.h"

namespace petzval::optics {

// Focal length and f-number are recomputed; a warning says when the file claims others, which come
// from its field of view. Errors: kInvalidInput, kUnsupported with the number of the surface.
Result<ImportedLens> ReadDeepLens(const Json& json, const std::string& name,
                                  const ImportOptions& options);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_DEEPLENS_READER_H_
