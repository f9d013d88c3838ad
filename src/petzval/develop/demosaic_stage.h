// Bayer mosaic to RGB, the algorithm: included by every generator that demosaics.
#ifndef PETZVAL_DEVELOP_DEMOSAIC_STAGE_H_
#define PETZVAL_DEVELOP_DEMOSAIC_STAGE_H_

#include <string>
#include <utility>
#include <vector>

#include "Halide.h"
#include "petzval/develop/geometry.h"

namespace petzval {

// Input: `mosaic(x, y)`, float, white-balanced, white at about 1 (negative noise and values beyond
// white are fine), red where x and y are both even: the caller shifts coordinates for other phases
// and extends the border so that the phase goes on (mirror about the outermost pixel). `noise`:
// its typical standard deviation in mid-tones, >= 0; it only keeps the weights calm.
// Output: `rgb(x, y, c)`, c = 0..2, coded as the input. Measured red and blue values are kept,
// green ones up to the equilibration below.
//
// The method wants a coding in which noise and contrast are about even. kLinear: values are linear
// light; inside, they are carried as square roots (with a linear toe), which is worth 3 dB after
// tone mapping. kEven: values are coded like that already.
//
// Green: colour differences along rows and columns, smoothed to the four sides and mixed by their
// gradients (Pekkucuksen and Altunbasak, "Gradient based threshold free color filter array
// interpolation", ICIP 2010). The interpolation inside trusts the Laplacian of the other colour
// only in part, which is what residual interpolation finds where channels are less correlated (Kiku
// et al., "Minimized-Laplacian residual interpolation", 2014: with locally constant gain its
// estimate is the mean of the neighbours plus the gain times that Laplacian). Red and blue:
// residual interpolation against green, its gain fitted to the Laplacians of 5 x 5 sites of that
// colour with a prior, mixed from four sides by gradients.
//
// The pipelines that use it run block by block (see Schedule); the caller runs blocks in parallel.
class DemosaicStage {
 public:
  // rgb(x, y, c) depends on mosaic(x +- 16, y +- 16). Bounds inference asks for a little more along
  // the rows: these are the margins that the input must have.
  static constexpr int kMarginX = kDemosaicMargin, kMarginY = 16;

  enum class Coding { kLinear, kEven };
  explicit DemosaicStage(Halide::Func mosaic, Coding coding = Coding::kLinear,
                         Halide::Expr noise = 0.0f);

  // Schedules a pipeline for one block, whose output `out(x, y, c)` in `buffer` is a pointwise
  // function of `rgb`; `vec` = natural vector width in floats. The block has to begin at an even x
  // and be a multiple of 32 wide; its rows go down in a sliding window.
  void Schedule(Halide::OutputImageParam buffer, Halide::Func out, Halide::Var out_x,
                Halide::Var out_y, Halide::Var c, int vec);
  // Inside a larger pipeline: `rgb` may be read by any consumer; storage lives around its loop
  // `strip`, and rows are computed once each as its loop `row` inside goes down. Splitting the
  // consumer into tiles makes bounds inference very slow; let the caller cut blocks instead.
  void Schedule(Halide::LoopLevel strip, Halide::LoopLevel row, int vec);

  Halide::Func rgb;

 private:
  using Expr = Halide::Expr;
  using Func = Halide::Func;

  // The mosaic is a checkerboard of green and chroma (red or blue) sites; each half is packed along
  // the row, so that vectors have no idle lanes. In row y the chroma site of index i lies at
  // x = 2 i + (y & 1), the green one at x = 2 i + 1 - (y & 1).
  struct Lattice {
    Func chroma, green;
  };
  // 1 in odd rows. Read from a table, because bounds inference would carry y & 1 through thirty
  // Funcs in expressions that double each time; of a table it knows just 0..1.
  Expr Odd() const { return clamp(parity_(y), 0, 1); }
  // The value of `l` at offset (dx, dy) from a chroma (green) site of index i.
  Expr AtC(const Lattice& l, int dx, int dy) const {
    const Func& f = ((dx + dy) & 1) ? l.green : l.chroma;
    return (dx & 1) ? f(i + ((dx - 1) >> 1) + Odd(), y + dy) : f(i + dx / 2, y + dy);
  }
  Expr AtG(const Lattice& l, int dx, int dy) const {
    const Func& f = ((dx + dy) & 1) ? l.chroma : l.green;
    return (dx & 1) ? f(i + ((dx + 1) >> 1) - Odd(), y + dy) : f(i + dx / 2, y + dy);
  }
  // A packed Func of its own; `rows` = rows alive at a time, rounded up to a power of two. Strict:
  // vector bodies and tails must agree to the last bit, or tiles would show in the result.
  Func Store(const std::string& name, Expr value, int rows) {
    Func f("demosaic_" + name);
    f(i, y) = strict_float(value);
    packed_.push_back({f, rows});
    return f;
  }

  void ScheduleRows(Halide::LoopLevel strip, Halide::LoopLevel row, int vec);
  Expr Encode(Expr linear) const;
  Expr Decode(Expr coded) const;
  void Unpack(Func mosaic);
  void Green(Expr noise);
  void Gains(Expr noise);
  void Chroma(Expr noise);
  // sum(w_k v_k) / sum(w_k) with w_k = 1 / g_k, with one division.
  static Expr Mix(const Expr (&g)[4], const Expr (&v)[4]);

  Halide::Var x{"x"}, y{"y"}, ch{"ch"}, i{"i"};
  Func parity_{"demosaic_parity"};
  Coding coding_;
  Expr toe_;
  std::vector<std::pair<Func, int>> packed_;
  Lattice m_;             // the mosaic, green equilibrated
  Lattice g_;             // green everywhere
  Lattice gain_, resid_;  // per chroma site: gain of its measured colour and what it leaves
  Lattice gain2_, resid2_, opposite_;  // the same for the colour interpolated there, and itself
};

inline DemosaicStage::DemosaicStage(Func mosaic, Coding coding, Expr noise)
    : rgb("demosaic_rgb"), coding_(coding), toe_(0.01f + noise) {
  if (coding == Coding::kLinear) noise = noise * 0.5f / sqrt(0.18f + toe_);
  parity_(y) = y & 1;
  Unpack(mosaic);
  Green(noise);
  Gains(noise);
  Chroma(noise);
}

// Below zero a straight line, above it a root: smooth, so that noise about black keeps its mean.
inline Halide::Expr DemosaicStage::Encode(Expr linear) const {
  if (coding_ == Coding::kEven) return linear;
  Expr root = sqrt(toe_);
  return select(linear > 0.0f, sqrt(max(linear, 0.0f) + toe_) - root, linear * (0.5f / root));
}

inline Halide::Expr DemosaicStage::Decode(Expr coded) const {
  if (coding_ == Coding::kEven) return coded;
  Expr root2 = 2.0f * sqrt(toe_);
  return coded * (max(coded, 0.0f) + root2);
}

inline void DemosaicStage::Unpack(Func mosaic) {
  Lattice raw;
  raw.chroma = Store("chroma_sites", Encode(mosaic(2 * i + Odd(), y)), 32);
  raw.green = Store("green_sites", Encode(mosaic(2 * i + 1 - Odd(), y)), 8);

  // Greens of red rows and of blue rows may differ by some percent (crosstalk), which would show as
  // a maze. Half of their difference is taken off, as far as it exceeds the local detail.
  Expr c = AtG(raw, 0, 0);
  Expr n = AtG(raw, 0, -2), s = AtG(raw, 0, 2), w = AtG(raw, -2, 0), e = AtG(raw, 2, 0);
  Expr nw = AtG(raw, -1, -1), ne = AtG(raw, 1, -1), sw = AtG(raw, -1, 1), se = AtG(raw, 1, 1);
  Expr others = (nw + ne + sw + se) * 0.25f;
  Expr difference = c * 0.5f + (n + s + w + e) * 0.125f - others;
  Expr detail = abs(n + s - 2.0f * c) + abs(w + e - 2.0f * c) + abs(nw + se - ne - sw);
  Expr size = abs(difference), limit = 0.03f * abs(c + others);
  Expr excess = max(min(size - 0.18f * detail, 2.0f * limit - size), 0.0f);
  m_.chroma = raw.chroma;
  m_.green = Store("green_even", c - 0.5f * select(difference < 0.0f, -excess, excess), 32);
}

inline void DemosaicStage::Green(Expr noise) {
  constexpr float kGain = 0.8f;
  // Colour differences green - chroma along one axis (dx, dy), at chroma and at green sites.
  Lattice difference[2];
  Func weight[2];
  for (int axis = 0; axis < 2; ++axis) {
    const int dx = axis == 0, dy = axis == 1;
    const std::string name = axis == 0 ? "_h" : "_v";
    auto other = [&](auto at) {
      return 0.5f * (at(-1) + at(1)) + kGain * 0.25f * (2.0f * at(0) - at(-2) - at(2));
    };
    auto from_c = [&](int k) { return AtC(m_, k * dx, k * dy); };
    auto from_g = [&](int k) { return AtG(m_, k * dx, k * dy); };
    Lattice& d = difference[axis];
    d.chroma = Store("difference_c" + name, other(from_c) - from_c(0), 16);
    d.green = Store("difference_g" + name, from_g(0) - other(from_g), 16);

    // Gradients of the differences, averaged over 3 x 3 pixels.
    auto from_c_gradient = [&](int k) { return abs(AtC(d, dx, dy + k) - AtC(d, -dx, k - dy)); };
    auto from_g_gradient = [&](int k) { return abs(AtG(d, dx, dy + k) - AtG(d, -dx, k - dy)); };
    auto column = [](auto at) { return at(-1) + 2.0f * at(0) + at(1); };
    Lattice columns;
    columns.chroma = Store("columns_c" + name, column(from_c_gradient), 1);
    columns.green = Store("columns_g" + name, column(from_g_gradient), 1);
    Expr mean =
        (AtC(columns, -1, 0) + 2.0f * AtC(columns, 0, 0) + AtC(columns, 1, 0)) * (1.0f / 16);
    // The ninth power of it appears below; the limit keeps that in range for absurd input.
    Expr calm = min(mean + (1.0f / 255 + 2.0f * noise), 64.0f);
    weight[axis] = Store("weight" + name, calm * calm * calm, axis == 0 ? 1 : 8);
  }

  // One-sided means, weights halving with each pixel.
  auto side = [&](const Lattice& d, int dx, int dy) {
    Expr sum = AtC(d, 0, 0) * 16.0f;
    for (int k = 1; k <= 4; ++k) sum += AtC(d, k * dx, k * dy) * static_cast<float>(16 >> k);
    return sum * (1.0f / 31);
  };
  const Expr inverse[4] = {weight[1](i, y - 2), weight[1](i, y + 2), weight[0](i - 1, y),
                           weight[0](i + 1, y)};
  const Expr sides[4] = {side(difference[1], 0, -1), side(difference[1], 0, 1),
                         side(difference[0], -1, 0), side(difference[0], 1, 0)};
  Expr estimate = AtC(m_, 0, 0) + Mix(inverse, sides);

  // Beyond the neighbours by no more than they differ: no overshoot beside clipped highlights.
  Expr n = AtC(m_, 0, -1), s = AtC(m_, 0, 1), w = AtC(m_, -1, 0), e = AtC(m_, 1, 0);
  Expr low = min(min(n, s), min(w, e)), high = max(max(n, s), max(w, e));
  Expr margin = high - low + 1.0f / 255;
  g_.chroma = Store("green_at_chroma", clamp(estimate, low - margin, high + margin), 16);
  g_.green = m_.green;
}

inline void DemosaicStage::Gains(Expr noise) {
  constexpr float kPrior = 0.9f;
  auto laplacian = [&](const Lattice& l) {
    return 4.0f * AtC(l, 0, 0) - AtC(l, -2, 0) - AtC(l, 2, 0) - AtC(l, 0, -2) - AtC(l, 0, 2);
  };
  Func lc = Store("laplacian_c", laplacian(m_), 16), lg = Store("laplacian_g", laplacian(g_), 16);
  auto sum = [&](const std::string& name, auto term) {
    Expr column = term(-4) + term(-2) + term(0) + term(2) + term(4);
    Func f = Store(name, column, 1);
    return f(i - 2, y) + f(i - 1, y) + f(i, y) + f(i + 1, y) + f(i + 2, y);
  };
  Expr cross = sum("cross", [&](int k) { return lc(i, y + k) * lg(i, y + k); });
  Expr power = sum("power", [&](int k) { return lg(i, y + k) * lg(i, y + k); });
  Expr ridge = 0.46f + 4000.0f * noise * noise;
  Expr gain = clamp((cross + ridge * kPrior) / (power + ridge), 0.0f, 2.0f);
  gain_.chroma = Store("gain", gain, 4);
  resid_.chroma = Store("residual", AtC(m_, 0, 0) - gain_.chroma(i, y) * AtC(g_, 0, 0), 4);
}

inline void DemosaicStage::Chroma(Expr noise) {
  Expr floor = 4.0f / 255 + noise;
  // At chroma sites the other chroma comes from the four diagonal neighbours.
  {
    Expr inverse[4], estimate[4], gains = 0.0f;
    for (int k = 0; k < 4; ++k) {
      const int dx = k & 1 ? 1 : -1, dy = k & 2 ? 1 : -1;
      inverse[k] = floor + abs(AtC(m_, dx, dy) - AtC(m_, -dx, -dy)) +
                   abs(AtC(m_, dx, dy) - AtC(m_, 3 * dx, 3 * dy)) +
                   abs(AtC(g_, 0, 0) - AtC(g_, 2 * dx, 2 * dy));
      estimate[k] = AtC(resid_, dx, dy) + AtC(gain_, dx, dy) * AtC(g_, 0, 0);
      gains += AtC(gain_, dx, dy);
    }
    opposite_.chroma = Store("opposite", Mix(inverse, estimate), 4);
    gain2_.chroma = Store("opposite_gain", gains * 0.25f, 4);
    resid2_.chroma =
        Store("opposite_residual", opposite_.chroma(i, y) - gain2_.chroma(i, y) * AtC(g_, 0, 0), 4);
  }

  // At green sites both come from left, right, above and below. The chroma measured in this row is
  // measured at the sites beside and interpolated at those above and below; the other, vice versa.
  auto at_green = [&](const std::string& name, int measured_dy) {
    Expr inverse[4], estimate[4];
    for (int k = 0; k < 4; ++k) {
      const int dx = k == 0 ? -1 : k == 1 ? 1 : 0, dy = k == 2 ? -1 : k == 3 ? 1 : 0;
      const bool measured = std::abs(dy) == measured_dy;
      const Lattice& v = measured ? m_ : opposite_;
      inverse[k] = floor + abs(AtG(v, dx, dy) - AtG(v, -dx, -dy)) +
                   abs(AtG(g_, 0, 0) - AtG(g_, 2 * dx, 2 * dy));
      estimate[k] = AtG(measured ? resid_ : resid2_, dx, dy) +
                    AtG(measured ? gain_ : gain2_, dx, dy) * AtG(g_, 0, 0);
    }
    return Store(name, Mix(inverse, estimate), 1);
  };
  Func own = at_green("row_chroma_at_green", 0), other = at_green("other_chroma_at_green", 1);

  // Back to the grid of pixels.
  Expr at = x >> 1, at_chroma = (x & 1) == (y & 1), red_row = (y & 1) == 0;
  Expr row_chroma = select(at_chroma, m_.chroma(at, y), own(at, y));
  Expr other_chroma = select(at_chroma, opposite_.chroma(at, y), other(at, y));
  Expr value = select(ch == 0, select(red_row, row_chroma, other_chroma), ch == 1,
                      select(at_chroma, g_.chroma(at, y), g_.green(at, y)),
                      select(red_row, other_chroma, row_chroma));
  rgb(x, y, ch) = strict_float(Decode(value));
}

inline Halide::Expr DemosaicStage::Mix(const Expr (&g)[4], const Expr (&v)[4]) {
  Expr first = g[0] * g[1], second = g[2] * g[3];
  return ((v[0] * g[1] + v[1] * g[0]) * second + (v[2] * g[3] + v[3] * g[2]) * first) /
         ((g[0] + g[1]) * second + (g[2] + g[3]) * first);
}

inline void DemosaicStage::Schedule(Halide::OutputImageParam buffer, Func out, Halide::Var out_x,
                                    Halide::Var out_y, Halide::Var c, int vec) {
  buffer.dim(0).set_min(buffer.dim(0).min() / 2 * 2).set_extent(buffer.dim(0).extent() / 32 * 32);
  buffer.dim(2).set_bounds(0, 3);
  Halide::Var even_odd("even_odd");
  out.bound(c, 0, 3)
      .split(out_x, out_x, even_odd, 2, Halide::TailStrategy::RoundUp)
      .reorder(even_odd, out_x, c, out_y)
      .unroll(even_odd)
      .unroll(c)
      .vectorize(out_x, vec, Halide::TailStrategy::RoundUp);

  ScheduleRows(Halide::LoopLevel::root(), Halide::LoopLevel(out, out_y), vec);
}

inline void DemosaicStage::Schedule(Halide::LoopLevel strip, Halide::LoopLevel row, int vec) {
  Halide::Var even_odd("even_odd");
  rgb.store_at(strip)
      .compute_at(row)
      .bound(ch, 0, 3)
      .align_bounds(x, 2)
      .split(x, x, even_odd, 2)
      .reorder(even_odd, x, ch, y)
      .unroll(even_odd)
      .unroll(ch)
      .vectorize(x, vec, Halide::TailStrategy::ShiftInwards);
  ScheduleRows(strip, row, vec);
}

inline void DemosaicStage::ScheduleRows(Halide::LoopLevel strip, Halide::LoopLevel row, int vec) {
  parity_.compute_at(strip);
  for (auto& [f, rows] : packed_) {
    f.store_at(strip).compute_at(row).vectorize(i, vec, Halide::TailStrategy::ShiftInwards);
    if (rows > 1) f.fold_storage(y, rows);
  }
}

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_DEMOSAIC_STAGE_H_
