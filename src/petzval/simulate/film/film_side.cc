// Batches of film samples.
#include "petzval/simulate/film/film_side.h"

#include <cmath>
#include <span>

#include "petzval/simulate/film/sequence.h"

namespace petzval::simulate {
namespace {

constexpr size_t kBatch = 4096;

// Samples under way: filled, traced, added to their cells.
class Batch {
 public:
  explicit Batch(const FilmSide& side) : side_(side), cell_(kBatch), half_(kBatch) {
    film_.Resize(kBatch);
    rays_.Resize(kBatch);
    passed_.Resize(kBatch);
    weight_.resize(kBatch);
    time_.resize(kBatch);
    channel_.resize(kBatch);
    passed_channel_.resize(kBatch);
    index_.resize(kBatch);
    radiance_.resize(kBatch);
  }

  void Add(const CellTask& cell, int half, const Sequence& sequence, uint32_t k, int channel,
           uint32_t turn) {
    const size_t i = count_++;
    const SequencePoint point = sequence.At(k);
    film_.x_mm[i] = static_cast<float>(side_.grid.FilmX(cell.x + point[0]));
    film_.y_mm[i] = static_cast<float>(side_.grid.FilmY(cell.y + point[1]));
    film_.u[i] = point[2];
    film_.v[i] = point[3];
    const auto& wavelengths = side_.job.wavelengths_of_channel[channel];
    film_.wavelength[i] = wavelengths[(k + turn) % wavelengths.size()];
    time_[i] =
        side_.poses.row_start_s(cell.y) + (side_.timed ? side_.job.path.exposure_s * point[4] : 0);
    channel_[i] = static_cast<uint8_t>(channel);
    cell_[i] = &cell;
    half_[i] = static_cast<uint8_t>(half);
    if (count_ == kBatch) Flush();
  }

  void Flush() {
    if (count_ == 0) return;
    film_.Resize(count_);
    side_.job.optics->ToScene(film_, &rays_, weight_.data());
    size_t passed = 0;
    const double interval = side_.job.path.interval_s;
    passed_.Resize(kBatch);
    for (size_t i = 0; i < count_; ++i) {
      if (!(weight_[i] > 0)) continue;
      const PoseTable::Pose pose = side_.poses.At(time_[i]);
      const float start[3] = {rays_.x[i], rays_.y[i], rays_.z[i]};
      const float direction[3] = {rays_.dx[i], rays_.dy[i], rays_.dz[i]};
      float world[3], towards[3];
      ToWorld(pose, start, true, world);
      ToWorld(pose, direction, false, towards);
      passed_.x[passed] = world[0], passed_.y[passed] = world[1], passed_.z[passed] = world[2];
      passed_.dx[passed] = towards[0], passed_.dy[passed] = towards[1];
      passed_.dz[passed] = towards[2];
      passed_.time[passed] = interval > 0 ? static_cast<float>(time_[i] / interval) : 0;
      passed_channel_[passed] = channel_[i];
      index_[passed++] = static_cast<int>(i);
    }
    passed_.Resize(passed);
    side_.job.tracer->Radiance(passed_, std::span(passed_channel_.data(), passed), side_.emitters,
                               radiance_.data());
    for (size_t j = 0; j < passed; ++j) {
      const int i = index_[j];
      CellSums& sums = *cell_[i]->sums;
      sums.radiance[half_[i]] += weight_[i] * radiance_[j];
      sums.weight[half_[i]] += weight_[i];
    }
    traced_ += static_cast<int64_t>(passed);
    film_.Resize(kBatch);
    count_ = 0;
  }
  int64_t traced() const { return traced_; }

 private:
  const FilmSide& side_;
  size_t count_ = 0;
  int64_t traced_ = 0;
  FilmSamples film_;
  SceneRays rays_, passed_;
  std::vector<float> weight_, radiance_;
  std::vector<double> time_;
  std::vector<uint8_t> channel_, passed_channel_;
  std::vector<int> index_;
  std::vector<const CellTask*> cell_;
  std::vector<uint8_t> half_;
};

}  // namespace

int64_t SampleCells(const FilmSide& side, const std::vector<CellTask>& cells) {
  Batch batch(side);
  for (const CellTask& cell : cells) {
    const int channel = side.grid.Channel(cell.plane, cell.x, cell.y);
    for (int half = 0; half < 2; ++half) {
      const uint64_t stream = ((static_cast<uint64_t>(cell.y) << 20 | cell.x) << 6 | channel) << 1 |
                              static_cast<uint64_t>(half);
      const Sequence sequence(side.job.seed, stream);
      // Cells begin at different wavelengths, so that few samples do not tint the picture.
      const auto turn = static_cast<uint32_t>(HashBits(stream) & 0xff);
      if (half == 0) cell.sums->samples += cell.last - cell.first;
      for (uint32_t k = cell.first; k < cell.last; ++k) {
        batch.Add(cell, half, sequence, k, channel, turn);
      }
    }
  }
  batch.Flush();
  return batch.traced();
}

}  // namespace petzval::simulate
