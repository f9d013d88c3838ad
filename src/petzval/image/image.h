// Pixels: Image owns planes, ImageView looks at one.
#ifndef PETZVAL_IMAGE_IMAGE_H_
#define PETZVAL_IMAGE_IMAGE_H_

#include <HalideBuffer.h>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <type_traits>
#include <utility>

#include "petzval/base/huge_pages.h"

namespace petzval {

// Limits for sizes that come from files; checked before any allocation.
inline constexpr int64_t kMaxPixels = 400'000'000;
inline constexpr int kMaxSide = 65535;
inline bool SizeAllowed(int64_t width, int64_t height) {
  return width >= 1 && height >= 1 && width <= kMaxSide && height <= kMaxSide &&
         width * height <= kMaxPixels;
}

// A rectangle of pixels, half open: [x, x + width) x [y, y + height).
struct Rect {
  int x = 0, y = 0, width = 0, height = 0;
  friend bool operator==(const Rect&, const Rect&) = default;
};

// One plane of somebody else's pixels. `x0, y0` is where its first pixel lies in the whole picture,
// so that a tile knows its mosaic phase; At() and row() use coordinates of the view itself.
template <class T>
class ImageView {
 public:
  ImageView() = default;
  ImageView(T* data, int width, int height, ptrdiff_t stride, int x0 = 0, int y0 = 0)
      : data_(data), width_(width), height_(height), stride_(stride), x0_(x0), y0_(y0) {}
  operator ImageView<const T>() const requires(!std::is_const_v<T>) {
    return {data_, width_, height_, stride_, x0_, y0_};
  }

  int width() const { return width_; }
  int height() const { return height_; }
  ptrdiff_t stride() const { return stride_; }  // in elements
  int x0() const { return x0_; }
  int y0() const { return y0_; }
  T* data() const { return data_; }
  T* row(int y) const {
    assert(y >= 0 && y < height_);
    return data_ + y * stride_;
  }
  T& At(int x, int y) const {
    assert(x >= 0 && x < width_);
    return row(y)[x];
  }
  ImageView Crop(const Rect& r) const {
    assert(r.x >= 0 && r.y >= 0 && r.x + r.width <= width_ && r.y + r.height <= height_);
    return {data_ + r.y * stride_ + r.x, r.width, r.height, stride_, x0_ + r.x, y0_ + r.y};
  }

 private:
  T* data_ = nullptr;
  int width_ = 0, height_ = 0;
  ptrdiff_t stride_ = 0;
  int x0_ = 0, y0_ = 0;
};

// Owns `planes` planes of width x height; rows and planes start on 64-byte boundaries. Move-only:
// a copy of 12 megapixels is never an accident (Clone). Contents are uninitialised.
template <class T>
class Image {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr size_t kAlign = 64;

  Image() = default;
  Image(int width, int height, int planes = 1)
      : width_(width),
        height_(height),
        planes_(planes),
        stride_((static_cast<ptrdiff_t>(width) * sizeof(T) + kAlign - 1) / kAlign * kAlign /
                static_cast<ptrdiff_t>(sizeof(T))) {
    static_assert(kAlign % sizeof(T) == 0);
    assert(width >= 0 && height >= 0 && planes >= 1);
    // One spare line lets vector code read past the last pixel.
    const size_t bytes = sizeof(T) * static_cast<size_t>(stride_) * height * planes + kAlign;
    data_.reset(
        static_cast<T*>(std::aligned_alloc(kAlign, (bytes + kAlign - 1) / kAlign * kAlign)));
    if (!data_) throw std::bad_alloc();
    PreferHugePages(data_.get(), bytes);
  }

  bool empty() const { return width_ == 0 || height_ == 0; }
  int width() const { return width_; }
  int height() const { return height_; }
  int planes() const { return planes_; }
  ptrdiff_t stride() const { return stride_; }  // between rows, in elements
  ptrdiff_t plane_stride() const { return stride_ * height_; }

  ImageView<T> plane(int c) {
    assert(c >= 0 && c < planes_);
    return {data_.get() + c * plane_stride(), width_, height_, stride_};
  }
  ImageView<const T> plane(int c) const {
    assert(c >= 0 && c < planes_);
    return {data_.get() + c * plane_stride(), width_, height_, stride_};
  }
  ImageView<T> view() { return plane(0); }
  ImageView<const T> view() const { return plane(0); }
  T* row(int y, int c = 0) { return plane(c).row(y); }
  const T* row(int y, int c = 0) const { return plane(c).row(y); }
  T& At(int x, int y, int c = 0) { return plane(c).At(x, y); }
  const T& At(int x, int y, int c = 0) const { return plane(c).At(x, y); }

  void Fill(T value) {
    for (ptrdiff_t i = 0, n = plane_stride() * planes_; i < n; ++i) data_.get()[i] = value;
  }
  Image Clone() const {
    Image copy(width_, height_, planes_);
    for (ptrdiff_t i = 0, n = plane_stride() * planes_; i < n; ++i) {
      copy.data_.get()[i] = data_.get()[i];
    }
    return copy;
  }

 private:
  struct Free {
    void operator()(T* p) const { std::free(p); }
  };
  int width_ = 0, height_ = 0, planes_ = 1;
  ptrdiff_t stride_ = 0;
  std::unique_ptr<T[], Free> data_;
};

// The same pixels as a Halide buffer, without a copy: (x, y) for one plane.
template <class T>
Halide::Runtime::Buffer<T, 2> ToHalide(ImageView<T> view) {
  halide_dimension_t shape[2] = {
      {view.x0(), view.width(), 1},
      {view.y0(), view.height(), static_cast<int32_t>(view.stride())},
  };
  return Halide::Runtime::Buffer<T, 2>(view.data(), 2, shape);
}

// The same pixels as a Halide buffer (x, y, plane), without a copy.
template <class T>
Halide::Runtime::Buffer<T, 3> ToHalide(Image<T>& image) {
  halide_dimension_t shape[3] = {
      {0, image.width(), 1},
      {0, image.height(), static_cast<int32_t>(image.stride())},
      {0, image.planes(), static_cast<int32_t>(image.plane_stride())},
  };
  return Halide::Runtime::Buffer<T, 3>(image.row(0), 3, shape);
}
template <class T>
Halide::Runtime::Buffer<const T, 3> ToHalide(const Image<T>& image) {
  auto buffer = ToHalide(const_cast<Image<T>&>(image));
  return Halide::Runtime::Buffer<const T, 3>(buffer);
}

}  // namespace petzval

#endif  // PETZVAL_IMAGE_IMAGE_H_
