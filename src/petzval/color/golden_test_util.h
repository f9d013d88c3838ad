// For tests: the golden files of colour, which live beside the source tree.
#ifndef PETZVAL_COLOR_GOLDEN_TEST_UTIL_H_
#define PETZVAL_COLOR_GOLDEN_TEST_UTIL_H_

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "petzval/base/matrix.h"

#ifndef PETZVAL_SOURCE_DIR
#define PETZVAL_SOURCE_DIR "."
#endif

namespace petzval {

inline std::string GoldenPath(const std::string& name) {
  return std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/colour/golden/" + name;
}

// The parsed file; null when it is not there (the test is then skipped).
inline nlohmann::json GoldenJson(const std::string& name) {
  std::ifstream file(GoldenPath(name));
  if (!file) return nullptr;
  return nlohmann::json::parse(file);
}

inline Vec3 ToVec3(const nlohmann::json& j) { return {{j.at(0), j.at(1), j.at(2)}}; }
inline Mat3 ToMat3(const nlohmann::json& j) {
  Mat3 m;
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 3; ++k) m[i][k] = j.at(i).at(k);
  }
  return m;
}

}  // namespace petzval

#define PETZVAL_GOLDEN_JSON(variable, name)         \
  const nlohmann::json variable = GoldenJson(name); \
  if (variable.is_null()) GTEST_SKIP() << GoldenPath(name) << " is not there"

#endif  // PETZVAL_COLOR_GOLDEN_TEST_UTIL_H_
