// libFuzzer target: a lens file of any kind - our TOML and JSON, Zemax, CODE V, DeepLens - and
// back.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "petzval/optics/interchange/interchange.h"
#include "petzval/optics/lens/lens_file.h"

namespace {

using namespace petzval;
using namespace petzval::optics;

// What was read is checked, can be tried to be written in every form, and our own forms give it
// back.
void Judge(const Lens& lens) {
  if (!CheckLens(lens)) std::abort();
  (void)ExportZmx(lens);
  (void)ExportSeq(lens);
  const auto json = ExportJson(lens);
  if (!json) return;  // a text that is not UTF-8
  const auto back =
      ImportLensBytes({reinterpret_cast<const uint8_t*>(json->data()), json->size()}, "back.json");
  if (!back || !(back->lens == lens)) std::abort();
  if (lens.name.empty() || lens.source.empty() || lens.licence.empty()) return;
  const auto file = ParseLens(LensToml(lens), "back.toml");
  if (!file || !(*file == lens)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Contents tell the format; where they do not, every reader that takes a suffix gets its turn.
  for (const char* name : {"input.zmx", "input.seq"}) {
    const auto imported = ImportLensBytes({data, size}, name);
    if (imported) Judge(imported->lens);
  }
  if (text.find("schema") != std::string_view::npos) {
    const auto lens = ParseLens(std::string(text), "input.toml");
    if (lens) Judge(*lens);
  }
  return 0;
}
