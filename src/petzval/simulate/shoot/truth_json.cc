// truth.json through nlohmann-json.
#include "petzval/simulate/shoot/truth_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace petzval::simulate {
namespace {

using Json = nlohmann::ordered_json;

Json Of(const Mat3& m) { return {m[0], m[1], m[2]}; }
Json Of(const Vec3& v) { return v.v; }
Json Of(const CameraPose& p) {
  return {{"position_mm", Of(p.position_mm)}, {"world_from_camera", Of(p.world_from_camera)}};
}

const char* Name(OpticsKind kind) {
  return kind == OpticsKind::kTraced ? "traced" : kind == OpticsKind::kThin ? "thin" : "pinhole";
}

Json Parameters(const ShootJob& job) {
  const ShootParams& p = job.params;
  Json j;
  ShootParams copy = p;
  for (const BoundParameter& b : BindParameters(&copy)) j[b.description.name] = *b.value;
  j["view"] = p.view;
  j["lens"] = p.lens;
  j["frames"] = p.frames;
  j["ev_steps"] = p.ev_steps;
  j["seed"] = p.seed;
  j["sensor_seed"] = p.sensor_seed;
  j["optics"] = Name(p.optics);
  j["response"] = p.response == ResponseKind::kSpectral ? "spectral" : "rgb";
  j["scale"] = p.scale;
  j["noise"] = p.noise;
  j["flat_field"] = p.flat_field;
  j["shading_map"] = p.shading_map;
  return j;
}

Json SensorOf(const CameraRecord& r) {
  const Sensor& s = r.setup->sensor;
  const Readout& o = r.readout;
  Json j;
  j["name"] = s.name;
  j["readout"] = o.mode == ReadoutMode::kBinned ? "binned" : "native";
  j["cfa"] = r.setup->cfa.Name();
  j["bits"] = s.bits;
  j["black"] = s.black_dn;
  j["white"] = s.white_dn;
  j["pixel_um"] = o.pitch_mm * 1e3;
  j["electrons_per_dn"] = 1 / o.dn_per_e;
  j["full_scale_e"] = o.full_scale_e;
  j["read_noise_e"] = o.read_noise_e;
  j["row_noise_e"] = o.row_noise_e;
  j["prnu_pct"] = s.prnu_pct / std::sqrt(o.sites);
  j["dsnu_e"] = s.dsnu_e * std::sqrt(o.sites);
  j["dark_current_e_s"] = s.dark_current_e_s * o.sites;
  j["readout_s"] = r.setup->readout_s();
  j["noise"] = {{"S", r.noise.s},
                {"O", r.noise.o},
                {"model", "variance in time = S*x + O, x = (DN-black)/(white-black); of frame 0"}};
  j["hot_pixels_xye"] = Json::array();
  for (const HotPixel& h : r.hot) j["hot_pixels_xye"].push_back({h.x, h.y, h.electrons_per_s});
  return j;
}

Json ColorOf(const CameraSetup& s) {
  Json j;
  j["as_shot_neutral"] = Of(s.neutral);
  j["key_light_xyz"] = Of(s.key_white);
  if (s.color) {
    j["color_matrix_A"] = Of(s.color->a.camera_from_xyz);
    j["color_matrix_D65"] = Of(s.color->d65.camera_from_xyz);
    if (s.color->a.xyz_d50_from_camera) {
      j["forward_matrix_A"] = Of(*s.color->a.xyz_d50_from_camera);
      j["forward_matrix_D65"] = Of(*s.color->d65.xyz_d50_from_camera);
    }
  }
  return j;
}

Json FramesOf(const CameraRecord& r) {
  Json list = Json::array();
  for (const ShotFrame& f : r.shot.frames) {
    Json j;
    j["file"] = f.file;
    j["start_s"] = f.start_s;
    j["exposure_s"] = f.exposure_s;
    j["iso"] = f.iso;
    j["ev"] = f.ev;
    j["film_lux_s"] = f.lux_s;
    j["half_psnr_db"] = f.half_psnr_db;
    j["pose"] = Of(f.pose);
    list.push_back(j);
  }
  return list;
}

Json ChartsOf(const CameraRecord& r) {
  Json list = Json::array();
  for (const ShotChart& c : r.shot.charts) {
    list.push_back({{"name", c.name},
                    {"reflectances", c.reflectances},
                    {"whole", c.whole},
                    {"corners_px", c.corner_px}});
  }
  return list;
}

Json FilesOf(const ShotNames& n) {
  Json j;
  j["clean_dng"] = n.clean_dng;
  j["clean_pfm"] = n.clean_pfm;
  j["half_pfm"] = n.half;
  if (!n.linear.empty()) {
    j["linear"] = n.linear;
    j["inverse_depth"] = n.depth;
    j["objects"] = n.objects;
    j["motion_x"] = n.motion_x;
    j["motion_y"] = n.motion_y;
  }
  return j;
}

Json CameraOf(const CameraRecord& r, const SceneSource& scene) {
  const CameraSetup& s = *r.setup;
  Json j;
  j["name"] = s.camera.name;
  j["width"] = s.width;
  j["height"] = s.height;
  j["whole_width"] = s.whole_width;
  j["whole_height"] = s.whole_height;
  j["window_xywh"] = {s.window.x, s.window.y, s.window.width, s.window.height};
  j["pitch_mm"] = s.pitch_mm;
  j["axis_px"] = {s.center_x_px, s.center_y_px};
  j["offset_mm"] = Of(s.offset_mm);
  j["lens"] = {{"name", s.lens_name},
               {"title", s.lens_title},
               {"focal_mm", s.optics->focal_mm()},
               {"equivalent_mm", s.equivalent_mm},
               {"f_number", s.optics->f_number()},
               {"focus_mm", s.focus_mm},
               {"wavelengths_um", s.optics->wavelengths_um()}};
  j["sensor"] = SensorOf(r);
  j["color"] = ColorOf(s);
  j["film_lux"] = r.metered.film_lux;
  j["files"] = FilesOf(r.names);
  if (!r.names.linear.empty()) j["linear_half_psnr_db"] = r.linear_half_psnr_db;
  j["frames"] = FramesOf(r);
  j["charts"] = ChartsOf(r);
  j["emitters"] = Json::array();
  for (const TruthEmitter& e : r.emitters) {
    j["emitters"].push_back({{"index", e.index},
                             {"center_px", {e.x_px, e.y_px}},
                             {"depth_mm", e.depth_mm},
                             {"radius_px", e.radius_px}});
  }
  j["objects"] = scene.objects;
  return j;
}

}  // namespace

std::string TruthJson(const ShootJob& job, const Device& device, const SceneSource& scene,
                      const std::vector<CameraRecord>& cameras) {
  Json j;
  j["set"] = "shot";
  j["scene"] = scene.name;
  j["view"] = scene.view.name;
  j["device"] = device.name;
  j["illuminance_lux"] = scene.illuminance_lux;
  j["parameters"] = Parameters(job);
  j["conventions"] = {
      {"pixels", "(0, 0) is the upper left corner of the picture, pixel centres lie at + 0.5"},
      {"camera", "mm; x right, y up, z along the view; origin: middle of the entrance pupil"},
      {"pose",
       "world = world_from_camera * camera + position_mm, at the middle of the exposure of "
       "the sensor's middle row; time 0 begins the first exposure"},
      {"clean",
       "(DN - black) / (white - black) that frame 0 expects, with lens, micro-lenses and "
       "blur, without photo-response differences and noise; not clipped in the PFM"},
      {"half", "half the difference of two halves of the samples: the noise of clean looks so"},
      {"linear",
       "linear Rec.2020; the key light is neutral; 1 = a neutral surface whose green "
       "signal is 1"},
      {"inverse_depth", "1 / m along z, by chief rays at the middle of frame 0; 0: nothing there"},
      {"motion", "pixels from frame 0 to frame k at their middles, by chief rays"},
      {"objects", "index into objects from 1; 0: nothing"},
      {"scale",
       "film pixels are scale times as wide as the sensor's and carry the electrons of "
       "one sensor pixel"}};
  j["cameras"] = Json::array();
  for (const CameraRecord& r : cameras) j["cameras"].push_back(CameraOf(r, scene));
  return j.dump(1) + "\n";
}

}  // namespace petzval::simulate
