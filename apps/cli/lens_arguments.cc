// What the verbs of `petzval lens` share.
#include "lens_arguments.h"

#include <fmt/format.h>

#include <cmath>

#include "petzval/camera/output_names.h"
#include "petzval/optics/lens/lens_file.h"
#include "plot_file.h"

namespace petzval::cli {

using nlohmann::ordered_json;
using optics::LensModel;

optics::SamplingOptions LensArguments::sampling() const {
  return as_built ? optics::SamplingOptions::AsBuilt() : optics::SamplingOptions::Nominal();
}

std::vector<Option> LensOptions(LensArguments* a) {
  return {{"LENS",
           "a lens of the library (petzval lens list) or a file",
           &a->lens,
           "LENS",
           0,
           0,
           {},
           true},
          {"--configuration", "focus or zoom state of the lens file", &a->configuration, "NAME"},
          {"--field", "fields, comma-separated, in the unit of the lens file (degrees or mm)",
           &a->fields, "H,.."},
          {"--wavelength", "wavelengths in um, comma-separated, the lens's own if empty",
           &a->wavelengths, "UM,.."}};
}

Option AsBuiltOption(LensArguments* a) {
  return {"--as-built",
          "clear diameters clip and pupil coordinates refer to the real stop, as in a picture",
          &a->as_built, ""};
}

Option PlotOption(LensArguments* a) {
  return {"--plot", "draw it into an .svg or .png file", &a->plot, "FILE"};
}

Option OverwriteOption(LensArguments* a) {
  return {"--force", "overwrite files that exist", &a->overwrite, ""};
}

Status CheckLensOutputs(const LensArguments& arguments, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckPlotName(arguments.plot));
  return CheckOutputNames({arguments.lens},
                          {arguments.output, arguments.plot, common.json == "-" ? "" : common.json},
                          arguments.overwrite);
}

Result<optics::Lens> LoadLens(const LensArguments& arguments) {
  PETZVAL_ASSIGN(optics::Lens lens, optics::FindLens(arguments.lens));
  if (arguments.configuration.empty()) return lens;
  return optics::ConfiguredLens(lens, arguments.configuration);
}

Result<LensModel> LoadModel(const LensArguments& arguments) {
  PETZVAL_ASSIGN(const optics::Lens lens, LoadLens(arguments));
  if (arguments.wavelengths.empty()) return optics::MakeModel(lens);
  PETZVAL_ASSIGN(const std::vector<double> um, ParseNumbers(arguments.wavelengths, "--wavelength"));
  return optics::MakeModel(lens, um);
}

Result<std::vector<double>> FieldsOf(const LensArguments& arguments, const LensModel& model) {
  if (arguments.fields.empty()) return model.lens.fields.values;
  PETZVAL_ASSIGN(std::vector<double> fields, ParseNumbers(arguments.fields, "--field"));
  for (const double field : fields) {
    if (model.lens.fields.kind == optics::FieldKind::kAngleDeg && !(std::abs(field) < 90)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("--field {}: an angle is below 90 degrees", arguments.fields));
    }
  }
  return fields;
}

ordered_json Counts(const optics::RayCounts& rays) {
  return {{"ok", rays.ok},
          {"missed", rays.missed},
          {"total_reflection", rays.total_reflection},
          {"clipped", rays.clipped}};
}

}  // namespace petzval::cli
