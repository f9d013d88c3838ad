// Colours and line styles shared by all figures: readable in grey and by colour-blind people.
#ifndef PETZVAL_OPTICS_PLOT_STYLE_H_
#define PETZVAL_OPTICS_PLOT_STYLE_H_

#include <span>
#include <string>
#include <vector>

namespace petzval::optics {

inline constexpr char kInk[] = "#1a1a1a";
inline constexpr char kGrey[] = "#666666";
inline constexpr char kAxisGrey[] = "#8c8c8c";
inline constexpr char kGrid[] = "#e4e6e9";

struct LineStyle {
  std::string color = kInk;
  std::string dash;  // as of Pen
  double width = 1.4;
};

// One style for each wavelength, in the colour the eye would call it (F blue, d green, C red; five
// lines: violet, blue, green, amber, red); the primary is solid, the others are dashed, each
// differently.
std::vector<LineStyle> WavelengthStyles(std::span<const double> um, int primary);
// "F 486 nm" for Fraunhofer lines, else "850 nm".
std::string WavelengthLabel(double um);

// Field i of `count` (colours of Okabe and Ito, ordered so that neighbours differ in lightness).
LineStyle FieldStyle(int i);
// Any other series of a chart.
LineStyle SeriesStyle(int i);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_STYLE_H_
