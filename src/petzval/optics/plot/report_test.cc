// Reports: whole, repeatable with any number of threads, and one sentence when they cannot be.
#include "petzval/optics/plot/report.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "petzval/base/parallel.h"
#include "petzval/optics/plot/test_support.h"

namespace petzval::optics {
namespace {

namespace fs = std::filesystem;

// Two wavelengths and two fields are enough to have every figure.
Lens SmallLens() {
  Lens lens = TestLens();
  lens.spectrum.um = {kLineF_um, kLineC_um};
  lens.spectrum.primary = 0;
  lens.fields.values = {0, 20};
  return lens;
}

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Report, IsWholeAndTheSameWithAnyThreads) {
  const fs::path folder = fs::path(testing::TempDir()) / "petzval_report" / "deep";
  fs::remove_all(folder.parent_path());
  const Lens lens = SmallLens();
  const int threads = Threads();
  SetThreads(4);
  ASSERT_TRUE(WriteLensReport(lens, folder.string(), {.svg_files = true}).has_value());
  SetThreads(1);
  const LensModel model = TestModel(lens);
  const LensReport report = ComputeLensReport(model);
  SetThreads(threads);
  const std::string html = ReadAll(folder / "index.html");
  EXPECT_EQ(html, LensReportHtml(model, report));

  EXPECT_NE(html.find("Triplet &lt;50 mm&gt; &amp; &quot;friends&quot;"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("src="), std::string::npos);
  EXPECT_EQ(WithoutPictures(html).find("nan"), std::string::npos);
  EXPECT_GE(report.figures.size(), 18u);
  for (const ReportFigure& figure : report.figures) {
    ASSERT_FALSE(figure.svg.empty()) << figure.name;
    EXPECT_FALSE(figure.caption.empty()) << figure.name;
    ExpectGoodSvg(figure.svg);
    EXPECT_NE(html.find(figure.svg), std::string::npos) << figure.name;
    const std::string file = ReadAll(folder / (figure.name + ".svg"));
    EXPECT_EQ(XmlFault(file), "") << figure.name;
  }
  EXPECT_TRUE(report.warnings.empty()) << report.warnings[0];
  fs::remove_all(folder.parent_path());
}

TEST(Report, SpecialLenses) {
  // One field on the axis and one wavelength.
  Lens lens = SmallLens();
  lens.fields.values = {0};
  lens.spectrum.um = {kLineD_um};
  LensReport report = ComputeLensReport(TestModel(lens));
  for (const ReportFigure& figure : report.figures) ExpectGoodSvg(figure.svg);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_NE(report.warnings[0].find("only field is on the axis"), std::string::npos);

  // Everything vignetted off the axis.
  lens = SmallLens();
  lens.surfaces[0].semi_diameter_mm = lens.surfaces[5].semi_diameter_mm = 0.3;
  report = ComputeLensReport(TestModel(lens), {.mtf_max_cycles_per_mm = 20});
  for (const ReportFigure& figure : report.figures) ExpectGoodSvg(figure.svg);
  EXPECT_FALSE(report.warnings.empty());
  EXPECT_EQ(WithoutPictures(LensReportHtml(TestModel(lens), report)).find("nan"),
            std::string::npos);
}

TEST(Report, WhatCannotBeWrittenIsOneSentence) {
  const fs::path file = fs::path(testing::TempDir()) / "petzval_report_file";
  std::ofstream(file) << "x";
  const auto status = WriteLensReport(SmallLens(), (file / "sub").string());
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_NE(status.error().message.find("petzval_report_file"), std::string::npos);
  EXPECT_EQ(status.error().message.find('\n'), std::string::npos);
  fs::remove(file);

  Lens broken = SmallLens();
  broken.stop = 77;
  const auto refused = WriteLensReport(broken, (fs::path(testing::TempDir()) / "x").string());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_FALSE(fs::exists(fs::path(testing::TempDir()) / "x" / "index.html"));
}

}  // namespace
}  // namespace petzval::optics
