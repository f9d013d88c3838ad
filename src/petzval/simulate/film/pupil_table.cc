// The search for the part of the rear plane that passes, and its integral.
#include "petzval/simulate/film/pupil_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "petzval/base/parallel.h"
#include "petzval/optics/trace/aim.h"
#include "petzval/optics/trace/packed_system.h"
#include "petzval/simulate/film/sequence.h"

namespace petzval::simulate {
namespace {

constexpr int kNodes = 80;
constexpr int kGrid = 32;           // of a search, each way over the half that is symmetric
constexpr int kCoarse = 16;         // of the first ones
constexpr int kIntegral = 1 << 14;  // rays of an integral
constexpr int kRatio = 1 << 12;     // of them, rays that tell wavelengths apart

// Rays of one film point through points of the rear plane.
class Fan {
 public:
  Fan(const FocusedLens& lens, double r) : r_(r), film_(lens.film_mm) {}

  void Resize(int count) {
    for (auto* v : {&x_, &y_, &z_, &l_, &m_, &n_, &out_x_, &out_y_, &out_l_, &out_m_, &out_n_}) {
      v->resize(count);
    }
    status_.resize(count);
  }
  // (c, s): cosine and sine of the azimuth that all is turned to.
  void Set(int i, double x, double y, double c = 1, double s = 0) {
    const double dx = x + r_, inverse = 1 / std::sqrt(dx * dx + y * y + film_ * film_);
    x_[i] = static_cast<float>(c * x - s * y), y_[i] = static_cast<float>(s * x + c * y), z_[i] = 0;
    l_[i] = static_cast<float>((c * dx - s * y) * inverse);
    m_[i] = static_cast<float>((s * dx + c * y) * inverse);
    n_[i] = static_cast<float>(film_ * inverse);
  }
  // The first `count` of them, or all.
  void Trace(const optics::PackedSystem& system, int count = -1) {
    optics::RaySpan<float> span;
    span.x = x_.data(), span.y = y_.data(), span.z = z_.data();
    span.l = l_.data(), span.m = m_.data(), span.n = n_.data();
    span.out_x = out_x_.data(), span.out_y = out_y_.data();
    span.out_l = out_l_.data(), span.out_m = out_m_.data(), span.out_n = out_n_.data();
    span.out_opl = nullptr;
    span.out_status = status_.data();
    span.count = count < 0 ? static_cast<int>(x_.size()) : count;
    optics::trace_kernels::TraceSpan(system, true, span);
  }
  bool passed(int i) const { return status_[i] == 0; }
  double x(int i) const { return x_[i]; }
  double y(int i) const { return y_[i]; }
  double cosine(int i) const { return n_[i]; }
  double pupil_radius(int i) const { return std::hypot(out_x_[i], out_y_[i]); }
  // Of the direction that leaves, along the view.
  double out_n(int i) const { return out_n_[i]; }

 private:
  double r_, film_;
  std::vector<float> x_, y_, z_, l_, m_, n_, out_x_, out_y_, out_l_, out_m_, out_n_;
  std::vector<uint8_t> status_;
};

struct Bounds {
  double x0 = std::numeric_limits<double>::infinity();
  double x1 = -std::numeric_limits<double>::infinity();
  double y1 = 0;
  bool any() const { return x1 >= x0; }
};

// What passes of a grid over the box, and whether it touches the grid's rim.
Bounds Search(const std::vector<optics::PackedSystem>& packed, const Bounds& box, int grid,
              Fan* fan, bool* at_rim, double* widest) {
  fan->Resize(2 * grid * grid);
  const double dx = (box.x1 - box.x0) / (2 * grid), dy = box.y1 / grid;
  for (int iy = 0; iy < grid; ++iy) {
    for (int ix = 0; ix < 2 * grid; ++ix) {
      fan->Set(iy * 2 * grid + ix, box.x0 + (ix + 0.5) * dx, (iy + 0.5) * dy);
    }
  }
  Bounds found;
  *at_rim = false;
  for (const optics::PackedSystem& system : packed) {
    fan->Trace(system);
    for (int iy = 0; iy < grid; ++iy) {
      for (int ix = 0; ix < 2 * grid; ++ix) {
        const int i = iy * 2 * grid + ix;
        if (!fan->passed(i)) continue;
        found.x0 = std::min(found.x0, fan->x(i) - dx);
        found.x1 = std::max(found.x1, fan->x(i) + dx);
        found.y1 = std::max(found.y1, fan->y(i) + dy);
        *at_rim = *at_rim || ix == 0 || ix == 2 * grid - 1 || iy == grid - 1;
        if (fan->out_n(i) > 0.1) *widest = std::max(*widest, fan->pupil_radius(i));
      }
    }
  }
  return found;
}

// About the chief ray: the stop as the rear plane sees it, and a quarter more.
Bounds FirstGuess(const FocusedLens& lens, double r, double aim) {
  const auto stop_at = [&](double x, double y, double* sx, double* sy) {
    const double dx = x + r, length = std::sqrt(dx * dx + y * y + lens.film_mm * lens.film_mm);
    const optics::Ray ray{x, y, 0, dx / length, y / length, lens.film_mm / length};
    return optics::TraceToStop(lens.reversed, lens.green, ray, sx, sy);
  };
  const double h = 1e-4 * lens.focal_mm;
  const double fallback = lens.stop_mm + 0.1 * lens.focal_mm;
  double half_x = fallback, half_y = fallback;
  double x0, y0, x1, y1;
  if (stop_at(aim - h, 0, &x0, &y0) && stop_at(aim + h, 0, &x1, &y1) && x1 != x0) {
    half_x = std::min(fallback, 1.25 * lens.stop_mm * std::abs(2 * h / (x1 - x0)));
  }
  if (stop_at(aim, h, &x0, &y0) && y0 != 0) {
    half_y = std::min(fallback, 1.25 * lens.stop_mm * std::abs(h / y0));
  }
  return {aim - half_x, aim + half_x, half_y};
}

// All wavelengths, or of many the ends and green: what passes changes slowly between.
std::vector<int> TracedWavelengths(const FocusedLens& lens) {
  const std::vector<double>& um = lens.reversed.um;
  std::vector<int> traced;
  if (um.size() <= 3) {
    for (size_t w = 0; w < um.size(); ++w) traced.push_back(static_cast<int>(w));
    return traced;
  }
  const auto [low, high] = std::minmax_element(um.begin(), um.end());
  traced = {static_cast<int>(low - um.begin()), lens.green, static_cast<int>(high - um.begin())};
  return traced;
}

// The others' throughput, linear in the wavelength between those that were traced.
void FillBetween(const std::vector<double>& um, const std::vector<int>& traced,
                 std::vector<std::vector<double>>* throughput) {
  if (traced.size() == um.size()) return;
  const int low = traced[0], green = traced[1], high = traced[2];
  for (int w = 0; w < static_cast<int>(um.size()); ++w) {
    if (w == low || w == green || w == high) continue;
    const int a = um[w] < um[green] ? low : green, b = um[w] < um[green] ? green : high;
    const double f = um[b] > um[a] ? (um[w] - um[a]) / (um[b] - um[a]) : 0;
    for (size_t k = 0; k < (*throughput)[w].size(); ++k) {
      (*throughput)[w][k] = (1 - f) * (*throughput)[a][k] + f * (*throughput)[b][k];
    }
  }
}

}  // namespace

PupilTable::PupilTable(const FocusedLens& lens, const ChiefTable& chief, double film_radius_mm)
    : inverse_step_(static_cast<float>((kNodes - 1) / film_radius_mm)),
      step_mm_(film_radius_mm / (kNodes - 1)),
      boxes_(kNodes + 1),
      throughput_(lens.reversed.wavelengths(), std::vector<double>(kNodes + 1, 0.0)) {
  // What passes is looked for without cut edges, which leave less at some azimuths.
  optics::System uncut = lens.reversed;
  if (!lens.round) {
    for (optics::TraceSurface& s : uncut.surfaces) s.edge.reset();
  }
  const std::vector<int> traced = TracedWavelengths(lens);
  std::vector<optics::PackedSystem> packed, exact;
  const std::vector<optics::PackedSystem> uncut_green = {optics::PackSystem(uncut, lens.green)};
  const optics::PackedSystem exact_green = optics::PackSystem(lens.reversed, lens.green);
  for (const int w : traced) {
    packed.push_back(optics::PackSystem(uncut, w));
    exact.push_back(optics::PackSystem(lens.reversed, w));
  }
  std::vector<Bounds> bounds(kNodes + 1);
  std::vector<double> widest(kNodes + 1, 0.0);
  ParallelFor(kNodes + 1, [&](int k) {
    const double r = k * step_mm_;
    Fan fan(lens, r);
    Bounds box = FirstGuess(lens, r, -chief.RearAim(r));
    bool at_rim = true;
    Bounds found;
    for (int i = 0; i < 8; ++i) {
      // A coarse look in green; slits may hide from that.
      found = Search(uncut_green, box, kCoarse, &fan, &at_rim, &widest[k]);
      if (!found.any()) found = Search(packed, box, kGrid, &fan, &at_rim, &widest[k]);
      if (!found.any() && i >= 2) break;
      if (found.any() && !at_rim) break;
      const double grow = 0.3 * (box.x1 - box.x0);
      box = {box.x0 - grow, box.x1 + grow, 1.6 * box.y1};
    }
    // Finer, at all wavelengths; wider where they reach further than green.
    for (int i = 0; i < 3 && found.any(); ++i) {
      bounds[k] = Search(packed, found, kGrid, &fan, &at_rim, &widest[k]);
      if (!at_rim || !bounds[k].any()) break;
      const double grow = 0.06 * (found.x1 - found.x0);
      found = {found.x0 - grow, found.x1 + grow, 1.1 * found.y1};
    }
    if (!bounds[k].any()) return;
    const Bounds& b = bounds[k];
    fan.Resize(kIntegral);
    const double area = (b.x1 - b.x0) * b.y1;
    const Sequence sequence(1, 0);  // the same points at all radii
    for (int i = 0; i < kIntegral; ++i) {
      const SequencePoint point = sequence.At(static_cast<uint32_t>(i));
      const double u = point[0], v = point[1];
      // By the golden ratio round a circle when the azimuth matters, on both sides then.
      const double turn = lens.round ? 0 : 2 * std::numbers::pi * std::fmod(0.6180339887 * i, 1);
      const double y = lens.round ? b.y1 * v : b.y1 * (2 * v - 1);
      fan.Set(i, b.x0 + (b.x1 - b.x0) * u, y, std::cos(turn), std::sin(turn));
    }
    const auto sum_of = [&](int count) {
      double sum = 0;
      for (int i = 0; i < count; ++i) {
        if (fan.passed(i)) sum += std::pow(fan.cosine(i), 4);
      }
      return sum;
    };
    // Green by all rays, the others by their ratio to green over the first ones, which is more even
    // than either.
    fan.Trace(exact_green);
    const double all = sum_of(kIntegral), few = sum_of(kRatio);
    const double unit = 2 * area / (lens.film_mm * lens.film_mm);
    for (size_t w = 0; w < exact.size(); ++w) {
      double sum = all / kIntegral;
      if (traced[w] != lens.green) {
        fan.Trace(exact[w], few > 0 ? kRatio : kIntegral);
        sum = few > 0 ? sum * sum_of(kRatio) / few : sum_of(kIntegral) / kIntegral;
      }
      throughput_[traced[w]][k] = unit * sum;
    }
  });
  FillBetween(lens.reversed.um, traced, &throughput_);
  widest_mm_ = *std::max_element(widest.begin(), widest.end());
  // Between nodes the rims are curves: what they bend is added on each side.
  for (int k = 0; k <= kNodes; ++k) {
    Bounds b = bounds[k];
    const Bounds* before = k > 0 && bounds[k - 1].any() ? &bounds[k - 1] : nullptr;
    const Bounds* after = k < kNodes && bounds[k + 1].any() ? &bounds[k + 1] : nullptr;
    if (!b.any()) {
      // The dark begins somewhere on the way here.
      if (before == nullptr && after == nullptr) continue;
      b = before != nullptr ? *before : *after;
    }
    const auto bend = [&](double Bounds::*edge) {
      if (before == nullptr || after == nullptr) return 0.02 * (b.x1 - b.x0);
      return 0.5 * std::abs(before->*edge - 2 * (b.*edge) + after->*edge);
    };
    boxes_[k] = {static_cast<float>(b.x0 - bend(&Bounds::x0)),
                 static_cast<float>(b.x1 + bend(&Bounds::x1)),
                 static_cast<float>(b.y1 + bend(&Bounds::y1))};
  }
}

double PupilTable::Throughput(double r, int wavelength) const {
  const std::vector<double>& t = throughput_[wavelength];
  const double at = std::abs(r) / step_mm_;
  if (!(at < static_cast<double>(t.size() - 1))) return 0;
  const int i = static_cast<int>(at);
  return t[i] + (at - i) * (t[i + 1] - t[i]);
}

}  // namespace petzval::simulate
