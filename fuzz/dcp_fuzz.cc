// libFuzzer target: a camera profile in memory, used for a colour and written again.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "petzval/capture/dcp_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace petzval;
  const auto file = ReadDcp(ByteSource::FromMemory({data, size}));
  if (!file) return 0;
  const DcpProfile& profile = file->profile;
  if (!CheckDcpProfile(profile)) std::abort();
  const DngColorModel model = ModelOf(profile);
  const Chromaticity white = model.WhiteFromNeutral({{0.5, 1, 0.6}});
  const HueSatMap map = InterpolateMaps(profile, white);
  const DcpToneCurve curve(profile.tone_curve);
  for (const Vec3& color : {Vec3{{0.18, 0.18, 0.18}}, {{0.9, 0.1, 0.4}}, {{-0.1, 2, 1e-9}}}) {
    const Vec3 out = curve.Apply(profile.look.Apply(map.Apply(color)));
    for (int c = 0; c < 3; ++c) {
      if (!std::isfinite(out[c])) std::abort();
    }
  }
  return 0;
}
