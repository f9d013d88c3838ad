// Makes two pictures comparable: sizes, colour, registration, exposure, what counts.
#ifndef PETZVAL_MEASURE_COMPARE_PREPARE_H_
#define PETZVAL_MEASURE_COMPARE_PREPARE_H_

#include <string>
#include <vector>

#include "petzval/measure/compare/compare.h"
#include "petzval/measure/compare/full_pass.h"

namespace petzval::measure {

// Memory that a Prepared may look at.
struct PreparedPair {
  Image<float> reference_light, test_light;
  Image<uint8_t> covered, mask;
};

struct Prepared {
  PictureRows reference, test;
  CodeValues values = CodeValues::kCodes;
  const Image<uint8_t>* mask = nullptr;
  Registration registration;
  double gain = 1;
  std::vector<std::string> notes;
};

// Errors: those of ComparePictures.
Result<Prepared> Prepare(const Picture& reference, const Picture& test, const CompareParams& params,
                         PreparedPair* pair);
// ... of linear Rec.2020 light.
Result<Prepared> Prepare(const Image<float>& reference, const Image<float>& test,
                         const CompareParams& params, PreparedPair* pair);

// Luma of display values, sRGB-encoded, for looking at structure: 1 plane.
Image<float> DisplayLuma(const PictureRows& rows);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_PREPARE_H_
