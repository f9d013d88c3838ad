// The report's figures over the field, and axial colour.
#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/axis.h"
#include "petzval/optics/plot/field_figures.h"
#include "petzval/optics/plot/report_plan.h"

namespace petzval::optics {
namespace {

constexpr double kPupilExtent = 1.3;

}  // namespace

void ReportBuilder::AddField() {
  const int primary = model_.system.primary;
  const auto heights = ComputeLongitudinalAberration(model_, 40);
  auto foci = ComputeAxialColour(model_);
  if (plan_.wide_to_um > plan_.wide_um) {
    auto dense = ComputeChromaticFocalShift(model_, plan_.wide_um, plan_.wide_to_um, 41);
    if (dense) {
      foci = std::move(*dense);
    } else {
      Warn("Focus against wavelength: " + dense.error().message + ".");
    }
  }
  Add("Colour on the axis", "axial-colour", "Axial colour and spherical aberration",
      "Left: paraxial focus, and where rays through 0.7 and 1 of the pupil cross the axis, against "
      "wavelength. Right: axis crossing against pupil height. Both from the image plane, positive "
      "behind it.",
      AxialColourFigure(model_, foci, heights));

  const auto chiefs = ComputeChiefTable(model_, plan_.fields, {});
  for (size_t i = 0; i < chiefs.size() && i < rows_.size(); ++i) {
    const bool theta = std::abs(chiefs[i].angle_deg) > 60;
    const auto& percent = theta ? chiefs[i].f_theta_percent : chiefs[i].distortion_percent;
    if (percent) rows_[i].distortion = FormatFixed(*percent, 2) + (theta ? " (f·θ)" : "");
    if (chiefs[i].lateral_colour_um) {
      rows_[i].colour_um = FormatFixed(*chiefs[i].lateral_colour_um, 2);
    }
    if (chiefs[i].image_angle_deg) rows_[i].angle = FormatFixed(*chiefs[i].image_angle_deg, 1);
  }
  if (plan_.steps.empty()) {
    Warn("The only field is on the axis: there are no figures over the field.");
    return;
  }
  std::vector<std::vector<FieldFocus>> curves(model_.system.wavelengths());
  for (int w = 0; w < model_.system.wavelengths(); ++w) {
    curves[w] = ComputeFieldCurves(model_, plan_.steps, w);
  }
  const auto steps = ComputeChiefTable(model_, plan_.steps, {});
  const auto lost = std::count_if(steps.begin(), steps.end(), [&](const ChiefPoint& p) {
    return primary >= static_cast<int>(p.y_mm.size()) || !p.y_mm[primary];
  });
  if (lost > 0) {
    Warn("No chief ray reaches the image at " + std::to_string(lost) + " of " +
         std::to_string(steps.size()) + " steps over the field.");
  }
  Add("Over the field", "field-curves", "Field curves and distortion",
      "Sagittal (S) and tangential (T) foci of narrow pencils about the chief ray, from the image "
      "plane. Distortion: height of the primary chief ray against that of a perfect lens.",
      FieldCurvesFigure(model_, curves, steps));
  if (model_.system.wavelengths() > 1) {
    Add("Over the field", "lateral-colour", "Lateral colour",
        "Height of the chief ray of each wavelength minus that of the primary wavelength.",
        LateralColourFigure(model_, steps));
  }
  if (const auto grid = ComputeDistortionGrid(model_, 11)) {
    Add("Over the field", "distortion-grid", "Distortion grid",
        "Image of a square grid; the largest field is at the corners.",
        DistortionGridFigure(model_, *grid));
  } else {
    Warn("Distortion grid: " + grid.error().message + ".");
  }

  std::vector<double> coarse;
  for (size_t i = 0; i < plan_.steps.size(); i += 2) coarse.push_back(plan_.steps[i]);
  IlluminationOptions options{.grid = 64};
  options.sampling = SamplingOptions::AsBuilt();
  auto clipped = ComputeRelativeIllumination(model_, coarse, options);
  options.sampling = SamplingOptions::Nominal();
  auto nominal = ComputeRelativeIllumination(model_, coarse, options);
  if (!clipped) {
    Warn("Relative illumination: " + clipped.error().message + ".");
  } else {
    const auto dark = std::count_if(clipped->begin(), clipped->end(),
                                    [](const IlluminationPoint& p) { return !p.relative; });
    if (dark > 0) {
      Warn("Relative illumination has no value at " + std::to_string(dark) + " of " +
           std::to_string(clipped->size()) + " steps over the field.");
    }
  }
  if (clipped || nominal) {
    const std::vector<IlluminationPoint> none;
    Add("Over the field", "illumination", "Relative illumination",
        "Integral of the solid angle of the passing pupil, projected on the image plane (uniform "
        "Lambertian scene), relative to the axis. Clipped: pupil aimed at the real stop, all clear "
        "diameters and edges stop light.",
        IlluminationFigure(model_, clipped ? *clipped : none, nominal ? *nominal : none));
  }
  options.sampling = SamplingOptions::AsBuilt();
  if (const auto rows = ComputeRelativeIllumination(model_, plan_.fields, options)) {
    for (size_t i = 0; i < rows->size() && i < rows_.size(); ++i) {
      if ((*rows)[i].relative) rows_[i].light = FormatFixed(100 * *(*rows)[i].relative, 1);
    }
  }
  ClippedPupilOptions pupil{.grid = 300, .extent = kPupilExtent, .launch = model_.lens.launch};
  pupil.keep_mask = true;
  if (const auto pupils = ComputeVignetting(AtFileAperture(model_), plan_.fields, pupil)) {
    Add("Over the field", "pupils", "Pupils that the clear diameters leave",
        "The part of the entrance pupil through which light passes with the iris at the file's "
        "aperture, against the nominal pupil (dashed). Where the file gives no clear diameters, "
        "only the iris and rays that fail shape it.",
        PupilFigure(model_, *pupils, kPupilExtent));
  } else {
    Warn("Pupils: " + pupils.error().message + ".");
  }
  Add("Over the field", "chief-angle", "Chief ray angle at the image",
      "Angle of the primary chief ray to the normal of the image plane; positive runs away from "
      "the axis.",
      ChiefAngleFigure(model_, steps));
}

}  // namespace petzval::optics
