// From series of frames to the line of variance over level, and what it says of the sensor.
#include "petzval/measure/noise/photon_transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "petzval/measure/noise/frames.h"
#include "petzval/measure/noise/transfer_fit.h"
#include "petzval/measure/noise/transfer_pattern.h"
#include "petzval/measure/noise/transfer_series.h"
#include "petzval/measure/subject/median.h"

namespace petzval::measure {
namespace {

constexpr double kTail = 4.5;  // standard deviations that must have room before a limit
constexpr double kMinDegrees = 200;

Status CheckInput(std::span<const Subject> frames, std::span<const Subject> darks) {
  PETZVAL_RETURN_IF_ERROR(CheckFrames(frames));
  const Subject& first = frames.front();
  if (!first.raw()) {
    return Fail(ErrorCode::kInvalidInput,
                first.path + ": photon transfer takes RAW frames, this is a finished picture");
  }
  if (!(first.white_dn > first.black_dn)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{}: the white level {} is not above the black level {}", first.path,
                            first.white_dn, first.black_dn));
  }
  for (std::span<const Subject> all : {frames, darks}) {
    for (const Subject& frame : all) {
      PETZVAL_RETURN_IF_ERROR(CheckAlike(first, frame));
      if (std::abs(frame.iso - first.iso) > 1e-6 * first.iso) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("{} has ISO {} but {} has ISO {}: a gain is that of one ISO",
                                first.path, first.iso, frame.path, frame.iso));
      }
    }
  }
  return {};
}

// Mean of the darks above the stated black, robust against hot pixels.
std::array<double, 3> BlackOffset(std::span<const Subject> darks, std::span<const Rect> rois) {
  std::array<double, 3> offset{};
  if (darks.empty()) return offset;
  const Subject& first = darks.front();
  const double scale = first.white_dn - first.black_dn;
  for (int c = 0; c < 3; ++c) {
    std::vector<double> rows;
    for (const Subject& dark : darks) {
      for (const Rect& roi : rois) {
        for (int y = roi.y; y < roi.y + roi.height; ++y) {
          double sum = 0;
          int n = 0;
          for (int x = roi.x; x < roi.x + roi.width; ++x) {
            if (!dark.mono && !dark.sites[c].Has(x, y)) continue;
            // A hot pixel may be thousands of DN above; a twentieth of the range is no darkness.
            const double value = dark.mosaic.row(y)[x] * scale;
            if (value > 0.05 * scale) continue;
            sum += value;
            ++n;
          }
          if (n > 0) rows.push_back(sum / n);
        }
      }
    }
    if (!rows.empty()) offset[c] = Median(std::move(rows));
  }
  return offset;
}

// A point that the sensor's limits do not touch.
bool Clear(const TransferPoint& point, double degrees, double floor_dn, double ceiling_dn) {
  const double tail = kTail * std::sqrt(point.variance_dn2);
  return degrees >= kMinDegrees && point.level_dn + tail < ceiling_dn &&
         point.level_dn - tail > floor_dn;
}

// Frames may saturate below the clip level of the file: there the variance has fallen off the line.
// The mean level of such points, or `clip_dn`.
double FindSaturation(const std::vector<TransferPoint*>& points, const VarianceLine& line,
                      double clip_dn, bool* found) {
  double top = 0;
  for (const TransferPoint* p : points) top = std::max(top, p->level_dn);
  double quietest = INFINITY;
  const auto fallen = [&](const TransferPoint& p) {
    return p.pixels >= 200 && p.level_dn > 0.5 * top && p.level_dn < clip_dn &&
           p.variance_dn2 < 0.25 * line.At(p.level_dn);
  };
  for (const TransferPoint* p : points) {
    if (fallen(*p)) quietest = std::min(quietest, p->variance_dn2);
  }
  if (!std::isfinite(quietest)) return clip_dn;
  double sum = 0, pixels = 0;
  for (const TransferPoint* p : points) {
    if (!fallen(*p) || p->variance_dn2 > 2 * quietest) continue;
    sum += p->level_dn * static_cast<double>(p->pixels);
    pixels += static_cast<double>(p->pixels);
  }
  *found = true;
  return sum / pixels;
}

struct Limits {
  double floor_dn, ceiling_dn, rounding_variance;
};

VarianceLine FitUsed(const std::vector<TransferPoint*>& points,
                     const std::vector<double>& degrees) {
  std::vector<VariancePoint> used;
  for (size_t i = 0; i < points.size(); ++i) {
    if (points[i]->used) used.push_back({points[i]->level_dn, points[i]->variance_dn2, degrees[i]});
  }
  return FitVarianceLine(used);
}

ChannelTransfer FitChannel(Channel channel, const std::vector<TransferPoint*>& points,
                           const std::vector<double>& degrees, const Limits& limits,
                           bool* saturates) {
  ChannelTransfer out;
  out.channel = channel;
  out.saturation_dn = limits.ceiling_dn;
  // Step 1: a line through the lower half, where no charge is full yet, finds the saturation.
  double top = 0;
  for (const TransferPoint* p : points) top = std::max(top, p->level_dn);
  for (size_t i = 0; i < points.size(); ++i) {
    points[i]->used = points[i]->level_dn < 0.5 * top &&
                      Clear(*points[i], degrees[i], limits.floor_dn, limits.ceiling_dn);
  }
  VarianceLine line = FitUsed(points, degrees);
  bool saturated = false;
  if (line.known) {
    out.saturation_dn = FindSaturation(points, line, limits.ceiling_dn, &saturated);
    *saturates |= saturated;
  }
  // Step 2: the line through all below it.
  for (size_t i = 0; i < points.size(); ++i) {
    TransferPoint* p = points[i];
    p->used = Clear(*p, degrees[i], limits.floor_dn, out.saturation_dn);
    const double expected = line.known && p->used ? line.At(p->level_dn) : 0;
    if (saturated && p->level_dn > 0.5 * top && p->variance_dn2 < 0.7 * expected) p->used = false;
  }
  line = FitUsed(points, degrees);
  if (!line.known || line.slope_error > 0.2 * line.slope) return out;
  for (size_t i = 0; i < points.size(); ++i) {
    const double expected = std::max(line.At(points[i]->level_dn), 0.0);
    points[i]->standard_error =
        std::max(expected, points[i]->variance_dn2) * std::sqrt(2 / std::max(1.0, degrees[i]));
  }
  out.known = true;
  out.gain_e_per_dn = 1 / line.slope;
  out.gain_standard_error = line.slope_error / (line.slope * line.slope);
  out.bend = std::copysign(std::sqrt(std::abs(line.square)), line.square);
  out.full_well_e = out.gain_e_per_dn * out.saturation_dn;
  const double read2 = line.intercept - limits.rounding_variance;
  if (read2 > 2 * line.intercept_error) {
    out.read_noise_dn = std::sqrt(read2);
    out.read_noise_e = out.read_noise_dn * out.gain_e_per_dn;
    out.read_noise_standard_error =
        out.read_noise_e *
        std::hypot(0.5 * line.intercept_error / read2, out.gain_standard_error / out.gain_e_per_dn);
  } else {
    out.read_noise_dn = out.read_noise_e = out.read_noise_standard_error = std::nan("");
  }
  return out;
}

// Mean over the channels, by their errors; NaN when none is known.
double Pooled(const std::array<ChannelTransfer, 3>& channels, double ChannelTransfer::*value,
              double ChannelTransfer::*error) {
  double sum = 0, weights = 0;
  for (const ChannelTransfer& c : channels) {
    if (!c.known || !std::isfinite(c.*value)) continue;
    const double e = std::max(c.*error, 1e-4 * std::abs(c.*value));
    sum += c.*value / (e * e);
    weights += 1 / (e * e);
  }
  return weights > 0 ? sum / weights : std::nan("");
}

void FillNoiseModel(double scale_dn, double rounding_variance, PhotonTransfer* transfer) {
  for (int c = 0; c < 3; ++c) {
    const ChannelTransfer& channel = transfer->channels[c];
    const double gain = channel.known ? channel.gain_e_per_dn : transfer->gain_e_per_dn;
    double read_e = channel.known ? channel.read_noise_e : transfer->read_noise_e;
    if (!std::isfinite(read_e)) read_e = transfer->read_noise_e;
    const double read_dn = std::isfinite(read_e) ? read_e / gain : 0;
    transfer->noise.plane[c] = {1 / (gain * scale_dn),
                                (read_dn * read_dn + rounding_variance) / (scale_dn * scale_dn)};
  }
}

}  // namespace

Result<PhotonTransfer> MeasurePhotonTransfer(std::span<const Subject> frames,
                                             std::span<const Subject> darks,
                                             const PhotonTransferOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckInput(frames, darks));
  const Subject& first = frames.front();
  std::vector<Rect> rois = options.rois;
  if (rois.empty()) rois.push_back({0, 0, first.width(), first.height()});
  PETZVAL_RETURN_IF_ERROR(CheckPatches(frames, rois, 16));

  // Step 1: series, and what is to be learnt of each.
  PhotonTransfer out;
  std::vector<Series> series = SortIntoSeries(frames, &out.findings.warnings);
  if (series.empty()) {
    return Fail(
        ErrorCode::kInvalidInput,
        "no two frames have the same exposure: photon transfer takes pairs, which show what "
        "changes from frame to frame");
  }
  if (darks.size() > 1) {
    Series dark;
    for (const Subject& frame : darks) dark.frames.push_back(&frame);
    dark.dark = true;
    series.push_back(std::move(dark));
  }
  std::vector<SeriesStatistics> statistics;
  for (Series& s : series) {
    statistics.push_back(MeasureSeries(s, rois));
    using Content = PhotonTransferOptions::Content;
    s.flat = !s.dark && (options.content == Content::kFlat ||
                         (options.content == Content::kDetect && statistics.back().smooth));
  }
  const std::array<double, 3> black = BlackOffset(darks, rois);

  // Step 2: the points, and a line for each colour.
  std::vector<double> degrees;
  for (size_t s = 0; s < series.size(); ++s) {
    for (int c = 0; c < 3; ++c) {
      for (const LevelBin& bin : statistics[s].bins[c]) {
        TransferPoint point{static_cast<Channel>(c), static_cast<int>(s), bin.level - black[c],
                            bin.variance};
        point.pixels = bin.pixels;
        out.points.push_back(point);
        degrees.push_back(static_cast<double>(bin.pixels) *
                          (static_cast<double>(series[s].frames.size()) - 1));
      }
    }
  }
  const double step = StepOfValues(first);
  bool saturates = false;
  std::array<double, 3> saturation{};
  for (int c = 0; c < 3; ++c) {
    std::vector<TransferPoint*> points;
    std::vector<double> channel_degrees;
    for (size_t i = 0; i < out.points.size(); ++i) {
      if (out.points[i].channel != static_cast<Channel>(c)) continue;
      points.push_back(&out.points[i]);
      channel_degrees.push_back(degrees[i]);
    }
    const Limits limits{statistics[0].floor_dn - black[c], statistics[0].ceiling_dn - black[c],
                        step * step / 12};
    out.channels[c] =
        FitChannel(static_cast<Channel>(c), points, channel_degrees, limits, &saturates);
    saturation[c] = out.channels[c].saturation_dn;
  }
  out.gain_e_per_dn =
      Pooled(out.channels, &ChannelTransfer::gain_e_per_dn, &ChannelTransfer::gain_standard_error);
  if (!std::isfinite(out.gain_e_per_dn)) {
    return Fail(ErrorCode::kInvalidInput,
                "the frames' levels span too little, or are clipped, for a conversion gain: add "
                "frames of other exposures, or dark frames");
  }
  out.read_noise_e = Pooled(out.channels, &ChannelTransfer::read_noise_e,
                            &ChannelTransfer::read_noise_standard_error);
  out.full_well_e =
      Pooled(out.channels, &ChannelTransfer::full_well_e, &ChannelTransfer::gain_standard_error);
  FillNoiseModel(first.white_dn - first.black_dn, step * step / 12, &out);

  // Step 3: what the pixels do not share.
  const SensorPattern pattern = MeasurePattern(series, statistics, saturation);
  out.prnu = pattern.prnu;
  if (!saturates) {
    out.findings.warnings.push_back(
        "no frame saturates below the clip level of the file: the full well is that level, the "
        "pixel may hold more");
  }
  if (!darks.empty()) {
    const double largest = std::max({std::abs(black[0]), std::abs(black[1]), std::abs(black[2])});
    if (largest > 0.5) {
      out.findings.warnings.push_back(fmt::format(
          "the darks lie up to {:.2f} DN off the black level of the file; levels count from them",
          largest));
    }
  }
  AddFindings(pattern, step, &out);
  return out;
}

}  // namespace petzval::measure
