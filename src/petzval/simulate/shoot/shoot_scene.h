// Shoot for a scene and a device that are already there.
#ifndef PETZVAL_SIMULATE_SHOOT_SHOOT_SCENE_H_
#define PETZVAL_SIMULATE_SHOOT_SHOOT_SCENE_H_

#include "petzval/simulate/shoot/camera_setup.h"
#include "petzval/simulate/shoot/pair.h"
#include "petzval/simulate/shoot/shoot.h"

namespace petzval::simulate {

// As Shoot; `job.scene` and `job.device` only name what is given.
Result<ShootResult> ShootScene(const ShootJob& job, const SceneSource& scene, const Device& device,
                               const std::function<void(double)>& progress);

// As ShootPair.
Result<ShootPairResult> ShootPairScene(const ShootPairJob& job, const SceneSource& scene,
                                       const Device& device, const Device& reference,
                                       const std::function<void(double)>& progress);

// The cameras that the parameters name, with their offsets from the first of them. Errors: those of
// Device::Camera and SetUpCamera; kInvalidInput for a camera named twice or a lens for several.
Result<std::vector<CameraSetup>> SetUpCameras(const Device& device, const SceneSource& scene,
                                              const ShootParams& params);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_SHOOT_SCENE_H_
