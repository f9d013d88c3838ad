// Frames: sizes, the panorama's crop, captions with and without facts.
#include "petzval/look/frame.h"

#include <gtest/gtest.h>

namespace petzval {
namespace {

Look Framed(const std::string& frame, const std::string& caption, const std::string& width = "5") {
  Look look = *LoadLook("natural");
  EXPECT_TRUE(SetLookValue(&look, "frame", frame));
  EXPECT_TRUE(SetLookValue(&look, "caption", caption));
  EXPECT_TRUE(SetLookValue(&look, "frame_width", width));
  return look;
}

TEST(Frame, NoneIsThePictureItself) {
  const auto plan = PlanFrame(Framed("none", "text"), 400, 300, {});
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->needed);
  EXPECT_EQ(plan->width, 400);
  EXPECT_EQ(plan->crop, (Rect{0, 0, 400, 300}));
}

TEST(Frame, BordersAreEvenAndTheCaptionHasItsStrip) {
  const auto plain = PlanFrame(Framed("white", ""), 4000, 3000, {});
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->width, 4300);
  EXPECT_EQ(plain->height, 3300);
  EXPECT_EQ(plain->picture_x, 150);
  EXPECT_GT(plain->grey, 0.9);
  EXPECT_TRUE(plain->svg.empty());
  const auto told = PlanFrame(Framed("black", "{camera}"), 3000, 4000, {"K & Co. <1>"});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->width, 3300);
  EXPECT_EQ(told->height, 4000 + 150 + 450);
  EXPECT_LT(told->grey, 0.1);
  EXPECT_NE(told->svg.find(">K &amp; Co. &lt;1&gt;</text>"), std::string::npos);
  EXPECT_NE(told->svg.find("width=\"3300\" height=\"4600\""), std::string::npos);
}

TEST(Frame, PanoramaTakesTheMiddle) {
  const auto wide = PlanFrame(Framed("xpan", "", "0"), 6500, 4000, {});
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->crop, (Rect{0, 800, 6500, 2400}));
  EXPECT_EQ(wide->width, 6500);
  EXPECT_EQ(wide->height, 2400);
  EXPECT_TRUE(wide->needed);
  const auto tall = PlanFrame(Framed("xpan", "", "0"), 4000, 6500, {});
  ASSERT_TRUE(tall);
  EXPECT_EQ(tall->crop, (Rect{800, 0, 2400, 6500}));
  const auto wider = PlanFrame(Framed("xpan", ""), 5000, 1000, {});
  ASSERT_TRUE(wider);
  EXPECT_NEAR(static_cast<double>(wider->crop.width) / wider->crop.height, 65.0 / 24, 0.001);
  EXPECT_EQ(wider->picture_x, 50);
}

TEST(Frame, PartsOfACaptionWithoutFactsAreLeftOut) {
  CaptionFacts facts;
  facts.camera = "Phone";
  facts.aperture = "f/1.9";
  EXPECT_EQ(*FillCaption("{camera} \xC2\xB7 {lens} | {aperture} {shutter}", facts, "vivid"),
            "Phone \xC2\xB7 f/1.9");
  EXPECT_EQ(*FillCaption("{lens} | {iso}", facts, "vivid"), "");
  EXPECT_EQ(*FillCaption("in {look}", facts, "vivid"), "in vivid");
  EXPECT_EQ(FillCaption("{camra}", facts, "").error().message,
            "the caption's {camra} stands for nothing (did you mean {camera}?)");
  EXPECT_FALSE(FillCaption("{camera", facts, ""));
  EXPECT_FALSE(PlanFrame(Framed("white", "{no}"), 100, 100, {}));
}

TEST(Frame, LongCaptionsGetSmallerAndHugeCanvasesAreRefused) {
  const auto plan = PlanFrame(Framed("white", std::string(300, 'w')), 1000, 1000, {});
  ASSERT_TRUE(plan);
  const double size = std::stod(plan->svg.substr(plan->svg.find("font-size=\"") + 11));
  EXPECT_LT(size * 0.56 * 300, 1100);
  EXPECT_EQ(PlanFrame(Framed("white", "", "25"), 60000, 60000, {}).error().code,
            ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace petzval
