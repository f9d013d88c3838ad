// The table that a look imports.
#include <algorithm>
#include <cctype>
#include <filesystem>

#include "petzval/color/cube_file.h"
#include "petzval/look/hald_clut.h"
#include "petzval/look/look_values.h"

namespace petzval {

Status ReadLookLut(Look* look) {
  look->lut.reset();
  if (look->Text("lut").empty()) return {};
  const std::filesystem::path path = std::filesystem::path(look->folder) / look->Text("lut");
  std::string suffix = path.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (suffix == ".cube") {
    PETZVAL_ASSIGN(ColorLut lut, ReadCube(path.string()));
    look->lut = std::make_shared<const ColorLut>(std::move(lut));
    return {};
  }
  if (suffix == ".png" || suffix == ".tif" || suffix == ".tiff") {
    PETZVAL_ASSIGN(Lut3d cube, ReadHaldClut(path.string()));
    ColorLut lut;
    lut.cube = std::move(cube);
    look->lut = std::make_shared<const ColorLut>(std::move(lut));
    return {};
  }
  return Fail(ErrorCode::kUnsupported, "a table is a .cube file or a HaldCLUT (.png, .tif), " +
                                           path.string() + " is named otherwise");
}

}  // namespace petzval
