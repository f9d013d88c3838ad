// A table from elsewhere (.cube, HaldCLUT) as the last step of a look.
#ifndef PETZVAL_LOOK_IMPORTED_TABLE_H_
#define PETZVAL_LOOK_IMPORTED_TABLE_H_

#include <memory>

#include "petzval/base/matrix.h"
#include "petzval/color/lut.h"
#include "petzval/color/oklab.h"
#include "petzval/color/spaces.h"
#include "petzval/look/look.h"

namespace petzval {

// What a table takes and gives is said by the look's lut_input:
// - "srgb": the finished picture as an sRGB display shows it, encoded, to the same. What the look
//   shows is brought into that gamut first and nothing follows but the display, so that the table
//   of the identity leaves a picture in sRGB as it is.
// - "linear-rec2020": graded light in linear Rec.2020, before the display's gamut is reached, to
//   the same. The identity changes no colour within Rec.2020.
// - "log": the exposed scene in linear Rec.2020 as L-Log codes, to encoded sRGB as above.
// Light beyond diffuse white keeps its ratio to white, because tables end there; tables of scenes
// give none.
class ImportedTable {
 public:
  // `display`: primaries of the output space; `knee`: of its gamut, see MapToDisplayGamut.
  ImportedTable(const Look& look, const RgbSpace& display, double knee);

  // True without a table, or with a strength of 0.
  bool none() const { return strength_ == 0; }

  // Oklab: the exposed scene before the tone operator and what the look has made of it, for a
  // display that shows 0..peak. Linear light of the display, within that range. A strength between
  // 0 and 1 lies between the colours with and without the table. Not to be called when none().
  Vec3 Show(const Vec3& scene, const Vec3& graded, double peak) const;

 private:
  Vec3 Linear(const Vec3& graded, double peak) const;
  Vec3 Finished(const Vec3& scene, const Vec3& graded, double peak) const;

  enum class Input { kSrgb, kLinearRec2020, kLog };
  std::shared_ptr<const ColorLut> lut_;
  double strength_;
  Input input_;
  double knee_;
  Mat3 display_from_srgb_;
  OklabConverter display_, rec2020_{kRec2020}, srgb_{kRec709};
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_IMPORTED_TABLE_H_
