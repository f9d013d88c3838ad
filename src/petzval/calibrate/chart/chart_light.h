// The light that a chart stood in: told by name or spectrum, or to be estimated.
#ifndef PETZVAL_CALIBRATE_CHART_CHART_LIGHT_H_
#define PETZVAL_CALIBRATE_CHART_CHART_LIGHT_H_

#include <optional>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/color/spaces.h"
#include "petzval/color/spectral.h"
#include "petzval/device/calibration.h"

namespace petzval::calibrate {

struct ChartLight {
  enum class Kind {
    kUnknown,  // estimated from the greys through the file's matrix
    kAuto,     // the CIE light with the least leave-one-out error
    kKnown,    // `power` is its spectrum
  };
  Kind kind = Kind::kUnknown;
  std::string label;                      // "D50", "3200K", name of the file; "" if unknown
  SpectralDistribution power{};           // kKnown
  std::optional<LightClass> light_class;  // kKnown: as told, else from name or spectrum
};

// A light by what the user wrote: "" or "unknown", "auto", a name or temperature of
// petzval::FindLight, or a CSV file "nm,value" (see ReadSpd).
// `light_class`: "", or a name of FindLightClass; kInvalidInput when the spectrum is clearly of
// another class (a line spectrum called thermal).
Result<ChartLight> FindChartLight(const std::string& text, const std::string& light_class = "");

// The spectrum of a light from a CSV file of two columns, nm ascending, and power (any unit). A
// first line of words and lines that start with '#' are passed over.
// Errors: kInvalidInput "FILE: line N: ..." for what is no number, NaN, negative power (below -0.5
// % of the peak; smaller ones are 0), wavelengths that do not ascend, steps above 20 nm inside
// 400..700 nm, a range that leaves out 400..700 nm, or no power at all. ReadFile's.
Result<SpectralDistribution> ReadSpd(const std::string& path);

// The class of a spectrum: that of the known light (data/spectra, black bodies, daylight) whose
// spectrum is most like it over 400 to 700 nm. Never fails.
LightClass ClassOfSpectrum(const SpectralDistribution& power);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_CHART_LIGHT_H_
