// The values of operands and their derivatives.
#include "petzval/optics/design/operands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "petzval/optics/design/merit.h"
#include "petzval/optics/design/paraxial_gradient.h"
#include "petzval/optics/design/scalar_trace.h"

namespace petzval::optics {
namespace {

constexpr double kDegrees = 180 / std::numbers::pi;

enum Probe { kChief, kTop, kBottom, kSide };

const char* KindName(OperandKind kind) {
  switch (kind) {
    case OperandKind::kEfl:
      return "efl";
    case OperandKind::kBfl:
      return "bfl";
    case OperandKind::kFNumber:
      return "f-number";
    case OperandKind::kTotalTrack:
      return "track";
    case OperandKind::kChiefHeight:
      return "chief height";
    case OperandKind::kDistortionPct:
      return "distortion";
    case OperandKind::kFThetaPct:
      return "f-theta distortion";
    case OperandKind::kLateralColourUm:
      return "lateral colour";
    case OperandKind::kChiefAngleDeg:
      return "chief ray angle";
    case OperandKind::kRelativeIllumination:
      return "relative illumination";
    case OperandKind::kCentreThickness:
      return "centre thickness";
    case OperandKind::kGlassThickness:
      return "glass thickness";
    case OperandKind::kAirGap:
      return "air gap";
    case OperandKind::kImageClearance:
      return "image clearance";
    case OperandKind::kSlopeDeg:
      return "slope";
    case OperandKind::kIncidenceDeg:
      return "incidence";
    case OperandKind::kRipple:
      return "ripple";
    case OperandKind::kGlassHull:
      return "glass map";
  }
  return "";
}

}  // namespace

std::string OperandName(const Operand& operand) {
  std::string name = KindName(operand.kind);
  if (operand.surface >= 0) name += fmt::format(", surface {}", operand.surface + 1);
  if (operand.field >= 0) name += fmt::format(", field {}", operand.field + 1);
  return name;
}

double OperandUnit(OperandKind kind) {
  switch (kind) {
    case OperandKind::kDistortionPct:
    case OperandKind::kFThetaPct:
    case OperandKind::kChiefAngleDeg:
    case OperandKind::kSlopeDeg:
    case OperandKind::kIncidenceDeg:
      return 0.01;
    case OperandKind::kLateralColourUm:
      return 1e-3;
    case OperandKind::kFNumber:
    case OperandKind::kRelativeIllumination:
      return 0.1;
    default:
      return 1;
  }
}

bool NeedsProbes(OperandKind kind) {
  return kind == OperandKind::kChiefHeight || kind == OperandKind::kDistortionPct ||
         kind == OperandKind::kFThetaPct || kind == OperandKind::kLateralColourUm ||
         kind == OperandKind::kChiefAngleDeg || kind == OperandKind::kRelativeIllumination ||
         kind == OperandKind::kIncidenceDeg;
}

bool NeedsHeights(OperandKind kind) {
  return kind == OperandKind::kGlassThickness || kind == OperandKind::kAirGap ||
         kind == OperandKind::kImageClearance || kind == OperandKind::kSlopeDeg ||
         kind == OperandKind::kRipple;
}

bool Satisfied(const Operand& operand, double value) {
  return (operand.relation == Relation::kAtLeast && value >= operand.target) ||
         (operand.relation == Relation::kAtMost && value <= operand.target);
}

MeritSpec DefaultMerit(double efl_mm, double glass_mm, double air_mm) {
  MeritSpec spec;
  spec.operands = {{OperandKind::kEfl, Relation::kHold, efl_mm},
                   {OperandKind::kGlassThickness, Relation::kAtLeast, glass_mm},
                   {OperandKind::kAirGap, Relation::kAtLeast, air_mm}};
  return spec;
}

std::vector<OperandValue> MeritFunction::Operands(bool held, bool derivatives) {
  const auto wanted = [&](const Operand& o) { return (o.relation == Relation::kHold) == held; };
  bool probes = false;
  bool heights = false;
  for (const Operand& o : spec_.operands) {
    heights |= wanted(o) && NeedsHeights(o.kind);
    probes |= wanted(o) && NeedsProbes(o.kind);
  }
  if (probes) {
    if (derivatives) {
      std::vector<KernelSeed> seeds(3);
      seeds[0].y = one_.data();
      seeds[1].l = one_.data();
      seeds[2].m = one_.data();
      probes_->TraceGradient(state_.system, state_.pupil, size(), state_.chain, seeds);
    } else {
      probes_->Trace(state_.system, state_.pupil);
    }
  }
  if (heights) {
    if (!probes) probes_->Trace(state_.system, state_.pupil);
    MeasureHeights(derivatives);
  }
  std::vector<OperandValue> out;
  for (int i = 0; i < static_cast<int>(spec_.operands.size()); ++i) {
    const OperandKind kind = spec_.operands[i].kind;
    if (!wanted(spec_.operands[i])) continue;
    if (kind == OperandKind::kGlassHull) {
      GlassOperand(i, derivatives, &out);
    } else if (kind == OperandKind::kIncidenceDeg) {
      IncidenceOperand(i, derivatives, &out);
    } else if (NeedsProbes(kind)) {
      ProbeOperand(i, derivatives, &out);
    } else if (NeedsHeights(kind) || kind == OperandKind::kCentreThickness) {
      ShapeOperand(i, derivatives, &out);
    } else {
      ParaxialOperand(i, derivatives, &out);
    }
  }
  return out;
}

void MeritFunction::ParaxialOperand(int index, bool derivatives,
                                    std::vector<OperandValue>* out) const {
  const Operand& operand = spec_.operands[index];
  const RawSystem& system = state_.system;
  const ParaxialGradient paraxial(system, system.primary);
  OperandValue value{index};
  std::vector<double> row(derivatives ? system.layout.size() : 0, 0.0);
  switch (operand.kind) {
    case OperandKind::kEfl:
      value.value = paraxial.efl();
      if (derivatives) paraxial.AddEfl(1, &row);
      break;
    case OperandKind::kBfl:
      value.value = paraxial.bfl();
      if (derivatives) paraxial.AddBfl(1, &row);
      break;
    case OperandKind::kFNumber:
      value.value = paraxial.efl() / (2 * state_.pupil.radius);
      if (derivatives) paraxial.AddEfl(0.5 / state_.pupil.radius, &row);
      break;
    default:
      for (int i = 0; i < system.kernel.size(); ++i) {
        value.value += system.kernel.surfaces[i].t;
        if (derivatives) row[system.layout.T(i)] += 1;
      }
  }
  if (derivatives) {
    value.gradient = ByVariables(row);
    if (operand.kind == OperandKind::kFNumber) {
      for (int v = 0; v < size(); ++v) {
        value.gradient[v] -= value.value / state_.pupil.radius * state_.pupil.d_radius[v];
      }
    }
  }
  out->push_back(std::move(value));
}

void MeritFunction::GlassOperand(int index, bool derivatives,
                                 std::vector<OperandValue>* out) const {
  const Operand& operand = spec_.operands[index];
  const std::vector<GlassPoint>& hull = spec_.glass_hull;
  const auto& variables = variables_.variables();
  for (int s = 0; s < state_.system.kernel.size(); ++s) {
    if (operand.surface >= 0 && operand.surface != s) continue;
    int by_nd = -1, by_vd = -1;
    for (int v = 0; v < size(); ++v) {
      if (variables[v].what == Quantity{"nd", s}) by_nd = v;
      if (variables[v].what == Quantity{"vd", s}) by_vd = v;
    }
    if (by_nd < 0 && by_vd < 0) continue;
    const auto value = [&](int v, const char* kind) {
      if (v >= 0) return state_.x[v] * variables[v].scale;
      return GetQuantity(variables_.lens(), {kind, s}).value_or(0.0);
    };
    const double nd = value(by_nd, "nd"), vd = value(by_vd, "vd") / 100;
    for (size_t i = 0; i < hull.size(); ++i) {
      const GlassPoint &a = hull[i], &b = hull[(i + 1) % hull.size()];
      const double along_v = (b.vd - a.vd) / 100, along_n = b.nd - a.nd;
      const double length = std::hypot(along_v, along_n);
      if (length < 1e-9) continue;
      // Outwards is to the right of the way around.
      const double out_v = along_n / length, out_n = -along_v / length;
      OperandValue side{index, s, -1, (vd - a.vd / 100) * out_v + (nd - a.nd) * out_n};
      if (derivatives) {
        side.gradient.assign(size(), 0.0);
        if (by_nd >= 0) side.gradient[by_nd] = out_n * variables[by_nd].scale;
        if (by_vd >= 0) side.gradient[by_vd] = out_v / 100 * variables[by_vd].scale;
      }
      out->push_back(std::move(side));
    }
  }
}

void MeritFunction::ProbeOperand(int index, bool derivatives,
                                 std::vector<OperandValue>* out) const {
  const Operand& operand = spec_.operands[index];
  const RawSystem& system = state_.system;
  const int primary = system.primary, variables = size();
  const RayBundle& probes = *probes_;
  const auto gradient = [&](int seed, int ray, double factor, std::vector<double>* to) {
    for (int v = 0; v < variables; ++v) (*to)[v] += factor * probes.column(v, seed)[ray];
  };
  // Of a ray that fails. An equation stays, without a value: it is not met.
  const auto missing = [&](OperandValue value) {
    value.value = std::numeric_limits<double>::quiet_NaN();
    if (operand.relation == Relation::kHold) out->push_back(std::move(value));
  };
  const ParaxialGradient paraxial(system, primary);
  for (int f = 0; f < plan_.fields(); ++f) {
    if (operand.field >= 0 && operand.field != f) continue;
    const int chief = probes.index(primary, f, kChief);
    OperandValue value{index, -1, f};
    if (derivatives) value.gradient.assign(variables, 0.0);
    const double angle = plan_.angle(f);
    const bool relative =
        operand.kind == OperandKind::kDistortionPct || operand.kind == OperandKind::kFThetaPct;
    if (angle == 0 && (relative || operand.kind == OperandKind::kLateralColourUm)) continue;
    if (probes.failed[chief] >= 0) {
      missing(std::move(value));
      continue;
    }
    const double height = probes.y[chief];
    if (relative) {
      const double share = operand.kind == OperandKind::kDistortionPct ? std::tan(angle) : angle;
      const double ideal = paraxial.efl() * share;
      value.value = 100 * (height / ideal - 1);
      if (derivatives) {
        gradient(0, chief, 100 / ideal, &value.gradient);
        std::vector<double> row(system.layout.size(), 0.0);
        paraxial.AddEfl(-100 * height / (ideal * paraxial.efl()), &row);
        const std::vector<double> by_efl = ByVariables(row);
        for (int v = 0; v < variables; ++v) value.gradient[v] += by_efl[v];
      }
    } else if (operand.kind == OperandKind::kChiefHeight) {
      value.value = height;
      if (derivatives) gradient(0, chief, 1, &value.gradient);
    } else if (operand.kind == OperandKind::kChiefAngleDeg) {
      // Positive when the ray leaves the axis on its own side.
      const double sign = height < 0 ? -1 : 1;
      const double m = std::clamp(probes.m[chief], -0.9999, 0.9999);
      value.value = sign * std::asin(m) * kDegrees;
      if (derivatives) gradient(2, chief, sign * kDegrees / std::sqrt(1 - m * m), &value.gradient);
    } else if (operand.kind == OperandKind::kLateralColourUm) {
      for (int w = 0; w < probes.wavelengths(); ++w) {
        const int ray = probes.index(w, f, kChief);
        if (w == primary) continue;
        OperandValue colour{index, -1, f, 1000 * (probes.y[ray] - height)};
        if (derivatives) colour.gradient.assign(variables, 0.0);
        if (probes.failed[ray] >= 0) {
          missing(std::move(colour));
          continue;
        }
        if (derivatives) {
          gradient(0, ray, 1000, &colour.gradient);
          gradient(0, chief, -1000, &colour.gradient);
        }
        out->push_back(std::move(colour));
      }
      continue;
    } else if (operand.kind == OperandKind::kRelativeIllumination) {
      if (f == 0) continue;
      const int at[2][3] = {{probes.index(primary, 0, kSide), probes.index(primary, 0, kTop),
                             probes.index(primary, 0, kBottom)},
                            {probes.index(primary, f, kSide), probes.index(primary, f, kTop),
                             probes.index(primary, f, kBottom)}};
      bool traced = true;
      for (const auto& rays : at) {
        for (const int ray : rays) traced &= probes.failed[ray] < 0;
      }
      if (!traced) {
        missing(std::move(value));
        continue;
      }
      double wide[2], high[2];
      for (int k = 0; k < 2; ++k) {
        wide[k] = probes.l[at[k][0]];
        high[k] = probes.m[at[k][1]] - probes.m[at[k][2]];
      }
      value.value = wide[1] * high[1] / (wide[0] * high[0]);
      if (derivatives) {
        for (int k = 0; k < 2; ++k) {
          const double sign = k == 1 ? value.value : -value.value;
          gradient(1, at[k][0], sign / wide[k], &value.gradient);
          gradient(2, at[k][1], sign / high[k], &value.gradient);
          gradient(2, at[k][2], -sign / high[k], &value.gradient);
        }
      }
    }
    out->push_back(std::move(value));
  }
}

}  // namespace petzval::optics
