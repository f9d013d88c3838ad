// petzval calibrate noise, shading and black: flats and darks.
#include <fmt/format.h>

#include <memory>

#include "calibrate_verbs.h"
#include "petzval/calibrate/frames/frames.h"
#include "petzval/capture/reader.h"

namespace petzval::cli {

using measure::Subject;
using nlohmann::ordered_json;

namespace {

struct Arguments {
  Target target;
  std::vector<std::string> files, darks;
  calibrate::ShadingOptions shading;
};

// What can be wrong with names; also finds the camera.
Status CheckNames(Arguments* a, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckTarget(&a->target));
  std::vector<std::string> inputs = a->files;
  inputs.insert(inputs.end(), a->darks.begin(), a->darks.end());
  return CheckCalibrationFiles(inputs, a->target, common);
}

// Writes the part and prints what was found.
Status Finish(const Arguments& a, const std::string& toml, ordered_json answer,
              const std::vector<std::string>& warnings, const CommonOptions& common) {
  answer["camera"] = a.target.camera;
  answer["into"] = a.target.device_path;
  answer["warnings"] = warnings;
  // The answer first: what fails there leaves the device as it was.
  PETZVAL_RETURN_IF_ERROR(Deliver(answer, common));
  if (a.target.device_path.empty()) return {};
  return WriteCalibration(a.target.device_path, toml);
}

Status Noise(Arguments a, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckNames(&a, common));
  PETZVAL_ASSIGN(std::vector<Subject> frames, ReadSubjects(a.files));
  PETZVAL_ASSIGN(std::vector<Subject> darks, ReadSubjects(a.darks));
  PETZVAL_ASSIGN(const calibrate::NoiseFromFrames found,
                 calibrate::CalibrateNoise(std::move(frames), std::move(darks)));
  ordered_json isos = ordered_json::array();
  for (const calibrate::NoiseOfIso& i : found.isos) {
    constexpr const char* kColors[] = {"red", "green", "blue"};
    for (int c = 0; c < 3; ++c) {
      isos.push_back({{"iso", Number(i.iso)},
                      {"channel", kColors[c]},
                      {"s", Number(i.line[c].s)},
                      {"s_standard_error", Number(i.line_error[c].s)},
                      {"o", Number(i.line[c].o)},
                      {"o_standard_error", Number(i.line_error[c].o)},
                      {"gain_e_per_dn", Number(i.gain_e_per_dn)},
                      {"full_scale_e", Number(i.full_scale_e)},
                      {"read_noise_e", Number(i.read_noise_e)},
                      {"frames", i.frames},
                      {"darks", i.darks}});
    }
  }
  return Finish(a, NoiseCalibrationToml(a.target.camera, found.noise), {{"noise", std::move(isos)}},
                found.warnings, common);
}

Status Shading(Arguments a, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckNames(&a, common));
  PETZVAL_ASSIGN(const std::vector<Subject> flats, ReadSubjects(a.files));
  PETZVAL_ASSIGN(const std::vector<Subject> darks, ReadSubjects(a.darks));
  PETZVAL_ASSIGN(const calibrate::ShadingFromFrames found,
                 calibrate::CalibrateShading(flats, darks, a.shading));
  return Finish(a, ShadingCalibrationToml(a.target.camera, found.shading),
                {{"columns", found.shading.columns},
                 {"rows", found.shading.rows},
                 {"corner_gain", Number(found.corner_gain)},
                 {"color_shading", Number(found.color_shading)},
                 {"tilt_x", Number(found.tilt_x)},
                 {"tilt_y", Number(found.tilt_y)},
                 {"gain_standard_error", Number(found.noise)},
                 {"residual", Number(found.residual)},
                 {"outliers", found.outliers}},
                found.warnings, common);
}

Status Black(Arguments a, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckNames(&a, common));
  std::vector<RawFrame> frames;
  for (const std::string& path : a.files) {
    PETZVAL_ASSIGN(RawFrame frame, ReadRaw(path));
    frames.push_back(std::move(frame));
  }
  PETZVAL_ASSIGN(const calibrate::BlackFromFrames found, calibrate::CalibrateBlack(frames));
  ordered_json levels = ordered_json::array();
  for (size_t i = 0; i < found.exposures.size(); ++i) {
    const calibrate::BlackOfExposure& e = found.exposures[i];
    const BlackCalibration::Entry& b = found.black.entries[i];
    levels.push_back({{"iso", Number(b.iso)},
                      {"exposure_s", Number(b.exposure_s)},
                      {"black_dn", b.black_dn},
                      {"standard_error_dn", e.standard_error_dn},
                      {"noise_dn", Number(b.noise_dn)},
                      {"fixed_dn", Number(e.fixed_dn)},
                      {"hot_share", Number(e.hot_share)},
                      {"gradient_dn", Number(e.gradient_dn)},
                      {"frames", e.frames}});
  }
  return Finish(a, BlackCalibrationToml(a.target.camera, found.black),
                {{"black", std::move(levels)}}, found.warnings, common);
}

Verb FramesVerb(const char* name, const char* summary, const char* what,
                std::shared_ptr<Arguments> a, Status (*run)(Arguments, const CommonOptions&),
                const CommonOptions& common) {
  Verb verb;
  verb.name = name;
  verb.summary = summary;
  verb.options = {{"FRAME", what, &a->files, "FRAME...", 0, 0, {}, true}};
  for (Option& option : TargetOptions(&a->target)) verb.options.push_back(std::move(option));
  verb.run = [a, run, &common] { return run(*a, common); };
  return verb;
}

Option DarkOption(Arguments* a) {
  return {"--dark", "RAW frames without light at the same ISO", &a->darks, "FILE..."};
}

}  // namespace

Verb CalibrateNoiseVerb(const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  Verb verb = FramesVerb("noise", "noise of a camera by photon transfer",
                         "RAW flats, two or more of each exposure and ISO", a, Noise, common);
  verb.options.push_back(DarkOption(a.get()));
  return verb;
}

Verb CalibrateShadingVerb(const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  Verb verb = FramesVerb("shading", "fall-off and colour shading of a lens on its sensor",
                         "RAW shots of an even, matte, unfocused field", a, Shading, common);
  verb.options.push_back(DarkOption(a.get()));
  verb.options.push_back({"--columns", "of the grid of gains", &a->shading.columns, "N", 2, 64});
  verb.options.push_back({"--rows", "of the grid of gains", &a->shading.rows, "N", 2, 64});
  verb.options.push_back({"--remove-tilt", "the light fell off to one side: take that out",
                          &a->shading.remove_tilt, ""});
  verb.options.push_back(
      {"--illuminant", "light of the flats, for the record", &a->shading.light, "NAME"});
  return verb;
}

Verb CalibrateBlackVerb(const CommonOptions& common) {
  return FramesVerb("black", "black level and dark noise of a camera",
                    "RAW frames with the lens covered", std::make_shared<Arguments>(), Black,
                    common);
}

}  // namespace petzval::cli
