// A mean over a sparse grid of whole CFA squares.
#include "petzval/capture/frame_level.h"

#include <algorithm>

namespace petzval {

double FrameLevel(const RawFrame& frame) {
  constexpr int kSquare = 4;  // holds every phase of any CFA
  constexpr double kNearClip = 0.95;
  const int across = frame.width() / kSquare, down = frame.height() / kSquare;
  const int step = std::max(1, std::min(across, down) / 256);
  double sum = 0;
  int64_t count = 0;
  for (int c = 0; c < frame.mosaic.planes(); ++c) {
    for (int v = 0; v < down; v += step) {
      for (int u = 0; u < across; u += step) {
        double square = 0;
        bool clipped = false;
        for (int i = 0; i < kSquare * kSquare; ++i) {
          const int x = u * kSquare + i % kSquare, y = v * kSquare + i / kSquare;
          const CfaColor color = frame.cfa.At(x, y);
          const int k = frame.IsLinearRaw() ? c : color == CfaColor::kMono ? 1 : int(color);
          const double black = frame.BlackAt(x, y);
          const double signal = (frame.mosaic.At(x, y, c) - black) / (frame.white_dn[k] - black);
          clipped = clipped || signal > kNearClip;
          square += signal;
        }
        // A square with one clipped colour goes as a whole, so that the mix of colours stays.
        if (clipped) continue;
        sum += square;
        count += kSquare * kSquare;
      }
    }
  }
  return count == 0 ? 0.0 : sum / static_cast<double>(count);
}

}  // namespace petzval
