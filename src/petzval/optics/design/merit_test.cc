#include "petzval/optics/design/merit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/design/glass_choice.h"
#include "petzval/optics/design/global_search.h"
#include "petzval/optics/design/operands.h"
#include "petzval/optics/design/test_lenses.h"

namespace petzval::optics {
namespace {

void VaryEverything(Lens* lens) {
  lens->vary.clear();
  for (int i = 0; i < static_cast<int>(lens->surfaces.size()); ++i) {
    const Surface& s = lens->surfaces[i];
    if (s.radius_mm != 0) lens->vary.push_back({{"c", i}});
    lens->vary.push_back({{"t", i}, -1e6, 1e6});
    if (s.asphere.kind == AsphereKind::kPower) {
      for (const char* kind : {"k", "A4", "A8"}) lens->vary.push_back({{kind, i}});
    }
    if (!s.medium.empty() && i % 2 == 0) {
      lens->vary.push_back({{"nd", i}});
      lens->vary.push_back({{"vd", i}});
    }
  }
}

// Largest departure of the gradient from differences of fourth order, relative to the largest.
double GradientError(MeritFunction& merit, double h) {
  const std::vector<double> x = merit.variables().start();
  NormalEquations normal;
  merit.Normal(x, &normal);
  double worst = 0, largest = 0;
  for (int i = 0; i < merit.size(); ++i) {
    const auto at = [&](double d) {
      std::vector<double> moved = x;
      moved[i] += d;
      return merit.Cost(moved);
    };
    const double slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (24 * h);
    worst = std::max(worst, std::abs(slope - normal.gradient[i]));
    largest = std::max(largest, std::abs(slope));
  }
  return largest > 0 ? worst / largest : worst;
}

TEST(Merit, NominalValuesAreTheStatedOnes) {
  for (const OptimiseCase& c : OptimiseCases()) {
    const auto prepared = Prepare(c);
    ASSERT_TRUE(prepared) << prepared.error().message;
    auto merit = MeritFunction::Create(prepared->lens, prepared->spec);
    ASSERT_TRUE(merit) << merit.error().message;
    const auto report = merit->Report(merit->variables().start());
    EXPECT_NEAR(1e3 * report->ray_rms, c.start_um, 6e-6 * c.start_um) << c.name;
    EXPECT_EQ(report->failed_rays, 0);
  }
}

// Launch through the paraxial pupil, a stop in front, a real stop inside; spheres and aspheres.
TEST(Merit, RayGradientsAreExact) {
  for (const char* name : {"cooke50f5", "phone_deeplens80", "dgauss100f2"}) {
    for (const bool aimed : {false, true}) {
      Lens lens = *FindLens(name);
      lens.launch = aimed ? Launch::kRealStop : Launch::kParaxialPupil;
      VaryEverything(&lens);
      for (const RayQuality quality : {RayQuality::kSpotCentroid, RayQuality::kSpotChief}) {
        MeritSpec spec;
        spec.quality = quality;
        auto merit = MeritFunction::Create(lens, spec);
        ASSERT_TRUE(merit) << merit.error().message;
        EXPECT_LT(GradientError(*merit, 1e-4), 1e-8) << name << " aimed " << aimed;
      }
      // The radius of the reference sphere is taken as fixed; its change hardly matters.
      MeritSpec spec;
      spec.quality = RayQuality::kWavefront;
      auto merit = MeritFunction::Create(lens, spec);
      EXPECT_LT(GradientError(*merit, 1e-4), 1e-3) << name << " aimed " << aimed;
    }
  }
}

TEST(Merit, NearObjectsHaveExactGradients) {
  for (const bool aimed : {false, true}) {
    Lens lens = *FindLens("cooke50f5");
    lens.object_mm = 400;
    lens.launch = aimed ? Launch::kRealStop : Launch::kParaxialPupil;
    VaryEverything(&lens);
    MeritSpec spec;
    auto merit = MeritFunction::Create(lens, spec);
    ASSERT_TRUE(merit) << merit.error().message;
    EXPECT_LT(GradientError(*merit, 1e-4), 1e-8) << aimed;
    lens.fields.kind = FieldKind::kObjectMm;
    lens.fields.values = {0, 60, 120};
    merit = MeritFunction::Create(lens, spec);
    EXPECT_LT(GradientError(*merit, 1e-4), 1e-8) << aimed;
  }
}

TEST(Merit, OperandGradientsAreExact) {
  for (const char* name : {"phone_deeplens80", "dgauss100f2_codev"}) {
    Lens lens;
    if (std::string(name) == "dgauss100f2_codev") {
      lens = *FindLens("dgauss100f2");
      lens.launch = Launch::kRealStop;
    } else {
      lens = *FindLens(name);
    }
    VaryEverything(&lens);
    for (int kind = 0; kind < static_cast<int>(OperandKind::kRipple); ++kind) {
      for (const Relation relation : {Relation::kAtLeast, Relation::kAtMost}) {
        MeritSpec spec;
        spec.quality = RayQuality::kNone;
        spec.glass_hull = {{1.45, 80}, {1.5, 20}, {1.8, 20}, {1.8, 60}};
        // A limit far away: every zone and ray counts.
        const double far = kind == static_cast<int>(OperandKind::kGlassHull) ? 1 : 1e3;
        spec.operands = {{static_cast<OperandKind>(kind), relation,
                          relation == Relation::kAtLeast ? far : -far}};
        auto merit = MeritFunction::Create(lens, spec);
        ASSERT_TRUE(merit) << merit.error().message;
        // The magnitude of a slope has a kink at 0: a small step stays beside it.
        EXPECT_LT(std::min(GradientError(*merit, 1e-4), GradientError(*merit, 1e-6)), 3e-7)
            << name << " " << OperandName(spec.operands[0]);
      }
    }
  }
}

TEST(Merit, RippleSeesInflexionsAndHasTheirGradient) {
  // Slope 0.3 u - 1.2 u^3 + 1.5 u^5 with u = r / 7 mm turns twice.
  Lens lens = *FindLens("cooke50f5");
  lens.surfaces[0].radius_mm = 7 / 0.3;
  lens.surfaces[0].asphere.kind = AsphereKind::kPower;
  lens.surfaces[0].asphere.powers = {{4, -1.2 / 4 / std::pow(7, 3)}, {6, 1.5 / 6 / std::pow(7, 5)}};
  VaryEverything(&lens);
  MeritSpec spec;
  spec.quality = RayQuality::kNone;
  spec.operands = {{OperandKind::kRipple, Relation::kAtMost, -1.0}};
  auto merit = MeritFunction::Create(lens, spec);
  ASSERT_TRUE(merit);
  double largest = 0;
  const auto report = merit->Report(merit->variables().start());
  for (const auto& line : report->lines) {
    largest = std::max(largest, line.value);
  }
  EXPECT_GT(largest, 0.01);
  EXPECT_LT(GradientError(*merit, 1e-6), 1e-4);
}

TEST(Merit, FailedRaysCostMoreTheDeeperAndPullBack) {
  Lens lens = *FindLens("cooke50f5");
  lens.vary = {{{"c", 0}}, {{"c", 3}}};
  MeritSpec spec;
  spec.sampling = PupilSampling::kHexapolar;
  auto merit = MeritFunction::Create(lens, spec);
  ASSERT_TRUE(merit);
  std::vector<double> x = merit->variables().start();
  x[0] *= 2.5;
  const auto report = merit->Report(x);
  ASSERT_GT(report->failed_rays, 0);
  EXPECT_GT(report->ray_rms, 0.1);
  // Downhill is towards fewer failures.
  NormalEquations normal;
  const double cost = merit->Normal(x, &normal);
  std::vector<double> back = x;
  back[0] -= 1e-4 * (normal.gradient[0] > 0 ? 1 : -1);
  EXPECT_LT(merit->Cost(back), cost);
  EXPECT_GT(normal.gradient[0], 0);
}

// Stronger and stronger curvatures and conics: what the merit takes as traced is traced by the
// analyses too.
TEST(Merit, FailedRaysAreThoseOfTheTracer) {
  int failures = 0;
  for (const char* name : {"cooke50f5", "phone_deeplens80"}) {
    for (const double factor : {1.0, 1.3, 1.7, 2.5}) {
      Lens lens = *FindLens(name);
      lens.launch = Launch::kParaxialPupil;
      lens.vary.clear();
      for (Surface& s : lens.surfaces) {
        if (s.radius_mm != 0) s.radius_mm /= factor;
        if (factor > 1) s.conic += factor;
        s.semi_diameter_mm = 0;
      }
      MeritSpec spec;
      spec.sampling = PupilSampling::kHexapolar;
      auto merit = MeritFunction::Create(lens, spec);
      ASSERT_TRUE(merit) << merit.error().message;
      const auto report = merit->Report({});
      ASSERT_TRUE(report);
      const auto made = MakeModel(lens);
      ASSERT_TRUE(made) << name << " " << factor << ": " << made.error().message;
      const LensModel& model = *made;
      int lost = 0;
      for (int w = 0; w < model.system.wavelengths(); ++w) {
        for (const double field : lens.fields.values) {
          const auto launcher = Launcher::Create(model, field, w);
          ASSERT_TRUE(launcher);
          for (const PupilPoint& p : HexapolarGrid(spec.rings)) {
            if (p.x < -1e-12) continue;  // the merit traces one half
            lost += TraceRay(model.system, w, launcher->At(p), false).status != RayStatus::kOk;
          }
        }
      }
      EXPECT_GE(report->failed_rays, lost) << name << " " << factor;
      EXPECT_LE(report->failed_rays, lost + report->rays / 50) << name << " " << factor;
      failures += lost;
    }
  }
  EXPECT_GT(failures, 100);
}

TEST(Merit, AnEquationOfAFailedRayIsNotMet) {
  Lens lens = *FindLens("cooke50f5");
  lens.surfaces.back().radius_mm = -3;  // the chief ray of the edge of the field passes beside it
  lens.vary = {{{"t", 5}}};
  MeritSpec spec;
  spec.quality = RayQuality::kNone;
  spec.operands = {{OperandKind::kChiefHeight, Relation::kHold, 18, 1, -1, 2}};
  auto merit = MeritFunction::Create(lens, spec);
  ASSERT_TRUE(merit) << merit.error().message;
  EXPECT_EQ(merit->constraints(), 1);
  const auto report = merit->Report(merit->variables().start());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->unmet_equations, 1);
  EXPECT_TRUE(report->lines.empty());
  const DampedResult result = Minimise(*merit, merit->variables().start(), 0, {});
  EXPECT_FALSE(result.violation < 1);
  // A search says so too.
  GlobalOptions options;
  options.starts = 2;
  options.hops = 1;
  options.short_iterations = options.final_iterations = 2;
  const auto found = SearchGlobally(lens, spec, options);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->front().report.unmet_equations, 1);
  EXPECT_NE(MeritText(found->front().report).find("not met"), std::string::npos);
}

TEST(Merit, BadRequestsAreRefused) {
  Lens lens = *FindLens("cooke50f5");
  lens.vary = {{{"c", 0}}, {{"A2", 0}}};
  EXPECT_FALSE(MeritFunction::Create(lens, {}));
  lens.vary = {{{"c", 9}}};
  EXPECT_FALSE(MeritFunction::Create(lens, {}));
  lens.vary = {{{"c", 0}}, {{"c", 0}}};
  EXPECT_FALSE(MeritFunction::Create(lens, {}));
  lens.vary = {{{"c", 0}}};
  MeritSpec spec;
  spec.operands = {{OperandKind::kSlopeDeg, Relation::kAtMost, 50, 1, 17}};
  EXPECT_FALSE(MeritFunction::Create(lens, spec));
  spec.operands.clear();
  spec.rings = 0;
  EXPECT_FALSE(MeritFunction::Create(lens, spec));
  lens.pickups = {{{"c", 1}, {"c", 2}}, {{"c", 2}, {"c", 1}}};
  EXPECT_FALSE(MeritFunction::Create(lens, {}));
  lens.pickups.clear();
  lens.surfaces[0].mirror = true;
  EXPECT_FALSE(MeritFunction::Create(lens, {}));
}

// A fisheye to 85 degrees: real rays to the stop are found for every field.
TEST(Merit, WideAnglesAreAimed) {
  Lens lens = *FindLens("fisheye16f28");
  lens.launch = Launch::kRealStop;
  lens.fields.values = {0, 30, 60, 80};
  lens.fields.weights.clear();
  lens.vary.clear();
  MeritSpec spec;
  spec.quality = RayQuality::kNone;
  spec.operands = {{OperandKind::kChiefHeight, Relation::kEqual, 0}};
  auto merit = MeritFunction::Create(lens, spec);
  ASSERT_TRUE(merit) << merit.error().message;
  const auto report = merit->Report({});
  ASSERT_EQ(report->lines.size(), 4u);
  const LensModel model = *MakeModel(lens);
  for (int f = 0; f < 4; ++f) {
    const auto launcher = Launcher::Create(model, lens.fields.values[f], model.system.primary);
    ASSERT_TRUE(launcher);
    const RayResult chief =
        TraceRay(model.system, model.system.primary, launcher->At({0, 0}), false);
    EXPECT_NEAR(report->lines[f].value, chief.y, 1e-9) << f;
  }
}

}  // namespace
}  // namespace petzval::optics
