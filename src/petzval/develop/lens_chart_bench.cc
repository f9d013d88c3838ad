// What --lens-correct does to a chart: lens_chart [PROFILE] [PICTURE.png...]. Figures as JSON; the
// chart as shot and as corrected as PNG files.
#include <cstdio>
#include <string>

#include "petzval/develop/lens_chart_run.h"
#include "petzval/image/png.h"
#include "petzval/optics/profile/test_profile.h"

namespace petzval {
namespace {

int Say(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

void SavePng(const std::string& path, const Image<float>& picture) {
  Image<uint16_t> out(picture.width(), picture.height(), 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < out.height(); ++y) {
      for (int x = 0; x < out.width(); ++x) {
        const double v = std::pow(std::clamp(1.6 * picture.At(x, y, c), 0.0, 1.0), 1 / 2.2);
        out.At(x, y, c) = static_cast<uint16_t>(std::lround(255 * v));
      }
    }
  }
  if (const Status written = WritePng(path, out, 8); !written) Say(written.error());
}

int Main(int argc, char** argv) {
  std::shared_ptr<const optics::LensProfile> profile;
  if (argc > 1 && std::string(argv[1]) != "-") {
    auto read = optics::ReadLensProfile(argv[1]);
    if (!read) return Say(read.error());
    profile = std::make_shared<optics::LensProfile>(std::move(*read));
  } else {
    profile =
        std::make_shared<optics::LensProfile>(optics::MakeTestProfile({}, {4096, 3072, 2.0, true}));
  }
  const LensChart chart(profile, {});
  DevelopParams plain, corrected, even;
  plain.sharpening = corrected.sharpening = even.sharpening = 0;
  corrected.lens_profile = profile;
  even.lens_profile = WithoutBlur(*profile);
  std::printf("{\n  \"lens\": \"%s\"", profile->lens.c_str());
  const auto report = [&](const char* name, const DevelopParams& params, const char* png) {
    Image<float> picture;
    const auto f = chart.Measure(params, &picture);
    if (!f) std::exit(Say(f.error()));
    std::printf(
        ",\n  \"%s\": {\"center_mtf50_cpp\": %.4f, \"corner_mtf50_cpp\": %.4f, "
        "\"ratio\": %.3f, \"overshoot\": %.4f, \"lateral_px\": %.3f, \"line_px\": %.3f, "
        "\"noise\": %.6f}",
        name, f->center_mtf50, f->corner_mtf50, f->corner_mtf50 / f->center_mtf50, f->overshoot,
        f->lateral_px, f->line_px, f->corner_noise);
    if (png) SavePng(png, picture);
  };
  report("as_shot", plain, argc > 2 ? argv[2] : nullptr);
  report("without_deblurring", even, nullptr);
  report("corrected", corrected, argc > 3 ? argv[3] : nullptr);
  for (DevelopParams* p : {&even, &corrected}) {
    p->luma_noise_reduction = p->chroma_noise_reduction = 0;
  }
  report("without_deblurring_no_nr", even, nullptr);
  report("corrected_no_nr", corrected, nullptr);
  corrected = {};
  corrected.lens_profile = profile;
  report("corrected_sharpened", corrected, argc > 4 ? argv[4] : nullptr);
  std::printf("\n}\n");
  return 0;
}

}  // namespace
}  // namespace petzval

int main(int argc, char** argv) { return petzval::Main(argc, argv); }
