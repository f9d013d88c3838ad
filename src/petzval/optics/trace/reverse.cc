// Turning a system around.
#include "petzval/optics/trace/reverse.h"

#include <fmt/format.h>

#include <algorithm>

namespace petzval::optics {

Result<System> ReversedSystem(const System& system) {
  System out = system;
  for (int i = 0; i < system.size(); ++i) {
    const TraceSurface& s = system.surfaces[i];
    if (s.mirror) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("surface {} is a mirror, which is not traced backwards", i + 1));
    }
    if (s.motion) {
      return Fail(
          ErrorCode::kUnsupported,
          fmt::format("surface {} is tilted or decentred, which is not traced backwards", i + 1));
    }
  }
  std::reverse(out.surfaces.begin(), out.surfaces.end());
  for (int i = 0; i < out.size(); ++i) {
    TraceSurface& s = out.surfaces[i];
    s.c = -s.c;
    s.c_x = -s.c_x;
    for (double& a : s.a) a = -a;
    for (double& q : s.q) q = -q;
    s.t = i + 1 < out.size() ? system.surfaces[out.size() - 2 - i].t : 0;
  }
  out.stop = system.size() - 1 - system.stop;
  out.object_mm = kInfinity;
  for (auto& n : out.n) std::reverse(n.begin(), n.end());
  return out;
}

}  // namespace petzval::optics
