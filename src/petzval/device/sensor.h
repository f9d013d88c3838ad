// An image sensor: what a file of data/sensors says.
#ifndef PETZVAL_DEVICE_SENSOR_H_
#define PETZVAL_DEVICE_SENSOR_H_

#include <array>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/device/noise_model.h"

namespace petzval {

enum class CfaKind { kBayer, kQuadBayer, kMono };

// Read noise of one pixel at an analogue gain.
struct SensorGain {
  double iso = 100;
  double read_noise_e = 0;  // electrons, rms
};

// Quantum efficiency of a colour channel over wavelength: a Gaussian or a table.
struct SpectralCurve {
  double peak_um = 0.55, fwhm_um = 0.1, peak = 1;  // used when the table is empty
  std::vector<double> um, value;                   // linear between entries, 0 outside

  double At(double wavelength_um) const;
};

struct Sensor {
  std::string name, title, source, note;
  std::vector<std::string> assumed;  // keys of the file whose numbers are not from `source`
  int width_px = 0, height_px = 0;
  double pitch_um = 1;
  CfaKind cfa = CfaKind::kBayer;
  std::string pattern = "RGGB";  // of the first 2 x 2 pixels (quad-Bayer: of 2 x 2 blocks)
  int bits = 10;
  double black_dn = 0, white_dn = 1023;
  double full_well_e = 0;         // one pixel, reaches white_dn at the lowest ISO
  std::vector<SensorGain> gains;  // ascending ISO
  // Chief-ray angle that the micro-lenses expect over the image height; empty: not known.
  std::vector<double> cra_image_mm, cra_deg;
  std::array<SpectralCurve, 3> spectral;  // red, green, blue; mono: all the same

  double width_mm() const { return width_px * pitch_um * 1e-3; }
  double height_mm() const { return height_px * pitch_um * 1e-3; }
  double diagonal_mm() const;
  // Cycles per mm: half of one over the pitch; of a quad-Bayer read in blocks of 2 x 2, half that.
  double nyquist(bool binned = false) const { return (binned ? 250.0 : 500.0) / pitch_um; }
  // Electrons that reach white_dn at this ISO; at the lowest listed ISO and below, the full well.
  double FullScaleElectrons(double iso) const;
  // Between listed ISOs along the logarithm; the nearest entry outside.
  double ReadNoiseElectrons(double iso) const;
  // Variance of one pixel in units of the white level (see NoiseLine), the same for all colours.
  NoiseModel Noise(double iso) const;
  // Degrees at an image height, linear between entries; empty table: 0.
  double ChiefRayAngleDeg(double image_mm) const;
};

// Errors: kInvalidInput "FILE: line N: ..." for an unknown key or a value out of range.
Result<Sensor> ParseSensor(const std::string& toml, const std::string& file_name);
// `name_or_path`: a sensor of data/sensors (compiled in) or a .toml file. Errors: also
// kInvalidInput naming the nearest sensor.
Result<Sensor> FindSensor(const std::string& name_or_path);

}  // namespace petzval

#endif  // PETZVAL_DEVICE_SENSOR_H_
