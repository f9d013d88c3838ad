// For tests: two pinhole cameras, a small job and a grey wall.
#ifndef PETZVAL_SIMULATE_SHOOT_TEST_CAMERA_H_
#define PETZVAL_SIMULATE_SHOOT_TEST_CAMERA_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "petzval/simulate/shoot/fake_scene.h"
#include "petzval/simulate/shoot/shoot_scene.h"

namespace petzval::simulate {

inline constexpr double kWallMm = 1500;
inline constexpr double kWhiteRadiance = 2e-3;  // W / (sr m^2 nm) at 560 nm: some 150 nits

// Two pinhole cameras, 12 mm apart.
inline Device TwoEyes() {
  const std::string camera =
      "[[camera]]\nname = \"{}\"\nrole = \"wide\"\nsensor = \"bayer12-1.25um\"\nfocal_mm = 3.93\n"
      "equivalent_mm = 27.0\nf_number = 2.2\nposition_mm = [{}, 0.0]\n";
  std::string text = "schema = 1\nname = \"eyes\"\ntitle = \"Two eyes\"\nsource = \"test\"\n";
  for (const auto& [name, x] : {std::pair("left", "0.0"), std::pair("right", "12.0")}) {
    std::string one = camera;
    one.replace(one.find("{}"), 2, name);
    one.replace(one.find("{}"), 2, x);
    text += one;
  }
  return *ParseDevice(text, "eyes.toml");
}

inline std::string Folder(const std::string& name) {
  const std::string path = testing::TempDir() + "/petzval_shoot_" + name;
  std::filesystem::remove_all(path);
  return path;
}

inline ShootJob SmallJob(const std::string& folder) {
  ShootJob job;
  job.folder = Folder(folder);
  job.params.optics = OpticsKind::kPinhole;
  job.params.scale = 16;  // 252 x 188
  job.params.samples = 8;
  job.params.shake = 0;
  return job;
}

inline SpectralDistribution Light() { return kWhiteRadiance * Daylight(5500); }

inline SceneSource GreyWall() {
  return WallScene(kWallMm, Light(), {0.5 * Light()}, [](double, double, double) { return 0; });
}

inline std::string Bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_TEST_CAMERA_H_
