// A line of progress on a terminal, and nothing anywhere else.
#ifndef PETZVAL_APPS_CLI_PROGRESS_H_
#define PETZVAL_APPS_CLI_PROGRESS_H_

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace petzval::cli {

// Shows the running step and its fraction on stderr when that is a terminal and the work is longer
// than a second. Thread-safe.
class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress();

  void Step(std::string_view name);
  void Fraction(double done);

 private:
  void Draw(double fraction);

  const bool shown_;
  const std::chrono::steady_clock::time_point start_;
  std::mutex mutex_;
  std::string step_;
  int last_percent_ = -1;
  bool drawn_ = false;
};

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_PROGRESS_H_
