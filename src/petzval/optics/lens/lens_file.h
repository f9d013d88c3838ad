// Lens files (TOML, data/lenses): read strictly, written so that reading gives the same lens.
#ifndef PETZVAL_OPTICS_LENS_LENS_FILE_H_
#define PETZVAL_OPTICS_LENS_LENS_FILE_H_

#include <span>
#include <string>
#include <string_view>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// Errors: kInvalidInput "FILE: line N: ..." for anything unknown or out of range; the lens has
// passed CheckLens.
Result<Lens> ParseLens(const std::string& toml, const std::string& file_name);
Result<Lens> ReadLensFile(const std::string& path);
// `name_or_path`: a lens of data/lenses (compiled in) or a .toml file. Errors: also kInvalidInput
// naming the nearest lens names.
Result<Lens> FindLens(const std::string& name_or_path);

// The file that ParseLens reads as the same lens: shortest decimals that read back to the same
// double, rows aligned, comments for the columns.
std::string LensToml(const Lens& lens);

struct EmbeddedLens {
  std::string_view name;  // of the file, without .toml
  std::string_view toml;
};
std::span<const EmbeddedLens> EmbeddedLenses();

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_LENS_LENS_FILE_H_
