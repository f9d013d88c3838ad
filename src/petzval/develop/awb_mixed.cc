// Light of tiles, two means, and the doubts about them.
#include "petzval/develop/awb_mixed.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

constexpr int kTile = 24;  // pixels of the small picture
constexpr int kFewestTiles = 6;

struct Tile {
  int column, row, left, right, top, bottom;
  LogChroma light;      // middle of what its colours and its edges say
  double disagreement;  // of the two
  double spread;        // rms of the colours about their median
  double weight;
};

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// 0 below a, 1 above b (or the other way round).
double Step(double x, double a, double b) {
  const double t = std::clamp((x - a) / (b - a), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

bool Look(const AwbSamples& s, Tile* t) {
  Vec3 power{}, edge{};
  double luminance = 0;
  int n = 0;
  std::vector<double> red, blue;
  for (int y = t->top; y < t->bottom; ++y) {
    for (int x = t->left; x < t->right; ++x) {
      if (!s.Usable(x, y)) continue;
      Vec3 p;
      for (int c = 0; c < 3; ++c) {
        p[c] = s.picture.At(x, y, c);
        power[c] += p[c] * p[c] * p[c] * p[c];
        edge[c] += s.edge.At(x, y, c);
      }
      const LogChroma chroma = LogChromaOf(p);
      red.push_back(chroma.r);
      blue.push_back(chroma.b);
      luminance += p[1];
      ++n;
    }
  }
  if (4 * n < (t->right - t->left) * (t->bottom - t->top) || n < 16) return false;
  for (int c = 0; c < 3; ++c) {
    if (!(power[c] > 0 && edge[c] > 0)) return false;
    power[c] = std::pow(power[c], 0.25);
  }
  const LogChroma by_color = LogChromaOf(power), by_edge = LogChromaOf(edge);
  t->light = {(by_color.r + by_edge.r) / 2, (by_color.b + by_edge.b) / 2};
  t->disagreement = Distance(by_color, by_edge);
  const LogChroma middle{Median(red), Median(blue)};
  double square = 0;
  for (int i = 0; i < n; ++i) {
    square +=
        (red[i] - middle.r) * (red[i] - middle.r) + (blue[i] - middle.b) * (blue[i] - middle.b);
  }
  t->spread = std::sqrt(square / n);
  // What is bright counts more, but not as much more as it is brighter.
  t->weight = n * std::sqrt(luminance / n);
  return true;
}

struct TwoMeans {
  LogChroma mean[2];
  double share[2] = {0, 0}, within = 0;
  std::vector<int> group;
  bool valid = false;
};

TwoMeans Separate(const std::vector<Tile>& tiles) {
  TwoMeans m;
  // Start on both sides of the mean along the axis of the largest variance.
  double weights = 0, r = 0, b = 0, rr = 0, rb = 0, bb = 0;
  for (const Tile& t : tiles) {
    weights += t.weight;
    r += t.weight * t.light.r;
    b += t.weight * t.light.b;
  }
  r /= weights;
  b /= weights;
  for (const Tile& t : tiles) {
    const double dr = t.light.r - r, db = t.light.b - b;
    rr += t.weight * dr * dr;
    rb += t.weight * dr * db;
    bb += t.weight * db * db;
  }
  const double angle = 0.5 * std::atan2(2 * rb, rr - bb);
  const LogChroma axis{std::cos(angle), std::sin(angle)};
  m.group.resize(tiles.size());
  for (size_t i = 0; i < tiles.size(); ++i) {
    m.group[i] = (tiles[i].light.r - r) * axis.r + (tiles[i].light.b - b) * axis.b > 0;
  }
  for (int pass = 0; pass < 20; ++pass) {
    double sum[2] = {0, 0};
    LogChroma mean[2];
    for (size_t i = 0; i < tiles.size(); ++i) {
      const int g = m.group[i];
      sum[g] += tiles[i].weight;
      mean[g].r += tiles[i].weight * tiles[i].light.r;
      mean[g].b += tiles[i].weight * tiles[i].light.b;
    }
    if (!(sum[0] > 0 && sum[1] > 0)) return m;
    double square = 0;
    bool same = true;
    for (int g = 0; g < 2; ++g) {
      m.mean[g] = {mean[g].r / sum[g], mean[g].b / sum[g]};
      m.share[g] = sum[g] / weights;
    }
    for (size_t i = 0; i < tiles.size(); ++i) {
      const double d0 = Distance(tiles[i].light, m.mean[0]);
      const double d1 = Distance(tiles[i].light, m.mean[1]);
      const int g = d1 < d0;
      same = same && g == m.group[i];
      m.group[i] = g;
      const double d = std::min(d0, d1);
      square += tiles[i].weight * d * d;
    }
    m.within = std::sqrt(square / weights);
    if (same) break;
  }
  m.valid = true;
  return m;
}

// How much more often neighbours are of one group than by chance: 1 = always, 0 = chance.
double Coherence(const std::vector<Tile>& tiles, const TwoMeans& m) {
  double same = 0, pairs = 0, ones = 0;
  for (size_t i = 0; i < tiles.size(); ++i) {
    ones += m.group[i];
    for (size_t j = i + 1; j < tiles.size(); ++j) {
      const int distance =
          std::abs(tiles[i].column - tiles[j].column) + std::abs(tiles[i].row - tiles[j].row);
      if (distance != 1) continue;
      ++pairs;
      same += m.group[i] == m.group[j];
    }
  }
  const double p = ones / tiles.size(), chance = p * p + (1 - p) * (1 - p);
  return pairs > 0 && chance < 1 ? (same / pairs - chance) / (1 - chance) : 0;
}

}  // namespace

LightParts SplitLights(const AwbSamples& s, const LogChroma& to_cold) {
  LightParts parts;
  const int columns = std::max(2, (s.width + kTile / 2) / kTile);
  const int rows = std::max(2, (s.height + kTile / 2) / kTile);
  if (s.count == 0 || s.width < 2 * columns || s.height < 2 * rows) return parts;
  std::vector<Tile> tiles;
  for (int j = 0; j < rows; ++j) {
    for (int i = 0; i < columns; ++i) {
      Tile t{};
      t.column = i;
      t.row = j;
      t.left = i * s.width / columns;
      t.right = (i + 1) * s.width / columns;
      t.top = j * s.height / rows;
      t.bottom = (j + 1) * s.height / rows;
      if (Look(s, &t)) tiles.push_back(t);
    }
  }
  if (tiles.size() < kFewestTiles) return parts;
  const TwoMeans m = Separate(tiles);
  if (!m.valid) return parts;

  const int larger = m.share[1] > m.share[0];
  const double apart = Distance(m.mean[0], m.mean[1]);
  const double along =
      std::abs((m.mean[1].r - m.mean[0].r) * to_cold.r + (m.mean[1].b - m.mean[0].b) * to_cold.b) /
      std::max(apart, 1e-9);
  double spread = 1e9, disagreement = 0;
  for (int g = 0; g < 2; ++g) {
    std::vector<double> spreads, disagreements;
    for (size_t i = 0; i < tiles.size(); ++i) {
      if (m.group[i] != g) continue;
      spreads.push_back(tiles[i].spread);
      disagreements.push_back(tiles[i].disagreement);
    }
    if (spreads.empty()) return parts;
    spread = std::min(spread, Median(spreads));
    disagreement = std::max(disagreement, Median(disagreements));
  }
  parts.smaller_share = std::min(m.share[0], m.share[1]);
  // Daylight beside lamplight is 0.5 to 1 apart; surfaces of one light seldom pass all of these.
  parts.certainty = Step(apart, 0.25, 0.45) * Step(apart / std::max(m.within, 1e-3), 2, 3.5) *
                    Step(Coherence(tiles, m), 0.35, 0.6) * Step(spread, 0.02, 0.06) *
                    Step(disagreement, 0.4, 0.25) * Step(parts.smaller_share, 0.06, 0.15) *
                    Step(along, 0.6, 0.85);
  if (parts.certainty <= 0) return parts;
  parts.larger.assign(s.usable.size(), 0);
  parts.smaller.assign(s.usable.size(), 0);
  for (size_t i = 0; i < tiles.size(); ++i) {
    std::vector<uint8_t>& mask = m.group[i] == larger ? parts.larger : parts.smaller;
    for (int y = tiles[i].top; y < tiles[i].bottom; ++y) {
      for (int x = tiles[i].left; x < tiles[i].right; ++x) {
        mask[static_cast<size_t>(y) * s.width + x] = 1;
      }
    }
  }
  return parts;
}

}  // namespace petzval
