// Shapes of the tables that a picture's rendering is baked into, shared by pipeline and builder.
#ifndef PETZVAL_LOOK_RENDER_TABLES_H_
#define PETZVAL_LOOK_RENDER_TABLES_H_

#include "petzval/color/lut_cells.h"

namespace petzval {

// Colour table: n^3 toned colours, 4 floats each (see BakeColorTable).
inline constexpr int kColorTableSize = 49;

// A toned code of 1, as LookUpToned takes it.
inline constexpr int kTonedMax = kTonedSteps * 255 * (kColorTableSize - 1);
static_assert(kTonedMax < 65536);

// Curve table: steps of 1/128 octave above kCurveStart, which is added to the value first; so steps
// are even in the dark and relative in the light. Each entry holds the toned code at the start of
// the step in its upper 16 bits and the rise to the next step in its lower 16.
inline constexpr float kCurveStart = 1.0f / 1024;
inline constexpr int kCurveShift = 16;    // mantissa bits below a step
inline constexpr int kCurveOctaves = 15;  // up to 32
inline constexpr int kCurveSize = (kCurveOctaves << (23 - kCurveShift)) + 1;

// Local gain is read from the proxy's grid once in so many pixels and interpolated between.
inline constexpr int kGainStep = 8;

// Largest scene value that may become white.
inline constexpr double kMaxWhite = 31;

// Limits of the local gain, as powers of two, and the darkest luminance that steers it.
inline constexpr float kMaxLocalGainEv = 6;
inline constexpr float kDarkestGuide = 1.0f / 16384;

}  // namespace petzval

#endif  // PETZVAL_LOOK_RENDER_TABLES_H_
