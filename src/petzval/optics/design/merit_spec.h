// What an optimisation strives for: image quality over fields and colours, and operands.
#ifndef PETZVAL_OPTICS_DESIGN_MERIT_SPEC_H_
#define PETZVAL_OPTICS_DESIGN_MERIT_SPEC_H_

#include <string>
#include <vector>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// What the rays of a field are judged by.
enum class RayQuality {
  kSpotCentroid,  // distance to the centroid over all wavelengths of the field, mm
  kSpotChief,     // distance to the chief ray of the primary wavelength, mm
  kWavefront,     // path difference about the centroid of the field, mean removed at each
                  // wavelength; 1 wave counts as 1e-3 mm
  kNone,          // only operands
};

enum class PupilSampling {
  kGaussian,   // `rings` x `arms` (Forbes 1988); 3 x 6 gives the RMS to 1 %
  kHexapolar,  // `rings`, equal weights
};

// A number of the lens that shall be equal to, at least or at most `target`.
enum class OperandKind {
  kEfl,                   // mm, primary wavelength
  kBfl,                   // mm, paraxial, from the last vertex
  kFNumber,               // EFL / EPD
  kTotalTrack,            // mm, surface 1 to image
  kChiefHeight,           // mm: real chief ray in the image, of each field, primary wavelength
  kDistortionPct,         // %: 100 (y_chief / (EFL tan h) - 1), of each field but 0
  kFThetaPct,             // %: the same against EFL h (ultra-wide and fisheye)
  kLateralColourUm,       // um: chief ray, each wavelength against the primary, of each field but 0
  kChiefAngleDeg,         // deg: chief ray at the image, of each field; positive away from the axis
  kRelativeIllumination,  // of each field but 0, against the first field (which should be 0): solid
                          // angle of the unvignetted image cone from its rim rays
  kCentreThickness,  // mm: vertex to vertex; glass and air alike when a surface is named, glass
                     // only for "all"
  kGlassThickness,   // mm: over zones from the axis to the used edge, of each glass
  kAirGap,           // mm: the same of each air space between surfaces
  kImageClearance,   // mm: last surface to image, over its used zone
  kSlopeDeg,         // deg: |slope| of a surface, over its used zone
  kIncidenceDeg,  // deg: angle between ray and normal in the thinner medium, of chief and rim rays
  kGlassHull,     // share of the glass map: how far nd and vd of each varied model glass lie
                  // outside MeritSpec::glass_hull (one value for each side), vd / 100 against nd
  kRipple,        // mm: change of sag by inflexions: how much the slope turns back within the
                  // used zone, times its radius
};
enum class Relation {
  kHold,     // exactly equal, by Lagrange multipliers; the weight does not matter
  kEqual,    // a residual like others
  kAtLeast,  // a residual only on the wrong side
  kAtMost,
};

// Limits of what has zones or several rays hold for each of them, every one a residual of its own;
// equations are for the worst of them.
struct Operand {
  OperandKind kind = OperandKind::kEfl;
  Relation relation = Relation::kEqual;
  double target = 0;
  // The residual is weight * (value - target) in units of 1 mm, 1 mm per 100 deg, 1 mm per 100 %,
  // 1e-3 mm per um, 0.1 mm per unit of f-number or relative illumination. The merit is the root of
  // the sum of the squares of all residuals and of the ray RMS in mm, so that weight 1 makes 10 um
  // of missing edge thickness as bad as 10 um of RMS spot.
  double weight = 1;
  int surface = -1;  // from 0; -1: every one that fits
  int field = -1;    // index into the fields of the merit; -1: every one
};

struct GlassPoint {
  double nd = 0, vd = 0;
};

struct MeritSpec {
  RayQuality quality = RayQuality::kSpotCentroid;
  PupilSampling sampling = PupilSampling::kGaussian;
  int rings = 3, arms = 6;
  // In the unit of lens.fields; empty: those of the lens, with their weights.
  std::vector<double> fields, field_weights;
  // Weight of the ray RMS (in mm) against the operands.
  double ray_weight = 1;
  // What a ray that fails counts, in mm (waves * 1e-3), grown smoothly by how far it fails.
  double failed_ray_mm = 5;
  // Rim of the pupil used for edges, slopes and illumination: pupil radius 1 by default.
  double rim = 1;
  // Heights used on surfaces are this much larger than the rays': for edges, slopes and ripple.
  double margin = 1.03;
  std::vector<Operand> operands;
  std::vector<GlassPoint> glass_hull;  // corners, see GlassHull in glass_choice.h
};

// EFL held at `efl_mm`, every glass at least `glass_mm` and every air gap
// at least `air_mm` thick: a merit to start from.
MeritSpec DefaultMerit(double efl_mm, double glass_mm, double air_mm);

std::string OperandName(const Operand& operand);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_MERIT_SPEC_H_
