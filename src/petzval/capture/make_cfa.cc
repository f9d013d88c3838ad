// The smallest of the periods 1, 2 and 4 under which the pattern repeats.
#include "petzval/capture/make_cfa.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace petzval {
namespace {

constexpr int kMaxPatternSide = 16;
constexpr int kLongestPeriod = 4;

}  // namespace

Result<Cfa> MakeCfa(int rows, int cols, std::span<const uint8_t> pattern) {
  if (rows < 1 || cols < 1 || rows > kMaxPatternSide || cols > kMaxPatternSide ||
      static_cast<size_t>(rows) * cols != pattern.size()) {
    return Fail(ErrorCode::kInvalidInput, "its colour filter pattern is missing or malformed");
  }
  std::array<int, 3> seen{};
  for (uint8_t c : pattern) {
    if (c > 2) {
      return Fail(
          ErrorCode::kUnsupported,
          "its colour filter array has other colours than red, green and blue, which is not "
          "supported");
    }
    ++seen[c];
  }
  const auto at = [&](int x, int y) { return pattern[(y % rows) * cols + x % cols]; };
  // Both the pattern and a period of up to four repeat within four patterns.
  const auto repeats = [&](int period) {
    for (int y = 0; y < kLongestPeriod * rows; ++y) {
      for (int x = 0; x < kLongestPeriod * cols; ++x) {
        if (at(x, y) != at(x % period, y % period)) return false;
      }
    }
    return true;
  };
  Cfa cfa;
  cfa.size = 1;
  while (cfa.size <= kLongestPeriod && !repeats(cfa.size)) cfa.size *= 2;
  if (cfa.size == 1) {
    cfa.color[0] = CfaColor::kMono;
    return cfa;
  }
  if (rows == 6 && cols == 6 && cfa.size > kLongestPeriod) {
    return Fail(ErrorCode::kUnsupported,
                "its colour filter array repeats every 6 pixels (X-Trans), which is not supported");
  }
  if (cfa.size > kLongestPeriod) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("its colour filter array of {} x {} is not supported", cols, rows));
  }
  if (*std::min_element(seen.begin(), seen.end()) == 0) {
    return Fail(ErrorCode::kUnsupported,
                "its colour filter array lacks one of red, green and blue");
  }
  for (int i = 0; i < cfa.size * cfa.size; ++i) {
    cfa.color[i] = static_cast<CfaColor>(at(i % cfa.size, i / cfa.size));
  }
  return cfa;
}

}  // namespace petzval
