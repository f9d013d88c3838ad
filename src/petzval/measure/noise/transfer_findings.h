// Photon transfer as figures, curves and warnings.
#ifndef PETZVAL_MEASURE_NOISE_TRANSFER_FINDINGS_H_
#define PETZVAL_MEASURE_NOISE_TRANSFER_FINDINGS_H_

#include <string>
#include <vector>

#include "petzval/measure/noise/photon_transfer.h"

namespace petzval::measure {

// What the sensor's pixels do not share, one value for all colours. NaN: not known, `note` says
// why.
struct SensorPattern {
  double prnu = 0, prnu_error = 0;        // part of the signal
  double dsnu_dn = 0, dsnu_error_dn = 0;  // DN
  std::string prnu_note, dsnu_note;
  int64_t pixels = 0, outliers = 0;
  double row_noise_dn = 0, row_error_dn = 0, column_noise_dn = 0;  // temporal
  double row_level_dn = 0;  // of the series that it was measured in
  int rows = 0, columns = 0;
  double linearity = 0;  // largest deviation from a line, part of the signal
  int linearity_points = 0;
  std::string linearity_note;
};

// Fills in `transfer->findings` from the rest of it.
void AddFindings(const SensorPattern& pattern, double rounding_dn, PhotonTransfer* transfer);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_TRANSFER_FINDINGS_H_
