// Compares everything that a golden file holds with what the analyses compute; for test and bench.
#ifndef PETZVAL_OPTICS_ANALYSIS_GOLDEN_REFERENCE_H_
#define PETZVAL_OPTICS_ANALYSIS_GOLDEN_REFERENCE_H_

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "petzval/optics/trace/launch.h"

namespace petzval::optics::golden {

inline const char* const kLenses[] = {"singlet_stop2",   "cooke50f5",       "dgauss100f2",
                                      "tessar",          "petzval14",       "summilux_r50f14",
                                      "petzval_kodak",   "biotar",          "primoplan",
                                      "phone_us7535658", "phone_deeplens80"};

struct Deviation {
  std::string what;
  double got, want, tolerance;
  bool missing = false;  // no figure where one is wanted, or the other way round
  double ratio() const {
    if (missing) return INFINITY;
    const double r = std::abs(got - want) / tolerance;
    return std::isnan(r) ? INFINITY : r;
  }
};

class Comparison {
 public:
  explicit Comparison(std::string lens) : lens_(std::move(lens)) {}

  void Absolute(const std::string& what, std::optional<double> got, const nlohmann::json& want,
                double tolerance) {
    Deviation d{lens_ + " " + what, got.value_or(0), want.is_null() ? 0 : want.get<double>(),
                tolerance};
    d.missing = got.has_value() == want.is_null();
    all_.push_back(d);
  }
  void Relative(const std::string& what, std::optional<double> got, const nlohmann::json& want,
                double relative, double floor = 1e-12) {
    const double size = want.is_null() ? 0 : std::abs(want.get<double>());
    Absolute(what, got, want, relative * size + floor);
  }
  void Count(const std::string& what, int got, const nlohmann::json& want) {
    Absolute(what, got, want, 0.5);
  }
  const std::vector<Deviation>& all() const { return all_; }

 private:
  std::string lens_;
  std::vector<Deviation> all_;
};

inline nlohmann::json ReadJson(const std::string& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file, nullptr, false);
}

// The parts of a golden file, each in the file of its kind.
void CompareFirstOrder(const LensModel& model, const nlohmann::json& want, Comparison* to);
void CompareFields(const LensModel& model, const nlohmann::json& want, Comparison* to);
void CompareExtra(const LensModel& model, const nlohmann::json& want, Comparison* to);
void CompareVignetted(const LensModel& model, const nlohmann::json& want, Comparison* to);

}  // namespace petzval::optics::golden

#include "petzval/optics/analysis/golden_reference-inl.h"

#endif  // PETZVAL_OPTICS_ANALYSIS_GOLDEN_REFERENCE_H_
