// A phone against a full-frame camera: both photograph one scene, the finished pictures are
// compared.
#include "petzval/camera/dslr_experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "petzval/base/parallel.h"
#include "petzval/camera/develop_photo.h"
#include "petzval/color/transfer.h"
#include "petzval/image/catmull_rom.h"
#include "petzval/image/png.h"

namespace petzval {
namespace {

constexpr int kPngBits = 16;
constexpr const char* kPictures[] = {"reference_full.png", "reference.png", "burst.png",
                                     "single.png"};

std::string Join(const std::string& folder, const std::string& name) {
  return (std::filesystem::path(folder) / name).string();
}

// The DNGs of a camera's frames.
std::vector<std::string> FramePaths(const std::string& folder, const simulate::ShotCamera& camera) {
  std::vector<std::string> paths;
  for (const simulate::ShotFrame& frame : camera.frames) paths.push_back(Join(folder, frame.file));
  return paths;
}

Status Develop(const std::vector<std::string>& frames, const std::string& output,
               const DslrExperiment& experiment, std::vector<std::string>* warnings) {
  DevelopJob job;
  // The map between the cameras is that of the first frame.
  job.burst.reference = 0;
  job.inputs = frames;
  job.output = output;
  job.look = experiment.look;
  job.encode.bits = kPngBits;
  job.overwrite = experiment.shoot.params.force;
  Report report;
  PETZVAL_RETURN_IF_ERROR(DevelopPhoto(
      std::move(job), &report, [](std::string_view) {}, [](double) {}));
  const std::string name = std::filesystem::path(output).filename().string();
  for (const std::string& warning : report.warnings) warnings->push_back(name + ": " + warning);
  return {};
}

Status WriteSrgb(const std::string& path, const Image<float>& linear) {
  Image<uint16_t> pixels(linear.width(), linear.height(), 3);
  ParallelFor(linear.height(), [&](int y) {
    for (int c = 0; c < 3; ++c) {
      for (int x = 0; x < linear.width(); ++x) {
        const double code = EncodeSrgb(std::clamp(linear.At(x, y, c), 0.0f, 1.0f));
        pixels.At(x, y, c) = static_cast<uint16_t>(std::lround(65535 * code));
      }
    }
  });
  return WritePng(path, pixels, kPngBits);
}

}  // namespace

Image<float> WarpByMap(const Image<float>& picture, const simulate::PixelMap& map, int width,
                       int height, double scale, double zoom, Image<uint8_t>* seen) {
  Image<float> out(width, height, 3);
  *seen = Image<uint8_t>(width, height);
  // As many samples a side as pixels of the picture fall onto one: nothing is left out.
  ParallelFor(height, [&](int y) {
    for (int x = 0; x < width; ++x) {
      double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
      const auto place = [&](double px, double py, double* u, double* v) {
        if (!map.At(scale * (px + 0.5), scale * (py + 0.5), u, v)) return false;
        *u *= zoom;
        *v *= zoom;
        return true;
      };
      bool inside = place(x, y, &x0, &y0) && place(x + 0.5, y, &x1, &y1);
      const double stride = inside ? 2 * std::hypot(x1 - x0, y1 - y0) : 1;
      const int n = std::clamp(static_cast<int>(std::ceil(stride)), 1, 16);
      float sum[3] = {};
      for (int j = 0; j < n && inside; ++j) {
        for (int i = 0; i < n && inside; ++i) {
          double u = 0, v = 0;
          inside = place(x + (i + 0.5) / n - 0.5, y + (j + 0.5) / n - 0.5, &u, &v);
          for (int c = 0; c < 3 && inside; ++c) {
            CubicSample sample;
            inside = SampleCatmullRom(picture.plane(c), u, v, &sample);
            sum[c] += static_cast<float>(sample.value);
          }
        }
      }
      seen->At(x, y) = inside ? 255 : 0;
      for (int c = 0; c < 3; ++c) {
        out.At(x, y, c) = inside ? sum[c] / static_cast<float>(n * n) : 0;
      }
    }
  });
  return out;
}

Result<DslrResult> RunDslrExperiment(const DslrExperiment& experiment,
                                     const std::function<void(std::string_view)>& on_step,
                                     const std::function<void(double)>& on_fraction) {
  const std::string& folder = experiment.shoot.folder;
  // What would be refused after minutes of rays is refused before.
  for (const std::string& other : experiment.others) {
    if (const auto readable = ReadPicture(other); !readable) return Fail(readable.error());
  }
  for (const char* name : kPictures) {
    std::error_code ignored;
    if (experiment.shoot.params.force || !std::filesystem::exists(Join(folder, name), ignored)) {
      continue;
    }
    return Fail(ErrorCode::kIo,
                fmt::format("{} is there already; --force overwrites", Join(folder, name)));
  }
  on_step("photograph");
  PETZVAL_ASSIGN(const simulate::ShootPairResult shot,
                 simulate::ShootPair(experiment.shoot, on_fraction));
  DslrResult result;
  result.reference_lens = shot.reference_lens;
  result.device_equivalent_mm = shot.device_equivalent_mm;
  result.reference_equivalent_mm = shot.reference_equivalent_mm;
  result.warnings = shot.device.warnings;
  result.warnings.insert(result.warnings.end(), shot.reference.warnings.begin(),
                         shot.reference.warnings.end());

  on_step("develop");
  const simulate::ShotCamera& phone = shot.device.cameras.front();
  const simulate::ShotCamera& dslr = shot.reference.cameras.front();
  const std::vector<std::string> frames = FramePaths(Join(folder, "device"), phone);
  const std::string full_frame = Join(folder, "reference_full.png");
  PETZVAL_RETURN_IF_ERROR(Develop({FramePaths(Join(folder, "reference"), dslr).front()}, full_frame,
                                  experiment, &result.warnings));
  if (frames.size() > 1) {
    result.candidates.push_back({"burst", Join(folder, "burst.png")});
    PETZVAL_RETURN_IF_ERROR(
        Develop(frames, result.candidates.back().path, experiment, &result.warnings));
  }
  result.candidates.push_back({"single frame", Join(folder, "single.png")});
  PETZVAL_RETURN_IF_ERROR(
      Develop({frames.front()}, result.candidates.back().path, experiment, &result.warnings));
  for (const std::string& other : experiment.others) result.candidates.push_back({other, other});

  on_step("compare");
  PETZVAL_ASSIGN(const Picture single, ReadPicture(Join(folder, "single.png")));
  {
    PETZVAL_ASSIGN(const Picture picture, ReadPicture(full_frame));
    const double scale = static_cast<double>(phone.width) / single.width();
    const double zoom = static_cast<double>(picture.width()) / dslr.width;
    const Image<float> aligned = WarpByMap(LinearRgb(picture), shot.map, single.width(),
                                           single.height(), scale, zoom, &result.mask);
    result.reference_path = Join(folder, "reference.png");
    PETZVAL_RETURN_IF_ERROR(WriteSrgb(result.reference_path, aligned));
  }
  PETZVAL_ASSIGN(const Picture reference, ReadPicture(result.reference_path));
  measure::CompareParams params = experiment.compare;
  params.mask = &result.mask;
  for (const DslrCandidate& candidate : result.candidates) {
    PETZVAL_ASSIGN(const Picture picture, ReadPicture(candidate.path));
    PETZVAL_ASSIGN(measure::CompareReport report,
                   measure::ComparePictures(reference, picture, params));
    report.test = candidate.name;
    result.reports.push_back(std::move(report));
  }
  return result;
}

}  // namespace petzval
