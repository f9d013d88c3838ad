// Local optimisation against fixed bars: merit reached and time, from stated starts.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/optics/design/merit.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return t.tv_sec + 1e-6 * t.tv_usec; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Case {
  const char* name;
  const char* file;
  std::vector<int> curvatures, thicknesses;  // from 1
  bool perturb = false;
  double bar_um = 0, bar_s = 0;
};

Lens Prepared(const Case& c, MeritSpec* spec) {
  auto lens = ReadLensFile(
      fmt::format("{}/../shared/data/optics/lenses/{}.toml", PETZVAL_SOURCE_DIR, c.file));
  if (!lens) {
    fmt::print("{}\n", lens.error().message);
    std::exit(1);
  }
  for (const int i : c.curvatures) lens->vary.push_back({{"c", i - 1}});
  for (const int i : c.thicknesses) lens->vary.push_back({{"t", i - 1}, -kInfinity, 1e9});
  *spec = {};
  spec->sampling = PupilSampling::kHexapolar;
  spec->rings = 4;
  spec->failed_ray_mm = 5;
  auto model = MakeModel(*lens);
  double efl = model->primary().efl;
  if (std::string(c.file) == "phone_deeplens80") {
    lens->fields.values = {0, 14, 28, 40};
    spec->failed_ray_mm = 8;
    for (int s = 1; s < 13; ++s) {
      for (const char* power : {"A4", "A6", "A8", "A10"}) lens->vary.push_back({{power, s}});
    }
    // The chief ray at the edge stays where it is in the start.
    auto start = MeritFunction::Create(*lens, *spec);
    spec->operands.push_back({OperandKind::kChiefHeight, Relation::kHold, 3.714018, 1, -1, 3});
  }
  spec->operands.push_back({OperandKind::kEfl, Relation::kHold, efl});
  int sign = 1;
  for (Surface& s : lens->surfaces) {
    if (!c.perturb) break;
    if (s.radius_mm == 0) {
      continue;
    }
    s.radius_mm /= sign > 0 ? 1.05 : 0.95;
    sign = -sign;
  }
  return *lens;
}

void Run(const Case& c) {
  MeritSpec spec;
  const Lens lens = Prepared(c, &spec);
  auto merit = MeritFunction::Create(lens, spec);
  if (!merit) {
    fmt::print("{}: {}\n", c.name, merit.error().message);
    return;
  }
  const auto bounds = [&](bool upper) {
    std::vector<double> out;
    for (const Variable& v : merit->variables().variables()) out.push_back(upper ? v.max : v.min);
    return out;
  };
  const auto start = merit->Report(merit->variables().start());
  DampedOptions options;
  options.max_iterations = 20000;
  options.target = c.bar_um > 3.3 ? 0 : 1e-6 * c.bar_um * c.bar_um;
  options.tolerance = 1e-8;
  const double begin = CpuSeconds();
  const DampedResult result =
      SolveDamped(*merit, merit->variables().start(), bounds(false), bounds(true), options);
  const double seconds = CpuSeconds() - begin;
  const auto end = merit->Report(result.x);
  fmt::print(
      "{}: rays {:.4f} -> {:.4f} um (bar {}), {} steps, {} evaluations, {:.1f} ms "
      "(bar {:.0f}), {} failed, reason {}\n",
      c.name, 1e3 * start->ray_rms, 1e3 * end->ray_rms, c.bar_um, result.iterations,
      result.evaluations, 1e3 * seconds, 1e3 * c.bar_s, end->failed_rays,
      static_cast<int>(result.reason));
  for (const auto& line : end->lines)
    fmt::print("    {} {:.9f} (target {:.9f})\n", line.name, line.value, line.target);
}

}  // namespace
}  // namespace petzval::optics

int main() {
  using petzval::optics::Case;
  const Case cases[] = {
      {"A", "cooke50f5", {1, 2, 3, 4, 5, 6}, {2, 4, 6}, false, 12.90, 0.020},
      {"A perturbed", "cooke50f5", {1, 2, 3, 4, 5, 6}, {2, 4, 6}, true, 12.90, 0.020},
      {"B", "dgauss100f2", {1, 2, 3, 5, 7, 9, 10, 11}, {5, 6, 11}, false, 25.00, 0.3},
      {"B perturbed", "dgauss100f2", {1, 2, 3, 5, 7, 9, 10, 11}, {5, 6, 11}, true, 25.00, 0.3},
      {"C", "phone_deeplens80", {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, {13}, false, 3.2, 5.0},
  };
  for (const Case& c : cases) petzval::optics::Run(c);
}
