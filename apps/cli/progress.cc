// Progress on stderr.
#include "progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace petzval::cli {

Progress::Progress(bool quiet)
    : shown_(!quiet && isatty(STDERR_FILENO)), start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
}

void Progress::Step(std::string_view name) {
  if (!shown_) return;
  const std::lock_guard lock(mutex_);
  step_ = name;
  last_percent_ = -1;
  Draw(0);
}

void Progress::Fraction(double done) {
  if (!shown_) return;
  const std::lock_guard lock(mutex_);
  Draw(done);
}

void Progress::Draw(double fraction) {
  using std::chrono::steady_clock;
  if (steady_clock::now() - start_ < std::chrono::seconds(1)) return;
  const int percent = static_cast<int>(100 * std::clamp(fraction, 0.0, 1.0));
  if (percent == last_percent_) return;
  last_percent_ = percent;
  constexpr int kWidth = 30;
  const int filled = percent * kWidth / 100;
  fmt::print(stderr, "\r\033[K{:<20} [{:<{}}] {:3}%", step_, std::string(filled, '='), kWidth,
             percent);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace petzval::cli
