// Sizes, levels and light of calibration frames.
#include "petzval/calibrate/frames/frame_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"

namespace petzval::calibrate {
namespace {

using measure::Subject;

constexpr int kParts = 3;            // the frame is looked at in 3 x 3 parts
constexpr double kMaxDark = 0.25;    // of full scale: no black level is as high
constexpr double kMaxUneven = 0.01;  // of full scale: colours or parts of a dark
constexpr double kMinFlat = 0.02;    // of full scale

int ColorOf(const Subject& frame, int x, int y) {
  if (frame.mono) return 1;
  return frame.sites[0].Has(x, y) ? 0 : frame.sites[1].Has(x, y) ? 1 : 2;
}

tl::unexpected<Error> Bad(const Subject& frame, const std::string& what) {
  return Fail(ErrorCode::kInvalidInput, frame.path + ": " + what);
}

}  // namespace

Status CheckRaw(const Subject& frame) {
  if (!frame.raw()) return Bad(frame, "this is a finished picture, RAW frames are needed");
  if (frame.width() < 64 || frame.height() < 64) return Bad(frame, "the frame is too small");
  if (!(frame.white_dn > frame.black_dn)) {
    return Bad(frame, "its white level is not above its black level");
  }
  return {};
}

Status CheckAlike(const Subject& a, const Subject& b) {
  if (a.width() != b.width() || a.height() != b.height()) {
    return Bad(b, fmt::format("{} x {} pixels, but {} has {} x {}", b.width(), b.height(), a.path,
                              a.width(), a.height()));
  }
  for (int c = 0; c < 3; ++c) {
    if (a.mono != b.mono || a.sites[c].bits != b.sites[c].bits) {
      return Bad(b, "its mosaic is not that of " + a.path);
    }
  }
  if (std::abs(a.white_dn - b.white_dn) > 0.5 || std::abs(a.black_dn - b.black_dn) > 0.5) {
    return Bad(b, fmt::format("black and white level {:g}, {:g} are not those of {} ({:g}, {:g})",
                              b.black_dn, b.white_dn, a.path, a.black_dn, a.white_dn));
  }
  return {};
}

double FrameLevels::brightest() const { return std::max({mean[0], mean[1], mean[2]}); }
double FrameLevels::darkest() const { return std::min({mean[0], mean[1], mean[2]}); }

FrameLevels LevelsOf(const Subject& frame) {
  struct Row {
    double sum[3][kParts] = {};
    int64_t n[3][kParts] = {};
    int64_t clipped = 0;
  };
  std::vector<Row> rows(frame.height());
  ParallelFor(frame.height(), [&](int y) {
    Row& row = rows[y];
    const float* values = frame.mosaic.row(y);
    for (int x = 0; x < frame.width(); ++x) {
      const float v = values[x];
      if (!std::isfinite(v)) continue;
      const int c = ColorOf(frame, x, y), part = x * kParts / frame.width();
      row.sum[c][part] += v;
      ++row.n[c][part];
      row.clipped += v >= frame.clip ? 1 : 0;
    }
  });
  double sum[3][kParts * kParts] = {};
  double n[3][kParts * kParts] = {};
  double clipped = 0;
  for (int y = 0; y < frame.height(); ++y) {
    for (int c = 0; c < 3; ++c) {
      for (int part = 0; part < kParts; ++part) {
        const int at = y * kParts / frame.height() * kParts + part;
        sum[c][at] += rows[y].sum[c][part];
        n[c][at] += static_cast<double>(rows[y].n[c][part]);
      }
    }
    clipped += static_cast<double>(rows[y].clipped);
  }
  FrameLevels levels;
  levels.clipped = clipped / (static_cast<double>(frame.width()) * frame.height());
  for (int c = 0; c < 3; ++c) {
    double all = 0, count = 0, least = HUGE_VAL, most = -HUGE_VAL;
    for (int at = 0; at < kParts * kParts; ++at) {
      if (n[c][at] == 0) continue;
      all += sum[c][at];
      count += n[c][at];
      least = std::min(least, sum[c][at] / n[c][at]);
      most = std::max(most, sum[c][at] / n[c][at]);
    }
    if (count == 0) continue;
    levels.mean[c] = all / count;
    levels.range = std::max(levels.range, most - least);
  }
  if (frame.mono) levels.mean[0] = levels.mean[2] = levels.mean[1];
  return levels;
}

Status CheckDark(const Subject& dark) {
  const FrameLevels levels = LevelsOf(dark);
  const double colors = levels.brightest() - levels.darkest();
  if (levels.brightest() > kMaxDark || colors > kMaxUneven || levels.range > kMaxUneven) {
    return Bad(dark, fmt::format("there is light in the dark frame: {:.1f} % of full scale, {:.1f} "
                                 "% from place to place or colour to colour",
                                 100 * levels.brightest(), 100 * std::max(colors, levels.range)));
  }
  return {};
}

Status CheckFlatHasLight(const Subject& flat) {
  const FrameLevels levels = LevelsOf(flat);
  if (levels.brightest() >= kMinFlat) return {};
  return Bad(flat, fmt::format("there is no light in the flat: {:.2f} % of full scale",
                               100 * levels.brightest()));
}

bool IsQuad(const Subject& frame) {
  if (frame.mono) return false;
  for (const measure::SiteMask& sites : frame.sites) {
    for (int y = 0; y < 4; y += 2) {
      for (int x = 0; x < 4; x += 2) {
        const bool first = sites.Has(x, y);
        if (sites.Has(x + 1, y) != first || sites.Has(x, y + 1) != first ||
            sites.Has(x + 1, y + 1) != first) {
          return false;
        }
      }
    }
  }
  return true;
}

}  // namespace petzval::calibrate
