// Files of data/training, compiled in (CMake writes the source).
#ifndef PETZVAL_CALIBRATE_FIT_EMBEDDED_TRAINING_H_
#define PETZVAL_CALIBRATE_FIT_EMBEDDED_TRAINING_H_

#include <span>
#include <string_view>

namespace petzval::calibrate {

struct EmbeddedTraining {
  std::string_view name, text;
};
std::span<const EmbeddedTraining> EmbeddedTrainingFiles();

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_EMBEDDED_TRAINING_H_
