// RGB spaces: matrices to and from CIE XYZ, built from primaries and white.
#ifndef PETZVAL_COLOR_SPACES_H_
#define PETZVAL_COLOR_SPACES_H_

#include "petzval/base/matrix.h"

namespace petzval {

// CIE 1931 2 degree chromaticity.
struct Chromaticity {
  double x = 0, y = 0;
  friend bool operator==(const Chromaticity&, const Chromaticity&) = default;
};

inline constexpr Chromaticity kWhiteA{0.44757, 0.40745};
inline constexpr Chromaticity kWhiteD50{0.3457, 0.3585};
inline constexpr Chromaticity kWhiteD65{0.3127, 0.3290};
inline constexpr Chromaticity kWhiteAces{0.32168, 0.33767};  // near D60 (Academy TB-2018-001)
inline constexpr Chromaticity kWhiteDci{0.314, 0.351};       // of cinema projectors

// A linear RGB space: (1, 1, 1) is its white at Y = 1.
struct RgbSpace {
  Chromaticity red, green, blue, white;
  friend bool operator==(const RgbSpace&, const RgbSpace&) = default;
};

// ITU-R BT.709; sRGB (IEC 61966-2-1) has the same primaries.
inline constexpr RgbSpace kRec709{{0.640, 0.330}, {0.300, 0.600}, {0.150, 0.060}, kWhiteD65};
// Display P3: SMPTE RP 431-2 primaries with the white D65.
inline constexpr RgbSpace kDisplayP3{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, kWhiteD65};
// ITU-R BT.2020: the working space.
inline constexpr RgbSpace kRec2020{{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}, kWhiteD65};
// ROMM RGB (ISO 22028-2).
inline constexpr RgbSpace kProPhoto{
    {0.7347, 0.2653}, {0.1596, 0.8404}, {0.0366, 0.0001}, kWhiteD50};
// Adobe RGB (1998).
inline constexpr RgbSpace kAdobeRgb{{0.640, 0.330}, {0.210, 0.710}, {0.150, 0.060}, kWhiteD65};
// SMPTE RP 431-2: P3 with the white of cinema projectors.
inline constexpr RgbSpace kP3Dci{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, kWhiteDci};
// Academy: ACES2065-1 (AP0) holds every colour, ACEScg and ACEScct (AP1) are for work.
inline constexpr RgbSpace kAp0{{0.7347, 0.2653}, {0.0, 1.0}, {0.0001, -0.0770}, kWhiteAces};
inline constexpr RgbSpace kAp1{{0.713, 0.293}, {0.165, 0.830}, {0.128, 0.044}, kWhiteAces};

// XYZ of a chromaticity with y > 0, scaled to Y = 1.
Vec3 XyzFromChromaticity(Chromaticity c);

// The chromaticity of an XYZ whose sum is not zero.
Chromaticity ChromaticityFromXyz(const Vec3& xyz);

// Linear RGB -> XYZ relative to the white of the space (no adaptation).
Mat3 XyzFromRgb(const RgbSpace& space);
Mat3 RgbFromXyz(const RgbSpace& space);

// Bradford adaptation of XYZ seen under `from` to XYZ that looks the same under `to`.
Mat3 BradfordAdaptation(Chromaticity to, Chromaticity from);

// Linear RGB of `from` -> linear RGB of `to`, adapted by Bradford where the whites differ: white
// stays white.
Mat3 RgbFromRgb(const RgbSpace& to, const RgbSpace& from);

// XYZ relative to D50 (the profile connection space of ICC and DNG) -> linear RGB of `to`.
Mat3 RgbFromXyzD50(const RgbSpace& to);

}  // namespace petzval

#endif  // PETZVAL_COLOR_SPACES_H_
