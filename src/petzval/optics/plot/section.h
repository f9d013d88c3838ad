// The section of a lens as geometry: element outlines, stop, mirrors, image, ray paths in mm.
#ifndef PETZVAL_OPTICS_PLOT_SECTION_H_
#define PETZVAL_OPTICS_PLOT_SECTION_H_

#include <array>
#include <vector>

#include "petzval/optics/analysis/sampling.h"
#include "petzval/optics/plot/svg.h"

namespace petzval::optics {

// Where the frame of a surface stands in the frame of surface 1 before any pose:
// global = origin + rotation * local.
struct SurfaceFrame {
  std::array<double, 3> origin = {0, 0, 0};
  std::array<std::array<double, 3>, 3> rotation = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

  std::array<double, 3> ToGlobal(const std::array<double, 3>& local) const;
};
// One for each surface, then the image plane.
std::vector<SurfaceFrame> SurfaceFrames(const System& system);

// Points are (z, height) in mm; height is y, or x where the path folds in the x-z plane.
struct SectionLens {
  int first = 0, last = 0;     // surfaces
  std::vector<Point> outline;  // closed: the last point joins the first
  double nd = 1, vd = 0;       // of the medium; vd 0: no dispersion
  bool plate = false;          // both sides plane: filter, cover glass
  bool prism = false;          // a mirror inside
  bool turned = false;         // its axis runs up or down the sheet
};
struct SectionRay {
  int field = 0;     // index
  double pupil = 0;  // along the section's pupil axis
  bool chief = false;
  std::vector<Point> path;
};
struct Section {
  bool height_is_x = false;
  bool folded = false;                      // the axis is no straight line
  std::vector<SectionLens> lenses;          // single lenses in the order of light
  std::vector<std::vector<Point>> mirrors;  // profiles of mirrors in air
  std::vector<std::array<Point, 2>> stop;   // two marks: from the rim of the stop outwards
  std::vector<Point> image;                 // profile of the image surface
  std::vector<Point> axis;                  // through all vertices
  std::vector<SectionRay> rays;
  std::vector<double> fields;
  RayCounts counts;              // of the rays tried for the drawing
  std::vector<int> dark_fields;  // indices of fields without a ray that arrives
  double total_track_mm = 0;     // first vertex to image along the axis
};

struct SectionOptions {
  std::vector<double> fields;  // empty: those of the lens
  int rays = 5;                // in each bundle, rim to rim, 1 .. 101
};
// Semi-diameters that the file does not give are taken from the bundles drawn. Rays that clear
// diameters stop are left out: the bundle's rim is the last ray that passes.
Section ComputeSection(const LensModel& model, const SectionOptions& options = {});

// Sag of surface `i` at `height` along y, or x; empty where the surface has no point there.
std::optional<double> SectionSag(const TraceSurface& surface, double height, bool along_x);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_SECTION_H_
