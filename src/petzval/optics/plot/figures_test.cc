// Figures from analyses, usual and broken: well formed, repeatable, without numbers that are none.
#include <cmath>
#include <limits>

#include "petzval/optics/plot/design_figures.h"
#include "petzval/optics/plot/field_figures.h"
#include "petzval/optics/plot/mtf_figures.h"
#include "petzval/optics/plot/picture_figures.h"
#include "petzval/optics/plot/ray_figures.h"
#include "petzval/optics/plot/seidel_figure.h"
#include "petzval/optics/plot/test_support.h"

namespace petzval::optics {
namespace {

const double kNan = std::nan("");

TEST(Figures, NoDataIsSaid) {
  const LensModel model = TestModel(TestLens());
  for (const std::string& svg : {FanFigure(model, {}),
                                 OpdFanFigure(model, {}),
                                 SpotFigure(model, {}),
                                 FieldCurvesFigure(model, {}, {}),
                                 LateralColourFigure(model, {}),
                                 ChiefAngleFigure(model, {}),
                                 IlluminationFigure(model, {}, {}),
                                 DistortionGridFigure(model, {}),
                                 AxialColourFigure(model, {}, {}),
                                 PupilFigure(model, {}, 1.3),
                                 MtfFigure(model, {}),
                                 MtfVsFieldFigure(model, {}),
                                 MtfThroughFocusFigure(model, {}),
                                 WavefrontFigure(model, {}),
                                 PsfFigure(model, {}),
                                 BokehFigure(model, {}, {}, {}),
                                 SeidelFigure(model, {}),
                                 ToleranceHistogram({}, {}),
                                 OptimisationTrace("t", "x", "y", {}),
                                 GlassMap("g", {}, {})}) {
    ExpectGoodSvg(svg);
    EXPECT_LT(svg.size(), 9000u);
  }
}

TEST(Figures, EmptyAnalysesAreDrawn) {
  const LensModel model = TestModel(TestLens());
  const std::vector<FieldFans> fans(2);
  const std::vector<FieldSpot> spots(2);
  const std::vector<ChiefPoint> chiefs(3);
  const std::vector<std::vector<FieldFocus>> curves(3, std::vector<FieldFocus>(3));
  const std::vector<IlluminationPoint> light(3);
  const std::vector<ChromaticFocus> foci(2);
  const std::vector<LongitudinalAberration> heights(2);
  const std::vector<ClippedPupil> pupils(2);
  const std::vector<MtfCurve> mtf(2);
  const std::vector<WavefrontMap> maps(2);
  const std::vector<Psf> psfs(2);
  for (const std::string& svg :
       {FanFigure(model, fans), OpdFanFigure(model, fans), SpotFigure(model, spots),
        FieldCurvesFigure(model, curves, chiefs), LateralColourFigure(model, chiefs),
        ChiefAngleFigure(model, chiefs), IlluminationFigure(model, light, light),
        AxialColourFigure(model, foci, heights), PupilFigure(model, pupils, 1.3),
        MtfFigure(model, mtf), MtfVsFieldFigure(model, mtf), WavefrontFigure(model, maps),
        PsfFigure(model, psfs)}) {
    ExpectGoodSvg(svg);
  }
}

TEST(Figures, FailedRaysLeaveGapsAndAreCounted) {
  const LensModel model = TestModel(TestLens());
  auto fans = ComputeFans(model, 14, 33);
  ASSERT_TRUE(fans.has_value());
  FieldFans broken = *fans;
  for (size_t i = 0; i < 8; ++i) {
    broken.fans[0].tangential[i].status = RayStatus::kMissed;
    broken.fans[0].tangential[i].dy_um = kNan;
    broken.fans[0].tangential[i].opd_waves.reset();
  }
  broken.rays.missed = 8;
  const std::vector<FieldFans> list = {broken};
  const std::string svg = FanFigure(model, list);
  ExpectGoodSvg(svg);
  ExpectGoodSvg(OpdFanFigure(model, list));
  EXPECT_NE(svg.find("rays are lost"), std::string::npos);
  EXPECT_EQ(svg, FanFigure(model, list));
}

TEST(Figures, SpotTilesShowEveryWavelength) {
  const LensModel model = TestModel(TestLens());
  std::vector<FieldSpot> spots;
  for (const double field : {0.0, 14.0}) {
    auto spot = ComputeSpot(model, field);
    ASSERT_TRUE(spot.has_value());
    spots.push_back(*spot);
  }
  const std::string svg = SpotFigure(model, spots);
  ExpectGoodSvg(svg);
  size_t tiles = 0;
  for (size_t at = 0; (at = svg.find("class=\"tile\"", at)) != std::string::npos; ++at) ++tiles;
  EXPECT_EQ(tiles, 8u);
  EXPECT_NE(svg.find("Airy disc"), std::string::npos);
}

TEST(Figures, PicturesKeepTheirOrientation) {
  const LensModel model = TestModel(TestLens());
  Psf psf;
  psf.width = psf.height = 2;
  psf.pitch_x_um = psf.pitch_y_um = 1;
  psf.values = {1, 0, 0, 0};  // low x, low y: the lower left of the tile
  Psf turned = psf;
  turned.values = {0, 0, 1, 0};
  const std::vector<Psf> a = {psf}, b = {turned};
  EXPECT_NE(PsfFigure(model, a), PsfFigure(model, b));
  psf.values = {static_cast<float>(kNan), -1, 0, 0};
  const std::vector<Psf> none = {psf};
  ExpectGoodSvg(PsfFigure(model, none));
}

TEST(DesignFigures, HistogramCountsAndYield) {
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) values.push_back(0.3 + 0.002 * i);
  values.push_back(kNan);
  const HistogramOptions options{
      .title = "yield", .quantity = "MTF", .nominal = 0.55, .requirement = 0.3999};
  const std::string svg = ToleranceHistogram(values, options);
  ExpectGoodSvg(svg);
  EXPECT_NE(svg.find("yield 49.5 % of 101"), std::string::npos) << svg;
  EXPECT_NE(svg.find("1 gave no figure and counts as failed"), std::string::npos);
  ExpectGoodSvg(ToleranceHistogram(std::vector<double>(5, 0.0), {.title = "same"}));
  ExpectGoodSvg(ToleranceHistogram(std::vector<double>{kNan}, {.title = "none"}));
}

TEST(DesignFigures, TraceIsLogarithmicWhenItFallsFar) {
  NamedSeries merit{"M", {}, {}};
  for (int i = 0; i < 50; ++i) {
    merit.x.push_back(i);
    merit.y.push_back(1e4 * std::exp(-0.3 * i));
  }
  merit.y[7] = std::numeric_limits<double>::infinity();
  const std::vector<NamedSeries> series = {merit};
  const std::string svg = OptimisationTrace("trace", "iteration", "merit", series);
  ExpectGoodSvg(svg);
  EXPECT_NE(svg.find(">0.01<"), std::string::npos);
}

TEST(DesignFigures, GlassMapNamesGlasses) {
  const auto used = GlassesOf(TestLens());
  ASSERT_EQ(used.size(), 2u);
  const std::string svg = GlassMap("glasses", used, used);
  ExpectGoodSvg(svg);
  EXPECT_NE(svg.find(">flint<"), std::string::npos);
  const std::vector<Glass> constant = {ModelGlass("c", 1.5, 0)};
  ExpectGoodSvg(GlassMap("none", {}, constant));
}

}  // namespace
}  // namespace petzval::optics
