// The lens shading that a phone states in its RAW files.
#ifndef PETZVAL_SIMULATE_SHOOT_SHADING_MAP_H_
#define PETZVAL_SIMULATE_SHOOT_SHADING_MAP_H_

#include "petzval/simulate/shoot/camera_setup.h"

namespace petzval::simulate {

// Gains that even out the illumination by the lens and the micro-lenses, 1 in the middle, at most
// kMostShadingGain, as a DNG GainMap over the picture.
inline constexpr double kMostShadingGain = 8;
GainMap ShadingMap(const CameraSetup& setup);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_SHADING_MAP_H_
