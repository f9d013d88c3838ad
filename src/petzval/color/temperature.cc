// Robertson's isotemperature lines, forward and inverse.
#include "petzval/color/temperature.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

constexpr double kTintScale = -3000;

// Reciprocal megakelvins, the point of the Planckian locus in CIE 1960 (u, v) and the slope of the
// isotemperature line through it (Wyszecki and Stiles, Color Science, 2nd edition, table 1(3.11)).
struct Line {
  double mired, u, v, slope;
};
constexpr Line kLines[] = {
    {0, 0.18006, 0.26352, -0.24341},   {10, 0.18066, 0.26589, -0.25479},
    {20, 0.18133, 0.26846, -0.26876},  {30, 0.18208, 0.27119, -0.28539},
    {40, 0.18293, 0.27407, -0.30470},  {50, 0.18388, 0.27709, -0.32675},
    {60, 0.18494, 0.28021, -0.35156},  {70, 0.18611, 0.28342, -0.37915},
    {80, 0.18740, 0.28668, -0.40955},  {90, 0.18880, 0.28997, -0.44278},
    {100, 0.19032, 0.29326, -0.47888}, {125, 0.19462, 0.30141, -0.58204},
    {150, 0.19962, 0.30921, -0.70471}, {175, 0.20525, 0.31647, -0.84901},
    {200, 0.21142, 0.32312, -1.0182},  {225, 0.21807, 0.32909, -1.2168},
    {250, 0.22511, 0.33439, -1.4512},  {275, 0.23247, 0.33904, -1.7298},
    {300, 0.24010, 0.34308, -2.0637},  {325, 0.24792, 0.34655, -2.4681},
    {350, 0.25591, 0.34951, -2.9641},  {375, 0.26400, 0.35200, -3.5814},
    {400, 0.27218, 0.35407, -4.3633},  {425, 0.28039, 0.35577, -5.3762},
    {450, 0.28863, 0.35714, -6.7262},  {475, 0.29685, 0.35823, -8.5955},
    {500, 0.30505, 0.35907, -11.324},  {525, 0.31320, 0.35968, -15.628},
    {550, 0.32129, 0.36011, -23.325},  {575, 0.32931, 0.36038, -40.770},
    {600, 0.33724, 0.36051, -116.45},
};
constexpr int kCount = std::size(kLines);

struct Direction {
  double u, v;
};

Direction Normalized(double u, double v) {
  const double length = std::hypot(u, v);
  return {u / length, v / length};
}
Direction Along(const Line& line) { return Normalized(1, line.slope); }

// Direction between those of lines a and b: `t` of the way to b.
Direction Between(const Line& a, const Line& b, double t) {
  const Direction da = Along(a), db = Along(b);
  return Normalized(da.u + t * (db.u - da.u), da.v + t * (db.v - da.v));
}

double Mix(double a, double b, double t) { return a + t * (b - a); }

}  // namespace

Temperature TemperatureFromChromaticity(Chromaticity white) {
  const double denominator = 1.5 - white.x + 6 * white.y;
  const double u = 2 * white.x / denominator, v = 3 * white.y / denominator;

  // The first line that has the point on its hot side, or the last one.
  double previous_distance = 0;
  for (int i = 1;; ++i) {
    const Direction d = Along(kLines[i]);
    double distance = -(u - kLines[i].u) * d.v + (v - kLines[i].v) * d.u;
    const bool last = i == kCount - 1;
    if (distance > 0 && !last) {
      previous_distance = distance;
      continue;
    }
    distance = std::max(0.0, -distance);
    // Share of line i, 1 when the point lies on it: distances to the two lines weigh their
    // reciprocal temperatures.
    const double sum = previous_distance + distance;
    const double t = i == 1 || sum <= 0 ? 1.0 : previous_distance / sum;
    const Line &a = kLines[i - 1], &b = kLines[i];
    const Direction along = Between(a, b, t);
    const double du = u - Mix(a.u, b.u, t), dv = v - Mix(a.v, b.v, t);
    return {1e6 / Mix(a.mired, b.mired, t), (du * along.u + dv * along.v) * kTintScale};
  }
}

Chromaticity ChromaticityFromTemperature(const Temperature& temperature) {
  const double mired = std::clamp(1e6 / temperature.kelvin_k, 0.0, kLines[kCount - 1].mired);
  int i = 1;
  while (i < kCount - 1 && kLines[i].mired <= mired) ++i;
  const Line &a = kLines[i - 1], &b = kLines[i];
  const double t = (mired - a.mired) / (b.mired - a.mired);
  const Direction along = Between(a, b, t);
  const double offset = temperature.tint / kTintScale;
  const double u = Mix(a.u, b.u, t) + along.u * offset;
  const double v = Mix(a.v, b.v, t) + along.v * offset;
  const double denominator = u - 4 * v + 2;
  return {1.5 * u / denominator, v / denominator};
}

}  // namespace petzval
