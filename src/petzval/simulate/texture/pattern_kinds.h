// The patterns behind Evaluate, by family.
#ifndef PETZVAL_SIMULATE_TEXTURE_PATTERN_KINDS_H_
#define PETZVAL_SIMULATE_TEXTURE_PATTERN_KINDS_H_

#include "petzval/simulate/texture/noise.h"
#include "petzval/simulate/texture/pattern.h"

namespace petzval {

inline Blend OneInk(int ink, float shade = 1) {
  Blend blend;
  blend.ink[0] = ink;
  blend.shade = shade;
  return blend;
}

// Between inks `a` and `b`, t in 0..1.
inline Blend TwoInks(int a, int b, float t, float shade = 1) {
  Blend blend;
  blend.ink[0] = a;
  blend.ink[1] = b;
  blend.weight[0] = 1 - t;
  blend.weight[1] = t;
  blend.shade = shade;
  return blend;
}

// Along the row of inks first..last, t in 0..1.
inline Blend AlongInks(int first, int last, float t, float shade = 1) {
  if (last <= first) return OneInk(first, shade);
  const float place = Clamp01(t) * static_cast<float>(last - first);
  const int below = std::min(static_cast<int>(place), last - first - 1);
  return TwoInks(first + below, first + below + 1, place - static_cast<float>(below), shade);
}

Blend SlantedPattern(const Pattern& pattern, const SurfacePoint& p);
Blend SiemensPattern(const Pattern& pattern, const SurfacePoint& p);
Blend ZonePattern(const Pattern& pattern, const SurfacePoint& p);
Blend StepsPattern(const Pattern& pattern, const SurfacePoint& p);
Blend PatchesPattern(const Pattern& pattern, const SurfacePoint& p);
Blend DotsPattern(const Pattern& pattern, const SurfacePoint& p);
Blend TextPattern(const Pattern& pattern, const SurfacePoint& p);
Blend DeadLeavesPattern(const Pattern& pattern, const SurfacePoint& p);

Blend BricksPattern(const Pattern& pattern, const SurfacePoint& p, bool offset);
Blend WoodPattern(const Pattern& pattern, const SurfacePoint& p);
Blend FoliagePattern(const Pattern& pattern, const SurfacePoint& p);
Blend FabricPattern(const Pattern& pattern, const SurfacePoint& p);
Blend KnitPattern(const Pattern& pattern, const SurfacePoint& p);
Blend IrisPattern(const Pattern& pattern, const SurfacePoint& p);
Blend WindowsPattern(const Pattern& pattern, const SurfacePoint& p);
Blend GroundPattern(const Pattern& pattern, const SurfacePoint& p);
Blend HillPattern(const Pattern& pattern, const SurfacePoint& p);

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_TEXTURE_PATTERN_KINDS_H_
