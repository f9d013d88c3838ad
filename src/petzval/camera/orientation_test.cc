// Each EXIF orientation, strip by strip, against turning the whole picture by definition.
#include "petzval/camera/orientation.h"

#include <gtest/gtest.h>

#include <vector>

namespace petzval {
namespace {

constexpr int kWidth = 5, kHeight = 3;

// Source column and row that the upright pixel (u, v) shows, from EXIF's definition: where the
// 0th row and the 0th column of the source lie on the upright picture.
std::pair<int, int> SourceOf(int exif, int u, int v) {
  switch (exif) {
    case 1:
      return {u, v};
    case 2:
      return {kWidth - 1 - u, v};
    case 3:
      return {kWidth - 1 - u, kHeight - 1 - v};
    case 4:
      return {u, kHeight - 1 - v};
    case 5:
      return {v, u};
    case 6:
      return {v, kHeight - 1 - u};
    case 7:
      return {kWidth - 1 - v, kHeight - 1 - u};
    default:
      return {kWidth - 1 - v, u};
  }
}

class OrientationTest : public testing::TestWithParam<int> {};

TEST_P(OrientationTest, StripsMakeTheUprightPicture) {
  const Orientation turn{GetParam(), kWidth, kHeight};
  EXPECT_EQ(turn.width(), GetParam() >= 5 ? kHeight : kWidth);
  for (int rows = 1; rows <= turn.height(); ++rows) {
    std::vector<int> upright(turn.width() * turn.height(), -1);
    for (int y = 0; y < turn.height(); y += rows) {
      const int n = std::min(rows, turn.height() - y);
      const Rect r = turn.SourceOfRows(y, n);
      std::vector<int> strip;
      for (int sy = r.y; sy < r.y + r.height; ++sy) {
        for (int sx = r.x; sx < r.x + r.width; ++sx) strip.push_back(10 * sy + sx);
      }
      turn.Turn(strip.data(), r.width, r, 1, upright.data() + y * turn.width(), turn.width());
    }
    for (int v = 0; v < turn.height(); ++v) {
      for (int u = 0; u < turn.width(); ++u) {
        const auto [x, y] = SourceOf(GetParam(), u, v);
        EXPECT_EQ(upright[v * turn.width() + u], 10 * y + x) << u << "," << v;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Exif, OrientationTest, testing::Range(1, 9));

}  // namespace
}  // namespace petzval
