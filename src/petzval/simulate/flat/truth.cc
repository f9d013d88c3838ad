// truth.json through nlohmann-json.
#include "petzval/simulate/flat/truth.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace petzval {
namespace {

using Json = nlohmann::ordered_json;

Json Of(const Rect& r) { return {r.x, r.y, r.width, r.height}; }
Json Of(const Mat3& m) { return {m[0], m[1], m[2]}; }
Json Of(const Vec3& v) { return v.v; }

Rect Clipped(const Rect& r, int width, int height) {
  const int x0 = std::clamp(r.x, 0, width), y0 = std::clamp(r.y, 0, height);
  return {x0, y0, std::clamp(r.x + r.width, x0, width) - x0,
          std::clamp(r.y + r.height, y0, height) - y0};
}

Rect Union(const Rect& a, const Rect& b) {
  const int x0 = std::min(a.x, b.x), y0 = std::min(a.y, b.y);
  return {x0, y0, std::max(a.x + a.width, b.x + b.width) - x0,
          std::max(a.y + a.height, b.y + b.height) - y0};
}

}  // namespace

std::string TruthJson(const BurstTruth& truth, const LakeHouse& scene) {
  const SimulateParams& p = truth.params;
  Json j;
  j["set"] = "simulated";
  j["seed"] = p.seed;
  j["div"] = 1;
  j["width"] = p.width;
  j["height"] = p.height;
  j["cfa"] = p.cfa;
  j["black"] = kSimulatedBlack;
  j["white"] = kSimulatedWhite;
  j["iso"] = p.iso;
  j["exposure_s"] = truth.exposure_s;
  j["exposure_ev"] = p.exposure_ev;
  j["noise"] = {{"S", truth.noise.s},
                {"O", truth.noise.o},
                {"model", "variance = S*x + O, x = (DN-black)/(white-black)"}};
  j["lens_sigma_px"] = p.lens_sigma_px;
  j["cct_K"] = p.cct_k;
  j["white_xy"] = {truth.color.white.x, truth.color.white.y};
  j["as_shot_neutral"] = Of(truth.color.neutral);
  j["color_matrix_A"] = Of(kSimulatedColorMatrixA);
  j["color_matrix_D65"] = Of(kSimulatedColorMatrixD65);
  j["color_matrix_shot"] = Of(truth.color.camera_from_xyz);
  j["linear_srgb_to_camera"] = Of(truth.color.camera_from_srgb);
  j["camera_to_linear_srgb"] = Of(Inverse(truth.color.camera_from_srgb));
  j["convention"] =
      "pixel centres at integer coordinates; frame_to_reference maps (x,y,1) of the frame to "
      "reference pixels; object boxes are in reference-frame (scene) coordinates";
  for (size_t k = 0; k < truth.poses.size(); ++k) {
    const Pose& pose = truth.poses[k];
    j["frames"].push_back({{"file", truth.files[k]},
                           {"shift_px", {pose.shift_x_px, pose.shift_y_px}},
                           {"rotation_deg", pose.rotation_deg},
                           {"frame_to_reference", pose.ReferenceFromFrame(p.width, p.height)}});
  }

  Json regions = Json::object();
  for (const auto& [name, box] : scene.Regions()) {
    const Rect clipped = Clipped(box, p.width, p.height);
    if (clipped.width > 0 && clipped.height > 0) regions[name] = Of(clipped);
  }
  j["objects"] = Json::array();
  for (const Mover& mover : truth.movers) {
    Json boxes = Json::array();
    Rect all = mover.BoxAt(0);
    for (size_t k = 0; k < truth.poses.size(); ++k) {
      const Rect box = mover.BoxAt(static_cast<int>(k));
      boxes.push_back(Of(box));
      all = Union(all, box);
    }
    j["objects"].push_back({{"name", mover.name},
                            {"step_px_per_frame", {mover.step_x_px, mover.step_y_px}},
                            {"boxes_xywh", boxes}});
    const Rect clipped = Clipped(all, p.width, p.height);
    if (clipped.width > 0 && clipped.height > 0) regions[mover.name] = Of(clipped);
  }
  j["regions_xywh"] = regions;
  j["hot_pixels_xyv"] = Json::array();
  for (const HotPixel& h : truth.hot_pixels) j["hot_pixels_xyv"].push_back({h.x, h.y, h.value});
  j["stars_xyv"] = Json::array();
  for (const Star& s : scene.stars()) j["stars_xyv"].push_back({s.x_px, s.y_px, s.peak});
  j["patches"] = Json::array();
  for (const Patch& patch : scene.patches()) {
    j["patches"].push_back({{"box_xywh", Of(patch.box)},
                            {"linear_srgb", {patch.color.r, patch.color.g, patch.color.b}}});
  }
  return j.dump(1) + "\n";
}

}  // namespace petzval
