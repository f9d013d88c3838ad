// Bad prescriptions: each gets one sentence, from a file or in memory.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "petzval/optics/lens/lens.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Surface Make(double radius, double thickness, double semi_diameter, std::string medium) {
  Surface surface;
  surface.radius_mm = radius;
  surface.thickness_mm = thickness;
  surface.semi_diameter_mm = semi_diameter;
  surface.medium = std::move(medium);
  return surface;
}

Lens Good() {
  Lens lens;
  lens.name = "test";
  lens.source = "test";
  lens.licence = "none";
  lens.surfaces = {Make(50, 5, 10, "G"), Make(-50, 3, 10, ""), Make(0, 2, 8, ""),
                   Make(-40, 2, 9, "schott/F2"), Make(60, 90, 10, "")};
  lens.stop = 2;
  lens.glasses = {ModelGlass("G", 1.6, 60)};
  lens.aperture = {ApertureKind::kFNumber, 5};
  lens.fields.values = {0, 10};
  lens.spectrum.um = {kLineF_um, kLineD_um, kLineC_um};
  lens.spectrum.primary = 1;
  return lens;
}

std::string Message(const std::function<void(Lens*)>& spoil) {
  Lens lens = Good();
  spoil(&lens);
  const Status status = CheckLens(lens);
  return status ? "" : status.error().message;
}

TEST(CheckLens, AGoodLensPasses) {
  EXPECT_EQ(Message([](Lens*) {}), "");
}

TEST(CheckLens, SurfacesAndStop) {
  EXPECT_EQ(Message([](Lens* l) { l->surfaces.clear(); }), "the lens has no surfaces");
  EXPECT_EQ(Message([](Lens* l) { l->stop = 5; }),
            "the stop is surface 6, the lens has surfaces 1 to 5");
  EXPECT_EQ(Message([](Lens* l) { l->stop = -1; }),
            "the stop is surface 0, the lens has surfaces 1 to 5");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces.resize(501); }),
            "the lens has 501 surfaces, the most is 500");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[1].radius_mm = kNan; }),
            "surface 2: its radius is not a finite number");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[1].thickness_mm = kInfinity; }),
            "surface 2: its thickness is not a finite number");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[0].semi_diameter_mm = -1; }),
            "surface 1: its clear semi-diameter is negative");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[0].housing_mm = -1; }),
            "surface 1: its housing semi-diameter is negative");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[0].housing_mm = 9; }),
            "surface 1: its housing semi-diameter 9 is smaller than the clear one, 10");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[0].radius_mm = 9; }),
            "surface 1: its clear semi-diameter 10 reaches beyond the surface, which ends at 9 mm");
  EXPECT_EQ(Message([](Lens* l) { l->object_mm = 0; }), "object_mm must be positive, it is 0");
  EXPECT_EQ(Message([](Lens* l) { l->image_circle_mm = -3; }),
            "image_circle_mm must be within 0 to 1e6, it is -3");
  EXPECT_EQ(Message([](Lens* l) { l->image_curvature = kNan; }),
            "image_curvature is not a finite number");
}

TEST(CheckLens, Aspheres) {
  const auto with = [](Asphere asphere) {
    return Message([&](Lens* l) { l->surfaces[0].asphere = asphere; });
  };
  EXPECT_EQ(with({AsphereKind::kPower, 1, {{1, 0.1}}, {}}),
            "surface 1: the asphere has a term of power 1, only 2 to 30 are possible");
  EXPECT_EQ(with({AsphereKind::kPower, 1, {{31, 0.1}}, {}}),
            "surface 1: the asphere has a term of power 31, only 2 to 30 are possible");
  EXPECT_EQ(with({AsphereKind::kPower, 1, {{4, kNan}}, {}}),
            "surface 1: the asphere's term of power 4 is not finite");
  EXPECT_EQ(with({AsphereKind::kPower, 0, {{4, 1}}, {}}),
            "surface 1: the asphere's norm_mm must be within 1e-9 to 1e9, it is 0");
  EXPECT_EQ(with({AsphereKind::kQcon, 10, {{4, 1}}, {1}}),
            "surface 1: the asphere mixes powers and Q terms");
  EXPECT_EQ(with({AsphereKind::kPower, 10, {}, {1}}),
            "surface 1: the asphere mixes powers and Q terms");
  EXPECT_EQ(with({AsphereKind::kNone, 10, {{4, 1}}, {}}),
            "surface 1: the asphere has powers but says that it has no asphere");
  EXPECT_EQ(with({AsphereKind::kQbfs, 10, {}, std::vector<double>(31, 0.0)}),
            "surface 1: the asphere has 31 Q terms, the most is 30");
  EXPECT_EQ(with({AsphereKind::kQbfs, 10, {}, {0, kNan}}),
            "surface 1: the asphere's Q term 1 is not finite");
}

TEST(CheckLens, EdgesPosesToroids) {
  const auto edge = [](Edge e) { return Message([&](Lens* l) { l->surfaces[0].edge = e; }); };
  EXPECT_EQ(edge({EdgeKind::kRectangle, 3, 0, 0}),
            "surface 1: a rectangular edge needs half_x_mm and half_y_mm");
  EXPECT_EQ(edge({EdgeKind::kDCut, 3, 4, 0}),
            "surface 1: a D-cut edge needs one of half_x_mm and half_y_mm");
  EXPECT_EQ(edge({EdgeKind::kAnnulus, 0, 0, 0}), "surface 1: an annular edge needs inner_mm");
  EXPECT_EQ(edge({EdgeKind::kDCut, -3, 0, 0}),
            "surface 1: the edge has a length outside 0 to 1e6 mm");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[0].pose = Pose{.tilt_x_deg = kNan}; }),
            "surface 1: its pose has a number that is not finite");
  EXPECT_EQ(Message([](Lens* l) {
              l->surfaces[0].cylinder_x = true;
              l->surfaces[0].radius_x_mm = 3;
            }),
            "surface 1: it is flat in the x section and has a radius there");
  EXPECT_EQ(Message([](Lens* l) {
              l->surfaces[0].cylinder_x = true;
              l->surfaces[0].asphere = {AsphereKind::kQcon, 10, {}, {0.1}};
            }),
            "surface 1: a toroid cannot have Q terms");
}

TEST(CheckLens, IrisAndSensor) {
  EXPECT_EQ(Message([](Lens* l) {
              l->iris = Iris{2, 1, 0};
            }),
            "an iris has 3 to 100 blades, or 0 when it is round; 2 is neither");
  EXPECT_EQ(Message([](Lens* l) {
              l->iris = Iris{7, 1.5, 0};
            }),
            "the iris's roundness must be within 0 to 1 and its rotation finite");
  EXPECT_EQ(Message([](Lens* l) {
              l->sensor_cra = SensorCra{{0, 1}, {0}};
            }),
            "sensor_cra has 2 heights and 1 angles");
  EXPECT_EQ(Message([](Lens* l) {
              l->sensor_cra = SensorCra{{1, 0}, {0, 3}};
            }),
            "the heights of sensor_cra must ascend from the axis");
  EXPECT_EQ(Message([](Lens* l) {
              l->sensor_cra = SensorCra{{0, 1}, {0, 95}};
            }),
            "the angles of sensor_cra must be below 90 deg");
}

TEST(CheckLens, ApertureFieldsSpectrum) {
  EXPECT_EQ(Message([](Lens* l) { l->aperture.value = 0; }),
            "the aperture must be within 1e-9 to 1e9, it is 0");
  EXPECT_EQ(Message([](Lens* l) {
              l->aperture = {ApertureKind::kObjectNa, 0.1};
            }),
            "aperture 'object_na' needs a finite object_mm");
  EXPECT_EQ(Message([](Lens* l) {
              l->aperture = {ApertureKind::kObjectNa, 1.1};
              l->object_mm = 100;
            }),
            "the numerical aperture 1.1 is not below 1");
  EXPECT_EQ(Message([](Lens* l) { l->fields.values.clear(); }), "the lens has no field");
  EXPECT_EQ(Message([](Lens* l) { l->fields.values.assign(1001, 0); }),
            "the lens has 1001 fields, the most is 1000");
  EXPECT_EQ(Message([](Lens* l) {
              l->fields.values = {0, kNan};
            }),
            "a field is not a finite number");
  EXPECT_EQ(Message([](Lens* l) {
              l->fields.values = {0, 90};
            }),
            "a field of 90 deg is not below 90 deg, the limit of launch 'paraxial_pupil'");
  EXPECT_EQ(Message([](Lens* l) {
              l->fields.values = {0, 120};
              l->launch = Launch::kRealStop;
            }),
            "a field of 120 deg is not below 120 deg");
  EXPECT_EQ(Message([](Lens* l) { l->fields.kind = FieldKind::kObjectMm; }),
            "fields of kind 'object_mm' need a finite object_mm");
  EXPECT_EQ(Message([](Lens* l) { l->fields.weights = {1}; }), "2 fields have 1 weights");
  EXPECT_EQ(Message([](Lens* l) {
              l->fields.weights = {1, -1};
            }),
            "a weight of the fields is negative");
  EXPECT_EQ(Message([](Lens* l) {
              l->fields.weights = {0, 0};
            }),
            "all weights of the fields are 0");
  EXPECT_EQ(Message([](Lens* l) { l->spectrum.um.clear(); }), "the spectrum has no wavelength");
  EXPECT_EQ(Message([](Lens* l) { l->spectrum.um.assign(201, 0.5); }),
            "the spectrum has 201 wavelengths, the most is 200");
  EXPECT_EQ(Message([](Lens* l) { l->spectrum.um[0] = -0.5; }), "-0.5 um is no wavelength");
  EXPECT_EQ(Message([](Lens* l) { l->spectrum.primary = 3; }),
            "the primary wavelength is number 4 of 3");
}

TEST(CheckLens, Glasses) {
  EXPECT_TRUE(Message([](Lens* l) {
                l->surfaces[3].medium = "schott/F22";
              }).starts_with("surface 4: unknown glass 'schott/F22', did you mean schott/F2, "));
  EXPECT_TRUE(Message([](Lens* l) {
                l->surfaces[0].medium = "G1";
              }).ends_with("(the nearest of the lens's own glasses is 'G')"));
  EXPECT_EQ(Message([](Lens* l) { l->spectrum.um[2] = 3.0; }),
            "surface 4: wavelength 3 um is outside the range of glass 'schott/F2', 0.32 to 2.5 um");
  EXPECT_EQ(Message([](Lens* l) { l->glasses.push_back(l->glasses[0]); }),
            "glass 'G' is there twice");
  EXPECT_EQ(Message([](Lens* l) { l->glasses.push_back(ModelGlass("", 1.5, 60)); }),
            "a glass of the lens has no name");
}

TEST(CheckLens, OverlapsOnTheAxis) {
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[0].thickness_mm = -0.5; }),
            "surfaces 1 and 2 overlap on the axis: the distance between them is -0.5 mm");
  // The stop may lie anywhere between its neighbours, also behind the next vertex.
  EXPECT_EQ(Message([](Lens* l) {
              l->surfaces[1].thickness_mm = 6;
              l->surfaces[2].thickness_mm = -1;
            }),
            "");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[2].thickness_mm = -4; }),
            "surfaces 2 and 4 overlap on the axis: the distance between them is -1 mm");
  // A virtual image is no overlap.
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[4].thickness_mm = -20; }), "");
}

TEST(CheckLens, OverlapsInsideClearDiameters) {
  // Both surfaces sag 1.0102 mm towards each other at 10 mm: 2.02 mm of glass at least.
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[0].thickness_mm = 2.03; }), "");
  EXPECT_EQ(Message([](Lens* l) { l->surfaces[0].thickness_mm = 1.0; }),
            "surfaces 1 and 2 overlap by 1.02 mm at 10 mm from the axis, inside their clear "
            "semi-diameters 10 and 10");
  EXPECT_EQ(Message([](Lens* l) {
              l->surfaces[0].thickness_mm = 1.0;
              l->surfaces[1].semi_diameter_mm = 6;  // now only 6 mm are common
            }),
            "");
  EXPECT_EQ(Message([](Lens* l) {
              l->surfaces[0].thickness_mm = 1.0;
              l->surfaces[1].semi_diameter_mm = 0;  // not given
            }),
            "");
}

TEST(CheckLens, MirrorsTurnTheDistances) {
  const auto folded = [](double back) {
    Lens lens = Good();
    lens.surfaces = {Make(-200, -80, 20, ""), Make(-60, back, 6, "")};
    lens.surfaces[0].mirror = lens.surfaces[1].mirror = true;
    lens.stop = 0;
    return CheckLens(lens);
  };
  EXPECT_TRUE(folded(100));
  Lens wrong = Good();
  wrong.surfaces = {Make(-200, 80, 20, ""), Make(-60, 100, 6, "")};
  wrong.surfaces[0].mirror = wrong.surfaces[1].mirror = true;
  wrong.stop = 0;
  EXPECT_EQ(CheckLens(wrong).error().message,
            "surfaces 1 and 2 overlap on the axis: the distance between them is 80 mm");
  // Tilted surfaces meet where these formulas do not look.
  wrong.surfaces[1].pose = Pose{.tilt_x_deg = 45};
  EXPECT_TRUE(CheckLens(wrong));
}

TEST(CheckLens, Configurations) {
  const auto with = [](Configuration a) {
    return Message([&](Lens* l) { l->configurations = {a}; });
  };
  EXPECT_EQ(with({.name = "near", .object_mm = 500, .thickness_mm = {{1, 4}}}), "");
  EXPECT_EQ(with({.name = ""}), "a configuration has no name");
  EXPECT_EQ(with({.name = "near", .object_mm = -5}),
            "configuration 'near': object_mm must be positive, it is -5");
  EXPECT_EQ(with({.name = "near", .thickness_mm = {{7, 1}}}),
            "configuration 'near': it sets the thickness of surface 8, the lens has 5 surfaces");
  EXPECT_EQ(with({.name = "near", .thickness_mm = {{0, kNan}}}),
            "configuration 'near': the thickness of surface 1 is not a finite number");
  EXPECT_EQ(with({.name = "near", .thickness_mm = {{1, -9}}}),
            "configuration 'near': surfaces 2 and 4 overlap on the axis: the distance between "
            "them is -7 mm");
  EXPECT_EQ(with({.name = "near", .aperture_value = -1}),
            "configuration 'near': its aperture is not a positive number");
  EXPECT_EQ(Message([](Lens* l) {
              l->configurations = {{.name = "a"}, {.name = "a"}};
            }),
            "configuration 'a' is there twice");
}

TEST(CheckLens, VariablesAndTolerances) {
  const auto vary = [](Vary v) { return Message([&](Lens* l) { l->vary = {v}; }); };
  EXPECT_EQ(vary({{"A4", 0}, -1, 1}), "");
  EXPECT_EQ(vary({{"nd", 0}, 1.5, 1.9}), "");
  EXPECT_EQ(vary({{"r", 0}}), "vary 1: unknown quantity 'r', did you mean 'c'?");
  EXPECT_EQ(vary({{"A1", 0}}), "vary 1: unknown quantity 'A1', did you mean 'A2'?");
  EXPECT_EQ(vary({{"c", 9}}), "vary 1: there is no surface 10, the lens has 1 to 5");
  EXPECT_EQ(vary({{"nd", 1}}), "vary 1: nd of surface 2 is air and has no nd");
  EXPECT_EQ(vary({{"Q1", 0}}), "vary 1: surface 1 has no Q terms, so no Q1");
  EXPECT_EQ(vary({{"c", 0}, 1, -1}), "vary 1: the limits 1 to -1 leave no value");
  EXPECT_EQ(Message([](Lens* l) {
              l->surfaces[0].asphere = {AsphereKind::kQcon, 10, {}, {0.01}};
              l->vary = {{{"A4", 0}}};
            }),
            "vary 1: surface 1 has Q terms and cannot have A4");
  EXPECT_EQ(Message([](Lens* l) {
              l->vary = {{{"c", 0}}, {{"c", 0}}};
            }),
            "c of surface 1 is varied twice");
  EXPECT_EQ(Message([](Lens* l) {
              l->vary = {{{"A2", 0}}, {{"c", 0}}};
            }),
            "c and A2 of surface 1 bend it alike to second order: vary one of them");
  EXPECT_EQ(Message([](Lens* l) { l->vary.resize(1001); }),
            "the lens has 1001 entries of vary, the most is 1000");
  const auto tolerance = [](Tolerance t) { return Message([&](Lens* l) { l->tolerances = {t}; }); };
  EXPECT_EQ(tolerance({"index", -1, 0.001}), "");
  EXPECT_EQ(tolerance({"indx", -1, 0.001}),
            "tolerance 1: unknown kind of tolerance 'indx', did you mean 'index'?");
  EXPECT_EQ(tolerance({"index", 5, 0.001}),
            "tolerance 1: there is no surface 6, the lens has 1 to 5");
  EXPECT_EQ(tolerance({"index", 0, -0.001}),
            "tolerance 1: a tolerance is a limit within 0 to 1e6, it is -0.001");
}

TEST(CheckLens, PickupsAndSolves) {
  const auto with = [](std::vector<Pickup> pickups, std::vector<Solve> solves = {},
                       std::vector<Vary> vary = {}) {
    return Message([&](Lens* l) {
      l->pickups = pickups;
      l->solves = solves;
      l->vary = vary;
    });
  };
  const auto pick = [](Quantity what, Quantity from, double scale = 1) {
    Pickup pickup;
    pickup.what = what;
    pickup.from = from;
    pickup.scale = scale;
    return pickup;
  };
  const Quantity t1 = {"t", 0}, t2 = {"t", 1}, t3 = {"t", 2}, t5 = {"t", 4};
  EXPECT_EQ(with({pick(t1, t2), pick(t2, t3)}), "");
  EXPECT_EQ(with({pick(t1, t1)}), "pickup 1: t of surface 1 is picked up from itself");
  EXPECT_EQ(with({pick(t1, t2), pick(t2, t3), pick(t3, t1)}),
            "pickups and solves run in a circle: t of surface 3 and t of surface 1 need each "
            "other");
  EXPECT_EQ(with({pick(t1, t2), pick(t1, t3)}), "t of surface 1 is set twice by pickups or solves");
  EXPECT_EQ(with({pick(t1, t2)}, {}, {{t1}}),
            "t of surface 1 is varied and also set by a pickup or solve");
  EXPECT_EQ(with({pick(t1, t2, kNan)}), "pickup 1: its scale or offset is not a finite number");
  const Solve focus = {t5, SolveKind::kParaxialFocus, 0};
  EXPECT_EQ(with({pick(t1, t2)}, {focus}), "");
  // The focus needs every thickness before it.
  EXPECT_EQ(with({pick(t1, t5)}, {focus}),
            "pickups and solves run in a circle: t of surface 5 and t of surface 1 need each "
            "other");
  EXPECT_EQ(with({}, {focus, {t2, SolveKind::kTotalTrack, 100}}),
            "pickups and solves run in a circle: t of surface 2 and t of surface 5 need each "
            "other");
  EXPECT_EQ(with({}, {{t2, SolveKind::kMarginalAngle, 0}}),
            "solve 1: this kind of solve sets 'c', not 't'");
  EXPECT_EQ(with({}, {{t5, SolveKind::kEdgeThickness, 1}}),
            "solve 1: an edge thickness needs a surface behind surface 5");
  EXPECT_EQ(with({}, {{t1, SolveKind::kEdgeThickness, kNan}}),
            "solve 1: its value is not a finite number");
  EXPECT_EQ(with({pick({"c", 1}, t1)}, {{t1, SolveKind::kEdgeThickness, 1}}),
            "pickups and solves run in a circle: t of surface 1 and c of surface 2 need each "
            "other");
  EXPECT_EQ(with({pick({"c", 0}, {"c", 4})}, {{{"c", 4}, SolveKind::kMarginalAngle, -0.1}}),
            "pickups and solves run in a circle: c of surface 5 and c of surface 1 need each "
            "other");
}

}  // namespace
}  // namespace petzval::optics
