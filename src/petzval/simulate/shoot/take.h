// One camera's part of a shot: frames, clean picture and truth into files.
#ifndef PETZVAL_SIMULATE_SHOOT_TAKE_H_
#define PETZVAL_SIMULATE_SHOOT_TAKE_H_

#include <functional>
#include <string>
#include <vector>

#include "petzval/simulate/shoot/truth_json.h"

namespace petzval::simulate {

struct TakeJob {
  std::string folder, device_title;
  const SceneSource* scene = nullptr;
  const ShootParams* params = nullptr;
  const CameraSetup* setup = nullptr;
  int camera_index = 0;  // of the device: seeds the specimen
  std::vector<Moment> moments;
  Metered metered;
  std::function<CameraPose(double s)> pose;  // on the timeline
  std::function<void(double)> progress;      // 0..1; may be empty
};

// Writes the files of NamesOf. Errors: those of ExposeFilm, MakeReadout and of writing.
Result<CameraRecord> TakePictures(const TakeJob& job);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_TAKE_H_
