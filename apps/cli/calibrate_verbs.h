// What the second words of `petzval calibrate` and `petzval match` share.
#ifndef PETZVAL_APPS_CLI_CALIBRATE_VERBS_H_
#define PETZVAL_APPS_CLI_CALIBRATE_VERBS_H_

#include <string>
#include <vector>

#include "answer.h"
#include "petzval/calibrate/chart/chart_calibration.h"
#include "petzval/calibrate/fit/training_set.h"
#include "petzval/device/calibration.h"
#include "petzval/measure/subject/subject.h"
#include "verb.h"

namespace petzval::cli {

Verb CalibrateColorVerb(const CommonOptions& common);
Verb CalibrateNoiseVerb(const CommonOptions& common);
Verb CalibrateShadingVerb(const CommonOptions& common);
Verb CalibrateBlackVerb(const CommonOptions& common);
Verb CalibrateDcpVerb(const CommonOptions& common);

// Where a calibration goes: `--into DEVICE.toml --camera NAME`.
struct Target {
  std::string device_path, camera;
  bool overwrite = false;  // a report that exists
};
std::vector<Option> TargetOptions(Target* target);
// Before any work: the name of the file, its folder, the device in it and that it has the camera
// (a device without cameras takes any name). Sets `camera` when the device has only one.
Status CheckTarget(Target* target);
// No output is an input, the report does not exist yet.
Status CheckCalibrationFiles(const std::vector<std::string>& inputs, const Target& target,
                             const CommonOptions& common);
// The calibration that the file holds already; an empty one when there is no file.
Result<CameraCalibration> CalibrationIn(const Target& target);

// Spectral sensitivities of a CSV file, or of a sensor of data/sensors.
Result<calibrate::Sensitivities> FindSensitivities(const std::string& file_or_sensor,
                                                   std::vector<std::string>* warnings);

// The files opened, each error with its file in front.
Result<std::vector<measure::Subject>> ReadSubjects(const std::vector<std::string>& paths);

// Chart shots on the command line: files, their lights, flat field and corners.
struct ChartArguments {
  std::vector<std::string> files, lights;  // one light for all, or one for each file
  std::string light_class, corners, roi, flat;
  calibrate::ChartCalibrationParams params;
};
std::vector<Option> ChartOptions(ChartArguments* arguments);
// Reads the shots and calibrates. What is wrong with the arguments is found before.
Result<calibrate::ChartCalibration> CalibrateCharts(const ChartArguments& arguments);

// `petzval match --photos`: camera, reference, camera, reference, .., to a look.
struct PhotoMatchArguments {
  std::vector<std::string> photos;
  std::string camera, reference, look;
  bool overwrite = false;
};
Status RunPhotoMatch(const PhotoMatchArguments& arguments, const CommonOptions& common);

// JSON of one light, of its errors and of the patches behind it.
nlohmann::ordered_json LightJson(const LightCalibration& light);
nlohmann::ordered_json ErrorJson(const FitError& error);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_CALIBRATE_VERBS_H_
