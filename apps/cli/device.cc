// petzval device: phones and cameras, what their files say and whether it can be true.
#include "petzval/device/device.h"

#include <fmt/format.h>

#include <memory>

#include "answer.h"
#include "petzval/camera/output_names.h"
#include "petzval/device/check.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;

const char* LevelName(FindingLevel level) {
  switch (level) {
    case FindingLevel::kWarning:
      return "warning";
    case FindingLevel::kError:
      return "error";
    case FindingLevel::kOk:
      break;
  }
  return "ok";
}

const char* CfaName(const Sensor& sensor) {
  switch (sensor.cfa) {
    case CfaKind::kQuadBayer:
      return "quad-Bayer";
    case CfaKind::kMono:
      return "mono";
    case CfaKind::kBayer:
      break;
  }
  return "Bayer";
}

Result<ordered_json> CameraJson(const DeviceCamera& c) {
  PETZVAL_ASSIGN(const Sensor sensor, FindSensor(c.sensor));
  return ordered_json{{"camera", c.name},
                      {"role", CameraRoleName(c.role)},
                      {"equivalent_mm", Number(c.equivalent_mm)},
                      {"f_number", Number(c.f_number)},
                      {"focal_mm", Number(c.focal_mm)},
                      {"megapixels", Number(1e-6 * sensor.width_px * sensor.height_px)},
                      {"pitch_um", Number(sensor.pitch_um)},
                      {"cfa", CfaName(sensor)},
                      {"sensor", c.sensor},
                      {"lens", c.lens},
                      {"nearest_mm", Number(c.nearest_mm)},
                      {"position_mm", {Number(c.position_mm[0]), Number(c.position_mm[1])}},
                      {"assumed", c.assumed},
                      {"sources", c.sources}};
}

Status List(const CommonOptions& common) {
  ordered_json devices = ordered_json::array();
  for (const std::string& name : DeviceNames()) {
    PETZVAL_ASSIGN(const Device device, FindDevice(name));
    std::string cameras;
    for (const DeviceCamera& c : device.cameras) {
      cameras += (cameras.empty() ? "" : ", ") + c.name;
    }
    devices.push_back({{"device", name}, {"cameras", cameras}, {"title", device.title}});
  }
  return Deliver({{"devices", std::move(devices)}}, common);
}

Status Show(const std::string& name, const CommonOptions& common) {
  PETZVAL_ASSIGN(const Device device, FindDevice(name));
  ordered_json answer = {{"device", device.name},
                         {"title", device.title},
                         {"source", device.source},
                         {"note", device.note},
                         {"exchangeable_lens", device.exchangeable_lens}};
  if (device.display) {
    const DeviceDisplay& d = *device.display;
    answer["display"] = {{"diagonal_in", Number(d.diagonal_in)},
                         {"width_px", d.width_px},
                         {"height_px", d.height_px},
                         {"bits", d.bits},
                         {"refresh_hz", Number(d.refresh_hz)},
                         {"ppi", Number(d.ppi())}};
  }
  answer["cameras"] = ordered_json::array();
  for (const DeviceCamera& camera : device.cameras) {
    PETZVAL_ASSIGN(ordered_json json, CameraJson(camera));
    answer["cameras"].push_back(std::move(json));
  }
  answer["baselines"] = ordered_json::array();
  for (size_t i = 0; i < device.cameras.size(); ++i) {
    for (size_t k = i + 1; k < device.cameras.size(); ++k) {
      const std::string &one = device.cameras[i].name, &other = device.cameras[k].name;
      PETZVAL_ASSIGN(const double mm, device.BaselineMm(one, other));
      answer["baselines"].push_back({{"from", one}, {"to", other}, {"baseline_mm", Number(mm)}});
    }
  }
  return Deliver(answer, common);
}

Status Check(const std::string& name, const CommonOptions& common) {
  PETZVAL_ASSIGN(const Device device, FindDevice(name));
  ordered_json findings = ordered_json::array();
  int errors = 0, warnings = 0;
  for (const Finding& f : CheckDevice(device)) {
    errors += f.level == FindingLevel::kError;
    warnings += f.level == FindingLevel::kWarning;
    findings.push_back({{"level", LevelName(f.level)},
                        {"subject", f.subject},
                        {"check", f.check},
                        {"finding", f.sentence}});
  }
  PETZVAL_RETURN_IF_ERROR(Deliver({{"device", device.name},
                                   {"errors", errors},
                                   {"doubts", warnings},
                                   {"findings", std::move(findings)}},
                                  common));
  if (errors == 0) return {};
  return Fail(ErrorCode::kInvalidInput, fmt::format("{} cannot be what its file says: {} error{}",
                                                    device.name, errors, errors == 1 ? "" : "s"));
}

Verb OneDevice(const char* name, const char* summary,
               Status (*run)(const std::string&, const CommonOptions&),
               const CommonOptions& common) {
  auto device = std::make_shared<std::string>();
  Verb verb;
  verb.name = name;
  verb.summary = summary;
  verb.options = {{"DEVICE",
                   "a device (petzval device list) or a .toml file",
                   device.get(),
                   "DEVICE",
                   0,
                   0,
                   {},
                   true}};
  verb.run = [device, run, &common]() -> Status {
    if (common.json != "-") {
      PETZVAL_RETURN_IF_ERROR(CheckOutputNames({*device}, {common.json}, false));
    }
    return run(*device, common);
  };
  return verb;
}

}  // namespace

Verb DeviceVerb(const CommonOptions& common) {
  Verb list;
  list.name = "list";
  list.summary = "the devices that are built in";
  list.run = [&common] { return List(common); };
  Verb verb;
  verb.name = "device";
  verb.summary = "phones and cameras: sensors, lenses, baselines, display";
  verb.verbs = {list, OneDevice("show", "everything the file of a device says", Show, common),
                OneDevice("check", "whether a device can be what its file says", Check, common)};
  return verb;
}

}  // namespace petzval::cli
