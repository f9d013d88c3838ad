// What moves through the scene during a burst.
#ifndef PETZVAL_SIMULATE_FLAT_MOVERS_H_
#define PETZVAL_SIMULATE_FLAT_MOVERS_H_

#include <functional>
#include <string>
#include <vector>

#include "petzval/image/image.h"
#include "petzval/simulate/flat/lake_house.h"
#include "petzval/simulate/flat/light_field.h"

namespace petzval {

struct Mover {
  std::string name;
  int step_x_px = 0, step_y_px = 0;  // per frame
  Rect start;
  std::function<SpriteSample(float x_px, float y_px)> look;

  // The box in frame k; the way is gone back and forth, eight frames each.
  Rect BoxAt(int frame) const;
};

// A painted van, a checkered ball, a spark of light; sizes and speeds follow the layout unit.
std::vector<Mover> MakeMovers(const LakeHouse& scene, int height, uint64_t seed);

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_FLAT_MOVERS_H_
