// build/bench/awb_accuracy FILES...: how far automatic white balance is from the light.
//
// A PNG with FILE_metadata.json beside it (`illuminant_color_raw`: camera R, G, B of the light) is
// a linear raw picture with a known light. A PNG without is taken for an sRGB picture under D65 and
// put under the lights of kLights, whole and with a second light over a part. A raw file is
// compared with the white balance that it states. Prints JSON: the angle in degrees between
// estimate and truth per file and method, median, mean and mean of the worst quarter per method.
// `--write FOLDER` puts each picture balanced there, to be looked at. `--known` takes the generic
// model of the casts for one that was measured.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "petzval/capture/reader.h"
#include "petzval/color/spectral.h"
#include "petzval/develop/auto_white_balance.h"
#include "petzval/develop/awb_estimators.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/white_balance.h"
#include "petzval/image/png.h"

namespace petzval {
namespace {

using nlohmann::ordered_json;

constexpr const char* kLights[] = {"2300K", "2850K", "4000K", "5500K",
                                   "7500K", "FL2",   "FL11",  "LED-B1"};
constexpr AwbMethod kMethods[] = {
    AwbMethod::kGreyWorld, AwbMethod::kWhitePatch, AwbMethod::kShadesOfGrey, AwbMethod::kGreyEdge,
    AwbMethod::kGreyEdge2, AwbMethod::kBrightDark, AwbMethod::kGreyIndex};

double AngleDeg(const Vec3& a, const Vec3& b) {
  double dot = 0, aa = 0, bb = 0;
  for (int c = 0; c < 3; ++c) {
    dot += a[c] * b[c];
    aa += a[c] * a[c];
    bb += b[c] * b[c];
  }
  return std::acos(std::min(1.0, dot / std::sqrt(aa * bb))) * 180 / M_PI;
}

double FromSrgb(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }
double ToSrgb(double v) {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}
double Rounded(double v) { return std::round(v * 1000) / 1000; }

using Errors = std::map<std::string, std::vector<double>>;

ordered_json Statistics(std::vector<double> e) {
  if (e.empty()) return nullptr;
  std::sort(e.begin(), e.end());
  const size_t n = e.size(), quarter = (n + 3) / 4;
  double mean = 0, worst = 0;
  for (size_t i = 0; i < n; ++i) {
    mean += e[i] / static_cast<double>(n);
    if (i >= n - quarter) worst += e[i] / static_cast<double>(quarter);
  }
  return {{"median_deg", Rounded((e[(n - 1) / 2] + e[n / 2]) / 2)},
          {"mean_deg", Rounded(mean)},
          {"worst_quarter_deg", Rounded(worst)},
          {"max_deg", Rounded(e.back())},
          {"count", n}};
}

Image<float> Scaled(const PngImage& png) {
  Image<float> out(png.pixels.width(), png.pixels.height(), 3);
  const float white = png.bit_depth == 16 ? 65535 : 255;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < out.height(); ++y) {
      for (int x = 0; x < out.width(); ++x) out.At(x, y, c) = png.pixels.At(x, y, c) / white;
    }
  }
  return out;
}

// Enlarged by repeating pixels until it is 1024 wide: the size that develop hands over.
Image<float> Enlarged(const Image<float>& in) {
  constexpr int kWidth = 1024;
  Image<float> out(kWidth, std::max(1, in.height() * kWidth / in.width()), 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < out.height(); ++y) {
      for (int x = 0; x < kWidth; ++x) {
        out.At(x, y, c) =
            in.At(x * in.width() / kWidth, std::min(in.height() - 1, y * in.width() / kWidth), c);
      }
    }
  }
  return out;
}

// Linear Rec.2020 -> sRGB, mean at a fixed level.
Status WritePicture(const std::string& path, const Image<float>& camera, const Mat3& rec2020,
                    const Vec3& neutral) {
  const Mat3 matrix = RgbFromRgb(kRec709, kRec2020) * rec2020;
  double mean = 0;
  for (int y = 0; y < camera.height(); ++y) {
    for (int x = 0; x < camera.width(); ++x) {
      mean += std::clamp(camera.At(x, y, 1), 0.0f, 1.0f);
    }
  }
  const double gain = 0.25 / std::max(1e-6, mean / camera.width() / camera.height());
  Image<uint16_t> out(camera.width(), camera.height(), 3);
  for (int y = 0; y < camera.height(); ++y) {
    for (int x = 0; x < camera.width(); ++x) {
      Vec3 v;
      for (int c = 0; c < 3; ++c) v[c] = gain * camera.At(x, y, c) / neutral[c];
      v = matrix * v;
      for (int c = 0; c < 3; ++c) {
        out.At(x, y, c) =
            static_cast<uint16_t>(std::lround(255 * ToSrgb(std::clamp(v[c], 0.0, 1.0))));
      }
    }
  }
  return WritePng(path, out, 8);
}

struct Report {
  ordered_json files = ordered_json::array();
  Errors errors;       // per method, raw pictures with a known light
  Errors cast_errors;  // per method, sRGB pictures under one light
  Errors raw_errors;   // raw files against their stated balance
  std::vector<double> mixed_one, mixed_plain, mixed_nearest, mixed_second;
  int mixed_found = 0, mixed_told_of_one = 0, one_count = 0;
  double seconds = 0;
  int runs = 0;
};

ordered_json Compare(const Image<float>& picture, const CameraColor& camera, const Vec3& truth,
                     Errors* errors, Report* report, NeutralEstimate* estimate) {
  const std::clock_t start = std::clock();
  *estimate = EstimateNeutral(picture, camera.model, camera.generic);
  report->seconds += static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  ++report->runs;
  ordered_json j;
  j["error_deg"] = Rounded(AngleDeg(estimate->neutral, truth));
  j["confidence"] = Rounded(estimate->confidence);
  (*errors)["estimate"].push_back(j["error_deg"]);
  if (estimate->second_share > 0) {
    j["second_share"] = Rounded(estimate->second_share);
    j["second_deg"] = Rounded(AngleDeg(estimate->neutral, estimate->second_neutral));
  }
  const AwbSamples samples = CollectAwbSamples(picture, {1, 1, 1});
  for (const AwbMethod m : kMethods) {
    const auto seen = SeeLight(m, samples, {});
    const std::string name(AwbMethodName(m));
    if (!seen) {
      j[name] = nullptr;
      continue;
    }
    j[name] = Rounded(AngleDeg(RgbOf(*seen), truth));
    (*errors)[name].push_back(j[name]);
  }
  return j;
}

// Relit as cameras answer: each channel by the ratio of the two whites.
Image<float> Relit(const Image<float>& camera_d65, const Vec3& from, const Vec3& to) {
  Image<float> out(camera_d65.width(), camera_d65.height(), 3);
  const double most = std::max({to[0], to[1], to[2]});
  for (int c = 0; c < 3; ++c) {
    const auto k = static_cast<float>(to[c] / from[c] / most);
    for (int y = 0; y < out.height(); ++y) {
      for (int x = 0; x < out.width(); ++x) out.At(x, y, c) = k * camera_d65.At(x, y, c);
    }
  }
  return out;
}

void Casts(const std::string& path, const PngImage& png, const CameraColor& camera, size_t index,
           Report* report) {
  const Vec3 d65 = camera.model.NeutralFromWhite(kWhiteD65);
  const Mat3 camera_from_srgb = camera.model.CameraFromXyz(kWhiteD65) * XyzFromRgb(kRec709);
  const Image<float> coded = Scaled(png);
  Image<float> picture(coded.width(), coded.height(), 3);
  for (int y = 0; y < coded.height(); ++y) {
    for (int x = 0; x < coded.width(); ++x) {
      Vec3 v;
      double most = 0;
      for (int c = 0; c < 3; ++c) {
        most = std::max<double>(most, coded.At(x, y, c));
        v[c] = FromSrgb(coded.At(x, y, c));
      }
      v = camera_from_srgb * v;
      // What the file has clipped is clipped in the raw picture too.
      for (int c = 0; c < 3; ++c) {
        picture.At(x, y, c) = most > 0.985 ? 10.0f : static_cast<float>(0.8 * v[c]);
      }
    }
  }
  std::vector<Vec3> neutrals;
  for (const char* name : kLights) {
    const auto light = FindLight(name);
    if (light) {
      neutrals.push_back(camera.model.NeutralFromWhite(ChromaticityFromXyz(XyzOfLight(*light))));
    }
  }
  ordered_json file{{"path", path}, {"kind", "casts"}};
  for (size_t i = 0; i < neutrals.size(); ++i) {
    const Image<float> one = Relit(picture, d65, neutrals[i]);
    NeutralEstimate e;
    file[kLights[i]] = Compare(one, camera, neutrals[i], &report->cast_errors, report, &e);
    report->mixed_told_of_one += e.second_share > 0;
    ++report->one_count;
  }
  // A second light from one side, over 30 to 45 % of the picture, daylight beside lamps.
  const size_t pairs[][2] = {{1, 3}, {3, 1}, {0, 4}, {4, 1}};
  for (size_t p = 0; p < std::size(pairs); ++p) {
    const Vec3 &first = neutrals[pairs[p][0]], &second = neutrals[pairs[p][1]];
    Image<float> mixed = Relit(picture, d65, first);
    const Image<float> other = Relit(picture, d65, second);
    const double share = 0.3 + 0.05 * ((index + p) % 4);
    const bool left = (index + p) % 2 != 0;
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < mixed.height(); ++y) {
        for (int x = 0; x < mixed.width(); ++x) {
          double at = (x + 0.5) / mixed.width();
          if (!left) at = 1 - at;
          const auto t = static_cast<float>(1 / (1 + std::exp((at - share) / 0.03)));
          mixed.At(x, y, c) += t * (other.At(x, y, c) - mixed.At(x, y, c));
        }
      }
    }
    const NeutralEstimate e = EstimateNeutral(mixed, camera.model, camera.generic);
    const auto plain = SeeLight(AwbMethod::kShadesOfGrey, CollectAwbSamples(mixed, {1, 1, 1}), {});
    if (plain) report->mixed_plain.push_back(AngleDeg(RgbOf(*plain), first));
    report->mixed_one.push_back(AngleDeg(e.neutral, first));
    report->mixed_nearest.push_back(
        std::min(AngleDeg(e.neutral, first), AngleDeg(e.neutral, second)));
    if (e.second_share > 0) {
      ++report->mixed_found;
      report->mixed_second.push_back(AngleDeg(e.second_neutral, second));
    }
  }
  report->files.push_back(file);
}

int Main(int argc, char** argv) {
  std::vector<std::string> paths;
  std::string folder;
  bool known = false;
  for (int i = 1; i < argc; ++i) {
    const std::string a = argv[i];
    if (a == "--write" && i + 1 < argc) {
      folder = argv[++i];
    } else if (a == "--known") {
      known = true;
    } else {
      paths.push_back(a);
    }
  }
  if (paths.empty()) {
    fmt::print(stderr, "usage: awb_accuracy [--known] [--write FOLDER] FILES...\n");
    return 2;
  }
  Report report;
  std::vector<std::string> warnings;
  CameraColor camera = MakeCameraColor(DngColor{}, true, &warnings);
  const CameraColor generic = camera;
  camera.generic = !known;
  Image<float> largest;
  for (size_t i = 0; i < paths.size(); ++i) {
    const std::filesystem::path path(paths[i]);
    const std::string out = folder.empty() ? "" : folder + "/" + path.stem().string() + ".png";
    if (path.extension() != ".png") {
      const auto frame = ReadRaw(paths[i]);
      if (!frame) {
        fmt::print(stderr, "{}: {}\n", paths[i], frame.error().message);
        continue;
      }
      DevelopParams params;
      params.white_balance.mode = WhiteBalance::Mode::kAuto;
      const auto developer = Developer::Create(*frame, {}, params);
      if (!developer) {
        fmt::print(stderr, "{}: {}\n", paths[i], developer.error().message);
        continue;
      }
      const Vec3 gain = developer->info().white_gain;
      const Vec3 neutral{{1 / gain[0], 1 / gain[1], 1 / gain[2]}};
      ordered_json j{{"path", paths[i]}, {"kind", "raw"}};
      j["kelvin_k"] = std::round(developer->info().kelvin_k);
      j["tint"] = Rounded(developer->info().tint);
      if (frame->color.as_shot_neutral) {
        j["error_deg"] = Rounded(AngleDeg(neutral, *frame->color.as_shot_neutral));
        report.raw_errors["estimate"].push_back(j["error_deg"]);
      }
      report.files.push_back(j);
      if (!out.empty()) {
        (void)WritePicture(out, developer->proxy(), Mat3::Identity(), {{1, 1, 1}});
      }
      continue;
    }
    const auto png = ReadPng(paths[i]);
    if (png && png->pixels.planes() == 3 && largest.empty()) largest = Enlarged(Scaled(*png));
    if (!png || png->pixels.planes() != 3) {
      fmt::print(stderr, "{}: {}\n", paths[i], png ? "not a colour picture" : png.error().message);
      continue;
    }
    std::ifstream stream(path.parent_path() / (path.stem().string() + "_metadata.json"));
    if (!stream) {
      Casts(paths[i], *png, camera, i, &report);
      continue;
    }
    const auto json = nlohmann::json::parse(stream, nullptr, false);
    const auto truth = json.is_object() ? json.find("illuminant_color_raw") : json.end();
    if (truth == json.end() || !truth->is_array() || truth->size() != 3 ||
        !(*truth)[0].is_number() || !(*truth)[1].is_number() || !(*truth)[2].is_number()) {
      fmt::print(stderr, "{}: no illuminant_color_raw beside it\n", paths[i]);
      continue;
    }
    const Image<float> picture = Scaled(*png);
    NeutralEstimate e;
    ordered_json j{{"path", paths[i]}, {"kind", "known light"}};
    j.update(Compare(picture, generic, {{(*truth)[0], (*truth)[1], (*truth)[2]}}, &report.errors,
                     &report, &e));
    report.files.push_back(j);
    if (!out.empty()) {
      WhiteBalance automatic;
      automatic.mode = WhiteBalance::Mode::kAuto;
      const LightDecision light =
          DecideLight(automatic, DngColor{}, generic, picture, {1, 1, 1}, &warnings);
      (void)WritePicture(out, picture, light.rec2020_from_camera, light.neutral);
    }
  }
  ordered_json result;
  result["files"] = report.files;
  const auto table = [&](const char* name, const Errors& errors) {
    if (errors.empty()) return;
    ordered_json t;
    for (const auto& [method, e] : errors) t[method] = Statistics(e);
    result[name] = t;
  };
  table("known_light", report.errors);
  table("casts", report.cast_errors);
  table("as_shot", report.raw_errors);
  if (!report.mixed_one.empty()) {
    result["mixed"] = {{"to_larger", Statistics(report.mixed_one)},
                       {"shades_of_grey_to_larger", Statistics(report.mixed_plain)},
                       {"to_nearest", Statistics(report.mixed_nearest)},
                       {"second_to_smaller", Statistics(report.mixed_second)},
                       {"told", report.mixed_found},
                       {"told_where_one", report.mixed_told_of_one},
                       {"pictures_with_one", report.one_count}};
  }
  if (report.runs > 0) result["cpu_ms_per_picture"] = Rounded(1000 * report.seconds / report.runs);
  if (!largest.empty()) {
    std::vector<double> times;
    for (int i = 0; i < 15; ++i) {
      const std::clock_t start = std::clock();
      (void)EstimateNeutral(largest, generic.model, true);
      times.push_back(1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
    std::nth_element(times.begin(), times.begin() + 7, times.end());
    result["cpu_ms_of_1024_pixels"] = Rounded(times[7]);
  }
  fmt::print("{}\n", result.dump(1));
  return 0;
}

}  // namespace
}  // namespace petzval

int main(int argc, char** argv) { return petzval::Main(argc, argv); }
