// The files of data/scenes, compiled in.
#ifndef PETZVAL_SIMULATE_WORLD_EMBEDDED_SCENES_H_
#define PETZVAL_SIMULATE_WORLD_EMBEDDED_SCENES_H_

#include <span>

#include "petzval/device/embedded_files.h"

namespace petzval::simulate {

// Defined in a source that CMake writes from the folder.
std::span<const EmbeddedDeviceFile> EmbeddedScenes();

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_EMBEDDED_SCENES_H_
