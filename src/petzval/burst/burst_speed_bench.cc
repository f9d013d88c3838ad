// Time of align and merge: burst_speed [--threads N] [--frames N] [--size WxH] [--repeat N]
// makes a 10-bit burst of a textured scene in memory and prints the medians as JSON.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/burst/burst.h"

namespace {

using petzval::Image;
using petzval::RawFrame;

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double CpuSeconds() {
  rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + 1e-6 * (u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

// Periodic texture of several octaves, values about 0.02 .. 0.7.
Image<float> Texture(int side) {
  Image<float> texture(side, side);
  texture.Fill(0.3f);
  std::mt19937 random(7);
  for (int cell = side / 4; cell >= 4; cell /= 2) {
    const int n = side / cell;
    std::vector<float> value(static_cast<size_t>(n) * n);
    for (float& v : value) v = static_cast<float>(random() % 2001) / 1000 - 1;
    const float amplitude = 0.1f * std::pow(0.7f, std::log2(256.0f / cell));
    petzval::ParallelFor(side, [&](int y) {
      for (int x = 0; x < side; ++x) {
        const float fx = static_cast<float>(x % cell) / cell,
                    fy = static_cast<float>(y % cell) / cell;
        const int i = x / cell, j = y / cell, k = (i + 1) % n, l = (j + 1) % n;
        texture.At(x, y) +=
            amplitude * ((1 - fy) * ((1 - fx) * value[j * n + i] + fx * value[j * n + k]) +
                         fy * ((1 - fx) * value[l * n + i] + fx * value[l * n + k]));
      }
    });
  }
  return texture;
}

RawFrame MakeFrame(const Image<float>& texture, int width, int height, int index) {
  RawFrame frame;
  frame.cfa.size = 2;
  frame.cfa.color = {petzval::CfaColor::kRed, petzval::CfaColor::kGreen, petzval::CfaColor::kGreen,
                     petzval::CfaColor::kBlue};
  frame.black_dn.fill(64);
  frame.white_dn.fill(1023);
  frame.noise.plane.fill({7.2e-4, 5.1e-5});
  frame.mosaic = Image<uint16_t>(width, height);
  std::mt19937 random(100 + index);
  std::vector<float> gauss(1 << 16);
  std::normal_distribution<float> normal;
  for (float& g : gauss) g = normal(random);
  const double turn = index * (index % 2 ? 0.0004 : -0.0003);
  const double tx = 3.3 * index, ty = index % 3 * 4.7;
  const int mask = texture.width() - 1;
  petzval::ParallelFor(height, [&](int y) {
    uint32_t state = static_cast<uint32_t>(y) * 2654435761u + index;
    for (int x = 0; x < width; ++x) {
      const double sx = x + tx - turn * y + 4096, sy = y + ty + turn * x + 4096;
      const int ix = static_cast<int>(sx), iy = static_cast<int>(sy);
      const float fx = static_cast<float>(sx - ix), fy = static_cast<float>(sy - iy);
      const float* a = texture.row(iy & mask);
      const float* b = texture.row((iy + 1) & mask);
      const float v = (1 - fy) * ((1 - fx) * a[ix & mask] + fx * a[(ix + 1) & mask]) +
                      fy * ((1 - fx) * b[ix & mask] + fx * b[(ix + 1) & mask]);
      const float color = (x ^ y) & 1 ? 1.0f : 0.6f;
      const float signal = std::max(0.0f, v * color);
      state = state * 1664525u + 1013904223u;
      const float n = gauss[state >> 16] * std::sqrt(7.2e-4f * signal + 5.1e-5f);
      frame.mosaic.At(x, y) =
          static_cast<uint16_t>(std::clamp(64 + 959 * (signal + n) + 0.5f, 0.0f, 1023.0f));
    }
  });
  return frame;
}

double Median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  int width = 4032, height = 3024, frames = 8, repeat = 5;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string arg = argv[i];
    if (arg == "--threads") petzval::SetThreads(std::atoi(argv[i + 1]));
    if (arg == "--frames") frames = std::max(1, std::atoi(argv[i + 1]));
    if (arg == "--repeat") repeat = std::max(1, std::atoi(argv[i + 1]));
    if (arg == "--size") std::sscanf(argv[i + 1], "%dx%d", &width, &height);
  }
  const Image<float> texture = Texture(2048);
  std::vector<RawFrame> originals;
  for (int k = 0; k < frames; ++k) originals.push_back(MakeFrame(texture, width, height, k));
  std::vector<double> wall, cpu, align, hot, merge, copy;
  double weight = 0;
  for (int r = 0; r < repeat; ++r) {
    std::vector<RawFrame> burst;
    double start = Now();
    for (const RawFrame& f : originals) {
      RawFrame frame;
      frame.cfa = f.cfa;
      frame.black_dn = f.black_dn;
      frame.white_dn = f.white_dn;
      frame.noise = f.noise;
      frame.mosaic = Image<uint16_t>(width, height);
      burst.push_back(std::move(frame));
    }
    for (int pass = 0; pass < 2; ++pass) {  // the first touches the pages
      start = Now();
      for (int k = 0; k < frames; ++k) {
        std::memcpy(burst[k].mosaic.row(0), originals[k].mosaic.row(0),
                    sizeof(uint16_t) * burst[k].mosaic.plane_stride());
      }
    }
    copy.push_back(Now() - start);
    const double cpu_start = CpuSeconds();
    start = Now();
    auto merged = petzval::MergeBurst(std::move(burst), {});
    wall.push_back(Now() - start);
    cpu.push_back(CpuSeconds() - cpu_start);
    if (!merged) return 1;
    align.push_back(merged->align_s);
    hot.push_back(merged->hot_s);
    merge.push_back(merged->merge_s);
    weight = merged->frames.back().mean_weight;
  }
  fmt::print(
      "{{\"frames\": {}, \"width\": {}, \"height\": {}, \"threads\": {}, \"align_s\": {:.4f}, "
      "\"hot_s\": {:.4f}, \"merge_s\": {:.4f}, \"wall_s\": {:.4f}, \"cpu_s\": {:.4f}, "
      "\"memcpy_s\": {:.4f}, \"wall_over_memcpy\": {:.2f}, \"mean_weight\": {:.3f}}}\n",
      frames, width, height, petzval::Threads(), Median(align), Median(hot), Median(merge),
      Median(wall), Median(cpu), Median(copy), Median(wall) / Median(copy), weight);
  return 0;
}
