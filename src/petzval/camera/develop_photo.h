// The recipe of `petzval develop`: RAW frames in, a finished photograph out.
#ifndef PETZVAL_CAMERA_DEVELOP_PHOTO_H_
#define PETZVAL_CAMERA_DEVELOP_PHOTO_H_

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "petzval/base/parameter.h"
#include "petzval/base/result.h"
#include "petzval/burst/burst.h"
#include "petzval/camera/camera_knowledge.h"
#include "petzval/camera/report.h"
#include "petzval/develop/develop.h"
#include "petzval/encode/encode.h"
#include "petzval/look/look.h"

namespace petzval {

enum class CaptureMode { kAutomatic, kSnapshot, kBurst };

// Everything a user can say about one photograph.
struct DevelopJob {
  std::vector<std::string> inputs;  // 1..kMaxBurstFrames RAW files of one shot
  std::string output;               // suffix chooses the format; empty: only merged and linear
  std::string merged_dng;           // also write the merged mosaic here
  std::string linear_tif;           // also write the scene-linear picture here
  std::string report_json;  // only checked here against the other names; "-" and empty: none
  CaptureMode mode = CaptureMode::kAutomatic;
  BurstParams burst;
  DevelopParams develop;
  std::string lens_profile;  // name or file of a baked lens that is taken off; empty: none
  std::string look = "authentic";
  // What of the look is to be changed: names and values as written (see SetLookValue).
  std::vector<std::pair<std::string, std::string>> look_values;
  CameraKnowledge knowledge;  // a calibrated device, a DCP profile, the class of the light
  std::string white_balance = "as-shot";  // as the user said it, see ParseWhiteBalance
  bool auto_exposure = true;
  OutputSpace space = OutputSpace::kSrgb;
  EncodeParams encode;
  bool overwrite = false;
};

// The numeric parameters of a job, each with its one description, bound to where it lives.
std::vector<BoundParameter> BindParameters(DevelopJob* job);

// Parses "as-shot", "auto", a preset (WhiteBalancePresets) or "KELVIN[,TINT]".
Result<WhiteBalance> ParseWhiteBalance(const std::string& text);
std::vector<std::string> WhiteBalancePresets();

// The whole text as a finite number; false if it is not one. Independent of the locale.
bool ParseNumber(std::string_view text, double* value);

// Develops one photograph. Outputs appear only complete; on an error none of this run's outputs
// that were not finished before is left behind. `on_step` hears the name of each step as it starts.
// Errors: one sentence; the first thing wrong with names and folders is found before any work.
Status DevelopPhoto(DevelopJob job, Report* report,
                    const std::function<void(std::string_view)>& on_step,
                    const std::function<void(double)>& on_fraction);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_DEVELOP_PHOTO_H_
