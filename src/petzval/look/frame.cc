// Frames and captions: where the finished picture lies on its canvas, and what is written there.
#include "petzval/look/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "petzval/base/nearest_name.h"
#include "petzval/base/xml_text.h"

namespace petzval {
namespace {

constexpr double kXpanAspect = 65.0 / 24;
// Paper is not the white of the screen, film not its black.
constexpr double kWhite = 0.97, kBlack = 0.06;
constexpr const char* kInkOnWhite = "#3a3a3a";
constexpr const char* kInkOnBlack = "#c8c8c8";
// Letters as share of the strip below the picture; the width of one as share of its height.
constexpr double kLetterHeight = 0.30, kLetterWidth = 0.56, kFullestLine = 0.9;

// Letters, not bytes, of UTF-8.
int Length(const std::string& text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string Trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Rect MiddleOf(int width, int height, double aspect) {
  Rect crop{0, 0, width, height};
  if (width > aspect * height) {
    crop.width = std::max(1, static_cast<int>(std::lround(aspect * height)));
  } else {
    crop.height = std::max(1, static_cast<int>(std::lround(width / aspect)));
  }
  crop.x = (width - crop.width) / 2;
  crop.y = (height - crop.height) / 2;
  return crop;
}

}  // namespace

Result<std::string> FillCaption(const std::string& caption, const CaptionFacts& facts,
                                const std::string& look_name) {
  const std::vector<std::pair<std::string, std::string>> words = {
      {"camera", facts.camera},   {"lens", facts.lens},         {"iso", facts.iso},
      {"shutter", facts.shutter}, {"aperture", facts.aperture}, {"focal", facts.focal},
      {"date", facts.date},       {"look", look_name}};
  constexpr std::string_view kDot = "\xC2\xB7";
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < caption.size(); ++i) {
    if (caption.compare(i, kDot.size(), kDot) == 0) {
      parts.emplace_back();
      i += kDot.size() - 1;
    } else if (caption[i] == '|') {
      parts.emplace_back();
    } else if (caption[i] == '{') {
      const size_t end = caption.find('}', i);
      if (end == caption.npos) {
        return Fail(ErrorCode::kInvalidInput, "the caption has a '{' without '}'");
      }
      const std::string name = caption.substr(i + 1, end - i - 1);
      const auto word =
          std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.first == name; });
      if (word == words.end()) {
        std::vector<std::string> known;
        for (const auto& w : words) known.push_back(w.first);
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("the caption's {{{}}} stands for nothing (did you mean {{{}}}?)",
                                name, NearestName(name, known)));
      }
      parts.back() += word->second;
      i = end;
    } else {
      parts.back() += caption[i];
    }
  }
  std::string out;
  for (const std::string& part : parts) {
    const std::string text = Trimmed(part);
    if (text.empty()) continue;
    if (!out.empty()) out += fmt::format(" {} ", kDot);
    out += text;
  }
  return out;
}

Result<FramePlan> PlanFrame(const Look& look, int width, int height, const CaptionFacts& facts) {
  FramePlan plan;
  plan.crop = {0, 0, width, height};
  const std::string& kind = look.Text("frame");
  PETZVAL_ASSIGN(const std::string caption, FillCaption(look.Text("caption"), facts, look.name));
  if (kind == "xpan") {
    plan.crop = MiddleOf(width, height, width >= height ? kXpanAspect : 1 / kXpanAspect);
  }
  plan.width = plan.crop.width;
  plan.height = plan.crop.height;
  plan.needed = kind != "none";
  if (!plan.needed) return plan;

  const int border = static_cast<int>(
      std::lround(look.Get("frame_width") / 100 * std::min(plan.crop.width, plan.crop.height)));
  const int below = caption.empty() ? border : 3 * border;
  plan.width += 2 * border;
  plan.height += border + below;
  plan.picture_x = plan.picture_y = border;
  plan.grey = kind == "white" ? kWhite : kBlack;
  if (!SizeAllowed(plan.width, plan.height)) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("a picture with its frame of {} x {} pixels is too large", plan.width,
                            plan.height));
  }
  if (caption.empty() || border == 0) return plan;
  const double letters =
      std::min(kLetterHeight * below, kFullestLine * plan.width / (kLetterWidth * Length(caption)));
  plan.svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\"><text x=\"{2:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\" "
      "font-family=\"sans-serif\" font-size=\"{4:.1f}\" fill=\"{5}\">{6}</text></svg>",
      plan.width, plan.height, plan.width / 2.0,
      // Capitals are 0.7 letters high: they stand in the middle of the strip.
      plan.height - below / 2.0 + 0.35 * letters, letters,
      kind == "white" ? kInkOnWhite : kInkOnBlack, EscapeXml(caption));
  return plan;
}

}  // namespace petzval
