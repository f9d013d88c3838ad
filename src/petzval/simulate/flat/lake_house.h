// The procedural picture: a house by a lake at dusk, with test charts on a board.
#ifndef PETZVAL_SIMULATE_FLAT_LAKE_HOUSE_H_
#define PETZVAL_SIMULATE_FLAT_LAKE_HOUSE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "petzval/image/image.h"
#include "petzval/simulate/texture/noise.h"

namespace petzval {

// A point light, Gaussian.
struct Star {
  double x_px = 0, y_px = 0;
  float peak = 0, sigma_px = 0.55f;
};

struct Patch {
  Rect box;
  Rgb color;
};

// The picture as a function of the place. Coordinates are pixels of the reference frame, pixel
// centres at integers; it goes on beyond the frame. 1 = diffuse white; lamps and the sun are above.
// Thread-safe. The layout follows the size; text strokes, stars and fine texture stay at pixel
// scale.
class LakeHouse {
 public:
  LakeHouse(int width, int height, uint64_t seed);

  // Linear Rec.709 at a point, without the stars.
  Rgb At(float x_px, float y_px) const;
  const std::vector<Star>& stars() const { return stars_; }
  const std::vector<Patch>& patches() const { return patches_; }
  // Boxes to score, by name.
  std::vector<std::pair<std::string, Rect>> Regions() const;

  // Pixels of one layout unit: a third of the height of a 4:3 picture.
  float unit_px() const { return unit_; }

 private:
  // A colour with coverage 0..1; layers are composed front to back.
  struct Layer {
    Rgb color;
    float cover = 0;
  };

  // All in layout units, y down; e is the soft edge of half a pixel.
  Rgb Sky(float x, float y) const;
  Layer Mountains(float x, float y) const;
  Layer Forest(float x, float y) const;
  Layer Lake(float x, float y) const;
  Layer Meadow(float x, float y) const;
  Layer Tree(float x, float y) const;
  Layer Wire(float x, float y) const;
  Layer Fence(float x, float y) const;
  Layer House(float x, float y) const;
  Rgb BrickWall(float x, float y) const;
  Rgb Window(float x, float y, uint32_t seed) const;
  Layer Sign(float x, float y) const;
  Layer Board(float x, float y) const;  // the charts
  Rgb Lights(float x, float y) const;   // added: lamps and their glow
  Rgb LampOnWall(float x, float y) const;
  Rgb Leaves(float x, float y, float scale, uint32_t seed, float* cover) const;
  Rgb ZonePlate(float x_px, float y_px) const;
  Rgb SlantedEdge(float x_px, float y_px) const;
  Rgb PatchChart(float x_px, float y_px) const;
  // Fractal noise, mean 0.5, of octaves up to the finest grain that pixels can show: coarsest grain
  // 1 / fx by 1 / fy units. Contrast of what is too fine to be seen is missing, as in a photograph.
  float Texture(float x, float y, float fx, float fy, uint32_t seed, float gain = 0.5f) const;
  float Ridge(float x, float level, float height, float grain, uint32_t seed) const;
  float Inside(float v, float low, float high) const;
  Rect StarBox() const;
  Rect PixelBox(float x, float y, float w, float h) const;

  int width_, height_;
  uint32_t seed_;
  float unit_ = 1, edge_ = 0;
  float board_x_ = 0;  // left edge of the chart column, in units
  Rect zone_, slanted_, chart_, sign_;
  std::vector<Patch> patches_;
  std::vector<Star> stars_;
  std::vector<std::pair<float, std::string>> sign_lines_;  // stroke in pixels, text
  std::vector<float> sign_line_y_px_;
};

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_FLAT_LAKE_HOUSE_H_
