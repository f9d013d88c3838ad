// Canvas and charts: numbers, text, clipping, ticks, empty data.
#include "petzval/optics/plot/svg.h"

#include <cmath>
#include <limits>

#include "petzval/optics/plot/chart.h"
#include "petzval/optics/plot/contour.h"
#include "petzval/optics/plot/test_support.h"
#include "petzval/optics/plot/tiles.h"

namespace petzval::optics {
namespace {

const double kNan = std::nan("");
const double kInf = std::numeric_limits<double>::infinity();

TEST(Svg, NumbersAreShortAndNeverSpecial) {
  EXPECT_EQ(SvgNumber(1.0), "1");
  EXPECT_EQ(SvgNumber(-0.001), "0");
  EXPECT_EQ(SvgNumber(12.345), "12.35");
  EXPECT_EQ(SvgNumber(-2.5), "-2.5");
  EXPECT_EQ(SvgNumber(kNan), "0");
  EXPECT_EQ(SvgNumber(1e300), "10000000");
}

TEST(Svg, TextIsEscapedAndAlwaysUtf8) {
  EXPECT_EQ(EscapeXml("a<b & \"c\" 'd'>"), "a&lt;b &amp; &quot;c&quot; &#39;d&#39;&gt;");
  EXPECT_EQ(EscapeXml("14° µm"), "14° µm");
  EXPECT_EQ(EscapeXml("a\x01\x02"
                      "b"),
            "ab");
  EXPECT_EQ(EscapeXml("\xff\xfe"), "??");
  EXPECT_EQ(EscapeXml("\xc0\xaf"), "??");       // overlong
  EXPECT_EQ(EscapeXml("x\xe2\x82"), "x??");     // cut off
  EXPECT_EQ(EscapeXml("\xed\xa0\x80"), "???");  // surrogate
  EXPECT_EQ(EscapeXml("\xf0\x9f\x93\xb7"), "\xf0\x9f\x93\xb7");
}

TEST(Svg, Base64IsThatOfRfc4648) {
  const auto encode = [](std::string_view s) {
    return Base64({reinterpret_cast<const uint8_t*>(s.data()), s.size()});
  };
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
}

TEST(Svg, PointsThatAreNoneBreakLines) {
  Svg svg(100, 100, "t");
  const Point points[] = {{0, 0}, {10, 10}, {kNan, 5}, {20, 20}, {30, 10}, {kInf, 0}, {40, 1}};
  svg.Polyline(points, StrokePen("#000000"));
  svg.Polygon(points, FillPen("#000000"));
  svg.Circle({kNan, 0}, 3, FillPen("#000000"));
  svg.Text({0, kInf}, "x");
  const std::string text = svg.Document();
  ExpectGoodSvg(text);
  EXPECT_NE(text.find("d=\"M0 0L10 10M20 20L30 10\""), std::string::npos) << text;
  EXPECT_NE(text.find("d=\"M0 0L10 10 20 20 30 10 40 1Z\""), std::string::npos) << text;
  EXPECT_EQ(text.find("<circle"), std::string::npos);
}

TEST(Svg, OpenGroupsAreClosed) {
  Svg svg(10, 10, "a < b");
  svg.BeginGroup("one");
  svg.BeginGroup("two");
  EXPECT_EQ(XmlFault(svg.Document()), "");
  svg.EndGroup();
  svg.EndGroup();
  svg.EndGroup();
  EXPECT_EQ(XmlFault(svg.Document()), "");
}

TEST(XmlFault, FindsFaults) {
  EXPECT_EQ(XmlFault("<a><b c=\"d\"/></a>"), "");
  EXPECT_NE(XmlFault("<a><b></a></b>"), "");
  EXPECT_NE(XmlFault("<a b=c/>"), "");
  EXPECT_NE(XmlFault("<a>&nbsp;</a>"), "");
  EXPECT_NE(XmlFault("<a/><b/>"), "");
  EXPECT_NE(XmlFault("<a b=\"1\" b=\"2\"/>"), "");
}

TEST(Axis, RangesAndTicksAreRound) {
  const Axis axis = MakeAxis({.label = "x"}, 0.3, 9.7);
  EXPECT_EQ(axis.min, 0);
  EXPECT_EQ(axis.max, 10);
  ASSERT_EQ(axis.ticks.size(), 6u);
  EXPECT_EQ(axis.ticks[3].label, "6");
  const Axis symmetric = MakeAxis({.symmetric = true}, -1, 14.3);
  EXPECT_EQ(symmetric.min, -15);
  EXPECT_EQ(symmetric.max, 15);
  const Axis small = MakeAxis({.label = "y"}, 0, 4e-7);
  EXPECT_NE(small.label.find("×10"), std::string::npos);
  EXPECT_EQ(small.ticks.back().label, "400");
}

TEST(Axis, StrangeRangesGiveAnAxisAllTheSame) {
  const std::pair<double, double> ranges[] = {{1, -1},       {kNan, 3},       {0, 0},  {5, 5},
                                              {-kInf, kInf}, {1e-300, 1e300}, {-7, -7}};
  for (const auto& [low, high] : ranges) {
    for (const bool log : {false, true}) {
      const Axis axis = MakeAxis({.log = log}, low, high);
      EXPECT_LT(axis.min, axis.max);
      EXPECT_TRUE(std::isfinite(axis.At(axis.min)) && std::isfinite(axis.At(axis.max)));
      EXPECT_LE(axis.ticks.size(), 700u);
    }
  }
}

TEST(Axis, LogTicksAreDecades) {
  const Axis axis = MakeAxis({.log = true}, 0.02, 700);
  EXPECT_EQ(axis.min, 0.01);
  EXPECT_EQ(axis.max, 1000);
  EXPECT_EQ(axis.ticks.size(), 6u);
  EXPECT_NEAR(axis.At(10), 0.6, 1e-12);
  EXPECT_TRUE(std::isnan(axis.At(-1)));
}

TEST(Format, NumbersForPeople) {
  EXPECT_EQ(FormatValue(12.3456), "12.3");
  EXPECT_EQ(FormatValue(-0.00123), "−0.00123");
  EXPECT_EQ(FormatValue(1.234e-7), "1.23×10⁻⁷");
  EXPECT_EQ(FormatValue(kNan), "–");
  EXPECT_EQ(FormatFixed(-0.001, 2), "0.00");
  EXPECT_EQ(FormatShort(0.5, 3), "0.5");
  EXPECT_EQ(FormatShort(100, 3), "100");
  EXPECT_EQ(NiceLimit(0.31), 0.4);
  EXPECT_EQ(NiceLimit(9), 10);
}

TEST(Chart, LinesAreCutAtTheFrame) {
  const auto pieces = ClipPolyline({{-10, 5}, {5, 5}, {5, 20}, {8, 20}, {8, 5}}, {0, 0, 10, 10});
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].size(), 3u);
  EXPECT_EQ(pieces[0][0].x, 0);
  EXPECT_EQ(pieces[0][2].y, 10);
  EXPECT_EQ(pieces[1][0].y, 10);
  EXPECT_EQ(pieces[1][1].y, 5);
}

TEST(Chart, EmptyAndSpecialDataAreDrawn) {
  Figure figure{.title = "empty"};
  Chart chart{.title = "nothing"};
  figure.panels.push_back(chart);
  chart.series.push_back({.label = "none", .points = {{kNan, 1}, {1, kInf}}});
  figure.panels.push_back(chart);
  chart.series.push_back({.label = "one", .points = {{3, 3}}, .dot_radius = 2});
  chart.references.push_back({.vertical = true, .value = kNan, .label = "none"});
  figure.panels.push_back(chart);
  chart.y.log = true;
  chart.series[1].points = {{1, -1}, {2, 0}};
  figure.panels.push_back(chart);
  chart.blank = true;
  figure.panels.push_back(chart);
  figure.columns = 2;
  const std::string svg = RenderFigure(figure);
  ExpectGoodSvg(svg);
  EXPECT_NE(svg.find("no data"), std::string::npos);
  EXPECT_EQ(svg, RenderFigure(figure));
  ExpectGoodSvg(RenderFigure({.title = "no panel"}));
  ExpectGoodSvg(RenderTiles({.title = "no tile"}));
}

TEST(Tiles, PicturesAreEmbedded) {
  TileFigure figure{.title = "t", .column_headings = {"a"}, .row_headings = {"r"}};
  Picture picture(3, 2);
  picture.Set(1, 1, MapColor(ColorMap::kLight, 0.5));
  figure.tiles.push_back({{"line"}, [&](const Box& box, Svg* svg) {
                            DrawPicture(box, picture, false, svg);
                            DrawTileScale(box, 0.003, "µm", kInk, svg);
                            DrawTileScale(box, 0, "µm", kInk, svg);
                          }});
  const std::string svg = RenderTiles(figure);
  ExpectGoodSvg(svg);
  EXPECT_NE(svg.find("data:image/png;base64,iVBOR"), std::string::npos);
  EXPECT_EQ(MapColor(ColorMap::kDiverging, kNan), MapColor(ColorMap::kDiverging, 0));
}

TEST(Contour, RingsFollowTheMask) {
  // A disc with a hole: two closed rings of the right area.
  constexpr int kSize = 120;
  std::vector<uint8_t> mask(kSize * kSize);
  for (int y = 0; y < kSize; ++y) {
    for (int x = 0; x < kSize; ++x) {
      const double r = std::hypot(x - 59.5, y - 59.5);
      mask[y * kSize + x] = r < 50 && r > 20;
    }
  }
  const auto rings = MaskOutline(mask, kSize, kSize, 0);
  ASSERT_EQ(rings.size(), 2u);
  double area = 0;
  for (const auto& ring : rings) {
    for (size_t i = 0; i < ring.size(); ++i) {
      const Point a = ring[i], b = ring[(i + 1) % ring.size()];
      area += (a.x * b.y - b.x * a.y) / 2;
    }
  }
  EXPECT_NEAR(std::abs(area), M_PI * (2500 - 400), 60);
  EXPECT_TRUE(MaskOutline({}, 0, 0, 1).empty());
  EXPECT_EQ(MaskOutline(std::vector<uint8_t>(16, 1), 4, 4, 0).size(), 1u);
}

}  // namespace
}  // namespace petzval::optics
