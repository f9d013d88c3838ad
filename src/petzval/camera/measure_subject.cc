// Opens RAW files and finished pictures for the measures.
#include "petzval/camera/measure_subject.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/capture/reader.h"
#include "petzval/develop/white_balance.h"
#include "petzval/image/picture.h"

namespace petzval {
namespace {

using measure::Subject;

// Scales a plane of DN to signal; `channel` of LinearRaw files, else the mosaic's colour decides.
void ScalePlane(const RawFrame& frame, int plane, ImageView<float> out) {
  ParallelFor(frame.height(), [&](int y) {
    const uint16_t* dn = frame.mosaic.row(y, plane);
    float* signal = out.row(y);
    for (int x = 0; x < frame.width(); ++x) {
      const int color = frame.IsLinearRaw() ? plane : static_cast<int>(frame.cfa.At(x, y)) % 3;
      const float black = frame.BlackAt(x, y);
      signal[x] = (static_cast<float>(dn[x]) - black) / (frame.white_dn[color] - black);
    }
  });
}

void SetSites(const Cfa& cfa, Subject* subject) {
  subject->mono = cfa.IsMono();
  if (subject->mono) return;
  for (auto& mask : subject->sites) mask.bits = 0;
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      auto& mask = subject->sites[static_cast<int>(cfa.At(x, y)) % 3];
      mask.bits = static_cast<uint16_t>(mask.bits | 1u << (y * 4 + x));
    }
  }
}

void SetRawColor(const RawFrame& frame, Subject* subject) {
  if (subject->mono) return;
  const CameraColor camera = MakeCameraColor(frame.color, false, &subject->warnings);
  const measure::Overview overview = measure::MakeOverview(*subject);
  const LightDecision light =
      DecideLight({}, frame.color, camera, overview.rgb, LightScene{}, &subject->warnings);
  const Vec3& n = light.neutral;
  subject->neutral = n;
  subject->xyz_d50_from_rgb = Inverse(RgbFromXyzD50(kRec2020)) * light.rec2020_from_camera *
                              Mat3::Diagonal({{1 / n[0], 1 / n[1], 1 / n[2]}});
}

Subject SubjectOfPicture(const Picture& picture) {
  Subject subject;
  subject.path = picture.path;
  subject.rgb = LinearRgb(picture);
  subject.bits =
      picture.is_float() ? 24 : static_cast<int>(std::lround(std::log2(picture.max_code + 1)));
  // A code of the last step may stand for anything above.
  subject.clip = picture.is_float() ? HUGE_VAL : 1 - 0.25 / picture.max_code;
  subject.xyz_d50_from_rgb = picture.xyz_d50_from_linear;
  subject.warnings = picture.warnings;
  return subject;
}

}  // namespace

Subject SubjectOfRaw(const RawFrame& frame) {
  Subject subject;
  subject.path = frame.path;
  subject.black_dn = frame.black_dn[0];
  subject.white_dn = *std::min_element(frame.white_dn.begin(), frame.white_dn.end());
  subject.bits = static_cast<int>(std::lround(std::log2(subject.white_dn + 1)));
  subject.clip = 1 - 0.5 / (subject.white_dn - subject.black_dn);
  subject.iso = frame.exif.iso;
  subject.exposure_s = frame.exif.exposure_s;
  subject.noise = frame.noise;
  subject.warnings = frame.warnings;
  Image<float>& target = frame.IsLinearRaw() ? subject.rgb : subject.mosaic;
  target = Image<float>(frame.width(), frame.height(), frame.mosaic.planes());
  for (int plane = 0; plane < frame.mosaic.planes(); ++plane) {
    ScalePlane(frame, plane, target.plane(plane));
  }
  if (!frame.IsLinearRaw()) SetSites(frame.cfa, &subject);
  SetRawColor(frame, &subject);
  return subject;
}

Result<Subject> ReadSubject(const std::string& path, std::optional<DngColor>* color) {
  if (color != nullptr) color->reset();
  if (IsPictureFile(path)) {
    PETZVAL_ASSIGN(const Picture picture, ReadPicture(path));
    return SubjectOfPicture(picture);
  }
  PETZVAL_ASSIGN(const RawFrame frame, ReadRaw(path));
  if (color != nullptr) *color = frame.color;
  return SubjectOfRaw(frame);
}

}  // namespace petzval
