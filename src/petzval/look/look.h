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
#include "petzval/image/image.h"

namespace petzval {

enum class OutputSpace { kSrgb, kDisplayP3 };

// The table of everything a look may set: the TOML check, the report and the docs are made from it.
std::span<const Parameter> LookParameters();

// A look as read from its file: a number for each of LookParameters.
struct Look {
  std::string name;
  std::string description;
  std::vector<std::pair<std::string, double>> values;  // every parameter, in table order
  double Get(const std::string& parameter) const;      // must exist
};

// `name_or_file`: a name from data/looks ("authentic", "vivid"; compiled in, so that the program
// needs no data folder) or a path that ends in .toml. Errors name the line and the nearest key.
Result<Look> LoadLook(const std::string& name_or_file);
std::vector<std::string> LookNames();

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
  // False: the fall-off of the lens is still in the picture, so that a look adds none.
  bool shading_corrected = true;
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
