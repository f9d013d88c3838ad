// Samples of pixels taken from the film: rays through the lens into the scene.
#ifndef PETZVAL_SIMULATE_FILM_FILM_SIDE_H_
#define PETZVAL_SIMULATE_FILM_FILM_SIDE_H_

#include <vector>

#include "petzval/simulate/film/film_grid.h"
#include "petzval/simulate/film/pose_table.h"

namespace petzval::simulate {

// What the samples of one pixel and channel add up to, in two independent halves.
struct CellSums {
  float radiance[2] = {0, 0};  // sum of weight * radiance
  float weight[2] = {0, 0};
  uint32_t samples = 0;  // of each half
  // Mean radiance of a half, of both; `or_else` without a ray.
  double Half(int h, double or_else) const {
    return weight[h] > 0 ? radiance[h] / weight[h] : or_else;
  }
  double Both() const {
    const double sum = static_cast<double>(weight[0]) + weight[1];
    return sum > 0 ? (static_cast<double>(radiance[0]) + radiance[1]) / sum : 0;
  }
};

// Everything that the rays of one exposure share.
struct FilmSide {
  const FilmJob& job;
  const FilmGrid& grid;
  const PoseTable& poses;
  bool emitters;  // whether film rays see them
  bool timed;     // whether a sample has a time
};

// A cell with the samples that it gets: for each half those from `first` to `last` of its sequence.
struct CellTask {
  int plane, x, y;
  uint32_t first, last;
  CellSums* sums;
};

// Traces the samples of the cells in batches and adds them to their sums. Serial; returns how many
// rays went through the lens into the scene.
int64_t SampleCells(const FilmSide& side, const std::vector<CellTask>& cells);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_FILM_SIDE_H_
