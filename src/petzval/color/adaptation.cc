// Chromatic adaptation: what a colour seen under one white looks like under another.
#include "petzval/color/adaptation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "petzval/base/nearest_name.h"

namespace petzval {
namespace {

constexpr const char* kNames[] = {"bradford", "cat02", "cat16", "von-kries", "xyz"};

constexpr Mat3 kCones[] = {
    {{{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}}},
    {{{{0.7328, 0.4296, -0.1624}, {-0.7036, 1.6975, 0.0061}, {0.0030, 0.0136, 0.9834}}}},
    {{{{0.401288, 0.650173, -0.051461},
       {-0.250268, 1.204414, 0.045854},
       {-0.002079, 0.048952, 0.953127}}}},
    {{{{0.38971, 0.68898, -0.07868}, {-0.22981, 1.18340, 0.04641}, {0, 0, 1}}}},
    {{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
};

}  // namespace

Result<AdaptationMethod> FindAdaptationMethod(const std::string& name) {
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found != std::end(kNames)) {
    return static_cast<AdaptationMethod>(found - std::begin(kNames));
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("there is no chromatic adaptation \"{}\", the nearest is \"{}\"", name,
                          NearestName(name, AdaptationMethodNames())));
}

std::vector<std::string> AdaptationMethodNames() { return {std::begin(kNames), std::end(kNames)}; }

const Mat3& ConeMatrix(AdaptationMethod method) { return kCones[static_cast<int>(method)]; }

Mat3 Adaptation(AdaptationMethod method, const Vec3& to, const Vec3& from, double degree) {
  const Mat3& cone = ConeMatrix(method);
  const Vec3 a = cone * to, b = cone * from;
  Vec3 gain;
  for (int i = 0; i < 3; ++i) gain[i] = degree * a[i] / b[i] + 1 - degree;
  return Inverse(cone) * Mat3::Diagonal(gain) * cone;
}

double DegreeOfAdaptation(double surround, double adapting_nits) {
  const double d = surround * (1 - std::exp((-adapting_nits - 42) / 92) / 3.6);
  return std::clamp(d, 0.0, 1.0);
}

}  // namespace petzval
