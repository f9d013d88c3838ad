// The tables of data/spectra, compiled in.
#ifndef PETZVAL_COLOR_EMBEDDED_SPECTRA_H_
#define PETZVAL_COLOR_EMBEDDED_SPECTRA_H_

#include <span>
#include <string_view>

namespace petzval {

struct EmbeddedSpectra {
  std::string_view name;  // of the file, without .csv
  std::string_view text;
};

// Defined in a source that CMake writes from the folder.
std::span<const EmbeddedSpectra> EmbeddedSpectraFiles();

}  // namespace petzval

#endif  // PETZVAL_COLOR_EMBEDDED_SPECTRA_H_
