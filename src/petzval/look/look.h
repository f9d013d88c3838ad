// Looks: how scene-linear light becomes a picture. Facts of a look live in data/looks/NAME.toml.
#ifndef PETZVAL_LOOK_LOOK_H_
#define PETZVAL_LOOK_LOOK_H_

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "petzval/base/parameter.h"
#include "petzval/base/result.h"
#include "petzval/color/dcp_profile.h"
#include "petzval/color/lut.h"
#include "petzval/image/image.h"

namespace petzval {

// Where a picture is seen. Beyond standard range, the look's `headroom` says how far highlights may
// go above diffuse white, which is 203 cd/m^2 (ITU-R BT.2408).
enum class OutputSpace {
  kSrgb,
  kDisplayP3,
  kRec2020Pq,   // BT.2100 PQ: absolute light
  kRec2020Hlg,  // BT.2100 HLG for a display of 1000 cd/m^2: headroom up to 4.9
  kLLog,        // the exposed scene itself, linear Rec.2020 in Leica L-Log: to be graded elsewhere
};

// The table of all numbers a look may set: the TOML check, the report and the docs are made from
// it. The knobs that a photographer turns (tone, tonality, saturation, warmth, texture) stand in
// it, too; look_knobs.h says what they do.
std::span<const Parameter> LookParameters();

// A list of numbers that a look may set, each within the same range: one for each label.
struct LookList {
  Parameter each;  // default_value is that of each number, unless `defaults` says otherwise
  std::span<const char* const> labels;
  std::span<const double> defaults = {};
};
// hue_chroma, hue_lightness, hue_shift_deg (sectors in the order of kHueSectors), curve,
// mono_weights.
std::span<const LookList> LookLists();

// A word or text that a look may set.
struct LookText {
  const char* name;
  std::span<const char* const> choices;  // empty: any text
  const char* default_value;
  const char* help;
};
// tone_operator, mono_filter, mono_toning, frame, caption, lut, lut_input.
std::span<const LookText> LookTexts();

// Sectors of Oklab hue that hue_chroma, hue_lightness and hue_shift_deg speak of, in this order,
// and their centres: the most saturated paints and lights that bear the name.
inline constexpr int kHueSectors = 8;
inline constexpr const char* kHueSectorNames[kHueSectors] = {"red",  "orange", "yellow", "green",
                                                             "aqua", "blue",   "purple", "magenta"};
inline constexpr double kHueSectorCenterDeg[kHueSectors] = {27, 60, 105, 142, 196, 258, 302, 342};

// A look as read from its file: a value for each of LookParameters, LookLists and LookTexts.
struct Look {
  std::string name;
  std::string description;
  std::string source;
  std::vector<std::pair<std::string, double>> values;              // in table order
  std::vector<std::pair<std::string, std::vector<double>>> lists;  // in table order
  std::vector<std::pair<std::string, std::string>> texts;          // in table order
  std::string folder;  // of the file, that `lut` is relative to; empty: the current
  std::shared_ptr<const ColorLut> lut;  // read when texts["lut"] names a file, or null

  // The value in force: what is written in `values`, moved by the knobs (look_knobs.h) and brought
  // into range. `parameter` must exist, here and below.
  double Get(const std::string& parameter) const;
  const std::vector<double>& List(const std::string& list) const;
  const std::string& Text(const std::string& text) const;
};

// `name_or_file`: a name from data/looks ("authentic", "vivid"; compiled in, so that the program
// needs no data folder) or a path that ends in .toml. A file may say base = "NAME" (or a path
// relative to it) to inherit whatever it does not state. Errors name the line and the nearest key.
Result<Look> LoadLook(const std::string& name_or_file);
std::vector<std::string> LookNames();

// The same from the text of a file; `name` stands in errors, `folder` is what paths are relative
// to.
Result<Look> ParseLook(const std::string& toml, const std::string& name, const std::string& folder);

// Sets a number, a list ("1,1,1.2,1,1,1,1,1") or a text of a look as written on a command line.
// Errors: unknown name (with the nearest), not a number, outside its range or choices, a LUT file
// that cannot be read.
Status SetLookValue(Look* look, const std::string& name, const std::string& value);

// The look as a file to be put into `folder`: everything that is not its default. Reading it gives
// the same look again, number by number.
std::string LookToToml(const Look& look, const std::string& folder = "");

// What the look's analysers may know about the scene beside the proxy.
struct SceneInfo {
  double exposure_ev = 0;  // user's correction, applied after the automatic exposure
  bool auto_exposure = true;
  double light_lv =
      10;  // EV at ISO 100 of the shot, from exposure time, aperture and ISO; NaN if unknown
  double noise_sigma = 0;  // of a mid-grey pixel after merge and noise reduction, relative to 1.0
  // Colour temperature of the light that white balance took away; NaN if unknown. A look may keep
  // part of a warm cast.
  double light_k = std::numeric_limits<double>::quiet_NaN();
  // How sure that is, 0..1, and a second light over the share 0..0.5 of the picture (NaN, 0: none).
  double light_confidence = 1;
  double second_k = std::numeric_limits<double>::quiet_NaN();
  double second_share = 0;
  // False: the fall-off of the lens is still in the picture, so that a look adds none.
  bool shading_corrected = true;
  // The camera profile that the picture was developed with, or null. Needed by looks whose tone
  // operator is "profile": they show what it says, at the exposure of the file (its
  // BaselineExposure is in the picture already) and exposure_ev; there is no automatic exposure for
  // them.
  std::shared_ptr<const DcpProfile> profile;
};

// A look made ready for one picture: exposure, tone curve and local tone map are decided on the
// proxy, then any rectangle is rendered.
class Rendering {
 public:
  // `proxy`: 3 planes of linear Rec.2020 (Developer::proxy), `width x height`: the whole picture.
  static Result<Rendering> Create(const Look& look, const Image<float>& proxy, int width,
                                  int height, const SceneInfo& scene, OutputSpace space);
  Rendering(Rendering&&) noexcept;
  Rendering& operator=(Rendering&&) noexcept;
  ~Rendering();

  double exposure_ev() const;  // what was chosen, including the user's part

  // Renders linear Rec.2020 `in` (3 planes, its top left r.width x r.height pixels are rectangle
  // `r` of the picture) to encoded, interleaved RGB in the output space. `out` points at r's first
  // pixel, rows `stride` elements apart. 8 bits are dithered by position (deterministic).
  // Thread-safe; does not depend on how the picture is cut.
  void Render(const Image<float>& in, const Rect& r, uint8_t* out, ptrdiff_t stride) const;
  void Render(const Image<float>& in, const Rect& r, uint16_t* out, ptrdiff_t stride) const;

 private:
  struct State;
  explicit Rendering(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_LOOK_H_
