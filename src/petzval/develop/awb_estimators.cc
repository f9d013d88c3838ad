// Statistics of colours, of edges and of grey surfaces.
#include "petzval/develop/awb_estimators.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

constexpr int kFewest = 16;
constexpr double kWidest = 2.1;  // ln 8

using Pixel = std::array<float, 3>;

std::vector<Pixel> Gather(const Image<float>& planes, const AwbSamples& s,
                          std::span<const uint8_t> chosen) {
  std::vector<Pixel> out;
  out.reserve(s.count);
  for (int y = 0; y < s.height; ++y) {
    for (int x = 0; x < s.width; ++x) {
      const size_t i = static_cast<size_t>(y) * s.width + x;
      if (!s.usable[i] || (!chosen.empty() && !chosen[i])) continue;
      out.push_back({planes.At(x, y, 0), planes.At(x, y, 1), planes.At(x, y, 2)});
    }
  }
  return out;
}

Vec3 Mean(const std::vector<Pixel>& pixels) {
  Vec3 sum{};
  for (const Pixel& p : pixels) {
    for (int c = 0; c < 3; ++c) sum[c] += p[c];
  }
  return sum;
}

Vec3 FourthPowerMean(const std::vector<Pixel>& pixels) {
  Vec3 sum{};
  for (const Pixel& p : pixels) {
    for (int c = 0; c < 3; ++c) {
      const double square = static_cast<double>(p[c]) * p[c];
      sum[c] += square * square;
    }
  }
  for (int c = 0; c < 3; ++c) sum[c] = std::pow(sum[c], 0.25);
  return sum;
}

float Quantile(std::vector<float> values, double share) {
  const auto nth = values.begin() + static_cast<ptrdiff_t>(share * (values.size() - 1));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

Vec3 NearMaximum(const std::vector<Pixel>& pixels) {
  Vec3 result{};
  std::vector<float> channel(pixels.size());
  for (int c = 0; c < 3; ++c) {
    for (size_t i = 0; i < pixels.size(); ++i) channel[i] = pixels[i][c];
    result[c] = Quantile(channel, 0.99);
  }
  return result;
}

// First eigenvector, not centred, of the pixels that lie farthest out on both sides along the mean
// colour: highlights tell the light, and shadows that the line goes through black.
Vec3 BrightDark(const std::vector<Pixel>& pixels) {
  constexpr double kEnd = 0.035;
  const Vec3 mean = Mean(pixels);
  std::vector<float> along(pixels.size());
  for (size_t i = 0; i < pixels.size(); ++i) {
    for (int c = 0; c < 3; ++c) along[i] += static_cast<float>(mean[c]) * pixels[i][c];
  }
  const float low = Quantile(along, kEnd), high = Quantile(along, 1 - kEnd);
  Mat3 moments{};
  for (size_t i = 0; i < pixels.size(); ++i) {
    if (along[i] > low && along[i] < high) continue;
    for (int r = 0; r < 3; ++r) {
      for (int c = 0; c < 3; ++c)
        moments.m[r][c] += static_cast<double>(pixels[i][r]) * pixels[i][c];
    }
  }
  // All entries are positive, so that powers of the matrix turn any colour to its first axis.
  Vec3 v = mean;
  for (int pass = 0; pass < 64; ++pass) {
    v = moments * v;
    const double sum = v[0] + v[1] + v[2];
    if (!(sum > 0)) break;
    for (int c = 0; c < 3; ++c) v[c] /= sum;
  }
  return v;
}

Vec3 Greyest(const AwbSamples& s, std::span<const uint8_t> chosen) {
  std::vector<float> index;
  std::vector<Pixel> pixels;
  for (int y = 0; y < s.height; ++y) {
    for (int x = 0; x < s.width; ++x) {
      const size_t i = static_cast<size_t>(y) * s.width + x;
      const float g = s.grey.At(x, y, 0);
      if (!s.usable[i] || (!chosen.empty() && !chosen[i]) || g < 0) continue;
      index.push_back(g);
      pixels.push_back({s.picture.At(x, y, 0), s.picture.At(x, y, 1), s.picture.At(x, y, 2)});
    }
  }
  Vec3 sum{};
  if (index.size() < static_cast<size_t>(kFewest)) return sum;
  const float limit = Quantile(index, 0.05);
  for (size_t i = 0; i < index.size(); ++i) {
    if (index[i] > limit) continue;
    for (int c = 0; c < 3; ++c) sum[c] += pixels[i][c];
  }
  return sum;
}

}  // namespace

std::string_view AwbMethodName(AwbMethod method) {
  switch (method) {
    case AwbMethod::kGreyWorld:
      return "grey-world";
    case AwbMethod::kWhitePatch:
      return "white-patch";
    case AwbMethod::kShadesOfGrey:
      return "shades-of-grey";
    case AwbMethod::kGreyEdge:
      return "grey-edge";
    case AwbMethod::kGreyEdge2:
      return "grey-edge-2";
    case AwbMethod::kBrightDark:
      return "bright-dark";
    case AwbMethod::kGreyIndex:
      return "grey-index";
  }
  return "";
}

std::span<const AwbMethod> AwbVoters() {
  static constexpr AwbMethod kVoters[] = {AwbMethod::kShadesOfGrey, AwbMethod::kGreyEdge,
                                          AwbMethod::kGreyEdge2, AwbMethod::kBrightDark,
                                          AwbMethod::kGreyIndex};
  return kVoters;
}

std::optional<LogChroma> SeeLight(AwbMethod method, const AwbSamples& samples,
                                  std::span<const uint8_t> chosen) {
  if (samples.count < kFewest) return std::nullopt;
  Vec3 light{};
  if (method == AwbMethod::kGreyIndex) {
    light = Greyest(samples, chosen);
  } else {
    const Image<float>& planes = method == AwbMethod::kGreyEdge    ? samples.edge
                                 : method == AwbMethod::kGreyEdge2 ? samples.bend
                                                                   : samples.picture;
    const std::vector<Pixel> pixels = Gather(planes, samples, chosen);
    if (pixels.size() < static_cast<size_t>(kFewest)) return std::nullopt;
    light = method == AwbMethod::kWhitePatch     ? NearMaximum(pixels)
            : method == AwbMethod::kShadesOfGrey ? FourthPowerMean(pixels)
            : method == AwbMethod::kBrightDark   ? BrightDark(pixels)
                                                 : Mean(pixels);
  }
  if (!(light[0] > 0 && light[1] > 0 && light[2] > 0)) return std::nullopt;
  const LogChroma seen = LogChromaOf(light);
  if (!(std::abs(seen.r) < kWidest && std::abs(seen.b) < kWidest)) return std::nullopt;
  return seen;
}

}  // namespace petzval
