// Logarithmic encodings of cameras and grading: scene light to code values and back.
#include "petzval/color/camera_log.h"

#include <algorithm>
#include <cmath>

namespace petzval {

double EncodeLLog(double linear) {
  if (!(linear > 0.006)) return 8 * linear + 0.09;
  return std::max(0.138, 0.27 * std::log10(1.3 * linear + 0.0115) + 0.6);
}

double DecodeLLog(double code) {
  if (!(code > 0.138)) return (code - 0.09) / 8;
  return (std::pow(10, (code - 0.6) / 0.27) - 0.0115) / 1.3;
}

double EncodeAcesCct(double linear) {
  if (!(linear > 0.0078125)) return 10.5402377416545 * linear + 0.0729055341958355;
  return (std::log2(linear) + 9.72) / 17.52;
}

double DecodeAcesCct(double code) {
  if (!(code > 0.155251141552511)) return (code - 0.0729055341958355) / 10.5402377416545;
  return std::exp2(code * 17.52 - 9.72);
}

double EncodeLogC3(double linear) {
  if (!(linear > 0.010591)) return 5.367655 * linear + 0.092809;
  return 0.247190 * std::log10(5.555556 * linear + 0.052272) + 0.385537;
}

double DecodeLogC3(double code) {
  if (!(code > 5.367655 * 0.010591 + 0.092809)) return (code - 0.092809) / 5.367655;
  return (std::pow(10, (code - 0.385537) / 0.247190) - 0.052272) / 5.555556;
}

}  // namespace petzval
