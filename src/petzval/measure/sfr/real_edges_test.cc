// Edges and charts that others photographed or drew: what must hold for them.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <string>

#include "petzval/image/picture.h"
#include "petzval/measure/sfr/edge_finder.h"
#include "petzval/measure/sfr/sfr.h"

namespace petzval::measure {
namespace {

std::string Small(const std::string& name) {
  return std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/raw/small/" + name;
}
bool Exists(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

Result<Subject> ReadSubject(const std::string& path) {
  PETZVAL_ASSIGN(const Picture picture, ReadPicture(path));
  Subject subject;
  subject.path = path;
  subject.rgb = LinearRgb(picture);
  subject.bits = picture.max_code > 255 ? 16 : 8;
  return subject;
}

// Codes as stored, as if they were linear: what the tools of the standard's authors assume.
Image<float> Codes(const Picture& picture, int plane) {
  Image<float> codes(picture.width(), picture.height());
  for (int y = 0; y < codes.height(); ++y) {
    for (int x = 0; x < codes.width(); ++x) {
      codes.At(x, y) = static_cast<float>(picture.code.At(x, y, plane)) / picture.max_code;
    }
  }
  return codes;
}

TEST(RealEdges, SamplesOfTheReferenceCode) {
  for (const char* name : {"Test_edge1.tif", "Test_edge1_mono.tif"}) {
    const std::string path = Small(name);
    if (!Exists(path)) GTEST_SKIP() << "../shared/data/raw/small is absent";
    const auto picture = ReadPicture(path);
    ASSERT_TRUE(picture) << picture.error().message;
    const Image<float> codes = Codes(*picture, 1);
    const Rect all{0, 0, codes.width(), codes.height()};
    const auto edge = MeasureEdge(codes.view(), {}, all, 1.0);
    ASSERT_TRUE(edge) << name << ": " << edge.error().message;
    ASSERT_TRUE(edge->mtf50_cpp);
    fmt::print(
        "{}: {} x {}, MTF50 {:.4f} +/- {:.4f}, MTF10 {:.3f}, angle {:.2f}, overshoot {:.1f} %\n",
        name, all.width, all.height, *edge->mtf50_cpp, edge->mtf50_error,
        edge->mtf10_cpp.value_or(-1), edge->angle_deg, edge->overshoot_pct);
    EXPECT_GT(*edge->mtf50_cpp, 0.05);
    EXPECT_LT(*edge->mtf50_cpp, 0.6);
    EXPECT_LT(edge->mtf50_error, 0.05 * *edge->mtf50_cpp);
    // The halves of the edge agree with each other within their errors.
    const bool tall =
        edge->angle_deg < 45 && std::abs(std::cos(edge->normal_deg * M_PI / 180)) > 0.7;
    const Rect first =
        tall ? Rect{0, 0, all.width, all.height / 2} : Rect{0, 0, all.width / 2, all.height};
    const Rect second = tall ? Rect{0, all.height / 2, all.width, all.height / 2}
                             : Rect{all.width / 2, 0, all.width / 2, all.height};
    const auto a = MeasureEdge(codes.view(), {}, first, 1.0);
    const auto b = MeasureEdge(codes.view(), {}, second, 1.0);
    ASSERT_TRUE(a && b);
    EXPECT_NEAR(*a->mtf50_cpp, *b->mtf50_cpp,
                4 * std::hypot(a->mtf50_error, b->mtf50_error) + 0.02 * *edge->mtf50_cpp);
  }
}

TEST(RealEdges, ChartOfTheStandardIsFound) {
  const std::string path = Small("ISO_12233-2023_chart.jpg");
  if (!Exists(path)) GTEST_SKIP() << "../shared/data/raw/small is absent";
  const auto subject = ReadSubject(path);
  ASSERT_TRUE(subject) << subject.error().message;
  const auto report = MeasureSfr(*subject, Channel::kGreen, std::nullopt);
  ASSERT_TRUE(report) << report.error().message;
  fmt::print("chart: {} edges, {} refused; {}\n", report->edges.size(), report->refused,
             report->findings.warnings.empty() ? "" : report->findings.warnings[0]);
  for (const Figure& figure : report->findings.figures) {
    fmt::print("  {} {:.4f} +/- {:.4f} {} n {} {}\n", figure.name, figure.value,
               figure.standard_error, figure.unit, figure.n, figure.note);
  }
  EXPECT_GE(report->edges.size(), 16u);
}

}  // namespace
}  // namespace petzval::measure
