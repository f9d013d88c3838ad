// Checks of channels and patches.
#include "petzval/measure/subject/patches.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace petzval::measure {
namespace {

bool AllFinite(const Image<float>& image, const Rect& roi) {
  for (int c = 0; c < image.planes(); ++c) {
    for (int y = roi.y; y < roi.y + roi.height; ++y) {
      const float* row = image.row(y, c) + roi.x;
      if (!std::all_of(row, row + roi.width, [](float v) { return std::isfinite(v); })) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

const char* ChannelWord(Channel channel) {
  switch (channel) {
    case Channel::kRed:
      return "red";
    case Channel::kGreen:
      return "green";
    case Channel::kBlue:
      return "blue";
    case Channel::kLuminance:
      break;
  }
  return "luminance";
}

Status CheckChannel(const Subject& subject, Channel channel) {
  if (!subject.raw()) return {};
  const bool green = channel == Channel::kGreen || channel == Channel::kLuminance;
  const int c = green ? 1 : static_cast<int>(channel);
  if (subject.mono ? green : subject.sites[c].bits != 0) return {};
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("the sensor has no {} pixels", ChannelWord(channel)));
}

Status CheckPatches(std::span<const Subject> frames, std::span<const Rect> rois, int min_side) {
  for (const Rect& roi : rois) {
    if (roi.width < min_side || roi.height < min_side) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("a patch of {} x {} pixels is too small, it takes {} x {}", roi.width,
                              roi.height, min_side, min_side));
    }
    for (const Subject& frame : frames) {
      if (roi.x < 0 || roi.y < 0 || roi.x > frame.width() - roi.width ||
          roi.y > frame.height() - roi.height) {
        return Fail(
            ErrorCode::kInvalidInput,
            fmt::format("the patch {} x {} at ({}, {}) lies outside the picture of {} x {}",
                        roi.width, roi.height, roi.x, roi.y, frame.width(), frame.height()));
      }
      if (!AllFinite(frame.raw() ? frame.mosaic : frame.rgb, roi)) {
        return Fail(
            ErrorCode::kInvalidInput,
            fmt::format("{}: the patch {} x {} at ({}, {}) holds values that are no numbers",
                        frame.path, roi.width, roi.height, roi.x, roi.y));
      }
    }
  }
  return {};
}

}  // namespace petzval::measure
