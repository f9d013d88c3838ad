// Spot diagrams: where the rays of a hexapolar pupil meet the image plane.
#ifndef PETZVAL_OPTICS_ANALYSIS_SPOT_H_
#define PETZVAL_OPTICS_ANALYSIS_SPOT_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

// One wavelength.
struct Spot {
  int wavelength = 0;  // index
  std::optional<double> chief_x_mm, chief_y_mm;
  std::vector<double> x_mm, y_mm;  // rays that arrive, in the image plane
  RayCounts rays;
  std::optional<double> centroid_x_mm, centroid_y_mm;
  std::optional<double> rms_chief_um;  // about the chief ray of this wavelength
  std::optional<double> rms_centroid_um;
  std::optional<double> geo_chief_um;  // largest distance from the chief
};

struct FieldSpot {
  double field = 0;
  std::vector<Spot> spots;  // for each wavelength
  // All wavelengths, weighted; about their common centroid, and about the primary chief ray.
  std::optional<double> centroid_x_mm, centroid_y_mm;
  std::optional<double> poly_rms_centroid_um, poly_rms_chief_um;
  std::optional<double> airy_radius_um;  // 1.22 lambda N of the primary wavelength, on axis
  RayCounts rays;
};

inline constexpr int kSpotRings = 6;

// Equal ray weights within a wavelength, failed rays left out. Errors: only a field or ring count
// out of range (rings 1 .. 200); a lens through which nothing passes gives empty figures.
Result<FieldSpot> ComputeSpot(const LensModel& model, double field, int rings = kSpotRings,
                              const SamplingOptions& options = {});

// Spot size as the image plane moves (rays are traced once). poly_rms empty where nothing arrives.
struct ThroughFocusSpot {
  double shift_mm = 0;
  std::vector<std::optional<double>> rms_centroid_um;  // for each wavelength
  std::optional<double> poly_rms_centroid_um;
};
Result<std::vector<ThroughFocusSpot>> ComputeThroughFocusSpot(const LensModel& model, double field,
                                                              const std::vector<double>& shifts_mm,
                                                              int rings = kSpotRings,
                                                              const SamplingOptions& options = {});

// The image shift of least RMS about the centroid, and the RMS there.
struct BestFocus {
  double shift_mm = 0;
  double rms_um = 0;
};
// `wavelength` -1: all wavelengths with `weights` (empty: those of the lens). Empty when fewer than
// two directions arrive.
Result<std::optional<BestFocus>> ComputeBestFocus(const LensModel& model, double field,
                                                  int wavelength, int rings = kSpotRings,
                                                  const SamplingOptions& options = {},
                                                  const std::vector<double>& weights = {});

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_SPOT_H_
