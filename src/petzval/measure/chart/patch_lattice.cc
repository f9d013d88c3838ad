// Lattices grown from seeds, neighbour by neighbour, then straightened by a homography.
#include "petzval/measure/chart/patch_lattice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "petzval/measure/chart/convex_hull.h"

namespace petzval::measure {
namespace {

constexpr double kMaxAreaRatio = 2.2;   // of neighbouring patches: perspective, eaten edges
constexpr double kStepTolerance = 0.2;  // of a step's length, to the next patch
constexpr double kMinStep =
    0.75;  // in sides of a quad; below 1 because a dark patch may be too large
constexpr double kFitTolerance = 0.15;    // of the grid, to the fitted homography
constexpr double kFinalTolerance = 0.05;  // of the quads that define the final homography
constexpr int kMaxSteps = 64;             // columns or rows of a grid

Point operator+(const Point& a, const Point& b) { return {a.x + b.x, a.y + b.y}; }
Point operator-(const Point& a, const Point& b) { return {a.x - b.x, a.y - b.y}; }
Point operator*(double k, const Point& a) { return {k * a.x, k * a.y}; }
double Length(const Point& a) { return std::hypot(a.x, a.y); }

bool SimilarArea(const FlatQuad& a, const FlatQuad& b) {
  return a.area <= kMaxAreaRatio * b.area && b.area <= kMaxAreaRatio * a.area;
}

// Quads by place, for "what lies near this point".
class QuadIndex {
 public:
  explicit QuadIndex(std::span<const FlatQuad> quads) : quads_(quads) {
    for (size_t i = 0; i < quads.size(); ++i) {
      const Point& p = quads[i].centre;
      cells_[CellOf(p)].push_back(i);
      right_ = std::max(right_, p.x);
      bottom_ = std::max(bottom_, p.y);
    }
  }

  // Calls f(index) for the quads whose centre lies within `reach` of p.
  template <class F>
  void ForEachNear(const Point& p, double reach, F f) const {
    // Predicted points may lie anywhere up to the horizon: only where quads are is looked at.
    if (!(p.x + reach >= 0 && p.y + reach >= 0 && p.x - reach <= right_ &&
          p.y - reach <= bottom_)) {
      return;
    }
    const auto [x0, y0] = CellOf({std::max(0.0, p.x - reach), std::max(0.0, p.y - reach)});
    const auto [x1, y1] = CellOf({std::min(right_, p.x + reach), std::min(bottom_, p.y + reach)});
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        const auto cell = cells_.find({x, y});
        if (cell == cells_.end()) continue;
        for (const size_t i : cell->second) {
          if (Length(quads_[i].centre - p) <= reach) f(static_cast<int>(i));
        }
      }
    }
  }

 private:
  static constexpr double kCell = 32;
  static std::pair<int, int> CellOf(const Point& p) {
    return {static_cast<int>(std::floor(p.x / kCell)), static_cast<int>(std::floor(p.y / kCell))};
  }
  std::span<const FlatQuad> quads_;
  std::map<std::pair<int, int>, std::vector<size_t>> cells_;
  double right_ = 0, bottom_ = 0;  // largest coordinates of a centre
};

class Grower {
 public:
  explicit Grower(std::span<const FlatQuad> quads) : quads_(quads), index_(quads) {}

  // The lattice around a seed whose sides tell the directions.
  std::optional<PatchLattice> Grow(int seed, int min_nodes) const {
    const FlatQuad& q = quads_[seed];
    const Point side_u = 0.5 * ((q.corner[1] - q.corner[0]) + (q.corner[2] - q.corner[3]));
    const Point side_v = 0.5 * ((q.corner[3] - q.corner[0]) + (q.corner[2] - q.corner[1]));
    const std::optional<Point> step_u = Step(seed, side_u, side_v);
    const std::optional<Point> step_v = Step(seed, side_v, side_u);
    if (!step_u || !step_v) return std::nullopt;
    Places places;
    Walk(seed, *step_u, *step_v, &places);
    if (static_cast<int>(places.size()) < min_nodes) return std::nullopt;
    return Straighten(std::move(places), min_nodes);
  }

 private:
  using Place = std::pair<int, int>;
  using Places = std::map<Place, int>;  // of the grid -> quad

  // From the seed to the nearest similar quad along `side`, forwards or backwards.
  std::optional<Point> Step(int seed, const Point& side, const Point& other) const {
    const FlatQuad& q = quads_[seed];
    const double determinant = side.x * other.y - side.y * other.x;
    std::optional<Point> best;
    // Edges eat a few pixels of a patch: small ones are further apart in units of what is left.
    const double reach = 1.6 + 6 / Length(side);
    double best_along = reach;
    index_.ForEachNear(q.centre, reach * Length(side), [&](int i) {
      if (i == seed || !SimilarArea(quads_[i], q)) return;
      const Point offset = quads_[i].centre - q.centre;
      const double along = (offset.x * other.y - offset.y * other.x) / determinant;
      const double across = (side.x * offset.y - side.y * offset.x) / determinant;
      if (std::abs(along) < kMinStep || std::abs(along) >= best_along || std::abs(across) > 0.3)
        return;
      best_along = std::abs(along);
      best = along > 0 ? offset : -1 * offset;
    });
    return best;
  }

  std::optional<int> QuadAt(const Point& p, double reach, const FlatQuad& like) const {
    std::optional<int> best;
    double nearest = reach;
    index_.ForEachNear(p, reach, [&](int i) {
      const double distance = Length(quads_[i].centre - p);
      if (distance > nearest || !SimilarArea(quads_[i], like)) return;
      nearest = distance;
      best = i;
    });
    return best;
  }

  // Breadth first from the seed; steps adapt to what was found, so that perspective is followed.
  void Walk(int seed, const Point& step_u, const Point& step_v, Places* places) const {
    struct Visit {
      Place place;
      int quad;
      Point u, v;
    };
    std::vector<Visit> queue = {{{0, 0}, seed, step_u, step_v}};
    std::vector<bool> used(quads_.size(), false);
    used[seed] = true;
    (*places)[{0, 0}] = seed;
    for (size_t head = 0; head < queue.size(); ++head) {
      const Visit from = queue[head];
      const FlatQuad& q = quads_[from.quad];
      for (const auto& [di, dj] : {Place{1, 0}, Place{-1, 0}, Place{0, 1}, Place{0, -1}}) {
        const Place place{from.place.first + di, from.place.second + dj};
        if (places->contains(place) || std::abs(place.first) > kMaxSteps ||
            std::abs(place.second) > kMaxSteps) {
          continue;
        }
        const Point step = di != 0 ? from.u : from.v;
        const double sign = di + dj;
        const double reach = kStepTolerance * std::min(Length(from.u), Length(from.v));
        const std::optional<int> next = QuadAt(q.centre + sign * step, reach, q);
        if (!next || used[*next]) continue;
        used[*next] = true;
        (*places)[place] = *next;
        const Point found = sign * (quads_[*next].centre - q.centre);
        const Point adapted = 0.5 * (step + found);
        queue.push_back({place, *next, di != 0 ? adapted : from.u, di != 0 ? from.v : adapted});
      }
    }
  }

  // Under perspective the centroid of a patch is not the picture of its centre: the difference
  // follows from the map itself, which is therefore found in two rounds.
  std::optional<Homography> Fit(const Places& places) const {
    std::vector<Point> from, to;
    for (const auto& [place, quad] : places) {
      from.push_back({static_cast<double>(place.first), static_cast<double>(place.second)});
      to.push_back(quads_[quad].centre);
    }
    std::optional<Homography> fit = FitHomography(from, to);
    for (int round = 0; round < 2 && fit; ++round) {
      std::vector<Point> centres;
      for (const auto& [place, quad] : places) {
        const Point at{static_cast<double>(place.first), static_cast<double>(place.second)};
        const Point shift = CentroidShift(*fit, at, quads_[quad].area);
        centres.push_back(quads_[quad].centre - shift);
      }
      fit = FitHomography(from, centres);
    }
    return fit;
  }

  void DropOutliers(const Homography& lattice_from_picture, double tolerance,
                    Places* places) const {
    std::erase_if(*places, [&](const auto& entry) {
      const Point p = lattice_from_picture.Map(quads_[entry.second].centre);
      return !(std::hypot(p.x - entry.first.first, p.y - entry.first.second) < tolerance);
    });
  }

  // Fits, drops what does not fit and adds what the walk could not reach, a few times.
  std::optional<PatchLattice> Straighten(Places places, int min_nodes) const {
    std::optional<Homography> picture_from_lattice;
    for (int round = 0; round < 3; ++round) {
      picture_from_lattice = Fit(places);
      if (!picture_from_lattice) return std::nullopt;
      DropOutliers(picture_from_lattice->Inverted(), kFitTolerance, &places);
      if (static_cast<int>(places.size()) < min_nodes) return std::nullopt;
      AddMissing(*picture_from_lattice, &places);
    }
    picture_from_lattice = Fit(places);
    if (!picture_from_lattice) return std::nullopt;
    // A dark patch leaks into a dark frame and is off centre: the others tell the grid better.
    Places exact = places;
    DropOutliers(picture_from_lattice->Inverted(), kFinalTolerance, &exact);
    const std::optional<Homography> refined = Fit(exact);
    if (refined && 2 * exact.size() >= places.size() && exact.size() >= 6) {
      picture_from_lattice = refined;
    }
    return FromPlaces(places, *picture_from_lattice);
  }

  // Places inside the bounding box and one around it, where a similar quad lies.
  void AddMissing(const Homography& picture_from_lattice, Places* places) const {
    int i0 = kMaxSteps, i1 = -kMaxSteps, j0 = kMaxSteps, j1 = -kMaxSteps;
    for (const auto& [place, quad] : *places) {
      i0 = std::min(i0, place.first - 1);
      i1 = std::max(i1, place.first + 1);
      j0 = std::min(j0, place.second - 1);
      j1 = std::max(j1, place.second + 1);
    }
    const Places before = *places;
    for (int i = i0; i <= i1; ++i) {
      for (int j = j0; j <= j1; ++j) {
        if (before.contains({i, j})) continue;
        const Point here = picture_from_lattice.Map({1.0 * i, 1.0 * j});
        const Point right = picture_from_lattice.Map({i + 1.0, 1.0 * j});
        const Point below = picture_from_lattice.Map({1.0 * i, j + 1.0});
        const double step = std::min(Length(right - here), Length(below - here));
        if (!std::isfinite(step)) continue;
        // The size to be expected: that of the nearest known patch.
        const auto nearest =
            std::min_element(before.begin(), before.end(), [&](const auto& a, const auto& b) {
              return std::hypot(a.first.first - i, a.first.second - j) <
                     std::hypot(b.first.first - i, b.first.second - j);
            });
        const auto quad = QuadAt(here, kFitTolerance * step, quads_[nearest->second]);
        if (quad) (*places)[{i, j}] = *quad;
      }
    }
  }

  static PatchLattice FromPlaces(const Places& places, const Homography& picture_from_lattice) {
    PatchLattice lattice;
    int i0 = 1 << 20, j0 = 1 << 20, i1 = -i0, j1 = -j0;
    for (const auto& [place, quad] : places) {
      i0 = std::min(i0, place.first);
      i1 = std::max(i1, place.first);
      j0 = std::min(j0, place.second);
      j1 = std::max(j1, place.second);
    }
    for (const auto& [place, quad] : places) {
      lattice.nodes.push_back({place.first - i0, place.second - j0, quad});
    }
    lattice.columns = i1 - i0 + 1;
    lattice.rows = j1 - j0 + 1;
    Mat3 shift = Mat3::Identity();
    shift[0][2] = i0;
    shift[1][2] = j0;
    lattice.picture_from_lattice = picture_from_lattice * Homography{shift};
    return lattice;
  }

  // From the picture of `centre` to the centroid of the picture of a square around it, which covers
  // `area` there.
  static Point CentroidShift(const Homography& h, const Point& centre, double area) {
    const auto corners = [&](double half) {
      return std::array<Point, 4>{
          h.Map({centre.x - half, centre.y - half}), h.Map({centre.x + half, centre.y - half}),
          h.Map({centre.x + half, centre.y + half}), h.Map({centre.x - half, centre.y + half})};
    };
    const double cell = PolygonArea(corners(0.5));
    const double half = 0.5 * std::sqrt(std::min(1.0, area / cell));
    return Centroid(corners(half)) - h.Map(centre);
  }

  std::span<const FlatQuad> quads_;
  QuadIndex index_;
};

}  // namespace

std::vector<PatchLattice> FindLattices(std::span<const FlatQuad> quads, int min_nodes) {
  // A bad seed, such as a patch that leaks into the frame, grows a poor lattice: a quad is tried as
  // a seed until it was part of a few.
  constexpr int kTries = 3;
  const Grower grower(quads);
  std::vector<PatchLattice> grown;
  std::vector<int> memberships(quads.size(), 0);
  for (size_t seed = 0; seed < quads.size(); ++seed) {
    if (memberships[seed] >= kTries) continue;
    std::optional<PatchLattice> lattice = grower.Grow(static_cast<int>(seed), min_nodes);
    if (!lattice) continue;
    for (const PatchLattice::Node& node : lattice->nodes) ++memberships[node.quad];
    grown.push_back(std::move(*lattice));
  }
  std::stable_sort(grown.begin(), grown.end(), [](const PatchLattice& a, const PatchLattice& b) {
    return a.nodes.size() > b.nodes.size();
  });
  std::vector<PatchLattice> lattices;
  std::vector<bool> taken(quads.size(), false);
  for (PatchLattice& lattice : grown) {
    const auto known = std::count_if(lattice.nodes.begin(), lattice.nodes.end(),
                                     [&](const PatchLattice::Node& n) { return taken[n.quad]; });
    if (2 * known > static_cast<ptrdiff_t>(lattice.nodes.size())) continue;
    for (const PatchLattice::Node& node : lattice.nodes) taken[node.quad] = true;
    lattices.push_back(std::move(lattice));
  }
  return lattices;
}

}  // namespace petzval::measure
