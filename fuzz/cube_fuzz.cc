// libFuzzer target: a colour table in a .cube file; what is read is written and read again.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "petzval/color/cube_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace petzval;
  const auto lut = ParseCube({reinterpret_cast<const char*>(data), size}, "input.cube");
  if (!lut) return 0;
  if (!lut->curve && !lut->cube) std::abort();
  for (const double v : {-1e30, -0.5, 0.0, 0.3, 1.0, 7.0, 1e30, std::nan("")}) {
    for (const double out : lut->Apply({{v, 0.5, 1 - v}}).v) {
      if (!std::isfinite(out)) std::abort();
    }
  }
  const auto text = FormatCube(*lut);
  if (!text) return 0;
  const auto again = ParseCube(*text, "again.cube");
  if (!again) std::abort();
  if (lut->cube && again->cube->rgb != lut->cube->rgb) std::abort();
  if (lut->curve && again->curve->value != lut->curve->value) std::abort();
  return 0;
}
