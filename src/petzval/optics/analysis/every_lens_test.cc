// Every analysis on every lens at hand, nominal and as built: figures are numbers or absent.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "petzval/optics/analysis/bokeh.h"
#include "petzval/optics/analysis/chromatic.h"
#include "petzval/optics/analysis/distortion.h"
#include "petzval/optics/analysis/fans.h"
#include "petzval/optics/analysis/field_curves.h"
#include "petzval/optics/analysis/ghosts.h"
#include "petzval/optics/analysis/mtf.h"
#include "petzval/optics/analysis/opd.h"
#include "petzval/optics/analysis/perturb.h"
#include "petzval/optics/analysis/psf.h"
#include "petzval/optics/analysis/seidel.h"
#include "petzval/optics/analysis/spot.h"
#include "petzval/optics/analysis/test_lenses.h"
#include "petzval/optics/analysis/vignetting.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

void Number(double v) { EXPECT_TRUE(std::isfinite(v)); }
void Number(const std::optional<double>& v) {
  if (v) Number(*v);
}

void CheckField(const LensModel& model, double field, const SamplingOptions& options) {
  if (const auto spot = ComputeSpot(model, field, 4, options)) {
    Number(spot->poly_rms_centroid_um);
    Number(spot->poly_rms_chief_um);
    for (const Spot& s : spot->spots) {
      Number(s.rms_chief_um);
      Number(s.geo_chief_um);
      EXPECT_EQ(s.rays.total(), 61);
    }
  }
  if (const auto best = ComputeBestFocus(model, field, -1, 4, options); best && *best) {
    Number((*best)->shift_mm);
    Number((*best)->rms_um);
  }
  if (const auto fans = ComputeFans(model, field, 9, options)) {
    for (const WavelengthFans& f : fans->fans) {
      for (const RayError& e : f.tangential) {
        Number(e.dx_um);
        Number(e.dy_um);
        Number(e.opd_waves);
      }
    }
  }
  if (const auto map = ComputeWavefrontMap(model, field, model.system.primary, 24, options)) {
    for (float v : map->waves) Number(v);
    Number(map->rms_waves);
    Number(map->strehl);
  }
  for (const MtfKind kind : {MtfKind::kGeometric, MtfKind::kDiffraction}) {
    const auto mtf =
        ComputeMtf(model, field, {0, 10, 50}, {.kind = kind, .grid = 24, .sampling = options});
    if (!mtf || mtf->empty()) continue;
    for (size_t i = 0; i < 3; ++i) {
      for (const double v : {mtf->tangential[i], mtf->sagittal[i]}) {
        EXPECT_GE(v, 0);
        EXPECT_LE(v, 1);
      }
    }
  }
  for (const PsfKind kind : {PsfKind::kFft, PsfKind::kHuygens, PsfKind::kGeometric}) {
    const auto psf =
        ComputePsf(model, field, {.kind = kind, .pupil = 24, .size = 8, .sampling = options});
    if (!psf) continue;
    for (float v : psf->values) Number(v);
    Number(psf->strehl);
  }
}

void CheckLensModel(const LensModel& model) {
  if (const auto seidel = ComputeSeidel(model)) {
    for (const SeidelTerms& t : seidel->surfaces) Number(t.s1 + t.s2 + t.s3 + t.s4 + t.s5 + t.c1);
    for (const TransverseTerms& t : seidel->transverse) Number(t.sa + t.dst + t.lat + t.ptz);
  }
  const std::vector<double> fields = FieldSteps(model, 2, true);
  for (const SamplingOptions& options : {SamplingOptions::Nominal(), SamplingOptions::AsBuilt()}) {
    for (double field : fields) CheckField(model, field, options);
    for (const ChiefPoint& p : ComputeChiefTable(model, fields, options)) {
      Number(p.distortion_percent);
      Number(p.f_theta_percent);
      Number(p.lateral_colour_um);
      Number(p.image_angle_deg);
      for (const auto& y : p.y_mm) Number(y);
    }
    for (const FieldFocus& f : ComputeFieldCurves(model, fields, 0, options)) {
      Number(f.sagittal_mm);
      Number(f.tangential_mm);
    }
    if (const auto light =
            ComputeRelativeIllumination(model, fields, {.grid = 24, .sampling = options})) {
      for (const IlluminationPoint& p : *light) Number(p.relative);
    }
  }
  for (const ChromaticFocus& f : ComputeAxialColour(model)) {
    Number(f.bfl_mm);
    Number(f.zone_shift_mm);
    Number(f.marginal_shift_mm);
  }
  if (const auto pupils = ComputeVignetting(model, fields, {.grid = 32, .cycles_per_mm = {10}})) {
    for (const ClippedPupil& p : *pupils) {
      Number(p.area);
      Number(p.relative_illumination);
      Number(p.rms_centroid_um);
      if (p.area > 0) Number(p.x_min + p.x_max + p.y_min + p.y_max + p.centroid_y);
    }
  }
  for (double field : fields) {
    const auto bokeh = ComputeBokeh(model, field, {.object_mm = 2000, .grid = 32});
    if (!bokeh || bokeh->rays.ok == 0) continue;
    Number(bokeh->sigma_x_mm + bokeh->sigma_y_mm + bokeh->x_max_mm + bokeh->y_min_mm);
  }
  for (const Element& e : FindElements(model.lens)) {
    const auto effect = ComputeElementEffect(model, e, {.shift_y_mm = 0.01, .tilt_x_deg = 0.01}, 3);
    if (!effect) continue;
    Number(effect->axis_chief_y_um);
    Number(effect->plus_rms_um);
    Number(effect->minus_rms_um);
  }
  for (const Ghost& g : ComputeGhosts(model)) {
    Number(g.focus_mm);
    Number(g.irradiance);
    Number(g.blur_radius_mm);
  }
}

TEST(EveryLens, Typed) {
  for (const Lens& lens :
       {Triplet(), VignettingTriplet(), Blocked(), ParabolicMirror(), Afocal()}) {
    SCOPED_TRACE(lens.name);
    const auto model = MakeModel(lens);
    ASSERT_TRUE(model) << model.error().message;
    CheckLensModel(*model);
  }
}

TEST(EveryLens, OfTheProgram) {
  for (const EmbeddedLens& e : EmbeddedLenses()) {
    SCOPED_TRACE(e.name);
    const auto lens = ParseLens(std::string(e.toml), std::string(e.name));
    ASSERT_TRUE(lens) << lens.error().message;
    const auto model = MakeModel(*lens);
    ASSERT_TRUE(model) << model.error().message;
    CheckLensModel(*model);
  }
}

TEST(EveryLens, OfTheReferenceData) {
  const std::filesystem::path folder = PETZVAL_SOURCE_DIR "/../shared/data/optics/lenses";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no reference data beside the project";
  int seen = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(file.path().string());
    const auto lens = ReadLensFile(file.path().string());
    ASSERT_TRUE(lens) << lens.error().message;
    const auto model = MakeModel(*lens);
    ASSERT_TRUE(model) << model.error().message;
    CheckLensModel(*model);
    ++seen;
  }
  EXPECT_GE(seen, 28);
}

}  // namespace
}  // namespace petzval::optics
