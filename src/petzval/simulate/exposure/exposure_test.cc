// The sensor model against photon-transfer physics: gain, read noise, full well, patterns, binning.
#include "petzval/simulate/exposure/exposure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"

namespace petzval::simulate {
namespace {

Sensor Quiet(const char* name) {  // without patterns and dark current
  Sensor s = *FindSensor(name);
  s.prnu_pct = s.dsnu_e = s.hot_pixels_per_mp = s.dark_current_e_s = s.row_noise_e = 0;
  return s;
}

ExposureJob JobFor(const Sensor& sensor, ReadoutMode mode, double iso) {
  ExposureJob job;
  job.sensor = &sensor;
  job.readout = *MakeReadout(sensor, mode, iso);
  job.pitch_mm = job.readout.pitch_mm;
  return job;
}

Image<float> Flat(int width, int height, double signal) {
  Image<float> flat(width, height);
  flat.Fill(static_cast<float>(signal));
  return flat;
}

struct Moments {
  double mean = 0, variance = 0;
};
// Mean in DN above black, and the temporal variance of a pair of frames.
Moments OfPair(const ExposureJob& job, double signal, int size = 400) {
  ExposureJob other = job;
  other.frame = job.frame + 1;
  const Image<float> flat = Flat(size, size, signal);
  const Image<uint16_t> a = ReadSensor(job, flat), b = ReadSensor(other, flat);
  Moments m;
  double d1 = 0, d2 = 0;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      m.mean += 0.5 * (a.At(x, y) + b.At(x, y));
      const double d = static_cast<double>(a.At(x, y)) - b.At(x, y);
      d1 += d;
      d2 += d * d;
    }
  }
  const double n = static_cast<double>(size) * size;
  m.mean = m.mean / n - job.sensor->black_dn;
  m.variance = (d2 / n - (d1 / n) * (d1 / n)) / 2;
  return m;
}

// Photon transfer: slope of variance over mean, intercept, and where it clips, each within 2 %.
void ExpectTransfer(const Sensor& sensor, ReadoutMode mode, double iso) {
  SCOPED_TRACE(testing::Message() << sensor.name << " ISO " << iso);
  ExposureJob job = JobFor(sensor, mode, iso);
  job.exposure_s = 0.01;
  // Weighted line through the levels: weights 1 / variance^2.
  double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (const double level : {0.004, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8}) {
    const Moments m = OfPair(job, level);
    job.frame += 2;
    EXPECT_NEAR(m.mean, level * job.readout.dn_per_e * job.readout.full_scale_e,
                0.05 + 2e-3 * m.mean);
    const double w = 1 / (m.variance * m.variance);
    sw += w, sx += w * m.mean, sy += w * m.variance, sxx += w * m.mean * m.mean;
    sxy += w * m.mean * m.variance;
  }
  const double slope = (sw * sxy - sx * sy) / (sw * sxx - sx * sx);
  const double expected = job.readout.dn_per_e;  // DN an electron; digital: of the mean of four
  EXPECT_NEAR(slope / expected, 1, 0.02);
  // Read noise in darkness, with that of rounding.
  const Moments dark = OfPair(job, 0);
  const double range = sensor.white_dn - sensor.black_dn;
  const double read_dn2 = job.readout.noise.o * range * range;
  EXPECT_GT(read_dn2, 0.3);
  EXPECT_NEAR(std::sqrt(dark.variance / read_dn2), 1, 0.02);
  // Full well: more light gives no more signal.
  const Moments full = OfPair(job, 1.6);
  EXPECT_NEAR((full.mean / slope) / job.readout.full_scale_e, 1, 0.02);
  EXPECT_LT(full.variance, 0.05 * job.readout.dn_per_e * full.mean);
}

TEST(ReadSensor, PhotonTransferOfEverySensor) {
  for (const std::string& name : SensorNames()) {
    const Sensor sensor = Quiet(name.c_str());
    ExpectTransfer(sensor, ReadoutMode::kNative, sensor.gains[0].iso);
    ExpectTransfer(sensor, ReadoutMode::kNative, 8 * sensor.gains[0].iso);
  }
}

TEST(ReadSensor, PhotonTransferBinned) {
  Sensor sensor = Quiet("quad50-1um");
  ExpectTransfer(sensor, ReadoutMode::kBinned, 100);
  ExpectTransfer(sensor, ReadoutMode::kBinned, 1600);
  sensor.binning = Binning::kDigital;
  ExpectTransfer(sensor, ReadoutMode::kBinned, 100);
  ExpectTransfer(sensor, ReadoutMode::kBinned, 1600);
}

TEST(ReadSensor, BinningOfChargesReadsOnce) {
  Sensor sensor = Quiet("quad50-1um");
  const double one = MakeReadout(sensor, ReadoutMode::kNative, 400)->noise.o;
  const double charge = MakeReadout(sensor, ReadoutMode::kBinned, 400)->noise.o;
  sensor.binning = Binning::kDigital;
  const double digital = MakeReadout(sensor, ReadoutMode::kBinned, 400)->noise.o;
  EXPECT_LT(charge, digital);
  EXPECT_LT(digital, one);
}

TEST(ReadSensor, NoiseLineHoldsWithRowsAndDarkCurrent) {
  Sensor sensor = Quiet("bayer16-1um");
  sensor.row_noise_e = 1.5;
  sensor.dark_current_e_s = 40;
  ExposureJob job = JobFor(sensor, ReadoutMode::kNative, 800);
  job.exposure_s = 0.2;
  const NoiseLine line = NoiseOf(job.readout, sensor, job.exposure_s);
  const double range = sensor.white_dn - sensor.black_dn;
  for (const double level : {0.0, 0.05, 0.3}) {
    const Moments m = OfPair(job, level, 700);
    EXPECT_NEAR(m.mean / range, level, 2e-3);  // the mean dark current is clamped away
    EXPECT_NEAR(std::sqrt(m.variance / (range * range) / line.Variance(level)), 1, 0.02) << level;
  }
}

TEST(ReadSensor, FewElectronsArePoisson) {
  Sensor sensor = Quiet("fullframe24");
  sensor.gains[0].read_noise_e = 0.01;
  ExposureJob job = JobFor(sensor, ReadoutMode::kNative, 100);
  const double mean = 3;
  // Fewer DN than electrons would hide the counts: make one electron many DN.
  job.readout.dn_per_e = 50;
  const int size = 500;
  const Image<uint16_t> out = ReadSensor(job, Flat(size, size, mean / job.readout.full_scale_e));
  std::array<double, 12> seen{};
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const auto k = static_cast<size_t>(std::lround((out.At(x, y) - sensor.black_dn) / 50));
      if (k < seen.size()) seen[k] += 1.0 / (size * size);
    }
  }
  double p = std::exp(-mean);
  for (size_t k = 0; k < seen.size(); ++k) {
    EXPECT_NEAR(seen[k], p, 5 * std::sqrt(p / (size * size)) + 1e-6) << k;
    p *= mean / static_cast<double>(k + 1);
  }
}

TEST(FixedPattern, ResponseOffsetsAndHotPixels) {
  const Sensor sensor = *FindSensor("quad50-1um");
  const Readout native = *MakeReadout(sensor, ReadoutMode::kNative, 100);
  const Readout binned = *MakeReadout(sensor, ReadoutMode::kBinned, 100);
  const FixedPattern p = MakeFixedPattern(sensor, native, 1000, 700, 7);
  const auto spread = [](const Image<float>& f) {
    double s = 0, s2 = 0;
    for (int y = 0; y < f.height(); ++y) {
      for (int x = 0; x < f.width(); ++x) s += f.At(x, y), s2 += f.At(x, y) * f.At(x, y);
    }
    const double n = static_cast<double>(f.width()) * f.height();
    return std::pair(s / n, std::sqrt(s2 / n - s / n * s / n));
  };
  EXPECT_NEAR(spread(p.response).first, 1, 1e-4);
  EXPECT_NEAR(spread(p.response).second, sensor.prnu_pct / 100, 2e-4);
  EXPECT_NEAR(spread(p.offset_e).second, sensor.dsnu_e, 0.01 * sensor.dsnu_e);
  EXPECT_EQ(p.hot.size(), static_cast<size_t>(std::lround(0.7 * sensor.hot_pixels_per_mp)));
  EXPECT_TRUE(std::is_sorted(p.hot.begin(), p.hot.end(),
                             [](const HotPixel& a, const HotPixel& b) { return a.y < b.y; }));
  EXPECT_EQ(MakeFixedPattern(sensor, native, 1000, 700, 7).hot, p.hot);
  EXPECT_NE(MakeFixedPattern(sensor, native, 1000, 700, 8).hot, p.hot);
  const FixedPattern b = MakeFixedPattern(sensor, binned, 1000, 700, 7);
  EXPECT_NEAR(spread(b.response).second, sensor.prnu_pct / 200, 2e-4);

  // They show in every frame at the same place, more the longer the time.
  ExposureJob job = JobFor(sensor, ReadoutMode::kNative, 100);
  job.pattern = &p;
  job.exposure_s = 0.5;
  const Image<float> dark = Flat(1000, 700, 0);
  const HotPixel& hottest = *std::max_element(
      p.hot.begin(), p.hot.end(),
      [](const HotPixel& a, const HotPixel& b) { return a.electrons_per_s < b.electrons_per_s; });
  const double expected = std::min(
      sensor.white_dn, sensor.black_dn + job.readout.dn_per_e * 0.5 * hottest.electrons_per_s);
  for (job.frame = 0; job.frame < 3; ++job.frame) {
    const Image<uint16_t> out = ReadSensor(job, dark);
    EXPECT_NEAR(out.At(hottest.x, hottest.y), expected, 0.15 * expected);
  }
}

TEST(FixedPattern, PhotoResponseIsRecoveredFromAMeanOfFrames) {
  Sensor sensor = Quiet("quad50-1um");
  sensor.prnu_pct = 1.5;
  ExposureJob job = JobFor(sensor, ReadoutMode::kNative, 50);
  const int size = 300;
  const FixedPattern p = MakeFixedPattern(sensor, job.readout, size, size, 3);
  job.pattern = &p;
  const Image<float> flat = Flat(size, size, 0.5);
  Image<float> sum = Flat(size, size, 0);
  const int frames = 12;
  for (job.frame = 0; job.frame < frames; ++job.frame) {
    const Image<uint16_t> f = ReadSensor(job, flat);
    for (int y = 0; y < size; ++y) {
      for (int x = 0; x < size; ++x) sum.At(x, y) += f.At(x, y) - 256.0f;
    }
  }
  double s = 0, s2 = 0;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) s += sum.At(x, y), s2 += sum.At(x, y) * sum.At(x, y);
  }
  const double n = static_cast<double>(size) * size, mean = s / n / frames;
  const double spread = s2 / n / frames / frames - mean * mean;
  const double range = sensor.white_dn - sensor.black_dn;
  const double temporal = job.readout.noise.Variance(0.5) * range * range / frames;
  EXPECT_NEAR(std::sqrt(spread - temporal) / mean, 0.015, 0.0004);
}

TEST(ToSignal, AreaTimeAndMicrolenses) {
  const Sensor sensor = Quiet("quad50-1um");
  ExposureJob job = JobFor(sensor, ReadoutMode::kBinned, 100);
  job.exposure_s = 0.02;
  job.pitch_mm = 8 * job.readout.pitch_mm;  // larger film pixels have the light of one pixel
  job.center_x_px = 256;
  job.center_y_px = 192;
  const double irradiance = 1e17;  // photoelectrons / (s m^2)
  Image<float> flat = Flat(512, 384, irradiance);
  ToSignal(job, &flat);
  const double signal = irradiance * 4e-12 * 0.02 / job.readout.full_scale_e;
  EXPECT_NEAR(flat.At(256, 192) / signal, 1, 1e-5);
  EXPECT_NEAR(flat.At(0, 0) / signal, 1, 1e-5);  // no chief angles given

  job.chief_deg = [&](double h) { return sensor.ChiefRayAngleDeg(h) + 2 * h; };
  flat = Flat(512, 384, irradiance);
  ToSignal(job, &flat);
  for (const auto& [x, y] : {std::pair(256, 192), std::pair(0, 0), std::pair(400, 20)}) {
    const double h = std::hypot(x + 0.5 - 256, y + 0.5 - 192) * job.pitch_mm;
    EXPECT_NEAR(flat.At(x, y) / signal, sensor.MicrolensShading(2 * h), 1e-4);
  }
}

TEST(Readout, ColourFiltersOfEachMode) {
  const Sensor quad = *FindSensor("quad50-1um");
  const Cfa native = MakeReadout(quad, ReadoutMode::kNative, 100)->cfa;
  EXPECT_EQ(native.Name(), "RRGGRRGGGGBBGGBB");
  const Readout binned = *MakeReadout(quad, ReadoutMode::kBinned, 100);
  EXPECT_EQ(binned.cfa.Name(), "RGGB");
  EXPECT_EQ(binned.width, 4096);
  EXPECT_NEAR(binned.pitch_mm, 0.002, 1e-15);
  Sensor turned = quad;
  turned.pattern = "GBRG";
  EXPECT_EQ(MakeReadout(turned, ReadoutMode::kBinned, 100)->cfa.Name(), "GBRG");
  EXPECT_EQ(MakeReadout(turned, ReadoutMode::kNative, 100)->cfa.Name(), "GGBBGGBBRRGGRRGG");
  const Sensor mono = *FindSensor("mono12-1.25um");
  EXPECT_TRUE(MakeReadout(mono, ReadoutMode::kNative, 100)->cfa.IsMono());
  EXPECT_FALSE(MakeReadout(mono, ReadoutMode::kBinned, 100));
  EXPECT_FALSE(MakeReadout(quad, ReadoutMode::kNative, 10));
  EXPECT_FALSE(MakeReadout(quad, ReadoutMode::kNative, 1e6));
  EXPECT_FALSE(MakeReadout(quad, ReadoutMode::kNative, std::nan("")));
}

TEST(ReadSensor, SameForAnyNumberOfThreads) {
  const Sensor sensor = *FindSensor("quad50-1um");
  ExposureJob job = JobFor(sensor, ReadoutMode::kBinned, 400);
  const int before = Threads();
  std::vector<uint64_t> hashes;
  for (const int threads : {1, 3}) {
    SetThreads(threads);
    const FixedPattern p = MakeFixedPattern(sensor, job.readout, 300, 200, 5);
    job.pattern = &p;
    const Image<uint16_t> out = ReadSensor(job, Flat(300, 200, 0.2));
    uint64_t h = 1469598103934665603u;
    for (int y = 0; y < 200; ++y) {
      for (int x = 0; x < 300; ++x) h = (h ^ out.At(x, y)) * 1099511628211u;
    }
    hashes.push_back(h);
  }
  SetThreads(before);
  EXPECT_EQ(hashes[0], hashes[1]);
  job.frame = 1;
  job.pattern = nullptr;
  const Image<uint16_t> next = ReadSensor(job, Flat(300, 200, 0.2));
  job.frame = 2;
  const Image<uint16_t> other = ReadSensor(job, Flat(300, 200, 0.2));
  int same = 0;
  for (int x = 0; x < 300; ++x) same += next.At(x, 50) == other.At(x, 50);
  EXPECT_LT(same, 100);
}

}  // namespace
}  // namespace petzval::simulate
