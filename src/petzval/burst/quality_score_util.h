// Scores of a mosaic against the truth of a simulated burst: what bench and tests share.
#ifndef PETZVAL_BURST_QUALITY_SCORE_UTIL_H_
#define PETZVAL_BURST_QUALITY_SCORE_UTIL_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "petzval/capture/raw_frame.h"

namespace petzval::burst {

// Linear signal of a mosaic, 0 = black, 1 = white, not clipped.
inline Image<float> Signal(const RawFrame& frame) {
  Image<float> out(frame.width(), frame.height());
  for (int y = 0; y < frame.height(); ++y) {
    for (int x = 0; x < frame.width(); ++x) {
      const int color = frame.cfa.IsMono() ? 1 : static_cast<int>(frame.cfa.At(x, y));
      const float black = frame.BlackAt(x, y);
      out.At(x, y) = (frame.mosaic.At(x, y) - black) / (frame.white_dn[color] - black);
    }
  }
  return out;
}

// Everything that is measured, by name: PSNR per box in dB, hot_left, hot_planted, stars_lost,
// stars_seen, star_flux.
using Scores = std::map<std::string, double>;

class BurstTruth {
 public:
  // `truth` has the keys regions_xywh, objects, hot_pixels_xyv, stars_xyv (each may be missing).
  BurstTruth(const nlohmann::json& truth, const Image<float>& clean);
  Scores Score(const Image<float>& x, const Image<float>& clean) const;

 private:
  static double Psnr(const Image<float>& x, const Image<float>& clean, const Rect& r,
                     const Image<uint8_t>* leave_out);
  double Flux(const Image<float>& x, int cx, int cy) const;

  struct Point {
    double x, y;
  };
  std::vector<Point> hot_, stars_;
  std::map<std::string, Rect> regions_;
  Image<uint8_t> near_hot_, near_hot_or_moving_;
};

inline BurstTruth::BurstTruth(const nlohmann::json& truth, const Image<float>& clean)
    : near_hot_(clean.width(), clean.height()), near_hot_or_moving_(clean.width(), clean.height()) {
  const auto points = [&](const char* key, std::vector<Point>* out) {
    if (!truth.contains(key)) return;
    for (const auto& p : truth[key]) out->push_back({p[0].get<double>(), p[1].get<double>()});
  };
  points("hot_pixels_xyv", &hot_);
  points("stars_xyv", &stars_);
  if (truth.contains("regions_xywh")) {
    for (const auto& [name, r] : truth["regions_xywh"].items()) {
      regions_[name] = {r[0].get<int>(), r[1].get<int>(), r[2].get<int>(), r[3].get<int>()};
    }
  }
  const auto mark = [&](Image<uint8_t>* mask, int x0, int y0, int w, int h) {
    for (int y = std::max(0, y0); y < std::min(clean.height(), y0 + h); ++y) {
      for (int x = std::max(0, x0); x < std::min(clean.width(), x0 + w); ++x) mask->At(x, y) = 1;
    }
  };
  near_hot_.Fill(0);
  near_hot_or_moving_.Fill(0);
  for (const Point& p : hot_) {
    mark(&near_hot_, static_cast<int>(p.x) - 2, static_cast<int>(p.y) - 2, 5, 5);
    mark(&near_hot_or_moving_, static_cast<int>(p.x) - 2, static_cast<int>(p.y) - 2, 5, 5);
  }
  for (const auto& [name, r] : regions_) {
    if (name.rfind("moving", 0) == 0) mark(&near_hot_or_moving_, r.x, r.y, r.width, r.height);
  }
}

inline double BurstTruth::Psnr(const Image<float>& x, const Image<float>& clean, const Rect& r,
                               const Image<uint8_t>* leave_out) {
  double sum = 0;
  int64_t count = 0;
  for (int j = std::max(0, r.y); j < std::min(clean.height(), r.y + r.height); ++j) {
    for (int i = std::max(0, r.x); i < std::min(clean.width(), r.x + r.width); ++i) {
      if (leave_out && leave_out->At(i, j)) continue;
      const double d = std::clamp(x.At(i, j), 0.0f, 1.0f) - clean.At(i, j);
      sum += d * d;
      ++count;
    }
  }
  return count ? -10 * std::log10(std::max(sum / count, 1e-12)) : 0;
}

// Flux of a star in 5 x 5 sites above the background of its colour, which is the median of the
// sites of the same colour between 4 and 7 px away.
inline double BurstTruth::Flux(const Image<float>& x, int cx, int cy) const {
  std::array<std::vector<float>, 4> ring;
  for (int dy = -7; dy <= 7; ++dy) {
    for (int dx = -7; dx <= 7; ++dx) {
      if (std::max(std::abs(dx), std::abs(dy)) < 4) continue;
      ring[((cy + dy) & 1) * 2 + ((cx + dx) & 1)].push_back(x.At(cx + dx, cy + dy));
    }
  }
  double background[4];
  for (int p = 0; p < 4; ++p) {
    std::nth_element(ring[p].begin(), ring[p].begin() + ring[p].size() / 2, ring[p].end());
    background[p] = ring[p][ring[p].size() / 2];
  }
  double flux = 0;
  for (int dy = -2; dy <= 2; ++dy) {
    for (int dx = -2; dx <= 2; ++dx) {
      flux += x.At(cx + dx, cy + dy) - background[((cy + dy) & 1) * 2 + ((cx + dx) & 1)];
    }
  }
  return flux;
}

inline Scores BurstTruth::Score(const Image<float>& x, const Image<float>& clean) const {
  Scores s;
  constexpr int kBorder = 32;
  const Rect inner{kBorder, kBorder, clean.width() - 2 * kBorder, clean.height() - 2 * kBorder};
  s["all"] = Psnr(x, clean, inner, nullptr);
  s["all_nohot"] = Psnr(x, clean, inner, &near_hot_);
  s["static"] = Psnr(x, clean, inner, &near_hot_or_moving_);
  for (const auto& [name, r] : regions_) s[name] = Psnr(x, clean, r, &near_hot_);
  int left = 0;
  for (const Point& p : hot_) {
    const int px = static_cast<int>(p.x), py = static_cast<int>(p.y);
    left += x.At(px, py) - clean.At(px, py) > 0.1f;
  }
  s["hot_left"] = left;
  s["hot_planted"] = static_cast<double>(hot_.size());
  int seen = 0, lost = 0;
  std::vector<double> kept;
  for (const Point& star : stars_) {
    const int cx = static_cast<int>(std::lround(star.x)),
              cy = static_cast<int>(std::lround(star.y));
    if (cx < 8 || cy < 8 || cx + 8 >= clean.width() || cy + 8 >= clean.height()) continue;
    float peak = 0;
    for (int dy = -2; dy <= 2; ++dy) {
      for (int dx = -2; dx <= 2; ++dx) peak = std::max(peak, clean.At(cx + dx, cy + dy));
    }
    bool spoiled = false;
    for (const Point& p : hot_) spoiled |= std::hypot(p.x - star.x, p.y - star.y) <= 6;
    if (peak <= 0.03f || spoiled) continue;
    ++seen;
    const double share = Flux(x, cx, cy) / Flux(clean, cx, cy);
    kept.push_back(share);
    lost += share < 0.7;
  }
  s["stars_seen"] = seen;
  s["stars_lost"] = lost;
  if (!kept.empty()) {
    std::nth_element(kept.begin(), kept.begin() + kept.size() / 2, kept.end());
    s["star_flux"] = kept[kept.size() / 2];
  }
  return s;
}

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_QUALITY_SCORE_UTIL_H_
