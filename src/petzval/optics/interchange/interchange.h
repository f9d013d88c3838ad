// Lens files of other programs: Zemax .zmx, CODE V .seq, DeepLens JSON, and our own JSON form.
#ifndef PETZVAL_OPTICS_INTERCHANGE_INTERCHANGE_H_
#define PETZVAL_OPTICS_INTERCHANGE_INTERCHANGE_H_

#include <map>
#include <span>
#include <string>
#include <vector>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// A lens of another program's file. It has passed CheckLens.
struct ImportedLens {
  Lens lens;
  // "line N: ..." for everything of the file that is not in `lens`; what only concerns drawing,
  // analysis settings or tolerances of the other program is left out without a word.
  std::vector<std::string> warnings;
};

struct ImportOptions {
  // The file's glass name -> a glass of the catalogue ("maker/NAME") or "nd,vd" as in
  // "1.5168,64.17": for glasses that the catalogue does not hold.
  std::map<std::string, std::string> glasses;
};

// The format is told by the contents, the suffix helps where they leave a doubt. Surface types that
// cannot be traced here, unknown glasses and decentres that cannot be expressed are errors, not
// warnings: a lens that is returned traces as the file says, but for its warnings.
// Errors: kIo; kTooLarge above 8 MiB or 2000 surfaces; kInvalidInput, kUnsupported
// "FILE: line N: ...".
Result<ImportedLens> ImportLens(const std::string& path, const ImportOptions& options = {});
// The same for bytes in memory; `name` stands in messages and its suffix helps.
Result<ImportedLens> ImportLensBytes(std::span<const uint8_t> bytes, const std::string& name,
                                     const ImportOptions& options = {});

// Texts of files. Errors: kUnsupported naming the surface and what the format has no word for.
// What does not bend a ray of the prescription is left out: configurations, iris blades, variables,
// pickups, tolerances. Lengths in mm, shortest decimals that read back to the same double.
//
// Zemax: ASCII, CRLF. Cannot say: Q polynomials, D-cuts, local glasses other than nd, vd.
Result<std::string> ExportZmx(const Lens& lens);
// CODE V. Local glasses become private ones with the indices at the lens's wavelengths; a stop
// given by its radius becomes an entrance pupil diameter. Cannot say: r^2 and odd powers, powers
// above 20, Q polynomials, toroids, D-cuts. CODE V always aims at the real stop.
Result<std::string> ExportSeq(const Lens& lens);
// Everything of a Lens; reading gives the same lens.
Result<std::string> ExportJson(const Lens& lens);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_INTERCHANGE_H_
