// A sensor in one way of reading it at one ISO: size, colours, gain and noise of a file's pixel.
#ifndef PETZVAL_SIMULATE_EXPOSURE_READOUT_H_
#define PETZVAL_SIMULATE_EXPOSURE_READOUT_H_

#include "petzval/capture/raw_frame.h"
#include "petzval/device/sensor.h"

namespace petzval::simulate {

// A pixel holds a little more than what reaches white_dn at the lowest ISO, or clipped pixels would
// not all read white_dn.
inline constexpr double kWellHeadroom = 1.08;

enum class ReadoutMode { kNative, kBinned };

struct Readout {
  ReadoutMode mode = ReadoutMode::kNative;
  int width = 0, height = 0;  // of the whole sensor
  double pitch_mm = 0;
  Cfa cfa;
  // Of one pixel of the file; binned: of the 2 x 2 group.
  int sites = 1;            // photosites that make it
  bool digital = false;     // the sites are read one by one and averaged
  double full_scale_e = 0;  // electrons that reach white_dn (before pixel response differences)
  double full_well_e = 0;   // electrons that the pixel can hold
  double read_noise_e = 0;  // rms; digital binning: of the sum of four readings
  double row_noise_e = 0;
  double dn_per_e = 0;
  // Variance of the file's signal in time: photons, reading, rows, rounding to DN.
  NoiseLine noise;
};

// Errors: kInvalidInput for kBinned of a sensor that has no quad-Bayer mosaic, or an ISO below half
// of the lowest or more than 16 times the highest of the sensor.
Result<Readout> MakeReadout(const Sensor& sensor, ReadoutMode mode, double iso);

// Its noise line with what the dark current adds during an exposure.
NoiseLine NoiseOf(const Readout& readout, const Sensor& sensor, double exposure_s);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_EXPOSURE_READOUT_H_
