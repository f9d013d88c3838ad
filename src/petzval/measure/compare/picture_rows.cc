// Rows of a picture as the metrics want them.
#include "petzval/measure/compare/picture_rows.h"

#include <algorithm>
#include <cmath>

namespace petzval::measure {
namespace {

// The curve at every code.
std::vector<float> Tabulate(const std::vector<float>& curve, int max_code) {
  std::vector<float> table(max_code + 1);
  const int last = static_cast<int>(curve.size()) - 1;
  for (int c = 0; c <= max_code; ++c) {
    double v = static_cast<double>(c) / max_code;
    if (last == 0) {
      v = curve[0];
    } else if (last > 0) {
      const double at = v * last;
      const int i = std::min(static_cast<int>(at), last - 1);
      v = curve[i] + (at - i) * (curve[i + 1] - curve[i]);
    }
    table[c] = static_cast<float>(std::clamp(v, 0.0, 1.0));
  }
  return table;
}

// Copies columns x0 .. x0 + n of a row, the ends repeated.
template <class In, class F>
void CopyClamped(const In* row, int width, int x0, int n, const F& f) {
  const int first = std::clamp(-x0, 0, n), last = std::clamp(width - x0, first, n);
  for (int i = 0; i < first; ++i) f(i, row[0]);
  for (int i = first; i < last; ++i) f(i, row[x0 + i]);
  for (int i = last; i < n; ++i) f(i, row[width - 1]);
}

}  // namespace

PictureRows::PictureRows(const Picture& picture, double scale)
    : width_(picture.width()),
      height_(picture.height()),
      scale_(static_cast<float>(scale)),
      xyz_d50_from_linear_(picture.xyz_d50_from_linear) {
  if (picture.is_float()) {
    linear_ = &picture.value;
    return;
  }
  codes_ = &picture.code;
  code_scale_ = 1.0f / picture.max_code;
  for (int c = 0; c < 3; ++c) {
    // One table for all planes stays in the cache.
    if (c > 0 && picture.curve[c] == picture.curve[0]) continue;
    table_[c] = Tabulate(picture.curve[c], picture.max_code);
  }
}

PictureRows::PictureRows(const Image<float>& linear, const Mat3& xyz_d50_from_linear, double scale)
    : linear_(&linear),
      width_(linear.width()),
      height_(linear.height()),
      scale_(static_cast<float>(scale)),
      xyz_d50_from_linear_(xyz_d50_from_linear) {}

void PictureRows::Fetch(int x0, int y, const Rows3& light, const Rows3& scene,
                        const Rows3& code) const {
  y = std::clamp(y, 0, height_ - 1);
  for (int c = 0; c < 3; ++c) {
    float* out = light[c];
    if (linear_ != nullptr) {
      float* raw = scene[c];
      const float scale = scale_;
      CopyClamped(linear_->row(y, c), width_, x0, kRowColumns, [=](int i, float v) {
        // What is not a number counts as black.
        const float s = v * scale;
        raw[i] = std::isfinite(s) ? s : 0.0f;
      });
      for (int i = 0; i < kRowColumns; ++i) out[i] = std::min(std::max(raw[i], 0.0f), 1.0f);
      continue;
    }
    const std::vector<float>& table = table_[c].empty() ? table_[0] : table_[c];
    const float* lookup = table.data();
    const int top = static_cast<int>(table.size()) - 1;
    float* value = code[c];
    const float scale = code_scale_;
    CopyClamped(codes_->row(y, c), width_, x0, kRowColumns, [=](int i, uint16_t v) {
      const int at = std::min<int>(v, top);
      out[i] = lookup[at];
      value[i] = static_cast<float>(at) * scale;
    });
  }
}

}  // namespace petzval::measure
