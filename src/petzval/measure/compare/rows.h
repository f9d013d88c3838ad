// Rows of floats that the loops of the metrics work on.
#ifndef PETZVAL_MEASURE_COMPARE_ROWS_H_
#define PETZVAL_MEASURE_COMPARE_ROWS_H_

#include <array>
#include <cstring>
#include <memory>

#include "petzval/base/matrix.h"
#include "petzval/image/image.h"

namespace petzval::measure {

inline constexpr int kTile = 256;     // columns and rows of a task; a multiple of 8
inline constexpr int kHalo = 16;      // columns beyond it on both sides: >= every filter's radius
inline constexpr int kRowSlack = 64;  // floats that vector code may touch behind a row
inline constexpr int kRowColumns = kTile + 2 * kHalo;
inline constexpr int kRowStride = kRowColumns + kRowSlack;

using Rows3 = std::array<float*, 3>;
using ConstRows3 = std::array<const float*, 3>;
using Mat3f = std::array<float, 9>;  // row major

inline Mat3f ToFloat(const Mat3& m) {
  Mat3f f;
  for (int i = 0; i < 9; ++i) f[i] = static_cast<float>(m[i / 3][i % 3]);
  return f;
}
inline ConstRows3 Const(const Rows3& rows) { return {rows[0], rows[1], rows[2]}; }
inline ConstRows3 Shift(const ConstRows3& rows, int x) {
  return {rows[0] + x, rows[1] + x, rows[2] + x};
}

// Rows of a tile, kRowStride floats each; the tile's first column is at kHalo. Zero at first, so
// that what a vector reads behind a row is a number.
class RowBlock {
 public:
  explicit RowBlock(int rows) : data_(kRowStride, rows) { data_.Fill(0); }
  float* Row(int i) { return data_.row(i); }
  Rows3 Three(int i) { return {Row(i), Row(i + 1), Row(i + 2)}; }

 private:
  Image<float> data_;
};

// The last `depth` rows of each of `planes` planes: row y overwrites row y - depth.
class RowRing {
 public:
  RowRing(int planes, int depth) : depth_(depth), block_(planes * depth) {}
  void SetDepth(int depth) { depth_ = depth; }  // at most what it was made with
  float* Row(int plane, int y) {
    // A tile starts above the picture at most by the radius of a filter.
    return block_.Row(plane * depth_ + (y + 16 * depth_) % depth_);
  }
  Rows3 Three(int plane, int y) { return {Row(plane, y), Row(plane + 1, y), Row(plane + 2, y)}; }

 private:
  int depth_;
  RowBlock block_;
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_ROWS_H_
