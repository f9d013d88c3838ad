// Baked figures against the definitions and the golden second moments.
#include "petzval/optics/bake/bake.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

const std::string kOptics = PETZVAL_SOURCE_DIR "/../shared/data/optics";

// A sensor whose half diagonal is the given height: 3 : 4.
SensorGeometry SensorFor(double half_diagonal_mm, double pitch_um) {
  const double diagonal_px = 2e3 * half_diagonal_mm / pitch_um;
  return {static_cast<int>(std::lround(0.8 * diagonal_px)),
          static_cast<int>(std::lround(0.6 * diagonal_px)), pitch_um, false};
}

// A plano-convex singlet with a stop in front: simple, with every aberration.
Lens Singlet() {
  Lens lens;
  lens.name = "singlet";
  lens.source = "for tests";
  lens.licence = "Apache-2.0";
  lens.glasses = {ModelGlass("crown", 1.5168, 64.2)};
  Surface stop;
  stop.thickness_mm = 1;
  Surface front, back;
  front.thickness_mm = 1;
  front.medium = "crown";
  back.radius_mm = -5.168;
  back.thickness_mm = 9.9;
  lens.surfaces = {stop, front, back};
  lens.aperture = {ApertureKind::kEntrancePupilDiameter, 0.8};
  lens.fields.values = {0, 15, 25};
  lens.spectrum = {{kLineF_um, kLineD_um, kLineC_um}, {}, 1};
  return lens;
}

TEST(Bake, SecondMomentsAreTheGoldenOnes) {
  for (const std::string name : {"phone_deeplens80"}) {
    const std::string golden_path = kOptics + "/golden/" + name + ".json";
    if (!std::filesystem::exists(golden_path)) GTEST_SKIP() << "no shared golden data";
    const auto lens = ReadLensFile(kOptics + "/lenses/" + name + ".toml");
    ASSERT_TRUE(lens) << lens.error().message;
    std::ifstream file(golden_path);
    const auto golden = nlohmann::json::parse(file);
    ASSERT_TRUE(golden.contains("vignetted"));
    const double um = lens->spectrum.um[lens->spectrum.primary];
    const auto model = MakeModel(*lens);
    ASSERT_TRUE(model);
    // The outermost field, where its pupil is whole: baking samples the nominal disc.
    const double outermost = lens->fields.values.back();
    int compared = 0;
    for (const auto& field : golden["vignetted"]["fields"]) {
      const double angle = field["angle_deg"].get<double>();
      if (angle != outermost ||
          std::abs(field["pupil_area_rel_paraxial_EP"].get<double>() - 1) > 2e-3) {
        continue;
      }
      BakeOptions options;
      options.um = {um};
      options.kind = PsfKind::kGeometric;
      options.sampling = {.clip = true, .launch = Launch::kParaxialPupil};
      options.energy = 0.9999;
      options.pupil = 128;
      const auto chief = TraceChief(*model, angle, model->system.primary, options.sampling);
      ASSERT_TRUE(chief);
      const double sigma_x = field["sigma_x_um"].get<double>();
      const double sigma_y = field["sigma_y_um"].get<double>();
      const double pitch = 0.4 * std::max(sigma_x, sigma_y);
      const auto profile = BakeLens(*lens, SensorFor(std::abs(chief->y), pitch), options);
      ASSERT_TRUE(profile) << name << ": " << profile.error().message;
      const auto v = profile->states[0].psf[1][kRadii - 1].VariancePx();
      // The pixel's aperture adds its own variance.
      EXPECT_NEAR(std::sqrt(v[0] - 1.0 / 12) * pitch, sigma_x, 0.01 * sigma_x + 0.002 * pitch)
          << name << " " << angle;
      EXPECT_NEAR(std::sqrt(v[1] - 1.0 / 12) * pitch, sigma_y, 0.01 * sigma_y + 0.002 * pitch)
          << name << " " << angle;
      ++compared;
    }
    EXPECT_EQ(compared, 1) << name;
  }
}

TEST(Bake, TablesFollowTheChiefRays) {
  const Lens lens = Singlet();
  BakeOptions options;
  options.kind = PsfKind::kFft;
  options.object_mm = {kInfinity, 500};
  options.wavelengths = 3;
  options.energy = 0.9;
  options.sampling = SamplingOptions::Nominal();
  const SensorGeometry sensor = {800, 600, 8.0, false};
  const auto profile = BakeLens(lens, sensor, options);
  ASSERT_TRUE(profile) << profile.error().message;
  ASSERT_EQ(profile->states.size(), 2u);
  EXPECT_LT(EncodeLensProfile(*profile).size(), 600'000u);
  const FocusState& s = profile->states[0];
  const auto model = MakeModel(lens);
  ASSERT_TRUE(model);
  // Without distortion the corner's chief ray would be at f tan(angle).
  const double angle = std::atan(s.ideal_px[20] * 8e-3 / model->primary().efl) * 180 / M_PI;
  const auto chief = TraceChief(*model, angle, 1);
  ASSERT_TRUE(chief);
  EXPECT_NEAR(std::abs(chief->y), 4.0, 0.04) << "green is bent a little more than the d line";
  // A singlet of normal glass bends blue more: a smaller picture, and a less sharp one off green.
  EXPECT_LT(s.lateral_px[2][20], -0.1);
  EXPECT_GT(s.lateral_px[0][20], 0.1);
  EXPECT_EQ(s.lateral_px[1][20], 0);
  EXPECT_NEAR(s.shading[1][0], 1, 1e-9);
  EXPECT_LT(s.shading[1][20], 1);
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < kRadii; ++i) {
      const BakedPsf& psf = s.psf[c][i];
      double sum = 0;
      for (const float w : psf.weight) sum += w;
      EXPECT_NEAR(sum, 1, 1e-5);
      EXPECT_EQ(psf.size % 2, 1);
    }
    EXPECT_NEAR(s.psf[c][0].CentroidPx(), 0, 0.02);
  }
  EXPECT_GT(s.psf[1][20].VariancePx()[1], s.psf[1][0].VariancePx()[1]);
}

TEST(Bake, WhatCannotBeBakedSaysWhy) {
  const Lens lens = Singlet();
  BakeOptions options;
  options.kind = PsfKind::kFft;
  EXPECT_FALSE(BakeLens(lens, {0, 600, 8.0, false}, options));
  EXPECT_FALSE(BakeLens(lens, {800, 600, -1, false}, options));
  const auto wide = BakeLens(lens, {4000, 3000, 20.0, false}, options);
  ASSERT_FALSE(wide);
  EXPECT_NE(wide.error().message.find("corners"), std::string::npos) << wide.error().message;
  options.object_mm = {5};
  EXPECT_FALSE(BakeLens(lens, {800, 600, 8.0, false}, options));
  options.object_mm = {};
  EXPECT_FALSE(BakeLens(lens, {800, 600, 8.0, false}, options));
}

}  // namespace
}  // namespace petzval::optics
