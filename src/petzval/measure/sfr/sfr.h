// Spatial frequency response from slanted edges (ISO 12233 e-SFR): one edge, or all of a picture.
#ifndef PETZVAL_MEASURE_SFR_SFR_H_
#define PETZVAL_MEASURE_SFR_SFR_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/image/image.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct SfrParams {
  double max_cpp = 1;             // end of the curve, cycles per pixel, 0.5..2
  double step_cpp = 0.0025;       // of its grid, 0.0005..0.05
  int min_length_px = 12;         // shorter edges are refused
  double min_contrast = 0.1;      // (high - low) / (high + low); lower is refused
  double max_clipped = 0.02;      // share of a side's samples at black or white; more is refused
  double max_error = 0.15;        // relative standard error of MTF50; more is refused as too noisy
  double max_half_width_px = 64;  // samples farther from the edge are not looked at, 4..1000
};

// The pixels around one edge: all of `bounds` whose centres lie within the strip, if there is one.
struct EdgeRegion {
  Rect bounds;
  struct Strip {
    double x = 0, y = 0;       // centre, px; pixel centres at +0.5
    double direction_deg = 0;  // along the edge, from +x towards +y (down)
    double half_length_px = 0, half_width_px = 0;
  };
  std::optional<Strip> strip;
};

// Which way the frequency runs: tangential (meridional) when the normal of the edge points to the
// picture's centre within 30 degrees, sagittal when it is across that within 30 degrees.
enum class RadialDirection { kCentre, kTangential, kSagittal, kDiagonal };
const char* RadialDirectionName(RadialDirection direction);  // "tangential", ..

// One measured edge. Frequencies are cycles per pixel of the full grid along the edge's normal,
// also when only the sites of a Bayer colour were looked at. Levels are in units of the plane.
struct EdgeSfr {
  EdgeRegion region;
  double x = 0, y = 0;      // middle of the edge in the picture, px
  double length_px = 0;     // of the edge within the region
  double normal_deg = 0;    // from dark to bright, from +x towards +y (down), -180..180
  double angle_deg = 0;     // between the edge and the nearer of column and row, 0..45
  double curvature_px = 0;  // sagitta of the edge over its length, towards the bright side
  double offset_px = 0;     // of the edge along normal_deg from the centre of the region
  double offset_error_px = 0;
  RadialDirection radial = RadialDirection::kDiagonal;
  double field = 0;  // distance of (x, y) from the picture's centre / centre to corner

  double low = 0, high = 0;                      // levels far from the edge
  double contrast = 0;                           // (high - low) / (high + low)
  double noise_low = 0, noise_high = 0;          // standard deviation about the fitted edge
  double overshoot_pct = 0, undershoot_pct = 0;  // beyond high and low, of high - low, >= 0
  double halo_width_px = 0;   // of the part of the halo above a tenth of its height; 0: no halo
  double width_10_90_px = 0;  // distance from 10 % to 90 % of the step

  std::optional<double> mtf50_cpp;  // lowest f where the curve crosses 0.5; none below max_cpp
  // Standard error, cycles per pixel; noise that neighbours share is counted. 95 % within +/- 1.96
  // of it.
  double mtf50_error = 0;
  std::optional<double> mtf10_cpp;
  double mtf_half_nyquist = 0, mtf_nyquist = 0;  // at 0.25 and 0.5
  double peak = 1;                               // largest value of the curve (sharpening)
  bool spurious = false;      // the response touches zero below Nyquist and returns
  double first_zero_cpp = 0;  // where, if `spurious`

  std::vector<double> f, mtf;  // the curve from 0; mtf[0] = 1
  // Edge profile: distance along the normal from the edge and value, 0 = low, 1 = high: as fitted,
  // and the mean of the samples within half a step (NaN where there are none).
  std::vector<double> esf_px, esf, esf_samples;
  double half_width_px = 0;  // samples within this distance were used
  double free_width_px = 0;  // within this distance the profile is free in form
  int samples = 0;
  std::vector<std::string> warnings;
};

// Measures the one edge in `region`. `plane`: linear light; `sites`: the pixels that count, by
// coordinates of the plane; `clip`: samples at or above it are clipped. No shape of the edge
// profile is presumed. Errors (kInvalidInput), each a sentence: outside the picture, edge too
// short, parallel to rows or columns, no contrast, a clipped side, more than one edge, too noisy.
Result<EdgeSfr> MeasureEdge(ImageView<const float> plane, SiteMask sites, const EdgeRegion& region,
                            double clip, const SfrParams& params = {});
Result<EdgeSfr> MeasureEdge(ImageView<const float> plane, SiteMask sites, const Rect& roi,
                            double clip, const SfrParams& params = {});

// Red and blue against green at one edge: how far they are shifted along the edge's normal_deg, px.
struct EdgeColor {
  size_t edge = 0;  // index into SfrReport::edges
  double red_px = 0, blue_px = 0;
  double red_error_px = 0, blue_error_px = 0;
  double radial = 0;  // cosine between normal and radius: radial shift = red_px / radial
};

struct SfrReport {
  Channel channel = Channel::kGreen;
  std::vector<EdgeSfr> edges;     // from the top, then from the left
  std::vector<EdgeColor> colors;  // of those edges that all three planes show
  int refused = 0;                // found, but not measurable
  // Figures "mtf50", "mtf50_centre", .. and curves of the median edge. Each edge keeps the warnings
  // that are its own.
  Findings findings;
};

// With `roi`: the edge in it (errors as MeasureEdge). Without: all edges that FindEdges finds;
// kInvalidInput when there are none, none can be measured, or the sensor lacks the channel.
// Figures: mtf50 (median, n edges), mtf50_centre / _part_way / _corner (field < 0.3, 0.3..0.7, >
// 0.7), mtf50_sagittal, mtf50_tangential, mtf10, mtf_half_nyquist, mtf_nyquist, overshoot,
// undershoot, halo_width, width_10_90, acutance at kViewingConditions, lateral_red, lateral_blue
// (px and % of centre to corner).
Result<SfrReport> MeasureSfr(const Subject& subject, Channel channel,
                             const std::optional<Rect>& roi, const SfrParams& params = {});

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_SFR_H_
