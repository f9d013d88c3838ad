// The same facts as text and as JSON.
#include "petzval/capture/describe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace petzval {
namespace {

using Json = nlohmann::ordered_json;

template <class Array>
bool AllEqual(const Array& a) {
  return std::all_of(a.begin(), a.end(), [&](float v) { return v == a[0]; });
}

template <class Array>
Json LevelJson(const Array& levels) {
  return AllEqual(levels) ? Json(levels[0]) : Json(levels);
}

// Numbers that are not stated are zero in ExifInfo; texts are empty.
Json Stated(double v) { return v > 0 && std::isfinite(v) ? Json(v) : Json(nullptr); }
Json Stated(const std::string& s) { return s.empty() ? Json(nullptr) : Json(s); }

Json MatrixJson(const Mat3& m) { return Json(m.m); }

// Numbers short enough to read: five digits.
std::string Short(double v) { return fmt::format("{:.5g}", v); }

template <class Array>
std::string LevelText(const Array& levels) {
  if (AllEqual(levels)) return Short(levels[0]);
  std::string text;
  for (size_t i = 0; i < levels.size(); ++i)
    text += fmt::format("{}{:.5g}", i ? " " : "", levels[i]);
  return text;
}

std::string MatrixText(const Mat3& m) {
  std::string text;
  for (int i = 0; i < 3; ++i) {
    text += fmt::format("{}{:.4f} {:.4f} {:.4f}", i ? " | " : "", m[i][0], m[i][1], m[i][2]);
  }
  return text;
}

std::string ExposureText(double seconds) {
  if (seconds >= 0.3) return fmt::format("{:.3g} s", seconds);
  return fmt::format("1/{:.0f} s", 1 / seconds);
}

}  // namespace

std::string DescribeJson(const RawFrame& frame) {
  const ExifInfo& exif = frame.exif;
  Json j;
  j["path"] = frame.path;
  j["make"] = Stated(exif.make);
  j["model"] = Stated(exif.model);
  j["lens"] = Stated(exif.lens);
  j["software"] = Stated(exif.software);
  j["datetime_original"] = Stated(exif.datetime_original);
  j["subsec_original"] = Stated(exif.subsec_original);
  j["iso"] = Stated(exif.iso);
  j["time_s"] = Stated(exif.exposure_s);
  j["f_number"] = Stated(exif.f_number);
  j["focal_length_mm"] = Stated(exif.focal_length_mm);
  j["focal_length_35mm_mm"] = Stated(exif.focal_length_35mm);
  j["width_px"] = frame.width();
  j["height_px"] = frame.height();
  j["default_crop_px"] = {frame.default_crop.x, frame.default_crop.y, frame.default_crop.width,
                          frame.default_crop.height};
  j["orientation"] = frame.orientation;
  j["linear_raw"] = frame.IsLinearRaw();
  j["cfa"] = frame.IsLinearRaw() ? Json(nullptr) : Json(frame.cfa.Name());
  j["black_dn"] = LevelJson(frame.black_dn);
  j["white_dn"] = LevelJson(frame.white_dn);
  j["baseline_exposure_ev"] = frame.baseline_exposure_ev;
  Json noise = Json::array();
  for (const NoiseLine& line : frame.noise.plane) {
    noise.push_back(line.s);
    noise.push_back(line.o);
  }
  j["noise_profile"] = noise;
  j["noise_from_file"] = frame.noise_from_file;
  j["calibration"] = Json::array();
  for (const auto& c : frame.color.calibration) {
    Json item;
    item["illuminant"] = c.illuminant;
    item["color_matrix"] = MatrixJson(c.camera_from_xyz);
    item["camera_calibration"] = MatrixJson(c.camera_calibration);
    item["forward_matrix"] =
        c.xyz_d50_from_camera ? MatrixJson(*c.xyz_d50_from_camera) : Json(nullptr);
    j["calibration"].push_back(item);
  }
  j["analog_balance"] = frame.color.analog_balance.v;
  j["as_shot_neutral"] =
      frame.color.as_shot_neutral ? Json(frame.color.as_shot_neutral->v) : Json(nullptr);
  j["as_shot_white_xy"] =
      frame.color.as_shot_white_xy ? Json(*frame.color.as_shot_white_xy) : Json(nullptr);
  j["gain_maps"] = Json::array();
  for (const GainMap& map : frame.gain_maps) {
    const auto [low, high] = std::minmax_element(map.gain.begin(), map.gain.end());
    Json item;
    item["area_px"] = {map.area.x, map.area.y, map.area.width, map.area.height};
    item["row_pitch"] = map.row_pitch;
    item["col_pitch"] = map.col_pitch;
    item["points_v"] = map.points_v;
    item["points_h"] = map.points_h;
    item["gain_min"] = *low;
    item["gain_max"] = *high;
    j["gain_maps"].push_back(item);
  }
  j["warp_rectilinear"] = nullptr;
  if (frame.warp) {
    Json warp;
    warp["center"] = {frame.warp->center_x, frame.warp->center_y};
    warp["planes"] = Json::array();
    for (const auto& plane : frame.warp->plane) {
      warp["planes"].push_back({{"radial", plane.radial}, {"tangential", plane.tangential}});
    }
    j["warp_rectilinear"] = warp;
  }
  j["other_opcodes"] = frame.other_opcodes;
  j["warnings"] = frame.warnings;
  // Paths need not be UTF-8: what is not becomes U+FFFD instead of an exception.
  return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string DescribeText(const RawFrame& frame) {
  const ExifInfo& exif = frame.exif;
  std::string text = frame.path + "\n";
  const auto line = [&](const char* name, const std::string& value) {
    text += fmt::format("  {:<15} {}\n", name, value);
  };
  const auto stated = [](const std::string& s) {
    return s.empty() ? std::string("not stated") : s;
  };
  line("camera",
       stated(exif.make.empty() ? exif.model : fmt::format("{} {}", exif.make, exif.model)));
  if (!exif.lens.empty()) line("lens", exif.lens);
  std::vector<std::string> shot;
  if (exif.exposure_s > 0) shot.push_back(ExposureText(exif.exposure_s));
  if (exif.f_number > 0) shot.push_back(fmt::format("f/{:.3g}", exif.f_number));
  if (exif.iso > 0) shot.push_back(fmt::format("ISO {:.0f}", exif.iso));
  if (exif.focal_length_mm > 0) shot.push_back(fmt::format("{:.3g} mm", exif.focal_length_mm));
  if (exif.focal_length_35mm > 0)
    shot.push_back(fmt::format("({} mm in 35 mm)", exif.focal_length_35mm));
  line("exposure", stated(fmt::format("{}", fmt::join(shot, "  "))));
  if (!exif.datetime_original.empty()) {
    line("taken",
         exif.datetime_original + (exif.subsec_original.empty() ? "" : "." + exif.subsec_original));
  }
  if (!exif.software.empty()) line("software", exif.software);
  const Rect& crop = frame.default_crop;
  line("size",
       fmt::format("{} x {} px, crop {} x {} at {},{}, orientation {}", frame.width(),
                   frame.height(), crop.width, crop.height, crop.x, crop.y, frame.orientation));
  line("mosaic", frame.IsLinearRaw() ? "none (three full planes)" : frame.cfa.Name());
  line("black", LevelText(frame.black_dn) + " DN");
  line("white", LevelText(frame.white_dn) + " DN");
  for (int c = 0; c < 3; ++c) {
    const NoiseLine& n = frame.noise.plane[c];
    if (c > 0 && n == frame.noise.plane[0]) continue;
    const bool same = frame.noise.plane[1] == n && frame.noise.plane[2] == n;
    line(c == 0 ? "noise" : "", fmt::format("variance = {:.4g} x + {:.4g}{} ({})", n.s, n.o,
                                            same ? "" : std::array{" red", " green", " blue"}[c],
                                            frame.noise_from_file ? "from the file" : "estimated"));
  }
  for (const auto& c : frame.color.calibration) {
    line("colour matrix",
         fmt::format("{} (illuminant {})", MatrixText(c.camera_from_xyz), c.illuminant));
    if (c.xyz_d50_from_camera) line("forward matrix", MatrixText(*c.xyz_d50_from_camera));
  }
  if (frame.color.calibration.empty()) line("colour matrix", "none");
  if (frame.color.as_shot_neutral) {
    const Vec3& n = *frame.color.as_shot_neutral;
    line("neutral", fmt::format("{:.4f} {:.4f} {:.4f}", n[0], n[1], n[2]));
  } else if (frame.color.as_shot_white_xy) {
    const auto& xy = *frame.color.as_shot_white_xy;
    line("white point", fmt::format("x {:.4f} y {:.4f}", xy[0], xy[1]));
  }
  if (frame.baseline_exposure_ev != 0) {
    line("exposure offset", fmt::format("{:+.2f} EV", frame.baseline_exposure_ev));
  }
  for (const GainMap& map : frame.gain_maps) {
    const auto [low, high] = std::minmax_element(map.gain.begin(), map.gain.end());
    line("gain map", fmt::format("{} x {} points, gain {:.3f} to {:.3f}", map.points_h,
                                 map.points_v, *low, *high));
  }
  if (frame.warp) line("distortion", fmt::format("{} plane(s)", frame.warp->plane.size()));
  if (!frame.other_opcodes.empty()) {
    line("not applied", fmt::format("{}", fmt::join(frame.other_opcodes, ", ")));
  }
  for (const std::string& warning : frame.warnings) line("warning", warning);
  return text;
}

}  // namespace petzval
