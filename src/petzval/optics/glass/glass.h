// The refractive index of a medium as a function of wavelength, in all the forms catalogues use.
#ifndef PETZVAL_OPTICS_GLASS_GLASS_H_
#define PETZVAL_OPTICS_GLASS_GLASS_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"

namespace petzval::optics {

// Fraunhofer lines, wavelength in um.
inline constexpr double kLineG_um = 0.4358343;  // Hg g
inline constexpr double kLineF_um = 0.4861327;  // H F
inline constexpr double kLineE_um = 0.5460740;  // Hg e
inline constexpr double kLineD_um = 0.5875618;  // He d
inline constexpr double kLineC_um = 0.6562725;  // H C

// n(w) with w in um. The formula numbers are those of refractiveindex.info.
enum class Dispersion {
  kConstant,    // coefficients: n
  kModel,       // coefficients: nd, vd[, dPgF]; n = A + B/w^2 (exact in nd and n(F) - n(C)), with
                // dPgF n = A + B/w^2 + C/w^4 with PgF = 0.6438 - 0.001682 vd + dPgF
  kSellmeier,   // formula 1: n^2 = 1 + c0 + sum c_i w^2 / (w^2 - c_j^2)
  kSellmeier2,  // formula 2: the same with c_j not squared
  kPolynomial,  // formula 3: n^2 = c0 + sum c_i w^(c_j)
  kCauchy,      // formula 5: n = c0 + sum c_i w^(c_j)
  kSchott,      // n^2 = a0 + a1 w^2 + a2 w^-2 + a3 w^-4 + a4 w^-6 + a5 w^-8
  kConrady,     // n = a0 + a1 / w + a2 / w^3.5
  kTable,       // exact at the listed wavelengths, monotone cubic between them
};

struct Glass {
  std::string name;  // "schott/N-BK7", or the local name of a lens file; "" is air
  std::string source;
  Dispersion dispersion = Dispersion::kConstant;
  std::vector<double> coefficients = {1.0};
  std::vector<double> table_um, table_n;  // kTable only; ascending wavelengths
  double min_um = 0.0, max_um = 1e9;      // more than 1e-5 outside it is an error
  double dn_dt_per_k = 0.0;               // 0: not known
  bool plastic = false;

  bool operator==(const Glass&) const = default;
  bool IsAir() const { return name.empty(); }
  // Relative to air at 20 C. Errors: kInvalidInput, naming the glass and its range, when
  // `wavelength_um` is outside it or the formula gives no number >= 1 there.
  Result<double> Index(double wavelength_um) const;
  // (n(d) - 1) / (n(F) - n(C)); 0 where the range does not hold the lines or without dispersion.
  double AbbeNumber() const;
  // (n(g) - n(F)) / (n(F) - n(C)), Pg,F; 0 as above.
  double PartialDispersionGF() const;
};

// Whether the numbers fit the formula: as many coefficients as it has, all finite; nd within 1 to
// 10 and vd within 1 to 1000; a table of at most 4096 ascending wavelengths; a range that holds
// something. Errors: kInvalidInput naming the glass.
Status CheckGlass(const Glass& glass);

Glass Air();
// `vd` 0: no dispersion.
Glass ModelGlass(std::string name, double nd, double vd);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_GLASS_GLASS_H_
