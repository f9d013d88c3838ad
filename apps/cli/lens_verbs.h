// The verbs of `petzval lens` that do more than answer, and the figures of those that answer.
#ifndef PETZVAL_APPS_CLI_LENS_VERBS_H_
#define PETZVAL_APPS_CLI_LENS_VERBS_H_

#include <string>

#include "lens_answers.h"

namespace petzval::cli {

// An SVG document.
using LensFigure = Result<std::string> (*)(const LensArguments&, const AnalysisOptions&,
                                           const optics::LensModel&);
Result<std::string> DrawSpots(const LensArguments&, const AnalysisOptions&,
                              const optics::LensModel&);
Result<std::string> DrawFans(const LensArguments&, const AnalysisOptions&,
                             const optics::LensModel&);
Result<std::string> DrawOpd(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
Result<std::string> DrawPsf(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
Result<std::string> DrawMtf(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
Result<std::string> DrawDistortion(const LensArguments&, const AnalysisOptions&,
                                   const optics::LensModel&);
Result<std::string> DrawVignetting(const LensArguments&, const AnalysisOptions&,
                                   const optics::LensModel&);
Result<std::string> DrawSeidel(const LensArguments&, const AnalysisOptions&,
                               const optics::LensModel&);
Result<std::string> DrawThroughFocus(const LensArguments&, const AnalysisOptions&,
                                     const optics::LensModel&);

// A text file that appears only complete.
Status WriteText(const std::string& path, const std::string& text);

Verb LensListVerb(const CommonOptions& common);
Verb LensLayoutVerb(const CommonOptions& common);
Verb LensReportVerb(const CommonOptions& common);
Verb LensOptimiseVerb(const CommonOptions& common);
Verb LensToleranceVerb(const CommonOptions& common);
Verb LensBakeVerb(const CommonOptions& common);
Verb LensImportVerb(const CommonOptions& common);
Verb LensExportVerb(const CommonOptions& common);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_LENS_VERBS_H_
