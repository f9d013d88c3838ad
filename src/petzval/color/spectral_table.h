// Tables of spectra: the format of data/spectra, and everything that is in that folder.
#ifndef PETZVAL_COLOR_SPECTRAL_TABLE_H_
#define PETZVAL_COLOR_SPECTRAL_TABLE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/color/spectral.h"

namespace petzval {

// A table of one or more spectra, as it is and resampled to our grid. As text: lines "# key: value"
// with the keys kind (observer, cones, daylight, lights, reflectances), title, source, licence, any
// number of notes, for lights any number of aliases ("alias: OTHER = NAME", NAME being a column),
// and, where reflectances go beyond 1, the largest value that may stand there ("largest: 1.5"); a
// line "nm,NAME,NAME,.."; then rows of numbers with ascending wavelengths.
struct SpectralTable {
  std::string name, kind, title, source, licence;
  double largest = 1;  // of reflectances
  std::vector<std::string> column;
  std::vector<SpectralDistribution> spectrum;  // as many as columns
  std::vector<std::pair<std::string, std::string>> alias;
  // As written: wavelengths, and for each column as many values.
  std::vector<double> nm;
  std::vector<std::vector<double>> value;
};

// `name` stands in error messages. Errors: kInvalidInput with the line: a key that is unknown or
// missing, a row with another number of cells, no number, wavelengths that do not ascend, fewer
// than two rows, negative values or (reflectances) values beyond the largest, names twice or empty,
// an alias of no column, observers and cones that have not three columns.
Result<SpectralTable> ParseSpectralTable(std::string_view text, const std::string& name);

// The tables of data/spectra in alphabetical order; a damaged one is missing here and fails the
// tests of this module.
const std::vector<SpectralTable>& SpectralTables();

}  // namespace petzval

#endif  // PETZVAL_COLOR_SPECTRAL_TABLE_H_
