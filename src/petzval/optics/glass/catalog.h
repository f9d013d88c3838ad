// The glasses of data/glass, compiled in, found by "maker/NAME".
#ifndef PETZVAL_OPTICS_GLASS_CATALOG_H_
#define PETZVAL_OPTICS_GLASS_CATALOG_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/optics/glass/glass.h"

namespace petzval::optics {

class GlassCatalog {
 public:
  // The catalogue of the program: every file of data/glass. A broken file is a failed build's test,
  // not a user's error, so this always succeeds.
  static const GlassCatalog& BuiltIn();
  // One maker's file, data/glass/MAKER.toml. Errors: kInvalidInput with file and line.
  static Result<std::vector<Glass>> Parse(const std::string& toml, const std::string& maker);

  // Errors: kInvalidInput naming the nearest known glasses.
  Result<Glass> Find(const std::string& name) const;
  std::span<const Glass> glasses() const { return glasses_; }

 private:
  std::vector<Glass> glasses_;  // in order of name
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_GLASS_CATALOG_H_
