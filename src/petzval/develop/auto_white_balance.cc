// Votes of independent estimators and a prior on the lights of the world, joined in log chroma.
#include "petzval/develop/auto_white_balance.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "petzval/develop/awb_estimators.h"
#include "petzval/develop/awb_mixed.h"
#include "petzval/develop/awb_prior.h"
#include "petzval/develop/awb_samples.h"

namespace petzval {
namespace {

// A vote is a Student distribution with 2 degrees of freedom about what an estimator sees: most are
// right to about 0.12, a few are far off, and those must not drag the others along.
constexpr double kVoteSigma = 0.12, kVoteFreedom = 2;
// Estimators look at the same pixels: five of them are worth about as much as two that do not.
constexpr double kIndependentVotes = 2;

double LogVote(const LogChroma& light, const LogChroma& vote) {
  const double r = light.r - vote.r, b = light.b - vote.b;
  return -0.5 * (kVoteFreedom + 2) *
         std::log1p((r * r + b * b) / (kVoteFreedom * kVoteSigma * kVoteSigma));
}

struct Belief {
  LogChroma light;
  double sigma = 0;  // rms distance of the truth from `light`, if prior and votes are right
};

// The mean of the distribution over a grid that holds the lights of the world and the votes.
Belief Join(std::span<const LogChroma> votes, const AwbPrior& prior) {
  constexpr double kStep = 0.03, kMargin = 0.3;
  double low_r = 1e9, high_r = -1e9, low_b = 1e9, high_b = -1e9;
  const auto hold = [&](const LogChroma& c) {
    low_r = std::min(low_r, c.r - kMargin);
    high_r = std::max(high_r, c.r + kMargin);
    low_b = std::min(low_b, c.b - kMargin);
    high_b = std::max(high_b, c.b + kMargin);
  };
  for (const AwbPrior::Light& l : prior.lights()) {
    // Models of no real camera may place lights anywhere.
    hold({std::clamp(l.chroma.r, -2.5, 2.5), std::clamp(l.chroma.b, -2.5, 2.5)});
  }
  for (const LogChroma& v : votes) hold(v);
  const int nr = static_cast<int>((high_r - low_r) / kStep) + 1;
  const int nb = static_cast<int>((high_b - low_b) / kStep) + 1;
  std::vector<double> log_density(static_cast<size_t>(nr) * nb);
  const double weight = votes.empty() ? 0 : kIndependentVotes / votes.size();
  double best = -1e300;
  for (int j = 0; j < nb; ++j) {
    for (int i = 0; i < nr; ++i) {
      const LogChroma c{low_r + i * kStep, low_b + j * kStep};
      double& l = log_density[static_cast<size_t>(j) * nr + i];
      for (const LogChroma& v : votes) l += weight * LogVote(c, v);
      l += prior.LogDensity(c);
      best = std::max(best, l);
    }
  }
  double sum = 0, r = 0, b = 0, square = 0;
  for (int j = 0; j < nb; ++j) {
    for (int i = 0; i < nr; ++i) {
      const double p = std::exp(log_density[static_cast<size_t>(j) * nr + i] - best);
      const double cr = low_r + i * kStep, cb = low_b + j * kStep;
      sum += p;
      r += p * cr;
      b += p * cb;
      square += p * (cr * cr + cb * cb);
    }
  }
  Belief belief;
  belief.light = {r / sum, b / sum};
  belief.sigma = std::sqrt(std::max(
      0.0, square / sum - belief.light.r * belief.light.r - belief.light.b * belief.light.b));
  return belief;
}

std::vector<LogChroma> Votes(const AwbSamples& samples, std::span<const uint8_t> chosen) {
  std::vector<LogChroma> votes;
  for (const AwbMethod method : AwbVoters()) {
    if (const auto seen = SeeLight(method, samples, chosen)) votes.push_back(*seen);
  }
  return votes;
}

// Share of the usable pixels that are nearly grey under `light`, of the brighter half of them.
double GreyShare(const AwbSamples& samples, const LogChroma& light) {
  constexpr double kNear = 0.12;
  std::vector<float> green;
  green.reserve(samples.count);
  for (int y = 0; y < samples.height; ++y) {
    for (int x = 0; x < samples.width; ++x) {
      if (samples.Usable(x, y)) green.push_back(samples.picture.At(x, y, 1));
    }
  }
  if (green.empty()) return 0;
  const auto middle = green.begin() + static_cast<ptrdiff_t>(green.size() / 2);
  std::nth_element(green.begin(), middle, green.end());
  // Bounds of the ratios instead of a logarithm for each pixel.
  const double low = std::exp(-kNear), high = std::exp(kNear);
  const double red = std::exp(light.r), blue = std::exp(light.b);
  double near = 0, all = 0;
  for (int y = 0; y < samples.height; ++y) {
    for (int x = 0; x < samples.width; ++x) {
      const double g = samples.picture.At(x, y, 1);
      if (!samples.Usable(x, y) || g < *middle) continue;
      const double r = samples.picture.At(x, y, 0) / (g * red);
      const double b = samples.picture.At(x, y, 2) / (g * blue);
      ++all;
      near += r > low && r < high && b > low && b < high;
    }
  }
  return near / all;
}

LogChroma Mix(const LogChroma& a, const LogChroma& b, double t) {
  return {a.r + t * (b.r - a.r), a.b + t * (b.b - a.b)};
}

double Smooth(double x, double from, double to) {
  const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

}  // namespace

NeutralEstimate EstimateNeutral(const Image<float>& picture, const DngColorModel& model,
                                bool generic, const LightScene& scene) {
  NeutralEstimate result;
  // Nothing to see: plain daylight.
  result.neutral = result.second_neutral = model.NeutralFromWhite(kWhiteD50);
  const AwbSamples samples = CollectAwbSamples(picture, scene.clip);
  const AwbPrior prior(model, generic, scene.light_lv);
  if (prior.lights().empty()) return result;

  std::vector<LogChroma> votes;
  for (const AwbMethod method : AwbVoters()) {
    const auto seen = SeeLight(method, samples, {});
    if (!seen) continue;
    votes.push_back(*seen);
    result.votes.push_back({AwbMethodName(method), RgbOf(*seen), 0});
  }
  if (votes.empty()) return result;
  const Belief belief = Join(votes, prior);
  // An error of 0.15 in a gain is plain to see.
  constexpr double kPlain = 0.15;
  for (size_t i = 0; i < votes.size(); ++i) {
    const double d = Distance(votes[i], belief.light) / kPlain;
    result.votes[i].confidence = 1 / (1 + d * d);
  }
  LogChroma light = belief.light, second;
  double sigma = belief.sigma;

  const LightParts parts = SplitLights(samples, prior.to_cold());
  if (parts.certainty > 0) {
    const auto larger = Votes(samples, parts.larger), smaller = Votes(samples, parts.smaller);
    if (!larger.empty() && !smaller.empty()) {
      const Belief first = Join(larger, prior), other = Join(smaller, prior);
      // A part with the colour of no light is a surface.
      const double least = std::min(prior.LogDensity(first.light), prior.LogDensity(other.light));
      const double certainty = parts.certainty * Smooth(least, std::log(0.01), std::log(0.1));
      // Nearly equal parts are balanced for the middle.
      const double share = parts.smaller_share;
      const LogChroma chosen = Mix(first.light, other.light, 0.5 * Smooth(share, 0.4, 0.5));
      light = Mix(light, chosen, certainty);
      sigma = (1 - certainty) * sigma + certainty * first.sigma;
      if (certainty > 0.5) {
        result.second_share = share;
        second = other.light;
      }
    }
  }
  result.neutral = RgbOf(light);
  result.second_neutral = RgbOf(result.second_share > 0 ? second : light);
  const double doubt = sigma / kPlain;
  // A picture with nothing grey in it leaves half of the doubt.
  constexpr double kEnoughGrey = 0.25;
  const double grey = std::min(1.0, GreyShare(samples, light) / kEnoughGrey);
  result.confidence = (0.5 + 0.5 * grey) / (1 + doubt * doubt);
  return result;
}

NeutralEstimate EstimateNeutral(const Image<float>& picture, const DngColorModel& model,
                                bool generic, const std::array<float, 3>& clip) {
  LightScene scene;
  scene.clip = clip;
  return EstimateNeutral(picture, model, generic, scene);
}

}  // namespace petzval
