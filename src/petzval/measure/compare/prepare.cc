// Makes two pictures comparable.
#include "petzval/measure/compare/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "petzval/base/parallel.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/compare/color_rows.h"
#include "petzval/measure/compare/registration.h"

namespace petzval::measure {
namespace {

// Two pictures, linear floats or with codes.
struct Pair {
  PictureRows reference, test;
  bool same_curves = false;  // codes of one curve and depth
};

Status CheckColor(const Mat3& m, const std::string& path) {
  bool known = std::fabs(Determinant(m)) > 1e-9;
  for (const auto& row : m.m) {
    for (double x : row) known = known && std::isfinite(x);
  }
  if (known) return {};
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("the colours of {} are not known, so nothing can be compared", path));
}

bool SamePrimaries(const Mat3& a, const Mat3& b) {
  // Profiles hold 16 bits.
  for (int i = 0; i < 9; ++i) {
    if (std::fabs(a[i / 3][i % 3] - b[i / 3][i % 3]) > 1e-3) return false;
  }
  return true;
}

double Sample(const std::vector<float>& curve, double v) {
  if (curve.empty()) return v;
  const double at = v * (static_cast<double>(curve.size()) - 1);
  const size_t i = static_cast<size_t>(at), j = std::min(i + 1, curve.size() - 1);
  return curve[i] + (at - static_cast<double>(i)) * (curve[j] - curve[i]);
}

// Profiles write one curve in several ways: sampled, or as a formula.
bool SameCurves(const Picture& a, const Picture& b) {
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i <= 64; ++i) {
      if (std::fabs(Sample(a.curve[c], i / 64.0) - Sample(b.curve[c], i / 64.0)) > 1e-3) {
        return false;
      }
    }
  }
  return true;
}

// Ratio of luminances (reference / test) over pixels that neither picture clips.
double ExposureGain(const PictureRows& reference, const PictureRows& test,
                    const Image<uint8_t>* mask) {
  const int width = reference.width(), height = reference.height();
  const Vec3 y_r{{reference.xyz_d50_from_linear()[1][0], reference.xyz_d50_from_linear()[1][1],
                  reference.xyz_d50_from_linear()[1][2]}};
  const Vec3 y_t{{test.xyz_d50_from_linear()[1][0], test.xyz_d50_from_linear()[1][1],
                  test.xyz_d50_from_linear()[1][2]}};
  std::vector<std::array<double, 2>> sums(height, {0, 0});
  ParallelFor(height, [&](int y) {
    RowBlock block(18);
    std::vector<float> weight(kTile + kRowSlack);
    for (int x0 = 0; x0 < width; x0 += kTile) {
      const Rows3 r = block.Three(0), t = block.Three(3);
      reference.Fetch(x0 - kHalo, y, r, block.Three(6), block.Three(9));
      test.Fetch(x0 - kHalo, y, t, block.Three(12), block.Three(15));
      WeightRow(mask, width, x0, y, weight.data());
      for (int i = 0; i < std::min(kTile, width - x0); ++i) {
        const int at = i + kHalo;
        if (weight[i] == 0) continue;
        if (std::max({r[0][at], r[1][at], r[2][at], t[0][at], t[1][at], t[2][at]}) > 0.95f) {
          continue;
        }
        sums[y][0] += y_r[0] * r[0][at] + y_r[1] * r[1][at] + y_r[2] * r[2][at];
        sums[y][1] += y_t[0] * t[0][at] + y_t[1] * t[1][at] + y_t[2] * t[2][at];
      }
    }
  });
  double a = 0, b = 0;
  for (const auto& s : sums) {
    a += s[0];
    b += s[1];
  }
  return a > 0 && b > 0 ? a / b : std::nan("");
}

// Gives the test picture the reference's light where it covers nothing, so that windows which reach
// over the rim of the overlap see no difference there.
void FillUncovered(const Image<uint8_t>& covered, const PictureRows& reference,
                   const Mat3& test_matrix, double scale, Image<float>* light) {
  const Mat3 m = (1 / scale) * Inverse(test_matrix) * reference.xyz_d50_from_linear();
  ParallelFor(covered.height(), [&](int y) {
    const uint8_t* row = covered.row(y);
    if (std::all_of(row, row + covered.width(), [](uint8_t v) { return v != 0; })) return;
    RowBlock block(9);
    const Rows3 from = block.Three(reference.is_float() ? 3 : 0);
    for (int x0 = 0; x0 < covered.width(); x0 += kTile) {
      reference.Fetch(x0 - kHalo, y, block.Three(0), block.Three(3), block.Three(6));
      for (int x = x0; x < std::min(x0 + kTile, covered.width()); ++x) {
        if (row[x] != 0) continue;
        const int i = x - x0 + kHalo;
        const Vec3 v = m * Vec3{{from[0][i], from[1][i], from[2][i]}};
        for (int c = 0; c < 3; ++c) light->row(y, c)[x] = static_cast<float>(v[c]);
      }
    }
  });
}

// `light`: makes the test picture's linear light.
template <class Light>
Result<Prepared> Finish(const Pair& pair, const std::string& reference_path,
                        const std::string& test_path, const Light& light,
                        const CompareParams& params, double test_scale, PreparedPair* memory) {
  const int width = pair.reference.width(), height = pair.reference.height();
  const Mat3 test_matrix = pair.test.xyz_d50_from_linear();
  if (!params.align && (pair.test.width() != width || pair.test.height() != height)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} is {} x {}, {} is {} x {}: pictures of one size can be compared, "
                            "or those of one scene with --align",
                            reference_path, width, height, test_path, pair.test.width(),
                            pair.test.height()));
  }
  if (params.mask != nullptr &&
      (params.mask->width() != width || params.mask->height() != height)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the mask is {} x {}, the reference {} x {}", params.mask->width(),
                            params.mask->height(), width, height));
  }
  Prepared p{pair.reference, pair.test, CodeValues::kSrgb, params.mask, {}, 1, {}};
  bool changed = false;
  if (params.align) {
    PETZVAL_ASSIGN(p.registration, Register(DisplayLuma(pair.reference), DisplayLuma(pair.test)));
    memory->test_light = WarpToReference(light(), p.registration, width, height, &memory->covered);
    memory->mask = memory->covered.Clone();
    if (params.mask != nullptr) {
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          if (params.mask->At(x, y) == 0) memory->mask.At(x, y) = 0;
        }
      }
    }
    p.mask = &memory->mask;
    p.test = PictureRows(memory->test_light, test_matrix, test_scale);
    changed = true;
  }
  if (params.match_exposure) {
    p.gain = ExposureGain(p.reference, p.test, p.mask);
    if (!std::isfinite(p.gain)) {
      return Fail(ErrorCode::kInvalidInput,
                  "the exposures cannot be matched: no pixel is exposed in both pictures");
    }
    if (!changed) memory->test_light = light();
    p.test = PictureRows(memory->test_light, test_matrix, test_scale * p.gain);
    changed = true;
  }
  if (params.align) {
    FillUncovered(memory->covered, p.reference, test_matrix, test_scale * p.gain,
                  &memory->test_light);
  }
  const bool same = SamePrimaries(p.reference.xyz_d50_from_linear(), test_matrix);
  if (same && pair.same_curves && !changed) {
    p.values = CodeValues::kCodes;
  } else if (same) {
    p.values = CodeValues::kOwnEncoded;
  } else {
    p.notes.push_back("the pictures have different primaries: both were converted to sRGB");
  }
  return p;
}

// Rows of a picture whose floats, if it has any, are linear.
PictureRows RowsOf(const Picture& picture, const CompareParams& params, Image<float>* light) {
  const bool curved = picture.is_float() && !(picture.curve[0].empty() &&
                                              picture.curve[1].empty() && picture.curve[2].empty());
  if (!curved) return PictureRows(picture, params.exposure);
  *light = LinearRgb(picture);
  return PictureRows(*light, picture.xyz_d50_from_linear, params.exposure);
}

}  // namespace

Image<float> DisplayLuma(const PictureRows& rows) {
  Image<float> luma(rows.width(), rows.height());
  ParallelFor((rows.height() + 15) / 16, [&](int band) {
    RowBlock block(10);
    const float weights[3] = {0.299f, 0.587f, 0.114f};
    for (int y = band * 16; y < std::min(rows.height(), band * 16 + 16); ++y) {
      for (int x0 = 0; x0 < rows.width(); x0 += kTile) {
        const Rows3 light = block.Three(0);
        rows.Fetch(x0 - kHalo, y, light, block.Three(3), block.Three(6));
        for (float* row : light) EncodeSrgbRow(row, kRowColumns, row);
        LumaRow(Const(light), weights, kRowColumns, block.Row(9));
        std::copy_n(block.Row(9) + kHalo, std::min(kTile, rows.width() - x0), luma.row(y) + x0);
      }
    }
  });
  return luma;
}

Result<Prepared> Prepare(const Picture& reference, const Picture& test, const CompareParams& params,
                         PreparedPair* pair) {
  PETZVAL_RETURN_IF_ERROR(CheckColor(reference.xyz_d50_from_linear, reference.path));
  PETZVAL_RETURN_IF_ERROR(CheckColor(test.xyz_d50_from_linear, test.path));
  const bool codes = !reference.is_float() && !test.is_float();
  Pair rows{RowsOf(reference, params, &pair->reference_light),
            RowsOf(test, params, &pair->test_light), codes && SameCurves(reference, test)};
  return Finish(
      rows, reference.path, test.path, [&] { return LinearRgb(test); }, params,
      test.is_float() ? params.exposure : 1.0, pair);
}

Result<Prepared> Prepare(const Image<float>& reference, const Image<float>& test,
                         const CompareParams& params, PreparedPair* pair) {
  const Mat3 matrix = BradfordAdaptation(kWhiteD50, kWhiteD65) * XyzFromRgb(kRec2020);
  Pair rows{PictureRows(reference, matrix, params.exposure),
            PictureRows(test, matrix, params.exposure), false};
  return Finish(
      rows, "the reference", "the test picture", [&] { return test.Clone(); }, params,
      params.exposure, pair);
}

}  // namespace petzval::measure
