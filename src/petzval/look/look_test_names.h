// For tests that run over looks: which ones, and names that GoogleTest accepts.
#ifndef PETZVAL_LOOK_LOOK_TEST_NAMES_H_
#define PETZVAL_LOOK_LOOK_TEST_NAMES_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "petzval/look/look.h"

namespace petzval {

// Letters, digits and underscores.
inline std::string LookTestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// Looks with a rendering of their own; the others show what a camera profile says.
inline std::vector<std::string> OwnLooks() {
  std::vector<std::string> own;
  for (const std::string& name : LookNames()) {
    if (LoadLook(name)->Text("tone_operator") != "profile") own.push_back(name);
  }
  return own;
}

// Looks that leave greys and hues where the scene has them: no tint, no lightness curve, no turned
// hues, no black-and-white.
inline std::vector<std::string> PlainLooks() {
  std::vector<std::string> plain;
  for (const std::string& name : OwnLooks()) {
    const Look look = *LoadLook(name);
    const auto zero = [](double v) { return v == 0; };
    const auto all_zero = [&](const char* list) {
      return std::all_of(look.List(list).begin(), look.List(list).end(), zero);
    };
    bool tinted = look.lut != nullptr;
    for (const char* value : {"monochrome", "warmth", "shadow_chroma", "highlight_chroma"}) {
      tinted = tinted || look.Get(value) != 0;
    }
    if (!tinted && all_zero("curve") && all_zero("hue_shift_deg")) plain.push_back(name);
  }
  return plain;
}

}  // namespace petzval

#endif  // PETZVAL_LOOK_LOOK_TEST_NAMES_H_
