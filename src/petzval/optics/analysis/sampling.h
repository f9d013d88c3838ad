// What every analysis shares: which rays are sent, which may fail, and how failures are counted.
#ifndef PETZVAL_OPTICS_ANALYSIS_SAMPLING_H_
#define PETZVAL_OPTICS_ANALYSIS_SAMPLING_H_

#include <optional>
#include <span>
#include <vector>

#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

// The two pupils that a question may mean.
// - Nominal: pupil coordinates as the lens file launches them, nothing clips. Rays fail only where
//   geometry fails. This is what design and the published listings compare.
// - As built: coordinates refer to the real stop (the iris at the file's aperture), and clear
//   diameters and edges clip. This is what a picture sees.
struct SamplingOptions {
  bool clip = false;             // clear diameters and edges fail a ray
  std::optional<Launch> launch;  // empty: as the lens file says

  static SamplingOptions Nominal() { return {}; }
  static SamplingOptions AsBuilt() { return {.clip = true, .launch = Launch::kRealStop}; }
};

// Rays by what became of them.
struct RayCounts {
  int ok = 0, missed = 0, total_reflection = 0, clipped = 0;

  int failed() const { return missed + total_reflection + clipped; }
  int total() const { return ok + failed(); }
  void Add(RayStatus status);
  RayCounts& operator+=(const RayCounts& other);
};
RayCounts CountRays(std::span<const uint8_t> status);

// The chief ray (pupil centre) at the image plane; never clipped. Errors: kInvalidInput when no
// chief ray reaches the stop or the image.
Result<RayResult> TraceChief(const LensModel& model, double field, int wavelength,
                             const SamplingOptions& options = {});

// The model with its image plane moved by `shift_mm` along +z; exit-pupil distances follow.
LensModel Defocused(const LensModel& model, double shift_mm);

// Whether a lens is its own mirror image in the plane x = 0 (no pose, edge or toroid that breaks
// it: then a pupil's left half follows from its right half exactly).
bool IsSymmetric(const System& system);

// The field values of the lens scaled to `count` equal steps, the first excluded when `from_axis`
// is false: h_max / count, 2 h_max / count, ... Only the axis where the lens has no other field.
std::vector<double> FieldSteps(const LensModel& model, int count, bool from_axis);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_SAMPLING_H_
