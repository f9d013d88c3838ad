// How well a simulated burst is merged: burst_quality FOLDER [--threads N] [--mosaic FILE.pgm]
// reads frame_*.dng, clean.dng and truth.json and prints the scores of the single reference frame
// and of the merge as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/burst/burst.h"
#include "petzval/burst/quality_score_util.h"
#include "petzval/capture/reader.h"

namespace {

using petzval::RawFrame;

int Die(const std::string& message) {
  fmt::print(stderr, "burst_quality: {}\n", message);
  return 1;
}

void WritePgm(const std::string& path, const petzval::Image<uint16_t>& mosaic) {
  std::ofstream out(path, std::ios::binary);
  out << "P5\n" << mosaic.width() << " " << mosaic.height() << "\n65535\n";
  for (int y = 0; y < mosaic.height(); ++y) {
    for (int x = 0; x < mosaic.width(); ++x) {
      const uint16_t v = mosaic.At(x, y);
      out.put(static_cast<char>(v >> 8)).put(static_cast<char>(v & 255));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder, mosaic;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--threads" && i + 1 < argc) {
      petzval::SetThreads(std::atoi(argv[++i]));
    } else if (arg == "--mosaic" && i + 1 < argc) {
      mosaic = argv[++i];
    } else {
      folder = arg;
    }
  }
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("frame_", 0) == 0 && entry.path().extension() == ".dng") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) return Die("no frame_*.dng in \"" + folder + "\"");
  std::ifstream truth_file(folder + "/truth.json");
  const nlohmann::json truth = nlohmann::json::parse(truth_file, nullptr, false);
  if (truth.is_discarded()) return Die("truth.json is missing or no JSON");
  auto clean_frame = petzval::ReadRaw(folder + "/clean.dng");
  if (!clean_frame) return Die(clean_frame.error().message);
  std::vector<RawFrame> frames;
  for (const std::string& file : files) {
    auto frame = petzval::ReadRaw(file);
    if (!frame) return Die(frame.error().message);
    frames.push_back(std::move(*frame));
  }
  const auto clean = petzval::burst::Signal(*clean_frame);
  const petzval::burst::BurstTruth scorer(truth, clean);
  nlohmann::json report;
  report["single"] = scorer.Score(petzval::burst::Signal(frames[0]), clean);
  petzval::BurstParams params;
  params.reference = 0;  // the truth belongs to it
  const auto start = std::chrono::steady_clock::now();
  auto merged = petzval::MergeBurst(std::move(frames), params);
  const auto end = std::chrono::steady_clock::now();
  if (!merged) return Die(merged.error().message);
  report["merged"] = scorer.Score(petzval::burst::Signal(merged->frame), clean);
  report["seconds"] = std::chrono::duration<double>(end - start).count();
  report["hot_pixels"] = merged->hot_pixels;
  report["warnings"] = merged->warnings;
  for (const auto& use : merged->frames) {
    report["frames"].push_back({{"used", use.used},
                                {"shift_x_px", use.shift_x_px},
                                {"shift_y_px", use.shift_y_px},
                                {"rotation_deg", use.rotation_deg},
                                {"gain", use.gain},
                                {"mean_weight", use.mean_weight}});
  }
  for (const auto& [name, value] : report["merged"].items()) {
    const auto& single = report["single"];
    if (name == "all" || truth.value("regions_xywh", nlohmann::json::object()).contains(name)) {
      if (value.get<double>() < single[name].get<double>()) {
        report["below_single"].push_back(name);
      }
    }
  }
  if (!mosaic.empty()) WritePgm(mosaic, merged->frame.mosaic);
  fmt::print("{}\n", report.dump(1));
  return 0;
}
