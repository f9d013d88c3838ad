// Colour of rows of pixels: encodings, L*a*b*, ICtCp, cube-root opponents, and their differences.
#ifndef PETZVAL_MEASURE_COMPARE_COLOR_ROWS_H_
#define PETZVAL_MEASURE_COMPARE_COLOR_ROWS_H_

#include "petzval/measure/compare/rows.h"

namespace petzval::measure {

// All functions work on `n` pixels rounded up to whole vectors: rows have room for kRowSlack more.

// out = m in, the result clipped to 0..1 where `clip`. In place is allowed.
void MultiplyRows(const ConstRows3& in, const Mat3f& m, bool clip, int n, const Rows3& out);
// sRGB encoding (IEC 61966-2-1) of linear values clipped to 0..1; error 1e-6. In place is allowed.
void EncodeSrgbRow(const float* linear, int n, float* encoded);
// luma = w . rgb.
void LumaRow(const ConstRows3& rgb, const float w[3], int n, float* luma);
// L*, a*, b* of linear RGB; `m` gives XYZ / white. Error 2e-4.
void LabRows(const ConstRows3& rgb, const Mat3f& m, int n, const Rows3& lab);
// CIEDE2000 (Sharma, Wu, Dalal 2005) without angles: hues as unit vectors. Error below 1e-3.
void DeltaE2000Row(const ConstRows3& lab1, const ConstRows3& lab2, int n, float* de);
// I, T, P of ITU-R BT.2124 of linear RGB; `m` gives LMS in units of 10000 nits. Error 1e-6.
void ItpRows(const ConstRows3& rgb, const Mat3f& m, int n, const Rows3& itp);
// 720 |itp1 - itp2|.
void DeltaEItpRow(const ConstRows3& itp1, const ConstRows3& itp2, int n, float* de);
// Cube-root opponents of linear Rec.709: red-green (scaled to the range of luminance), luminance,
// blue minus luminance.
void OpponentRows(const ConstRows3& rgb, int n, const Rows3& out);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_COLOR_ROWS_H_
