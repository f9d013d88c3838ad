// The analyses of `petzval lens`: each turns a lens into an answer (JSON) by src/petzval/optics.
#ifndef PETZVAL_APPS_CLI_LENS_ANSWERS_H_
#define PETZVAL_APPS_CLI_LENS_ANSWERS_H_

#include "lens_arguments.h"
#include "petzval/optics/analysis/mtf.h"
#include "petzval/optics/analysis/psf.h"
#include "petzval/optics/analysis/seidel.h"

namespace petzval::cli {

using LensAnswer = Result<nlohmann::ordered_json>;

// What only some analyses take.
struct AnalysisOptions {
  int rings = 6;                     // of the hexapolar pupil grid
  int points = 21;                   // along a fan, through focus, over the field
  int count = 20;                    // of ghosts
  std::string frequencies;           // cycles/mm, comma-separated; empty: chosen from the lens
  std::string kind = "diffraction";  // of an MTF or PSF
  double range_um = 0;               // of a through-focus series, to both sides; 0: chosen
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

// The rows of an answer, one for each field. A field without an answer is a row of nulls and a
// warning; only where no field has one does the analysis fail.
class FieldRows {
 public:
  void Add(double field, Result<nlohmann::ordered_json> row);
  void Warn(double field, const std::string& what);
  // Warns of rays that do not arrive.
  void CountLost(double field, const optics::RayCounts& rays);
  // `answer` with the rows as "fields" and the "warnings".
  LensAnswer Finish(nlohmann::ordered_json answer) &&;

 private:
  std::vector<nlohmann::ordered_json> rows_;
  std::vector<std::string> warnings_;
  std::optional<size_t> model_row_;  // one that has every key
  std::optional<Error> error_;       // the first
};

// The terms, or nulls.
nlohmann::ordered_json SeidelJson(const optics::SeidelTerms* terms);

optics::PsfOptions PsfOptionsOf(const LensArguments& arguments, const AnalysisOptions& options);
optics::MtfOptions MtfOptionsOf(const LensArguments& arguments, const AnalysisOptions& options);

// Spatial frequencies asked for, or even steps up to the end of the MTF axis of the lens report.
Result<std::vector<double>> FrequenciesOf(const AnalysisOptions& options,
                                          const optics::LensModel& model);

// Image planes evenly to both sides and the frequencies asked for; what is not asked for is chosen
// as in the lens report.
struct FocusSeries {
  std::vector<double> shifts_mm, cycles_per_mm;
};
Result<FocusSeries> FocusSeriesOf(const AnalysisOptions& options, const optics::LensModel& model,
                                  int points);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_LENS_ANSWERS_H_
