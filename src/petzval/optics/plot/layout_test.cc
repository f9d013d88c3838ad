// Sections: closed outlines, frames of folded paths, bundles that really pass.
#include "petzval/optics/plot/layout.h"

#include <cmath>

#include "petzval/optics/plot/test_support.h"

namespace petzval::optics {
namespace {

double Area(const std::vector<Point>& ring) {
  double area = 0;
  for (size_t i = 0; i < ring.size(); ++i) {
    const Point a = ring[i], b = ring[(i + 1) % ring.size()];
    area += (a.x * b.y - b.x * a.y) / 2;
  }
  return std::abs(area);
}

TEST(Section, OutlinesHoldTheGlass) {
  const LensModel model = TestModel(TestLens());
  const Section section = ComputeSection(model);
  ASSERT_EQ(section.lenses.size(), 3u);
  for (const SectionLens& lens : section.lenses) {
    for (const Point& p : lens.outline) EXPECT_TRUE(std::isfinite(p.x) && std::isfinite(p.y));
    EXPECT_GT(Area(lens.outline), 1);
    // Symmetric about the axis: as far up as down.
    double top = 0, bottom = 0;
    for (const Point& p : lens.outline) top = std::max(top, p.y), bottom = std::min(bottom, p.y);
    EXPECT_NEAR(top, -bottom, 1e-9);
  }
  // The first lens as a biconvex-like body of revolution's section, integrated by hand.
  double expected = 0;
  constexpr int kSteps = 2000;
  for (int i = 0; i < kSteps; ++i) {
    const double h = -9.5 + 19.0 * (i + 0.5) / kSteps;
    const auto sag = [h](double r) { return r - std::copysign(std::sqrt(r * r - h * h), r); };
    expected += (3.25896 + sag(-435.76) - sag(22.01359)) * 19.0 / kSteps;
  }
  EXPECT_NEAR(Area(section.lenses[0].outline), expected, 0.003 * expected);
  EXPECT_NEAR(section.total_track_mm, model.primary().total_track, 1e-9);
}

TEST(Section, CementedLensesShareTheirFace) {
  const Section section = ComputeSection(TestModel(TestLens(true)));
  ASSERT_EQ(section.lenses.size(), 4u);
  const auto& front = section.lenses[2].outline;
  const auto& back = section.lenses[3].outline;
  int shared = 0;
  for (const Point& a : front) {
    for (const Point& b : back) shared += std::hypot(a.x - b.x, a.y - b.y) < 1e-12;
  }
  EXPECT_GE(shared, 61);
}

TEST(Section, BundlesEndAtTheClearDiameters) {
  Lens lens = TestLens();
  lens.surfaces[5].semi_diameter_mm = 5.5;
  const LensModel model = TestModel(lens);
  const Section section = ComputeSection(model);
  double edge = 0;
  for (const SectionRay& ray : section.rays) {
    for (const Point& p : ray.path) EXPECT_TRUE(std::isfinite(p.x) && std::isfinite(p.y));
    if (ray.field == 2) edge = std::max(edge, ray.path[ray.path.size() - 2].y);
  }
  EXPECT_LE(edge, 5.5 + 1e-6);
  EXPECT_GT(edge, 5.3);
}

TEST(Section, FieldsWithoutRaysAreNamed) {
  Lens lens = TestLens();
  lens.surfaces[0].semi_diameter_mm = lens.surfaces[5].semi_diameter_mm = 0.3;
  const LensModel model = TestModel(lens);
  const Section section = ComputeSection(model);
  ASSERT_EQ(section.dark_fields, std::vector<int>({1, 2}));
  const std::string svg = LayoutFigure(model);
  ExpectGoodSvg(svg);
  EXPECT_NE(svg.find("20° (no ray arrives)"), std::string::npos);
}

TEST(Section, MissingDiametersComeFromTheBundles) {
  Lens lens = TestLens();
  for (Surface& s : lens.surfaces) s.semi_diameter_mm = 0;
  const Section section = ComputeSection(TestModel(lens));
  ASSERT_EQ(section.lenses.size(), 3u);
  for (const SectionLens& l : section.lenses) {
    double top = 0;
    for (const Point& p : l.outline) top = std::max(top, p.y);
    EXPECT_GT(top, 3.5);
    EXPECT_LT(top, 15);
  }
}

// A mirror at 45 degrees, then a lens and the image above it.
Lens FoldedLens(bool prism) {
  Lens lens;
  lens.name = "folded";
  lens.glasses = {ModelGlass("G", 1.5168, 64.2)};
  const auto add = [&lens](double r, double t, double sd, const char* medium) -> Surface& {
    Surface s;
    s.radius_mm = r, s.thickness_mm = t, s.semi_diameter_mm = sd, s.medium = medium;
    lens.surfaces.push_back(s);
    return lens.surfaces.back();
  };
  const char* inside = prism ? "G" : "";
  if (prism) add(0, 4, 4, inside);
  const Pose turn{.tilt_x_deg = 45, .carries = true};
  Surface& mirror = add(0, 0, 5.65685, inside);
  mirror.mirror = true;
  mirror.pose = turn;
  add(0, -4, 0, inside).pose = turn;
  if (prism) add(0, -1, 4, "");
  lens.stop = static_cast<int>(lens.surfaces.size());
  add(-12, -2, 3.5, "G");
  add(30, -16, 3.5, "");
  lens.aperture = {ApertureKind::kEntrancePupilDiameter, 5};
  lens.fields.values = {0, 4};
  return lens;
}

TEST(Section, FramesFollowAFold) {
  const LensModel model = TestModel(FoldedLens(false));
  const auto frames = SurfaceFrames(model.system);
  // Up after the mirror: the lens 4 mm above it, the image 18 mm above that, facing along y.
  const auto& image = frames.back();
  EXPECT_NEAR(std::abs(image.origin[1]), 22, 1e-9);
  EXPECT_NEAR(image.origin[2], 0, 1e-9);
  EXPECT_NEAR(std::abs(image.rotation[1][2]), 1, 1e-12);
  const Section section = ComputeSection(model);
  EXPECT_TRUE(section.folded);
  EXPECT_EQ(section.mirrors.size(), 1u);
  ASSERT_FALSE(section.rays.empty());
  for (const SectionRay& ray : section.rays) {
    EXPECT_NEAR(std::abs(ray.path.back().y), 22, 1e-9);
    if (ray.field == 0) {
      EXPECT_NEAR(ray.path.back().x, 0, 1.0);
    }
  }
  ExpectGoodSvg(LayoutFigure(model));
}

TEST(Section, APrismIsItsHull) {
  const LensModel model = TestModel(FoldedLens(true));
  const Section section = ComputeSection(model);
  ASSERT_EQ(section.lenses.size(), 2u);
  EXPECT_TRUE(section.lenses[0].prism);
  EXPECT_NEAR(Area(section.lenses[0].outline), 32, 0.01);  // half of an 8 mm square
  EXPECT_TRUE(section.lenses[1].turned);
  ExpectGoodSvg(LayoutFigure(model));
}

TEST(Layout, SameBytesEveryTimeAndAllOptions) {
  const LensModel model = TestModel(TestLens(true));
  LayoutOptions options;
  const std::string once = LayoutFigure(model, options);
  ExpectGoodSvg(once);
  EXPECT_EQ(once, LayoutFigure(model, options));
  EXPECT_NE(once.find(">L4<"), std::string::npos);
  options.label_lenses = options.dimensions = false;
  options.section.rays = 1;
  options.section.fields = {7};
  options.width = 1;
  ExpectGoodSvg(LayoutFigure(model, options));
}

TEST(Layout, PlanesAlone) {
  Lens lens;
  lens.name = "window";
  Surface front, back;
  front.thickness_mm = 2, front.medium = "G", back.thickness_mm = 10;
  lens.surfaces = {front, back};
  lens.glasses = {ModelGlass("G", 1.5, 60)};
  lens.aperture = {ApertureKind::kEntrancePupilDiameter, 4};
  const auto model = MakeModel(lens);
  ASSERT_TRUE(model) << model.error().message;
  ExpectGoodSvg(LayoutFigure(*model));
}

}  // namespace
}  // namespace petzval::optics
