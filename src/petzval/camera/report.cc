// Reports as JSON.
#include "petzval/camera/report.h"

#include <sys/resource.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace petzval {

std::string Report::ToJson() const {
  using nlohmann::ordered_json;
  ordered_json json;
  json["frames_used"] = frames_used;
  json["width_px"] = width_px;
  json["height_px"] = height_px;
  json["peak_memory_mb"] = PeakMemoryMb();
  json["warnings"] = warnings;
  json["steps"] = ordered_json::array();
  for (const Step& step : steps) {
    json["steps"].push_back({{"name", step.name}, {"seconds", step.seconds}});
  }
  json["frames"] = ordered_json::array();
  for (const Frame& frame : frames) {
    json["frames"].push_back({{"path", frame.path},
                              {"used", frame.used},
                              {"reference", frame.reference},
                              {"shift_x_px", frame.shift_x_px},
                              {"shift_y_px", frame.shift_y_px},
                              {"rotation_deg", frame.rotation_deg},
                              {"gain", frame.gain},
                              {"mean_weight", frame.mean_weight}});
  }
  json["parameters"] = ordered_json::object();
  for (const auto& [name, value] : parameters) {
    std::visit(
        [&, &key = name](const auto& v) {
          if constexpr (std::is_same_v<std::decay_t<decltype(v)>, double>) {
            json["parameters"][key] = std::isfinite(v) ? ordered_json(v) : ordered_json(nullptr);
          } else {
            json["parameters"][key] = v;
          }
        },
        value);
  }
  json["outputs"] = outputs;
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

double PeakMemoryMb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

void StepTimer::Start(std::string name) {
  Finish();
  name_ = std::move(name);
  start_ = std::chrono::steady_clock::now();
  if (listener_) listener_(name_);
}

void StepTimer::Finish() {
  if (name_.empty()) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  report_->steps.push_back({std::exchange(name_, {}), elapsed.count()});
}

}  // namespace petzval
