// The mechanism of our AgX-like operator against what others publish of theirs: inset, logarithm,
// sigmoid, outset. No figure of theirs is kept here: those that the rows do not state are found
// from the rows, of which there are many more than unknowns.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "petzval/color/dcp_profile.h"
#include "petzval/color/golden_test_util.h"
#include "petzval/color/spaces.h"
#include "petzval/look/agx_inset.h"
#include "petzval/look/tone_operator.h"

namespace petzval {
namespace {

constexpr const char* kGolden = "aces_agx_golden.json";
constexpr const char* kSobotka = "agx_sobotka_base_from_linear_rec709";
constexpr const char* kEary =
    "agx_eary_base_srgb_cube_from_linear_rec709_(Rec.1886 2.4 encoded, before sRGB re-encode)";
constexpr double kGrey = 0.18, kDisplayPower = 2.4;

const std::pair<const char*, Vec3> kColours[] = {
    {"grey18", {{.18, .18, .18}}}, {"white1", {{1, 1, 1}}},
    {"grey4", {{4, 4, 4}}},        {"black.001", {{.001, .001, .001}}},
    {"red", {{1, 0, 0}}},          {"green", {{0, 1, 0}}},
    {"blue", {{0, 0, 1}}},         {"red x8", {{8, .1, .05}}},
    {"skin", {{.45, .28, .2}}},    {"sky", {{.2, .35, .7}}},
    {"orange", {{.6, .25, .03}}},  {"blueLED x4", {{.05, .1, 4}}},
    {"magenta x4", {{4, .05, 3}}}, {"foliage", {{.1, .15, .05}}},
};
constexpr int kGreys = 4;  // of them, first

using Values = std::vector<double>;

// Least squares by Levenberg's method with numerical derivatives, for a few unknowns.
Values Fit(const std::function<Values(const Values&)>& residuals, Values x) {
  const size_t n = x.size();
  const auto cost = [](const Values& r) {
    double sum = 0;
    for (double v : r) sum += v * v;
    return std::isfinite(sum) ? sum : std::numeric_limits<double>::max();
  };
  Values r = residuals(x);
  double damping = 1e-3;
  for (int iteration = 0; iteration < 80; ++iteration) {
    std::vector<Values> slope(n);
    for (size_t k = 0; k < n; ++k) {
      Values moved = x;
      moved[k] += 1e-6;
      slope[k] = residuals(moved);
      for (size_t i = 0; i < r.size(); ++i) slope[k][i] = (slope[k][i] - r[i]) / 1e-6;
    }
    // Normal equations and their right side, solved by elimination.
    std::vector<Values> a(n, Values(n + 1));
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        for (size_t k = 0; k < r.size(); ++k) a[i][j] += slope[i][k] * slope[j][k];
      }
      a[i][i] *= 1 + damping;
      for (size_t k = 0; k < r.size(); ++k) a[i][n] -= slope[i][k] * r[k];
    }
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        if (j == i) continue;
        const double f = a[j][i] / a[i][i];
        for (size_t k = i; k <= n; ++k) a[j][k] -= f * a[i][k];
      }
    }
    Values tried = x;
    for (size_t i = 0; i < n; ++i) tried[i] += a[i][n] / a[i][i];
    Values left = residuals(tried);
    const bool better = cost(left) < cost(r);
    damping *= better ? 0.3 : 5;
    if (better) {
      x = std::move(tried);
      r = std::move(left);
    }
  }
  return x;
}

// A sigmoid through (0, 0), (pivot, level) with this slope, and (1, 1); one power for each side.
struct Sigmoid {
  double pivot, level, slope, toe, shoulder;
  double operator()(double x) const {
    const bool up = x > pivot;
    const double power = up ? shoulder : toe, room = up ? 1 - pivot : pivot;
    const double rise = up ? 1 - level : level, t = std::fabs(x - pivot);
    const double bend = std::pow(slope * room / rise, power) - 1;
    const double y = slope * t / std::pow(1 + bend * std::pow(t / room, power), 1 / power);
    return up ? level + y : level - y;
  }
};

struct Log2Range {
  double low, high;
  double operator()(double x) const {
    return std::clamp((std::log2(std::max(x, 1e-30)) - low) / (high - low), 0.0, 1.0);
  }
};

Vec3 Each(const std::function<double(double)>& f, const Vec3& v) {
  return {{f(v[0]), f(v[1]), f(v[2])}};
}

double Largest(const Values& r) {
  double most = 0;
  for (double v : r) most = std::max(most, std::fabs(v));
  return most;
}

TEST(AgxPublished, SobotkasRowsAreOneSigmoidOfTheInsetLogarithm) {
  PETZVAL_GOLDEN_JSON(golden, kGolden);
  const auto& params = golden.at("agx_params");
  Mat3 inset;
  for (int i = 0; i < 9; ++i) {
    inset[i / 3][i % 3] = params.at("sobotka_inset_rowmajor")[4 * (i / 3) + i % 3];
  }
  const Log2Range log{params.at("log2_range")[0], params.at("log2_range")[1]};
  std::vector<std::pair<double, double>> points;
  for (const auto& [name, rgb] : kColours) {
    const Vec3 x = Each(log, inset * rgb), y = ToVec3(golden.at(kSobotka).at(name));
    for (int i = 0; i < 3; ++i) points.emplace_back(x[i], y[i]);
  }
  std::sort(points.begin(), points.end());
  for (size_t i = 1; i < points.size(); ++i) EXPECT_GE(points[i].second, points[i - 1].second);

  // Three unknowns for 42 values.
  const auto residuals = [&](const Values& p) {
    const Sigmoid sigmoid{log(kGrey), 0.5, p[0], p[1], p[2]};
    Values r;
    for (const auto& [x, y] : points) r.push_back(sigmoid(x) - y);
    return r;
  };
  const Values found = Fit(residuals, {1.5, 2, 2});
  EXPECT_LT(Largest(residuals(found)), 1e-6);
  // Three others do not fit.
  EXPECT_GT(Largest(residuals({1.02 * found[0], found[1], found[2]})), 1e-3);
}

// How far a ray from white at this angle runs inside of the triangle of primaries.
double ToEdge(const RgbSpace& space, double angle) {
  const Chromaticity corners[] = {space.red, space.green, space.blue};
  const double cx = std::cos(angle), sy = std::sin(angle);
  double nearest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 3; ++i) {
    const Chromaticity a = corners[i], b = corners[(i + 1) % 3];
    const double ax = a.x - space.white.x, ay = a.y - space.white.y;
    const double ex = b.x - a.x, ey = b.y - a.y, det = cx * ey - sy * ex;
    const double t = (ax * ey - ay * ex) / det;
    if (t > 0) nearest = std::min(nearest, t);
  }
  return nearest;
}

// Insets stated as shares of the way from the gamut's edge, at the turned angle, to white.
PrimaryInset OfEdge(const RgbSpace& space, const Vec3& inset, const Vec3& rotate_deg) {
  const Chromaticity corners[] = {space.red, space.green, space.blue};
  PrimaryInset out{{}, rotate_deg};
  for (int i = 0; i < 3; ++i) {
    const double dx = corners[i].x - space.white.x, dy = corners[i].y - space.white.y;
    const double angle = std::atan2(dy, dx) + rotate_deg[i] * std::acos(-1.0) / 180;
    out.inset[i] = 1 - (1 - inset[i]) * ToEdge(space, angle) / std::hypot(dx, dy);
  }
  return out;
}

// Three numbers after `key` in "rotate=[1,2,3] deg, inset=[..]".
Vec3 Stated(const std::string& text, const std::string& key) {
  size_t at = text.find('[', text.find(key));
  Vec3 v;
  for (int i = 0; i < 3; ++i) {
    size_t used = 0;
    v[i] = std::stod(text.substr(++at), &used);
    at += used;
  }
  return v;
}

TEST(AgxPublished, EarysInsetIsThatOfTheStatedPrimaries) {
  PETZVAL_GOLDEN_JSON(golden, kGolden);
  const auto& params = golden.at("agx_params");
  const std::string stated = params.at("eary_primaries");
  const Mat3 got =
      InsetMatrix(kRec2020, OfEdge(kRec2020, Stated(stated, "inset"), Stated(stated, "rotate")));
  for (int i = 0; i < 9; ++i) {
    EXPECT_NEAR(got[i / 3][i % 3], params.at("eary_inset_rec2020")[i].get<double>(), 1e-7) << i;
  }
}

// Hue of `from` plus this share of the way to the hue of `to`, the rest of `to`.
Vec3 WithSharedHue(const Vec3& from, const Vec3& to, double share) {
  HsvColor out = HsvFromRgb(to);
  const double start = HsvFromRgb(from).h, turn = std::remainder(out.h - start, 6);
  out.h = start + share * turn;
  return RgbFromHsv(out);
}

// Inset, logarithm, sigmoid, a share of the curve's turn of hue, outset. The rows do not state the
// curve, the share and the outset: the curve comes from greys, which know no other, the rest from
// ten colours. The rows went through a table of 57 nodes per axis.
TEST(AgxPublished, EarysRowsAreInsetSigmoidOutset) {
  PETZVAL_GOLDEN_JSON(golden, kGolden);
  const auto& params = golden.at("agx_params");
  const auto& rows = golden.at(kEary);
  // Its table spans more stops than the curve, which has the range of Sobotka's.
  const Log2Range log{params.at("log2_range")[0], params.at("log2_range")[1]};
  const auto sigmoid = [&](const Values& p) {
    return Sigmoid{log(kGrey), std::pow(kGrey, 1 / kDisplayPower), p[0], p[1], p[1]};
  };
  // Two unknowns for four greys.
  const auto greys = [&](const Values& p) {
    Values r;
    for (int i = 0; i < kGreys; ++i) {
      const double y = rows.at(kColours[i].first)[1];
      r.push_back(sigmoid(p)(log(kColours[i].second[1])) - y);
    }
    return r;
  };
  const Values curve = Fit(greys, {2, 2});
  EXPECT_LT(Largest(greys(curve)), 5e-4);

  const std::string stated = params.at("eary_primaries");
  const Mat3 wide_from_709 = RgbFromRgb(kRec2020, kRec709);
  const Mat3 in =
      InsetMatrix(kRec2020, OfEdge(kRec2020, Stated(stated, "inset"), Stated(stated, "rotate")));
  // Four unknowns for thirty values.
  const auto colours = [&](const Values& p) {
    const Mat3 out =
        RgbFromRgb(kRec709, kRec2020) * Inverse(InsetMatrix(kRec2020, {{{p[0], p[1], p[2]}}, {}}));
    Values r;
    for (const auto& [name, rgb] : kColours) {
      const Vec3 drawn = in * (wide_from_709 * rgb);
      const Vec3 toned =
          Each([&](double x) { return std::pow(sigmoid(curve)(log(x)), kDisplayPower); }, drawn);
      const Vec3 got = out * WithSharedHue(drawn, toned, p[3]), want = ToVec3(rows.at(name));
      for (int i = 0; i < 3; ++i) {
        r.push_back(std::pow(std::clamp(got[i], 0.0, 1.0), 1 / kDisplayPower) - want[i]);
      }
    }
    return r;
  };
  const Values found = Fit(colours, {0.3, 0.3, 0.1, 0.6});
  const Values off = colours(found);
  double sum = 0;
  for (double v : off) sum += v * v;
  EXPECT_LT(Largest(off), 0.016);
  EXPECT_LT(std::sqrt(sum / static_cast<double>(off.size())), 0.004);
  // The way out is shorter than the way in, and the curve's turn of hue is kept in part: what ours
  // does too.
  const Vec3 inset = Stated(stated, "inset");
  EXPECT_LT(found[0] + found[1] + found[2], inset[0] + inset[1] + inset[2]);
  EXPECT_GT(found[3], 0.2);
  EXPECT_LT(found[3], 0.7);
  // Without them nothing fits.
  EXPECT_GT(Largest(colours({0, 0, 0, found[3]})), 0.05);
  EXPECT_GT(Largest(colours({found[0], found[1], found[2], 1})), 0.05);
}

// Ours has other figures; what does not depend on them agrees on all colours.
TEST(AgxPublished, OurOperatorOrdersChannelsAsTheirs) {
  PETZVAL_GOLDEN_JSON(golden, kGolden);
  const auto ours = MakeToneOperator({ToneKind::kAgx, 1.6, kGrey, 16.3, 1});
  const Mat3 p3_from_709 = RgbFromRgb(kDisplayP3, kRec709);
  int compared = 0;
  for (const char* key : {kSobotka, kEary}) {
    for (const auto& [name, rgb] : kColours) {
      const Vec3 theirs = ToVec3(golden.at(key).at(name));
      const Vec3 got = Inverse(p3_from_709) * ours->Apply(p3_from_709 * rgb);
      for (int i = 0; i < 3; ++i) {
        const int j = (i + 1) % 3;
        // Channels that they hold apart clearly. Closer ones, such as red and blue of the pure
        // green primary, are a matter of how far which primary is turned.
        if (std::fabs(theirs[i] - theirs[j]) < 0.15) continue;
        EXPECT_EQ(got[i] > got[j], theirs[i] > theirs[j]) << key << " " << name << " " << i;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 30);
  // Mid-grey stays, as in EaryChow's.
  const double grey = golden.at(kEary).at("grey18")[1];
  EXPECT_NEAR(std::pow(grey, kDisplayPower), kGrey, 1e-4);
  EXPECT_NEAR(ours->Grey(kGrey), kGrey, 1e-9);
}

}  // namespace
}  // namespace petzval
