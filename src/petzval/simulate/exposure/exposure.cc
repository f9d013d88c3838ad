// Photons, wells, readers and converters.
#include "petzval/simulate/exposure/exposure.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"

namespace petzval::simulate {
namespace {

// Streams of random numbers of one seed.
enum : uint64_t {
  kPatternStream = uint64_t{1} << 41,
  kHotStream = uint64_t{1} << 42,
  kNoiseStream = uint64_t{1} << 43
};

// Leaks of hot pixels, electrons / s: evenly over their logarithm.
constexpr double kLeastLeak = 2e3, kMostLeak = 3e5;

// How many electrons are counted when `mean` are expected; `z` is a normal deviate. Small means by
// inversion, larger ones by the Cornish-Fisher expansion to the third moment, whose own variance
// (1/18) is taken off the first term.
inline double Count(double mean, double z, Random* random) {
  if (mean >= 12) return mean + std::sqrt(mean - 1.0 / 18) * z + (z * z - 1) / 6;
  if (!(mean > 0)) return 0;
  double counted = 0, p = std::exp(-mean), u = random->Uniform();
  while (u > p && counted < 100) {
    u -= p;
    counted += 1;
    p *= mean / counted;
  }
  return counted;
}

// One pixel read once: electrons (mean of all sources) to DN above black, not rounded.
struct Reader {
  double full_well_e, read_noise_e, dn_per_e;

  double Read(double mean_e, double offset_e, Random* random) const {
    const auto z = random->Normals();
    const double held = std::min(Count(mean_e, z.a, random), full_well_e);
    return dn_per_e * (held + read_noise_e * z.b + offset_e);
  }
};

}  // namespace

FixedPattern MakeFixedPattern(const Sensor& sensor, const Readout& readout, int width, int height,
                              uint64_t sensor_seed) {
  FixedPattern pattern;
  pattern.response = Image<float>(width, height);
  pattern.offset_e = Image<float>(width, height);
  // The mean of four responses, the sum of four offsets.
  const double root = std::sqrt(static_cast<double>(readout.sites));
  const double response = sensor.prnu_pct / 100 / root, offset = sensor.dsnu_e * root;
  ParallelFor(height, [&](int y) {
    Random random(sensor_seed, kPatternStream + static_cast<uint64_t>(y));
    for (int x = 0; x < width; ++x) {
      const auto z = random.Normals();
      pattern.response.At(x, y) = static_cast<float>(std::max(0.0, 1 + response * z.a));
      pattern.offset_e.At(x, y) = static_cast<float>(offset * z.b);
    }
  });
  Random random(sensor_seed, kHotStream);
  const auto count = static_cast<int64_t>(
      std::llround(sensor.hot_pixels_per_mp * 1e-6 * readout.sites * width * height));
  for (int64_t i = 0; i < count; ++i) {
    HotPixel hot;
    hot.x = std::min(width - 1, static_cast<int>(random.Uniform() * width));
    hot.y = std::min(height - 1, static_cast<int>(random.Uniform() * height));
    hot.electrons_per_s = kLeastLeak * std::pow(kMostLeak / kLeastLeak, random.Uniform());
    pattern.hot.push_back(hot);
  }
  const auto by_row = [](const HotPixel& a, const HotPixel& b) {
    return std::tie(a.y, a.x) < std::tie(b.y, b.x);
  };
  std::stable_sort(pattern.hot.begin(), pattern.hot.end(), by_row);
  const auto same = [](const HotPixel& a, const HotPixel& b) { return a.x == b.x && a.y == b.y; };
  pattern.hot.erase(std::unique(pattern.hot.begin(), pattern.hot.end(), same), pattern.hot.end());
  return pattern;
}

double SignalPerIrradiance(const ExposureJob& job) {
  const double side_m = job.readout.pitch_mm * 1e-3;
  return side_m * side_m * job.exposure_s / job.readout.full_scale_e;
}

namespace {

// Micro-lens shading at image heights in steps of 1 / per_mm.
std::vector<float> ShadingTable(const ExposureJob& job, int width, int height, int* per_mm) {
  // Fine enough that a step is below the eye of any measure: 1/400 of the half diagonal.
  double reach = 0;
  for (const double x : {job.center_x_px, width - job.center_x_px}) {
    for (const double y : {job.center_y_px, height - job.center_y_px}) {
      reach = std::max(reach, std::hypot(x, y) * job.pitch_mm);
    }
  }
  *per_mm = static_cast<int>(std::ceil(400 / std::max(reach, 1e-3)));
  std::vector<float> table(static_cast<size_t>(std::ceil(reach * *per_mm)) + 3, 1);
  if (!job.chief_deg) return table;
  for (size_t i = 0; i < table.size(); ++i) {
    const double h = static_cast<double>(i) / *per_mm;
    table[i] = static_cast<float>(
        job.sensor->MicrolensShading(job.chief_deg(h) - job.sensor->ChiefRayAngleDeg(h)));
  }
  return table;
}

}  // namespace

void ToSignal(const ExposureJob& job, Image<float>* mosaic) {
  const double gain = SignalPerIrradiance(job);
  int per_mm = 1;
  const std::vector<float> shading = ShadingTable(job, mosaic->width(), mosaic->height(), &per_mm);
  ParallelFor(mosaic->height(), [&](int y) {
    const double dy = (y + 0.5 - job.center_y_px) * job.pitch_mm * per_mm;
    for (int c = 0; c < mosaic->planes(); ++c) {
      float* row = mosaic->row(y, c);
      for (int x = 0; x < mosaic->width(); ++x) {
        const double dx = (x + 0.5 - job.center_x_px) * job.pitch_mm * per_mm;
        const double at = std::sqrt(dx * dx + dy * dy);
        const auto i = static_cast<size_t>(at);
        const double t = at - static_cast<double>(i);
        const double passed = (1 - t) * shading[i] + t * shading[i + 1];
        row[x] = static_cast<float>(gain * passed * row[x]);
      }
    }
  });
}

Image<uint16_t> ReadSensor(const ExposureJob& job, const Image<float>& signal) {
  const Sensor& sensor = *job.sensor;
  const Readout& r = job.readout;
  Image<uint16_t> out(signal.width(), signal.height());
  const int readings = r.digital ? r.sites : 1;
  // Of one reading: electrons of a site, or of the whole pixel.
  const Reader reader = {r.full_well_e / readings, r.read_noise_e / std::sqrt(1.0 * readings),
                         r.dn_per_e * readings};
  const double row_noise = readings > 1 ? sensor.row_noise_e : r.row_noise_e;
  const double dark = r.sites * sensor.dark_current_e_s * job.exposure_s;
  const double white = sensor.white_dn;
  ParallelFor(signal.height(), [&](int y) {
    Random random(job.seed, kNoiseStream + (static_cast<uint64_t>(job.frame) << 20) +
                                static_cast<uint64_t>(y));
    const auto rows = random.Normals();
    const double row_e[2] = {row_noise * rows.a, row_noise * rows.b};
    const float* in = signal.row(y);
    const float* response = job.pattern ? job.pattern->response.row(y) : nullptr;
    const float* offset = job.pattern ? job.pattern->offset_e.row(y) : nullptr;
    std::vector<HotPixel>::const_iterator hot, end;
    if (job.pattern) {
      end = job.pattern->hot.end();
      hot = std::lower_bound(job.pattern->hot.begin(), end, y,
                             [](const HotPixel& a, int row) { return a.y < row; });
    }
    uint16_t* dn = out.row(y);
    for (int x = 0; x < signal.width(); ++x) {
      double light = std::max(0.0, static_cast<double>(in[x])) * r.full_scale_e;
      double still = 0;  // offset
      if (response) {
        light *= response[x];
        still = offset[x];
        if (hot != end && hot->y == y && hot->x == x) {
          light += hot->electrons_per_s * job.exposure_s;
          ++hot;
        }
      }
      // The mean dark current is taken off as the optically black rows say.
      double value = 0;
      for (int i = 0; i < readings; ++i) {
        const double read = reader.Read((light + dark) / readings,
                                        (still - dark) / readings + row_e[i / 2], &random);
        // Each reading is a number of the converter before it is averaged.
        value += readings == 1 ? read
                               : std::clamp(std::nearbyint(read + sensor.black_dn), 0.0, white) -
                                     sensor.black_dn;
      }
      value = std::nearbyint(value / readings + sensor.black_dn);
      dn[x] = static_cast<uint16_t>(std::clamp(value, 0.0, white));
    }
  });
  return out;
}

}  // namespace petzval::simulate
