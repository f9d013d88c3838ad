// Noise, shading and black level of photographed frames.
//   build/bench/real_frames [FOLDER]
// FOLDER: ../shared/data/raw (pi-imx296-static: ten frames of one scene, a dark, a flat).
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "petzval/calibrate/frames/frames.h"
#include "petzval/calibrate/frames/raw_subject_util.h"
#include "petzval/capture/reader.h"

namespace petzval::calibrate {
namespace {

double Seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<measure::Subject> Read(const std::vector<std::string>& files) {
  std::vector<measure::Subject> subjects;
  for (const std::string& file : files) {
    if (const auto frame = ReadRaw(file)) {
      subjects.push_back(MosaicOf(*frame));
    } else {
      fmt::print("{}\n", frame.error().message);
    }
  }
  return subjects;
}

void Warnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) fmt::print("    {}\n", warning);
}

void Noise(const std::string& folder) {
  std::vector<std::string> files;
  for (int i = 0; i < 10; ++i) files.push_back(fmt::format("{}/frame{}.dng", folder, i));
  std::vector<measure::Subject> frames = Read(files), darks = Read({folder + "/dark.dng"});
  const double start = Seconds();
  const auto result = CalibrateNoise(std::move(frames), std::move(darks));
  fmt::print("noise, {:.2f} s\n", Seconds() - start);
  if (!result) {
    fmt::print("  {}\n", result.error().message);
    return;
  }
  for (const NoiseOfIso& one : result->isos) {
    fmt::print("  ISO {:g}: full scale {:.0f} e, read noise {:.2f} e\n", one.iso, one.full_scale_e,
               one.read_noise_e);
    for (int c = 0; c < 3; ++c) {
      fmt::print("    {}: s {:.3e} +- {:.1e}  o {:.3e} +- {:.1e}{}\n", "RGB"[c], one.line[c].s,
                 one.line_error[c].s, one.line[c].o, one.line_error[c].o,
                 one.known[c] ? "" : "  (of all colours)");
    }
  }
  Warnings(result->warnings);
}

void Shading(const std::string& folder) {
  const std::vector<measure::Subject> flats = Read({folder + "/flat.dng"});
  const double start = Seconds();
  const auto result = CalibrateShading(flats, {});
  fmt::print("shading, {:.2f} s\n", Seconds() - start);
  if (!result) {
    fmt::print("  {}\n", result.error().message);
    return;
  }
  fmt::print(
      "  corner gain {:.2f}, colour {:.1f} %, tilt {:.1f} %, {:.1f} %, known to {:.2f} %, "
      "residual {:.2f} %, {} cells left out\n",
      result->corner_gain, 100 * result->color_shading, 100 * result->tilt_x, 100 * result->tilt_y,
      100 * result->noise, 100 * result->residual, result->outliers);
  Warnings(result->warnings);
}

void Black(const std::string& file) {
  std::vector<RawFrame> darks;
  if (auto frame = ReadRaw(file)) darks.push_back(std::move(*frame));
  const double start = Seconds();
  const auto result = CalibrateBlack(darks);
  fmt::print("black of {}, {:.2f} s\n", file, Seconds() - start);
  if (!result) {
    fmt::print("  {}\n", result.error().message);
    return;
  }
  const BlackCalibration::Entry& entry = result->black.entries[0];
  const BlackOfExposure& report = result->exposures[0];
  fmt::print(
      "  {:.3f} {:.3f} {:.3f} {:.3f} DN +- {:.4f}, noise {:.2f} DN, hot {:.5f} %, trend "
      "{:.2f} DN\n",
      entry.black_dn[0], entry.black_dn[1], entry.black_dn[2], entry.black_dn[3],
      report.standard_error_dn[0], entry.noise_dn, 100 * report.hot_share, report.gradient_dn);
  Warnings(result->warnings);
}

}  // namespace
}  // namespace petzval::calibrate

int main(int argc, char** argv) {
  using namespace petzval::calibrate;
  const std::string folder = argc > 1 ? argv[1] : "../shared/data/raw";
  if (!std::filesystem::exists(folder)) {
    fmt::print("no RAW frames: {} is absent\n", folder);
    return 0;
  }
  Noise(folder + "/pi-imx296-static");
  Shading(folder + "/pi-imx296-static");
  for (const char* dark : {"/pi-imx296-static/dark.dng", "/colour-chart-1080p/black-frame.dng",
                           "/pi-indoor/near-dark.dng"}) {
    Black(folder + dark);
  }
}
