// petzval measure uniformity, distortion and chroma.
#include "measure_verbs.h"
#include "petzval/measure/geometry/distortion.h"
#include "petzval/measure/geometry/lateral_color.h"
#include "petzval/measure/geometry/uniformity.h"

namespace petzval::cli {

using measure::Subject;
using nlohmann::ordered_json;

namespace {

// A part of a picture as a subject of its own is not what these measure: shading and distortion
// are properties of the whole field.
Status WholeField(const MeasureArguments& a) {
  if (a.roi.empty()) return {};
  return Fail(ErrorCode::kInvalidInput,
              "--roi: shading, distortion and lateral colour are measured over the whole field");
}

ordered_json LateralJson(const measure::LateralChannel& c) {
  ordered_json shifts = ordered_json::array();
  for (const measure::LateralShift& s : c.shifts) {
    shifts.push_back({Number(s.x_px), Number(s.y_px), Number(s.dx_px), Number(s.dy_px)});
  }
  return {{"mean_px", Number(c.mean_px)},
          {"max_px", Number(c.max_px)},
          {"max_percent", Number(c.max_percent)},
          {"radial_fit", Numbers({c.radial_fit.begin(), c.radial_fit.end()})},
          {"plane_shift_px", Numbers({c.mean_dx_px, c.mean_dy_px})},
          {"residual_rms_px", Number(c.residual_rms_px)},
          {"lost", c.lost},
          {"x_y_dx_dy_px", std::move(shifts)}};
}

}  // namespace

Result<MeasureAnswer> UniformityAnswer(const MeasureArguments& a,
                                       const std::vector<Subject>& subjects) {
  PETZVAL_RETURN_IF_ERROR(WholeField(a));
  PETZVAL_ASSIGN(const measure::UniformityReport r, measure::MeasureUniformity(subjects.front()));
  ordered_json points = ordered_json::array();
  for (const measure::UniformityPoint& p : r.points) {
    points.push_back({{"x_px", Number(p.x_px)},
                      {"y_px", Number(p.y_px)},
                      {"luminance", Number(p.luminance)},
                      {"lab", {Number(p.lab[0]), Number(p.lab[1]), Number(p.lab[2])}}});
  }
  return Answer({{"columns", r.columns},
                 {"rows", r.rows},
                 {"corner_to_centre", Number(r.mean_corner_to_centre)},
                 {"corners", Numbers({r.corner_to_centre.begin(), r.corner_to_centre.end()})},
                 {"min_to_max", Number(r.min_to_max)},
                 {"max_dc", Number(r.max_dc)},
                 {"falloff", Numbers({r.falloff.begin(), r.falloff.end()})},
                 {"falloff_rms", Number(r.falloff_rms)},
                 {"cos4_corner_deg", Number(r.cos4_corner_deg)},
                 {"cos4_rms", Number(r.cos4_rms)},
                 {"points", std::move(points)}},
                r.findings);
}

Result<MeasureAnswer> DistortionAnswer(const MeasureArguments& a,
                                       const std::vector<Subject>& subjects) {
  PETZVAL_RETURN_IF_ERROR(WholeField(a));
  measure::DistortionParams params;
  params.grid.channel = ChannelOf(a);
  PETZVAL_ASSIGN(const measure::DistortionReport r,
                 measure::MeasureDistortion(subjects.front(), params));
  return Answer({{"k1", Number(r.k1)},
                 {"k2", Number(r.k2)},
                 {"centre_px", Numbers({r.centre_x_px, r.centre_y_px})},
                 {"tv_percent", Number(r.tv_percent)},
                 {"smia_tv_percent", Number(r.smia_tv_percent)},
                 {"max_local_percent", Number(r.max_local_percent)},
                 {"keystone_vertical_percent", Number(r.keystone_vertical_percent)},
                 {"keystone_horizontal_percent", Number(r.keystone_horizontal_percent)},
                 {"rotation_deg", Number(r.rotation_deg)},
                 {"residual_rms_px", Number(r.residual_rms_px)},
                 {"covered_r", Number(r.covered_r)},
                 {"points", r.grid.points.size()}},
                r.findings);
}

Result<MeasureAnswer> ChromaAnswer(const MeasureArguments& a,
                                   const std::vector<Subject>& subjects) {
  PETZVAL_RETURN_IF_ERROR(WholeField(a));
  PETZVAL_ASSIGN(const measure::LateralColorReport r,
                 measure::MeasureLateralColor(subjects.front()));
  return Answer({{"red", LateralJson(r.red)},
                 {"blue", LateralJson(r.blue)},
                 {"points", r.grid.points.size()}},
                r.findings);
}

}  // namespace petzval::cli
