// Finds the affine motion between two pictures of one scene.
#include "petzval/measure/compare/registration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/measure/compare/affine.h"

namespace petzval::measure {
namespace {

constexpr int kCoarse = 64;                   // longer side of the pictures of the first search
constexpr int64_t kFinestPixels = 4'500'000;  // finer levels only cost time
constexpr double kSmallestOverlap = 0.25, kSmallestCorrelation = 0.35;

// The motion that turns and scales about the centres and shifts by (x, y) pixels of the test.
Affine Similarity(const Image<float>& reference, const Image<float>& test, double scale,
                  double degrees, double x, double y) {
  const double c = scale * std::cos(degrees * std::numbers::pi / 180);
  const double s = scale * std::sin(degrees * std::numbers::pi / 180);
  const double rx = reference.width() / 2.0, ry = reference.height() / 2.0;
  const double tx = test.width() / 2.0 + x, ty = test.height() / 2.0 + y;
  return {c, -s, tx - c * rx + s * ry, s, c, ty - s * rx - c * ry};
}

struct Start {
  double score = -1;
  Affine motion{};
};

// The best shift of coarse pictures at one size and turn.
Start SearchShifts(const Image<float>& reference, const Image<float>& test, double scale,
                   double degrees) {
  // Half of the smaller picture may hang out.
  const int reach_x =
      static_cast<int>(0.5 * std::max<double>(reference.width() * scale, test.width()));
  const int reach_y =
      static_cast<int>(0.5 * std::max<double>(reference.height() * scale, test.height()));
  const int across = 2 * reach_x + 1, down = 2 * reach_y + 1;
  std::vector<Start> rows(down);
  const double whole = std::min(1.0, test.width() * static_cast<double>(test.height()) /
                                         (scale * scale * reference.width() * reference.height()));
  ParallelFor(down, [&](int j) {
    for (int i = 0; i < across; ++i) {
      const Affine m = Similarity(reference, test, scale, degrees, i - reach_x, j - reach_y);
      const Agreement a = MeasureAgreement(reference, test, m);
      if (a.overlap < 0.3 * whole) continue;
      // A large overlap is the better witness.
      const double score = a.correlation * std::sqrt(std::min(1.0, a.overlap / whole));
      if (score > rows[j].score) rows[j] = {score, m};
    }
  });
  Start best;
  for (const Start& row : rows) {
    if (row.score > best.score) best = row;
  }
  return best;
}

std::vector<double> Sizes(const Image<float>& reference, const Image<float>& test) {
  // A crop keeps the size of things, a resized picture fits in one of its sides.
  std::vector<double> sizes{1};
  for (double s : {static_cast<double>(test.width()) / reference.width(),
                   static_cast<double>(test.height()) / reference.height()}) {
    const bool known = std::any_of(sizes.begin(), sizes.end(),
                                   [&](double k) { return std::fabs(s / k - 1) < 0.02; });
    if (!known && s > 0.2 && s < 5) sizes.push_back(s);
  }
  return sizes;
}

Start CoarseSearch(const Pyramid& reference, const Pyramid& test, int lr, int lt) {
  const Image<float>&r = reference.levels[lr], &t = test.levels[lt];
  Start best;
  const auto look = [&](double size, double degrees) {
    Start s = SearchShifts(r, t, size * std::ldexp(1.0, lr - lt), degrees);
    if (s.score > best.score) {
      best = s;
      best.motion = FromLevels(s.motion, lr, lt);
    }
  };
  const std::vector<double> sizes = Sizes(reference.levels[0], test.levels[0]);
  for (double size : sizes) look(size, 0);
  if (best.score < 0.6) {
    for (double size : sizes) {
      for (double degrees : {-8.0, -4.0, 0.0, 4.0, 8.0}) {
        for (double f : {0.85, 1.0, 1.18}) {
          if (degrees != 0 || f != 1) look(size * f, degrees);
        }
      }
    }
  }
  return best;
}

// The level of `pyramid` whose pixels are nearest in size to `pixel` pixels of its finest.
int NearestLevel(const Pyramid& pyramid, double pixel) {
  const int level = static_cast<int>(std::lround(std::log2(std::max(pixel, 1.0))));
  return std::clamp(level, 0, static_cast<int>(pyramid.levels.size()) - 1);
}

double SizeOf(const Affine& m) { return std::sqrt(std::fabs(m[0] * m[4] - m[1] * m[3])); }

Registration Describe(const Affine& m, int width, int height, int test_width, int test_height) {
  Registration r;
  r.test_from_reference = m;
  // Relative to pictures that lie centre upon centre when they are of one size.
  const Point centre = Apply(m, width / 2.0, height / 2.0);
  r.shift_x_px = centre.x - test_width / 2.0;
  r.shift_y_px = centre.y - test_height / 2.0;
  r.scale = SizeOf(m);
  r.rotation_deg = -std::atan2(m[3] - m[1], m[0] + m[4]) * 180 / std::numbers::pi;
  return r;
}

}  // namespace

Result<Registration> Register(const Image<float>& reference, const Image<float>& test) {
  const auto fail = [](const std::string& why) {
    return Fail(ErrorCode::kInvalidInput, "the pictures could not be aligned: " + why);
  };
  if (std::min({reference.width(), reference.height(), test.width(), test.height()}) < 32) {
    return fail("both sides must have 32 pixels");
  }
  const Pyramid r = MakePyramid(reference, kCoarse), t = MakePyramid(test, kCoarse);
  const int coarsest = static_cast<int>(r.levels.size()) - 1;
  const Start start = CoarseSearch(r, t, coarsest, static_cast<int>(t.levels.size()) - 1);
  if (start.score < 0.15) return fail("nothing in them looks alike");
  Affine m = start.motion;
  for (int level = coarsest; level >= 0; --level) {
    const Image<float>& picture = r.levels[level];
    const int lt = NearestLevel(t, SizeOf(m) * std::ldexp(1.0, level));
    const bool finest =
        level == 0 || picture.width() * static_cast<int64_t>(picture.height()) * 4 > kFinestPixels;
    Affine here = AtLevels(m, level, lt);
    if (!RefineAffine(picture, t.levels[lt], finest ? 8 : 20, &here)) {
      // The coarsest pictures may hold too little.
      if (finest) return fail("there is too little to hold on to");
      continue;
    }
    m = FromLevels(here, level, lt);
    if (finest) break;
  }
  // The judgement: fine enough to tell, coarse enough not to mind noise and sharpness.
  int level = 0;
  while (level < coarsest && r.levels[level].width() > 800) ++level;
  const int lt = NearestLevel(t, SizeOf(m) * std::ldexp(1.0, level));
  const Agreement a = MeasureAgreement(r.levels[level], t.levels[lt], AtLevels(m, level, lt));
  Registration result =
      Describe(m, reference.width(), reference.height(), test.width(), test.height());
  result.overlap = a.overlap;
  result.correlation = a.correlation;
  const double size = SizeOf(m);
  if (!(size > 0.2 && size < 5) || std::fabs(result.rotation_deg) > 30) {
    return fail("no plausible motion brings them together");
  }
  if (a.correlation < kSmallestCorrelation) {
    return fail(fmt::format("their edges agree by {:.2f} only, it takes {:.2f}", a.correlation,
                            kSmallestCorrelation));
  }
  if (a.overlap < kSmallestOverlap *
                      std::min(1.0, test.width() * static_cast<double>(test.height()) /
                                        (size * size * reference.width() * reference.height()))) {
    return fail(fmt::format("they overlap by {:.0f} % only", 100 * a.overlap));
  }
  return result;
}

}  // namespace petzval::measure
