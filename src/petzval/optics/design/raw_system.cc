// Lens to flat numbers, and the derivatives of sag and slope.
#include "petzval/optics/design/raw_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace petzval::optics {
namespace {

constexpr double kSmallestRoot = 1e-3;

Status SetPowers(const Surface& surface, int index, KernelSurface* out) {
  const Asphere& asphere = surface.asphere;
  const auto grow = [&](int power) {
    if (static_cast<int>(out->a.size()) <= power) out->a.resize(power + 1, 0.0);
  };
  if (asphere.kind == AsphereKind::kPower) {
    for (const auto& [power, value] : asphere.powers) {
      if (power < 2 || power > RawLayout::kHighestPower) {
        return Fail(ErrorCode::kUnsupported,
                    fmt::format("surface {}: powers from 2 to {} can be optimised, not {}",
                                index + 1, RawLayout::kHighestPower, power));
      }
      grow(power);
      out->a[power] = value / std::pow(asphere.norm_mm, power);
    }
  } else if (asphere.kind == AsphereKind::kQcon) {
    const int top = 4 + 2 * (static_cast<int>(asphere.q.size()) - 1);
    if (top > RawLayout::kHighestPower) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("surface {}: more Q terms than the optimiser takes ({})", index + 1,
                              (RawLayout::kHighestPower - 4) / 2 + 1));
    }
    for (int m = 0; m < static_cast<int>(asphere.q.size()); ++m) {
      for (int j = 0; j <= m; ++j) {
        grow(4 + 2 * j);
        out->a[4 + 2 * j] +=
            asphere.q[m] * QconMonomial(m, j) / std::pow(asphere.norm_mm, 4 + 2 * j);
      }
    }
  } else if (asphere.kind == AsphereKind::kQbfs) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("surface {}: Q_bfs surfaces cannot be optimised; refit as Q_con or "
                            "powers",
                            index + 1));
  }
  return {};
}

}  // namespace

double QconMonomial(int m, int j) {
  // (-1)^m C(m+4, 4) (-m)_j (m+5)_j / ((5)_j j!), the hypergeometric form.
  double value = (m % 2 ? -1.0 : 1.0) * (m + 1.0) * (m + 2.0) * (m + 3.0) * (m + 4.0) / 24.0;
  for (int i = 0; i < j; ++i) value *= (-m + i) * (m + 5.0 + i) / ((5.0 + i) * (i + 1.0));
  return value;
}

void RawSystem::Set(int raw, double value) {
  const int surface = raw / layout.stride(), slot = raw % layout.stride();
  KernelSurface& s = kernel.surfaces[surface];
  if (slot == 0) {
    s.c = value;
  } else if (slot == 1) {
    s.t = value;
  } else if (slot == 2) {
    s.k = value;
  } else if (slot < RawLayout::kFirstIndex) {
    const int power = slot - RawLayout::kFirstPower + 2;
    if (static_cast<int>(s.a.size()) <= power) s.a.resize(power + 1, 0.0);
    s.a[power] = value;
  } else {
    kernel.n[slot - RawLayout::kFirstIndex][surface + 1] = value;
  }
}

Result<RawSystem> MakeRawSystem(const Lens& lens) {
  RawSystem system;
  system.layout.surfaces = static_cast<int>(lens.surfaces.size());
  system.layout.wavelengths = static_cast<int>(lens.spectrum.um.size());
  system.stop = lens.stop;
  system.primary = lens.spectrum.primary;
  if (lens.surfaces.empty() || lens.surfaces.size() > 64) {
    return Fail(ErrorCode::kUnsupported, "the optimiser takes lenses of 1 to 64 surfaces");
  }
  system.kernel.n.assign(lens.spectrum.um.size(), {1.0});
  for (int i = 0; i < system.layout.surfaces; ++i) {
    const Surface& surface = lens.surfaces[i];
    if (surface.mirror || surface.pose || surface.radius_x_mm != 0 || surface.cylinder_x) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("surface {}: mirrors, toroids and shifted or tilted surfaces cannot "
                              "be optimised; unfold the path first",
                              i + 1));
    }
    KernelSurface out{surface.curvature(), surface.conic, surface.thickness_mm, {}};
    PETZVAL_RETURN_IF_ERROR(SetPowers(surface, i, &out));
    system.kernel.surfaces.push_back(std::move(out));
    PETZVAL_ASSIGN(const Glass glass, lens.Medium(surface.medium));
    for (size_t w = 0; w < lens.spectrum.um.size(); ++w) {
      PETZVAL_ASSIGN(const double n, glass.Index(lens.spectrum.um[w]));
      system.kernel.n[w].push_back(n);
    }
  }
  return system;
}

double SagGradient(const RawSystem& system, int surface, double r, double factor,
                   std::vector<double>* row, double* slope) {
  const KernelSurface& s = system.kernel.surfaces[surface];
  const RawLayout& layout = system.layout;
  const double rho = r * r;
  const double phi =
      std::sqrt(std::max(1 - (1 + s.k) * s.c * s.c * rho, kSmallestRoot * kSmallestRoot));
  double z = s.c * rho / (1 + phi), dz = s.c * r / phi;
  if (row) {
    (*row)[layout.C(surface)] += factor * rho / (phi * (1 + phi));
    (*row)[layout.K(surface)] += factor * 0.5 * s.c * z * z / phi;
  }
  double power = rho;
  for (int p = 2; p <= RawLayout::kHighestPower; ++p, power *= r) {
    if (row) (*row)[layout.A(surface, p)] += factor * power;
    if (p < static_cast<int>(s.a.size())) {
      z += s.a[p] * power;
      dz += p * s.a[p] * power / r;
    }
  }
  if (slope) *slope = r > 0 ? dz : 0.0;
  return z;
}

double SlopeGradient(const RawSystem& system, int surface, double r, double factor,
                     std::vector<double>* row, double* second) {
  const KernelSurface& s = system.kernel.surfaces[surface];
  const RawLayout& layout = system.layout;
  const double rho = r * r;
  const double phi =
      std::sqrt(std::max(1 - (1 + s.k) * s.c * s.c * rho, kSmallestRoot * kSmallestRoot));
  const double cube = phi * phi * phi;
  double dz = s.c * r / phi, ddz = s.c / cube;
  if (row) {
    (*row)[layout.C(surface)] += factor * r / cube;
    (*row)[layout.K(surface)] += factor * 0.5 * s.c * s.c * s.c * rho * r / cube;
  }
  double power = 1;  // r^(p-2)
  for (int p = 2; p <= RawLayout::kHighestPower; ++p, power *= r) {
    if (row) (*row)[layout.A(surface, p)] += factor * p * power * r;
    if (p < static_cast<int>(s.a.size())) {
      dz += p * s.a[p] * power * r;
      ddz += p * (p - 1) * s.a[p] * power;
    }
  }
  if (second) *second = ddz;
  return dz;
}

}  // namespace petzval::optics
