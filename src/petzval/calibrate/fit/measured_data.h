// For tests and benches: measured sensitivities and reflectances, which live beside the source
// tree.
#ifndef PETZVAL_CALIBRATE_FIT_MEASURED_DATA_H_
#define PETZVAL_CALIBRATE_FIT_MEASURED_DATA_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "petzval/calibrate/fit/spectral_columns.h"
#include "petzval/calibrate/fit/training_set.h"

namespace petzval::calibrate {

// Reflectances of DATA/reflectances; empty when the file is not there or damaged.
inline std::vector<SpectralDistribution> MeasuredReflectances(const std::string& data,
                                                              const std::string& name) {
  std::ifstream file(data + "/reflectances/" + name + ".csv");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<SpectralDistribution> spectra;
  const auto table = ParseSpectralColumns(text, name);
  if (!table) return spectra;
  for (const auto& column : table->value) spectra.push_back(Resample(table->nm, column));
  return spectra;
}

// Path of a camera by the name of its file, in any folder of DATA/ssf; empty when there is none.
inline std::string CameraPath(const std::string& data, const std::string& camera) {
  for (const char* folder :
       {"rawtoaces", "internal-test-only", "colour_npl", "internal-test-only/estimated"}) {
    const std::string path = data + "/ssf/" + folder + "/" + camera + ".csv";
    if (std::filesystem::exists(path)) return path;
  }
  return "";
}

inline std::vector<SpectralDistribution> operator+(std::vector<SpectralDistribution> a,
                                                   const std::vector<SpectralDistribution>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_MEASURED_DATA_H_
