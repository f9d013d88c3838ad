// The blur disc of a point out of focus: the clipped pupil's image.
#ifndef PETZVAL_OPTICS_ANALYSIS_BOKEH_H_
#define PETZVAL_OPTICS_ANALYSIS_BOKEH_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

struct BokehOptions {
  double object_mm = kInfinity;  // source, in front of surface 1
  double image_shift_mm = 0;     // image plane moved along +z (see FocusShift)
  int wavelength = -1;           // -1: primary
  int grid = 400;                // 8 .. 4096
  double extent = 1.6;           // in pupil radii
  bool clip = true;
  Launch launch = Launch::kParaxialPupil;
  bool keep_rays = false;
};

// Uniform weight in the entrance pupil. Lengths in mm, extents and sigmas about the centroid.
struct Bokeh {
  double field = 0;
  RayCounts rays;
  double centroid_x_mm = 0, centroid_y_mm = 0;  // figures are meaningful when rays.ok > 0
  double x_min_mm = 0, x_max_mm = 0, y_min_mm = 0, y_max_mm = 0;
  double sigma_x_mm = 0, sigma_y_mm = 0;
  // Shares of the rays in 10 rings of equal area about the centroid out to the largest radius:
  // 0.1 each is a flat disc, rising outwards a bright rim.
  std::vector<double> rings;
  std::vector<float> x_mm, y_mm;  // about the centroid, when keep_rays
};
Result<Bokeh> ComputeBokeh(const LensModel& model, double field, const BokehOptions& options = {});

// The image plane's way from where it stands to the paraxial focus of an object at `object_mm`.
// Empty for an afocal lens.
std::optional<double> FocusShift(const LensModel& model, double object_mm);

// A picture of the disc: energy per pixel, sum 1 (of what falls into it); square, rows of rising y.
struct BokehDisc {
  int size = 0;
  double pitch_mm = 0;
  std::vector<float> values;
};
// `bokeh` made with keep_rays; `half_width_mm` 0: what holds every ray. size 8 .. 1024.
BokehDisc RenderBokeh(const Bokeh& bokeh, int size, double half_width_mm = 0);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_BOKEH_H_
