// Emitter samples in tasks, each with a patch of the film of its own.
#include "petzval/simulate/film/emitter_splat.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "petzval/base/parallel.h"
#include "petzval/simulate/film/emitter_aim.h"
#include "petzval/simulate/film/emitter_budget.h"
#include "petzval/simulate/film/sequence.h"

namespace petzval::simulate {
namespace {

constexpr int64_t kChunk = 1 << 17;  // samples of a task
constexpr size_t kBatch = 4096;
constexpr int64_t kWave = 32 * kChunk;  // samples whose patches are held together

struct Task {
  int emitter, channel, half;
  int64_t first, last;  // of the samples of the emitter, channel and half
  int64_t each;         // of those, how many each wavelength has
};

// A rectangle of the film with what fell beyond it; without the rectangle where that has more
// pixels than the task has samples.
struct Patch {
  const EmitterAim* aim;
  std::vector<float> sum;
  struct Stray {
    int x, y;
    float value;
  };
  std::vector<Stray> strays;
  int64_t rays = 0;

  void Add(int x, int y, float value) {
    if (!sum.empty() && x >= aim->left && x < aim->right && y >= aim->top && y < aim->bottom) {
      sum[static_cast<size_t>(y - aim->top) * (aim->right - aim->left) + (x - aim->left)] += value;
    } else {
      strays.push_back({x, y, value});
    }
  }
};

// Samples of one task in batches: to the lens, to the film, and whether anything is in the way.
class Splatter {
 public:
  Splatter(const SplatJob& splat, const Task& task, const EmitterAim& aim)
      : splat_(splat),
        task_(task),
        aim_(aim),
        emitter_(splat.emitters[task.emitter]),
        optics_(*splat.job.optics) {
    const auto batch = static_cast<size_t>(std::min<int64_t>(kBatch, task.last - task.first));
    film_x_.resize(batch), film_y_.resize(batch);
    flux_.resize(batch), distance_.resize(batch);
    time_.resize(batch);
    passed_.resize(batch);
  }

  Patch Run() {
    Patch patch;
    patch.aim = &aim_;
    const int64_t pixels = int64_t{aim_.right - aim_.left} * (aim_.bottom - aim_.top);
    if (pixels <= task_.last - task_.first) patch.sum.assign(static_cast<size_t>(pixels), 0.0f);
    const uint64_t stream = (static_cast<uint64_t>(task_.emitter) << 9 | task_.channel) << 1 |
                            static_cast<uint64_t>(task_.half);
    const Sequence sequence(splat_.job.seed ^ 0x5eed5eed, stream);
    for (int64_t at = task_.first; at < task_.last; at += kBatch) {
      Fill(sequence, at, std::min<int64_t>(kBatch, task_.last - at));
      Trace(&patch);
    }
    patch.rays = task_.last - task_.first;
    return patch;
  }

 private:
  void Fill(const Sequence& sequence, int64_t first, int64_t count) {
    to_lens_.Resize(count);
    wavelength_.resize(count);
    const auto& wavelengths = splat_.job.wavelengths_of_channel[task_.channel];
    const double radiance = splat_.job.tracer->EmitterRadiance(task_.emitter, task_.channel);
    const double pitch2 = splat_.job.pitch_mm * splat_.job.pitch_mm;
    const double window = aim_.last_s - aim_.first_s, exposure = splat_.job.path.exposure_s;
    // All of the flux of the emitter shared among its samples, as irradiance of a pixel.
    double share = radiance * (aim_.x1 - aim_.x0) * (aim_.y1 - aim_.y0) / pitch2 /
                   static_cast<double>(task_.each * static_cast<int64_t>(wavelengths.size()));
    if (splat_.timed && exposure > 0) share *= window / exposure;
    double centre[3];
    if (!splat_.timed) EmitterInCamera(emitter_, splat_.poses, aim_.first_s, centre);
    for (int64_t i = 0; i < count; ++i) {
      const auto k = static_cast<uint32_t>(first + i);
      const SequencePoint point = sequence.At(k);
      time_[i] = aim_.first_s;
      if (splat_.timed) {
        time_[i] += window * point[4];
        EmitterInCamera(emitter_, splat_.poses, time_[i], centre);
      }
      // The leading pair of dimensions, which is the most even, goes where the picture comes from.
      const float x = aim_.x0 + (aim_.x1 - aim_.x0) * point[0];
      const float y = aim_.y0 + (aim_.y1 - aim_.y0) * point[1];
      float direction[3];
      const double flux = EmitterRay(centre, emitter_.radius_mm, optics_.entrance_z_mm(), x, y,
                                     point[2], point[3], direction, &distance_[i]);
      flux_[i] = static_cast<float>(share * flux);
      to_lens_.x[i] = x, to_lens_.y[i] = y;
      to_lens_.z[i] = static_cast<float>(optics_.entrance_z_mm());
      to_lens_.dx[i] = direction[0], to_lens_.dy[i] = direction[1], to_lens_.dz[i] = direction[2];
      wavelength_[i] = wavelengths[(first + i) / task_.each];
    }
  }

  void Trace(Patch* patch) {
    const size_t count = to_lens_.size();
    optics_.ToFilm(to_lens_, wavelength_, film_x_.data(), film_y_.data(), passed_.data());
    back_.Resize(count);
    target_.resize(count), reach_.resize(count);
    const double exposure = splat_.job.path.exposure_s;
    size_t landed = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!passed_[i]) continue;
      const double px = splat_.grid.PixelX(film_x_[i]), py = splat_.grid.PixelY(film_y_[i]);
      if (!(px >= 0 && py >= 0 && px < splat_.job.width && py < splat_.job.height)) continue;
      const int x = static_cast<int>(px), y = static_cast<int>(py);
      if (splat_.job.mosaic && splat_.grid.Channel(0, x, y) != task_.channel) continue;
      const double since = time_[i] - splat_.poses.row_start_s(y);
      if (splat_.timed && (since < 0 || since >= exposure)) continue;
      const double factor =
          splat_.grid.IrradianceFactor(task_.channel, std::hypot(film_x_[i], film_y_[i]));
      target_[landed] = {x, y, static_cast<float>(flux_[i] * factor)};
      TurnBack(splat_, to_lens_, i, time_[i], &back_, landed);
      reach_[landed] = ReachOfLight(emitter_, distance_[i]);
      ++landed;
    }
    back_.Resize(landed);
    blocked_.assign(landed, 0);
    splat_.job.tracer->Occluded(back_, std::span(reach_.data(), landed), blocked_.data());
    for (size_t j = 0; j < landed; ++j) {
      if (!blocked_[j]) patch->Add(target_[j].x, target_[j].y, target_[j].value);
    }
  }

  const SplatJob& splat_;
  const Task& task_;
  const EmitterAim& aim_;
  const Emitter& emitter_;
  const CameraOptics& optics_;
  SceneRays to_lens_, back_;
  std::vector<uint8_t> wavelength_, passed_, blocked_;
  std::vector<float> film_x_, film_y_, flux_, distance_, reach_;
  std::vector<double> time_;
  std::vector<Patch::Stray> target_;
};

}  // namespace

int64_t SplatEmitters(const SplatJob& splat, int64_t film_rays, Image<float>* value,
                      Image<float>* half) {
  const int count = static_cast<int>(splat.emitters.size());
  std::vector<EmitterAim> aims(count);
  ParallelFor(count, [&](int e) { aims[e] = AimEmitter(splat, splat.emitters[e]); });
  const std::vector<int64_t> counts = EmitterSamples(splat, aims, film_rays, *value, *half);
  std::vector<Task> tasks;
  int64_t total = 0;
  for (int e = 0; e < count; ++e) {
    if (!aims[e].sees) continue;
    for (int c = 0; c < splat.job.channels; ++c) {
      const int64_t each = counts[static_cast<size_t>(e) * splat.job.channels + c];
      const int64_t samples =
          each * static_cast<int64_t>(splat.job.wavelengths_of_channel[c].size());
      total += 2 * samples;
      for (int h = 0; h < 2; ++h) {
        for (int64_t at = 0; at < samples; at += kChunk) {
          tasks.push_back({e, c, h, at, std::min(at + kChunk, samples), each});
        }
      }
    }
  }
  int64_t rays = 0;
  for (size_t begin = 0; begin < tasks.size();) {
    int wave = 0;
    for (int64_t held = 0; begin + wave < tasks.size() && held < kWave; ++wave) {
      held += tasks[begin + wave].last - tasks[begin + wave].first;
    }
    std::vector<Patch> patches(wave);
    ParallelFor(wave, [&](int i) {
      const Task& task = tasks[begin + i];
      patches[i] = Splatter(splat, task, aims[task.emitter]).Run();
    });
    for (int i = 0; i < wave; ++i) {
      const Task& task = tasks[begin + i];
      const Patch& patch = patches[i];
      const int plane = splat.job.mosaic ? 0 : task.channel;
      const float sign = task.half == 0 ? 0.5f : -0.5f;
      const auto add = [&](int x, int y, float light) {
        value->At(x, y, plane) += 0.5f * light;
        half->At(x, y, plane) += sign * light;
      };
      const EmitterAim& aim = *patch.aim;
      const float* sum = patch.sum.data();
      for (int y = aim.top; !patch.sum.empty() && y < aim.bottom; ++y) {
        for (int x = aim.left; x < aim.right; ++x, ++sum) {
          if (*sum != 0) add(x, y, *sum);
        }
      }
      for (const Patch::Stray& stray : patch.strays) add(stray.x, stray.y, stray.value);
      rays += patch.rays;
    }
    begin += wave;
    if (splat.job.progress) {
      splat.job.progress(0.7 + 0.3 * static_cast<double>(rays) / static_cast<double>(total));
    }
  }
  return rays;
}

}  // namespace petzval::simulate
