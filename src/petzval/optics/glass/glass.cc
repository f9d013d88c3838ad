// The dispersion formulas.
#include "petzval/optics/glass/glass.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/monotone_cubic.h"

namespace petzval::optics {
namespace {

// The line on which most glasses lie: Pg,F = 0.6438 - 0.001682 vd (Schott, through K7 and F2);
// dPgF is the distance from it.
double NormalPartialDispersion(double vd) { return 0.6438 - 0.001682 * vd; }

// n = A + B/w^2 + C/w^4 with the given n(d), Abbe number and, where C is not 0, partial dispersion.
double ModelIndex(const std::vector<double>& c, double w) {
  const double nd = c[0], vd = c.size() > 1 ? c[1] : 0.0;
  if (vd == 0) return nd;
  const double f_c = (nd - 1) / vd;
  const auto p2 = [](double um) { return 1 / (um * um); };
  const auto p4 = [p2](double um) { return p2(um) * p2(um); };
  const double fc2 = p2(kLineF_um) - p2(kLineC_um), fc4 = p4(kLineF_um) - p4(kLineC_um);
  double b4 = 0;
  if (c.size() > 2) {
    const double g_f = (NormalPartialDispersion(vd) + c[2]) * f_c;
    const double gf2 = p2(kLineG_um) - p2(kLineF_um), gf4 = p4(kLineG_um) - p4(kLineF_um);
    b4 = (g_f * fc2 - f_c * gf2) / (gf4 * fc2 - fc4 * gf2);
  }
  const double b2 = (f_c - b4 * fc4) / fc2;
  return nd + b2 * (p2(w) - p2(kLineD_um)) + b4 * (p4(w) - p4(kLineD_um));
}

// Lists print wavelengths with four or five decimals: a line that misses the end of a range by the
// rounding is still in it.
constexpr double kRounding_um = 1e-5;

double At(const std::vector<double>& c, size_t i) { return i < c.size() ? c[i] : 0.0; }

double Formula(const Glass& glass, double w) {
  const std::vector<double>& c = glass.coefficients;
  const double w2 = w * w;
  switch (glass.dispersion) {
    case Dispersion::kConstant:
      return At(c, 0);
    case Dispersion::kModel:
      return ModelIndex(c, w);
    case Dispersion::kSellmeier:
    case Dispersion::kSellmeier2: {
      double sum = 1 + At(c, 0);
      for (size_t i = 1; i < c.size(); i += 2) {
        const double pole = At(c, i + 1);
        const double pole2 = glass.dispersion == Dispersion::kSellmeier ? pole * pole : pole;
        sum += c[i] * w2 / (w2 - pole2);
      }
      return std::sqrt(sum);
    }
    case Dispersion::kPolynomial:
    case Dispersion::kCauchy: {
      double sum = At(c, 0);
      for (size_t i = 1; i < c.size(); i += 2) sum += c[i] * std::pow(w, At(c, i + 1));
      return glass.dispersion == Dispersion::kPolynomial ? std::sqrt(sum) : sum;
    }
    case Dispersion::kSchott: {
      const double u = 1 / w2;
      return std::sqrt(At(c, 0) + At(c, 1) * w2 +
                       u * (At(c, 2) + u * (At(c, 3) + u * (At(c, 4) + u * At(c, 5)))));
    }
    case Dispersion::kConrady:
      return At(c, 0) + At(c, 1) / w + At(c, 2) / std::pow(w, 3.5);
    case Dispersion::kTable:
      return MonotoneCubic(glass.table_um, glass.table_n,
                           std::clamp(w, glass.table_um.front(), glass.table_um.back()));
  }
  return 0;
}

constexpr size_t kMaxTable = 4096;  // the longest published tables have some hundred entries

bool Within(double value, double min, double max) { return value >= min && value <= max; }

// What is wrong with the coefficients; empty: nothing.
std::string CoefficientProblem(const Glass& glass) {
  const std::vector<double>& c = glass.coefficients;
  const auto not_finite = [](double value) { return !std::isfinite(value); };
  if (std::any_of(c.begin(), c.end(), not_finite)) return "has a coefficient that is not finite";
  const auto needs = [&](bool fits) {
    return fits ? "" : fmt::format("has {} coefficients, which do not fit its formula", c.size());
  };
  switch (glass.dispersion) {
    case Dispersion::kConstant:
    case Dispersion::kModel: {
      const bool model = glass.dispersion == Dispersion::kModel;
      if (model ? c.size() < 2 || c.size() > 3 : c.size() != 1) return needs(false);
      if (!Within(c[0], 1, 10)) return fmt::format("has nd {}, which is not within 1 to 10", c[0]);
      if (model && !Within(c[1], 1, 1000)) {
        return fmt::format("has vd {}, which is not within 1 to 1000", c[1]);
      }
      if (c.size() > 2 && !Within(c[2], -1, 1)) {
        return fmt::format("has dPgF {}, which is not within -1 to 1", c[2]);
      }
      return "";
    }
    case Dispersion::kSchott:
      return needs(c.size() == 6);
    case Dispersion::kConrady:
      return needs(c.size() == 3);
    case Dispersion::kTable:
      return needs(c.empty());
    default:  // a constant and pairs
      return needs(c.size() % 2 == 1 && c.size() >= 3 && c.size() <= 41);
  }
}

std::string TableProblem(const Glass& glass) {
  const std::vector<double>& um = glass.table_um;
  if (glass.dispersion != Dispersion::kTable) {
    return um.empty() && glass.table_n.empty() ? "" : "has a table beside its formula";
  }
  if (um.empty() || um.size() > kMaxTable || um.size() != glass.table_n.size()) {
    return fmt::format("has {} wavelengths and {} indices, which make no table", um.size(),
                       glass.table_n.size());
  }
  for (size_t i = 0; i < um.size(); ++i) {
    if (!(um[i] > (i == 0 ? 0.0 : um[i - 1])) || !std::isfinite(um[i])) {
      return "has wavelengths that do not ascend from above 0";
    }
    if (!std::isfinite(glass.table_n[i])) return "has an index that is not finite";
  }
  return "";
}

// Index at the lines, 0 where the glass has no value.
double OrZero(const Glass& glass, double um) {
  const auto n = glass.Index(um);
  return n ? *n : 0.0;
}

}  // namespace

Result<double> Glass::Index(double wavelength_um) const {
  if (IsAir()) return 1.0;
  const bool table = dispersion == Dispersion::kTable;
  if (coefficients.empty() && !table) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("glass '{}' has no coefficients", name));
  }
  if (table && (table_um.empty() || table_um.size() != table_n.size())) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the table of glass '{}' has {} wavelengths and {} indices", name,
                            table_um.size(), table_n.size()));
  }
  const double low = table ? std::max(min_um, table_um.front()) : min_um;
  const double high = table ? std::min(max_um, table_um.back()) : max_um;
  if (!(wavelength_um > 0) || wavelength_um < low - kRounding_um ||
      wavelength_um > high + kRounding_um) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("wavelength {} um is outside the range of glass '{}', {} to {} um",
                            wavelength_um, name, low, high));
  }
  const double n = Formula(*this, wavelength_um);
  if (!(n >= 1) || !std::isfinite(n)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the dispersion formula of glass '{}' gives no index of at least 1 at "
                            "{} um",
                            name, wavelength_um));
  }
  return n;
}

double Glass::AbbeNumber() const {
  const double f = OrZero(*this, kLineF_um), d = OrZero(*this, kLineD_um),
               c = OrZero(*this, kLineC_um);
  return f > 0 && d > 0 && c > 0 && f != c ? (d - 1) / (f - c) : 0.0;
}

double Glass::PartialDispersionGF() const {
  const double g = OrZero(*this, kLineG_um), f = OrZero(*this, kLineF_um),
               c = OrZero(*this, kLineC_um);
  return g > 0 && f > 0 && c > 0 && f != c ? (g - f) / (f - c) : 0.0;
}

Status CheckGlass(const Glass& glass) {
  std::string problem = CoefficientProblem(glass);
  if (problem.empty()) problem = TableProblem(glass);
  if (problem.empty() && !(glass.min_um >= 0 && glass.min_um <= glass.max_um)) {
    problem = fmt::format("has the range {} to {} um, which holds no wavelength", glass.min_um,
                          glass.max_um);
  }
  if (problem.empty() && !Within(glass.dn_dt_per_k, -0.01, 0.01)) {
    problem =
        fmt::format("has dn_dt_per_k {}, which is not within -0.01 to 0.01", glass.dn_dt_per_k);
  }
  if (problem.empty()) return {};
  return Fail(ErrorCode::kInvalidInput, fmt::format("glass '{}' {}", glass.name, problem));
}

Glass Air() { return {}; }

Glass ModelGlass(std::string name, double nd, double vd) {
  Glass glass;
  glass.name = std::move(name);
  glass.dispersion = vd == 0 ? Dispersion::kConstant : Dispersion::kModel;
  glass.coefficients = vd == 0 ? std::vector{nd} : std::vector{nd, vd};
  return glass;
}

}  // namespace petzval::optics
