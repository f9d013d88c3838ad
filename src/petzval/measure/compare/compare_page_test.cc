// The page: complete, safe with any name, pictures as stored.
#include "petzval/measure/compare/compare_page.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "petzval/image/png.h"
#include "petzval/measure/compare/page_maps.h"
#include "petzval/measure/compare/test_pictures_util.h"

namespace petzval::measure {
namespace {

std::string Folder(const std::string& name) {
  return (std::filesystem::temp_directory_path() / ("petzval_compare_page_" + name)).string();
}
std::string Text(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}
CompareReport WithMaps(const Picture& a, const Picture& b, bool align = false) {
  CompareParams params;
  params.keep_maps = true;
  params.align = align;
  auto r = ComparePictures(a, b, params);
  EXPECT_TRUE(r) << r.error().message;
  return r ? std::move(*r) : CompareReport{};
}

TEST(ComparePage, IsCompleteAndStandsAlone) {
  Picture a = Scene(320, 240), b = WithNoise(a, 6), c = Blurred(a, 2);
  a.path = "/somewhere/the </script> \"reference\".png";
  b.path = "noisy.png";
  c.path = "soft.png";
  // Damage at one place, to be found.
  for (int y = 40; y < 110; ++y) {
    for (int x = 200; x < 280; ++x) b.code.At(x, y, 1) = 255;
  }
  std::vector<CompareReport> reports;
  reports.push_back(WithMaps(a, b));
  reports.push_back(WithMaps(a, c));
  const std::string folder = Folder("complete");
  std::filesystem::remove_all(folder);
  const Status status = WriteComparePage(folder, a, {&b, &c}, reports, {});
  ASSERT_TRUE(status) << status.error().message;
  const std::string page = Text(folder + "/index.html");
  EXPECT_EQ(page.find("http"), std::string::npos);
  EXPECT_EQ(page.find("the </script>"), std::string::npos);

  // The data in the page.
  const std::string mark = "const data = ";
  const size_t at = page.find(mark), end = page.find(";\n", at);
  ASSERT_NE(at, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const auto data = nlohmann::json::parse(page.substr(at + mark.size(), end - at - mark.size()));
  EXPECT_EQ(data["reference"]["name"], "script> \"reference\".png");
  ASSERT_EQ(data["tests"].size(), 2u);
  for (const auto& test : data["tests"]) {
    for (const char* key : {"file", "de2000", "flip"}) {
      auto png = ReadPng(folder + "/" + test[key].get<std::string>());
      ASSERT_TRUE(png) << key;
      EXPECT_EQ(png->pixels.width(), 320);
      EXPECT_EQ(png->pixels.height(), 240);
    }
    EXPECT_FALSE(test["rows"].empty());
  }
  const auto& crop = data["tests"][0]["crops"][0];
  EXPECT_GT(crop["x"].get<int>() + crop["width"].get<int>(), 200);
  EXPECT_LT(crop["y"].get<int>(), 110);

  // sRGB of 8 bits is shown bit for bit.
  auto shown = ReadPng(folder + "/reference.png");
  ASSERT_TRUE(shown);
  for (int p = 0; p < 3; ++p) {
    for (int y = 0; y < 240; ++y) {
      for (int x = 0; x < 320; ++x) ASSERT_EQ(shown->pixels.At(x, y, p), a.code.At(x, y, p));
    }
  }
  EXPECT_EQ(data["reference"]["shown"], "shown as stored (sRGB, 8 bits)");
  std::filesystem::remove_all(folder);
}

TEST(ComparePage, OtherSpacesAreConvertedAndSaid) {
  const Picture a = Scene(64, 48);
  Picture b = Scene(64, 48);
  b.space = "Display P3";
  b.xyz_d50_from_linear = XyzD50From(kDisplayP3);
  std::vector<CompareReport> reports;
  reports.push_back(WithMaps(a, b));
  const std::string folder = Folder("converted");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(WriteComparePage(folder, a, {&b}, reports, {}));
  EXPECT_NE(Text(folder + "/index.html").find("from Display P3, 8 bits"), std::string::npos);
  auto shown = ReadPng(folder + "/test-1.png");
  ASSERT_TRUE(shown);
  const Mat3 m = RgbFromRgb(kRec709, kDisplayP3);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) {
      Vec3 v;
      for (int c = 0; c < 3; ++c) v[c] = DecodeSrgb(b.code.At(x, y, c) / 255.0);
      v = m * v;
      for (int c = 0; c < 3; ++c) {
        const double expected = 255 * EncodeSrgb(std::clamp(v[c], 0.0, 1.0));
        ASSERT_NEAR(shown->pixels.At(x, y, c), expected, 0.51);
      }
    }
  }
  std::filesystem::remove_all(folder);
}

TEST(ComparePage, RefusesWhatDoesNotFit) {
  const Picture a = Scene(64, 48);
  std::vector<CompareReport> reports;
  EXPECT_FALSE(WriteComparePage(Folder("none"), a, {&a}, reports, {}));
  auto without_maps = ComparePictures(a, a, {});
  ASSERT_TRUE(without_maps);
  reports.push_back(std::move(*without_maps));
  EXPECT_FALSE(WriteComparePage(Folder("none"), a, {&a}, reports, {}));
  EXPECT_FALSE(std::filesystem::exists(Folder("none")));
  reports.clear();
  reports.push_back(WithMaps(a, a));
  const Status status = WriteComparePage("/proc/no/such/folder", a, {&a}, reports, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
}

TEST(ComparePage, EqualPicturesHaveNoPlaces) {
  const Picture a = Scene(64, 48);
  EXPECT_TRUE(MostDifferentPlaces(WithMaps(a, a), 6, 32).empty());
}

}  // namespace
}  // namespace petzval::measure
