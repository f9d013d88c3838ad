// An image sensor: what a file of data/sensors says.
#ifndef PETZVAL_DEVICE_SENSOR_H_
#define PETZVAL_DEVICE_SENSOR_H_

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/device/noise_model.h"

namespace petzval {

enum class CfaKind { kBayer, kQuadBayer, kMono };

// What a 2 x 2 group of a quad-Bayer sensor does to become one pixel: the charges flow together and
// are read once, or four readings are averaged.
enum class Binning { kCharge, kDigital };

// Read noise of one pixel at an analogue gain.
struct SensorGain {
  double iso = 100;
  double read_noise_e = 0;          // electrons, rms
  double conversion_gain_uv_e = 0;  // microvolts an electron at the pixel; 0: not given
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

  // Source of a key's numbers where it is not the file's `source`, by key; keys that have neither a
  // source of their own nor stand in `assumed`.
  std::map<std::string, std::string> sources;
  std::vector<std::string> unsourced;

  double row_noise_e = 0;        // rms over rows, new in each frame
  double prnu_pct = 0;           // photo response of the pixels: standard deviation, per cent
  double dsnu_e = 0;             // offset of the pixels: standard deviation, electrons
  double hot_pixels_per_mp = 0;  // see HotPixels of simulate/exposure
  double dark_current_e_s = 0;   // electrons a second and pixel
  double readout_ms = 0;         // from the first row to the last of the full sensor; 0: global
  Binning binning = Binning::kCharge;
  // Mismatch between the light's chief ray and the micro-lenses' expectation at which half of the
  // light still arrives, degrees; 0: the micro-lenses accept all.
  double microlens_half_deg = 0;
  double ir_cut_um = 0;  // wavelength at which the filter passes half; 0: none but the curves
  double ir_cut_width_um = 0.02;        // from 12 % to 88 %
  std::optional<Mat3> camera_from_xyz;  // of an idealised response; see simulate/exposure

  double width_mm() const { return width_px * pitch_um * 1e-3; }
  double height_mm() const { return height_px * pitch_um * 1e-3; }
  double diagonal_mm() const;
  // Cycles per mm: half of one over the pitch; of a quad-Bayer read in blocks of 2 x 2, half that.
  double nyquist(bool binned = false) const { return (binned ? 250.0 : 500.0) / pitch_um; }
  // Electrons that reach white_dn at this ISO; at the lowest listed ISO and below, the full well.
  double FullScaleElectrons(double iso) const;
  // Between listed ISOs along the logarithm; the nearest entry outside. Where the conversion gain
  // changes from one entry to the next, the lower entry holds until the higher is reached.
  double ReadNoiseElectrons(double iso) const;
  // Variance of one pixel in units of the white level (see NoiseLine), the same for all colours.
  NoiseModel Noise(double iso) const;
  // Degrees at an image height, linear between entries; empty table: 0.
  double ChiefRayAngleDeg(double image_mm) const;
  // Electrons a photon: the channel's curve times the infrared filter.
  double QuantumEfficiency(int channel, double wavelength_um) const;
  // Share of the light that the micro-lenses pass when the chief ray arrives `mismatch_deg` away
  // from what they expect: 2^-(mismatch / half)^2.
  double MicrolensShading(double mismatch_deg) const;
};

// Errors: kInvalidInput "FILE: line N: ..." for an unknown key or a value out of range.
Result<Sensor> ParseSensor(const std::string& toml, const std::string& file_name);
// `name_or_path`: a sensor of data/sensors (compiled in) or a .toml file. Errors: also
// kInvalidInput naming the nearest sensor.
Result<Sensor> FindSensor(const std::string& name_or_path);
// The built-in sensors in alphabetical order.
std::vector<std::string> SensorNames();

}  // namespace petzval

#endif  // PETZVAL_DEVICE_SENSOR_H_
