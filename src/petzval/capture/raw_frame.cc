// Names of colour filter arrays; how bright a scene was.
#include "petzval/capture/raw_frame.h"

#include <cmath>
#include <limits>

namespace petzval {

std::string Cfa::Name() const {
  if (IsMono()) return "mono";
  std::string name;
  for (int i = 0; i < size * size; ++i) name += "RGBM"[static_cast<int>(color[i])];
  return name;
}

double ExifInfo::LightValue() const {
  if (!(exposure_s > 0) || !(iso > 0)) return std::numeric_limits<double>::quiet_NaN();
  const double n = f_number > 0 ? f_number : 1.8;
  return std::log2(n * n / exposure_s * 100 / iso);
}

}  // namespace petzval
