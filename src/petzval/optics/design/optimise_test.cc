#include "petzval/optics/design/optimise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "petzval/base/parallel.h"
#include "petzval/optics/design/design_text.h"
#include "petzval/optics/design/glass_choice.h"
#include "petzval/optics/design/global_search.h"
#include "petzval/optics/design/test_lenses.h"

namespace petzval::optics {
namespace {

// The same figure by the tracer of the analyses: RMS distance of all rays to their field's
// centroid.
double TracedRms(const Lens& lens) {
  const LensModel model = *MakeModel(lens);
  double total = 0;
  for (const double field : lens.fields.values) {
    std::vector<RayResult> rays;
    double x = 0, y = 0, field_total = 0;
    for (int w = 0; w < model.system.wavelengths(); ++w) {
      const Launcher launcher = *Launcher::Create(model, field, w);
      for (const PupilPoint& p : HexapolarGrid(4)) {
        rays.push_back(TraceRay(model.system, w, launcher.At(p), false));
        x += rays.back().x;
        y += rays.back().y;
      }
    }
    const double count = static_cast<double>(rays.size());
    for (const RayResult& r : rays) {
      field_total += (std::pow(r.x - x / count, 2) + std::pow(r.y - y / count, 2)) / count;
    }
    total += field_total / static_cast<double>(lens.fields.values.size());
  }
  return std::sqrt(total);
}

TEST(Optimise, ReachesTheStatedMerits) {
  for (const OptimiseCase& c : OptimiseCases()) {
    const auto prepared = Prepare(c);
    ASSERT_TRUE(prepared);
    OptimiseOptions options;
    options.target_merit = 0.9995e-3 * c.bar_um;
    const auto result = Optimise(prepared->lens, prepared->spec, options);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_LE(1e3 * result->after.ray_rms, c.bar_um) << c.name;
    EXPECT_EQ(result->after.failed_rays, 0);
    // What is held is held, seen by the tracer of the analyses too.
    const double efl = prepared->spec.operands[0].target;
    EXPECT_NEAR(MakeModel(result->lens)->primary().efl, efl, 1e-6);
    EXPECT_NEAR(TracedRms(result->lens), result->after.ray_rms, 1e-7 * result->after.ray_rms);
  }
}

TEST(Optimise, BoundsPickupsAndSolvesAreKept) {
  Lens lens = *FindLens("cooke50f5");
  const double c1 = lens.surfaces[0].curvature();
  lens.vary = {
      {{"c", 0}, 0.9 * c1, 1.01 * c1}, {{"c", 2}}, {{"c", 3}}, {{"t", 1}, 5.5, 6.1}, {{"t", 3}}};
  lens.pickups = {{{"c", 1}, {"c", 0}, -0.05, 0}, {{"t", 4}, {"t", 0}, 1, 0}};
  lens.solves = {{{"c", 5}, SolveKind::kMarginalAngle, -0.1},
                 {{"t", 5}, SolveKind::kParaxialFocus, -0.05}};
  MeritSpec spec;
  const auto result = Optimise(lens, spec, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LT(result->after.merit, result->before.merit);
  const Lens& out = result->lens;
  EXPECT_GE(out.surfaces[0].curvature(), 0.9 * c1 - 1e-15);
  EXPECT_LE(out.surfaces[0].curvature(), 1.01 * c1 + 1e-15);
  EXPECT_GE(out.surfaces[1].thickness_mm, 5.5);
  EXPECT_LE(out.surfaces[1].thickness_mm, 6.1);
  EXPECT_NEAR(out.surfaces[1].curvature(), -0.05 * out.surfaces[0].curvature(), 1e-15);
  EXPECT_EQ(out.surfaces[4].thickness_mm, out.surfaces[0].thickness_mm);
  const LensModel model = *MakeModel(out);
  EXPECT_NEAR(model.primary().efl, 50, 1e-9);  // 5 mm / 0.1
  EXPECT_NEAR(out.surfaces[5].thickness_mm, model.primary().bfl - 0.05, 1e-9);
}

TEST(Optimise, SolvesHaveExactGradients) {
  const std::vector<std::vector<Solve>> sets = {
      {{{"c", 4}, SolveKind::kMarginalAngle, -0.05},
       {{"t", 0}, SolveKind::kEdgeThickness, 0.8},
       {{"t", 5}, SolveKind::kParaxialFocus, 0}},
      {{{"t", 0}, SolveKind::kEdgeThickness, 0.8}, {{"t", 3}, SolveKind::kTotalTrack, 60}}};
  for (const std::vector<Solve>& solves : sets) {
    Lens lens = *FindLens("cooke50f5");
    for (Surface& s : lens.surfaces) s.semi_diameter_mm = 6;
    lens.vary = {{{"c", 0}}, {{"c", 3}}, {{"t", 1}}, {{"nd", 2}}};
    lens.solves = solves;
    MeritSpec spec;
    auto merit = MeritFunction::Create(lens, spec);
    ASSERT_TRUE(merit) << merit.error().message;
    const std::vector<double> x = merit->variables().start();
    NormalEquations normal;
    merit->Normal(x, &normal);
    for (int i = 0; i < merit->size(); ++i) {
      const double h = 1e-5;
      std::vector<double> up = x, down = x;
      up[i] += h;
      down[i] -= h;
      const double slope = (merit->Cost(up) - merit->Cost(down)) / (4 * h);
      EXPECT_NEAR(normal.gradient[i], slope, 1e-6 * std::abs(slope) + 1e-9) << i;
    }
  }
}

TEST(Optimise, GoesOnWhereItStopped) {
  const auto prepared = Prepare(OptimiseCases()[2]);
  const std::string path = testing::TempDir() + "/petzval_resume.toml";
  OptimiseOptions whole;
  const auto straight = Optimise(prepared->lens, prepared->spec, whole);
  ASSERT_TRUE(straight);
  OptimiseOptions part;
  part.checkpoint = path;
  part.progress = [](const OptimiseProgress& p) { return p.iteration < 9; };
  const auto first = Optimise(prepared->lens, prepared->spec, part);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->reason, StopReason::kInterrupted);
  part.progress = nullptr;
  const auto second = ResumeOptimise(path, prepared->spec, part);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_GT(second->iterations, 9);
  EXPECT_NEAR(second->after.merit, straight->after.merit, 1e-6 * straight->after.merit);
  // The file is the best lens.
  EXPECT_EQ(LensToml(*ReadLensFile(path)), LensToml(second->lens));
  std::filesystem::remove(path);
  EXPECT_FALSE(ResumeOptimise(path, prepared->spec, part));
  std::filesystem::remove(path + ".state");
}

TEST(Optimise, AspheresAndQTerms) {
  Lens lens = *FindLens("cooke50f5");
  for (Surface& s : lens.surfaces) s.semi_diameter_mm = 7;
  const auto powers = ParseVary(lens, "c1-6,A4..8@1,A4..8@6,t6");
  ASSERT_TRUE(powers) << powers.error().message;
  const auto spec = ParseTargets(lens, "efl,edge>=0.5");
  ASSERT_TRUE(spec) << spec.error().message;
  lens.vary = *powers;
  const auto with_powers = Optimise(lens, *spec, {});
  ASSERT_TRUE(with_powers);
  lens.vary.clear();
  for (const int s : {0, 5}) {
    lens.surfaces[s].asphere.kind = AsphereKind::kQcon;
    lens.surfaces[s].asphere.norm_mm = 7;
    lens.surfaces[s].asphere.q = {0, 0, 0};
  }
  const auto q = ParseVary(lens, "c1-6,Q0..2@1,Q0..2@6,t6");
  ASSERT_TRUE(q) << q.error().message;
  lens.vary = *q;
  const auto with_q = Optimise(lens, *spec, {});
  ASSERT_TRUE(with_q);
  EXPECT_LT(with_powers->after.merit, 0.95 * with_powers->before.merit);
  // The same surfaces in other terms: the same optimum.
  EXPECT_NEAR(with_q->after.merit, with_powers->after.merit, 0.02 * with_powers->after.merit);
}

TEST(Optimise, UsedSemiDiameters) {
  const Lens lens = *WithUsedSemiDiameters(*FindLens("cooke50f5"), 1.02);
  const LensModel model = *MakeModel(lens);
  // The marginal ray of the axis passes, and little more than the rays of the edge of the field.
  EXPECT_GE(lens.surfaces[0].semi_diameter_mm, 1.02 * 5);
  EXPECT_LT(lens.surfaces[0].semi_diameter_mm, 15);
  EXPECT_GE(lens.surfaces[3].semi_diameter_mm, 1.02 * model.primary().stop_radius - 0.05);
}

TEST(DesignText, Variables) {
  const Lens lens = *FindLens("dgauss100f2");
  const auto vary = ParseVary(lens, "c1-4, t2:0.3..1.5,t4:..9,nd1-6,A4..8@3,k2");
  ASSERT_TRUE(vary) << vary.error().message;
  std::vector<std::string> names;
  for (const Vary& v : *vary) names.push_back(VariableName(v.what));
  const std::vector<std::string> expected = {"c1",  "c2",  "c3",   "c4",   "t2",   "t4", "nd1",
                                             "nd3", "nd4", "A4@3", "A6@3", "A8@3", "k2"};
  EXPECT_EQ(names, expected);
  EXPECT_EQ((*vary)[4].min, 0.3);
  EXPECT_EQ((*vary)[4].max, 1.5);
  EXPECT_EQ((*vary)[5].max, 9);
  EXPECT_TRUE(std::isinf((*vary)[5].min));
  for (const char* bad : {"", "c", "c99", "c3-1", "x3", "t2:a..b", "t2:1", "A1@2", "nd2", "4"}) {
    EXPECT_FALSE(ParseVary(lens, bad)) << bad;
  }
}

TEST(DesignText, Targets) {
  const Lens lens = *FindLens("dgauss100f2");
  const auto spec =
      ParseTargets(lens, "efl=99,wavefront,track<=140*3,distortion<=2#3,edge>=1@1,hexapolar=5");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->quality, RayQuality::kWavefront);
  EXPECT_EQ(spec->rings, 5);
  ASSERT_EQ(spec->operands.size(), 6u);  // distortion counts twice, air is added
  EXPECT_EQ(spec->operands[0].relation, Relation::kHold);
  EXPECT_EQ(spec->operands[1].weight, 3);
  EXPECT_EQ(spec->operands[2].field, 2);
  EXPECT_EQ(spec->operands[3].target, -2);
  EXPECT_EQ(spec->operands[4].surface, 0);
  const auto present = ParseTargets(lens, "efl");
  EXPECT_NEAR(present->operands[0].target, 100.003757, 1e-6);
  for (const char* bad : {"efk=3", "efl=", "cra", "edge>=x", "slope<=50@0", "rings=a"}) {
    const auto failed = ParseTargets(lens, bad);
    EXPECT_FALSE(failed) << bad;
  }
  EXPECT_NE(ParseTargets(lens, "efk=3").error().message.find("efl"), std::string::npos);
}

TEST(GlobalSearch, SameLensesForAnyNumberOfThreads) {
  Lens lens = *FindLens("cooke50f5");
  lens.vary = *ParseVary(lens, "c1-6,t2:1..10,t4:1..10,t6");
  const MeritSpec spec = *ParseTargets(lens, "efl,edge>=0.5");
  GlobalOptions options;
  options.starts = 10;
  options.hops = 2;
  options.keep = 3;
  options.spread = 0.5;
  const int threads = Threads();
  SetThreads(1);
  const auto one = SearchGlobally(lens, spec, options);
  SetThreads(2);
  const auto two = SearchGlobally(lens, spec, options);
  SetThreads(threads);
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_TRUE(two);
  ASSERT_EQ(one->size(), two->size());
  for (size_t i = 0; i < one->size(); ++i) {
    EXPECT_EQ(LensToml((*one)[i].lens), LensToml((*two)[i].lens));
  }
  // At least as good as the optimum that the given lens leads to.
  const auto local = Optimise(lens, spec, {});
  EXPECT_LE((*one)[0].report.merit, local->after.merit * 1.0001);
}

// Six elements without any aspheric terms but r^2, and those and the thicknesses at random: few
// rays of the full aperture and field get through. Growing both finds more of the good lenses.
TEST(GlobalSearch, CurriculumHelpsPoorStarts) {
  int good[2] = {0, 0};
  for (const int stages : {0, 6}) {
    uint64_t state = 7;
    const auto random = [&] {
      state = state * 6364136223846793005u + 1442695040888963407u;
      return static_cast<double>(state >> 11) * 0x1p-53 * 2 - 1;
    };
    for (int trial = 0; trial < 10; ++trial) {
      Lens lens = *FindLens("phone_deeplens80");
      lens.vary.clear();
      for (int s = 1; s < 13; ++s) {
        Surface& surface = lens.surfaces[s];
        const double bend = surface.asphere.powers[2] + 0.1 * random();
        surface.asphere.powers = {{2, bend}};
        if (s < 12) surface.thickness_mm *= 1 + 0.3 * random();
        lens.vary.push_back({{"c", s}});
        for (const char* power : {"A4", "A6", "A8"}) lens.vary.push_back({{power, s}});
        lens.vary.push_back({{"t", s}, 0.1, 2});
      }
      MeritSpec spec;
      spec.operands = {{OperandKind::kEfl, Relation::kHold, 5.16},
                       {OperandKind::kGlassThickness, Relation::kAtLeast, 0.2},
                       {OperandKind::kAirGap, Relation::kAtLeast, 0.01},
                       {OperandKind::kTotalTrack, Relation::kAtMost, 8}};
      OptimiseOptions options;
      options.max_iterations = 100;
      options.curriculum_stages = stages;
      options.target_merit = 0.015;
      const auto result = Optimise(lens, spec, options);
      ASSERT_TRUE(result) << result.error().message;
      good[stages > 0] += result->after.failed_rays == 0 && result->after.merit < 0.02;
    }
  }
  EXPECT_GE(good[1], 3);
  EXPECT_GE(good[1], good[0]);
}

TEST(GlassChoice, FindsRealGlassesNearTheModels) {
  Lens lens = *FindLens("cooke50f5");
  lens.vary = *ParseVary(lens, "c1-6,t2,t4,t6,ndall,vdall");
  MeritSpec spec = *ParseTargets(lens, "efl,edge>=0.5,track<=70");
  const std::vector<Glass> glasses = CatalogueGlasses(false);
  ASSERT_GT(glasses.size(), 20u);
  spec.glass_hull = GlassHull(glasses);
  ASSERT_GE(spec.glass_hull.size(), 4u);
  spec.operands.push_back({OperandKind::kGlassHull, Relation::kAtMost, 0});
  const auto model = Optimise(lens, spec, {});
  ASSERT_TRUE(model);
  GlassChoiceOptions options;
  options.iterations = 30;
  const auto real = ChooseGlasses(model->lens, spec, options);
  ASSERT_TRUE(real) << real.error().message;
  ASSERT_EQ(real->choices.size(), 3u);
  for (const GlassChoice& c : real->choices) {
    EXPECT_NE(c.glass.find('/'), std::string::npos);
    EXPECT_LT(std::abs(c.nd - c.model_nd), 0.12);
    EXPECT_LT(std::abs(c.p_gf_deviation), 0.05);
  }
  // Better than the glasses it came with.
  Lens before = *FindLens("cooke50f5");
  before.vary = *ParseVary(before, "c1-6,t2,t4,t6");
  const auto old = Optimise(before, spec, {});
  EXPECT_LT(real->report.merit, old->after.merit);
}

TEST(GlassChoice, HullHoldsAllGlasses) {
  const std::vector<Glass> glasses = CatalogueGlasses(false);
  const std::vector<GlassPoint> hull = GlassHull(glasses);
  for (const Glass& glass : glasses) {
    const double nd = *glass.Index(kLineD_um), vd = glass.AbbeNumber();
    for (size_t i = 0; i < hull.size(); ++i) {
      const GlassPoint &a = hull[i], &b = hull[(i + 1) % hull.size()];
      EXPECT_GE((b.vd - a.vd) * (nd - a.nd) - (b.nd - a.nd) * (vd - a.vd), -1e-9) << glass.name;
    }
  }
}

}  // namespace
}  // namespace petzval::optics
