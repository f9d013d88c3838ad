// ACES 2: the lines along which colours move into a gamut, and where they cross its boundary.
#ifndef PETZVAL_COLOR_ACES_FOCUS_LINES_V2_H_
#define PETZVAL_COLOR_ACES_FOCUS_LINES_V2_H_

namespace petzval::aces {

// The display's gamut in the plane of one hue: from black and from white to the cusp, the most
// colourful colour, along powers of colourfulness.
struct HullV2 {
  double cusp_j = 0, cusp_m = 0;
  double upper_power = 1;  // colourfulness below white ~ distance from white to this power
};

// What is the same for all hues of a display.
struct FocusV2 {
  double limit_j = 100;    // J of the peak
  double mid_j = 34;       // J of mid-grey
  double distance = 1.35;  // of the focus from the axis, in units of limit_j
  double lower_power = 1;  // as upper_power, from black

  static FocusV2 OfPeak(double peak_nits);
};

// A line through the plane of one hue: J = axis_j + slope * M.
struct FocusLineV2 {
  double axis_j = 0, slope = 0;
  double J(double m) const { return axis_j + slope * m; }
};

// The lines of one hue. They fan out from a focus beyond the axis of greys at a J between that of
// the cusp and mid-grey, level there and steeper towards black and white; at black and white they
// are level again, so that no colour is mapped out of 0..limit_j. (Academy, ACES 2 output
// transforms, gamut compression.)
class FocusLinesV2 {
 public:
  FocusLinesV2(const FocusV2& focus, const HullV2& hull);
  // The line through a colour, 0 <= j <= limit_j. `steer_j` flattens the lines near white; it is
  // the colour's j but for inversions.
  FocusLineV2 Through(double j, double m, double steer_j) const;
  // M where the line through a colour leaves the display's gamut; the powers are approximated by
  // straight lines from a shifted axis point, and the two hulls blended smoothly at the cusp.
  double BoundaryM(const FocusLineV2& line, double steer_j) const;
  // M where it leaves a gamut that has `reach_m` at limit_j, no upper hull and the lower one of
  // light of constant chromaticity.
  double ReachM(const FocusLineV2& line, double reach_m) const;

 private:
  double Gain(double steer_j) const;
  double AxisJ(double j, double m, double gain) const;

  FocusV2 focus_;
  HullV2 hull_;
  double focus_j_ = 0;
};

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_FOCUS_LINES_V2_H_
