// What the verbs of `petzval lens` share: which lens, fields, colours, outputs; answers as JSON.
#ifndef PETZVAL_APPS_CLI_LENS_ARGUMENTS_H_
#define PETZVAL_APPS_CLI_LENS_ARGUMENTS_H_

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "answer.h"
#include "petzval/optics/analysis/sampling.h"
#include "petzval/optics/trace/launch.h"
#include "verb.h"

namespace petzval::cli {

struct LensArguments {
  std::string lens;           // name or file
  std::string configuration;  // focus or zoom state; empty: as the file stands
  std::string fields;         // "0,14,20"; empty: those of the lens
  std::string wavelengths;    // um, "0.4861,0.5876"; empty: those of the lens
  std::string output;         // a file or folder, where the verb writes one
  std::string plot;           // SVG file
  bool as_built = false;      // clear diameters clip, pupil coordinates refer to the real stop
  bool overwrite = false;

  optics::SamplingOptions sampling() const;
};

// LENS, --configuration, --field, --wavelength.
std::vector<Option> LensOptions(LensArguments* arguments);
Option AsBuiltOption(LensArguments* arguments);
Option PlotOption(LensArguments* arguments);
Option OverwriteOption(LensArguments* arguments);

// CheckOutputNames for --output, --plot and the JSON report; the lens is the input.
Status CheckLensOutputs(const LensArguments& arguments, const CommonOptions& common);

// The lens in its configuration.
Result<optics::Lens> LoadLens(const LensArguments& arguments);
// The same at the wavelengths asked for.
Result<optics::LensModel> LoadModel(const LensArguments& arguments);
// The fields asked for, or those of the lens. Errors: an angle of 90 degrees or more.
Result<std::vector<double>> FieldsOf(const LensArguments& arguments,
                                     const optics::LensModel& model);

nlohmann::ordered_json Counts(const optics::RayCounts& rays);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_LENS_ARGUMENTS_H_
