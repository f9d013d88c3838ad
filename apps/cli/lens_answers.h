// The analyses of `petzval lens`: each turns a lens into an answer (JSON) by src/petzval/optics.
#ifndef PETZVAL_APPS_CLI_LENS_ANSWERS_H_
#define PETZVAL_APPS_CLI_LENS_ANSWERS_H_

#include "lens_arguments.h"

namespace petzval::cli {

using LensAnswer = Result<nlohmann::ordered_json>;

// What only some analyses take.
struct AnalysisOptions {
  int rings = 6;                     // of the hexapolar pupil grid
  int points = 21;                   // along a fan, through focus, over the field
  std::string frequencies;           // cycles/mm, comma-separated; empty: chosen from the lens
  std::string kind = "diffraction";  // of an MTF or PSF
  double range_um = 50;              // of a through-focus series, to both sides
  double pupil_x = 0, pupil_y = 0;   // of a single ray
  int size = 64;                     // of a PSF, in pixels
  double pitch_um = 0;               // of a PSF; 0: chosen from the lens
};

LensAnswer InfoAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer TraceAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer SpotAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer FanAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer OpdAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer PsfAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer MtfAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer DistortionAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer VignettingAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer SeidelAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
LensAnswer ThroughFocusAnswer(const LensArguments&, const AnalysisOptions&,
                              const optics::LensModel&);
LensAnswer GhostAnswer(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);

// Spatial frequencies asked for, or a ladder up to half the diffraction limit in steps that a
// designer would choose.
Result<std::vector<double>> FrequenciesOf(const AnalysisOptions& options,
                                          const optics::LensModel& model);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_LENS_ANSWERS_H_
