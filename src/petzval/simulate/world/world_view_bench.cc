// Looks at a scene through a pinhole: world_view SCENE [VIEW] WIDTH HEIGHT OUT.png [--ev N]
// [--time S] [--samples N].
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/color/spaces.h"
#include "petzval/image/png.h"
#include "petzval/simulate/texture/noise.h"
#include "petzval/simulate/world/world.h"

namespace {

using namespace petzval;
using namespace petzval::simulate;

struct Options {
  std::string scene, out;
  int view = 0, width = 720, height = 480, samples = 4;
  double ev = 0, time_s = 0, zoom = 1;
};

double Encode(double v) {
  v = std::clamp(v, 0.0, 1.0);
  return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

// White of the key light becomes 0.7 of the display's; highlights roll off and lose their colour
// slowly, so that lamps keep their hue.
Vec3 Tone(const Vec3& rgb) {
  const double peak = std::max({rgb[0], rgb[1], rgb[2], 1e-9});
  const double level = peak < 0.6 ? peak : 0.6 + 0.4 * (1 - std::exp(-(peak - 0.6) / 0.4));
  const double white = std::clamp(0.085 * std::log2(std::max(1.0, peak)), 0.0, 0.9);
  Vec3 out;
  for (int c = 0; c < 3; ++c) {
    out[c] = level * ((1 - white) * std::max(0.0, rgb[c]) / peak + white);
  }
  return out;
}

int Render(const Options& options) {
  const auto world = World::Load(options.scene);
  if (!world) {
    fmt::print(stderr, "world_view: {}\n", world.error().message);
    return 1;
  }
  const SceneView& view = world->views()[std::min<size_t>(options.view, world->views().size() - 1)];
  const auto start = std::chrono::steady_clock::now();
  const auto& observer = CieObserver1931();
  const auto tracer = world->At(options.time_s, options.time_s, observer);
  const double built =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const Vec3 white = XyzOfLight(world->key_light());
  const Mat3 rgb_from_xyz =
      RgbFromXyz(kRec709) * BradfordAdaptation(kWhiteD65, ChromaticityFromXyz(white));
  const double scale = 683 * M_PI / world->illuminance_lux() * std::exp2(options.ev) * 0.7;
  const double equivalent = view.equivalent_mm > 0 ? view.equivalent_mm : 50;
  const double focal_px =
      options.zoom * equivalent / 43.27 * std::hypot(options.width, options.height);
  Image<uint16_t> png(options.width, options.height, 3);
  const int side = options.samples;
  ParallelFor(options.height, [&](int y) {
    SceneRays rays;
    const size_t count = static_cast<size_t>(options.width) * side * side;
    rays.Resize(3 * count);
    std::vector<uint8_t> which(3 * count);
    std::vector<float> radiance(3 * count);
    for (size_t i = 0; i < count; ++i) {
      const int x = static_cast<int>(i) / (side * side), k = static_cast<int>(i) % (side * side);
      const double px = x + (k % side + Hash01(x, y, 2 * k)) / side - 0.5 * options.width;
      const double py = 0.5 * options.height - y - (k / side + Hash01(x, y, 2 * k + 1)) / side;
      const Vec3 d = view.pose.world_from_camera * Vec3{{px / focal_px, py / focal_px, 1}};
      const double length = std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
      for (size_t c = 0; c < 3; ++c) {
        const size_t j = 3 * i + c;
        rays.x[j] = static_cast<float>(view.pose.position_mm[0]);
        rays.y[j] = static_cast<float>(view.pose.position_mm[1]);
        rays.z[j] = static_cast<float>(view.pose.position_mm[2]);
        rays.dx[j] = static_cast<float>(d[0] / length);
        rays.dy[j] = static_cast<float>(d[1] / length);
        rays.dz[j] = static_cast<float>(d[2] / length);
        rays.time[j] = 0;
        which[j] = static_cast<uint8_t>(c);
      }
    }
    tracer->Radiance(rays, which, true, radiance.data());
    for (int x = 0; x < options.width; ++x) {
      Vec3 xyz;
      for (int k = 0; k < side * side; ++k) {
        for (int c = 0; c < 3; ++c) {
          xyz[c] += radiance[3 * (static_cast<size_t>(x) * side * side + k) + c];
        }
      }
      const Vec3 rgb = Tone((scale / (side * side) * rgb_from_xyz) * xyz);
      for (int c = 0; c < 3; ++c) {
        png.At(x, y, c) = static_cast<uint16_t>(std::lround(255 * Encode(rgb[c])));
      }
    }
  });
  const double all =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  fmt::print("{} '{}': built in {:.2f} s, rendered in {:.2f} s\n", world->name(), view.name, built,
             all - built);
  if (const auto status = WritePng(options.out, png, 8); !status) {
    fmt::print(stderr, "world_view: {}\n", status.error().message);
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const auto option = [&](const char* name, double* value) {
      if (std::strcmp(argv[i], name) != 0 || i + 1 >= argc) return false;
      *value = std::atof(argv[++i]);
      return true;
    };
    double samples = 0;
    if (option("--ev", &options.ev) || option("--time", &options.time_s) ||
        option("--zoom", &options.zoom)) {
      continue;
    }
    if (option("--samples", &samples)) {
      options.samples = std::clamp(static_cast<int>(samples), 1, 32);
      continue;
    }
    words.emplace_back(argv[i]);
  }
  if (words.size() < 4) {
    fmt::print(stderr,
               "usage: world_view SCENE [VIEW] WIDTH HEIGHT OUT.png [--ev N] [--time S] "
               "[--zoom N] [--samples N]\n");
    return 2;
  }
  options.scene = words[0];
  size_t next = 1;
  if (words.size() > 4) options.view = std::max(0, std::atoi(words[next++].c_str()));
  options.width = std::clamp(std::atoi(words[next].c_str()), 1, 20000);
  options.height = std::clamp(std::atoi(words[next + 1].c_str()), 1, 20000);
  options.out = words[next + 2];
  return Render(options);
}
