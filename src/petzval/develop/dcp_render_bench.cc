// A DNG by a camera profile to linear Rec.2020 and nothing else: no noise reduction, no sharpening,
// no lens correction, so that other programs can be compared (bench/dcp_peer.py).
//   dcp_render IN.dng PROFILE.dcp OUT.pfm
#include <fmt/format.h>

#include "petzval/capture/dcp_reader.h"
#include "petzval/capture/reader.h"
#include "petzval/develop/dcp_color.h"
#include "petzval/develop/develop.h"
#include "petzval/image/picture.h"

namespace petzval {
namespace {

Status Run(const std::string& in, const std::string& profile, const std::string& out) {
  PETZVAL_ASSIGN(const RawFrame frame, ReadRaw(in));
  PETZVAL_ASSIGN(const DcpFile file, ReadDcp(profile));
  DevelopParams params;
  params.dcp = std::make_shared<const DcpProfile>(file.profile);
  params.luma_noise_reduction = params.chroma_noise_reduction = params.sharpening = 0;
  params.lens_correction = false;
  PETZVAL_ASSIGN(const Developer developer, Developer::Create(frame, {}, params));
  Image<float> picture(developer.width(), developer.height(), 3);
  developer.Render({0, 0, developer.width(), developer.height()}, &picture);
  const DevelopInfo& info = developer.info();
  fmt::print("{}: {}, {:.0f} K, tint {:.1f}\n", in, info.color, info.kelvin_k, info.tint);
  if (const auto other = DcpCameraMismatch(file.profile, frame.unique_camera_model);
      !other.empty()) {
    fmt::print("{}\n", other);
  }
  return WritePfm(out, picture);
}

}  // namespace
}  // namespace petzval

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: dcp_render IN.dng PROFILE.dcp OUT.pfm\n");
    return 2;
  }
  const auto status = petzval::Run(argv[1], argv[2], argv[3]);
  if (!status) fmt::print(stderr, "{}\n", status.error().message);
  return status ? 0 : 1;
}
