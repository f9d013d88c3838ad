// The merit function: residuals of rays and operands with their exact derivatives.
#ifndef PETZVAL_OPTICS_DESIGN_MERIT_H_
#define PETZVAL_OPTICS_DESIGN_MERIT_H_

#include <optional>
#include <string>
#include <vector>

#include "petzval/optics/design/least_squares.h"
#include "petzval/optics/design/merit_spec.h"
#include "petzval/optics/design/ray_bundle.h"
#include "petzval/optics/design/variables.h"

namespace petzval::optics {

inline constexpr double kEquationMet = 1e-6;  // residual of a held operand

// What the merit is made of at some x.
struct MeritReport {
  double merit = 0;    // root of the sum of squares
  double ray_rms = 0;  // mm (waves * 1e-3 for kWavefront), failed rays included
  std::vector<double> field_rms;
  int rays = 0, failed_rays = 0;
  int failed_rim_rays = 0;  // chief and rim rays, traced where an operand needs them
  // Operands to be held that are off by kEquationMet or more, or whose rays fail; the latter have
  // no line.
  int unmet_equations = 0;
  struct Line {
    std::string name;  // "efl", "edge of glass 3", with surfaces counted from 1
    double value = 0, target = 0, residual = 0;
    Relation relation = Relation::kEqual;
  };
  std::vector<Line> lines;
};

// A value with its derivatives by the variables (empty without derivatives, and where an inequality
// holds).
struct OperandValue {
  int operand = 0;  // of the spec
  int surface = -1, field = -1;
  double value = 0;
  std::vector<double> gradient;
};

class MeritFunction : public LeastSquares {
 public:
  // Variables, pickups and solves are those of `lens`. Errors: as VariableSet and LaunchPlan, and
  // for operands that name a surface or field that is not there.
  static Result<MeritFunction> Create(const Lens& lens, const MeritSpec& spec);

  const VariableSet& variables() const { return variables_; }
  const MeritSpec& spec() const { return spec_; }

  int size() const override { return variables_.size(); }
  double Cost(const std::vector<double>& x) override;
  double Normal(const std::vector<double>& x, NormalEquations* out) override;
  int constraints() const override { return held_; }
  bool Constraints(const std::vector<double>& x, std::vector<double>* values,
                   std::vector<double>* jacobian) override;
  // Takes over aimed start points.
  bool Accepted(const std::vector<double>& x) override;

  Result<MeritReport> Report(const std::vector<double>& x);
  // Heights that the rays of all fields use on each surface, without the margin. 0 where no ray
  // got.
  const std::vector<double>& used_heights() const { return used_; }
  // Aperture and field shrunk to these shares (curriculum); heights to reach shrink along.
  void Shrink(double aperture, double field);

 private:
  struct State {
    std::vector<double> x;
    RawSystem system;
    std::vector<ChainEntry> chain;
    PupilState pupil;
  };

  MeritFunction(VariableSet variables, MeritSpec spec)
      : variables_(std::move(variables)), spec_(std::move(spec)) {}
  Operand Scaled(Operand operand) const;
  void Report(const OperandValue& value, double residual, MeritReport* report) const;
  bool Prepare(const std::vector<double>& x, bool derivatives);
  double Evaluate(const std::vector<double>& x, NormalEquations* out, MeritReport* report);
  double RayResiduals(NormalEquations* out, MeritReport* report);
  double AddFailure(const RayBundle& bundle, int w, int field, int point, double weight,
                    NormalEquations* out) const;
  void WavefrontSeeds();
  // The operands that are held, or all the others, at the prepared state.
  std::vector<OperandValue> Operands(bool held, bool derivatives);
  void ProbeOperand(int index, bool derivatives, std::vector<OperandValue>* out) const;
  void GlassOperand(int index, bool derivatives, std::vector<OperandValue>* out) const;
  void IncidenceOperand(int index, bool derivatives, std::vector<OperandValue>* out) const;
  void ShapeOperand(int index, bool derivatives, std::vector<OperandValue>* out) const;
  void ParaxialOperand(int index, bool derivatives, std::vector<OperandValue>* out) const;
  std::vector<double> ByVariables(const std::vector<double>& row) const;
  // From the probe rays as traced; the gradients too if wanted.
  void MeasureHeights(bool derivatives);
  // Derivatives by the variables of something of one ray, from those by the raw numbers at
  // fixed start and by the start. The launch moves along for objects at infinity; for near ones its
  // small part is left out.
  std::vector<double> WithLaunch(const RayBundle& bundle, int w, int field, int point,
                                 std::vector<double> row, const double by_start[2]) const;
  std::vector<double> HeightGradient(int surface, int field, int point) const;
  void BuildBundles();

  VariableSet variables_;
  MeritSpec spec_;
  LaunchPlan full_plan_, plan_;
  std::vector<double> field_weight_, wavelength_weight_, point_weight_;
  std::vector<PupilPoint> points_;
  bool mirrored_ = false;  // only half of the pupil is traced
  bool aimed_ = false, need_probes_ = false;
  int held_ = 0;  // equations
  double field_share_ = 1;
  std::optional<RayBundle> rays_, probes_;
  std::vector<double> used_;
  std::vector<std::vector<double>> used_gradient_;
  State state_;
  std::vector<double> weight_;             // of each ray, sum 1
  std::vector<double> value_x_, value_y_;  // residuals of rays
  std::vector<double> seed_[6], one_;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_MERIT_H_
