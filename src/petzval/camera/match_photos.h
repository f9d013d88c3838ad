// The recipe of `petzval match --photos`: pairs of photographs in, a look out that renders the
// camera's scenes like the reference's pictures.
#ifndef PETZVAL_CAMERA_MATCH_PHOTOS_H_
#define PETZVAL_CAMERA_MATCH_PHOTOS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/color/lut.h"
#include "petzval/look/look.h"

namespace petzval {

// Two pictures of one scene with the same framing, registered.
struct PhotoPair {
  // A RAW file, developed here as shot, or a float TIFF or PFM in linear light (`petzval develop
  // --linear`).
  std::string camera;
  std::string reference;  // a finished JPEG, PNG or TIFF
};

struct PhotoMatchJob {
  std::vector<PhotoPair> pairs;   // 1..kMaxMatchPairs
  std::string camera, reference;  // names, for the look's description
  std::string look_name = "match";
};
inline constexpr int kMaxMatchPairs = 200;

// One pair under the match.
struct MatchedPhoto {
  std::string name;          // file of the camera
  double exposure_ev = 0;    // of the reference over what the look chooses, mean of all 0
  double natural_mean = 0;   // CIEDE2000 to the reference: as the look natural renders,
  double look_mean = 0;      // as the learned look renders, both with automatic exposure,
  double left_out_mean = 0;  // and with the pair left out, at its exposure; NaN with one pair
};

struct PhotoMatch {
  Look look;       // its texts["lut"] is to be set when `table` is written
  ColorLut table;  // of lut_input "log": exposed scene in L-Log to encoded sRGB
  // CIEDE2000 over small areas: under natural and under the look as `petzval develop` renders them;
  // of the fit at each scene's exposure, and the same of scenes (one pair: quarters) left out.
  calibrate::DeStatistics natural, rendered, fitted, left_out;
  std::vector<MatchedPhoto> photos;
  std::vector<std::string> warnings;
};

// Where the two pictures of a pair differ in size by a scale, the larger is reduced; both are when
// larger than a side of 1024 pixels. Errors, naming the file: those of the readers; kInvalidInput
// for no pair, a camera's picture that is finished or a reference that is not, two framings,
// pictures that do not show the same; as MatchPictures.
Result<PhotoMatch> MatchPhotos(const PhotoMatchJob& job,
                               const std::function<void(std::string_view)>& on_step = {});

// The look's file (.toml) and the table (.cube) beside it. Errors: kIo, kInvalidInput for another
// suffix.
Status WritePhotoMatch(const PhotoMatch& match, const std::string& path);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_MATCH_PHOTOS_H_
