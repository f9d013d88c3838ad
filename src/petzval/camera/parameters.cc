// The description of every numeric parameter of a job: command line, report and XMP come from here.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "petzval/camera/develop_photo.h"

namespace petzval {
namespace {

struct Preset {
  const char* name;
  double kelvin_k, tint;
};
// Lights as cameras name them; the values are the usual nominal ones of RAW developers.
constexpr std::array<Preset, 6> kPresets = {{{"daylight", 5500, 10},
                                             {"cloudy", 6500, 10},
                                             {"shade", 7500, 10},
                                             {"tungsten", 2850, 0},
                                             {"fluorescent", 3800, 21},
                                             {"flash", 5500, 0}}};
constexpr double kMinKelvin = 2000, kMaxKelvin = 25000, kMaxTint = 150;

}  // namespace

bool ParseNumber(std::string_view text, double* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(*value);
}

std::vector<BoundParameter> BindParameters(DevelopJob* job) {
  return {
      {{"exposure", "EV", -5, 5, 0, "brighter or darker than the automatic exposure"},
       &job->develop.exposure_ev},
      {{"luma-nr", "", 0, 2, 1, "luma noise reduction; 1 is what the noise of the frame asks for"},
       &job->develop.luma_noise_reduction},
      {{"chroma-nr", "", 0, 2, 1,
        "chroma noise reduction; 1 is what the noise of the frame asks for"},
       &job->develop.chroma_noise_reduction},
      {{"sharpening", "", 0, 2, 1, "capture sharpening, times what the look asks for"},
       &job->develop.sharpening},
      {{"merge-strength", "", 0.25, 4, 1,
        "how much noise the burst merge believes in: more merges more, less rejects more"},
       &job->burst.strength},
  };
}

std::vector<std::string> WhiteBalancePresets() {
  std::vector<std::string> names;
  for (const Preset& preset : kPresets) names.emplace_back(preset.name);
  return names;
}

Result<WhiteBalance> ParseWhiteBalance(const std::string& text) {
  WhiteBalance balance;
  if (text == "as-shot") return balance;
  if (text == "auto") {
    balance.mode = WhiteBalance::Mode::kAuto;
    return balance;
  }
  balance.mode = WhiteBalance::Mode::kKelvin;
  for (const Preset& preset : kPresets) {
    if (text != preset.name) continue;
    balance.kelvin_k = preset.kelvin_k;
    balance.tint = preset.tint;
    return balance;
  }
  const size_t comma = text.find(',');
  const std::string_view view = text;
  const bool parsed =
      ParseNumber(view.substr(0, comma), &balance.kelvin_k) &&
      (comma == std::string::npos || ParseNumber(view.substr(comma + 1), &balance.tint));
  // Written so that NaN fails too.
  const bool in_range = balance.kelvin_k >= kMinKelvin && balance.kelvin_k <= kMaxKelvin &&
                        balance.tint >= -kMaxTint && balance.tint <= kMaxTint;
  if (!parsed || !in_range) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("white balance \"{}\" is neither as-shot, auto, a preset ({}) nor "
                            "KELVIN[,TINT] with {:.0f}..{:.0f} K and -{:.0f}..{:.0f}",
                            text, fmt::join(WhiteBalancePresets(), ", "), kMinKelvin, kMaxKelvin,
                            kMaxTint, kMaxTint));
  }
  return balance;
}

}  // namespace petzval
