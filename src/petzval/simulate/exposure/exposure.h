// Light to numbers: what a sensor makes of an irradiance.
#ifndef PETZVAL_SIMULATE_EXPOSURE_EXPOSURE_H_
#define PETZVAL_SIMULATE_EXPOSURE_EXPOSURE_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "petzval/simulate/exposure/readout.h"

namespace petzval::simulate {

// A pixel that reads too much whatever falls on it: a leak of electrons, seconds times the rate.
struct HotPixel {
  int x = 0, y = 0;
  double electrons_per_s = 0;
  friend bool operator==(const HotPixel&, const HotPixel&) = default;
};

// What stays the same from frame to frame of one sensor specimen.
struct FixedPattern {
  Image<float> response;      // factor of each pixel, mean 1 (PRNU)
  Image<float> offset_e;      // electrons (DSNU)
  std::vector<HotPixel> hot;  // by row, then column
};
// Of a sensor specimen, for a picture of `width` x `height` pixels. Same seed, same pattern.
FixedPattern MakeFixedPattern(const Sensor& sensor, const Readout& readout, int width, int height,
                              uint64_t sensor_seed);

struct ExposureJob {
  const Sensor* sensor = nullptr;
  Readout readout;
  double exposure_s = 0.01;
  // The picture on the film, for micro-lens shading: side of its pixels and where the axis is.
  double pitch_mm = 0;
  double center_x_px = 0, center_y_px = 0;
  // Angle of the light's chief ray at a height on the film, degrees; empty: as the micro-lenses
  // expect it.
  std::function<double(double image_mm)> chief_deg;
  const FixedPattern* pattern = nullptr;  // null: a perfect specimen
  uint64_t seed = 1;                      // of the noise
  int frame = 0;
};

// Signal of one photoelectron / (s m^2) where the micro-lenses pass everything.
double SignalPerIrradiance(const ExposureJob& job);

// Mean signal (0 = black, 1 = white level; not clipped, no dark current) of an irradiance mosaic in
// photoelectrons / (s m^2): area of a pixel of the sensor, time, micro-lenses, gain. In place, any
// number of planes.
void ToSignal(const ExposureJob& job, Image<float>* mosaic);

// One frame: photons are counted, wells overflow, pixels and rows add their noise, the converter
// rounds. `signal` is that of ToSignal. The same for any number of threads.
Image<uint16_t> ReadSensor(const ExposureJob& job, const Image<float>& signal);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_EXPOSURE_EXPOSURE_H_
