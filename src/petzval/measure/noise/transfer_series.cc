// Mean and variance of each pixel over a series, sorted by the level of its neighbours.
#include "petzval/measure/noise/transfer_series.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/measure/noise/noise_parts.h"
#include "petzval/measure/noise/shading.h"
#include "petzval/measure/noise/sites.h"

namespace petzval::measure {
namespace {

constexpr int kBins = 80;  // evenly spaced in the root of the level
constexpr int kReach = 2;  // neighbours of the same colour are looked for so far away
constexpr int kBand = 64;  // rows that one task sums
constexpr float kClipped = -1;

// Beyond this multiple of its mean, a variance of `degrees` is no chance: the chi-square value at
// 4.5 standard deviations (Wilson and Hilferty 1931).
double LargestVariance(int degrees) {
  const double a = 2.0 / (9 * degrees);
  return std::pow(1 - a + 4.5 * std::sqrt(a), 3);
}

struct Offset {
  int dx, dy;
};

// One series in work: pictures in DN above black.
struct Work {
  const Series& series;
  double scale, floor, ceiling;
  std::vector<double> light;                 // of each frame, against their mean
  std::array<int, 16> channel_of;            // of each phase, -1: none
  std::array<std::vector<Offset>, 16> near;  // of each phase
  Image<float> mean, variance, level;        // variance: kClipped where any sample is

  int Phase(int x, int y) const { return (y & 3) * 4 + (x & 3); }
  int BinOf(double dn) const {
    return std::clamp(static_cast<int>(kBins * std::sqrt(std::max(dn, 0.0) / scale)), 0, kBins - 1);
  }
};

void FindNeighbours(const Subject& frame, Work* work) {
  work->channel_of.fill(-1);
  for (int c = 0; c < 3; ++c) {
    for (int p = 0; p < 16; ++p) {
      if (frame.sites[c].Has(p & 3, p >> 2)) work->channel_of[p] = c;
    }
  }
  if (frame.mono) work->channel_of.fill(1);
  for (int p = 0; p < 16; ++p) {
    if (work->channel_of[p] < 0) continue;
    for (int dy = -kReach; dy <= kReach; ++dy) {
      for (int dx = -kReach; dx <= kReach; ++dx) {
        const int other = work->Phase((p & 3) + dx + 4, (p >> 2) + dy + 4);
        if ((dx || dy) && work->channel_of[other] == work->channel_of[p]) {
          work->near[p].push_back({dx, dy});
        }
      }
    }
  }
}

// A sample of a frame as the mean light of the series would have made it.
double SampleOf(const Work& work, int k, int x, int y) {
  return work.series.frames[k]->mosaic.row(y)[x] * work.scale / work.light[k];
}

// Lamps flicker: the light of each frame is that of the pixels that no frame clips. Not looked for
// in the dark, where there is nothing but noise.
void FindLight(std::span<const Rect> rois, Work* work) {
  const auto& frames = work->series.frames;
  const int n = static_cast<int>(frames.size());
  std::vector<double> sum(n);
  double pixels = 0, all = 0;
  for (const Rect& roi : rois) {
    for (int y = roi.y; y < roi.y + roi.height; ++y) {
      for (int x = roi.x; x < roi.x + roi.width; ++x) {
        bool clipped = false;
        for (const Subject* frame : frames) {
          const double value = frame->mosaic.row(y)[x] * work->scale;
          clipped |= value >= work->ceiling || value <= work->floor;
        }
        if (clipped) continue;
        for (int k = 0; k < n; ++k) sum[k] += frames[k]->mosaic.row(y)[x] * work->scale;
        ++pixels;
      }
    }
  }
  for (double s : sum) all += s / n;
  work->light.assign(n, 1.0);
  if (work->series.dark || !(all > 0.005 * work->scale * pixels)) return;
  for (int k = 0; k < n; ++k) work->light[k] = std::clamp(sum[k] / all, 0.5, 2.0);
}

void MeanAndVariance(Work* work) {
  const auto& frames = work->series.frames;
  const int n = static_cast<int>(frames.size());
  ParallelFor(work->mean.height(), [&](int y) {
    float *mean = work->mean.row(y), *variance = work->variance.row(y);
    for (int x = 0; x < work->mean.width(); ++x) {
      double sum = 0;
      bool clipped = false;
      for (int k = 0; k < n; ++k) {
        const double value = frames[k]->mosaic.row(y)[x] * work->scale;
        sum += SampleOf(*work, k, x, y);
        clipped |= value >= work->ceiling || value <= work->floor;
      }
      const double average = sum / n;
      double squares = 0;
      for (int k = 0; k < n; ++k) {
        const double d = SampleOf(*work, k, x, y) - average;
        squares += d * d;
      }
      mean[x] = static_cast<float>(average);
      variance[x] = clipped ? kClipped : static_cast<float>(squares / (n - 1));
    }
  });
}

void LevelOfNeighbours(Work* work) {
  const int width = work->mean.width(), height = work->mean.height();
  ParallelFor(height, [&](int y) {
    float* level = work->level.row(y);
    for (int x = 0; x < width; ++x) {
      double sum = 0;
      int n = 0;
      for (const Offset& o : work->near[work->Phase(x, y)]) {
        if (x + o.dx < 0 || x + o.dx >= width || y + o.dy < 0 || y + o.dy >= height) continue;
        sum += work->mean.row(y + o.dy)[x + o.dx];
        ++n;
      }
      level[x] = n > 0 ? static_cast<float>(sum / n) : work->mean.row(y)[x];
    }
  });
}

// Visits every site of the regions once per band, bands in parallel, and adds up what the bands
// gathered in their order.
template <class Sum, class Visit>
Sum Gather(const Work& work, std::span<const Rect> rois, const Sum& zero, const Visit& visit) {
  struct Task {
    Rect rows;
    Sum sum;
  };
  std::vector<Task> tasks;
  for (const Rect& roi : rois) {
    for (int y = roi.y; y < roi.y + roi.height; y += kBand) {
      tasks.push_back({{roi.x, y, roi.width, std::min(kBand, roi.y + roi.height - y)}, zero});
    }
  }
  ParallelFor(static_cast<int>(tasks.size()), [&](int i) {
    const Rect& r = tasks[i].rows;
    for (int y = r.y; y < r.y + r.height; ++y) {
      for (int x = r.x; x < r.x + r.width; ++x) {
        const int channel = work.channel_of[work.Phase(x, y)];
        if (channel >= 0) visit(x, y, channel, &tasks[i].sum);
      }
    }
  });
  Sum total = zero;
  for (const Task& task : tasks) {
    for (size_t i = 0; i < total.size(); ++i) total[i] += task.sum[i];
  }
  return total;
}

struct BinSum {
  double pixels = 0, level = 0, variance = 0;
  BinSum& operator+=(const BinSum& o) {
    pixels += o.pixels;
    level += o.level;
    variance += o.variance;
    return *this;
  }
};

// A pixel as bright as its neighbours: on an edge a bin would mix what is dark with what is bright.
// `variance`: of the bin, temporal. Does not look at the pixel's own variance.
bool LikeItsNeighbours(const Work& work, int x, int y, double variance) {
  const double level = work.level.row(y)[x];
  const double noise = 5 * std::sqrt(variance / static_cast<double>(work.series.frames.size()));
  return std::abs(work.mean.row(y)[x] - level) <= 0.2 * std::abs(level) + noise;
}

void SumBins(const Work& work, std::span<const Rect> rois, SeriesStatistics* out) {
  const int frames = static_cast<int>(work.series.frames.size());
  const double largest = LargestVariance(frames - 1);
  std::vector<double> limit(3 * kBins, INFINITY), typical(3 * kBins, 0);
  std::vector<BinSum> bins;
  const auto counts = [&](int x, int y, int bin) {
    const float variance = work.variance.row(y)[x];
    return variance >= 0 && variance <= limit[bin] && LikeItsNeighbours(work, x, y, typical[bin]);
  };
  // What moved in the scene, and pixels that blink, leave in two rounds.
  for (int round = 0; round < 3; ++round) {
    bins = Gather(work, rois, std::vector<BinSum>(3 * kBins),
                  [&](int x, int y, int channel, std::vector<BinSum>* sums) {
                    const int bin = channel * kBins + work.BinOf(work.level.row(y)[x]);
                    if (!counts(x, y, bin)) return;
                    (*sums)[bin] += {1, work.mean.row(y)[x], work.variance.row(y)[x]};
                  });
    if (round == 2) break;
    for (int i = 0; i < 3 * kBins; ++i) {
      typical[i] = bins[i].pixels > 0 ? bins[i].variance / bins[i].pixels : 0;
      limit[i] = largest * typical[i];
    }
  }
  const std::vector<double> moved =
      Gather(work, rois, std::vector<double>(3 * kBins * frames),
             [&](int x, int y, int channel, std::vector<double>* sums) {
               const int bin = channel * kBins + work.BinOf(work.level.row(y)[x]);
               if (!counts(x, y, bin)) return;
               for (int k = 0; k < frames; ++k) {
                 (*sums)[bin * frames + k] += SampleOf(work, k, x, y) - work.mean.row(y)[x];
               }
             });
  for (int c = 0; c < 3; ++c) {
    for (int b = 0; b < kBins; ++b) {
      const int i = c * kBins + b;
      const double n = bins[i].pixels;
      if (n < 20) continue;
      double flicker = 0;
      for (int k = 0; k < frames; ++k) {
        const double d = moved[i * frames + k] / n;
        flicker += d * d / (frames - 1);
      }
      const double variance = (bins[i].variance / n - flicker) / (1 - 1 / n);
      out->bins[c].push_back({bins[i].level / n, std::max(0.0, variance), static_cast<int64_t>(n)});
    }
  }
}

struct FixedSum {
  double pixels = 0, level = 0, squares = 0, temporal = 0, outliers = 0, clipped = 0;
  FixedSum& operator+=(const FixedSum& o) {
    pixels += o.pixels;
    level += o.level;
    squares += o.squares;
    temporal += o.temporal;
    outliers += o.outliers;
    clipped += o.clipped;
    return *this;
  }
};

void SumFixedPattern(const Work& work, std::span<const Rect> rois, SeriesStatistics* out) {
  const int frames = static_cast<int>(work.series.frames.size());
  std::array<double, 3> limit;
  limit.fill(INFINITY);
  std::vector<FixedSum> sums;
  for (int round = 0; round < 4; ++round) {
    sums = Gather(work, rois, std::vector<FixedSum>(3),
                  [&](int x, int y, int channel, std::vector<FixedSum>* total) {
                    FixedSum& sum = (*total)[channel];
                    const float variance = work.variance.row(y)[x];
                    const double near = std::max<double>(
                        1, static_cast<double>(work.near[work.Phase(x, y)].size()));
                    const double d = work.mean.row(y)[x] - work.level.row(y)[x];
                    // A pixel and the mean of its neighbours differ by more than its own share.
                    const double square = d * d / (1 + 1 / near);
                    if (variance < 0) {
                      ++sum.clipped;
                    } else if (square > limit[channel]) {
                      ++sum.outliers;
                    } else {
                      sum += {1, work.mean.row(y)[x], square, variance, 0, 0};
                    }
                  });
    for (int c = 0; c < 3; ++c) {
      limit[c] = sums[c].pixels > 0 ? 36 * sums[c].squares / sums[c].pixels : 0;
    }
  }
  for (int c = 0; c < 3; ++c) {
    const FixedSum& sum = sums[c];
    FixedPattern& fixed = out->fixed[c];
    if (sum.pixels < 100) continue;
    const double all = sum.squares / sum.pixels;
    fixed.level = sum.level / sum.pixels;
    fixed.variance = all - sum.temporal / sum.pixels / frames;
    fixed.standard_error = all * std::sqrt(2 / sum.pixels);
    fixed.pixels = static_cast<int64_t>(sum.pixels);
    fixed.outliers = static_cast<int64_t>(sum.outliers);
    fixed.clipped = sum.clipped / (sum.pixels + sum.outliers + sum.clipped);
  }
}

// Row and column noise: each frame less the mean frame and less its own mean, all colours.
void SplitTemporal(const Work& work, const Rect& roi, SeriesStatistics* out) {
  const int n = static_cast<int>(work.series.frames.size());
  const Rect all{0, 0, roi.width, roi.height};
  Image<float> noise(roi.width, roi.height);
  for (int k = 0; k < n; ++k) {
    double sum = 0;
    for (int y = 0; y < roi.height; ++y) {
      for (int x = 0; x < roi.width; ++x) {
        const double d =
            SampleOf(work, k, roi.x + x, roi.y + y) - work.mean.row(roi.y + y)[roi.x + x];
        noise.row(y)[x] = static_cast<float>(d);
        sum += d;
      }
    }
    const float mean = static_cast<float>(sum / (static_cast<double>(roi.width) * roi.height));
    for (int y = 0; y < roi.height; ++y) {
      for (int x = 0; x < roi.width; ++x) noise.row(y)[x] -= mean;
    }
    out->temporal =
        out->temporal + (1.0 / (n - 1)) * SplitVariance(noise.view(), SiteMask{}, all, 1, 0);
  }
  out->rows = roi.height;
  out->columns = roi.width;
}

// Means of cells of 16 x 16 pixels against a polynomial of fourth order.
bool Smooth(const Work& work, std::span<const Rect> rois) {
  constexpr int kCell = 16;
  for (const Rect& roi : rois) {
    const int columns = roi.width / kCell, rows = roi.height / kCell;
    if (columns < 2 || rows < 2) continue;
    Image<float> cells(columns, rows);
    for (int cy = 0; cy < rows; ++cy) {
      for (int cx = 0; cx < columns; ++cx) {
        double sum = 0;
        int n = 0;
        for (int y = roi.y + cy * kCell; y < roi.y + (cy + 1) * kCell; ++y) {
          for (int x = roi.x + cx * kCell; x < roi.x + (cx + 1) * kCell; ++x) {
            if (work.channel_of[work.Phase(x, y)] != 1) continue;
            sum += work.mean.row(y)[x];
            ++n;
          }
        }
        cells.At(cx, cy) = n > 0 ? static_cast<float>(sum / n) : 0;
      }
    }
    const Rect all{0, 0, columns, rows};
    const Shading shading(cells.view(), SiteMask{}, all, kMaxShadingOrder);
    double squares = 0;
    ForSites(SiteMask{}, all, [&](int x, int y) {
      const double d = cells.At(x, y) - shading.At(x, y);
      squares += d * d;
    });
    if (std::sqrt(squares / (columns * rows)) > 0.05 * std::abs(shading.mean())) return false;
  }
  return true;
}

}  // namespace

SeriesStatistics MeasureSeries(const Series& series, std::span<const Rect> rois) {
  const Subject& first = *series.frames.front();
  const int width = first.width(), height = first.height();
  Work work{series};
  work.scale = first.white_dn - first.black_dn;
  // A quarter of a step inside, for values that went through floats.
  work.floor = -first.black_dn + 0.25;
  work.ceiling = first.clip * work.scale - 0.25;
  work.mean = Image<float>(width, height);
  work.variance = Image<float>(width, height);
  work.level = Image<float>(width, height);
  FindNeighbours(first, &work);
  FindLight(rois, &work);
  MeanAndVariance(&work);
  LevelOfNeighbours(&work);

  SeriesStatistics out;
  out.floor_dn = -first.black_dn;
  out.ceiling_dn = first.clip * work.scale;
  SumBins(work, rois, &out);
  SumFixedPattern(work, rois, &out);
  SplitTemporal(work, rois.front(), &out);
  out.smooth = Smooth(work, rois);
  return out;
}

}  // namespace petzval::measure
