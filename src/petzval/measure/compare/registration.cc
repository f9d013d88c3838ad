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
constexpr double kSmallestCoarseCorrelation = 0.7;

// The motion that turns and scales about the centres.
Affine Similarity(const Image<float>& reference, const Image<float>& test, double scale,
                  double degrees) {
  const double c = scale * std::cos(degrees * std::numbers::pi / 180);
  const double s = scale * std::sin(degrees * std::numbers::pi / 180);
  const double rx = reference.width() / 2.0, ry = reference.height() / 2.0;
  const double tx = test.width() / 2.0, ty = test.height() / 2.0;
  return {c, -s, tx - c * rx + s * ry, s, c, ty - s * rx - c * ry};
}

struct Start {
  double score = -1;
  Affine motion{};
};

// Slopes of a picture, and 1 where there are some.
struct Slopes {
  int width, height;
  std::vector<float> x, y, known;
  Slopes(int w, int h)
      : width(w), height(h), x(static_cast<size_t>(w) * h), y(x.size()), known(x.size()) {}
};

Slopes SlopesAt(const Image<float>& picture, int width, int height, const Affine& m) {
  Slopes s(width, height);
  ParallelFor(height, [&](int y) {
    for (int x = 0; x < width; ++x) {
      const auto slope = SlopeAt(picture, m, x + 0.5, y + 0.5);
      if (!slope) continue;
      const size_t i = static_cast<size_t>(y) * width + x;
      s.x[i] = static_cast<float>(slope->x);
      s.y[i] = static_cast<float>(slope->y);
      s.known[i] = 1;
    }
  });
  return s;
}

// Agreement of `t`, moved by (dx, dy), with `r`.
Agreement Shifted(const Slopes& r, const Slopes& t, int dx, int dy) {
  double rt = 0, rr = 0, tt = 0, count = 0;
  const int x0 = std::max(0, dx), x1 = std::min(r.width, t.width + dx);
  for (int y = std::max(0, dy); y < std::min(r.height, t.height + dy); ++y) {
    const size_t a = static_cast<size_t>(y) * r.width;
    const ptrdiff_t b = static_cast<ptrdiff_t>(y - dy) * t.width - dx;
    float row[4] = {};
    for (int x = x0; x < x1; ++x) {
      const float rx = r.x[a + x], ry = r.y[a + x], tx = t.x[b + x], ty = t.y[b + x];
      const float both = r.known[a + x] * t.known[b + x];
      row[0] += rx * tx + ry * ty;
      row[1] += (rx * rx + ry * ry) * both;
      row[2] += (tx * tx + ty * ty) * both;
      row[3] += both;
    }
    rt += row[0];
    rr += row[1];
    tt += row[2];
    count += row[3];
  }
  Agreement result;
  if (rr > 0 && tt > 0) result.correlation = rt / std::sqrt(rr * tt);
  result.overlap = count / (static_cast<double>(r.width) * r.height);
  return result;
}

// The best shift of coarse pictures at one size and turn.
Start SearchShifts(const Image<float>& reference, const Image<float>& test, double scale,
                   double degrees) {
  // The test picture at the reference's size of things, centre upon centre; its sides have the
  // parity of the reference's, so that shifts are whole pixels.
  const Affine m = Similarity(reference, test, scale, degrees);
  const auto side = [&](int of_test, int of_reference) {
    const int n = static_cast<int>(std::ceil(of_test / scale));
    return n + ((n ^ of_reference) & 1);
  };
  const int width = side(test.width(), reference.width());
  const int height = side(test.height(), reference.height());
  const int off_x = (reference.width() - width) / 2, off_y = (reference.height() - height) / 2;
  Affine of_canvas = m;
  of_canvas[2] += m[0] * off_x + m[1] * off_y;
  of_canvas[5] += m[3] * off_x + m[4] * off_y;
  const Slopes t = SlopesAt(test, width, height, of_canvas);
  const Slopes r =
      SlopesAt(reference, reference.width(), reference.height(), Affine{1, 0, 0, 0, 1, 0});
  const int reach_x = std::max(reference.width(), width) / 2;
  const int reach_y = std::max(reference.height(), height) / 2;
  const double whole =
      std::min(1.0, width * static_cast<double>(height) / (reference.width() * reference.height()));
  std::vector<Start> rows(2 * reach_y + 1);
  ParallelFor(2 * reach_y + 1, [&](int j) {
    for (int dx = -reach_x; dx <= reach_x; ++dx) {
      const int dy = j - reach_y;
      const Agreement a = Shifted(r, t, dx + off_x, dy + off_y);
      if (a.overlap < 0.3 * whole) continue;
      // A large overlap is the better witness.
      const double score = a.correlation * std::sqrt(std::min(1.0, a.overlap / whole));
      if (score <= rows[j].score) continue;
      rows[j].score = score;
      rows[j].motion = m;
      rows[j].motion[2] -= m[0] * dx + m[1] * dy;
      rows[j].motion[5] -= m[3] * dx + m[4] * dy;
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
    const Start s = SearchShifts(r, t, size * std::ldexp(1.0, lr - lt), degrees);
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
  // Fine pictures tell best whether edges agree; of noisy ones only coarser pictures do, which
  // then must agree well.
  const auto judge = [&](int widest) {
    int level = 0;
    while (level < coarsest && r.levels[level].width() > widest) ++level;
    const int lt = NearestLevel(t, SizeOf(m) * std::ldexp(1.0, level));
    return MeasureAgreement(r.levels[level], t.levels[lt], AtLevels(m, level, lt));
  };
  const Agreement a = judge(800);
  const bool agree =
      a.correlation >= kSmallestCorrelation || judge(200).correlation >= kSmallestCoarseCorrelation;
  Registration result =
      Describe(m, reference.width(), reference.height(), test.width(), test.height());
  result.overlap = a.overlap;
  result.correlation = a.correlation;
  const double size = SizeOf(m);
  if (!(size > 0.2 && size < 5) || std::fabs(result.rotation_deg) > 30) {
    return fail("no plausible motion brings them together");
  }
  if (!agree) {
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
