// Names of colour filter arrays.
#include "petzval/capture/raw_frame.h"

namespace petzval {

std::string Cfa::Name() const {
  if (IsMono()) return "mono";
  std::string name;
  for (int i = 0; i < size * size; ++i) name += "RGBM"[static_cast<int>(color[i])];
  return name;
}

}  // namespace petzval
