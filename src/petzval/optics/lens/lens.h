// A lens prescription: everything a file of data/lenses says, in the file's own numbers.
#ifndef PETZVAL_OPTICS_LENS_LENS_H_
#define PETZVAL_OPTICS_LENS_LENS_H_

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/optics/glass/glass.h"

namespace petzval::optics {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Departure from the conic: none, sum A_p (r/norm)^p, or Forbes' Q polynomials.
enum class AsphereKind { kNone, kPower, kQcon, kQbfs };

struct Asphere {
  AsphereKind kind = AsphereKind::kNone;
  double norm_mm = 1.0;          // h of (r/h)^p; for Q types the normalisation radius
  std::map<int, double> powers;  // kPower: p >= 2 -> a_p in mm
  std::vector<double> q;         // kQcon, kQbfs: a_m in mm

  bool operator==(const Asphere&) const = default;
};

// Where the frame of a surface stands relative to the place the prescription's line leads to.
// Decentre first, then rotations about x, y, z in this order (right-handed, degrees).
struct Pose {
  double decentre_x_mm = 0, decentre_y_mm = 0;
  double tilt_x_deg = 0, tilt_y_deg = 0, tilt_z_deg = 0;
  // false: only this surface moves (decentre and return). true: what follows moves along.
  bool carries = false;

  bool operator==(const Pose&) const = default;
};

// An aperture that is not a centred circle, inside the clear semi-diameter.
enum class EdgeKind { kCircle, kRectangle, kDCut, kAnnulus };
struct Edge {
  EdgeKind kind = EdgeKind::kCircle;
  double half_x_mm = 0, half_y_mm = 0;  // rectangle: both; D-cut: the one that is > 0
  double inner_mm = 0;                  // annulus: blocked inside

  bool operator==(const Edge&) const = default;
};

struct Surface {
  double radius_mm = 0;         // 0: plane; positive when the centre of curvature lies at +z
  double thickness_mm = 0;      // to the next vertex; of the last surface: to the image plane
  double semi_diameter_mm = 0;  // clear; 0: not given, does not clip
  double housing_mm = 0;        // semi-diameter of the glass itself; 0: not given
  std::string medium;           // behind the surface: "" air, a glass of the lens, or maker/NAME
  double conic = 0;             // k: 0 sphere, -1 paraboloid
  double radius_x_mm = 0;       // toroid: radius in the x-z section; 0: rotationally symmetric
  bool cylinder_x = false;      // toroid that is flat in the x-z section
  Asphere asphere;
  bool mirror = false;  // reflects; thicknesses and indices behind count as the file says
  std::optional<Pose> pose;
  std::optional<Edge> edge;

  bool operator==(const Surface&) const = default;
  double curvature() const { return radius_mm == 0 ? 0.0 : 1.0 / radius_mm; }
};

enum class ApertureKind { kEntrancePupilDiameter, kFNumber, kStopSemiDiameter, kObjectNa };
struct Aperture {
  ApertureKind kind = ApertureKind::kEntrancePupilDiameter;
  double value = 1.0;  // mm; f/number at infinity; numerical aperture

  bool operator==(const Aperture&) const = default;
};

enum class FieldKind { kAngleDeg, kImageMm, kObjectMm };
struct Fields {
  FieldKind kind = FieldKind::kAngleDeg;
  std::vector<double> values = {0.0};  // in the y-z plane, from the axis outwards
  std::vector<double> weights;         // empty: all 1

  bool operator==(const Fields&) const = default;
};

struct Spectrum {
  std::vector<double> um = {kLineD_um};
  std::vector<double> weights;  // empty: all 1
  int primary = 0;              // index into um (the file counts from 1)

  bool operator==(const Spectrum&) const = default;
};

// How pupil coordinates become rays.
enum class Launch { kParaxialPupil, kRealStop };

// A focus or zoom state: what differs from the prescription.
struct Configuration {
  std::string name;
  double object_mm = kInfinity;        // from surface 1
  std::map<int, double> thickness_mm;  // surface index (from 0) -> value
  double aperture_value = 0;           // of a zoom state; 0: as the lens
  std::vector<double> field_values;    // of a zoom state; empty: as the lens

  bool operator==(const Configuration&) const = default;
};

struct Iris {
  int blades = 0;  // 0: round
  double roundness = 1.0, rotation_deg = 0.0;

  bool operator==(const Iris&) const = default;
};

// Where the micro-lenses of the sensor expect the chief ray to come from.
struct SensorCra {
  std::vector<double> image_mm, deg;  // ascending heights from the axis; angle in air

  bool operator==(const SensorCra&) const = default;
};

// --- what a designer may change, for optimisation and tolerancing -------------------------------

// A quantity of a surface: "c" curvature, "t" thickness, "k" conic, "A4" .. power terms, "Q0" ..
// Q terms, "nd", "vd" of the medium behind.
struct Quantity {
  std::string kind;
  int surface = 0;  // from 0

  bool operator==(const Quantity&) const = default;
};
struct Vary {
  Quantity what;
  double min = -kInfinity, max = kInfinity;  // in the file's unit (radius limits: as curvature)

  bool operator==(const Vary&) const = default;
};
// what = scale * from + offset
struct Pickup {
  Quantity what, from;
  double scale = 1, offset = 0;

  bool operator==(const Pickup&) const = default;
};
// A quantity that follows from a paraxial condition.
enum class SolveKind {
  kParaxialFocus,  // thickness: the image plane stands at the paraxial focus (+ value)
  kMarginalAngle,  // curvature: the marginal ray leaves with slope u' = value
  kEdgeThickness,  // thickness: edge thickness at the clear semi-diameter = value
  kTotalTrack,     // thickness: surface 1 to image = value
};
struct Solve {
  Quantity what;
  SolveKind kind = SolveKind::kParaxialFocus;
  double value = 0;

  bool operator==(const Solve&) const = default;
};
// Manufacturing tolerance; `kind`: "radius_pct", "fringes", "thickness_mm", "index", "abbe_pct",
// "decentre_mm", "tilt_deg", "wedge_deg", "irregularity_um". Surface -1: every one it fits.
struct Tolerance {
  std::string kind;
  int surface = -1;
  double value = 0;  // +- limit

  bool operator==(const Tolerance&) const = default;
};

// Claims of the file that a test checks; 0: no claim.
struct Expect {
  double focal_length_mm = 0, back_focus_mm = 0, f_number = 0;

  bool operator==(const Expect&) const = default;
};

struct Lens {
  std::string name, title, source, licence, note;
  std::vector<Surface> surfaces;
  int stop = 0;  // index into surfaces (the file counts from 1)
  Launch launch = Launch::kParaxialPupil;
  double object_mm = kInfinity;  // object to surface 1
  double image_circle_mm = 0;    // 0: not given
  double image_curvature = 0;    // 1/mm
  Aperture aperture;
  Fields fields;
  Spectrum spectrum;
  std::vector<Glass> glasses;  // the lens's own
  std::vector<Configuration> configurations;
  std::optional<Iris> iris;
  std::optional<SensorCra> sensor_cra;
  std::vector<Vary> vary;
  std::vector<Pickup> pickups;
  std::vector<Solve> solves;
  std::vector<Tolerance> tolerances;
  Expect expect;

  bool operator==(const Lens&) const = default;
  // The glass that a `medium` names: of the lens, or of the built-in catalogue.
  Result<Glass> Medium(const std::string& medium) const;
};

// Everything that can be wrong with a prescription before a ray is traced: no surface, stop out of
// range, unknown glass (nearest names), wavelength outside a glass's range, power 1 or below,
// circular pickups, surfaces that overlap on the axis or inside their clear diameters, values that
// are not finite, more surfaces or configurations than the limits below. The first problem found is
// the error.
Status CheckLens(const Lens& lens);
// The parts of it, each an error of one sentence that names surfaces from 1.
Status CheckSurfaces(const Lens& lens);    // numbers, stop, apertures, aspheres
Status CheckConditions(const Lens& lens);  // aperture, fields, spectrum, media at all wavelengths
Status CheckSpacing(const Lens& lens);     // overlaps on the axis and inside clear diameters
Status CheckDesign(const Lens& lens);      // vary, pickups, solves, tolerances
// What the first two ask of one surface: its numbers; its medium at every wavelength of the lens.
Status CheckSurface(const Lens& lens, int surface);
Status CheckMedium(const Lens& lens, int surface);

inline constexpr int kMaxSurfaces = 500;
inline constexpr size_t kMaxConfigurations = 100;  // each is checked as a lens of its own
inline constexpr int kMaxAspherePower = 30;
inline constexpr int kMaxQTerms = 30;

// The same lens, every length times `scale` > 0 (R, t, semi-diameters, A_p by scale^(1-p); limits,
// solves and tolerances of lengths too). Angles, glasses and wavelengths stay.
Lens ScaledLens(const Lens& lens, double scale);

// The lens in one of its configurations. Errors: kInvalidInput naming the nearest configuration.
Result<Lens> ConfiguredLens(const Lens& lens, const std::string& configuration);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_LENS_LENS_H_
