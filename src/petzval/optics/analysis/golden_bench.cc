// Computes every golden quantity of the 11 reference lenses and says how long it took and how far
// the largest deviation is from its tolerance. Usage: golden [FOLDER of data/optics].
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "petzval/base/parallel.h"
#include "petzval/optics/analysis/golden_reference.h"
#include "petzval/optics/lens/lens_file.h"

namespace {

using namespace petzval::optics;

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : PETZVAL_SOURCE_DIR "/../shared/data/optics";
  petzval::SetThreads(1);
  std::vector<golden::Deviation> all;
  double total = 0;
  fmt::print("{:<18} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "lens", "first", "fields", "extra",
             "vignetted", "total ms");
  for (const char* name : golden::kLenses) {
    const nlohmann::json want = golden::ReadJson(folder + "/golden/" + name + ".json");
    const auto lens = ReadLensFile(folder + "/lenses/" + name + ".toml");
    if (want.is_discarded() || !lens) {
      fmt::print(stderr, "{}: not found under {}\n", name, folder);
      return 1;
    }
    golden::Comparison comparison(name);
    const double start = CpuSeconds();
    const auto model = MakeModel(*lens);
    if (!model) {
      fmt::print(stderr, "{}: {}\n", name, model.error().message);
      return 1;
    }
    golden::CompareFirstOrder(*model, want, &comparison);
    const double first = CpuSeconds();
    golden::CompareFields(*model, want, &comparison);
    const double fields = CpuSeconds();
    golden::CompareExtra(*model, want, &comparison);
    const double extra = CpuSeconds();
    golden::CompareVignetted(*model, want, &comparison);
    const double end = CpuSeconds();
    total += end - start;
    fmt::print("{:<18} {:9.1f} {:9.1f} {:9.1f} {:9.1f} {:9.1f}\n", name, 1e3 * (first - start),
               1e3 * (fields - first), 1e3 * (extra - fields), 1e3 * (end - extra),
               1e3 * (end - start));
    all.insert(all.end(), comparison.all().begin(), comparison.all().end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.ratio() > b.ratio(); });
  const auto beyond =
      std::count_if(all.begin(), all.end(), [](const auto& d) { return d.ratio() > 1; });
  fmt::print("{} quantities, {} beyond tolerance; largest deviations over tolerance:\n", all.size(),
             beyond);
  const size_t shown = std::min(all.size(), std::max<size_t>(8, static_cast<size_t>(beyond)));
  for (size_t i = 0; i < shown; ++i) {
    fmt::print("  {:8.3g}  {}  got {:.15g} want {:.15g}\n", all[i].ratio(), all[i].what, all[i].got,
               all[i].want);
  }
  fmt::print("total {:.3f} s of one core\n", total);
  return beyond == 0 ? 0 : 1;
}
