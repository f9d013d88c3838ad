// Reports of whole pictures: the map over the field, colours, curves, sentences.
#include <gtest/gtest.h>

#include <cmath>

#include "petzval/measure/sfr/golden_chart_test_util.h"
#include "petzval/measure/sfr/golden_edge_test_util.h"
#include "petzval/measure/sfr/sfr.h"

namespace petzval::measure {
namespace {

const Figure* Find(const SfrReport& report, const std::string& name) {
  for (const Figure& figure : report.findings.figures) {
    if (figure.name == name) return &figure;
  }
  ADD_FAILURE() << "no figure " << name;
  return nullptr;
}

void CopyPlane(const Image<float>& from, Image<float>* to, int plane) {
  for (int y = 0; y < from.height(); ++y) {
    for (int x = 0; x < from.width(); ++x) to->At(x, y, plane) = from.At(x, y);
  }
}

// A finished picture of one golden edge whose red and blue are shifted along the normal.
Subject ShiftedColors(double red, double blue) {
  golden::EdgeScene scene;
  const double sigma[3] = {golden::SigmaFor(0.25, scene.theta, 1),
                           golden::SigmaFor(0.3, scene.theta, 1),
                           golden::SigmaFor(0.2, scene.theta, 1)};
  Subject subject;
  subject.rgb = Image<float>(scene.width, scene.height, 3);
  for (int c = 0; c < 3; ++c) {
    scene.shift = c == 0 ? red : c == 2 ? blue : 0;
    CopyPlane(golden::Render(golden::GaussianProfile(sigma[c], scene.theta, 1), scene),
              &subject.rgb, c);
  }
  return subject;
}

TEST(MeasureSfr, ColoursAgainstEachOtherToAHundredth) {
  const Subject subject = ShiftedColors(0.37, -0.08);
  const auto report = MeasureSfr(subject, Channel::kGreen, Rect{0, 0, 128, 100});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->edges.size(), 1u);
  ASSERT_EQ(report->colors.size(), 1u);
  EXPECT_NEAR(report->colors[0].red_px, 0.37, 0.002);
  EXPECT_NEAR(report->colors[0].blue_px, -0.08, 0.002);
  EXPECT_NEAR(Find(*report, "lateral_red")->value, 0.37, 0.002);
  EXPECT_NEAR(Find(*report, "lateral_blue_pct")->value, 100 * -0.08 / std::hypot(64, 50), 0.003);
  EXPECT_NEAR(Find(*report, "mtf50")->value, 0.3, 0.0003);
  EXPECT_NEAR(Find(*report, "acutance_41")->value, 0.6865, 0.002);
}

TEST(MeasureSfr, MosaicMeasuresItsOwnSites) {
  golden::EdgeScene scene;
  Subject subject;
  subject.mosaic = Image<float>(scene.width, scene.height);
  subject.sites = {SiteMask{0x0505}, SiteMask{0x5a5a}, SiteMask{0xa0a0}};
  const double level[3] = {0.15, 0.25, 0.2};
  for (int c = 0; c < 3; ++c) {
    scene.shift = c == 0 ? 0.2 : 0;
    const Image<float> plane = golden::Render(
        golden::GaussianProfile(golden::SigmaFor(level[c], scene.theta, 1), scene.theta, 1), scene);
    for (int y = 0; y < scene.height; ++y) {
      for (int x = 0; x < scene.width; ++x) {
        if (subject.sites[c].Has(x, y)) subject.mosaic.At(x, y) = plane.At(x, y);
      }
    }
  }
  for (int c = 0; c < 3; ++c) {
    const auto report = MeasureSfr(subject, static_cast<Channel>(c), Rect{0, 0, 128, 100});
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_TRUE(report->edges[0].mtf50_cpp);
    EXPECT_NEAR(*report->edges[0].mtf50_cpp, level[c], 0.003 * level[c]);
    ASSERT_EQ(report->colors.size(), 1u);
    EXPECT_NEAR(report->colors[0].red_px, 0.2, 0.01);
    EXPECT_NEAR(report->colors[0].blue_px, 0, 0.01);
  }
}

TEST(MeasureSfr, MapsTheFieldOfAChart) {
  golden::ChartScene scene;
  scene.width = 1004;
  scene.height = 801;
  scene.columns = 5;
  scene.rows = 4;
  scene.side = 96;
  scene.noise = 0.003;
  Subject subject;
  const Image<float> chart = golden::RenderChart(scene);
  subject.rgb = Image<float>(scene.width, scene.height, 3);
  for (int c = 0; c < 3; ++c) CopyPlane(chart, &subject.rgb, c);
  subject.xyz_d50_from_rgb[1] = {0.25, 0.7, 0.05};
  const auto report = MeasureSfr(subject, Channel::kLuminance, std::nullopt);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->edges.size(), 80u);
  EXPECT_EQ(report->refused, 0);
  EXPECT_EQ(report->colors.size(), 80u);
  for (const char* name : {"mtf50", "mtf50_centre", "mtf50_part_way", "mtf50_corner",
                           "mtf50_sagittal", "mtf50_tangential"}) {
    const Figure* figure = Find(*report, name);
    EXPECT_NEAR(figure->value, 0.3002, 0.001) << name;
    EXPECT_GT(figure->n, 3) << name;
    EXPECT_LT(figure->standard_error, 0.001) << name;
  }
  EXPECT_NEAR(Find(*report, "lateral_red")->value, 0, 0.001);
  int sagittal = 0, tangential = 0;
  for (const EdgeSfr& edge : report->edges) {
    sagittal += edge.radial == RadialDirection::kSagittal;
    tangential += edge.radial == RadialDirection::kTangential;
  }
  EXPECT_GT(sagittal, 20);
  EXPECT_GT(tangential, 20);
  ASSERT_GE(report->findings.curves.size(), 4u);
  EXPECT_EQ(report->findings.curves[0].name, "mtf");
  EXPECT_EQ(report->findings.curves[3].x.size(), 80u);
}

TEST(MeasureSfr, SaysWhenThereIsNoEdge) {
  Subject subject;
  subject.rgb = Image<float>(200, 200, 3);
  subject.rgb.Fill(0.3f);
  const auto report = MeasureSfr(subject, Channel::kGreen, std::nullopt);
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("no slanted edge"), std::string::npos);
  EXPECT_FALSE(MeasureSfr(subject, Channel::kGreen, Rect{0, 0, 300, 100}));
}

TEST(MeasureSfr, AMonochromeSensorHasNoRed) {
  Subject subject;
  subject.mosaic = Image<float>(200, 200);
  subject.mono = true;
  const auto report = MeasureSfr(subject, Channel::kRed, std::nullopt);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "the sensor has no red pixels");
}

}  // namespace
}  // namespace petzval::measure
