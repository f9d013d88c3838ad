// The traced lens against the reference photograph's golden rays (internal test data).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "petzval/simulate/film/sequence.h"
#include "petzval/simulate/film/test_scenes.h"
#include "petzval/simulate/film/traced_optics.h"

namespace petzval::simulate {
namespace {

const char kFolder[] = PETZVAL_SOURCE_DIR "/../shared/data/portrait/groundtruth_petzval85/";
constexpr double kFilm_mm = 51.62;

std::vector<std::map<std::string, std::string>> ReadTable(const std::string& name) {
  std::ifstream file(kFolder + name);
  std::vector<std::map<std::string, std::string>> rows;
  std::string line, word;
  std::vector<std::string> head;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::vector<std::string> row;
    while (std::getline(words, word, '\t')) row.push_back(word);
    if (head.empty()) {
      head = row;
      continue;
    }
    rows.emplace_back();
    for (size_t i = 0; i < std::min(head.size(), row.size()); ++i) rows.back()[head[i]] = row[i];
  }
  return rows;
}

Result<std::unique_ptr<TracedOptics>> GoldenOptics(double film_mm, double focus_mm = 2000) {
  PETZVAL_ASSIGN(const optics::Lens lens, optics::FindLens("petzval_kodak"));
  OpticsParams params;
  params.scale = 0.85;
  params.film_mm = film_mm;
  params.focus_mm = focus_mm;
  return TracedOptics::Create(lens, params);
}

TEST(Golden, FocusStopAndPupil) {
  // Distances of the reference count from the last vertex.
  auto optics = GoldenOptics(kFilm_mm);
  ASSERT_TRUE(optics) << optics.error().message;
  const FocusedLens& lens = (*optics)->lens();
  const double pupil = lens.length_mm - lens.pupil_mm;
  EXPECT_NEAR(lens.stop_mm, 18 * 0.85, 1e-12);
  EXPECT_NEAR(pupil, 27.9, 0.05);
  EXPECT_NEAR(lens.focal_mm, 84.98, 0.05);
  EXPECT_NEAR((*optics)->f_number(), 2.29, 0.005);
  auto focused = GoldenOptics(0, 2000 - pupil);
  ASSERT_TRUE(focused) << focused.error().message;
  EXPECT_NEAR((*focused)->lens().film_mm, kFilm_mm, 0.012);  // theirs is of steps of 0.02
}

TEST(Golden, ChiefRaysAndIllumination) {
  const auto rows = ReadTable("golden_chief.tsv");
  if (rows.empty()) GTEST_SKIP() << "no golden data beside the project: " << kFolder;
  auto optics = GoldenOptics(kFilm_mm);
  ASSERT_TRUE(optics);
  const FocusedLens& lens = (*optics)->lens();
  const double pupil = lens.length_mm - lens.pupil_mm;
  const double axis = (*optics)->Throughput(0);
  for (const auto& row : rows) {
    const double r = std::stod(row.at("film_r_mm"));
    const double y = std::stod(row.at("obj_y_mm")), z = std::stod(row.at("obj_z_mm"));
    const double dy = std::stod(row.at("dir_y")), dz = std::stod(row.at("dir_z"));
    double origin[3], direction[3];
    // Theirs is a point of the film, ours of the upright picture.
    ASSERT_TRUE((*optics)->ChiefRay(0, -r, origin, direction)) << r;
    const double along = (z - pupil - origin[2]) / direction[2];
    EXPECT_NEAR(origin[1] + along * direction[1], y, 1e-4) << r;
    EXPECT_NEAR(direction[1], dy, 2e-7) << r;
    EXPECT_NEAR(direction[2], dz, 2e-7) << r;
    EXPECT_NEAR((*optics)->Throughput(r) / axis, std::stod(row.at("rel_illum")), 1.5e-3) << r;
    // And back from a point on it.
    for (const double t : {500.0, 2000.0, 1e5}) {
      const double point[3] = {0, origin[1] + t * direction[1], origin[2] + t * direction[2]};
      double film[2];
      ASSERT_TRUE((*optics)->Project(point, film));
      EXPECT_NEAR(film[1], -r, 1e-6) << r << " " << t;
    }
  }
}

// From the object point on the green chief ray through the front, where on the film.
TEST(Golden, MomentsOfThePsf) {
  const auto rows = ReadTable("golden_psf.tsv");
  if (rows.empty()) GTEST_SKIP() << "no golden data beside the project: " << kFolder;
  auto optics = GoldenOptics(kFilm_mm);
  ASSERT_TRUE(optics);
  const FocusedLens& lens = (*optics)->lens();
  const double pupil = lens.length_mm - lens.pupil_mm;
  constexpr int kRays = 60000;
  const Sequence sequence(1, 1);
  for (const auto& row : rows) {
    const double r = std::stod(row.at("film_r_mm")), z = std::stod(row.at("z_mm")) - pupil;
    const std::string channel = row.at("channel");
    const uint8_t wavelength = channel[0] == 'R' ? 0 : channel[0] == 'G' ? 1 : 2;
    double origin[3], direction[3];
    ASSERT_TRUE((*optics)->ChiefRay(0, r, origin, direction));
    const double along = (z - origin[2]) / direction[2];
    const double point[3] = {0, origin[1] + along * direction[1], z};
    SceneRays rays;
    rays.Resize(kRays);
    // The disc of the reference lies at the front vertex.
    const double disc = 1.12 * 23 * 0.85, front = lens.pupil_mm;
    for (int i = 0; i < kRays; ++i) {
      const double rho = disc * std::sqrt(sequence.At(i)[0]), turn = 2 * M_PI * sequence.At(i)[1];
      const double to[3] = {rho * std::cos(turn), rho * std::sin(turn) - point[1], front - z};
      const double length = std::hypot(to[0], to[1], to[2]);
      rays.x[i] = static_cast<float>(to[0]), rays.y[i] = static_cast<float>(to[1] + point[1]);
      rays.z[i] = static_cast<float>(front);
      rays.dx[i] = static_cast<float>(to[0] / length);
      rays.dy[i] = static_cast<float>(to[1] / length);
      rays.dz[i] = static_cast<float>(to[2] / length);
    }
    const std::vector<uint8_t> wavelengths(kRays, wavelength);
    std::vector<float> x(kRays), y(kRays);
    std::vector<uint8_t> passed(kRays);
    (*optics)->ToFilm(rays, wavelengths, x.data(), y.data(), passed.data());
    double count = 0, sum = 0, radial = 0, tangential = 0;
    for (int i = 0; i < kRays; ++i) {
      if (!passed[i]) continue;
      ++count;
      sum += y[i] - r;
      radial += (y[i] - r) * (y[i] - r);
      tangential += x[i] * x[i];
    }
    const double centroid = sum / count;
    const double rms_radial = std::sqrt(radial / count - centroid * centroid);
    const double rms_tangential = std::sqrt(tangential / count);
    const auto near = [&](double value, const char* column) {
      const double golden = std::stod(row.at(column));
      EXPECT_NEAR(value, golden, 0.005 * std::abs(golden) + 2e-5)
          << column << " at " << r << " " << z << " " << channel;
    };
    near(rms_radial, "rms_radial_mm");
    near(rms_tangential, "rms_tangential_mm");
    EXPECT_NEAR(centroid, std::stod(row.at("centroid_radial_mm")), 0.005 * rms_radial + 2e-5);
  }
}

}  // namespace
}  // namespace petzval::simulate
