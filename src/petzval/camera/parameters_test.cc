// Parameters: defaults agree with their description; white balance texts parse or are refused.
#include <gtest/gtest.h>

#include "petzval/camera/develop_photo.h"

namespace petzval {
namespace {

TEST(ParametersTest, DefaultsAgreeWithTheDescription) {
  DevelopJob job;
  for (const BoundParameter& p : BindParameters(&job)) {
    EXPECT_EQ(*p.value, p.description.default_value) << p.description.name;
    EXPECT_LE(p.description.min, p.description.default_value);
    EXPECT_GE(p.description.max, p.description.default_value);
  }
}

TEST(WhiteBalanceTest, Parses) {
  EXPECT_EQ(ParseWhiteBalance("as-shot")->mode, WhiteBalance::Mode::kAsShot);
  EXPECT_EQ(ParseWhiteBalance("auto")->mode, WhiteBalance::Mode::kAuto);
  const auto kelvin = ParseWhiteBalance("3200,-12.5");
  ASSERT_TRUE(kelvin);
  EXPECT_EQ(kelvin->kelvin_k, 3200);
  EXPECT_EQ(kelvin->tint, -12.5);
  EXPECT_EQ(ParseWhiteBalance("4000")->tint, 0);
  for (const std::string& preset : WhiteBalancePresets()) EXPECT_TRUE(ParseWhiteBalance(preset));
}

TEST(WhiteBalanceTest, RefusesWithASentence) {
  for (const char* text :
       {"", "red", "1000", "99999", "5000,", "5000,900", "5000,1,2", "nan", "5e3x"}) {
    const auto result = ParseWhiteBalance(text);
    ASSERT_FALSE(result) << text;
    EXPECT_NE(result.error().message.find("KELVIN"), std::string::npos);
  }
}

}  // namespace
}  // namespace petzval
