// Scaled variables to raw numbers, with the chain of derivatives.
#include "petzval/optics/design/variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/optics/design/paraxial_gradient.h"
#include "petzval/optics/design/solves.h"

namespace petzval::optics {
namespace {

bool Same(const Quantity& a, const Quantity& b) {
  return a.kind == b.kind && a.surface == b.surface;
}

int Order(const Quantity& what) { return std::atoi(what.kind.c_str() + 1); }

// How far the model glass n = A + B / w^2 departs from nd at w, in units of n(F) - n(C).
double ModelShare(double um) {
  const auto inverse = [](double w) { return 1 / (w * w); };
  return (inverse(um) - inverse(kLineD_um)) / (inverse(kLineF_um) - inverse(kLineC_um));
}

double ScaleOf(const Quantity& what, const Lens& lens, double efl, double h) {
  const Surface& surface = lens.surfaces[what.surface];
  if (what.kind == "c") return 1 / efl;
  if (what.kind == "t") return efl / 10;
  if (what.kind == "nd") return 0.01;
  if (what.kind == "vd") return 1.0;
  if (what.kind == "k") {
    const double bend = std::abs(surface.curvature()) * h;
    return std::clamp(0.08 / (bend * bend * bend + 1e-9), 0.1, 100.0);
  }
  if (what.kind[0] == 'A') return 0.01 * h * std::pow(surface.asphere.norm_mm / h, Order(what));
  return 0.01 * h;
}

void DefaultLimits(const Quantity& what, double value, double* min, double* max) {
  if (std::isfinite(*min) || std::isfinite(*max)) return;
  if (what.kind == "t" && value >= 0) *min = 0;
  if (what.kind == "nd") *min = 1.4, *max = 2.1;
  if (what.kind == "vd") *min = 15, *max = 100;
}

}  // namespace

Result<VariableSet> VariableSet::Create(const Lens& lens) {
  VariableSet set;
  set.lens_ = lens;
  PETZVAL_ASSIGN(set.base_, MakeRawSystem(lens));
  const ParaxialGradient paraxial(set.base_, set.base_.primary);
  const double power = 1 / paraxial.efl();
  const double efl = std::abs(power) > 1e-9 ? std::abs(1 / power) : 1.0;
  const std::vector<double> heights = ParaxialSemiDiameters(lens, set.base_);

  std::vector<Quantity> taken;
  const auto take = [&](const Quantity& what) -> Status {
    PETZVAL_RETURN_IF_ERROR(GetQuantity(lens, what));
    for (const Quantity& other : taken) {
      if (Same(what, other)) {
        return Fail(
            ErrorCode::kInvalidInput,
            fmt::format("{} is set twice, by a variable, pickup or solve", VariableName(what)));
      }
      if (what.surface == other.surface &&
          ((what.kind == "c" && other.kind == "A2") || (what.kind == "A2" && other.kind == "c"))) {
        return Fail(
            ErrorCode::kInvalidInput,
            fmt::format("surface {}: c and A2 do the same and cannot both vary", what.surface + 1));
      }
    }
    taken.push_back(what);
    return {};
  };

  for (const Vary& vary : lens.vary) {
    PETZVAL_RETURN_IF_ERROR(take(vary.what));
    PETZVAL_ASSIGN(const double value, GetQuantity(lens, vary.what));
    Variable v{vary.what, VariableName(vary.what)};
    v.scale = ScaleOf(vary.what, lens, efl, heights[vary.what.surface]);
    double min = vary.min, max = vary.max;
    DefaultLimits(vary.what, value, &min, &max);
    if (!(min <= max)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("{}: the lower limit lies above the upper one", v.name));
    }
    v.min = min / v.scale;
    v.max = max / v.scale;
    set.start_.push_back(std::clamp(value / v.scale, v.min, v.max));
    set.nodes_.push_back({vary.what, set.size()});
    set.variables_.push_back(std::move(v));
  }
  for (const Solve& solve : lens.solves) {
    PETZVAL_RETURN_IF_ERROR(take(solve.what));
    PETZVAL_RETURN_IF_ERROR(CheckSolve(lens, solve));
  }
  for (const Pickup& pickup : lens.pickups) {
    PETZVAL_RETURN_IF_ERROR(take(pickup.what));
    for (const Solve& solve : lens.solves) {
      if (Same(solve.what, pickup.from)) {
        return Fail(ErrorCode::kUnsupported,
                    fmt::format("{} picks up {}, which a solve sets", VariableName(pickup.what),
                                VariableName(pickup.from)));
      }
    }
  }
  // Pickups become nodes once what they pick up from is settled.
  std::vector<bool> done(lens.pickups.size(), false);
  for (size_t round = 0; round < lens.pickups.size(); ++round) {
    for (size_t i = 0; i < lens.pickups.size(); ++i) {
      const Pickup& pickup = lens.pickups[i];
      if (done[i]) continue;
      bool waits = false;
      for (size_t j = 0; j < lens.pickups.size(); ++j) {
        waits |= !done[j] && Same(lens.pickups[j].what, pickup.from);
      }
      if (waits) continue;
      Node node{pickup.what, -1, -1, pickup.scale, pickup.offset};
      for (size_t n = 0; n < set.nodes_.size(); ++n) {
        if (Same(set.nodes_[n].what, pickup.from)) node.from = static_cast<int>(n);
      }
      if (node.from < 0) {
        PETZVAL_ASSIGN(const double value, GetQuantity(lens, pickup.from));
        node.offset += node.scale * value;
      }
      set.nodes_.push_back(node);
      done[i] = true;
    }
  }
  if (std::find(done.begin(), done.end(), false) != done.end()) {
    return Fail(ErrorCode::kInvalidInput, "pickups go round in a circle");
  }
  return set;
}

void VariableSet::Nodes(const std::vector<double>& x, std::vector<double>* value,
                        std::vector<ChainEntry>* gradient) const {
  // A node hangs on one variable at most: a chain of pickups is linear.
  for (const Node& node : nodes_) {
    if (node.variable >= 0) {
      const double scale = variables_[node.variable].scale;
      value->push_back(scale * x[node.variable]);
      gradient->push_back({0, node.variable, scale});
    } else if (node.from >= 0) {
      value->push_back(node.scale * (*value)[node.from] + node.offset);
      ChainEntry entry = (*gradient)[node.from];
      entry.factor *= node.scale;
      gradient->push_back(entry);
    } else {
      value->push_back(node.offset);
      gradient->push_back({0, -1, 0.0});
    }
  }
}

Status VariableSet::Apply(const std::vector<double>& x, RawSystem* system,
                          std::vector<ChainEntry>* chain) const {
  *system = base_;
  if (chain) chain->clear();
  std::vector<double> value;
  std::vector<ChainEntry> gradient;
  Nodes(x, &value, &gradient);
  const RawLayout& layout = base_.layout;
  const auto feed = [&](size_t node, int raw, double factor) {
    if (chain && gradient[node].variable >= 0) {
      chain->push_back({raw, gradient[node].variable, gradient[node].factor * factor});
    }
  };
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const Quantity& what = nodes_[i].what;
    const int s = what.surface;
    if (what.kind == "c" || what.kind == "t" || what.kind == "k") {
      const int raw = what.kind == "c" ? layout.C(s) : what.kind == "t" ? layout.T(s) : layout.K(s);
      system->Set(raw, value[i]);
      feed(i, raw, 1);
    } else if (what.kind[0] == 'A') {
      const double factor = 1 / std::pow(lens_.surfaces[s].asphere.norm_mm, Order(what));
      system->Set(layout.A(s, Order(what)), value[i] * factor);
      feed(i, layout.A(s, Order(what)), factor);
    } else if (what.kind[0] == 'Q') {
      const Surface& surface = lens_.surfaces[s];
      const int m = Order(what);
      const std::vector<double>& q = surface.asphere.q;
      const double before = m < static_cast<int>(q.size()) ? q[m] : 0.0;
      const double h = surface.asphere.kind == AsphereKind::kQcon ? surface.asphere.norm_mm
                                                                  : surface.semi_diameter_mm;
      for (int j = 0; j <= m; ++j) {
        const int power = 4 + 2 * j;
        const double factor = QconMonomial(m, j) / std::pow(h, power);
        std::vector<double>& a = system->kernel.surfaces[s].a;
        if (static_cast<int>(a.size()) <= power) a.resize(power + 1, 0.0);
        a[power] += (value[i] - before) * factor;
        feed(i, layout.A(s, power), factor);
      }
    } else {
      double nd = 0, vd = 0;
      size_t nd_node = nodes_.size(), vd_node = nodes_.size();
      for (size_t j = 0; j < nodes_.size(); ++j) {
        if (nodes_[j].what.surface != s) continue;
        if (nodes_[j].what.kind == "nd") nd_node = j;
        if (nodes_[j].what.kind == "vd") vd_node = j;
      }
      if (nd_node < nodes_.size()) {
        nd = value[nd_node];
      } else {
        PETZVAL_ASSIGN(nd, GetQuantity(lens_, {"nd", s}));
      }
      if (vd_node < nodes_.size()) {
        vd = value[vd_node];
      } else {
        PETZVAL_ASSIGN(vd, GetQuantity(lens_, {"vd", s}));
      }
      for (int w = 0; w < layout.wavelengths; ++w) {
        const double share = ModelShare(lens_.spectrum.um[w]);
        system->Set(layout.N(s, w), nd + (nd - 1) / vd * share);
        feed(i, layout.N(s, w), what.kind == "nd" ? 1 + share / vd : -(nd - 1) * share / (vd * vd));
      }
    }
  }
  for (const Solve& solve : lens_.solves) {
    PETZVAL_RETURN_IF_ERROR(ApplySolve(lens_, solve, size(), system, chain));
  }
  return {};
}

Result<Lens> VariableSet::ToLens(const std::vector<double>& x) const {
  Lens lens = lens_;
  std::vector<double> value;
  std::vector<ChainEntry> gradient;
  Nodes(x, &value, &gradient);
  for (size_t i = 0; i < nodes_.size(); ++i) {
    PETZVAL_RETURN_IF_ERROR(SetQuantity(nodes_[i].what, value[i], &lens));
  }
  if (!lens_.solves.empty()) {
    RawSystem system;
    PETZVAL_RETURN_IF_ERROR(Apply(x, &system, nullptr));
    for (const Solve& solve : lens_.solves) {
      const KernelSurface& s = system.kernel.surfaces[solve.what.surface];
      PETZVAL_RETURN_IF_ERROR(SetQuantity(solve.what, solve.what.kind == "c" ? s.c : s.t, &lens));
    }
  }
  return lens;
}

}  // namespace petzval::optics
