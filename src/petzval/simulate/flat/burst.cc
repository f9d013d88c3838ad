// LakeHouse, hand, sensor: frames of a burst into files.
#include "petzval/simulate/flat/burst.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "petzval/base/file.h"
#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/encode/encode.h"
#include "petzval/simulate/flat/lake_house.h"
#include "petzval/simulate/flat/light_field.h"
#include "petzval/simulate/flat/movers.h"
#include "petzval/simulate/flat/signal.h"
#include "petzval/simulate/flat/truth.h"

namespace petzval {
namespace {

constexpr double kExposureS = 0.02;
constexpr int kFrameIntervalMs = 33;
// The field holds 48 bytes a pixel.
constexpr int64_t kMaxSimulatedPixels = 64'000'000;

// Streams of random numbers; the scene has its own.
enum : uint64_t { kPoseStream = 10, kHotStream = 11, kNoiseStream = uint64_t{1} << 40 };

Status Check(const SimulateParams& p) {
  const auto need = [](bool ok, const char* name, const char* range) -> Status {
    if (ok) return {};
    return Fail(ErrorCode::kInvalidInput, fmt::format("{} must be {}", name, range));
  };
  PETZVAL_RETURN_IF_ERROR(need(p.width >= 256 && p.height >= 192, "size", "at least 256x192"));
  if (!SizeAllowed(p.width, p.height) ||
      static_cast<int64_t>(p.width) * p.height > kMaxSimulatedPixels) {
    return Fail(ErrorCode::kTooLarge, fmt::format("size {}x{} is more than {} megapixels", p.width,
                                                  p.height, kMaxSimulatedPixels / 1'000'000));
  }
  PETZVAL_RETURN_IF_ERROR(need(p.frames >= 1 && p.frames <= kMaxSimulatedFrames, "frames",
                               fmt::format("1 to {}", kMaxSimulatedFrames).c_str()));
  PETZVAL_RETURN_IF_ERROR(
      need(p.hot_pixels >= 0 && p.hot_pixels <= p.width * static_cast<int64_t>(p.height) / 100,
           "hot pixels", "0 to 1 % of all pixels"));
  SimulateParams copy = p;
  for (const BoundParameter& b : BindParameters(&copy)) {
    const Parameter& d = b.description;
    if (!d.Allows(*b.value)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("{} must be {:g} to {:g} {}", d.name, d.min, d.max, d.unit));
    }
  }
  return {};
}

Result<Cfa> ParseCfa(const std::string& name) {
  Cfa cfa;
  cfa.size = 2;
  for (const char* known : {"RGGB", "GRBG", "GBRG", "BGGR"}) {
    if (name != known) continue;
    for (int i = 0; i < 4; ++i) {
      cfa.color[i] = name[i] == 'R'   ? CfaColor::kRed
                     : name[i] == 'G' ? CfaColor::kGreen
                                      : CfaColor::kBlue;
    }
    return cfa;
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("cfa is {}, it must be RGGB, GRBG, GBRG or BGGR", name));
}

// A normal deviate, at most `limit` sigmas.
double Draw(Random* random, double sigma, double limit) {
  return sigma * std::clamp(random->Normals().a, -limit, limit);
}

constexpr double kPoseLimit = 3.5;  // sigmas

std::vector<Pose> DrawPoses(const SimulateParams& p) {
  Random random(p.seed, kPoseStream);
  std::vector<Pose> poses(1);  // the reference stands still
  for (int k = 1; k < p.frames; ++k) {
    Pose pose;
    pose.shift_x_px = Draw(&random, p.shift_sigma_px, kPoseLimit);
    pose.shift_y_px = Draw(&random, p.shift_sigma_px, kPoseLimit);
    pose.rotation_deg = Draw(&random, p.rotation_sigma_deg, kPoseLimit);
    poses.push_back(pose);
  }
  return poses;
}

// So that every frame lies within: the largest shift, what rotation adds in the corners, the lens.
int MarginFor(const SimulateParams& p) {
  const double angle = kPoseLimit * p.rotation_sigma_deg * M_PI / 180;
  return static_cast<int>(
             std::ceil(kPoseLimit * p.shift_sigma_px + angle * std::hypot(p.width, p.height) / 2)) +
         4;
}

std::vector<HotPixel> DrawHotPixels(const SimulateParams& p) {
  Random random(p.seed, kHotStream);
  std::vector<HotPixel> hot;
  std::set<std::pair<int, int>> taken;
  while (static_cast<int>(hot.size()) < p.hot_pixels) {
    const HotPixel h = {static_cast<int>(random.Uniform() * p.width),
                        static_cast<int>(random.Uniform() * p.height), random.Uniform(0.3, 1)};
    if (taken.insert({h.x, h.y}).second) hot.push_back(h);
  }
  return hot;
}

RawFrame EmptyFrame(const SimulateParams& p, const Cfa& cfa, const BurstTruth& truth) {
  RawFrame f;
  f.mosaic = Image<uint16_t>(p.width, p.height);
  f.cfa = cfa;
  f.default_crop = {0, 0, p.width, p.height};
  f.color.calibration = {{.illuminant = 17, .camera_from_xyz = kSimulatedColorMatrixA},
                         {.illuminant = 21, .camera_from_xyz = kSimulatedColorMatrixD65}};
  f.color.as_shot_neutral = truth.color.neutral;
  f.noise.plane.fill(truth.noise);
  f.exif.make = "petzval";
  f.exif.model = "Synthetic P1";
  f.exif.lens = "Synthetic 4.38 mm f/1.8";
  f.exif.datetime_original = "2026:06:21 21:30:00";
  f.exif.exposure_s = kExposureS;
  f.exif.f_number = 1.8;
  f.exif.iso = p.iso;
  f.exif.focal_length_mm = 4.38;
  f.exif.focal_length_35mm = 27;
  return f;
}

// The sensor reads out: noise, hot sites, 10 bits.
void Expose(const Image<float>& signal, const BurstTruth& truth, int frame, RawFrame* out) {
  constexpr double kRange = kSimulatedWhite - kSimulatedBlack;
  std::vector<HotPixel> hot = truth.hot_pixels;
  std::sort(hot.begin(), hot.end(), [](const HotPixel& a, const HotPixel& b) { return a.y < b.y; });
  ParallelFor(signal.height(), [&](int y) {
    Random random(truth.params.seed,
                  kNoiseStream + (static_cast<uint64_t>(frame) << 20) + static_cast<uint64_t>(y));
    const float* in = signal.row(y);
    uint16_t* dn = out->mosaic.row(y);
    const auto store = [&](int x, double value) {
      const double v = std::nearbyint(kRange * value) + kSimulatedBlack;
      dn[x] = static_cast<uint16_t>(std::clamp(v, 0.0, static_cast<double>(kSimulatedWhite)));
    };
    std::vector<double> read(signal.width());
    for (int x = 0; x < signal.width(); ++x) {
      read[x] = NoisySignal(in[x], truth.noise, &random);
      store(x, read[x]);
    }
    auto h = std::lower_bound(hot.begin(), hot.end(), y,
                              [](const HotPixel& a, int row) { return a.y < row; });
    for (; h != hot.end() && h->y == y; ++h) store(h->x, std::max(read[h->x], h->value));
  });
  out->black_dn.fill(kSimulatedBlack);
  out->white_dn.fill(kSimulatedWhite);
}

void StoreClean(const Image<float>& signal, RawFrame* out) {
  for (int y = 0; y < signal.height(); ++y) {
    for (int x = 0; x < signal.width(); ++x) {
      const float v = std::clamp(signal.At(x, y), 0.0f, 1.0f);
      out->mosaic.At(x, y) = static_cast<uint16_t>(std::lround(65535 * v));
    }
  }
  out->black_dn.fill(0);
  out->white_dn.fill(65535);
}

}  // namespace

std::vector<BoundParameter> BindParameters(SimulateParams* p) {
  return {
      {{"iso", "ISO", 25, 102400, 400, "sensitivity, and with it the noise"}, &p->iso},
      {{"shake", "px", 0, 100, 7, "standard deviation of the hand's shift per frame and axis"},
       &p->shift_sigma_px},
      {{"roll", "deg", 0, 2, 0.12, "standard deviation of the hand's rotation per frame"},
       &p->rotation_sigma_deg},
      {{"blur", "px", 0, 5, 0.65, "standard deviation of the lens blur"}, &p->lens_sigma_px},
      {{"cct", "K", 2000, 25000, 4600, "colour temperature of the light"}, &p->cct_k},
      {{"exposure", "EV", -8, 4, 0, "brightness of the scene"}, &p->exposure_ev},
  };
}

std::vector<std::string> SimulatedFilesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool frame = name.starts_with("frame_") && name.ends_with(".dng");
    if (frame || name == "clean.dng" || name == "truth.json") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Status SimulateBurst(const std::string& folder, const SimulateParams& params,
                     const std::function<void(int, int)>& progress) {
  PETZVAL_RETURN_IF_ERROR(Check(params));
  PETZVAL_ASSIGN(const Cfa cfa, ParseCfa(params.cfa));
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Fail(ErrorCode::kIo, fmt::format("cannot make {}: {}", folder, error.message()));
  }

  for (const std::string& name : SimulatedFilesIn(folder)) {
    std::filesystem::remove(std::filesystem::path(folder) / name, error);
    if (error) return Fail(ErrorCode::kIo, fmt::format("cannot remove {}/{}", folder, name));
  }

  BurstTruth truth;
  truth.params = params;
  truth.exposure_s = kExposureS;
  truth.noise = SensorNoise(params.iso);
  truth.color = MakeSensorColor(params.cct_k, params.exposure_ev);
  truth.poses = DrawPoses(params);
  truth.hot_pixels = DrawHotPixels(params);
  for (int k = 0; k < params.frames; ++k) truth.files.push_back(fmt::format("frame_{:02}.dng", k));

  const LakeHouse scene(params.width, params.height, params.seed);
  LightField field(scene, params.width, params.height, MarginFor(params), params.lens_sigma_px,
                   truth.color.camera_from_srgb);
  std::vector<Sprite> sprites;
  if (params.moving_objects) {
    truth.movers = MakeMovers(scene, params.height, params.seed);
    for (const Mover& m : truth.movers) {
      sprites.push_back(field.MakeSprite(m.start.width, m.start.height, m.look));
    }
  }

  const auto path = [&](const std::string& name) {
    return (std::filesystem::path(folder) / name).string();
  };
  const int total = params.frames + 2;
  int done = 0;
  const auto step = [&] {
    if (progress) progress(++done, total);
  };
  Image<float> signal(params.width, params.height);
  RawFrame frame = EmptyFrame(params, cfa, truth);
  for (int k = 0; k < params.frames; ++k) {
    for (size_t i = 0; i < sprites.size(); ++i) {
      const Rect box = truth.movers[i].BoxAt(k);
      field.Put(sprites[i], box.x, box.y);
    }
    field.Sample(truth.poses[k], cfa, &signal);
    for (size_t i = 0; i < sprites.size(); ++i) field.Remove();

    const int ms = k * kFrameIntervalMs;
    frame.exif.subsec_original = fmt::format("{:03}", ms % 1000);
    frame.exif.datetime_original = fmt::format("2026:06:21 21:30:{:02}", ms / 1000);
    if (k == 0) {
      StoreClean(signal, &frame);
      frame.noise = {};  // none to state: the file is exact but for its 16 bits
      PETZVAL_RETURN_IF_ERROR(WriteDng(path("clean.dng"), frame));
      frame.noise.plane.fill(truth.noise);
      step();
    }
    Expose(signal, truth, k, &frame);
    PETZVAL_RETURN_IF_ERROR(WriteDng(path(truth.files[k]), frame));
    step();
  }
  const std::string json = TruthJson(truth, scene);
  PETZVAL_RETURN_IF_ERROR(
      WriteFile(path("truth.json"), {reinterpret_cast<const uint8_t*>(json.data()), json.size()}));
  step();
  return {};
}

}  // namespace petzval
