// The known name that a mistyped one was meant to be.
#include "petzval/base/nearest_name.h"

#include <algorithm>
#include <vector>

namespace petzval {
namespace {

// Optimal string alignment distance.
size_t Edits(const std::string& a, const std::string& b) {
  std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::string NearestName(const std::string& name, std::span<const std::string> known) {
  std::string best;
  size_t best_edits = 0;
  // A name from a file may be arbitrarily long; its start is enough to guess.
  const std::string start = name.substr(0, 100);
  for (const std::string& candidate : known) {
    const size_t edits = Edits(start, candidate);
    if (best.empty() || edits < best_edits) {
      best = candidate;
      best_edits = edits;
    }
  }
  return best;
}

}  // namespace petzval
