// Hot pixels of a burst: what stays on the sensor while the scene moves.
#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "petzval/base/parallel.h"
#include "petzval/burst/hot_pixels.h"
#include "petzval/burst/hot_scan.h"
#include "petzval/burst/hot_single.h"
#include "petzval/burst/pyramid.h"

namespace petzval::burst {
namespace {

constexpr float kScanSigmas = 2.5f;  // of the difference of two samples
constexpr float kMostSigmas = 40;    // the scan never asks for more
// A defect stands out by the first in most single frames, by the second in all of them together.
constexpr float kResidualSigmas = 2.5f, kTotalSigmas = 9;
constexpr int kScanNeeded = 6;  // of 8 neighbours: a cluster may hold two more sites
// More sites than this share of the mosaic are no defects but something the test misreads.
constexpr double kMostSites = 0.002;

struct Less {
  bool operator()(const Site& a, const Site& b) const { return a.y != b.y ? a.y < b.y : a.x < b.x; }
};
using SiteSet = std::set<Site, Less>;

int ColorAt(const RawFrame& frame, int x, int y) {
  return frame.cfa.IsMono() ? 1 : std::min(2, static_cast<int>(frame.cfa.At(x, y)));
}

float RangeAt(const RawFrame& frame, int x, int y) {
  return std::max(1.0f, frame.white_dn[ColorAt(frame, x, y)] - frame.BlackAt(x, y));
}

// Motion of a mosaic point of the reference into a frame, in mosaic pixels.
Shift MotionAt(const HotFrame& frame, int bin, double x, double y) {
  if (!frame.motion) return {};
  const Shift u = frame.motion->At((x + 0.5) / bin - 0.5, (y + 0.5) / bin - 0.5);
  return {u.x * bin, u.y * bin};
}

// The point of the reference that a frame sees at (x, y).
Shift ToReference(const HotFrame& frame, int bin, double x, double y) {
  Shift q{x, y};
  for (int i = 0; i < 3; ++i) {
    const Shift u = MotionAt(frame, bin, q.x, q.y);
    q = {x - u.x, y - u.y};
  }
  return q;
}

// Same-colour samples within 2 px of a point; suspicious sites do not count. Nothing when too few.
std::optional<float> Sample(const HotFrame& frame, double x, double y, int color,
                            const SiteSet& suspects) {
  const RawFrame& raw = *frame.raw;
  if (!(x >= 2 && y >= 2 && x < raw.width() - 3 && y < raw.height() - 3)) return std::nullopt;
  const int x0 = static_cast<int>(std::floor(x)) - 1, y0 = static_cast<int>(std::floor(y)) - 1;
  double sum = 0, total = 0;
  for (int j = y0; j < y0 + 4; ++j) {
    for (int i = x0; i < x0 + 4; ++i) {
      if (ColorAt(raw, i, j) != color || suspects.count({i, j})) continue;
      const double dx = std::max(0.0, 1 - (i - x) * (i - x) / 4);
      const double dy = std::max(0.0, 1 - (j - y) * (j - y) / 4);
      const double w = std::pow(dx * dy, 4);
      sum += w * frame.GainAt(j) * (raw.mosaic.row(j)[i] - raw.BlackAt(i, j)) / RangeAt(raw, i, j);
      total += w;
    }
  }
  if (total < 0.02) return std::nullopt;
  return static_cast<float>(sum / total);
}

struct Prediction {
  float value = 0, error = 0;  // of the reference's level
  bool known = false;
};

// What the other frames saw at the scene point that frame k has at this site. Frames in which that
// point falls onto nearly the same sensor site prove nothing and are left out.
Prediction Predict(const std::vector<HotFrame>& frames, size_t k, const Site& site, int bin,
                   const SiteSet& suspects) {
  const Shift q = ToReference(frames[k], bin, site.x, site.y);
  const int color = ColorAt(*frames[k].raw, site.x, site.y);
  std::vector<float> seen;
  for (size_t j = 0; j < frames.size(); ++j) {
    if (j == k) continue;
    const Shift u = MotionAt(frames[j], bin, q.x, q.y);
    const double x = q.x + u.x, y = q.y + u.y;
    if (std::hypot(x - site.x, y - site.y) < 1) continue;
    if (const auto v = Sample(frames[j], x, y, color, suspects)) seen.push_back(*v);
  }
  Prediction p;
  if (seen.size() < 2) return p;
  std::sort(seen.begin(), seen.end());
  p.known = true;
  p.value = seen.size() % 2 ? seen[seen.size() / 2]
                            : (seen[seen.size() / 2 - 1] + seen[seen.size() / 2]) / 2;
  // Half the distance of the quartiles: where texture makes the frames disagree, more is asked for.
  p.error = (seen[seen.size() * 3 / 4] - seen[seen.size() / 4]) / 2;
  return p;
}

// Sites that peak in most frames; nothing when there are too many to be defects.
std::optional<SiteSet> FindSuspects(const std::vector<HotFrame>& frames, float sigmas) {
  const size_t n = frames.size();
  const RawFrame& reference = *frames[0].raw;
  const double most = kMostSites * reference.width() * reference.height();
  // A defect shows in most frames: two of them find it.
  SiteSet suspects;
  std::vector<size_t> scanned{0};
  if (n > 1) scanned.push_back(n / 2);
  if (n > 5) scanned.push_back(n - 1);
  for (const size_t k : scanned) {
    for (const Site& s : FindPeaks(*frames[k].raw, sigmas, kScanNeeded)) {
      if (suspects.count(s)) continue;
      size_t hits = 0;
      for (const HotFrame& f : frames) hits += IsPeak(*f.raw, s.x, s.y, sigmas, kScanNeeded);
      if (2 * hits >= n && hits >= std::min<size_t>(2, n)) suspects.insert(s);
      if (static_cast<double>(suspects.size()) > most) return std::nullopt;
    }
  }
  return suspects;
}

}  // namespace

int FixHotPixelsOverTime(const std::vector<HotFrame>& frames, std::vector<std::string>* warnings) {
  const size_t n = frames.size();
  RawFrame& reference = *frames[0].raw;
  const int bin = BinOf(reference.cfa);
  float sigmas = kScanSigmas;
  std::optional<SiteSet> found = FindSuspects(frames, sigmas);
  for (; !found && sigmas < kMostSigmas; found = FindSuspects(frames, sigmas)) sigmas *= 2;
  if (sigmas > kScanSigmas) {
    warnings->push_back(
        "very many sites stand out from their neighbours: only strong hot pixels are removed");
  }
  if (!found) return FixHotPixels(&reference);
  const SiteSet& suspects = *found;
  const std::vector<Site> list(suspects.begin(), suspects.end());
  std::vector<std::vector<Prediction>> predictions(list.size());
  std::vector<char> hot(list.size());
  ParallelFor(static_cast<int>(list.size()), [&](int i) {
    const Site& s = list[i];
    const int color = ColorAt(reference, s.x, s.y);
    const NoiseLine& noise = reference.noise.plane[color];
    size_t tested = 0, hits = 0;
    double total = 0;
    auto& p = predictions[i];
    for (size_t k = 0; k < n; ++k) {
      const RawFrame& raw = *frames[k].raw;
      p.push_back(Predict(frames, k, s, bin, suspects));
      if (!p[k].known) continue;
      const float range = RangeAt(raw, s.x, s.y), black = raw.BlackAt(s.x, s.y);
      const float x = (raw.mosaic.row(s.y)[s.x] - black) / range * frames[k].GainAt(s.y);
      const double sigma = std::sqrt(noise.Variance(p[k].value) + 1e-8);
      // A prediction near white hides the defect.
      if (p[k].value > 0.9f) continue;
      ++tested;
      const double residual = x - p[k].value - 2 * p[k].error;
      hits += residual > kResidualSigmas * sigma;
      total += residual / sigma;
    }
    if (tested >= std::max<size_t>(2, n / 2)) {
      hot[i] =
          4 * hits >= 3 * tested && total > kTotalSigmas * std::sqrt(static_cast<double>(tested));
    } else {
      // Frames that lie on top of each other (or too few that do not): only the shape can tell.
      hot[i] = IsPeak(reference, s.x, s.y, 5.7f, 8) && IsSharperThanLens(reference, s.x, s.y);
    }
  });
  int count = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!hot[i]) continue;
    ++count;
    const Site& s = list[i];
    for (size_t k = 0; k < n; ++k) {
      RawFrame& raw = *frames[k].raw;
      const Prediction& p = predictions[i][k];
      const float value =
          p.known ? raw.BlackAt(s.x, s.y) +
                        p.value / std::max(frames[k].GainAt(s.y), 1e-3f) * RangeAt(raw, s.x, s.y)
                  : MedianOfNeighbours(raw, s.x, s.y);
      raw.mosaic.row(s.y)[s.x] =
          static_cast<uint16_t>(std::clamp(std::nearbyint(value), 0.0f, 65535.0f));
    }
  }
  return count;
}

}  // namespace petzval::burst
