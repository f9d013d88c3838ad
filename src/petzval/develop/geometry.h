// Sizes and units that pipelines and the code around them share.
#ifndef PETZVAL_DEVELOP_GEOMETRY_H_
#define PETZVAL_DEVELOP_GEOMETRY_H_

namespace petzval {

// Widths of the buffers that pipelines fill are multiples of this: their vectors need no remainder,
// so that every pixel is computed by the same instructions wherever a rectangle begins.
inline constexpr int kLane = 32;
inline constexpr int RoundUpToLane(int n) { return (n + kLane - 1) / kLane * kLane; }
inline constexpr int FloorToLane(int n) { return (n >= 0 ? n : n - kLane + 1) / kLane * kLane; }

// How far the demosaic pipelines read beyond their output; they assert that the input has it.
inline constexpr int kDemosaicMargin = 20;

// Unit of the variance map: code / kVarianceUnit times the variance of one frame without shading.
inline constexpr float kVarianceUnit = 4096;

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_GEOMETRY_H_
