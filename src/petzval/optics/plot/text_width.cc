// Width of text: the advance widths of Helvetica (Adobe font metrics), in 1/1000 of the size.
#include <array>
#include <cstdint>

#include "petzval/optics/plot/svg.h"

namespace petzval::optics {
namespace {

// From the space (32) to the tilde (126).
constexpr std::array<int16_t, 95> kHelvetica = {
    278,  278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278,
    278,  //  !"#$%&'()*+,-./
    556,  556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584,
    556,  // 0-9:;<=>?
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722,
    778,  // @A-O
    667,  778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556,  // P-Z[\]^_
    333,  556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556,
    556,                                                                          // `a-o
    556,  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584};  // p-z{|}~

}  // namespace

double TextWidth(std::string_view text, double size, bool bold) {
  double width = 0;
  for (const char ch : text) {
    const auto c = static_cast<unsigned char>(ch);
    if (c >= 32 && c < 127) {
      width += kHelvetica[c - 32];
    } else if (c >= 0xc0) {
      width += 556;  // first byte of a character outside ASCII: minus, degree, Greek
    }
  }
  return width * (bold ? 1.06 : 1.0) * size / 1000;
}

}  // namespace petzval::optics
