// Metering and the order of exposures.
#include "petzval/simulate/shoot/timeline.h"

#include <algorithm>
#include <cmath>

namespace petzval::simulate {
namespace {

constexpr double kFastestFrame_s = 1.0 / 30;
constexpr double kMeterPixels = 96;  // across
constexpr double kMeterSamples = 12, kMeterEmitterSamples = 1000;
constexpr double kLumenPerWatt = 683.002;
constexpr double kLongest_s = 60;

}  // namespace

Result<Metered> MeterScene(const CameraSetup& setup, const SceneSource& scene,
                           const CameraPose& pose, const ShootParams& params) {
  std::vector<SpectralDistribution> channels = setup.channels;
  channels.push_back(CieObserver1931()[1]);
  const std::unique_ptr<SceneTracer> tracer = scene.at(0, 0, channels);
  FilmJob job = setup.Film();
  const double larger = std::max(1.0, setup.width / kMeterPixels);
  job.width = std::max(1, static_cast<int>(setup.width / larger));
  job.height = std::max(1, static_cast<int>(setup.height / larger));
  job.pitch_mm *= larger;
  job.center_x_px /= larger;
  job.center_y_px /= larger;
  job.tracer = tracer.get();
  job.emitters = scene.emitters;
  job.path.pose = [pose](double) { return pose; };
  job.channels = static_cast<int>(channels.size());
  job.wavelengths_of_channel = setup.wavelengths;
  job.wavelengths_of_channel.push_back(setup.xyz_wavelengths[1]);
  job.samples = kMeterSamples;
  job.emitter_samples = kMeterEmitterSamples;
  job.adaptive = false;
  job.flat_field = params.flat_field;
  job.seed = params.seed;
  PETZVAL_ASSIGN(const FilmPicture picture, ExposeFilm(job));

  Image<float> light(job.width, job.height, job.channels - 1);
  double sum = 0;
  for (int y = 0; y < job.height; ++y) {
    for (int x = 0; x < job.width; ++x) {
      for (int c = 0; c < light.planes(); ++c) light.At(x, y, c) = picture.value.At(x, y, c);
      sum += picture.value.At(x, y, light.planes());
    }
  }
  Metered metered;
  metered.film_lux = kLumenPerWatt * sum / (static_cast<double>(job.width) * job.height);
  if (params.exposure_s > 0 && params.iso > 0) {
    metered.setting.exposure_s = params.exposure_s;
    metered.setting.iso = params.iso;
    return metered;
  }
  MeterParams meter;
  meter.equivalent_mm = setup.equivalent_mm;
  meter.ev = params.ev;
  PETZVAL_ASSIGN(metered.setting,
                 Meter(light, setup.sensor, setup.mode, meter, params.exposure_s, params.iso));
  return metered;
}

std::vector<std::vector<Moment>> MakeTimeline(const std::vector<CameraSetup>& setups,
                                              const std::vector<Metered>& metered,
                                              const ShootParams& params) {
  std::vector<std::vector<Moment>> all(setups.size());
  double longest = 0;
  for (size_t c = 0; c < setups.size(); ++c) {
    const ExposureSetting& first = metered[c].setting;
    for (int k = 0; k < params.frames; ++k) {
      Moment m;
      const size_t steps = params.ev_steps.size();
      const double step = steps > 0 ? params.ev_steps[static_cast<size_t>(k) % steps] : 0;
      m.iso = first.iso;
      m.exposure_s = std::clamp(first.exposure_s * std::exp2(step), kShortest_s, kLongest_s);
      m.ev = std::log2(m.exposure_s / (all[c].empty() ? m : all[c][0]).exposure_s);
      longest = std::max(longest, m.Span(setups[c].readout_s()));
      all[c].push_back(m);
    }
  }
  const double interval =
      params.interval_s > 0 ? params.interval_s : std::max(longest, kFastestFrame_s);
  for (size_t c = 0; c < setups.size(); ++c) {
    for (int k = 0; k < params.frames; ++k) {
      Moment& m = all[c][static_cast<size_t>(k)];
      m.start_s = k * interval + (longest - m.Span(setups[c].readout_s())) / 2;
    }
  }
  return all;
}

}  // namespace petzval::simulate
