// Calibrations: files and back, what is refused, what checks say.
#include "petzval/device/calibration.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "petzval/device/calibration_test_util.h"
#include "petzval/device/check.h"
#include "petzval/device/device.h"

namespace petzval {
namespace {

CameraCalibration Everything() {
  CameraCalibration all;
  all.color = TwoLights();
  all.color->by_white = MatrixByWhite{};
  all.color->by_white->term[0] = Matrix(0).AsMatrix();
  all.color->by_white->term[3][1][2] = 0.0123456789012;
  all.color->by_white->hull = {{-1, -1}, {0.2, -1}, {0.2, 0.3}};
  all.color->by_white->fit_kind = ColorFitKind::kRootPolynomial2;
  for (auto& k : all.color->by_white->fit_term) k.resize(6);
  all.color->by_white->fit_term[0] = Root2(0.1, 0.03).coefficient;
  all.match["Leica M8"] = TwoLights();
  all.match["Leica M8"].reference = "Leica M8";
  NoiseCalibration noise;
  noise.source = "flats";
  for (const double iso : {100.0, 400.0}) {
    NoiseCalibration::Entry entry;
    entry.iso = iso;
    for (int c = 0; c < 3; ++c) entry.noise.plane[c] = {iso * 1.1e-6, iso * iso * (2 + c) * 1e-12};
    entry.full_scale_e = 9000.5;
    noise.entries.push_back(entry);
  }
  all.noise = noise;
  ShadingCalibration shading;
  shading.columns = 3;
  shading.rows = 2;
  shading.light = "D65";
  shading.source = "flat field";
  for (int site = 0; site < 4; ++site) {
    for (int i = 0; i < 6; ++i) shading.gain[site].push_back(1.0f + 0.1f * i + 0.01f * site);
  }
  all.shading = shading;
  BlackCalibration black;
  black.source = "darks";
  black.entries.push_back({100, 0.01, {63.5, 64, 64.25, 64}, 1.5});
  black.entries.push_back({100, 1, {65, 65, 65, 65}, 0});
  all.black = black;
  return all;
}

std::string Toml(const CameraCalibration& all) {
  std::string text = ColorCalibrationToml("wide", *all.color);
  const auto add = [&](const std::string& part) {
    text += '\n';
    text += part;
  };
  for (const auto& [reference, color] : all.match) add(ColorCalibrationToml("wide", color));
  add(NoiseCalibrationToml("wide", *all.noise));
  add(ShadingCalibrationToml("wide", *all.shading));
  add(BlackCalibrationToml("wide", *all.black));
  return text;
}

const char kHead[] = "schema = 1\nname = \"mine\"\ntitle = \"Mine\"\nsource = \"own\"\n\n";

void ExpectSameColor(const ColorCalibration& a, const ColorCalibration& b) {
  EXPECT_EQ(a.method, b.method);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.reference, b.reference);
  ASSERT_EQ(a.lights.size(), b.lights.size());
  for (size_t i = 0; i < a.lights.size(); ++i) {
    const LightCalibration &l = a.lights[i], &m = b.lights[i];
    EXPECT_EQ(l.light, m.light);
    EXPECT_EQ(l.light_class, m.light_class);
    EXPECT_NEAR(l.white.x, m.white.x, 1e-9);
    EXPECT_NEAR(l.neutral[2], m.neutral[2], 1e-9);
    ExpectSameFit(l.matrix, m.matrix);
    ASSERT_EQ(l.chosen.has_value(), m.chosen.has_value());
    if (l.chosen) ExpectSameFit(*l.chosen, *m.chosen);
    EXPECT_EQ(std::isnan(l.matrix_error.loo_p95), std::isnan(m.matrix_error.loo_p95));
    if (!std::isnan(l.matrix_error.loo_p95)) {
      EXPECT_NEAR(l.matrix_error.loo_p95, m.matrix_error.loo_p95, 1e-9);
    }
    EXPECT_EQ(std::isnan(l.chosen_error.train_max), std::isnan(m.chosen_error.train_max));
    EXPECT_EQ(l.patches, m.patches);
    EXPECT_EQ(l.glare, m.glare);
    EXPECT_EQ(l.hull, m.hull);
  }
  ASSERT_EQ(a.by_white.has_value(), b.by_white.has_value());
  if (a.by_white) {
    EXPECT_EQ(a.by_white->hull, b.by_white->hull);
    EXPECT_NEAR(a.by_white->term[3][1][2], b.by_white->term[3][1][2], 1e-9);
    ExpectSameFit(a.by_white->FitAt({{0.6, 1, 0.5}}), b.by_white->FitAt({{0.6, 1, 0.5}}));
  }
}

TEST(Calibration, ReadsBackWhatItWrites) {
  const CameraCalibration all = Everything();
  const auto device = ParseDevice(kHead + Toml(all), "mine.toml");
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_TRUE(device->cameras.empty());
  const auto back = device->Calibration("");
  ASSERT_TRUE(back) << back.error().message;
  ExpectSameColor(*all.color, *back->color);
  ASSERT_EQ(back->match.size(), 1u);
  ExpectSameColor(all.match.at("Leica M8"), back->match.at("Leica M8"));
  ASSERT_EQ(back->noise->entries.size(), 2u);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(back->noise->entries[i].noise, all.noise->entries[i].noise);
    EXPECT_EQ(back->noise->entries[i].full_scale_e, 9000.5);
  }
  EXPECT_EQ(back->shading->gain, all.shading->gain);
  EXPECT_EQ(back->shading->columns, 3);
  EXPECT_EQ(back->black->entries[0].black_dn, all.black->entries[0].black_dn);
  EXPECT_EQ(back->black->entries[1].exposure_s, 1);
  EXPECT_FALSE(device->Calibration("tele"));
  EXPECT_FALSE(device->Camera("wide"));
}

TEST(Calibration, RefusesWhatCannotBeTrue) {
  const std::string good = kHead + Toml(Everything());
  const auto refused = [&](const std::string& from, const std::string& to, const char* word) {
    std::string text = good;
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const auto device = ParseDevice(text, "mine.toml");
    ASSERT_FALSE(device) << from << " -> " << to;
    EXPECT_NE(device.error().message.find(word), std::string::npos) << device.error().message;
    EXPECT_NE(device.error().message.find("mine.toml: line "), std::string::npos)
        << device.error().message;
  };
  refused("method =", "methode =", "did you mean 'method'");
  refused("class = \"thermal\"", "class = \"termal\"", "did you mean 'thermal'");
  refused("fit = \"root2\"", "fit = \"root3\"", "6 rows, not 13");
  refused("fit = \"root2\"\n", "", "'coefficients' need 'fit'");
  refused("[0.68, 0.25, 0.04]", "[nan, 0.25, 0.04]", "finite numbers");
  refused("[0.68, 0.25, 0.04]", "[0.78, 0.25, 0.04]", "does not keep white");
  refused("[0.68, 0.25, 0.04]", "[0.68, 0.25]", "2 numbers, not 3");
  refused("neutral = [0.9", "neutral = [0", "not within");
  refused("white_xy = [0.44757", "white_xy = [1.4", "not within");
  refused("light = \"D65\"", "light = \"A\"", "there twice");
  refused("iso = 400", "iso = 100", "ascend");
  refused("columns = 3", "columns = 4", "3 numbers, not 4");
  refused("columns = 3", "columns = 4000", "not within");
  refused("[0.2, 0.2],\n  [0.6, 0.2]", "[0.6, 0.2],\n  [0.2, 0.2]", "convex");
  refused("[calibration.wide.noise]", "[calibration.wide.nois]", "did you mean 'noise'");
  refused("[calibration.wide.noise]", "[calibration.\"wi de\".noise]", "letters, digits");
  // A matrix that keeps white but cannot tell colours apart.
  CameraCalibration grey = Everything();
  const Vec3 white = XyzFromChromaticity(kWhiteD50);
  for (Vec3& c : grey.color->lights[0].matrix.coefficient) {
    c = {{white[0] / 3, white[1] / 3, white[2] / 3}};
  }
  const auto singular = ParseDevice(kHead + Toml(grey), "mine.toml");
  ASSERT_FALSE(singular);
  EXPECT_NE(singular.error().message.find("singular"), std::string::npos)
      << singular.error().message;
}

class CalibrationFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("petzval_calibration_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string Path(const char* name) const { return (folder_ / name).string(); }
  static std::string Read(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::filesystem::path folder_;
};

TEST_F(CalibrationFile, ReplacesAPartAndKeepsTheRest) {
  const CameraCalibration all = Everything();
  const std::string path = Path("my phone.toml");
  ASSERT_TRUE(WriteCalibration(path, ColorCalibrationToml("wide", *all.color)));
  ASSERT_TRUE(WriteCalibration(path, NoiseCalibrationToml("wide", *all.noise)));
  std::string text = Read(path);
  text += "\n# my own words\n";
  std::ofstream(path) << text;
  ASSERT_TRUE(WriteCalibration(path, ColorCalibrationToml("wide", all.match.at("Leica M8"))));
  const auto device = FindDevice(path);
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_EQ(device->name, "my phone");
  EXPECT_TRUE(device->calibration.at("wide").noise);
  EXPECT_EQ(device->calibration.at("wide").match.size(), 1u);
  EXPECT_EQ(Read(path).rfind(text, 0), 0u);  // all of it still stands

  // The same part again: one copy, in its place.
  const std::string before = Read(path);
  ASSERT_TRUE(WriteCalibration(path, ColorCalibrationToml("wide", *all.color)));
  EXPECT_EQ(Read(path), before);
  // Several parts at once.
  ASSERT_TRUE(WriteCalibration(path, Toml(all)));
  EXPECT_TRUE(FindDevice(path)->calibration.at("wide").black);
  EXPECT_NE(Read(path).find("# my own words"), std::string::npos);
}

TEST_F(CalibrationFile, WritesNothingThatCannotBeRead) {
  const std::string path = Path("phone.toml"),
                    good = NoiseCalibrationToml("wide", *Everything().noise);
  ColorCalibration wrong = TwoLights();
  wrong.lights[0].matrix.coefficient[0][0] = NAN;
  EXPECT_FALSE(WriteCalibration(path, ColorCalibrationToml("wide", wrong)));
  EXPECT_FALSE(WriteCalibration(path, "[camera]\nname = 1\n"));
  EXPECT_FALSE(WriteCalibration(path, ""));
  EXPECT_FALSE(std::filesystem::exists(path));

  const auto built_in = WriteCalibration("flagship-2022", good);
  ASSERT_FALSE(built_in);
  EXPECT_NE(built_in.error().message.find("flagship-2022-mine.toml"), std::string::npos);
  const auto other = WriteCalibration(Path("phone.txt"), good);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find(".toml"), std::string::npos);
  EXPECT_FALSE(WriteCalibration(Path("nowhere/phone.toml"), good));

  // A file that is broken stays as it is and is named.
  std::ofstream(path) << "schema = 1\nname = 3\n";
  const auto broken = WriteCalibration(path, good);
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("line 2"), std::string::npos) << broken.error().message;
  EXPECT_EQ(Read(path), "schema = 1\nname = 3\n");

  // A camera that the device does not have.
  std::ofstream(path) << "schema = 1\nname = \"p\"\ntitle = \"p\"\nsource = \"s\"\n[[camera]]\n"
                         "name = \"wide\"\nrole = \"wide\"\nsensor = \"quad50-1um\"\n"
                         "focal_mm = 5.56\nequivalent_mm = 23.5\nf_number = 1.9\n"
                         "position_mm = [0, 0]\n";
  ASSERT_TRUE(FindDevice(path)) << FindDevice(path).error().message;
  EXPECT_TRUE(WriteCalibration(path, good));
  EXPECT_FALSE(WriteCalibration(path, NoiseCalibrationToml("wid", *Everything().noise)));
}

const Finding* Find(const std::vector<Finding>& list, const std::string& check,
                    FindingLevel level) {
  for (const Finding& f : list) {
    if (f.check == check && f.level == level) return &f;
  }
  return nullptr;
}

TEST(CheckCalibration, NamesWhatIsMissingOrStale) {
  Device device;
  device.calibration["wide"] = Everything();
  auto findings = CheckDevice(device);
  EXPECT_TRUE(Find(findings, "lights", FindingLevel::kOk));
  EXPECT_TRUE(Find(findings, "white", FindingLevel::kOk));
  EXPECT_FALSE(Find(findings, "white of a light", FindingLevel::kWarning));
  for (const Finding& f : findings) EXPECT_NE(f.level, FindingLevel::kError) << f.sentence;

  ColorCalibration& color = *device.calibration["wide"].color;
  color.lights.erase(color.lights.begin());  // tungsten
  color.lights[0].chosen->coefficient[4][1] += 1e-4;
  color.lights[0].chosen_error.loo_mean = 4;
  color.lights[0].hull.clear();
  color.lights[0].white = {0.33, 0.33};
  findings = CheckDevice(device);
  for (const char* check : {"lights", "errors", "hull", "white of a light"}) {
    EXPECT_TRUE(Find(findings, check, FindingLevel::kWarning)) << check;
  }
  EXPECT_TRUE(Find(findings, "white", FindingLevel::kError));

  // Noise and black level against the sensor's file.
  auto phone = FindDevice("flagship-2022");
  ASSERT_TRUE(phone);
  const std::string camera = phone->cameras.front().name;
  CameraCalibration& measured = phone->calibration[camera];
  const auto sensor = FindSensor(phone->cameras.front().sensor);
  ASSERT_TRUE(sensor);
  measured.noise = NoiseCalibration{};
  measured.noise->entries.push_back({100, sensor->Noise(100), 0, 0});
  const double black = sensor->black_dn;
  measured.black = BlackCalibration{};
  measured.black->entries.push_back({100, 0, {black, black, black, black}, 1});
  findings = CheckDevice(*phone);
  EXPECT_TRUE(Find(findings, "noise", FindingLevel::kOk));
  EXPECT_TRUE(Find(findings, "black level", FindingLevel::kOk));
  for (NoiseLine& line : measured.noise->entries[0].noise.plane) line.s *= 10;
  measured.black->entries[0].black_dn[2] += 0.2 * (sensor->white_dn - black);
  findings = CheckDevice(*phone);
  EXPECT_TRUE(Find(findings, "noise", FindingLevel::kWarning));
  EXPECT_TRUE(Find(findings, "black level", FindingLevel::kWarning));
}

}  // namespace
}  // namespace petzval
