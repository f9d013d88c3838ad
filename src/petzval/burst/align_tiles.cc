// Refinement of the motion tile by tile, and the regularised field.
#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/burst/align.h"
#include "petzval/burst/global_fit.h"
#include "petzval/burst/tile_match.h"

namespace petzval::burst {
namespace {

constexpr int kTileArea = kTilePx * kTilePx;
constexpr double kAliasingShift = 0.05;  // px

// What a tile says about its deviation d from the global motion: information * d = rhs.
struct TileEvidence {
  double ixx = 0, ixy = 0, iyy = 0;  // 1 / px^2
  double rx = 0, ry = 0;
};

struct Grid {
  int cols = 0, rows = 0, first = 1;
  double Center(int i) const { return first + i * kTilePx + (kTilePx - 1) / 2.0; }
};

Grid GridOf(ImageView<const int16_t> reference) {
  Grid grid;
  grid.cols = std::max(0, (reference.width() - 2) / kTilePx);
  grid.rows = std::max(0, (reference.height() - 2) / kTilePx);
  return grid;
}

MotionField EmptyField(const Grid& grid, const GlobalMotion& global) {
  MotionField field;
  field.global = global;
  field.cols = grid.cols;
  field.rows = grid.rows;
  field.first_x = field.first_y = grid.Center(0);
  field.pitch = kTilePx;
  field.deviation.resize(static_cast<size_t>(grid.cols) * grid.rows);
  return field;
}

GlobalMotion AtLevel(GlobalMotion motion, int level, ImageView<const int16_t> reference) {
  motion.tx /= 1 << level;
  motion.ty /= 1 << level;
  motion.cx = (reference.width() - 1) / 2.0;
  motion.cy = (reference.height() - 1) / 2.0;
  return motion;
}

// Residual variance per pixel that noise and aliasing explain.
double ExplainedVariance(const NoiseLine& noise, int level, const TileEquations& eq) {
  return LevelVariance(noise, level, eq.mean) + 0.02 * (eq.hxx + eq.hyy) / kTileArea;
}

// One damped Lucas-Kanade step, at most a pixel long. The damping is a prior of sigma 0.5 px.
Shift Step(const TileEquations& eq, double variance) {
  const double damp = 4 * variance;
  const double xx = eq.hxx + damp, yy = eq.hyy + damp, xy = eq.hxy;
  const double det = xx * yy - xy * xy;
  if (!(det > 0)) return {};
  Shift step{-(yy * eq.bx - xy * eq.by) / det, -(xx * eq.by - xy * eq.bx) / det};
  const double length = std::hypot(step.x, step.y);
  if (length > 1) step = {step.x / length, step.y / length};
  return step;
}

// Deviation of one tile of a coarse level. The global motion stands unless its misfit is beyond
// what noise explains and moving away halves it: repetitive texture never slips by a period.
Shift CoarseDeviation(ImageView<const int16_t> reference, ImageView<const int16_t> frame, int x,
                      int y, const Shift& global, const Shift& parent, const AlignInput& input,
                      int level) {
  const auto match = [&](const Shift& d) {
    return MatchTile(reference, frame, x, y, global.x + d.x, global.y + d.y, input.gain);
  };
  TileEquations start = match({});
  if (!start.inside) return {};
  const double explained = ExplainedVariance(input.noise, level, start);
  if (start.ee < 4 * kTileArea * explained) return {};
  Shift d;
  TileEquations eq = start;
  if (std::hypot(parent.x, parent.y) > 0.25) {
    const TileEquations moved = match(parent);
    if (moved.inside && moved.ee < eq.ee) {
      eq = moved;
      d = parent;
    }
  }
  Shift best = d;
  float best_ee = eq.ee;
  for (int i = 0; i < 4; ++i) {
    const Shift step = Step(eq, explained);
    d = {d.x + step.x, d.y + step.y};
    eq = match(d);
    if (!eq.inside) break;
    if (eq.ee < best_ee) {
      best_ee = eq.ee;
      best = d;
    }
    if (std::hypot(step.x, step.y) < 0.05) break;
  }
  return best_ee < 0.3f * start.ee ? best : Shift{};
}

// Evidence of one tile at the finest level, from the better of its parent's deviation and none
// (then `parent` becomes none).
TileEvidence FineEvidence(ImageView<const int16_t> reference, ImageView<const int16_t> frame, int x,
                          int y, const Shift& global, Shift* parent, const AlignInput& input) {
  const auto match = [&](const Shift& d) {
    return MatchTile(reference, frame, x, y, global.x + d.x, global.y + d.y, input.gain);
  };
  Shift d;
  TileEquations eq = match(d);
  if (!eq.inside) return {};
  if (std::hypot(parent->x, parent->y) > 0.25) {
    const TileEquations moved = match(*parent);
    if (moved.inside && moved.ee < 0.5f * eq.ee) {
      eq = moved;
      d = *parent;
    } else {
      *parent = {};
    }
  }
  const double explained = ExplainedVariance(input.noise, 0, eq);
  for (int i = 0; i < 2; ++i) {
    const Shift step = Step(eq, explained);
    const double length = std::hypot(step.x, step.y);
    if (i > 0 && length < 0.1) break;
    const Shift next{d.x + step.x, d.y + step.y};
    const TileEquations moved = match(next);
    if (!moved.inside || moved.ee > eq.ee * 1.02f) break;
    d = next;
    eq = moved;
    if (length < 0.1) break;
  }
  // What is left over at the end counts as noise: a tile that never fits says little.
  const double variance = std::max(explained, static_cast<double>(eq.ee) / kTileArea);
  // Noise has gradients too (half the variance of the reference per axis), but they say nothing.
  const double empty = kTileArea * LevelVariance(input.noise, 0, eq.mean) / 4;
  const double hxx = std::max(0.0, eq.hxx - empty), hyy = std::max(0.0, eq.hyy - empty);
  const double most = 0.98 * std::sqrt(hxx * hyy);
  const double hxy = std::clamp<double>(eq.hxy, -most, most);
  // Aliasing moves the estimate by some hundredths of a pixel however rich the texture is.
  const double scale = 1 / (variance + kAliasingShift * kAliasingShift * (hxx + hyy) / 2);
  TileEvidence e;
  e.ixx = hxx * scale;
  e.ixy = hxy * scale;
  e.iyy = hyy * scale;
  e.rx = e.ixx * d.x + e.ixy * d.y - eq.bx * scale;
  e.ry = e.ixy * d.x + e.iyy * d.y - eq.by * scale;
  return e;
}

// The tile's own estimate; false when its texture leaves more than 0.1 px of doubt.
bool OwnEstimate(const TileEvidence& e, Shift* d) {
  const double det = e.ixx * e.iyy - e.ixy * e.ixy;
  const double trace = e.ixx + e.iyy;
  if (!(det > 0) || det / trace < 100) return false;
  *d = {(e.iyy * e.rx - e.ixy * e.ry) / det, (e.ixx * e.ry - e.ixy * e.rx) / det};
  return true;
}

double MedianOr(std::vector<double>& v, double fallback) {
  if (v.size() < 8) return fallback;
  std::nth_element(v.begin(), v.begin() + v.size() / 2, v.end());
  return v[v.size() / 2];
}

// Moves what all confident tiles have in common from the deviations into the global motion, by
// re-weighted least squares. `offset`: what was moved, per tile.
void RefitGlobal(const Grid& grid, const std::vector<TileEvidence>& evidence,
                 std::vector<Shift>* offset, GlobalMotion* global) {
  offset->assign(evidence.size(), {});
  struct Sure {
    size_t at;
    double x, y;
    Shift own;
  };
  std::vector<Sure> sure;
  for (size_t at = 0; at < evidence.size(); ++at) {
    Shift d;
    if (!OwnEstimate(evidence[at], &d)) continue;
    const int column = static_cast<int>(at) % grid.cols, row = static_cast<int>(at) / grid.cols;
    sure.push_back({at, grid.Center(column), grid.Center(row), d});
  }
  const double half = std::hypot(grid.cols, grid.rows) * kTilePx / 2;
  GlobalMotion change{.cx = global->cx, .cy = global->cy};
  std::vector<double> lengths;
  const auto usual_of = [&](const GlobalMotion& g) {
    lengths.clear();
    for (const Sure& s : sure) {
      const Shift u = g.At(s.x, s.y);
      lengths.push_back(std::hypot(s.own.x - u.x, s.own.y - u.y));
    }
    return MedianOr(lengths, 0.02);
  };
  const double before = usual_of(change);
  if (sure.size() < 8) return;
  for (int iteration = 0; iteration < 4; ++iteration) {
    const double usual = std::max(0.02, usual_of(change));
    MotionSolver solver(global->cx, global->cy, half);
    for (const Sure& s : sure) {
      const TileEvidence& e = evidence[s.at];
      const Shift u = change.At(s.x, s.y);
      const double r = std::hypot(s.own.x - u.x, s.own.y - u.y) / (3 * usual);
      // Limited information: a few very busy tiles must not decide alone.
      const double limit = 1 / (1 + (e.ixx + e.iyy) * usual * usual);
      solver.Add(s.x, s.y, e.ixx, e.ixy, e.iyy, e.rx, e.ry, limit / ((1 + r * r) * (1 + r * r)));
    }
    GlobalMotion next;
    if (!solver.Solve(true, &next)) return;
    next.cx = global->cx;
    next.cy = global->cy;
    change = next;
  }
  if (usual_of(change) > before) return;
  for (int j = 0; j < grid.rows; ++j) {
    for (int i = 0; i < grid.cols; ++i) {
      (*offset)[static_cast<size_t>(j) * grid.cols + i] = change.At(grid.Center(i), grid.Center(j));
    }
  }
  global->tx += change.tx;
  global->ty += change.ty;
  global->turn += change.turn;
  global->scale += change.scale;
  global->stretch += change.stretch;
  global->skew += change.skew;
}

// Squared distance of two deviations, limited: beyond it a bond is as weak as it gets, but holds,
// so that what has no texture along an edge cannot run away.
double Far(const Shift& a, const Shift& b) {
  constexpr double kLimit = 16;  // px^2
  return std::min(kLimit, std::pow(a.x - b.x, 2) + std::pow(a.y - b.y, 2));
}

// Maximum a posteriori field by iteratively re-weighted Gauss-Seidel: evidence, a pull to what the
// coarser level found (mostly the global motion) and one to the neighbours, both Cauchy-shaped so
// that moving objects may stand out. It starts from the coarser level: aliased texture, which only
// the finest level sees moving, does not get away from there.
void SmoothField(const Grid& grid, const std::vector<TileEvidence>& evidence,
                 const std::vector<Shift>& coarse, std::vector<Shift>* field) {
  const int cols = grid.cols, rows = grid.rows;
  std::vector<Shift> own(evidence.size());
  std::vector<char> sure(evidence.size());
  std::vector<double> lengths, steps;
  for (size_t i = 0; i < evidence.size(); ++i) {
    sure[i] = OwnEstimate(evidence[i], &own[i]);
    if (sure[i]) {
      lengths.push_back(own[i].x * own[i].x + own[i].y * own[i].y);
      if (i % cols > 0 && sure[i - 1]) {
        steps.push_back(std::pow(own[i].x - own[i - 1].x, 2) +
                        std::pow(own[i].y - own[i - 1].y, 2));
      }
    }
  }
  *field = coarse;
  const double pull = std::clamp(MedianOr(lengths, 4e-4) / 2, 1e-4, 1.0);
  const double bond = std::clamp(MedianOr(steps, 4e-4) / 4, 1e-4, 1.0);
  for (int iteration = 0; iteration < 6; ++iteration) {
    for (int j = 0; j < rows; ++j) {
      for (int i = 0; i < cols; ++i) {
        const size_t at = static_cast<size_t>(j) * cols + i;
        const TileEvidence& e = evidence[at];
        Shift& u = (*field)[at];
        const Shift& c = coarse[at];
        double prior = 1 / (pull + Far(u, c));
        double sx = prior * c.x, sy = prior * c.y;
        const auto neighbour = [&](size_t n) {
          const Shift& v = (*field)[n];
          const double w = 1 / (bond + Far(u, v));
          prior += w;
          sx += w * v.x;
          sy += w * v.y;
        };
        if (i > 0) neighbour(at - 1);
        if (i + 1 < cols) neighbour(at + 1);
        if (j > 0) neighbour(at - cols);
        if (j + 1 < rows) neighbour(at + cols);
        const double xx = e.ixx + prior, yy = e.iyy + prior, xy = e.ixy;
        const double det = xx * yy - xy * xy, rx = e.rx + sx, ry = e.ry + sy;
        u = {(yy * rx - xy * ry) / det, (xx * ry - xy * rx) / det};
      }
    }
  }
}

}  // namespace

MotionField AlignTiles(const AlignInput& input, const GlobalMotion& global) {
  const auto& ref = input.reference->level;
  const auto& frm = input.frame->level;
  const int top = static_cast<int>(std::min({ref.size(), frm.size(), size_t{3}})) - 1;
  MotionField parent;
  for (int level = top; level > 0; --level) {
    const Grid grid = GridOf(ref[level].view());
    MotionField field = EmptyField(grid, AtLevel(global, level, ref[level].view()));
    ParallelFor(grid.rows, [&](int j) {
      for (int i = 0; i < grid.cols; ++i) {
        const double x = grid.Center(i), y = grid.Center(j);
        const Shift p = parent.DeviationAt(x / 2 - 0.25, y / 2 - 0.25);
        field.deviation[static_cast<size_t>(j) * grid.cols + i] = CoarseDeviation(
            ref[level].view(), frm[level].view(), grid.first + i * kTilePx,
            grid.first + j * kTilePx, field.global.At(x, y), {2 * p.x, 2 * p.y}, input, level);
      }
    });
    parent = std::move(field);
  }
  const Grid grid = GridOf(ref[0].view());
  MotionField field = EmptyField(grid, AtLevel(global, 0, ref[0].view()));
  if (grid.cols == 0 || grid.rows == 0) {
    field.cols = field.rows = 0;
    return field;
  }
  std::vector<TileEvidence> evidence(field.deviation.size());
  std::vector<Shift> coarse(field.deviation.size());
  ParallelFor(grid.rows, [&](int j) {
    for (int i = 0; i < grid.cols; ++i) {
      const double x = grid.Center(i), y = grid.Center(j);
      const Shift p = parent.DeviationAt(x / 2 - 0.25, y / 2 - 0.25);
      const size_t at = static_cast<size_t>(j) * grid.cols + i;
      coarse[at] = {2 * p.x, 2 * p.y};
      evidence[at] =
          FineEvidence(ref[0].view(), frm[0].view(), grid.first + i * kTilePx,
                       grid.first + j * kTilePx, field.global.At(x, y), &coarse[at], input);
    }
  });
  std::vector<Shift> offset;
  RefitGlobal(grid, evidence, &offset, &field.global);
  for (size_t i = 0; i < evidence.size(); ++i) {
    TileEvidence& e = evidence[i];
    e.rx -= e.ixx * offset[i].x + e.ixy * offset[i].y;
    e.ry -= e.ixy * offset[i].x + e.iyy * offset[i].y;
  }
  SmoothField(grid, evidence, coarse, &field.deviation);
  return field;
}

}  // namespace petzval::burst
