// build/bench/demosaic_quality FILES...: mosaics pictures and says how well they come back.
//
// Each PNG is cropped to even size, its stored values are sampled as RGGB, demosaiced, rounded and
// clipped to the range of the file; CPSNR is taken over all channels and all pixels but a border of
// 10 pixels, against the largest value. Prints JSON: files[].path, files[].cpsnr_db, mean_cpsnr_db,
// seconds. `--save FOLDER` also writes the demosaiced pictures there. `--linear`: the mosaic is
// taken to linear light as a camera would see it (sRGB curve), demosaiced as such and coded again.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "petzval/develop/demosaic.h"
#include "petzval/image/png.h"

namespace petzval {
namespace {

constexpr int kBorder = 10;

struct Score {
  double cpsnr_db = 0;
  double seconds = 0;
  Image<uint16_t> picture;
};

double FromSrgb(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }
double ToSrgb(double v) {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

Result<Score> Measure(const PngImage& truth, bool linear) {
  const int width = truth.pixels.width() & ~1, height = truth.pixels.height() & ~1;
  if (truth.pixels.planes() != 3) return Fail(ErrorCode::kUnsupported, "not a colour picture");
  if (width <= 2 * kBorder || height <= 2 * kBorder) {
    return Fail(ErrorCode::kUnsupported, "too small: nothing is left within the border");
  }
  const float white = truth.bit_depth == 16 ? 65535 : 255;
  Image<float> mosaic(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float value = truth.pixels.At(x, y, (x & 1) + (y & 1)) / white;
      mosaic.At(x, y) = linear ? static_cast<float>(FromSrgb(value)) : value;
    }
  }

  Score score;
  Image<float> rgb;
  const auto start = std::chrono::steady_clock::now();
  DemosaicBayer(mosaic.view(), 0, 0, linear ? MosaicCoding::kLinear : MosaicCoding::kEven, &rgb);
  score.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  score.picture = Image<uint16_t>(width, height, 3);
  double sum = 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const double coded = linear ? ToSrgb(rgb.At(x, y, c)) : rgb.At(x, y, c);
        const double value = std::clamp(std::round(coded * white), 0.0, double{white});
        score.picture.At(x, y, c) = static_cast<uint16_t>(value);
        if (x < kBorder || y < kBorder || x >= width - kBorder || y >= height - kBorder) continue;
        const double error = value - truth.pixels.At(x, y, c);
        sum += error * error;
      }
    }
  }
  const double count = 3.0 * (width - 2 * kBorder) * (height - 2 * kBorder);
  score.cpsnr_db = 10 * std::log10(double{white} * white * count / std::max(sum, 1e-9));
  return score;
}

int Main(int argc, char** argv) {
  bool linear = false;
  std::string folder, json;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--save" && i + 1 < argc) {
      folder = argv[++i];
    } else if (std::string(argv[i]) == "--linear") {
      linear = true;
    } else {
      paths.emplace_back(argv[i]);
    }
  }
  if (paths.empty()) {
    fmt::print(stderr, "usage: demosaic_quality [--linear] [--save FOLDER] PNG...\n");
    return 2;
  }
  double mean = 0, seconds = 0;
  for (const std::string& path : paths) {
    auto truth = ReadPng(path);
    if (!truth) {
      fmt::print(stderr, "demosaic_quality: {}\n", truth.error().message);
      return 1;
    }
    auto score = Measure(*truth, linear);
    if (!score) {
      fmt::print(stderr, "demosaic_quality: {}: {}\n", path, score.error().message);
      return 1;
    }
    const std::string name = path.substr(path.find_last_of('/') + 1);
    if (!folder.empty()) {
      if (auto status = WritePng(folder + "/" + name, score->picture, truth->bit_depth); !status) {
        fmt::print(stderr, "demosaic_quality: {}\n", status.error().message);
        return 1;
      }
    }
    json += fmt::format("{}\n    {{\"path\": \"", json.empty() ? "" : ",");
    for (char c : path) {
      if (c == '"' || c == '\\') json += '\\';
      json += c;
    }
    json += fmt::format("\", \"cpsnr_db\": {:.4f}}}", score->cpsnr_db);
    mean += score->cpsnr_db / static_cast<double>(paths.size());
    seconds += score->seconds;
  }
  fmt::print(
      "{{\n  \"files\": [{}\n  ],\n  \"mean_cpsnr_db\": {:.4f},\n  \"seconds\": {:.4f}\n}}\n", json,
      mean, seconds);
  return 0;
}

}  // namespace
}  // namespace petzval

int main(int argc, char** argv) { return petzval::Main(argc, argv); }
