// Encodings of cameras and film scanners into the Academy's space: curve, primaries, adaptation.
#ifndef PETZVAL_COLOR_ACES_CAMERA_ENCODINGS_H_
#define PETZVAL_COLOR_ACES_CAMERA_ENCODINGS_H_

#include <span>

#include "petzval/base/matrix.h"
#include "petzval/color/adaptation.h"
#include "petzval/color/spaces.h"

namespace petzval::aces {

// One encoding as its maker states it. Codes are of full range 0..1.
struct CameraEncoding {
  const char* name;               // "arri-logc4", "sony-slog3-sgamut3", ..
  double (*decode)(double code);  // to linear reflectance, 0.18 = mid-grey
  RgbSpace space;
  AdaptationMethod adaptation;  // by which the maker goes to the white of ACES
};
std::span<const CameraEncoding> CameraEncodings();
const CameraEncoding* FindCameraEncoding(const char* name);  // null: none of that name

// Codes to ACES2065-1 (AP0).
Vec3 AcesFromCamera(const CameraEncoding& encoding, const Vec3& codes);

// ACESproxy of 10 bits (S-2013-001): codes / 1023 -> linear AP1.
double DecodeAcesProxy10(double code);

// ADX, printing densities of film (SMPTE ST 2065-3): codes / 1023 (10 bits) or / 65535 (16 bits)
// -> ACES2065-1.
Vec3 AcesFromAdx10(const Vec3& codes);
Vec3 AcesFromAdx16(const Vec3& codes);

// The Academy's matrix against the artefacts of blue lights (LMT of 2018), on AP0.
Vec3 FixBlueLight(const Vec3& ap0);

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_CAMERA_ENCODINGS_H_
