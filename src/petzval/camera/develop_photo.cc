// The order of the main line: capture, burst, develop, look, encode.
#include "petzval/camera/develop_photo.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <limits>
#include <mutex>
#include <optional>

#include "petzval/base/parallel.h"
#include "petzval/camera/orientation.h"
#include "petzval/capture/reader.h"

namespace petzval {
namespace {

namespace fs = std::filesystem;

std::string NameOf(CaptureMode mode, size_t frames) {
  if (mode == CaptureMode::kAutomatic) return frames > 1 ? "burst" : "snapshot";
  return mode == CaptureMode::kBurst ? "burst" : "snapshot";
}

// Refuses names that would lose something: an output that exists, is an input, or is named twice.
Status CheckOutputs(const DevelopJob& job) {
  std::vector<std::string> outputs;
  for (const std::string& path : {job.output, job.merged_dng, job.linear_tif}) {
    if (!path.empty()) outputs.push_back(path);
  }
  if (outputs.empty()) return Fail(ErrorCode::kInvalidInput, "no output is named");
  std::error_code ignored;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::string& path = outputs[i];
    for (const std::string& input : job.inputs) {
      if (path == input || fs::equivalent(path, input, ignored)) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("output {} is also an input; nothing was written", path));
      }
    }
    if (std::find(outputs.begin() + i + 1, outputs.end(), path) != outputs.end()) {
      return Fail(ErrorCode::kInvalidInput, fmt::format("{} is named for two outputs", path));
    }
    const fs::path folder = fs::path(path).parent_path();
    if (!folder.empty() && !fs::is_directory(folder, ignored)) {
      return Fail(ErrorCode::kIo, fmt::format("cannot write {}: the folder {} does not exist", path,
                                              folder.string()));
    }
    if (fs::is_directory(path, ignored)) {
      return Fail(ErrorCode::kIo, fmt::format("cannot write {}: it is a directory", path));
    }
    if (!job.overwrite && fs::exists(path, ignored)) {
      return Fail(ErrorCode::kIo, fmt::format("{} exists; use --force to overwrite it", path));
    }
  }
  if (!job.output.empty()) PETZVAL_RETURN_IF_ERROR(CheckPicturePath(job.output, job.encode));
  if (!job.linear_tif.empty()) {
    PETZVAL_RETURN_IF_ERROR(CheckPicturePath(job.linear_tif, {.bits = 32}));
  }
  if (!job.merged_dng.empty() && fs::path(job.merged_dng).extension() != ".dng") {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("the merged mosaic {} must be named *.dng", job.merged_dng));
  }
  return {};
}

// Reads all frames in parallel. A burst loses its unreadable frames with a warning; when nothing
// could be read the error of the first frame is the answer.
Result<std::vector<RawFrame>> ReadFrames(const std::vector<std::string>& paths, Report* report) {
  std::vector<std::optional<Result<RawFrame>>> read(paths.size());
  ParallelFor(static_cast<int>(paths.size()), [&](int i) { read[i].emplace(ReadRaw(paths[i])); });
  std::vector<RawFrame> frames;
  for (std::optional<Result<RawFrame>>& frame : read) {
    if (*frame) {
      frames.push_back(std::move(**frame));
    } else {
      report->warnings.push_back("frame left out: " + frame->error().message);
    }
  }
  if (frames.empty()) {
    report->warnings.clear();
    Error error = read.front()->error();
    if (paths.size() > 1)
      error.message += fmt::format(" (and no other of the {} frames could be read)", paths.size());
    return Fail(std::move(error));
  }
  return frames;
}

// Light value at ISO 100 from the exposure of the shot; NaN when the file does not state it.
double LightValue(const ExifInfo& exif) {
  if (!(exif.exposure_s > 0) || !(exif.iso > 0)) return std::numeric_limits<double>::quiet_NaN();
  const double n = exif.f_number > 0 ? exif.f_number : 1.8;  // phones have fixed, fast lenses
  return std::log2(n * n / exif.exposure_s * 100 / exif.iso);
}

// Average variance of the merged pixels relative to one frame, 0..1.
double MeanVarianceRatio(const MergedBurst& merged) {
  const Image<uint8_t>& ratio = merged.variance_ratio;
  if (ratio.empty()) return 1;
  constexpr int kStep = 8;
  int64_t sum = 0, samples = 0;
  for (int y = 0; y < ratio.height(); y += kStep) {
    for (int x = 0; x < ratio.width(); x += kStep, ++samples) sum += ratio.At(x, y);
  }
  return static_cast<double>(sum) / static_cast<double>(samples) / 255;
}

// Writes the merged mosaic with the noise profile of the merged pixels instead of one frame's.
Status WriteMergedDng(const std::string& path, MergedBurst* merged) {
  const NoiseModel one_frame = merged->frame.noise;
  const double ratio = MeanVarianceRatio(*merged);
  for (NoiseLine& line : merged->frame.noise.plane) line = {ratio * line.s, ratio * line.o};
  Status written = WriteDng(path, merged->frame);
  merged->frame.noise = one_frame;
  return written;
}

// Standard deviation of a mid-grey green pixel after the merge and the baseline exposure.
double MidGreySigma(const MergedBurst& merged) {
  const NoiseLine line =
      merged.frame.noise.plane[1].AfterGain(std::exp2(merged.frame.baseline_exposure_ev));
  return std::sqrt(MeanVarianceRatio(merged) * line.Variance(0.18));
}

// Scratch planes that strips borrow and give back, so that the same pages serve again. Not
// thread-local: a worker that waits inside a nested loop may be handed another strip meanwhile.
class PlanesPool {
 public:
  Image<float> Take(int width, int height) {
    {
      const std::lock_guard lock(mutex_);
      for (Image<float>& planes : free_) {
        if (planes.width() < width || planes.height() < height) continue;
        Image<float> taken = std::move(planes);
        planes = std::move(free_.back());
        free_.pop_back();
        return taken;
      }
    }
    return Image<float>(width, height, 3);
  }
  void GiveBack(Image<float> planes) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(planes));
  }

 private:
  std::mutex mutex_;
  std::vector<Image<float>> free_;
};

// Binds a developed picture and its rendering to the encoders: upright strips on demand.
class StripRenderer {
 public:
  StripRenderer(const Developer& developer, const Rendering* rendering, int exif_orientation,
                std::function<void(double)> on_fraction)
      : developer_(developer),
        rendering_(rendering),
        turn_{exif_orientation, developer.width(), developer.height()},
        on_fraction_(std::move(on_fraction)) {}

  PixelSource Source() {
    PixelSource source;
    source.width = turn_.width();
    source.height = turn_.height();
    if (rendering_) {
      source.strip8 = [this](int y, int rows, uint8_t* rgb, ptrdiff_t stride) {
        return Strip(y, rows, rgb, stride);
      };
      source.strip16 = [this](int y, int rows, uint16_t* rgb, ptrdiff_t stride) {
        return Strip(y, rows, rgb, stride);
      };
    }
    source.strip32f = [this](int y, int rows, float* rgb, ptrdiff_t stride) {
      return Strip(y, rows, rgb, stride);
    };
    return source;
  }

 private:
  template <class T>
  Status Strip(int y, int rows, T* rgb, ptrdiff_t stride) {
    const Rect r = turn_.SourceOfRows(y, rows);
    Image<float> planes = pool_.Take(r.width, r.height);
    developer_.Render(r, &planes);
    if (turn_.exif == 1) {
      Encode(planes, r, rgb, stride);
    } else {
      const ptrdiff_t source_stride = static_cast<ptrdiff_t>(r.width) * 3;
      std::vector<T> unturned(static_cast<size_t>(source_stride) * r.height);
      Encode(planes, r, unturned.data(), source_stride);
      turn_.Turn(unturned.data(), source_stride, r, 3, rgb, stride);
    }
    pool_.GiveBack(std::move(planes));
    const int done = rows_done_ += rows;
    if (on_fraction_) on_fraction_(static_cast<double>(done) / turn_.height());
    return {};
  }

  template <class T>
  void Encode(const Image<float>& planes, const Rect& r, T* rgb, ptrdiff_t stride) const {
    if constexpr (std::is_same_v<T, float>) {
      for (int y = 0; y < r.height; ++y) {
        for (int x = 0; x < r.width; ++x) {
          for (int c = 0; c < 3; ++c) rgb[y * stride + 3 * x + c] = planes.At(x, y, c);
        }
      }
    } else {
      rendering_->Render(planes, r, rgb, stride);
    }
  }

  const Developer& developer_;
  const Rendering* rendering_;
  Orientation turn_;
  std::function<void(double)> on_fraction_;
  PlanesPool pool_;
  std::atomic<int> rows_done_{0};
};

void ReportParameters(DevelopJob* job, const Look& look, const Developer& developer,
                      double chosen_exposure_ev, Report* report) {
  auto& out = report->parameters;
  out.emplace_back("mode", NameOf(job->mode, job->inputs.size()));
  for (const BoundParameter& p : BindParameters(job))
    out.emplace_back(p.description.name, *p.value);
  const DevelopInfo& info = developer.info();
  out.emplace_back("lens-correction", job->develop.lens_correction);
  out.emplace_back("white-balance-kelvin", info.kelvin_k);
  out.emplace_back("white-balance-tint", info.tint);
  out.emplace_back("white-gain-red", info.white_gain[0]);
  out.emplace_back("white-gain-blue", info.white_gain[2]);
  out.emplace_back("auto-exposure", job->auto_exposure);
  out.emplace_back("chosen-exposure-ev", chosen_exposure_ev);
  out.emplace_back("look", look.name);
  for (const auto& [name, value] : look.values) out.emplace_back("look." + name, value);
  out.emplace_back("space", std::string(job->space == OutputSpace::kSrgb ? "srgb" : "display-p3"));
}

std::vector<std::pair<std::string, std::string>> AsText(const Report& report) {
  std::vector<std::pair<std::string, std::string>> text;
  for (const auto& [name, value] : report.parameters) {
    text.emplace_back(name, std::visit([](const auto& v) { return fmt::format("{}", v); }, value));
  }
  return text;
}

Result<Look> LookOf(const DevelopJob& job) {
  PETZVAL_ASSIGN(Look look, LoadLook(job.look));
  for (const auto& [name, value] : job.look_values) {
    const auto found = std::find_if(look.values.begin(), look.values.end(),
                                    [&, &key = name](const auto& v) { return v.first == key; });
    if (found == look.values.end()) {
      return Fail(ErrorCode::kInvalidInput, fmt::format("looks have no parameter \"{}\"", name));
    }
    found->second = value;
  }
  return look;
}

}  // namespace

Status DevelopPhoto(DevelopJob job, Report* report,
                    const std::function<void(std::string_view)>& on_step,
                    const std::function<void(double)>& on_fraction) {
  PETZVAL_RETURN_IF_ERROR(CheckOutputs(job));
  if (job.inputs.empty() || job.inputs.size() > kMaxBurstFrames) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{} frames given; a shot has 1 to {}",
                                                      job.inputs.size(), kMaxBurstFrames));
  }
  if (job.mode == CaptureMode::kSnapshot && job.inputs.size() != 1) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a snapshot is one frame, {} were given", job.inputs.size()));
  }
  PETZVAL_ASSIGN(const Look look, LookOf(job));

  StepTimer timer(report, on_step);
  timer.Start("read");
  PETZVAL_ASSIGN(std::vector<RawFrame> frames, ReadFrames(job.inputs, report));

  timer.Start(frames.size() > 1 ? "merge" : "prepare");
  PETZVAL_ASSIGN(MergedBurst merged, MergeBurst(std::move(frames), job.burst));
  RawFrame& frame = merged.frame;
  report->frames_used = merged.frames_used;
  report->warnings.insert(report->warnings.end(), merged.warnings.begin(), merged.warnings.end());
  report->warnings.insert(report->warnings.end(), frame.warnings.begin(), frame.warnings.end());

  if (!job.merged_dng.empty()) {
    timer.Start("write merged mosaic");
    PETZVAL_RETURN_IF_ERROR(WriteMergedDng(job.merged_dng, &merged));
    report->outputs.push_back(job.merged_dng);
  }
  if (job.output.empty() && job.linear_tif.empty()) return {};

  timer.Start("analyse");
  DevelopParams develop = job.develop;
  // The user's exposure is the look's affair: scene-linear files keep the exposure of the sensor.
  develop.exposure_ev = 0;
  develop.sharpening *= look.Get("sharpening");
  PETZVAL_ASSIGN(const Developer developer,
                 Developer::Create(frame, merged.variance_ratio.view(), develop));
  const DevelopInfo& info = developer.info();
  report->warnings.insert(report->warnings.end(), info.warnings.begin(), info.warnings.end());

  SceneInfo scene;
  scene.exposure_ev = job.develop.exposure_ev;
  scene.auto_exposure = job.auto_exposure;
  scene.light_lv = LightValue(frame.exif);
  scene.noise_sigma = MidGreySigma(merged);
  timer.Start("tone");
  PETZVAL_ASSIGN(const Rendering rendering,
                 Rendering::Create(look, developer.proxy(), developer.width(), developer.height(),
                                   scene, job.space));
  ReportParameters(&job, look, developer, rendering.exposure_ev(), report);

  PictureMetadata metadata;
  metadata.exif = frame.exif;
  metadata.parameters = AsText(*report);
  if (!job.linear_tif.empty()) {
    timer.Start("write linear picture");
    StripRenderer strips(developer, nullptr, frame.orientation, on_fraction);
    metadata.space = PictureSpace::kLinearRec2020;
    PETZVAL_RETURN_IF_ERROR(EncodePicture(job.linear_tif, strips.Source(), {.bits = 32}, metadata));
    report->outputs.push_back(job.linear_tif);
  }
  if (!job.output.empty()) {
    timer.Start("develop and encode");
    StripRenderer strips(developer, &rendering, frame.orientation, on_fraction);
    const PixelSource source = strips.Source();
    metadata.space =
        job.space == OutputSpace::kSrgb ? PictureSpace::kSrgb : PictureSpace::kDisplayP3;
    PETZVAL_RETURN_IF_ERROR(EncodePicture(job.output, source, job.encode, metadata));
    report->outputs.push_back(job.output);
    report->width_px = source.width;
    report->height_px = source.height;
  }
  return {};
}

}  // namespace petzval
