// Pictures before and after a rendering that is to be learned.
#include "petzval/calibrate/taste/look_pair.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "petzval/base/file.h"
#include "petzval/color/oklab.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"
#include "petzval/image/picture.h"

namespace petzval::calibrate {
namespace {

// Pictures that differ less on the mean (encoded) are the same.
constexpr double kSameDifference = 0.3 / 255;
// Brightness of the same scene goes together, whatever the look.
constexpr double kLeastCorrelation = 0.35;
// Light that counts as clipped.
constexpr double kClipped = 0.97;
// Largest relative range of luminance within 3 x 3 pixels of an even area.
constexpr double kEvenRange = 0.35;
// Groups of a pair: at most so many, from groups of this width on (Oklab).
constexpr size_t kMostGroups = 900;
constexpr double kFirstWidth = 0.025;
constexpr int kRadiusSteps = 4;
constexpr int kFewestPixels = 3;

double Luminance(const Image<float>& light, int x, int y) {
  return 0.2126 * light.At(x, y, 0) + 0.7152 * light.At(x, y, 1) + 0.0722 * light.At(x, y, 2);
}

Vec3 ColorAt(const Image<float>& light, int x, int y) {
  return {{light.At(x, y, 0), light.At(x, y, 1), light.At(x, y, 2)}};
}

bool IsEven(const Image<float>& light, int x, int y) {
  double low = 1e9, high = 0;
  for (int v = y - 1; v <= y + 1; ++v) {
    for (int u = x - 1; u <= x + 1; ++u) {
      const double value = Luminance(light, u, v);
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return high - low <= kEvenRange * (high + 0.01);
}

// Mean absolute difference of encoded values, and the correlation of encoded luminance.
std::pair<double, double> Likeness(const Image<float>& a, const Image<float>& b) {
  double difference = 0, n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        difference += std::fabs(EncodeSrgb(a.At(x, y, c)) - EncodeSrgb(b.At(x, y, c))) / 3;
      }
      const double la = EncodeSrgb(Luminance(a, x, y)), lb = EncodeSrgb(Luminance(b, x, y));
      n += 1;
      sa += la;
      sb += lb;
      saa += la * la;
      sbb += lb * lb;
      sab += la * lb;
    }
  }
  const double va = saa - sa * sa / n, vb = sbb - sb * sb / n;
  // A picture of one brightness goes with everything.
  const double correlation =
      va > 1e-6 * n && vb > 1e-6 * n ? (sab - sa * sb / n) / std::sqrt(va * vb) : 1;
  return {difference / n, correlation};
}

}  // namespace

Image<float> ReduceForLook(const Image<float>& light) {
  const int width = light.width(), height = light.height();
  const int factor = (std::max(width, height) + kLookPairSide - 1) / kLookPairSide;
  Image<float> out(std::max(1, width / factor), std::max(1, height / factor), 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < out.height(); ++y) {
      for (int x = 0; x < out.width(); ++x) {
        double sum = 0;
        for (int v = 0; v < factor; ++v) {
          for (int u = 0; u < factor; ++u) sum += light.At(x * factor + u, y * factor + v, c);
        }
        out.At(x, y, c) = static_cast<float>(sum / (factor * factor));
      }
    }
  }
  return out;
}

Result<Image<float>> ReadDisplayLight(const std::string& path) {
  PETZVAL_RETURN_IF_ERROR(FileSize(path));
  if (!IsPictureFile(path)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} is not a finished picture (RAW files are developed with the look "
                            "natural first)",
                            path));
  }
  PETZVAL_ASSIGN(const Picture picture, ReadPicture(path));
  Image<float> light = LinearRgb(picture);
  const Mat3 to_srgb = RgbFromXyzD50(kRec709) * picture.xyz_d50_from_linear;
  for (int y = 0; y < light.height(); ++y) {
    for (int x = 0; x < light.width(); ++x) {
      const Vec3 rgb = to_srgb * ColorAt(light, x, y);
      for (int c = 0; c < 3; ++c) light.At(x, y, c) = static_cast<float>(rgb[c]);
    }
  }
  return light;
}

Result<LookPair> MakeLookPair(const std::string& name, const Image<float>& before,
                              const Image<float>& after) {
  const auto fail = [&name](const std::string& what) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("pair {}: {}", name, what));
  };
  if (before.empty() || after.empty() || before.planes() != 3 || after.planes() != 3) {
    return fail("a picture has no pixels or no colour planes");
  }
  if (before.width() != after.width() || before.height() != after.height()) {
    return fail(fmt::format("the picture before has {} x {} pixels, the one after {} x {}",
                            before.width(), before.height(), after.width(), after.height()));
  }
  if (std::min(before.width(), before.height()) < kMinLookPairSide) {
    return fail(fmt::format("{} x {} pixels are too few, {} a side are needed", before.width(),
                            before.height(), kMinLookPairSide));
  }
  LookPair pair{name, ReduceForLook(before), ReduceForLook(after)};
  const auto [difference, correlation] = Likeness(pair.before, pair.after);
  if (difference < kSameDifference) {
    return fail("the two pictures are the same, there is nothing to learn");
  }
  if (correlation < kLeastCorrelation) {
    return fail(
        fmt::format("the pictures do not show the same (their brightness correlates by "
                    "{:.2f})",
                    correlation));
  }
  return pair;
}

Result<LookPair> ReadLookPair(const std::string& before, const std::string& after) {
  PETZVAL_ASSIGN(const Image<float> first, ReadDisplayLight(before));
  PETZVAL_ASSIGN(const Image<float> second, ReadDisplayLight(after));
  return MakeLookPair(before, first, second);
}

std::vector<LookSample> SampleLookPair(const LookPair& pair, int quarter) {
  struct Group {
    Vec3 before{}, after{};
    double radius2 = 0;
    int count = 0;
  };
  const OklabConverter srgb(kRec709);
  const int width = pair.before.width(), height = pair.before.height();
  const double diagonal2 =
      0.25 * (static_cast<double>(width) * width + static_cast<double>(height) * height);
  std::map<std::array<int, 4>, Group> groups;
  for (double size = kFirstWidth; groups.empty() || groups.size() > kMostGroups; size *= 1.25) {
    groups.clear();
    for (int y = 1; y < height - 1; ++y) {
      for (int x = 1; x < width - 1; ++x) {
        const int place = (2 * y >= height ? 2 : 0) + (2 * x >= width ? 1 : 0);
        if (quarter >= 0 && (quarter < 4 ? place == quarter : place != quarter - 4)) continue;
        const Vec3 before = ColorAt(pair.before, x, y), after = ColorAt(pair.after, x, y);
        if (std::max({before[0], before[1], before[2]}) > kClipped ||
            std::min({after[0], after[1], after[2]}) > kClipped) {
          continue;
        }
        if (!IsEven(pair.before, x, y) || !IsEven(pair.after, x, y)) continue;
        const double dx = x + 0.5 - width / 2.0, dy = y + 0.5 - height / 2.0;
        const double radius2 = (dx * dx + dy * dy) / diagonal2;
        const Vec3 lab = srgb.FromRgb(before);
        Group& g = groups[{static_cast<int>(std::floor(lab[0] / size)),
                           static_cast<int>(std::floor(lab[1] / size)),
                           static_cast<int>(std::floor(lab[2] / size)),
                           static_cast<int>(radius2 * kRadiusSteps)}];
        for (int c = 0; c < 3; ++c) {
          g.before[c] += before[c];
          g.after[c] += after[c];
        }
        g.radius2 += radius2;
        ++g.count;
      }
    }
    if (groups.empty()) break;
  }
  std::vector<LookSample> samples;
  for (const auto& [key, g] : groups) {
    if (g.count < kFewestPixels) continue;
    LookSample s;
    for (int c = 0; c < 3; ++c) {
      s.before[c] = g.before[c] / g.count;
      s.after[c] = g.after[c] / g.count;
    }
    s.radius2 = g.radius2 / g.count;
    s.weight = std::sqrt(static_cast<double>(g.count));
    samples.push_back(s);
  }
  return samples;
}

}  // namespace petzval::calibrate
