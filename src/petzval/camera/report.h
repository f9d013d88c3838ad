// What a run did: steps with their times, warnings, parameters, memory.
#ifndef PETZVAL_CAMERA_REPORT_H_
#define PETZVAL_CAMERA_REPORT_H_

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace petzval {

struct Report {
  struct Step {
    std::string name;
    double seconds = 0;  // wall clock
  };
  using Value = std::variant<double, bool, std::string>;
  // An input frame and how the merge used it.
  struct Frame {
    std::string path;
    bool used = false, reference = false;
    double shift_x_px = 0, shift_y_px = 0, rotation_deg = 0, gain = 1, mean_weight = 0;
  };

  std::vector<Step> steps;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, Value>> parameters;
  std::vector<Frame> frames;
  int frames_used = 0;
  int width_px = 0, height_px = 0;  // of the finished picture
  std::vector<std::string> outputs;

  // The report as JSON text; keys are a contract (docs/architecture.md). Peak memory is read here.
  std::string ToJson() const;
};

// Largest resident memory of this process so far, in MB (10^6 bytes).
double PeakMemoryMb();

// Times the steps of a run and tells a listener where it is.
class StepTimer {
 public:
  using Listener = std::function<void(std::string_view step)>;
  explicit StepTimer(Report* report, Listener listener)
      : report_(report), listener_(std::move(listener)) {}
  ~StepTimer() { Finish(); }
  StepTimer(const StepTimer&) = delete;
  StepTimer& operator=(const StepTimer&) = delete;

  void Start(std::string name);  // ends the step before
  void Finish();

 private:
  Report* report_;
  Listener listener_;
  std::string name_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace petzval

#endif  // PETZVAL_CAMERA_REPORT_H_
