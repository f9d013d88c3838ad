// One field and wavelength made ready: launcher, tracer and chief ray together.
#ifndef PETZVAL_OPTICS_ANALYSIS_FIELD_TRACER_H_
#define PETZVAL_OPTICS_ANALYSIS_FIELD_TRACER_H_

#include <algorithm>
#include <span>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

class FieldTracer {
 public:
  // Errors: no chief ray, or `field` or `wavelength` out of range.
  static Result<FieldTracer> Create(const LensModel& model, double field, int wavelength,
                                    const SamplingOptions& options);
  // For rays launched through `launched` but traced through `traced` (a perturbed copy): the chief
  // ray is that of `traced`.
  static Result<FieldTracer> Create(const LensModel& launched, const LensModel& traced,
                                    double field, int wavelength, const SamplingOptions& options);

  const RayResult& chief() const { return chief_; }
  const Launcher& launcher() const { return launcher_; }
  bool clip() const { return clip_; }

  RayResults<double> Trace(std::span<const PupilPoint> pupil) const;
  RayResults<double> Trace(std::span<const PupilPoint> pupil, bool clip) const;
  // In pieces that stay in cache: f(first index, results of the piece), in order.
  template <class F>
  void TraceInPieces(std::span<const PupilPoint> pupil, bool clip, F&& f) const {
    constexpr size_t kPiece = 2048;
    RayResults<double> results;
    for (size_t first = 0; first < pupil.size(); first += kPiece) {
      const size_t count = std::min(kPiece, pupil.size() - first);
      tracer_.Trace(launcher_.Batch(pupil.subspan(first, count)), clip, &results);
      f(first, results);
    }
  }

 private:
  FieldTracer(Launcher launcher, Tracer tracer) : launcher_(launcher), tracer_(std::move(tracer)) {}

  Launcher launcher_;
  Tracer tracer_;
  RayResult chief_;
  bool clip_ = false;
};

// Which part of the pupil suffices: its image in x = 0 (and, on the axis of a rotationally
// symmetric lens, in y = 0) follows exactly.
enum class PupilSymmetry { kNone, kMirrorX, kMirrorXY };
PupilSymmetry SymmetryOf(const LensModel& model, double field);

// The points of MidpointGrid(n, disc, extent) that suffice, each with the number it stands for.
struct ReducedPupil {
  std::vector<PupilPoint> points;
  std::vector<double> weights;   // 1, 2 or 4
  std::vector<int> column, row;  // in the whole grid
};
ReducedPupil ReducedGrid(int n, bool disc, double extent, PupilSymmetry symmetry);

// Counts with each point standing for its weight.
RayCounts CountRays(std::span<const uint8_t> status, std::span<const double> weights);

// The weights of the wavelengths, summing to 1: `wavelength` alone, or when it is -1 `weights`
// (empty: the system's). Errors: index or count out of range, weights not positive.
Result<std::vector<double>> WavelengthWeights(const System& system, int wavelength,
                                              const std::vector<double>& weights);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_FIELD_TRACER_H_
