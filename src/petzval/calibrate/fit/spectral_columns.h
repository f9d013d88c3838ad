// Tables of numbers over wavelength as text: sensitivities of cameras, training spectra.
#ifndef PETZVAL_CALIBRATE_FIT_SPECTRAL_COLUMNS_H_
#define PETZVAL_CALIBRATE_FIT_SPECTRAL_COLUMNS_H_

#include <string>
#include <string_view>
#include <vector>

#include "petzval/base/result.h"

namespace petzval::calibrate {

struct SpectralColumns {
  std::vector<std::string> name;           // of the columns; "1", "2", .. without a line of names
  std::vector<double> nm;                  // ascending
  std::vector<std::vector<double>> value;  // [column][row]
};

inline constexpr int kMaxSpectralRows = 4000, kMaxSpectralColumns = 1000;

// Cells are parted by comma, semicolon or tab; lines that start with # and empty ones are passed
// over; the first other line may hold names. `where` stands in errors: "WHERE: line N: ...".
// Errors: kInvalidInput for a cell that is no finite number (also an empty one), rows of another
// number of cells, wavelengths that do not ascend, fewer than two rows; kTooLarge beyond the
// limits.
Result<SpectralColumns> ParseSpectralColumns(std::string_view text, const std::string& where);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_SPECTRAL_COLUMNS_H_
