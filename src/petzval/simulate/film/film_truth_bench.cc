// film_truth [scene] [lens] [samples] [prefix] [emitter samples]: the reference photograph of a
// scene, what it costs and how noisy it is; writes PREFIX.png and PREFIX_sharp.png to look at.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "petzval/color/transfer.h"
#include "petzval/image/png.h"
#include "petzval/optics/lens/lens_file.h"
#include "petzval/simulate/film/film.h"

namespace petzval::simulate {
namespace {

constexpr int kWidth = 720, kHeight = 480;
constexpr double kPitch_mm = 0.05, kFocal_mm = 85, kFocus_mm = 2000;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         1e-6 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// Responses of a display's primaries, about: boxes of the spectrum with a mean of 1 / nm.
std::vector<SpectralDistribution> Channels() {
  std::vector<SpectralDistribution> channels(3);
  for (int i = 0; i < kSpectralCount; ++i) {
    const double nm = SpectralDistribution::Nm(i);
    const int c = nm >= 580 ? 0 : nm >= 490 ? 1 : 2;
    if (nm >= 400 && nm <= 690) channels[c].value[i] = 1;
  }
  return channels;
}

Status Write(const std::string& path, const Image<float>& picture,
             const std::vector<double>& gain) {
  Image<uint16_t> codes(picture.width(), picture.height(), 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < picture.height(); ++y) {
      for (int x = 0; x < picture.width(); ++x) {
        const double v = std::clamp(gain[c] * picture.At(x, y, c), 0.0, 1.0);
        codes.At(x, y, c) = static_cast<uint16_t>(std::lround(255 * EncodeSrgb(v)));
      }
    }
  }
  return WritePng(path, codes, 8);
}

// Pixels within an ellipse of 41 of where the all-in-focus picture is brighter than twice white.
std::vector<uint8_t> HighlightMask(const Image<float>& sharp, const std::vector<double>& gain) {
  constexpr int kReach = 20;
  const int width = sharp.width(), height = sharp.height();
  std::vector<uint8_t> mask(static_cast<size_t>(width) * height, 0);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double luma =
          (0.299 * gain[0] * sharp.At(x, y, 0) + 0.587 * gain[1] * sharp.At(x, y, 1) +
           0.114 * gain[2] * sharp.At(x, y, 2)) /
          1.5;
      if (!(luma > 2)) continue;
      for (int v = std::max(y - kReach, 0); v <= std::min(y + kReach, height - 1); ++v) {
        for (int u = std::max(x - kReach, 0); u <= std::min(x + kReach, width - 1); ++u) {
          const int dx = u - x, dy = v - y;
          if (dx * dx + dy * dy <= (kReach + 0.5) * (kReach + 0.5)) {
            mask[static_cast<size_t>(v) * width + u] = 1;
          }
        }
      }
    }
  }
  return mask;
}

double Psnr(const FilmPicture& picture, const std::vector<double>& gain,
            const std::vector<uint8_t>* mask) {
  double sum = 0, count = 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < picture.value.height(); ++y) {
      for (int x = 0; x < picture.value.width(); ++x) {
        if (mask != nullptr && !(*mask)[static_cast<size_t>(y) * picture.value.width() + x]) {
          continue;
        }
        const double v = picture.value.At(x, y, c), h = picture.half.At(x, y, c);
        const auto code = [&](double l) { return EncodeSrgb(std::clamp(gain[c] * l, 0.0, 1.0)); };
        sum += std::pow(code(v + h) - code(v - h), 2);
        count += 1;
      }
    }
  }
  return count > 0 ? -10 * std::log10(sum / count) : 0;
}

int Run(int argc, char** argv) {
  const std::string scene = argc > 1 ? argv[1] : "portrait-garden";
  const std::string lens_name = argc > 2 ? argv[2] : "petzval_kodak";
  const double samples = argc > 3 ? std::atof(argv[3]) : 400;
  const std::string prefix = argc > 4 ? argv[4] : "film_truth";
  const auto world = World::Load(scene);
  const auto lens = optics::FindLens(lens_name);
  if (!world || !lens) {
    std::fprintf(stderr, "%s\n", (!world ? world.error() : lens.error()).message.c_str());
    return 1;
  }
  OpticsParams params;
  params.focus_mm = kFocus_mm;
  auto full = MakeOptics(&*lens, 0, params);
  if (full) {
    params.scale = kFocal_mm / (*full)->focal_mm();
    full = MakeOptics(&*lens, 0, params);
  }
  params.kind = OpticsKind::kPinhole;
  const auto sharp_optics = MakeOptics(&*lens, 0, params);
  if (!full || !sharp_optics) {
    std::fprintf(stderr, "%s\n", (!full ? full.error() : sharp_optics.error()).message.c_str());
    return 1;
  }
  const std::vector<SpectralDistribution> channels = Channels();
  const auto tracer = world->At(0, 0, channels);
  FilmJob job;
  job.world = &*world;
  job.tracer = tracer.get();
  job.path.pose = [&](double) { return world->views().front().pose; };
  job.width = kWidth, job.height = kHeight;
  job.center_x_px = kWidth / 2.0, job.center_y_px = kHeight / 2.0;
  job.pitch_mm = kPitch_mm;
  job.wavelengths_of_channel = {{0}, {1}, {2}};
  job.flat_field = true;

  // A surface under the key light on the subject is white at 1 / 1.5 of the display's white.
  const SpectralDistribution white = world->key_light();
  const double lux = 683 * Integral(white, CieObserver1931()[1]);
  std::vector<double> radiance(3);
  for (int c = 0; c < 3; ++c) {
    radiance[c] = Integral(white, channels[c]) * world->illuminance_lux() / lux / M_PI;
  }
  const auto gains = [&](const CameraOptics& optics) {
    std::vector<double> gain(3);
    for (int c = 0; c < 3; ++c) gain[c] = 1.5 / (radiance[c] * optics.Throughput(0));
    return gain;
  };
  job.optics = sharp_optics->get();
  job.samples = 32;
  const auto sharp = ExposeFilm(job);
  job.optics = full->get();
  job.samples = samples;
  if (argc > 5) job.emitter_samples = std::atof(argv[5]);
  const double cpu = CpuSeconds();
  const auto begin = std::chrono::steady_clock::now();
  const auto picture = ExposeFilm(job);
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double spent = CpuSeconds() - cpu;
  if (!sharp || !picture) {
    std::fprintf(stderr, "%s\n", (!sharp ? sharp.error() : picture.error()).message.c_str());
    return 1;
  }
  const auto mask = HighlightMask(sharp->value, gains(**sharp_optics));
  const double share = static_cast<double>(std::count(mask.begin(), mask.end(), 1)) /
                       static_cast<double>(mask.size());
  const std::vector<double> gain = gains(**full);
  std::printf(
      "{\"scene\": \"%s\", \"lens\": \"%s\", \"focal_mm\": %.3f, \"f_number\": %.3f,\n"
      " \"film_rays\": %lld, \"emitter_rays\": %lld, \"cpu_s\": %.1f, \"wall_s\": %.1f,\n"
      " \"half_psnr_db\": %.2f, \"highlight_half_psnr_db\": %.2f, \"highlight_share\": %.3f}\n",
      scene.c_str(), lens_name.c_str(), (*full)->focal_mm(), (*full)->f_number(),
      static_cast<long long>(picture->film_rays), static_cast<long long>(picture->emitter_rays),
      spent, wall, Psnr(*picture, gain, nullptr), Psnr(*picture, gain, &mask), share);
  const auto wrote = Write(prefix + ".png", picture->value, gain);
  const auto wrote_sharp = Write(prefix + "_sharp.png", sharp->value, gains(**sharp_optics));
  if (!wrote || !wrote_sharp) {
    std::fprintf(stderr, "%s\n", (!wrote ? wrote.error() : wrote_sharp.error()).message.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace petzval::simulate

int main(int argc, char** argv) { return petzval::simulate::Run(argc, argv); }
