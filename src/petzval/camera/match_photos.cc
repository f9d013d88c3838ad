// Pairs of photographs to a look: develop, expose as the look would, learn, bake, render to check.
#include "petzval/camera/match_photos.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "petzval/base/parallel.h"
#include "petzval/calibrate/match/camera_match.h"
#include "petzval/calibrate/taste/look_fit.h"
#include "petzval/calibrate/taste/look_pair.h"
#include "petzval/camera/look_sheet.h"
#include "petzval/camera/orientation.h"
#include "petzval/camera/scene_info.h"
#include "petzval/capture/reader.h"
#include "petzval/color/camera_log.h"
#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"
#include "petzval/image/picture.h"

namespace petzval {
namespace {

using calibrate::PairFit;

constexpr int kLongestSide = 1024;
constexpr double kSameAspect = 0.02;
// Cells of 0.2 EV or less: finer than what curve and table hold.
constexpr int kTableSize = 65;
// Colours are compared in areas of this side: a shift of a pixel does not count.
constexpr int kComparedPx = 8;
// A scene left out that is so much worse than the middle one does not go with the others.
constexpr double kOutlier = 3, kOutlierDe = 5;

// One pair made ready: both upright and of one size.
struct Scene {
  std::string name;
  Image<float> camera;     // linear Rec.2020, before any exposure
  Image<float> reference;  // encoded sRGB, 0..1
  SceneInfo info;
};

struct CameraPicture {
  Image<float> light;  // upright linear Rec.2020, of any size
  SceneInfo info;
};

Image<float> Reduced(const Image<float>& in, int width, int height) {
  return ReducePicture(in.width(), in.height(), width, height,
                       [&in](const Rect& r, Image<float>* out) {
                         for (int c = 0; c < 3; ++c) {
                           for (int y = 0; y < r.height; ++y) {
                             std::copy_n(in.row(r.y + y, c) + r.x, r.width, out->row(y, c));
                           }
                         }
                       });
}

// Sides of a picture so that the longer is at most kLongestSide.
std::pair<int, int> SmallSides(int width, int height) {
  const double scale = std::min(1.0, static_cast<double>(kLongestSide) / std::max(width, height));
  return {std::max(1, static_cast<int>(std::lround(width * scale))),
          std::max(1, static_cast<int>(std::lround(height * scale)))};
}

Image<float> Transformed(const Mat3& m, const Image<float>& in) {
  Image<float> out(in.width(), in.height(), 3);
  for (int y = 0; y < in.height(); ++y) {
    for (int x = 0; x < in.width(); ++x) {
      const Vec3 rgb = m * Vec3{{in.At(x, y, 0), in.At(x, y, 1), in.At(x, y, 2)}};
      for (int c = 0; c < 3; ++c) out.At(x, y, c) = static_cast<float>(rgb[c]);
    }
  }
  return out;
}

Result<CameraPicture> ReadLinear(const std::string& path) {
  PETZVAL_ASSIGN(const Picture picture, ReadPicture(path));
  if (!picture.is_float()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} is a finished picture: of the camera give the RAW file, or what "
                            "petzval develop --linear makes of it",
                            path));
  }
  const auto [width, height] = SmallSides(picture.width(), picture.height());
  CameraPicture out;
  out.light = Transformed(RgbFromXyzD50(kRec2020) * picture.xyz_d50_from_linear,
                          Reduced(LinearRgb(picture), width, height));
  return out;
}

Result<CameraPicture> DevelopRaw(const std::string& path, std::vector<std::string>* warnings) {
  PETZVAL_ASSIGN(RawFrame frame, ReadRaw(path));
  std::vector<RawFrame> frames;
  frames.push_back(std::move(frame));
  PETZVAL_ASSIGN(const MergedBurst merged, MergeBurst(std::move(frames), {}));
  const DevelopParams params;
  const auto developer = Developer::Create(merged.frame, merged.variance_ratio.view(), params);
  if (!developer) return Fail(developer.error().In(path));
  for (const auto* list : {&merged.warnings, &merged.frame.warnings, &developer->info().warnings}) {
    for (const std::string& w : *list) warnings->push_back(path + ": " + w);
  }
  const int width = developer->width(), height = developer->height();
  const auto [small_width, small_height] = SmallSides(width, height);
  CameraPicture out;
  out.light =
      Upright(ReducePicture(width, height, small_width, small_height,
                            [&](const Rect& r, Image<float>* part) { developer->Render(r, part); }),
              merged.frame.orientation);
  out.info = SceneOf(merged, *developer, params, 0, true);
  return out;
}

Result<Scene> ReadScene(const PhotoPair& pair, std::vector<std::string>* warnings) {
  PETZVAL_ASSIGN(CameraPicture camera, IsPictureFile(pair.camera)
                                           ? ReadLinear(pair.camera)
                                           : DevelopRaw(pair.camera, warnings));
  PETZVAL_ASSIGN(Image<float> display, calibrate::ReadDisplayLight(pair.reference));
  const double aspect = static_cast<double>(camera.light.width()) / camera.light.height();
  const double other = static_cast<double>(display.width()) / display.height();
  if (std::fabs(aspect / other - 1) > kSameAspect) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} and {} are not framed alike: their sides are as {:.3f} and {:.3f} "
                            "to 1",
                            pair.camera, pair.reference, aspect, other));
  }
  const int width = std::min(camera.light.width(), display.width());
  const int height = std::min(camera.light.height(), display.height());
  Scene scene;
  scene.name = pair.camera;
  scene.info = camera.info;
  scene.camera = Reduced(camera.light, width, height);
  scene.reference = Reduced(display, width, height);
  // Refuses pictures of two scenes.
  const Image<float> shown = Transformed(RgbFromRgb(kRec709, kRec2020), scene.camera);
  PETZVAL_RETURN_IF_ERROR(calibrate::MakeLookPair(pair.camera, shown, scene.reference));
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      float* row = scene.reference.row(y, c);
      for (int x = 0; x < width; ++x) {
        row[x] = static_cast<float>(EncodeSrgb(std::clamp(row[x], 0.0F, 1.0F)));
      }
    }
  }
  return scene;
}

// What the table stands on: only the exposure of natural, nothing that depends on place or light.
Result<Look> BaseOf(const PhotoMatchJob& job) {
  PETZVAL_ASSIGN(Look look, LoadLook(calibrate::kNeutralLook));
  for (const char* name : {"local_contrast", "shadow_lift", "highlight_hold", "vignette"}) {
    PETZVAL_RETURN_IF_ERROR(SetLookValue(&look, name, "0"));
  }
  PETZVAL_RETURN_IF_ERROR(SetLookValue(&look, "adaptation", "1"));
  PETZVAL_RETURN_IF_ERROR(SetLookValue(&look, "lut_input", "log"));
  look.name = job.look_name;
  look.description =
      fmt::format("{} as {} renders, learned from {} {} of photographs.", job.camera, job.reference,
                  job.pairs.size(), job.pairs.size() == 1 ? "pair" : "pairs");
  look.source = "petzval match --photos";
  return look;
}

// The exposed scene in L-Log to the encoded picture. Only over the light that curves know.
ColorLut Bake(const PairFit& fit) {
  const calibrate::PairCurve& curve = fit.curve;
  const double last =
      curve.first_ev + curve.step_ev * (static_cast<double>(curve.value.size()) - 1);
  const double low = EncodeLLog(0), high = std::min(1.0, EncodeLLog(std::exp2(last)));
  const Mat3 to_rec709 = RgbFromRgb(kRec709, kRec2020);
  ColorLut lut;
  lut.title = "petzval match";
  lut.cube = Lut3d::Identity(kTableSize);
  lut.cube->domain_min = {{low, low, low}};
  lut.cube->domain_max = {{high, high, high}};
  std::vector<double> light(kTableSize);
  for (int i = 0; i < kTableSize; ++i) {
    light[i] = DecodeLLog(low + (high - low) * i / (kTableSize - 1));
  }
  ParallelFor(kTableSize, [&](int b) {
    float* out = lut.cube->rgb.data() + static_cast<size_t>(3) * b * kTableSize * kTableSize;
    for (int g = 0; g < kTableSize; ++g) {
      for (int r = 0; r < kTableSize; ++r, out += 3) {
        const Vec3 code = fit.Apply(to_rec709 * Vec3{{light[r], light[g], light[b]}});
        for (int c = 0; c < 3; ++c) out[c] = static_cast<float>(std::clamp(code[c], 0.0, 1.0));
      }
    }
  });
  return lut;
}

// Mean colours of areas, Lab (sRGB under D65).
class AreaLab {
 public:
  template <class T>
  Vec3 At(const T& decoded, int x0, int y0) const {
    Vec3 sum{};
    for (int y = y0; y < y0 + kComparedPx; ++y) {
      for (int x = x0; x < x0 + kComparedPx; ++x) {
        for (int c = 0; c < 3; ++c) sum[c] += decoded(x, y, c) / (kComparedPx * kComparedPx);
      }
    }
    return LabFromXyz(to_xyz_ * sum, white_);
  }

 private:
  Mat3 to_xyz_ = XyzFromRgb(kRec709);
  Vec3 white_ = to_xyz_ * Vec3{{1, 1, 1}};
};

// CIEDE2000 of every area between the scene as `look` renders it and its reference.
Result<std::vector<double>> RenderedDifferences(const Look& look, const Scene& scene) {
  const int width = scene.camera.width(), height = scene.camera.height();
  PETZVAL_ASSIGN(const Rendering rendering, Rendering::Create(look, scene.camera, width, height,
                                                              scene.info, OutputSpace::kSrgb));
  std::vector<uint16_t> shown(static_cast<size_t>(3) * width * height);
  const ptrdiff_t stride = static_cast<ptrdiff_t>(3) * width;
  rendering.Render(scene.camera, {0, 0, width, height}, shown.data(), stride);
  const AreaLab lab;
  std::vector<double> de;
  for (int y = 0; y + kComparedPx <= height; y += kComparedPx) {
    for (int x = 0; x + kComparedPx <= width; x += kComparedPx) {
      const Vec3 a = lab.At(
          [&](int u, int v, int c) { return DecodeSrgb(shown[v * stride + 3 * u + c] / 65535.0); },
          x, y);
      const Vec3 b = lab.At(
          [&](int u, int v, int c) { return DecodeSrgb(scene.reference.At(u, v, c)); }, x, y);
      de.push_back(DeltaE2000(a, b));
    }
  }
  return de;
}

// The camera's light as the look's automatic exposure shows it.
Result<Image<float>> Exposed(const Look& look, const Scene& scene) {
  PETZVAL_ASSIGN(const Rendering rendering,
                 Rendering::Create(look, scene.camera, scene.camera.width(), scene.camera.height(),
                                   scene.info, OutputSpace::kSrgb));
  const int width = scene.camera.width(), height = scene.camera.height();
  Image<float> out(width, height, 3);
  const auto gain = static_cast<float>(std::exp2(rendering.exposure_ev()));
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      const float* in = scene.camera.row(y, c);
      std::transform(in, in + width, out.row(y, c), [gain](float v) { return gain * v; });
    }
  }
  return out;
}

void WarnOfOutliers(PhotoMatch* match) {
  std::vector<double> means;
  for (const MatchedPhoto& p : match->photos) {
    if (std::isfinite(p.left_out_mean)) means.push_back(p.left_out_mean);
  }
  if (means.size() < 3) return;
  std::nth_element(means.begin(), means.begin() + means.size() / 2, means.end());
  const double middle = means[means.size() / 2];
  for (const MatchedPhoto& p : match->photos) {
    if (p.left_out_mean > std::max(kOutlierDe, kOutlier * middle)) {
      match->warnings.push_back(
          fmt::format("{} does not go with the other pairs: left out it differs by {:.1f}, the "
                      "middle one by {:.1f}",
                      p.name, p.left_out_mean, middle));
    }
  }
}

}  // namespace

Result<PhotoMatch> MatchPhotos(const PhotoMatchJob& job,
                               const std::function<void(std::string_view)>& on_step) {
  const auto step = [&on_step](std::string_view name) {
    if (on_step) on_step(name);
  };
  if (job.pairs.empty() || job.pairs.size() > kMaxMatchPairs) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{} pairs given; a match is made of 1 to {}",
                                                      job.pairs.size(), kMaxMatchPairs));
  }
  PhotoMatch match;
  PETZVAL_ASSIGN(match.look, BaseOf(job));
  PETZVAL_ASSIGN(const Look natural, LoadLook(calibrate::kNeutralLook));

  step("read and develop");
  std::vector<Scene> scenes;
  std::vector<Image<float>> exposed;
  for (const PhotoPair& pair : job.pairs) {
    PETZVAL_ASSIGN(Scene scene, ReadScene(pair, &match.warnings));
    PETZVAL_ASSIGN(Image<float> light, Exposed(match.look, scene));
    scenes.push_back(std::move(scene));
    exposed.push_back(std::move(light));
  }

  step("learn");
  std::vector<calibrate::PicturePair> pairs;
  for (size_t i = 0; i < scenes.size(); ++i) {
    pairs.push_back({scenes[i].name, &exposed[i], &scenes[i].reference});
  }
  calibrate::PairFitParams params;
  params.free_exposure = true;
  PETZVAL_ASSIGN(const PairFit fit, calibrate::MatchPictures(pairs, {}, params));
  match.warnings.insert(match.warnings.end(), fit.warnings.begin(), fit.warnings.end());
  match.fitted = fit.train;
  match.left_out = fit.left_out;
  match.table = Bake(fit);
  match.look.lut = std::make_shared<const ColorLut>(match.table);

  step("render to compare");
  std::vector<double> before, after;
  for (size_t i = 0; i < scenes.size(); ++i) {
    PETZVAL_ASSIGN(const std::vector<double> plain, RenderedDifferences(natural, scenes[i]));
    PETZVAL_ASSIGN(const std::vector<double> matched, RenderedDifferences(match.look, scenes[i]));
    match.photos.push_back(
        {.name = scenes[i].name,
         .exposure_ev = fit.exposure_ev[i],
         .natural_mean = calibrate::Statistics(plain).mean,
         .look_mean = calibrate::Statistics(matched).mean,
         .left_out_mean = fit.left_out_mean.empty() ? NAN : fit.left_out_mean[i]});
    before.insert(before.end(), plain.begin(), plain.end());
    after.insert(after.end(), matched.begin(), matched.end());
  }
  match.natural = calibrate::Statistics(std::move(before));
  match.rendered = calibrate::Statistics(std::move(after));
  WarnOfOutliers(&match);
  return match;
}

Status WritePhotoMatch(const PhotoMatch& match, const std::string& path) {
  calibrate::LookFit files;
  files.look = match.look;
  files.residual = match.table;
  return calibrate::WriteLookFit(files, path);
}

}  // namespace petzval
