// The table that a look imports.
#include "petzval/look/look_values.h"

namespace petzval {

Status ReadLookLut(Look* look) {
  look->lut.reset();
  if (look->Text("lut").empty()) return {};
  return Fail(ErrorCode::kUnsupported, "tables cannot be read by this build");
}

}  // namespace petzval
