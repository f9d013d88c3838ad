// Glass substitution.
#include "petzval/optics/design/glass_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "petzval/base/parallel.h"
#include "petzval/optics/glass/catalog.h"

namespace petzval::optics {
namespace {

struct Candidate {
  Glass glass;
  double nd, vd, deviation;
};

bool Covers(const Glass& glass, const Lens& lens) {
  for (const double um : lens.spectrum.um) {
    if (!glass.Index(um)) return false;
  }
  return true;
}

Lens WithGlass(const Lens& lens, int surface, const Glass& glass) {
  Lens out = lens;
  out.surfaces[surface].medium = glass.name;
  if (!out.Medium(glass.name)) out.glasses.push_back(glass);
  std::erase_if(out.vary, [&](const Vary& v) {
    return v.what.surface == surface && (v.what.kind == "nd" || v.what.kind == "vd");
  });
  return out;
}

struct Trial {
  Lens lens;
  double merit = std::numeric_limits<double>::infinity();
  MeritReport report;
};

// Optimises each of the lenses; the best, the first of equals.
std::optional<Trial> BestOf(const std::vector<Lens>& lenses, const MeritSpec& merit,
                            int iterations) {
  std::vector<std::optional<Trial>> trials(lenses.size());
  ParallelFor(static_cast<int>(lenses.size()), [&](int i) {
    OptimiseOptions options;
    options.max_iterations = iterations;
    options.tolerance = 1e-5;
    const auto result = Optimise(lenses[i], merit, options);
    if (result) trials[i] = Trial{result->lens, result->after.merit, result->after};
  });
  std::optional<Trial> best;
  for (auto& trial : trials) {
    if (trial && (!best || trial->merit < best->merit)) best = std::move(trial);
  }
  return best;
}

}  // namespace

double PartialDispersionDeviation(const Glass& glass) {
  return glass.PartialDispersionGF() - (0.6438 - 0.001682 * glass.AbbeNumber());
}

std::vector<Glass> CatalogueGlasses(bool plastics) {
  // Crystals, cover glass and cement are in the catalogue but not what lenses are made of.
  const auto other = [](const Glass& glass) {
    const std::string maker = glass.name.substr(0, glass.name.find('/'));
    return maker == "crystal" || maker == "cover" || maker == "adhesive";
  };
  std::vector<Glass> out;
  for (const Glass& glass : GlassCatalog::BuiltIn().glasses()) {
    if (glass.plastic == plastics && glass.AbbeNumber() > 0 && !other(glass)) out.push_back(glass);
  }
  return out;
}

std::vector<GlassPoint> GlassHull(const std::vector<Glass>& glasses) {
  std::vector<GlassPoint> points;
  for (const Glass& glass : glasses) {
    const auto nd = glass.Index(kLineD_um);
    if (nd && glass.AbbeNumber() > 0) points.push_back({*nd, glass.AbbeNumber()});
  }
  std::sort(points.begin(), points.end(), [](const GlassPoint& a, const GlassPoint& b) {
    return a.vd != b.vd ? a.vd < b.vd : a.nd < b.nd;
  });
  // Andrew's monotone chain.
  const auto turns_left = [](const GlassPoint& a, const GlassPoint& b, const GlassPoint& c) {
    return (b.vd - a.vd) * (c.nd - a.nd) - (b.nd - a.nd) * (c.vd - a.vd) > 0;
  };
  std::vector<GlassPoint> hull;
  for (int side = 0; side < 2; ++side) {
    const size_t base = hull.size();
    for (const GlassPoint& p : points) {
      while (hull.size() >= base + 2 && !turns_left(hull[hull.size() - 2], hull.back(), p)) {
        hull.pop_back();
      }
      hull.push_back(p);
    }
    if (!hull.empty()) hull.pop_back();
    std::reverse(points.begin(), points.end());
  }
  return hull;
}

Result<GlassChoiceResult> ChooseGlasses(const Lens& lens, const MeritSpec& merit,
                                        const GlassChoiceOptions& options) {
  std::vector<Candidate> candidates;
  for (const Glass& glass :
       options.candidates.empty() ? CatalogueGlasses(false) : options.candidates) {
    const auto nd = glass.Index(kLineD_um);
    if (!nd || !(glass.AbbeNumber() > 0) || !Covers(glass, lens)) continue;
    candidates.push_back({glass, *nd, glass.AbbeNumber(), PartialDispersionDeviation(glass)});
  }
  if (candidates.empty()) {
    return Fail(ErrorCode::kInvalidInput, "no glass covers the wavelengths of the lens");
  }
  std::vector<int> surfaces = options.surfaces;
  if (surfaces.empty()) {
    for (const Vary& v : lens.vary) {
      if (v.what.kind == "nd" || v.what.kind == "vd") surfaces.push_back(v.what.surface);
    }
    std::sort(surfaces.begin(), surfaces.end());
    surfaces.erase(std::unique(surfaces.begin(), surfaces.end()), surfaces.end());
  }
  GlassChoiceResult result;
  Trial best{lens};
  const auto go_on = [&](const std::string& step) {
    return !options.progress || options.progress(step, best.merit);
  };
  bool running = true;
  for (const int surface : surfaces) {
    GlassChoice choice{surface};
    PETZVAL_ASSIGN(choice.model_nd, GetQuantity(best.lens, {"nd", surface}));
    PETZVAL_ASSIGN(choice.model_vd, GetQuantity(best.lens, {"vd", surface}));
    const auto distance = [&](const Candidate& c) {
      return std::hypot((c.nd - choice.model_nd) / options.scale_nd,
                        (c.vd - choice.model_vd) / options.scale_vd, c.deviation / options.scale_p);
    };
    std::vector<Candidate> near = candidates;
    std::stable_sort(near.begin(), near.end(), [&](const Candidate& a, const Candidate& b) {
      return distance(a) < distance(b);
    });
    near.resize(std::min<size_t>(near.size(), std::max(options.nearest, 1)));
    std::vector<Lens> lenses;
    for (const Candidate& c : near) lenses.push_back(WithGlass(best.lens, surface, c.glass));
    // Without time left the nearest has to do.
    auto trial = BestOf(lenses, merit, running ? options.iterations : 1);
    if (!trial) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("surface {}: no glass gives a lens that works", surface + 1));
    }
    best = std::move(*trial);
    result.choices.push_back(choice);
    running = running &&
              go_on(fmt::format("surface {}: {}", surface + 1, best.lens.surfaces[surface].medium));
  }
  for (size_t i = 0; running && options.swaps && i < surfaces.size(); ++i) {
    std::vector<Lens> lenses;
    for (size_t j = i + 1; j < surfaces.size(); ++j) {
      const std::string a = best.lens.surfaces[surfaces[i]].medium;
      const std::string b = best.lens.surfaces[surfaces[j]].medium;
      if (a == b) continue;
      Lens swapped = best.lens;
      swapped.surfaces[surfaces[i]].medium = b;
      swapped.surfaces[surfaces[j]].medium = a;
      lenses.push_back(std::move(swapped));
    }
    if (lenses.empty()) continue;
    auto trial = BestOf(lenses, merit, options.iterations);
    if (trial && trial->merit < best.merit * (1 - 1e-4)) best = std::move(*trial);
    running = go_on(fmt::format("swaps with surface {}", surfaces[i] + 1));
  }
  auto last = BestOf({best.lens}, merit, running ? options.final_iterations : 1);
  if (last && last->merit <= best.merit) best = std::move(*last);
  result.lens = best.lens;
  result.report = best.report;
  for (GlassChoice& choice : result.choices) {
    choice.glass = best.lens.surfaces[choice.surface].medium;
    PETZVAL_ASSIGN(const Glass glass, best.lens.Medium(choice.glass));
    PETZVAL_ASSIGN(choice.nd, glass.Index(kLineD_um));
    choice.vd = glass.AbbeNumber();
    choice.p_gf = glass.PartialDispersionGF();
    choice.p_gf_deviation = PartialDispersionDeviation(glass);
  }
  return result;
}

}  // namespace petzval::optics
