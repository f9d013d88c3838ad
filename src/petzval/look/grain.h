// Film grain: noise with the size of a grain on film, strongest in mid-tones.
#ifndef PETZVAL_LOOK_GRAIN_H_
#define PETZVAL_LOOK_GRAIN_H_

#include <cstdint>
#include <vector>

namespace petzval {

// The long side of the frame of film that grain, halation and their like are measured on.
inline constexpr double kFilmFrameMm = 36;

// A tile of noise whose spectrum falls off like that of grains of one size, seen through square
// pixels: finer grain than a pixel averages out, so that a small rendering looks like a large one
// made small. It continues itself on all sides, rows of tiles shifted against each other.
class Grain {
 public:
  Grain() = default;  // none
  // `size_um`: diameter of a grain (full width at half maximum) on a frame kFilmFrameMm long, of
  // which the picture takes `long_side_px` pixels. `deviation`: standard deviation of the values
  // where 4000 pixels take the frame, of which values beyond +-32767 are cut.
  Grain(double size_um, int long_side_px, double deviation);

  bool empty() const { return tile_.empty(); }
  // The line of the tile at row y >= 0 of the picture, kGrainPeriod + kGrainSpare values (see
  // color/lut_cells.h), and where in it column 0 of the picture lies.
  const int16_t* Row(int y) const;
  int Shift(int y) const;

 private:
  std::vector<int16_t> tile_;
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_GRAIN_H_
