// Phases, classes and kernels of a merge.
#include "petzval/burst/merge_plan.h"

#include <algorithm>
#include <cmath>

#include "petzval/burst/pyramid.h"

namespace petzval::burst {
namespace {

// (1 - d^2 / 4)^power: like a Gaussian of sigma sqrt(2 / power) px, but ends at 2 px.
KernelTable MakeKernel(double power) {
  KernelTable table;
  for (int i = 0; i <= kKernelSteps; ++i) {
    for (int tap = 0; tap < 4; ++tap) {
      const double d = tap - 1 - static_cast<double>(i) / kKernelSteps;
      table[i][tap] = static_cast<float>(std::pow(std::max(0.0, 1 - d * d / 4), power));
    }
  }
  return table;
}

// Same-colour samples among the 4 x 4 around a position that lies (x, y) whole pixels from a site.
std::vector<Tap> TapsOf(const MergePlan& plan, int phase, int x, int y) {
  const int period = plan.period;
  std::vector<Tap> taps;
  for (int j = 0; j < 4; ++j) {
    for (int i = 0; i < 4; ++i) {
      // Shifted by a period, so that nothing is negative.
      const int sx = phase % period + x + i - 1 + period, sy = phase / period + y + j - 1 + period;
      const int plane = sy % period * period + sx % period;
      if (plan.color_of[plane] != plan.color_of[phase]) continue;
      taps.push_back({i, j,
                      static_cast<ptrdiff_t>(plane) * kPlaneCols * kPlaneRows +
                          (sy / period - 1) * kPlaneCols + sx / period - 1});
    }
  }
  return taps;
}

// Rows of equal columns make a rectangle; Bayer and quad Bayer need one or two of them.
std::vector<TapRectangle> RectanglesOf(const std::vector<Tap>& taps) {
  int columns[4] = {};
  for (const Tap& t : taps) columns[t.row] |= 1 << t.column;
  std::vector<TapRectangle> rectangles;
  for (int row = 0; row < 4; ++row) {
    if (columns[row] == 0) continue;
    auto it = std::find_if(rectangles.begin(), rectangles.end(),
                           [&](const TapRectangle& r) { return r.columns == columns[row]; });
    if (it == rectangles.end()) it = rectangles.insert(it, {columns[row], 0});
    it->rows |= 1 << row;
  }
  return rectangles;
}

AxisTable SumAxis(const KernelTable& narrow, const KernelTable& wide, int mask) {
  AxisTable table;
  for (int step = 0; step <= kKernelSteps; ++step) {
    AxisSums& s = table[step];
    for (int tap = 0; tap < 4; ++tap) {
      if (!(mask >> tap & 1)) continue;
      const float n = narrow[step][tap], w = wide[step][tap];
      const float x = tap - 1 - static_cast<float>(step) / kKernelSteps;
      s.n += n;
      s.w += w;
      s.wx += w * x;
      s.wxx += w * x * x;
      s.nn += n * n;
      s.nw += n * w;
      s.ww += w * w;
    }
  }
  return table;
}

}  // namespace

MergePlan MakePlan(const RawFrame& reference, double strength, double turn) {
  MergePlan plan;
  // Half a cell of 8 quads times the turn: beyond 0.06 px detail would suffer.
  plan.cell = turn * 4 * BinOf(reference.cfa) > 0.06 ? 4 : 8;
  const Cfa& cfa = reference.cfa;
  const int period = plan.period = BinOf(cfa);
  plan.phases = period * period;
  plan.colors = cfa.IsMono() ? 1 : 3;
  for (int p = 0; p < plan.phases; ++p) {
    const int color = cfa.IsMono() ? 0 : static_cast<int>(cfa.At(p % period, p / period));
    plan.color_of[p] = std::min(color, 2);
    ++plan.phases_of_color[plan.color_of[p]];
  }
  for (int c = 0; c < 3; ++c) {
    plan.noise_s[c] = static_cast<float>(reference.noise.plane[c].s * strength);
    plan.noise_o[c] = static_cast<float>(std::max(1e-9, reference.noise.plane[c].o * strength));
  }
  // Phases whose same-colour neighbours lie at the same offsets share the sums of their weights.
  const auto same_pattern = [&](int a, int b) {
    for (int dy = 0; dy < period; ++dy) {
      for (int dx = 0; dx < period; ++dx) {
        const auto color_at = [&](int p) {
          return plan.color_of[(p / period + dy) % period * period + (p % period + dx) % period];
        };
        if ((color_at(a) == plan.color_of[a]) != (color_at(b) == plan.color_of[b])) return false;
      }
    }
    return true;
  };
  plan.classes = 0;
  for (int p = 0; p < plan.phases; ++p) {
    int c = 0;
    while (c < plan.classes && !same_pattern(p, plan.class_phase[c])) ++c;
    if (c == plan.classes) plan.class_phase[plan.classes++] = p;
    plan.class_of[p] = c;
  }
  plan.narrow = MakeKernel(12);
  plan.wide = MakeKernel(2.5);
  for (int y = 0; y < period; ++y) {
    for (int x = 0; x < period; ++x) {
      for (int p = 0; p < plan.phases; ++p) plan.taps.push_back(TapsOf(plan, p, x, y));
      for (int c = 0; c < plan.classes; ++c) {
        plan.rectangles.push_back(RectanglesOf(TapsOf(plan, plan.class_phase[c], x, y)));
      }
    }
  }
  for (int mask = 0; mask < 16; ++mask) plan.axis[mask] = SumAxis(plan.narrow, plan.wide, mask);
  return plan;
}

}  // namespace petzval::burst
