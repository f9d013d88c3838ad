// Gauss-Newton of the global motion.
#include "petzval/burst/global_fit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/burst/tile_match.h"

namespace petzval::burst {

void MotionSolver::Add(double x, double y, double hxx, double hxy, double hyy, double rx, double ry,
                       double weight) {
  const double px = (x - cx_) / half_, py = (y - cy_) / half_;
  // Columns of the Jacobian: tx, ty, scale, turn, stretch, skew.
  const double jx[6] = {1, 0, px, -py, px, py}, jy[6] = {0, 1, py, px, -py, px};
  for (int i = 0; i < 6; ++i) {
    const double hx = hxx * jx[i] + hxy * jy[i], hy = hxy * jx[i] + hyy * jy[i];
    for (int j = 0; j < 6; ++j) a_[i][j] += weight * (hx * jx[j] + hy * jy[j]);
    b_[i] += weight * (rx * jx[i] + ry * jy[i]);
  }
}

bool MotionSolver::Solve(bool affine, GlobalMotion* change) const {
  const int n = affine ? 6 : 4;
  auto a = a_;
  auto b = b_;
  const double information = (a[0][0] + a[1][1]) / 2;
  if (!(information > 0)) return false;
  // A picture with texture at one spot only must not spin or zoom.
  for (int i = 0; i < n; ++i) a[i][i] += (i < 4 ? 1e-6 : 1e-3) * information;
  // Gaussian elimination with pivoting.
  for (int i = 0; i < n; ++i) {
    int pivot = i;
    for (int j = i + 1; j < n; ++j) {
      if (std::abs(a[j][i]) > std::abs(a[pivot][i])) pivot = j;
    }
    if (!(std::abs(a[pivot][i]) > 1e-12 * information)) return false;
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    for (int j = i + 1; j < n; ++j) {
      const double f = a[j][i] / a[i][i];
      for (int k = i; k < n; ++k) a[j][k] -= f * a[i][k];
      b[j] -= f * b[i];
    }
  }
  double x[6] = {};
  for (int i = n - 1; i >= 0; --i) {
    double sum = b[i];
    for (int j = i + 1; j < n; ++j) sum -= a[i][j] * x[j];
    x[i] = sum / a[i][i];
  }
  change->tx = x[0];
  change->ty = x[1];
  change->scale = x[2] / half_;
  change->turn = x[3] / half_;
  change->stretch = x[4] / half_;
  change->skew = x[5] / half_;
  return true;
}

namespace {

struct Tile {
  double x, y, misfit;
  TileEquations eq;
};

double Information(const NoiseLine& noise, int level, const TileEquations& eq) {
  const double texture = eq.hxx + eq.hyy;
  return texture / (LevelVariance(noise, level, eq.mean) + 0.02 * texture / (kTilePx * kTilePx));
}

// Median of the misfits of tiles, each counting as much as it can tell of motion: in a dark picture
// most tiles show noise, fit anywhere, and must not make the few that show something outliers.
double UsualMisfit(const NoiseLine& noise, int level, const std::vector<Tile>& tiles) {
  std::vector<std::pair<double, double>> all;
  double total = 0, sum = 0;
  for (const Tile& t : tiles) {
    all.emplace_back(t.misfit, Information(noise, level, t.eq));
    total += all.back().second;
  }
  std::sort(all.begin(), all.end());
  for (const auto& [misfit, weight] : all) {
    sum += weight;
    if (2 * sum >= total) return misfit;
  }
  return 0;
}

}  // namespace

double FitGlobal(ImageView<const int16_t> reference, ImageView<const int16_t> frame, float gain,
                 const NoiseLine& noise, int level, int iterations, bool affine,
                 GlobalMotion* motion) {
  const int cols = (reference.width() - 2) / kTilePx, rows = (reference.height() - 2) / kTilePx;
  constexpr double kWorst = 50;
  double cost = kWorst;
  if (cols < 1 || rows < 1) return cost;
  const double half = std::hypot(reference.width(), reference.height()) / 2;
  std::vector<Tile> tiles;
  for (int iteration = 0; iteration < iterations; ++iteration) {
    tiles.clear();
    std::vector<double> misfits;
    for (int j = 0; j < rows; ++j) {
      for (int i = 0; i < cols; ++i) {
        const int x = 1 + i * kTilePx, y = 1 + j * kTilePx;
        const double px = x + (kTilePx - 1) / 2.0, py = y + (kTilePx - 1) / 2.0;
        const Shift u = motion->At(px, py);
        const TileEquations eq = MatchTile(reference, frame, x, y, u.x, u.y, gain);
        if (!eq.inside) continue;
        const double var = LevelVariance(noise, level, eq.mean) * kTilePx * kTilePx;
        // Aliasing and interpolation leave a residue in proportion to the texture.
        const double misfit = eq.ee / (var + 0.02 * (eq.hxx + eq.hyy));
        tiles.push_back({px, py, misfit, eq});
        misfits.push_back(misfit);
      }
    }
    // Tiles that left the picture count as bad ones: a far shift must earn its small overlap.
    double sum = 0;
    for (const double m : misfits) sum += std::min(m, kWorst);
    const int all = cols * rows;
    cost = (sum + 0.5 * kWorst * std::max(0, all / 2 - static_cast<int>(tiles.size()))) /
           std::max<int>(all / 2, static_cast<int>(tiles.size()));
    if (tiles.empty()) return cost;
    const double usual = std::max(UsualMisfit(noise, level, tiles), 0.5);
    MotionSolver solver(motion->cx, motion->cy, half);
    for (const Tile& t : tiles) {
      const double r = t.misfit / (3 * usual);
      const double var = LevelVariance(noise, level, t.eq.mean);
      solver.Add(t.x, t.y, t.eq.hxx, t.eq.hxy, t.eq.hyy, -t.eq.bx, -t.eq.by,
                 1 / ((var + 0.02 * (t.eq.hxx + t.eq.hyy) / (kTilePx * kTilePx)) * (1 + r * r)));
    }
    GlobalMotion change;
    if (!solver.Solve(affine, &change)) return cost;
    const double step = std::hypot(change.tx, change.ty);
    const double limit = step > 2 ? 2 / step : 1;  // farther the linearisation does not reach
    motion->tx += limit * change.tx;
    motion->ty += limit * change.ty;
    motion->turn = std::clamp(motion->turn + limit * change.turn, -0.2, 0.2);
    motion->scale = std::clamp(motion->scale + limit * change.scale, -0.05, 0.05);
    motion->stretch = std::clamp(motion->stretch + limit * change.stretch, -0.03, 0.03);
    motion->skew = std::clamp(motion->skew + limit * change.skew, -0.03, 0.03);
    if (step + (std::abs(change.turn) + std::abs(change.scale) + std::abs(change.stretch) +
                std::abs(change.skew)) *
                   half <
        0.01) {
      return cost;
    }
  }
  return cost;
}

}  // namespace petzval::burst
