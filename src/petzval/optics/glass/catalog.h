// The glasses of data/glass, compiled in, found by "maker/NAME".
#ifndef PETZVAL_OPTICS_GLASS_CATALOG_H_
#define PETZVAL_OPTICS_GLASS_CATALOG_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "petzval/optics/glass/glass.h"

namespace petzval::optics {

class GlassCatalog {
 public:
  // The catalogue of the program: every file of data/glass. A broken file is a failed build's test,
  // not a user's error, so this always succeeds (what cannot be read is left out).
  static const GlassCatalog& BuiltIn();
  // A catalogue of the given glasses.
  static GlassCatalog Of(std::vector<Glass> glasses);
  // One maker's file, data/glass/MAKER.toml. Errors: kInvalidInput with file and line.
  static Result<std::vector<Glass>> Parse(const std::string& toml, const std::string& maker);

  // `name`: "schott/N-BK7", or "N-BK7" where only one maker has it; case does not count. Errors:
  // kInvalidInput naming the nearest known glasses, or all makers of a name that several have.
  Result<Glass> Find(const std::string& name) const;
  std::span<const Glass> glasses() const { return glasses_; }

 private:
  std::vector<Glass> glasses_;  // in order of name
};

struct EmbeddedGlassFile {
  std::string_view name;  // the maker
  std::string_view toml;
};
// Defined in a source that CMake writes from data/glass.
std::span<const EmbeddedGlassFile> EmbeddedGlassFiles();

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_GLASS_CATALOG_H_
