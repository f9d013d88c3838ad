// Rows of a picture as the metrics want them: code values, and linear light of the display.
#ifndef PETZVAL_MEASURE_COMPARE_PICTURE_ROWS_H_
#define PETZVAL_MEASURE_COMPARE_PICTURE_ROWS_H_

#include <array>
#include <vector>

#include "petzval/image/picture.h"
#include "petzval/measure/compare/rows.h"

namespace petzval::measure {

// Looks at a picture (codes with their curves, or linear floats); the picture must outlive it.
class PictureRows {
 public:
  // Codes, or floats whose curve is the identity, multiplied by `scale`.
  PictureRows(const Picture& picture, double scale);
  // Linear floats, 3 planes.
  PictureRows(const Image<float>& linear, const Mat3& xyz_d50_from_linear, double scale);

  int width() const { return width_; }
  int height() const { return height_; }
  bool is_float() const { return linear_ != nullptr; }
  const Mat3& xyz_d50_from_linear() const { return xyz_d50_from_linear_; }

  // Columns x0 .. x0 + kRowColumns of row y, both clamped to the picture. `light` 0..1; `scene` is
  // not clipped and filled only for floats; `code` 0..1 only for codes.
  void Fetch(int x0, int y, const Rows3& light, const Rows3& scene, const Rows3& code) const;

 private:
  const Image<uint16_t>* codes_ = nullptr;
  const Image<float>* linear_ = nullptr;
  int width_ = 0, height_ = 0;
  float scale_ = 1, code_scale_ = 1;
  std::array<std::vector<float>, 3> table_;  // code -> light; empty: that of the first plane
  Mat3 xyz_d50_from_linear_;
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_PICTURE_ROWS_H_
