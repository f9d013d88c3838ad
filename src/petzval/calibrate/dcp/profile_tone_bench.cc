// The rendering of a camera profile over a picture: linear Rec.2020 in, display-linear Rec.2020
// out.
//   profile_tone PROFILE.dcp IN.pfm OUT.pfm
#include <fmt/format.h>

#include "petzval/base/parallel.h"
#include "petzval/capture/dcp_reader.h"
#include "petzval/image/picture.h"
#include "petzval/look/profile_tone.h"

namespace petzval {
namespace {

Status Run(const std::string& profile, const std::string& in, const std::string& out) {
  PETZVAL_ASSIGN(const DcpFile file, ReadDcp(profile));
  PETZVAL_ASSIGN(Image<float> picture, ReadPfm(in));
  if (picture.planes() != 3) return Fail(ErrorCode::kInvalidInput, in + ": not a colour picture");
  const ProfileTone tone(file.profile, 0);
  const Mat3 to_prophoto = RgbFromRgb(kProPhoto, kRec2020);
  const Mat3 to_rec2020 = RgbFromRgb(kRec2020, kProPhoto);
  ParallelFor(picture.height(), [&](int y) {
    for (int x = 0; x < picture.width(); ++x) {
      const Vec3 rgb{{picture.At(x, y, 0), picture.At(x, y, 1), picture.At(x, y, 2)}};
      const Vec3 display = to_rec2020 * tone.Apply(to_prophoto * rgb);
      for (int c = 0; c < 3; ++c) picture.At(x, y, c) = static_cast<float>(display[c]);
    }
  });
  return WritePfm(out, picture);
}

}  // namespace
}  // namespace petzval

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: profile_tone PROFILE.dcp IN.pfm OUT.pfm\n");
    return 2;
  }
  const auto status = petzval::Run(argv[1], argv[2], argv[3]);
  if (!status) fmt::print(stderr, "{}\n", status.error().message);
  return status ? 0 : 1;
}
