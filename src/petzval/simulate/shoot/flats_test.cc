// Flat frames as files: what photon transfer finds in them.
#include "petzval/simulate/shoot/flats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "petzval/capture/reader.h"

namespace petzval::simulate {
namespace {

TEST(ShootFlats, PhotonTransferOfTheFiles) {
  FlatsJob job;
  job.sensor = "quad50-1um";
  job.folder = testing::TempDir() + "/petzval_flats";
  std::filesystem::remove_all(job.folder);
  job.iso = 400;
  job.width = 256;
  job.height = 256;
  const auto flats = ShootFlats(job, nullptr);
  ASSERT_TRUE(flats) << flats.error().message;
  ASSERT_EQ(flats->files.size(), 2 * job.levels.size());
  double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (size_t level = 0; level + 2 < job.levels.size(); ++level) {
    const auto a = ReadRaw(job.folder + "/" + flats->files[2 * level]);
    const auto b = ReadRaw(job.folder + "/" + flats->files[2 * level + 1]);
    ASSERT_TRUE(a && b);
    double mean = 0, d1 = 0, d2 = 0, n = 0;
    for (int y = 0; y < 256; ++y) {
      for (int x = 0; x < 256; ++x) {
        const double p = a->mosaic.At(x, y), q = b->mosaic.At(x, y);
        // Hot pixels have the noise of their leak.
        if (level == 0 && p + q > 2 * a->BlackAt(0, 0) + 60) continue;
        mean += (p + q) / 2, d1 += p - q, d2 += (p - q) * (p - q), n += 1;
      }
    }
    mean = mean / n - a->BlackAt(0, 0);
    const double variance = (d2 / n - d1 / n * d1 / n) / 2;
    if (level == 0) {
      const double range = a->white_dn[0] - a->BlackAt(0, 0);
      EXPECT_NEAR(std::sqrt(variance) / (std::sqrt(flats->noise.o) * range), 1, 0.02);
      continue;
    }
    const double w = 1 / (variance * variance);
    sw += w, sx += w * mean, sy += w * variance, sxx += w * mean * mean, sxy += w * mean * variance;
  }
  const double slope = (sw * sxy - sx * sy) / (sw * sxx - sx * sx);
  EXPECT_NEAR(slope / flats->readout.dn_per_e, 1, 0.02);
  EXPECT_FALSE(ShootFlats(job, nullptr));  // files are there
  job.force = true;
  job.levels = {-1};
  EXPECT_FALSE(ShootFlats(job, nullptr));
  job.levels = {0.5};
  job.sensor = "quad50";
  EXPECT_FALSE(ShootFlats(job, nullptr));
}

}  // namespace
}  // namespace petzval::simulate
