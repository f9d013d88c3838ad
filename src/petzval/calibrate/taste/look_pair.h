// Pictures before and after a rendering that is to be learned.
#ifndef PETZVAL_CALIBRATE_TASTE_LOOK_PAIR_H_
#define PETZVAL_CALIBRATE_TASTE_LOOK_PAIR_H_

#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/image/image.h"

namespace petzval::calibrate {

// Both 3 planes of display light, linear sRGB (1 = white of the display; a little outside 0..1
// where the file's space is larger), the same size, showing the same.
struct LookPair {
  std::string name;
  Image<float> before, after;
};

// Longer side that pictures are reduced to (means over areas): small shifts between the two no
// longer count, and neither do noise and grain.
inline constexpr int kLookPairSide = 480;
inline constexpr int kMinLookPairSide = 64;

// `light`: linear sRGB, 3 planes. The reduced picture, itself when it is small enough.
Image<float> ReduceForLook(const Image<float>& light);

// A finished picture (JPEG, PNG, TIFF) as linear sRGB of full size. Errors: as ReadPicture.
Result<Image<float>> ReadDisplayLight(const std::string& path);

// Checks and reduces. Errors: kInvalidInput for two sizes, for fewer than kMinLookPairSide pixels a
// side, for pictures that are the same, or that do not show the same (brightness unrelated).
Result<LookPair> MakeLookPair(const std::string& name, const Image<float>& before,
                              const Image<float>& after);

// The two files; `name` is that of `before`. Errors: as above, naming the file.
Result<LookPair> ReadLookPair(const std::string& before, const std::string& after);

// A group of like pixels of a pair: their means.
struct LookSample {
  Vec3 before{}, after{};  // linear sRGB
  double radius2 = 0;      // squared distance from the centre, 1 in the corners
  double weight = 1;       // root of their number, so that no colour drowns the others
};

// Pixels of areas without much detail, grouped by colour, distance from the centre and quarter of
// the picture. `quarter`: 0..3 leaves that quarter out, 4..7 takes only quarter - 4, -1 takes all.
// Areas that are clipped in either picture are left out: they say nothing.
std::vector<LookSample> SampleLookPair(const LookPair& pair, int quarter = -1);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_TASTE_LOOK_PAIR_H_
