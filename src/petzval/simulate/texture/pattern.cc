// Simple patterns, and the choice among all.
#include "petzval/simulate/texture/pattern.h"

#include "petzval/simulate/texture/noise3.h"
#include "petzval/simulate/texture/pattern_kinds.h"

namespace petzval {
namespace {

constexpr float kRadians = 0.017453293f;

Blend NoisePattern(const Pattern& pattern, const SurfacePoint& p) {
  const float k = 1 / pattern.size_mm;
  const float t = Fractal3(k * p.x, k * p.y, k * p.z, pattern.octaves, pattern.seed);
  return AlongInks(0, pattern.inks - 1, 0.5f + 2 * pattern.contrast * (t - 0.5f));
}

Blend CheckerPattern(const Pattern& pattern, const SurfacePoint& p) {
  const int cell = FloorInt(p.u / pattern.size_mm) + FloorInt(p.v / pattern.size_mm);
  return OneInk(pattern.inks > 1 ? cell & 1 : 0);
}

Blend StripesPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float a = kRadians * pattern.angle_deg;
  const float place = (std::cos(a) * p.u + std::sin(a) * p.v) / pattern.size_mm;
  const float part = place - static_cast<float>(FloorInt(place));
  return OneInk(pattern.inks > 1 && part >= pattern.ratio ? 1 : 0);
}

Blend GradientPattern(const Pattern& pattern, const SurfacePoint& p) {
  return AlongInks(0, pattern.inks - 1, p.v / pattern.size_mm);
}

Blend Choose(const Pattern& pattern, const SurfacePoint& p) {
  switch (pattern.kind) {
    case PatternKind::kSolid:
      return {};
    case PatternKind::kNoise:
      return NoisePattern(pattern, p);
    case PatternKind::kChecker:
      return CheckerPattern(pattern, p);
    case PatternKind::kStripes:
      return StripesPattern(pattern, p);
    case PatternKind::kBricks:
      return BricksPattern(pattern, p, true);
    case PatternKind::kTiles:
      return BricksPattern(pattern, p, false);
    case PatternKind::kWood:
      return WoodPattern(pattern, p);
    case PatternKind::kFoliage:
      return FoliagePattern(pattern, p);
    case PatternKind::kFabric:
      return FabricPattern(pattern, p);
    case PatternKind::kKnit:
      return KnitPattern(pattern, p);
    case PatternKind::kDeadLeaves:
      return DeadLeavesPattern(pattern, p);
    case PatternKind::kSlanted:
      return SlantedPattern(pattern, p);
    case PatternKind::kSiemens:
      return SiemensPattern(pattern, p);
    case PatternKind::kZonePlate:
      return ZonePattern(pattern, p);
    case PatternKind::kSteps:
      return StepsPattern(pattern, p);
    case PatternKind::kPatches:
      return PatchesPattern(pattern, p);
    case PatternKind::kDots:
      return DotsPattern(pattern, p);
    case PatternKind::kText:
      return TextPattern(pattern, p);
    case PatternKind::kGradient:
      return GradientPattern(pattern, p);
    case PatternKind::kIris:
      return IrisPattern(pattern, p);
    case PatternKind::kWindows:
      return WindowsPattern(pattern, p);
    case PatternKind::kGround:
      return GroundPattern(pattern, p);
    case PatternKind::kHill:
      return HillPattern(pattern, p);
  }
  return {};
}

}  // namespace

Blend Evaluate(const Pattern& pattern, const SurfacePoint& p) {
  Blend blend = Choose(pattern, p);
  if (pattern.variation > 0) {
    const float t = pattern.variation * Hash01(static_cast<int>(p.piece), 17, pattern.seed);
    if (pattern.kind == PatternKind::kSolid) {
      blend = AlongInks(0, pattern.inks - 1, t);
    } else {
      blend.shade *= 1 - 0.7f * t;
    }
  }
  return blend;
}

}  // namespace petzval
