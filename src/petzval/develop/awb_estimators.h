// Ways to see the light of a picture, each for itself.
#ifndef PETZVAL_DEVELOP_AWB_ESTIMATORS_H_
#define PETZVAL_DEVELOP_AWB_ESTIMATORS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "petzval/develop/awb_samples.h"

namespace petzval {

enum class AwbMethod {
  kGreyWorld,     // mean (Buchsbaum 1980)
  kWhitePatch,    // 99th percentile of each channel (Land 1977, without its trust in one pixel)
  kShadesOfGrey,  // Minkowski mean of power 4 (Finlayson and Trezzi 2004)
  kGreyEdge,      // mean length of the gradient (van de Weijer, Gevers, Gijsenij 2007)
  kGreyEdge2,     // the same with second derivatives
  kBrightDark,    // direction in which the brightest and darkest pixels lie (Cheng et al. 2014)
  kGreyIndex,     // mean of the greyest twentieth (Qian et al. 2019)
};

std::string_view AwbMethodName(AwbMethod method);
// The ones that vote on the light; the others are there to be compared with.
std::span<const AwbMethod> AwbVoters();

// The light as `method` sees it among the pixels that `chosen` marks (all usable ones if empty;
// else of the size of samples.usable). None if there are too few, or if its red or blue differs
// from green by more than a factor of 8.
std::optional<LogChroma> SeeLight(AwbMethod method, const AwbSamples& samples,
                                  std::span<const uint8_t> chosen);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_AWB_ESTIMATORS_H_
