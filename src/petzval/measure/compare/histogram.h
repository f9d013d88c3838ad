// Percentiles of millions of values without keeping them.
#ifndef PETZVAL_MEASURE_COMPARE_HISTOGRAM_H_
#define PETZVAL_MEASURE_COMPARE_HISTOGRAM_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace petzval::measure {

// Counts of values >= 0 in bins that widen with the value: 1/512 of (1 + value). Counts of several
// may be added in any order, so that the result does not depend on threads.
class Histogram {
 public:
  void Add(float value) { ++count_[std::clamp(Bin(value), 0, kBins - 1)]; }
  void Add(const Histogram& other) {
    for (int i = 0; i < kBins; ++i) count_[i] += other.count_[i];
  }
  void Clear() { std::fill(count_.begin(), count_.end(), 0); }

  // The value below which the share `p` lies, linear within a bin; 0 of nothing.
  double Percentile(double p) const {
    int64_t total = 0;
    for (int64_t c : count_) total += c;
    const double wanted = p * static_cast<double>(total);
    double below = 0;
    for (int i = 0; i < kBins; ++i) {
      const double here = static_cast<double>(count_[i]);
      if (here > 0 && below + here >= wanted) {
        const double low = Value(i), high = Value(i + 1);
        // The first bin holds the many exact zeros.
        return i == 0 && below + here > wanted ? 0 : low + (wanted - below) / here * (high - low);
      }
      below += here;
    }
    return 0;
  }

 private:
  static constexpr int kShift = 14, kBins = 12 << (23 - kShift);  // up to 4095
  static constexpr int32_t kOne = 0x3f800000;
  static int Bin(float value) { return (std::bit_cast<int32_t>(1.0f + value) - kOne) >> kShift; }
  static double Value(int bin) { return std::bit_cast<float>(kOne + (bin << kShift)) - 1.0; }

  std::vector<int64_t> count_ = std::vector<int64_t>(kBins);
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_HISTOGRAM_H_
