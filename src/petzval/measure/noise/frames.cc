// Checks of frames; crops of one channel.
#include "petzval/measure/noise/frames.h"

#include <fmt/format.h>

#include <algorithm>

namespace petzval::measure {
namespace {

bool SameSites(const Subject& a, const Subject& b) {
  if (a.mono != b.mono) return false;
  for (int c = 0; c < 3; ++c) {
    if (a.sites[c].bits != b.sites[c].bits) return false;
  }
  return true;
}

}  // namespace

std::string PatchWords(Channel channel, const Rect& roi) {
  return fmt::format("{}, {} x {} px at ({}, {})", ChannelWord(channel), roi.width, roi.height,
                     roi.x, roi.y);
}

Status CheckAlike(const Subject& a, const Subject& b) {
  for (const Subject* frame : {&a, &b}) {
    if (frame->width() < 1 || frame->height() < 1) {
      return Fail(ErrorCode::kInvalidInput, frame->path + ": an empty picture");
    }
  }
  if (a.raw() != b.raw()) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("{} and {}: one is RAW and the other a finished picture", a.path, b.path));
  }
  if (a.width() != b.width() || a.height() != b.height()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} is {} x {} but {} is {} x {}: frames must be of one size", a.path,
                            a.width(), a.height(), b.path, b.width(), b.height()));
  }
  if (a.raw() && (!SameSites(a, b) || a.black_dn != b.black_dn || a.white_dn != b.white_dn)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} and {} differ in colour filters, black or white level: they are "
                            "not of one camera mode",
                            a.path, b.path));
  }
  return {};
}

Status CheckFrames(std::span<const Subject> frames) {
  if (frames.empty()) return Fail(ErrorCode::kInvalidInput, "no frames to measure");
  for (const Subject& frame : frames) {
    PETZVAL_RETURN_IF_ERROR(CheckAlike(frames.front(), frame));
  }
  return {};
}

SiteMask MovedSites(SiteMask sites, int x, int y) {
  SiteMask moved{0};
  for (int j = 0; j < 4; ++j) {
    for (int i = 0; i < 4; ++i) {
      if (sites.Has(x + i, y + j)) moved.bits |= static_cast<uint16_t>(1 << (j * 4 + i));
    }
  }
  return moved;
}

PatchPlane CropChannel(const Subject& subject, Channel channel, const Rect& roi) {
  PatchPlane out{Image<float>(roi.width, roi.height), SiteMask{}};
  if (!subject.raw() && channel == Channel::kLuminance) {
    const auto& weight = subject.xyz_d50_from_rgb[1];
    for (int y = 0; y < roi.height; ++y) {
      const float* rgb[3];
      for (int c = 0; c < 3; ++c) rgb[c] = subject.rgb.row(roi.y + y, c) + roi.x;
      float* to = out.values.row(y);
      for (int x = 0; x < roi.width; ++x) {
        to[x] = static_cast<float>(weight[0] * rgb[0][x] + weight[1] * rgb[1][x] +
                                   weight[2] * rgb[2][x]);
      }
    }
    return out;
  }
  const MeasuredPlane plane = PlaneOf(subject, channel, nullptr);  // needs no scratch here
  for (int y = 0; y < roi.height; ++y) {
    std::copy_n(plane.values.row(roi.y + y) + roi.x, roi.width, out.values.row(y));
  }
  out.sites = MovedSites(plane.sites, roi.x, roi.y);
  return out;
}

}  // namespace petzval::measure
