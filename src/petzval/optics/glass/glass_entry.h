// A [[glass]] table of a TOML file: of the catalogue or of a lens.
#ifndef PETZVAL_OPTICS_GLASS_GLASS_ENTRY_H_
#define PETZVAL_OPTICS_GLASS_GLASS_ENTRY_H_

#include <string>

#include "petzval/base/toml_file.h"
#include "petzval/optics/glass/glass.h"

namespace petzval::optics {

// Keys: name and one of
//   nd [, vd [, dPgF]]           model glass
//   formula, coefficients        "sellmeier", "sellmeier2", "polynomial", "cauchy", "schott",
//                                "conrady", in the order of Dispersion
//   um, n                        table, wavelengths ascending
// and optionally source, range_um = [min, max], dn_dt_per_k, plastic and, where a maker states
// them, stated_nd and stated_vd (for tests, not used). Errors: kInvalidInput with file and line.
Result<Glass> ParseGlassEntry(const TomlTable& table);

// The entry as ParseGlassEntry reads it, with "[[glass]]" on top and the same doubles.
std::string GlassEntryToml(const Glass& glass);

// `text` as a TOML string with its quotes.
std::string TomlString(const std::string& text);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_GLASS_GLASS_ENTRY_H_
