// What all blocks of a merge have in common: mosaic phases, classes of taps, kernels, geometry.
#ifndef PETZVAL_BURST_MERGE_PLAN_H_
#define PETZVAL_BURST_MERGE_PLAN_H_

#include <array>
#include <cstddef>
#include <vector>

#include "petzval/capture/raw_frame.h"

namespace petzval::burst {

// Geometry, in squares of period x period mosaic pixels ("quads"). A block computes kInner quads
// and holds kAcc (a halo for the filters of the last step); robustness needs a bit more around.
// Motion is constant within a cell.
inline constexpr int kHalo = 4;  // of kAcc around kInner
inline constexpr int kAccCols = 128, kAccRows = 72;
inline constexpr int kInnerCols = kAccCols - 2 * kHalo, kInnerRows = kAccRows - 2 * kHalo;
inline constexpr int kWideHalo = 8;  // of the robustness domain around kAcc, columns
inline constexpr int kHighHalo = 2;  // ... rows
inline constexpr int kWideCols = kAccCols + 2 * kWideHalo, kWideRows = kAccRows + 2 * kHighHalo;
// Motion may vary by this many quads within a block; cells that move farther are left out.
inline constexpr int kReach = 20;
inline constexpr int kPlaneCols = kWideCols + 2 * kReach + 8;
inline constexpr int kPlaneRows = kWideRows + 2 * kReach + 8;

inline constexpr int kMaxPhases = 16;

// Sums over taps that depend on cell and frame only, per class of phases.
enum ClassSum {
  kDenNarrow,
  kDenWide,
  kMomentX,  // of the wide kernel, d = sample - site in px of the reference
  kMomentY,
  kMomentXX,
  kMomentXY,
  kMomentYY,
  kVarNarrow,  // from here on sums of r^2
  kVarBoth,
  kVarWide,
  kClassSums
};

// A kernel along one axis: weights of the samples at -1, 0, 1, 2 from the floor of a position, by
// the fraction in steps of 1 / kKernelSteps.
inline constexpr int kKernelSteps = 256;
using KernelTable = std::array<std::array<float, 4>, kKernelSteps + 1>;

// A sample of the same colour near a site, by its place in the 4 x 4 samples around a position.
struct Tap {
  int column = 0, row = 0;  // 0..3: 1 before the floor of the position .. 2 after
  ptrdiff_t offset = 0;     // of the sample from the site's quad, in the float planes of a block
};

// Sums over the samples of one axis that a mask names, of both kernels n (narrow) and w (wide) and
// the distance x. Where the samples of a class form a rectangle, sums over both axes are products.
struct AxisSums {
  float n = 0, w = 0, wx = 0, wxx = 0, nn = 0, nw = 0, ww = 0;
};
using AxisTable = std::array<AxisSums, kKernelSteps + 1>;

// Columns times rows of the 4 x 4 samples, as bit masks.
struct TapRectangle {
  int columns = 0, rows = 0;
};

struct MergePlan {
  int cell = 8;    // side of a cell: 8, or 4 where the motion varies strongly
  int period = 2;  // side of a quad: 2 (Bayer, monochrome) or 4 (quad Bayer)
  int phases = 4;
  int colors = 3;                          // 1 for monochrome
  std::array<int, kMaxPhases> color_of{};  // phase -> 0..colors-1
  std::array<int, 3> phases_of_color{};    // how many
  int classes = 2;                         // phases with the same pattern of taps
  std::array<int, kMaxPhases> class_of{};
  std::array<int, kMaxPhases> class_phase{};  // class -> one phase of it
  std::array<float, 3> noise_s{}, noise_o{};  // per colour, times strength
  KernelTable narrow, wide;
  // Same-colour samples of each phase, by the whole-pixel part of the motion modulo the period:
  // taps[(y * period + x) * phases + phase].
  std::vector<std::vector<Tap>> taps;
  // The same samples of each class as rectangles: rectangles[(y * period + x) * classes + class].
  std::vector<std::vector<TapRectangle>> rectangles;
  std::array<AxisTable, 16> axis;  // by mask
};

// `turn`: the strongest rotation or magnification of a frame (0.01 = 1 %).
MergePlan MakePlan(const RawFrame& reference, double strength, double turn);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_MERGE_PLAN_H_
