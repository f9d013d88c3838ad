// Black levels of the four sites from dark frames.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/calibrate/frames/frames.h"
#include "petzval/measure/subject/median.h"

namespace petzval::calibrate {
namespace {

constexpr double kTail = 5;        // deviations that still belong to the noise
constexpr double kHot = 8;         // deviations above which a pixel is hot
constexpr int kParts = 4;          // the frame is looked at in 4 x 4 parts
constexpr double kMaxDark = 0.25;  // of full scale
constexpr double kLight = 0.01;    // of full scale: parts or colours of a dark
constexpr double kTellGradient_dn = 1, kTellStated_dn = 2;

// Counts of values; robust mean and deviation of the noise about it.
class Histogram {
 public:
  explicit Histogram(int offset = 0) : offset_(offset), count_(65536 + offset) {}
  void Add(int value) { ++count_[value + offset_]; }
  void Add(const Histogram& other) {
    for (size_t i = 0; i < count_.size(); ++i) count_[i] += other.count_[i];
  }

  struct Level {
    double mean = 0, deviation = 0, n = 0, hot = 0;
  };
  // Mean and deviation of what lies within kTail deviations of the median; hot: share far above.
  Level Robust() const {
    double total = 0;
    for (const int64_t c : count_) total += static_cast<double>(c);
    Level level;
    if (total == 0) return level;
    const double median = Quantile(0.5 * total);
    double deviation = (Quantile(0.8413 * total) - Quantile(0.1587 * total)) / 2;
    for (int round = 0; round < 3; ++round) {
      deviation = std::max(deviation, 0.3);  // codes are whole numbers
      double n = 0, sum = 0, square = 0;
      for (size_t i = 0; i < count_.size(); ++i) {
        const double off = static_cast<double>(i) - offset_ - median;
        if (count_[i] == 0 || std::abs(off) > kTail * deviation) continue;
        const double c = static_cast<double>(count_[i]);
        n += c;
        sum += c * off;
        square += c * off * off;
      }
      level = {median + sum / n, std::sqrt(std::max(0.0, square / n - sum * sum / (n * n))), n, 0};
      deviation = level.deviation;
    }
    for (size_t i = 0; i < count_.size(); ++i) {
      const double off = static_cast<double>(i) - offset_ - level.mean;
      if (off > kHot * std::max(deviation, 0.3)) level.hot += static_cast<double>(count_[i]);
    }
    level.hot /= total;
    return level;
  }

 private:
  // The value below which `rank` of the counts lie, each spread evenly over its code.
  double Quantile(double rank) const {
    double below = 0;
    for (size_t i = 0; i < count_.size(); ++i) {
      const double c = static_cast<double>(count_[i]);
      if (c > 0 && below + c >= rank) {
        return static_cast<double>(i) - offset_ - 0.5 + (rank - below) / c;
      }
      below += c;
    }
    return 0;
  }
  int offset_;
  std::vector<int64_t> count_;
};

tl::unexpected<Error> Bad(const RawFrame& frame, const std::string& what) {
  return Fail(ErrorCode::kInvalidInput, frame.path + ": " + what);
}

Status CheckFrame(const RawFrame& frame, const RawFrame& first) {
  if (frame.IsLinearRaw()) {
    return Bad(frame, "its mosaic was already made into colours: a black level of sites is gone");
  }
  if (frame.width() < 64 || frame.height() < 64) return Bad(frame, "the frame is too small");
  if (frame.width() != first.width() || frame.height() != first.height()) {
    return Bad(frame, fmt::format("{} x {} pixels, but {} has {} x {}", frame.width(),
                                  frame.height(), first.path, first.width(), first.height()));
  }
  if (!(frame.cfa == first.cfa)) return Bad(frame, "its mosaic is not that of " + first.path);
  return {};
}

// Robust levels of one frame: its sites, and each site in each part of the frame.
struct FrameLevels {
  std::array<Histogram::Level, 4> site;
  std::array<std::array<double, kParts * kParts>, 4> part{};
};

FrameLevels Measure(const RawFrame& frame) {
  const bool quad = frame.cfa.IsQuad();
  FrameLevels levels;
  std::array<std::array<Histogram, 4>, kParts> rows;
  std::array<std::array<std::array<double, kParts>, 4>, kParts> means{};
  ParallelFor(kParts, [&](int j) {
    const int y0 = j * frame.height() / kParts, y1 = (j + 1) * frame.height() / kParts;
    for (int i = 0; i < kParts; ++i) {
      const int x0 = i * frame.width() / kParts, x1 = (i + 1) * frame.width() / kParts;
      std::array<Histogram, 4> own;
      for (int y = y0; y < y1; ++y) {
        const uint16_t* row = frame.mosaic.row(y);
        for (int x = x0; x < x1; ++x) own[SiteOf(x, y, quad)].Add(row[x]);
      }
      for (int s = 0; s < 4; ++s) {
        means[j][s][i] = own[s].Robust().mean;
        rows[j][s].Add(own[s]);
      }
    }
  });
  for (int s = 0; s < 4; ++s) {
    for (int j = 1; j < kParts; ++j) rows[0][s].Add(rows[j][s]);
    levels.site[s] = rows[0][s].Robust();
    for (int at = 0; at < kParts * kParts; ++at) {
      levels.part[s][at] = means[at / kParts][s][at % kParts];
    }
  }
  return levels;
}

double WhiteOf(const RawFrame& frame) {
  return *std::min_element(frame.white_dn.begin(), frame.white_dn.end());
}

Status CheckDark(const RawFrame& frame, const FrameLevels& levels) {
  const double white = WhiteOf(frame);
  double least = HUGE_VAL, most = -HUGE_VAL, range = 0;
  for (int s = 0; s < 4; ++s) {
    least = std::min(least, levels.site[s].mean);
    most = std::max(most, levels.site[s].mean);
    const auto [low, high] = std::minmax_element(levels.part[s].begin(), levels.part[s].end());
    range = std::max(range, *high - *low);
  }
  if (most <= kMaxDark * white && most - least <= kLight * white && range <= kLight * white) {
    return {};
  }
  return Bad(frame, fmt::format("there is light in the dark frame: its sites lie at {:.0f} to "
                                "{:.0f} DN of {:.0f} and change by {:.0f} DN over the frame",
                                least, most, white, range));
}

// Temporal deviation of a pixel from the differences of two frames.
double TemporalDeviation(const RawFrame& a, const RawFrame& b) {
  std::vector<Histogram> rows;
  constexpr int kStrips = 8;
  for (int k = 0; k < kStrips; ++k) rows.emplace_back(65536);
  ParallelFor(kStrips, [&](int k) {
    for (int y = k; y < a.height(); y += kStrips) {
      const uint16_t *p = a.mosaic.row(y), *q = b.mosaic.row(y);
      for (int x = 0; x < a.width(); ++x) {
        rows[k].Add(std::clamp(static_cast<int>(p[x]) - q[x], -65535, 65535));
      }
    }
  });
  for (int k = 1; k < kStrips; ++k) rows[0].Add(rows[k]);
  return rows[0].Robust().deviation / std::sqrt(2.0);
}

struct Group {
  double iso, exposure_s;
  std::vector<size_t> frames;
};

}  // namespace

Result<BlackFromFrames> CalibrateBlack(std::span<const RawFrame> darks) {
  if (darks.empty()) return Fail(ErrorCode::kInvalidInput, "no dark frame was given");
  BlackFromFrames out;
  std::vector<FrameLevels> levels;
  std::vector<Group> groups;
  bool no_iso = false;
  for (size_t i = 0; i < darks.size(); ++i) {
    PETZVAL_RETURN_IF_ERROR(CheckFrame(darks[i], darks.front()));
    levels.push_back(Measure(darks[i]));
    PETZVAL_RETURN_IF_ERROR(CheckDark(darks[i], levels.back()));
    no_iso |= !(darks[i].exif.iso > 0);
    const double iso = darks[i].exif.iso > 0 ? darks[i].exif.iso : 100;
    const double time = darks[i].exif.exposure_s;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) {
      return g.iso == iso && std::abs(g.exposure_s - time) <= 0.01 * time;
    });
    if (group == groups.end()) group = groups.insert(groups.end(), Group{iso, time, {}});
    group->frames.push_back(i);
  }
  if (no_iso) out.warnings.push_back("files without an ISO count as ISO 100");
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return a.iso != b.iso ? a.iso < b.iso : a.exposure_s < b.exposure_s;
  });

  for (const Group& group : groups) {
    BlackCalibration::Entry entry;
    entry.iso = group.iso;
    entry.exposure_s = group.exposure_s;
    BlackOfExposure report;
    report.iso = group.iso;
    report.exposure_s = group.exposure_s;
    report.frames = static_cast<int>(group.frames.size());
    const double n = static_cast<double>(group.frames.size());
    double spatial = 0, least = HUGE_VAL, most = -HUGE_VAL;
    for (int s = 0; s < 4; ++s) {
      double square = 0, pixels = 0;
      std::array<double, kParts * kParts> part{};
      for (const size_t f : group.frames) {
        const Histogram::Level& level = levels[f].site[s];
        entry.black_dn[s] += level.mean / n;
        square += level.mean * level.mean / n;
        pixels += level.n;
        spatial += level.deviation * level.deviation / (4 * n);
        report.hot_share += level.hot / (4 * n);
        for (int k = 0; k < kParts * kParts; ++k) part[k] += levels[f].part[s][k] / n;
      }
      const double between = std::max(0.0, square - entry.black_dn[s] * entry.black_dn[s]);
      report.standard_error_dn[s] =
          std::sqrt(spatial / std::max(1.0, pixels) + (n > 1 ? between / (n - 1) : 0));
      const auto [low, high] = std::minmax_element(part.begin(), part.end());
      report.gradient_dn = std::max(report.gradient_dn, *high - *low);
      least = std::min(least, entry.black_dn[s]);
      most = std::max(most, entry.black_dn[s]);
    }
    entry.noise_dn = std::sqrt(spatial);
    if (group.frames.size() > 1) {
      double square = 0;
      for (size_t k = 1; k < group.frames.size(); ++k) {
        const double d = TemporalDeviation(darks[group.frames[k - 1]], darks[group.frames[k]]);
        square += d * d / (n - 1);
      }
      entry.noise_dn = std::sqrt(square);
      report.fixed_dn = std::sqrt(std::max(0.0, spatial - square));
    }

    const std::string name = fmt::format("ISO {:g}, {:g} s", group.iso, group.exposure_s);
    const double mean =
        (entry.black_dn[0] + entry.black_dn[1] + entry.black_dn[2] + entry.black_dn[3]) / 4;
    const RawFrame& first = darks[group.frames.front()];
    if (std::abs(mean - first.black_dn[0]) > kTellStated_dn) {
      out.warnings.push_back(
          fmt::format("{}: the file states a black level of {:g} DN, the dark "
                      "frames lie at {:.1f}",
                      name, first.black_dn[0], mean));
    }
    if (report.gradient_dn > kTellGradient_dn) {
      out.warnings.push_back(
          fmt::format("{}: the dark changes by {:.1f} DN across the frame: glow "
                      "of the sensor, or a leak of light",
                      name, report.gradient_dn));
    }
    if (least < kTail * entry.noise_dn / 2) {
      out.warnings.push_back(
          fmt::format("{}: black lies {:.1f} DN above zero, which cuts the noise "
                      "off: its mean is too high",
                      name, least));
    }
    out.black.entries.push_back(entry);
    out.exposures.push_back(report);
  }
  out.black.source = fmt::format("{} dark frame{}", darks.size(), darks.size() == 1 ? "" : "s");
  return out;
}

}  // namespace petzval::calibrate
