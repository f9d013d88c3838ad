// For tests and the bench: the stated cases of local optimisation.
#ifndef PETZVAL_OPTICS_DESIGN_TEST_LENSES_H_
#define PETZVAL_OPTICS_DESIGN_TEST_LENSES_H_

#include <string>
#include <vector>

#include "petzval/optics/design/merit.h"
#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

struct OptimiseCase {
  const char* name;
  const char* lens;
  std::vector<int> curvatures, thicknesses;  // counted from 1
  bool perturbed = false;                    // curvatures times 1.05, 0.95, 1.05 ..
  double start_um = 0, bar_um = 0, bar_s = 0;
};

// RMS over fields, wavelengths and 61 hexapolar rays, EFL held; for the phone lens also the chief
// ray at the edge of the field, with the terms A4 to A10 of all aspheres varied.
inline const std::vector<OptimiseCase>& OptimiseCases() {
  static const std::vector<OptimiseCase> cases = {
      {"A", "cooke50f5", {1, 2, 3, 4, 5, 6}, {2, 4, 6}, false, 13.4292, 12.90, 0.020},
      {"A perturbed", "cooke50f5", {1, 2, 3, 4, 5, 6}, {2, 4, 6}, true, 98.0189, 12.90, 0.020},
      {"B", "dgauss100f2", {1, 2, 3, 5, 7, 9, 10, 11}, {5, 6, 11}, false, 87.5547, 25.0, 0.3},
      {"B perturbed",
       "dgauss100f2",
       {1, 2, 3, 5, 7, 9, 10, 11},
       {5, 6, 11},
       true,
       3082.27,
       25.0,
       0.3},
      {"C",
       "phone_deeplens80",
       {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13},
       {13},
       false,
       8.7359,
       3.2,
       5.0},
  };
  return cases;
}

struct PreparedCase {
  Lens lens;
  MeritSpec spec;
};

inline Result<PreparedCase> Prepare(const OptimiseCase& c) {
  PreparedCase out;
  PETZVAL_ASSIGN(out.lens, FindLens(c.lens));
  Lens& lens = out.lens;
  lens.vary.clear();
  for (const int i : c.curvatures) lens.vary.push_back({{"c", i - 1}});
  for (const int i : c.thicknesses) lens.vary.push_back({{"t", i - 1}});
  out.spec.sampling = PupilSampling::kHexapolar;
  out.spec.rings = 4;
  const bool phone = std::string(c.lens) == "phone_deeplens80";
  if (phone) {
    lens.fields.values = {0, 14, 28, 40};
    lens.fields.weights.clear();
    out.spec.failed_ray_mm = 8;
    for (int s = 1; s < 13; ++s) {
      for (const char* power : {"A4", "A6", "A8", "A10"}) lens.vary.push_back({{power, s}});
    }
  }
  PETZVAL_ASSIGN(const LensModel model, MakeModel(lens));
  out.spec.operands.push_back({OperandKind::kEfl, Relation::kHold, model.primary().efl});
  if (phone) {
    PETZVAL_ASSIGN(const Launcher launcher, Launcher::Create(model, 40.0, model.system.primary));
    const RayResult chief =
        TraceRay(model.system, model.system.primary, launcher.At({0, 0}), false);
    out.spec.operands.push_back({OperandKind::kChiefHeight, Relation::kHold, chief.y, 1, -1, 3});
  }
  double factor = 1.05;
  for (Surface& s : lens.surfaces) {
    if (!c.perturbed || s.radius_mm == 0) continue;
    s.radius_mm /= factor;
    factor = 2 - factor;
  }
  return out;
}

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_TEST_LENSES_H_
