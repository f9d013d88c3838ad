// Time and accuracy of finding and measuring all edges of a 23.5 megapixel chart.
//   build/bench/sfr_chart [--threads N] [--noise SD] [--runs N] [--png FILE]
// For comparison, MTF Mapper 0.7.38 on a chart of 692 edges of this size: 2.1 s on one core,
// standard deviation of MTF50 0.0007.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>

#include "petzval/base/parallel.h"
#include "petzval/image/png.h"
#include "petzval/measure/sfr/edge_finder.h"
#include "petzval/measure/sfr/golden_chart_test_util.h"
#include "petzval/measure/sfr/sfr.h"
#include "petzval/measure/subject/median.h"

namespace petzval::measure {
namespace {

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return t.tv_sec + 1e-6 * t.tv_usec; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
double WallSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The picture at half size with the regions drawn: what was found where.
void Draw(const Image<float>& image, const std::vector<EdgeRegion>& regions,
          const std::string& path) {
  Image<uint16_t> out(image.width(), image.height(), 3);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const double v = 255 * std::sqrt(std::clamp(image.At(x, y), 0.0f, 1.0f));
      for (int c = 0; c < 3; ++c) out.At(x, y, c) = static_cast<uint16_t>(v);
    }
  }
  for (const EdgeRegion& region : regions) {
    const auto& s = *region.strip;
    const double c = std::cos(s.direction_deg * M_PI / 180);
    const double d = std::sin(s.direction_deg * M_PI / 180);
    const auto put = [&](double t, double u) {
      const int x = static_cast<int>(s.x + t * c - u * d),
                y = static_cast<int>(s.y + t * d + u * c);
      if (x < 0 || y < 0 || x >= image.width() || y >= image.height()) return;
      out.At(x, y, 0) = 255;
      out.At(x, y, 1) = out.At(x, y, 2) = 0;
    };
    for (double t = -s.half_length_px; t <= s.half_length_px; t += 0.5) {
      put(t, -s.half_width_px);
      put(t, s.half_width_px);
      put(t, 0);
    }
    for (double u = -s.half_width_px; u <= s.half_width_px; u += 0.5) {
      put(-s.half_length_px, u);
      put(s.half_length_px, u);
    }
  }
  if (const Status status = WritePng(path, out, 8); !status) {
    fmt::print(stderr, "{}\n", status.error().message);
  }
}

int Run(int threads, double noise, int runs, const std::string& png) {
  SetThreads(threads);
  golden::ChartScene scene;
  scene.noise = noise;
  const Image<float> image = golden::RenderChart(scene);
  Image<float> copy(image.width(), image.height());
  std::vector<double> find_s, measure_s, wall_s, reference_s;
  std::vector<EdgeRegion> regions;
  std::vector<double> mtf50, error;
  int refused = 0;
  for (int run = 0; run < runs; ++run) {
    double start = CpuSeconds();
    for (int i = 0; i < 10; ++i) {
      std::memcpy(copy.row(0), image.row(0), sizeof(float) * image.plane_stride());
    }
    reference_s.push_back((CpuSeconds() - start) / 10);
    const double wall = WallSeconds();
    start = CpuSeconds();
    auto found = FindEdges(image.view(), {});
    if (!found) {
      fmt::print(stderr, "{}\n", found.error().message);
      return 1;
    }
    regions = std::move(*found);
    find_s.push_back(CpuSeconds() - start);
    start = CpuSeconds();
    std::vector<std::pair<double, double>> answers(regions.size(), {-1, 0});
    ParallelFor(static_cast<int>(regions.size()), [&](int i) {
      const auto edge = MeasureEdge(image.view(), {}, regions[i], 1.0);
      if (edge && edge->mtf50_cpp) {
        const EdgeModel model(scene.sigma * scene.sigma, edge->normal_deg * M_PI / 180);
        double low = 0, high = 1;
        for (int k = 0; k < 50; ++k) {
          const double mid = (low + high) / 2;
          (model.Mtf(mid) > 0.5 ? low : high) = mid;
        }
        answers[i] = {*edge->mtf50_cpp, *edge->mtf50_cpp / low - 1};
      }
    });
    measure_s.push_back(CpuSeconds() - start);
    wall_s.push_back(WallSeconds() - wall);
    mtf50.clear();
    error.clear();
    refused = 0;
    for (const auto& [value, relative] : answers) {
      if (value < 0) {
        ++refused;
        continue;
      }
      mtf50.push_back(value);
      error.push_back(relative);
    }
  }
  double mean = 0, square = 0, bias = 0, rms = 0, worst = 0;
  for (size_t i = 0; i < mtf50.size(); ++i) {
    mean += mtf50[i] / mtf50.size();
    bias += error[i] / error.size();
    rms += error[i] * error[i] / error.size();
    worst = std::max(worst, std::abs(error[i]));
  }
  for (const double v : mtf50) square += (v - mean) * (v - mean) / mtf50.size();
  const double find = Median(find_s), measure = Median(measure_s), reference = Median(reference_s);
  fmt::print("{} x {} px, {} edges drawn, {} found, {} refused, {} thread(s)\n", image.width(),
             image.height(), 4 * scene.columns * scene.rows, regions.size(), refused, threads);
  fmt::print(
      "MTF50 mean {:.5f}, standard deviation {:.5f}; error mean {:+.3f} %, rms {:.3f} %, max "
      "{:.3f} %\n",
      mean, std::sqrt(square), 100 * bias, 100 * std::sqrt(rms), 100 * worst);
  fmt::print(
      "find {:.3f} s, measure {:.3f} s ({:.2f} ms an edge), together {:.3f} s of processor time, "
      "{:.3f} s elapsed\n",
      find, measure, 1000 * measure / std::max<size_t>(1, regions.size()), find + measure,
      Median(wall_s));
  fmt::print("copying the plane takes {:.3f} s: together {:.0f} copies\n", reference,
             (find + measure) / reference);
  if (!png.empty()) Draw(image, regions, png);
  return 0;
}

}  // namespace
}  // namespace petzval::measure

int main(int argc, char** argv) {
  int threads = 1, runs = 5;
  double noise = 0.005;
  std::string png;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--threads") == 0) threads = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--runs") == 0) runs = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--noise") == 0) noise = std::atof(argv[i + 1]);
    if (std::strcmp(argv[i], "--png") == 0) png = argv[i + 1];
  }
  return petzval::measure::Run(std::max(1, threads), noise, std::max(1, runs), png);
}
