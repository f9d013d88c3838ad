// Tables of spectra: the format of data/spectra, and everything that is in that folder.
#ifndef PETZVAL_COLOR_SPECTRAL_TABLE_H_
#define PETZVAL_COLOR_SPECTRAL_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/color/spectral.h"

namespace petzval {

// A table of one or more spectra, resampled to our grid. As text: lines "# key: value" with the
// keys kind (observer, daylight, lights, reflectances), title, source, licence and any number of
// notes; a line "nm,NAME,NAME,.."; then rows of numbers with ascending wavelengths.
struct SpectralTable {
  std::string name, kind, title, source, licence;
  std::vector<std::string> column;
  std::vector<SpectralDistribution> spectrum;  // as many as columns
};

// `name` stands in error messages. Errors: kInvalidInput with the line: a key that is unknown or
// missing, a row with another number of cells, no number, wavelengths that do not ascend, fewer
// than two rows, negative values or (reflectances) values beyond 1, names twice or empty.
Result<SpectralTable> ParseSpectralTable(std::string_view text, const std::string& name);

// The tables of data/spectra in alphabetical order; a damaged one is missing here and fails the
// tests of this module.
const std::vector<SpectralTable>& SpectralTables();

}  // namespace petzval

#endif  // PETZVAL_COLOR_SPECTRAL_TABLE_H_
