// Growth of a lattice over scattered points.
#include "petzval/measure/geometry/lattice.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace petzval::measure {
namespace {

constexpr double kReach = 0.3;  // how far a point may lie from where a step leads, of the step
constexpr int kMaxSeeds = 40;
constexpr double kMaxSizeRatio = 2;

struct Step {
  double x = 0, y = 0;
  double length() const { return std::hypot(x, y); }
};

class Finder {
 public:
  explicit Finder(std::span<const LatticeInput> points) : points_(points) {
    double x1 = 0, y1 = 0;
    x0_ = y0_ = HUGE_VAL;
    for (const LatticeInput& p : points) {
      x0_ = std::min(x0_, p.x);
      y0_ = std::min(y0_, p.y);
      x1 = std::max(x1, p.x);
      y1 = std::max(y1, p.y);
    }
    const double area = std::max(1.0, (x1 - x0_) * (y1 - y0_));
    cell_ = std::max({1.0, std::sqrt(area / static_cast<double>(points.size())),
                      std::max(x1 - x0_, y1 - y0_) / 2000});
    columns_ = static_cast<int>((x1 - x0_) / cell_) + 1;
    rows_ = static_cast<int>((y1 - y0_) / cell_) + 1;
    cells_.resize(static_cast<size_t>(columns_) * rows_);
    for (size_t i = 0; i < points.size(); ++i) {
      cells_[CellRow(points[i].y) * columns_ + CellColumn(points[i].x)].push_back(
          static_cast<int>(i));
    }
  }

  // Points within `radius` of (x, y), nearest first.
  std::vector<std::pair<double, int>> Near(double x, double y, double radius) const {
    std::vector<std::pair<double, int>> found;
    for (int r = CellRow(y - radius); r <= CellRow(y + radius); ++r) {
      for (int c = CellColumn(x - radius); c <= CellColumn(x + radius); ++c) {
        for (int i : cells_[static_cast<size_t>(r) * columns_ + c]) {
          const double d = std::hypot(points_[i].x - x, points_[i].y - y);
          if (d <= radius) found.emplace_back(d, i);
        }
      }
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  double cell() const { return cell_; }

 private:
  int CellColumn(double x) const {
    return static_cast<int>(std::clamp((x - x0_) / cell_, 0.0, columns_ - 1.0));
  }
  int CellRow(double y) const {
    return static_cast<int>(std::clamp((y - y0_) / cell_, 0.0, rows_ - 1.0));
  }
  std::span<const LatticeInput> points_;
  double x0_ = 0, y0_ = 0, cell_ = 1;
  int columns_ = 1, rows_ = 1;
  std::vector<std::vector<int>> cells_;
};

class Grower {
 public:
  Grower(std::span<const LatticeInput> points) : points_(points), finder_(points) {}

  std::vector<LatticeNode> From(int seed) const {
    Step u, v;
    if (!FindBasis(seed, &u, &v)) return {};
    struct Open {
      LatticeNode node;
      Step u, v;
    };
    std::map<std::pair<int, int>, int> taken;  // (column, row) -> point
    std::vector<char> used(points_.size(), 0);
    std::vector<Open> queue = {{{seed, 0, 0}, u, v}};
    taken[{0, 0}] = seed;
    used[seed] = 1;
    for (size_t head = 0; head < queue.size(); ++head) {
      const Open open = queue[head];
      for (int direction = 0; direction < 4; ++direction) {
        const bool along_u = direction < 2;
        const int sign = direction % 2 ? -1 : 1;
        const Step& step = along_u ? open.u : open.v;
        const int column = open.node.column + (along_u ? sign : 0);
        const int row = open.node.row + (along_u ? 0 : sign);
        if (taken.count({column, row})) continue;
        const LatticeInput& from = points_[open.node.index];
        const int next = Neighbour(from, sign * step.x, sign * step.y);
        if (next < 0 || used[next]) continue;
        const Step made{sign * (points_[next].x - from.x), sign * (points_[next].y - from.y)};
        taken[{column, row}] = next;
        used[next] = 1;
        queue.push_back({{next, column, row}, along_u ? made : open.u, along_u ? open.v : made});
      }
    }
    std::vector<LatticeNode> nodes;
    for (const Open& open : queue) nodes.push_back(open.node);
    return Upright(std::move(nodes), u, v);
  }

 private:
  bool Similar(const LatticeInput& a, const LatticeInput& b) const {
    return a.size < kMaxSizeRatio * b.size && b.size < kMaxSizeRatio * a.size;
  }

  int Neighbour(const LatticeInput& from, double dx, double dy) const {
    for (const auto& [d, i] : finder_.Near(from.x + dx, from.y + dy, kReach * std::hypot(dx, dy))) {
      if (Similar(from, points_[i])) return i;
    }
    return -1;
  }

  // The nearest neighbour, and the nearest across it; most of the four directions must have one.
  bool FindBasis(int seed, Step* u, Step* v) const {
    const LatticeInput& from = points_[seed];
    std::vector<std::pair<double, int>> near;
    for (double radius = 2 * finder_.cell(); near.size() < 9 && radius < 64 * finder_.cell();
         radius *= 1.5) {
      near = finder_.Near(from.x, from.y, radius);
    }
    std::erase_if(
        near, [&](const auto& n) { return n.second == seed || !Similar(from, points_[n.second]); });
    if (near.size() < 3) return false;
    *u = {points_[near[0].second].x - from.x, points_[near[0].second].y - from.y};
    for (size_t i = 1; i < std::min<size_t>(near.size(), 10); ++i) {
      *v = {points_[near[i].second].x - from.x, points_[near[i].second].y - from.y};
      const double cosine = (u->x * v->x + u->y * v->y) / (u->length() * v->length());
      if (std::fabs(cosine) > 0.4 || v->length() > 2 * u->length()) continue;
      int neighbours = 0;
      for (int sign : {-1, 1}) {
        neighbours += Neighbour(from, sign * u->x, sign * u->y) >= 0;
        neighbours += Neighbour(from, sign * v->x, sign * v->y) >= 0;
      }
      if (neighbours >= 3) return true;
    }
    return false;
  }

  static std::vector<LatticeNode> Upright(std::vector<LatticeNode> nodes, Step u, Step v) {
    if (std::fabs(u.x) < std::fabs(v.x)) {
      std::swap(u, v);
      for (LatticeNode& n : nodes) std::swap(n.column, n.row);
    }
    for (LatticeNode& n : nodes) {
      if (u.x < 0) n.column = -n.column;
      if (v.y < 0) n.row = -n.row;
    }
    std::sort(nodes.begin(), nodes.end(), [](const LatticeNode& a, const LatticeNode& b) {
      return std::pair(a.row, a.column) < std::pair(b.row, b.column);
    });
    return nodes;
  }

  std::span<const LatticeInput> points_;
  Finder finder_;
};

}  // namespace

std::vector<LatticeNode> GrowLattice(std::span<const LatticeInput> points, double x, double y) {
  if (points.size() < 4) return {};
  std::vector<int> order(points.size());
  std::iota(order.begin(), order.end(), 0);
  const auto distance = [&](int i) { return std::hypot(points[i].x - x, points[i].y - y); };
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return std::pair(distance(a), a) < std::pair(distance(b), b); });
  const Grower grower(points);
  std::vector<LatticeNode> best;
  // Seeds spread over all points: those in the middle may be a logo.
  const size_t spread = std::max<size_t>(1, order.size() / kMaxSeeds);
  for (size_t k = 0; k < order.size(); k += spread) {
    std::vector<LatticeNode> lattice = grower.From(order[k]);
    if (lattice.size() > best.size()) best = std::move(lattice);
    if (best.size() > points.size() / 2) break;
  }
  const auto spans = [&](auto coordinate) {
    return std::any_of(best.begin(), best.end(), [&](const LatticeNode& n) {
      return coordinate(n) != coordinate(best.front());
    });
  };
  if (best.empty() || !spans([](const LatticeNode& n) { return n.column; }) ||
      !spans([](const LatticeNode& n) { return n.row; })) {
    return {};
  }
  return best;
}

}  // namespace petzval::measure
