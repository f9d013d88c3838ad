// What all metrics of a pair cost: seconds of wall and processor, memory, and a copy to relate to.
// Usage: compare_metrics [--threads N] [--runs N] [REFERENCE TEST]; without files a 12.5 MP pair.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"
#include "petzval/measure/compare/color_rows.h"
#include "petzval/measure/compare/compare.h"
#include "petzval/measure/compare/flip.h"
#include "petzval/measure/compare/ssim_tile.h"

namespace petzval::measure {
namespace {

double CpuSeconds() {
  rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + 1e-6 * (u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}
double PeakMb() {
  rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_maxrss * 1024.0 / 1e6;
}

struct Time {
  double wall = 0, cpu = 0;
};
Time Measure(int runs, const std::function<void()>& f) {
  std::vector<Time> all;
  for (int i = 0; i < runs; ++i) {
    const double cpu = CpuSeconds();
    const auto start = std::chrono::steady_clock::now();
    f();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    all.push_back({wall.count(), CpuSeconds() - cpu});
  }
  const auto median = [&](auto member) {
    std::vector<double> v;
    for (const Time& t : all) v.push_back(t.*member);
    std::nth_element(v.begin(), v.begin() + v.size() / 2, v.end());
    return v[v.size() / 2];
  };
  return {median(&Time::wall), median(&Time::cpu)};
}

// Shapes, shades and noise, so that no metric has an easy way out; the test is softer and noisier.
Picture Synthetic(int width, int height, bool test) {
  Picture p;
  p.path = test ? "synthetic test" : "synthetic reference";
  p.code = Image<uint16_t>(width, height, 3);
  p.space = "sRGB";
  p.xyz_d50_from_linear = BradfordAdaptation(kWhiteD50, kWhiteD65) * XyzFromRgb(kRec709);
  for (auto& curve : p.curve) {
    for (int i = 0; i < 256; ++i) curve.push_back(static_cast<float>(DecodeSrgb(i / 255.0)));
  }
  ParallelFor(height, [&](int y) {
    Random random(test ? 2 : 1, y);
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double wave = std::sin(x * 0.013 * (c + 1)) * std::cos(y * 0.017);
        const double square = ((x / 37 + y / 53) & 1) != 0 ? 40 : 0;
        const double noise = random.Uniform(-1, 1) * (test ? 6 : 3);
        const double v = 110 + 60 * wave + square + noise + (test ? 2 * c : 0);
        p.code.row(y, c)[x] = static_cast<uint16_t>(std::clamp(v, 0.0, 255.0));
      }
    }
  });
  return p;
}

// Shares: each step alone, over rows that stay in the cache, as often as the pass runs it.
void PrintShares(int64_t pixels, int runs) {
  RowBlock block(24);
  for (int i = 0; i < 24; ++i) {
    Random random(7, i);
    for (int x = 0; x < kRowStride; ++x) block.Row(i)[x] = static_cast<float>(random.Uniform());
  }
  const int rows = static_cast<int>(pixels / kTile);
  const auto print = [&](const char* name, const std::function<void()>& row) {
    const Time t = Measure(runs, [&] {
      for (int i = 0; i < rows; ++i) row();
    });
    fmt::print("  {:<28} {:.3f} s on one thread\n", name, t.cpu);
  };
  const Mat3f m{0.4f, 0.3f, 0.2f, 0.2f, 0.7f, 0.1f, 0.01f, 0.1f, 0.9f};
  Mat3f nits = m;
  for (float& x : nits) x *= 0.0203f;
  print("CIEDE2000", [&] {
    LabRows(Const(block.Three(0)), m, kTile, block.Three(6));
    LabRows(Const(block.Three(3)), m, kTile, block.Three(9));
    DeltaE2000Row(Const(block.Three(6)), Const(block.Three(9)), kTile, block.Row(12));
  });
  print("dE ITP", [&] {
    ItpRows(Const(block.Three(0)), nits, kTile, block.Three(6));
    ItpRows(Const(block.Three(3)), nits, kTile, block.Three(9));
    DeltaEItpRow(Const(block.Three(6)), Const(block.Three(9)), kTile, block.Row(12));
  });
  const FlipFilters filters = MakeFlipFilters(67);
  RowRing ring(6, 2 * filters.radius() + 1);
  std::vector<const float*> rows_of[6];
  for (int p = 0; p < 6; ++p) {
    for (int k = 0; k <= 2 * filters.radius(); ++k) {
      std::memcpy(ring.Row(p, k), block.Row((p + k) % 6), kRowStride * sizeof(float));
      rows_of[p].push_back(ring.Row(p, k));
    }
  }
  FlipScratch scratch;
  print("FLIP", [&] {
    FlipRow(filters, {{rows_of[0].data(), rows_of[1].data(), rows_of[2].data()}, filters.radius()},
            {{rows_of[3].data(), rows_of[4].data(), rows_of[5].data()}, filters.radius()}, &scratch,
            block.Row(12));
  });
  SsimTile ssim;
  StructureSums sums;
  std::vector<float> ones(kTile + kRowSlack, 1.0f);
  int y = 0;
  print("SSIM and XYB-SSIM, one scale", [&] {
    ssim.Push(y, Const(block.Three(0)), Const(block.Three(3)));
    ssim.Finish(y, ones.data(), ones.data(), &sums);
    y = (y + 1) % 11;
  });
}

int Main(int argc, char** argv) {
  int threads = 2, runs = 5;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--threads") == 0 && i + 1 < argc) {
      threads = std::atoi(argv[++i]);
    } else if (std::strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
      runs = std::atoi(argv[++i]);
    } else {
      files.emplace_back(argv[i]);
    }
  }
  SetThreads(std::max(threads, 1));
  Picture reference, test;
  if (files.size() == 2) {
    auto r = ReadPicture(files[0]), t = ReadPicture(files[1]);
    if (!r || !t) {
      fmt::print(stderr, "{}\n", (r ? t : r).error().message);
      return 1;
    }
    reference = std::move(*r);
    test = std::move(*t);
  } else {
    reference = Synthetic(4080, 3060, false);
    test = Synthetic(4080, 3060, true);
  }
  const int64_t pixels = static_cast<int64_t>(reference.width()) * reference.height();
  Result<CompareReport> report;
  const Time all =
      Measure(runs, [&] { report = ComparePictures(reference, test, CompareParams{}); });
  const double peak = PeakMb();
  if (!report) {
    fmt::print(stderr, "{}\n", report.error().message);
    return 1;
  }
  const size_t bytes = static_cast<size_t>(pixels) * 6;
  std::vector<char> from(bytes, 1), to(bytes, 2);
  const Time copy = Measure(runs, [&] {
    std::memcpy(to.data(), from.data(), bytes);
    from[0] = to[bytes - 1];
  });
  fmt::print(
      "{:.1f} MP, {} threads: {:.3f} s wall, {:.3f} s processor, {:.4f} s/MP, peak {:.0f} MB\n",
      pixels / 1e6, Threads(), all.wall, all.cpu, all.wall / (pixels / 1e6), peak);
  fmt::print("copy of one picture's codes: {:.4f} s, ratio {:.0f}\n", copy.wall,
             all.wall / copy.wall);
  PrintShares(pixels, runs);
  std::vector<CompareReport> reports;
  reports.push_back(std::move(*report));
  fmt::print("{}", CompareText(reports));
  return 0;
}

}  // namespace
}  // namespace petzval::measure

int main(int argc, char** argv) { return petzval::measure::Main(argc, argv); }
