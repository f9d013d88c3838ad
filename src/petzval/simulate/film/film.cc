// The exposure: film rays in two passes, then the emitters.
#include "petzval/simulate/film/film.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

#include "petzval/base/parallel.h"
#include "petzval/simulate/film/allocation.h"
#include "petzval/simulate/film/emitter_splat.h"
#include "petzval/simulate/film/film_grid.h"
#include "petzval/simulate/film/film_side.h"
#include "petzval/simulate/film/pose_table.h"
#include "petzval/simulate/film/sequence.h"

namespace petzval::simulate {
namespace {

constexpr int kTile = 16;
constexpr int64_t kBandCells = 6'000'000;  // sums that are held together
constexpr double kFirstShare = 0.25;       // of the samples that the first pass takes
constexpr double kFewestForTwo = 16;       // samples below which one pass has to do

Status Check(const FilmJob& job) {
  const auto invalid = [](std::string message) {
    return Fail(ErrorCode::kInvalidInput, std::move(message));
  };
  if (job.tracer == nullptr || job.optics == nullptr) {
    return invalid("a picture needs a scene and a lens");
  }
  const int64_t planes = job.mosaic ? 1 : job.channels;
  if (!SizeAllowed(job.width, job.height) || planes < 1 ||
      static_cast<int64_t>(job.width) * job.height * planes > kMaxPixels) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("a film of {} x {} pixels and {} channels is not within 1 to {} values",
                            job.width, job.height, job.channels, kMaxPixels));
  }
  if (job.channels > 64 || static_cast<int>(job.wavelengths_of_channel.size()) != job.channels) {
    return invalid(fmt::format("{} channels have {} lists of wavelengths", job.channels,
                               job.wavelengths_of_channel.size()));
  }
  for (const auto& list : job.wavelengths_of_channel) {
    const bool known = std::all_of(list.begin(), list.end(), [&](uint8_t w) {
      return w < job.optics->wavelengths_um().size();
    });
    if (list.empty() || !known) {
      return invalid("each channel needs at least one of the wavelengths of the lens");
    }
  }
  if (job.mosaic &&
      std::any_of(job.cfa.begin(), job.cfa.end(), [&](uint8_t c) { return c >= job.channels; })) {
    return invalid("the mosaic names a channel that the film does not have");
  }
  if (!(job.pitch_mm > 0) || !std::isfinite(job.pitch_mm) || !(job.samples > 0) ||
      job.samples > 60000 || !(job.emitter_samples >= 0) || job.emitter_samples > 4e9 ||
      !(job.path.exposure_s >= 0) || !(job.path.interval_s >= 0)) {
    return invalid(
        fmt::format("pixel pitch {} mm, {} samples per pixel, {} per emitter and {} s "
                    "do not make an exposure",
                    job.pitch_mm, job.samples, job.emitter_samples, job.path.exposure_s));
  }
  return {};
}

// Tells of progress in order from any thread.
class Progress {
 public:
  Progress(const std::function<void(double)>& tell, double total) : tell_(tell), total_(total) {}
  void Add(double amount) {
    if (!tell_) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    done_ += amount;
    tell_(std::min(0.7 * done_ / total_, 0.7));
  }

 private:
  const std::function<void(double)>& tell_;
  double total_, done_ = 0;
  std::mutex mutex_;
};

// Rows of the film with the sums of their cells.
struct Band {
  int top, bottom, width, planes;
  std::vector<CellSums> sums;
  std::vector<uint8_t> lit;

  size_t Index(int plane, int x, int y) const {
    return (static_cast<size_t>(plane) * (bottom - top) + (y - top)) * width + x;
  }
};

// Samples first(i) to last(i) of each lit cell i of the band, tile by tile.
template <class First, class Last>
int64_t SampleBand(const FilmSide& side, Band* band, const First& first, const Last& last,
                   Progress* progress) {
  const int across = (band->width + kTile - 1) / kTile;
  const int down = (band->bottom - band->top + kTile - 1) / kTile;
  std::atomic<int64_t> rays = 0;
  ParallelFor(across * down, [&](int tile) {
    const int x0 = tile % across * kTile, y0 = band->top + tile / across * kTile;
    std::vector<CellTask> cells;
    double samples = 0;
    for (int y = y0; y < std::min(y0 + kTile, band->bottom); ++y) {
      for (int x = x0; x < std::min(x0 + kTile, band->width); ++x) {
        for (int plane = 0; plane < band->planes; ++plane) {
          const size_t i = band->Index(plane, x, y);
          if (!band->lit[i] || first(i) >= last(i)) continue;
          cells.push_back({plane, x, y, first(i), last(i), &band->sums[i]});
          samples += 2 * (last(i) - first(i));
        }
      }
    }
    rays += SampleCells(side, cells);
    progress->Add(samples);
  });
  return rays;
}

// The radiance that a display would show as white, by channel: the 95th percentile of a few
// thousand pixels.
std::vector<double> WhiteLevels(const FilmSide& side) {
  const FilmJob& job = side.job;
  constexpr int kCells = 2048;
  std::vector<CellSums> sums(static_cast<size_t>(kCells) * job.channels);
  std::vector<CellTask> cells;
  for (int i = 0; i < kCells; ++i) {
    const uint64_t h = HashBits(job.seed ^ HashBits(1000003 + i));
    const int x = static_cast<int>(h % job.width);
    const int y = static_cast<int>((h >> 32) % job.height);
    const int plane = static_cast<int>((h >> 20) % (job.mosaic ? 1 : job.channels));
    cells.push_back({plane, x, y, 0, 4, &sums[i]});
  }
  constexpr int kParts = 32;
  ParallelFor(kParts, [&](int part) {
    SampleCells(side, {cells.begin() + kCells / kParts * part,
                       cells.begin() + kCells / kParts * (part + 1)});
  });
  std::vector<std::vector<double>> seen(job.channels);
  for (int i = 0; i < kCells; ++i) {
    const double radiance = sums[i].Both();
    if (radiance > 0)
      seen[side.grid.Channel(cells[i].plane, cells[i].x, cells[i].y)].push_back(radiance);
  }
  std::vector<double> white(job.channels, 0.0);
  for (int c = 0; c < job.channels; ++c) {
    if (seen[c].empty()) continue;
    const auto at = seen[c].begin() + static_cast<ptrdiff_t>(0.95 * (seen[c].size() - 1));
    std::nth_element(seen[c].begin(), at, seen[c].end());
    white[c] = 1.2 * *at;
  }
  return white;
}

// Whether a pixel gets any light, looked up at its middle and its corners.
bool Lit(const FilmGrid& grid, int channel, int x, int y) {
  for (const double dx : {0.5, 0.0, 1.0}) {
    for (const double dy : {0.5, 0.0, 1.0}) {
      const double r = std::hypot(grid.FilmX(x + dx), grid.FilmY(y + dy));
      if (grid.Throughput(channel, r) > 0) return true;
    }
  }
  return false;
}

// Pixels of which the lens stopped every ray get more of them until one passes. That looks at the
// lens only, so the mean radiance of what passes stays unbiased.
int64_t FillUnseen(const FilmSide& side, Band* band, Progress* progress) {
  constexpr uint32_t kMost = 256;  // of each half in the last turn; beyond, the pixel is dark
  const auto unseen = [](const CellSums& sums) { return !(sums.weight[0] + sums.weight[1] > 0); };
  int64_t rays = 0;
  for (uint32_t more = 4; more <= kMost; more *= 4) {
    rays += SampleBand(
        side, band, [&](size_t i) { return band->sums[i].samples; },
        [&](size_t i) { return band->sums[i].samples + (unseen(band->sums[i]) ? more : 0); },
        progress);
  }
  return rays;
}

std::vector<uint16_t> SecondPass(const FilmSide& side, const Band& band, double mean,
                                 const std::vector<double>& white) {
  FirstPass first;
  first.planes = band.planes, first.width = band.width, first.height = band.bottom - band.top;
  first.lit = band.lit;
  for (auto& half : first.half) half.resize(band.sums.size());
  for (int plane = 0; plane < band.planes; ++plane) {
    for (int y = band.top; y < band.bottom; ++y) {
      for (int x = 0; x < band.width; ++x) {
        const size_t i = band.Index(plane, x, y);
        const double level = white[side.grid.Channel(plane, x, y)];
        const double both = band.sums[i].Both();
        for (int h = 0; h < 2; ++h) {
          first.half[h][i] = level > 0 ? static_cast<float>(band.sums[i].Half(h, both) / level) : 0;
        }
      }
    }
  }
  return AllocateSamples(first, mean, side.job.seed + band.top);
}

void WriteBand(const FilmSide& side, const Band& band, FilmPicture* picture) {
  for (int plane = 0; plane < band.planes; ++plane) {
    for (int y = band.top; y < band.bottom; ++y) {
      for (int x = 0; x < band.width; ++x) {
        const CellSums& sums = band.sums[band.Index(plane, x, y)];
        const int channel = side.grid.Channel(plane, x, y);
        if (!side.job.flat_field && !side.job.optics->round()) {
          // The table knows the mean of all azimuths only: the samples know their own.
          const double each = std::max<double>(sums.samples, 1);
          picture->value.At(x, y, plane) =
              static_cast<float>((sums.radiance[0] + sums.radiance[1]) / (2 * each));
          picture->half.At(x, y, plane) =
              static_cast<float>((sums.radiance[0] - sums.radiance[1]) / (2 * each));
          continue;
        }
        const double factor = side.grid.RadianceFactor(channel, side.grid.Radius(x, y));
        const double both = sums.Both();
        picture->value.At(x, y, plane) = static_cast<float>(factor * both);
        picture->half.At(x, y, plane) =
            static_cast<float>(factor * (sums.Half(0, both) - sums.Half(1, both)) / 2);
      }
    }
  }
}

}  // namespace

Result<FilmPicture> ExposeFilm(const FilmJob& job) {
  PETZVAL_RETURN_IF_ERROR(Check(job));
  const FilmGrid grid(job);
  for (int c = 0; c < job.channels; ++c) {
    if (!(grid.AxisThroughput(c) > 0)) {
      return Fail(ErrorCode::kInvalidInput, "no ray passes the lens from the middle of the film");
    }
  }
  const std::span<const Emitter> emitters =
      job.world != nullptr ? std::span<const Emitter>(job.world->emitters()) : job.emitters;
  const PoseTable poses(job.path, job.height);
  const bool splat = job.optics->entrance_radius_mm() > 0;
  const bool timed = job.path.exposure_s > 0 && (poses.moves() || job.path.interval_s > 0);
  const FilmSide side{job, grid, poses, !splat, timed};
  const std::vector<double> white = WhiteLevels(side);

  FilmPicture picture;
  picture.value = Image<float>(job.width, job.height, grid.planes());
  picture.half = Image<float>(job.width, job.height, grid.planes());
  const double per_half = std::max(job.samples / 2, 1.0);
  const bool two = job.adaptive && job.samples >= kFewestForTwo;
  const auto first_pass =
      static_cast<uint32_t>(std::max(1.0, std::round(two ? kFirstShare * per_half : per_half)));
  const int64_t row_cells = static_cast<int64_t>(job.width) * grid.planes();
  const int rows = static_cast<int>(
      std::clamp<int64_t>(kBandCells / row_cells / kTile * kTile, kTile, job.height));
  Progress progress(job.progress, 2 * per_half * row_cells * job.height);
  for (int top = 0; top < job.height; top += rows) {
    Band band{top, std::min(top + rows, job.height), job.width, grid.planes(), {}, {}};
    const size_t count = static_cast<size_t>(band.bottom - top) * row_cells;
    band.sums.resize(count);
    band.lit.resize(count);
    ParallelFor(band.bottom - top, [&](int line) {
      for (int plane = 0; plane < band.planes; ++plane) {
        for (int x = 0; x < job.width; ++x) {
          band.lit[band.Index(plane, x, top + line)] =
              Lit(grid, grid.Channel(plane, x, top + line), x, top + line);
        }
      }
    });
    picture.film_rays += SampleBand(
        side, &band, [](size_t) { return 0u; }, [&](size_t) { return first_pass; }, &progress);
    // Where the samples are divided by their own number instead, nothing is what they found.
    const bool by_weight = job.flat_field || job.optics->round();
    if (by_weight) picture.film_rays += FillUnseen(side, &band, &progress);
    if (two) {
      const std::vector<uint16_t> more = SecondPass(side, band, per_half - first_pass, white);
      picture.film_rays += SampleBand(
          side, &band, [&](size_t i) { return band.sums[i].samples; },
          [&](size_t i) { return band.sums[i].samples + more[i]; }, &progress);
    }
    WriteBand(side, band, &picture);
  }
  if (splat && !emitters.empty()) {
    // White in units of the picture, where it is brightest.
    std::vector<double> level = white;
    for (int c = 0; c < job.channels; ++c) level[c] *= grid.AxisThroughput(c);
    picture.emitter_rays = SplatEmitters({job, grid, poses, timed, level, emitters},
                                         picture.film_rays, &picture.value, &picture.half);
  }
  if (job.progress) job.progress(1);
  return picture;
}

}  // namespace petzval::simulate
