// Where the pixels of a job lie and what each of them measures.
#ifndef PETZVAL_SIMULATE_FILM_FILM_GRID_H_
#define PETZVAL_SIMULATE_FILM_FILM_GRID_H_

#include <cmath>
#include <vector>

#include "petzval/simulate/film/film.h"

namespace petzval::simulate {

// Geometry and throughput of a job; cells are (plane, y, x).
class FilmGrid {
 public:
  explicit FilmGrid(const FilmJob& job);

  int planes() const { return job_.mosaic ? 1 : job_.channels; }
  int Channel(int plane, int x, int y) const {
    return job_.mosaic ? job_.cfa[static_cast<size_t>((y % 4) * 4 + x % 4)] : plane;
  }
  // Upright film coordinates of a point in pixels (centres at + 0.5), mm.
  double FilmX(double x_px) const { return (x_px - job_.center_x_px) * job_.pitch_mm; }
  double FilmY(double y_px) const { return (job_.center_y_px - y_px) * job_.pitch_mm; }
  double PixelX(double film_x) const { return film_x / job_.pitch_mm + job_.center_x_px; }
  double PixelY(double film_y) const { return job_.center_y_px - film_y / job_.pitch_mm; }
  double Radius(int x, int y) const { return std::hypot(FilmX(x + 0.5), FilmY(y + 0.5)); }

  // Of the channel's wavelengths together at a film radius, by table; 0 in the dark.
  double Throughput(int channel, double radius_mm) const;
  double AxisThroughput(int channel) const { return throughput_[channel][0]; }
  // What a pixel's mean radiance is multiplied by, and what its irradiance is.
  double RadianceFactor(int channel, double radius_mm) const {
    return job_.flat_field ? AxisThroughput(channel) : Throughput(channel, radius_mm);
  }
  double IrradianceFactor(int channel, double radius_mm) const {
    if (!job_.flat_field) return 1;
    const double here = Throughput(channel, radius_mm);
    return here > 0 ? AxisThroughput(channel) / here : 0;
  }
  double largest_radius_mm() const { return largest_radius_mm_; }

 private:
  const FilmJob& job_;
  double largest_radius_mm_ = 0, inverse_step_ = 0;
  std::vector<std::vector<double>> throughput_;  // [channel][node]
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_FILM_GRID_H_
