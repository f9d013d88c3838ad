// ACES 2: how colourful AP1 reaches per hue, the colours that the output transform expects.
#ifndef PETZVAL_COLOR_ACES_REACH_V2_H_
#define PETZVAL_COLOR_ACES_REACH_V2_H_

#include <array>

namespace petzval::aces {

// The boundary of AP1 without an upper limit, at the lightness of the display's peak.
class ReachV2 {
 public:
  explicit ReachV2(double peak_nits);
  // Colourfulness at hue `h` in degrees, 0..360.
  double At(double h) const;

 private:
  static constexpr int kHues = 360;
  std::array<double, kHues + 1> m_{};
};

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_REACH_V2_H_
