// Small lenses for the tests of this folder, typed here so that they need no files.
#ifndef PETZVAL_OPTICS_ANALYSIS_TEST_LENSES_H_
#define PETZVAL_OPTICS_ANALYSIS_TEST_LENSES_H_

#include "petzval/optics/lens/test_surface.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

// A triplet 50 mm f/5 of model glasses, with aberrations of some waves.
inline Lens Triplet() {
  Lens lens;
  lens.name = "triplet";
  lens.source = "for tests";
  lens.licence = "Apache-2.0";
  lens.glasses = {ModelGlass("crown", 1.6204, 60.3), ModelGlass("flint", 1.6200, 36.4)};
  AddSurface(22.01359, 3.25896, "crown", &lens);
  AddSurface(-435.76044, 6.00755, "", &lens);
  AddSurface(-22.21328, 0.99997, "flint", &lens);
  AddSurface(20.29192, 4.75041, "", &lens);
  AddSurface(79.6836, 2.95208, "crown", &lens);
  AddSurface(-18.39533, 42.207, "", &lens);
  lens.stop = 3;
  lens.aperture = {ApertureKind::kEntrancePupilDiameter, 10};
  lens.fields.values = {0, 14, 20};
  lens.spectrum = {{kLineF_um, kLineD_um, kLineC_um}, {}, 1};
  return lens;
}

// The same with clear diameters that only the stop's neighbourhood respects: light is lost off
// axis.
inline Lens VignettingTriplet() {
  Lens lens = Triplet();
  lens.surfaces.front().semi_diameter_mm = 6.2;
  lens.surfaces.back().semi_diameter_mm = 5.4;
  return lens;
}

// A clear diameter that lets nothing but the chief ray's own point pass.
inline Lens Blocked() {
  Lens lens = Triplet();
  lens.surfaces[0].edge = Edge{EdgeKind::kAnnulus, 0, 0, 5.9};
  lens.surfaces[0].semi_diameter_mm = 6.0;
  return lens;
}

// A paraboloid of 100 mm focal length at f/5: perfect on the axis. One wavelength.
inline Lens ParabolicMirror() {
  Lens lens;
  lens.name = "paraboloid";
  lens.source = "for tests";
  lens.licence = "Apache-2.0";
  Surface s;
  s.radius_mm = -200;
  s.conic = -1;
  s.mirror = true;
  s.thickness_mm = -100;
  lens.surfaces = {s};
  lens.aperture = {ApertureKind::kEntrancePupilDiameter, 20};
  lens.spectrum = {{0.55}, {}, 0};
  return lens;
}

// Two thin lenses at the sum of their focal lengths: light comes out parallel on the axis.
inline Lens Afocal() {
  Lens lens = ParabolicMirror();
  Surface s = lens.surfaces[0];
  s.thickness_mm = -150;
  Surface second = s;
  second.radius_mm = 100;  // focal length 50, behind the focus of the first
  second.thickness_mm = 80;
  lens.surfaces = {s, second};
  return lens;
}

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_TEST_LENSES_H_
