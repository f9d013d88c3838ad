// The one table of everything a look may set, and what its names mean to the program.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "petzval/look/look.h"
#include "petzval/look/look_knobs.h"

namespace petzval {
namespace {

constexpr Parameter kParameters[] = {
    {"exposure_bias", "EV", -2, 2, 0, "shift of the automatic exposure"},
    {"contrast", "", 1, 2.5, 1.5, "slope of the tone curve at mid-grey, both axes logarithmic"},
    {"mid_grey", "", 0.1, 0.3, 0.1845, "linear value that the tone curve leaves where it is"},
    {"shadow_lift", "EV", 0, 3, 1, "largest local gain that dark regions may get"},
    {"highlight_hold", "EV", 0, 3, 0.7, "largest local attenuation that bright regions may get"},
    {"local_contrast", "", 0, 1, 0.1, "amplification of contrast at the scale of objects"},
    {"night_lightness", "L*", 10, 60, 30, "largest mean lightness of a scene without daylight"},
    {"hue_preservation", "", 0, 1, 0.75,
     "share of the tone curve's hue shift that is undone (0: film-like drift, 1: constant hue)"},
    {"skin_hue_preservation", "", 0, 1, 0.75, "the same for skin colours"},
    {"chroma", "", 0, 2, 1, "factor on chroma, all hues"},
    {"chroma_red", "", 0, 2, 1, "further factor on chroma around red"},
    {"chroma_blue", "", 0, 2, 1, "further factor on chroma around blue"},
    {"chroma_skin", "", 0, 2, 1, "largest saturation of skin colours relative to the scene"},
    {"adaptation", "", 0.5, 1, 1,
     "degree of adaptation to light below 3000 K, from 4000 K on; less than 1 keeps part of a warm "
     "cast"},
    {"sharpening", "", 0, 2, 1, "capture sharpening in develop; 1 restores what the lens lost"},
    {"vignette", "", 0, 1, 0, "share of the lens' natural fall-off that is kept"},
    {"vignette_field", "deg", 10, 55, 35,
     "half angle of view in the corners, where the natural fall-off is the cosine to the fourth"},
    {"shoulder", "EV", -1, 2, 0, "further stops of highlights before white: a softer roll-off"},
    {"headroom", "", 1, 16, 1,
     "peak over diffuse white of the display that highlights are rendered for (1: no HDR)"},
    {"skin_guard", "", 0, 1, 1,
     "share of the changes of hue sectors that skin colours are kept from"},
    {"tone", "", -100, 100, 0, "knob: dark and closed to light and open"},
    {"tonality", "", -100, 100, 0, "knob: soft to hard contrast"},
    {"saturation", "", -100, 100, 0, "knob: grey to strongly coloured"},
    {"warmth", "", -100, 100, 0, "knob: bluish to yellowish, shadows less than lights"},
    {"texture", "", -100, 100, 0, "knob: contrast of fine detail, smooth to crisp"},
    {"shadow_hue", "deg", 0, 360, 250, "split toning: Oklab hue of the shadows' tint"},
    {"shadow_chroma", "", 0, 0.15, 0, "split toning: Oklab chroma of the shadows' tint"},
    {"highlight_hue", "deg", 0, 360, 80, "split toning: Oklab hue of the highlights' tint"},
    {"highlight_chroma", "", 0, 0.15, 0, "split toning: Oklab chroma of the highlights' tint"},
    {"split_balance", "", -1, 1, 0,
     "split toning: where shadows end; below 0 more of the picture is highlight"},
    {"monochrome", "", 0, 1, 0, "share of black-and-white: 0 colour, 1 no colour but the toning's"},
    {"mono_toning_strength", "", 0, 2, 1, "strength of the toning of a black-and-white picture"},
    {"grain_amount", "L*", 0, 12, 0, "standard deviation of lightness that grain gives mid-grey"},
    {"grain_size_um", "um", 3, 100, 18, "diameter of a grain on a frame 36 mm wide"},
    {"halation", "", 0, 1, 0, "share of a highlight's light that glows red around it"},
    {"halation_radius_mm", "mm", 0.01, 1, 0.15, "reach of that glow on a frame 36 mm wide"},
    {"bloom", "", 0, 1, 0, "share of a highlight's light that spreads widely, in its own colour"},
    {"vignette_added", "EV", 0, 3, 0, "darkening of the corners beside that of the lens"},
    {"frame_width", "%", 0, 25, 4, "width of a frame around the picture, of its shorter side"},
    {"lut_strength", "", 0, 1, 1, "share of an imported table: 0 not at all, 1 fully"},
};

constexpr const char* kCurveLabels[] = {"0",    "12.5", "25",   "37.5", "50",
                                        "62.5", "75",   "87.5", "100"};
constexpr const char* kWeightLabels[] = {"R", "G", "B"};
constexpr double kLuminanceWeights[] = {0.2627, 0.678, 0.0593};

constexpr LookList kLists[] = {
    {{"hue_chroma", "", 0, 3, 1, "factor on chroma of each sector of hue"}, kHueSectorNames},
    {{"hue_lightness", "", -1, 1, 0,
      "lightness of each sector of hue: the share by which its saturated colours get lighter"},
     kHueSectorNames},
    {{"hue_shift_deg", "deg", -60, 60, 0, "turn of each sector of hue, orange to yellow positive"},
     kHueSectorNames},
    {{"curve", "L", -30, 30, 0,
      "lightness added at these lightnesses (percent of white, Oklab) of the toned picture"},
     kCurveLabels},
    {{"mono_weights", "", -2, 3, 0,
      "weights of linear Rec.2020 R, G, B in black-and-white when mono_filter is \"weights\"; "
      "scaled "
      "to a sum of 1"},
     kWeightLabels,
     kLuminanceWeights},
};

constexpr const char* kOperators[] = {"sigmoid", "film-like", "agx", "aces2", "profile"};
constexpr const char* kFilters[] = {"none", "yellow", "orange", "red", "green", "blue", "weights"};
constexpr const char* kTonings[] = {"none", "sepia", "blue"};
constexpr const char* kFrames[] = {"none", "white", "black", "xpan"};
constexpr const char* kLutInputs[] = {"srgb", "linear-rec2020", "log"};

constexpr LookText kTexts[] = {
    {"tone_operator", kOperators, "sigmoid",
     "how scene light becomes display light; profile: by the camera profile that develops the "
     "picture"},
    {"mono_filter", kFilters, "none", "filter before the lens of a black-and-white picture"},
    {"mono_toning", kTonings, "none", "toning of a black-and-white picture"},
    {"frame", kFrames, "none", "frame around the picture; xpan crops to 65:24"},
    {"caption",
     {},
     "",
     "text in the frame, with {camera}, {lens}, {iso}, {shutter}, {aperture}, "
     "{focal}, {date} and {look} filled in"},
    {"lut",
     {},
     "",
     "file of an imported table, .cube or HaldCLUT .png, relative to the look's file"},
    {"lut_input", kLutInputs, "srgb",
     "what that table takes: the finished picture as sRGB, graded light in linear Rec.2020 before "
     "the "
     "display's gamut, or the scene in log"},
};

}  // namespace

std::span<const Parameter> LookParameters() { return kParameters; }
std::span<const LookList> LookLists() { return kLists; }
std::span<const LookText> LookTexts() { return kTexts; }

double Look::Get(const std::string& parameter) const {
  const auto written = [this](const std::string& name) {
    for (const auto& [key, value] : values) {
      if (key == name) return value;
    }
    assert(false && "no such look parameter");
    return 0.0;
  };
  double value = written(parameter);
  bool moved = false;
  for (const KnobEffect& effect : KnobEffects()) {
    if (parameter != effect.parameter) continue;
    const double turn = written(effect.knob) / 100;
    if (turn == 0) continue;
    const double change = turn > 0 ? turn * effect.at_plus : -turn * effect.at_minus;
    value = effect.scale ? value * (1 + change) : value + change;
    moved = true;
  }
  if (moved) {
    for (const Parameter& p : kParameters) {
      if (parameter == p.name) value = std::clamp(value, p.min, p.max);
    }
  }
  return value;
}

const std::vector<double>& Look::List(const std::string& list) const {
  for (const auto& [key, value] : lists) {
    if (key == list) return value;
  }
  assert(false && "no such list of a look");
  static const std::vector<double> none;
  return none;
}

const std::string& Look::Text(const std::string& text) const {
  for (const auto& [key, value] : texts) {
    if (key == text) return value;
  }
  assert(false && "no such text of a look");
  static const std::string none;
  return none;
}

}  // namespace petzval
