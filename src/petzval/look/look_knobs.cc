// What the knobs of a photographer do to the parameters of a look: the one place that says so.
#include "petzval/look/look_knobs.h"

namespace petzval {
namespace {

constexpr KnobEffect kEffects[] = {
    {"tone", "exposure_bias", -0.7, 0.7, false},
    {"tone", "shadow_lift", -0.8, 0.9, false},
    {"tone", "night_lightness", -0.3, 0.3, true},
    {"tonality", "contrast", -0.25, 0.35, true},
    {"tonality", "shoulder", 0.5, -0.2, false},
    {"tonality", "local_contrast", -0.08, 0.10, false},
    {"saturation", "chroma", -1.0, 0.6, true},
    {"saturation", "chroma_skin", -1.0, 0.15, true},
};

}  // namespace

std::span<const KnobEffect> KnobEffects() { return kEffects; }

}  // namespace petzval
