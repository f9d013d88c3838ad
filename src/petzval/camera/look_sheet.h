// One photograph in many looks, side by side on one sheet.
#ifndef PETZVAL_CAMERA_LOOK_SHEET_H_
#define PETZVAL_CAMERA_LOOK_SHEET_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/camera/develop_photo.h"
#include "petzval/camera/report.h"
#include "petzval/look/look.h"

namespace petzval {

inline constexpr int kMaxSheetLooks = 64;
inline constexpr int kMaxSheetColumns = 16;
inline constexpr int kMinTilePx = 48, kMaxTilePx = 4096;

struct LookSheetParams {
  std::vector<std::string> looks;  // names or files, 1..kMaxSheetLooks; empty: all of LookNames()
                                   // that the photograph can be shown in
  int columns = 4;                 // 1..kMaxSheetColumns; no more than there are looks
  // Of the longer side of a picture; smaller photographs are not enlarged.
  int tile_px = 480;
};

// One look's place on the sheet.
struct LookTile {
  std::string look, description;
  Rect picture;            // its pixels
  Rect caption;            // the empty strip below, for the look's name
  double exposure_ev = 0;  // that the look chose
};

// Interleaved sRGB (or Display P3, as asked), rows of 3 width elements.
struct LookSheet {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;
  std::vector<LookTile> tiles;
};

// The sheet of a scene that is there already: upright linear Rec.2020, 3 planes, which is not
// resized; `proxy` as for Rendering::Create. Errors: as Rendering::Create; kInvalidInput for
// parameters out of range; kTooLarge.
Result<LookSheet> ArrangeLooks(std::span<const Look> looks, const Image<float>& scene,
                               const Image<float>& proxy, const SceneInfo& info, OutputSpace space,
                               int columns);

// Merges and develops the photograph of `job` once, scaled down to tiles, and renders it in every
// look. Of the job only what concerns inputs, merge, development, exposure and space is used;
// look_values are applied to every look. Errors: as DevelopPhoto, naming the look where one is
// wrong.
Result<LookSheet> MakeLookSheet(const DevelopJob& job, const LookSheetParams& params,
                                Report* report,
                                const std::function<void(std::string_view)>& on_step = {});

// Means over areas: `source` renders rectangles of a picture of width x height, the result has
// exactly small_width x small_height <= that. 3 planes. Does not depend on threads.
Image<float> ReducePicture(int width, int height, int small_width, int small_height,
                           const std::function<void(const Rect&, Image<float>*)>& source);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_LOOK_SHEET_H_
