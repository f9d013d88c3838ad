// What the knobs of a photographer do to the parameters of a look: the one place that says so.
#ifndef PETZVAL_LOOK_LOOK_KNOBS_H_
#define PETZVAL_LOOK_LOOK_KNOBS_H_

#include <span>
#include <string>

namespace petzval {

// A knob at 100 adds `at_plus` to the parameter, at -100 it adds `at_minus`; in between in
// proportion. `scale`: multiplies by 1 + that instead.
struct KnobEffect {
  const char* knob;
  const char* parameter;
  double at_minus, at_plus;
  bool scale;
};

// knob        -100                                   +100
// tone        dark: -0.7 EV, shade closed            light: +0.7 EV, shade open
// tonality    soft: contrast x 0.75                  hard: contrast x 1.35, objects stand out
// saturation  grey: chroma x 0                       chroma x 1.6
// warmth and texture are parameters themselves and need no entry.
std::span<const KnobEffect> KnobEffects();

}  // namespace petzval

#endif  // PETZVAL_LOOK_LOOK_KNOBS_H_
