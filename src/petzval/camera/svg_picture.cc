// SVG drawings as pixels (librsvg).
#include "petzval/camera/svg_picture.h"

#include <fmt/format.h>
#include <librsvg/rsvg.h>

#include <cmath>
#include <memory>

namespace petzval {
namespace {

struct Unref {
  void operator()(RsvgHandle* p) const { g_object_unref(p); }
  void operator()(cairo_surface_t* p) const { cairo_surface_destroy(p); }
  void operator()(cairo_t* p) const { cairo_destroy(p); }
};

}  // namespace

Result<Image<uint16_t>> DrawSvg(const std::string& svg, const SvgSize& size,
                                uint32_t background_rgb) {
  const Error damaged{ErrorCode::kInvalidInput, "a drawing cannot be read"};
  const std::unique_ptr<RsvgHandle, Unref> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), nullptr));
  if (!handle) return Fail(damaged);
  double width = size.width, height = size.height;
  if (size.width == 0 || size.height == 0) {
    if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height)) {
      return Fail(damaged);
    }
    width = std::ceil(size.scale * width);
    height = std::ceil(size.scale * height);
  }
  if (!(width >= 1 && height >= 1 && size.first_row >= 0 && size.first_row < height)) {
    return Fail(damaged);
  }
  if (!(width <= kMaxSvgSide && height <= kMaxSvgSide)) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("a drawing of {:.0f} x {:.0f} is too large", width, height));
  }

  const std::unique_ptr<cairo_surface_t, Unref> surface(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height) - size.first_row));
  const std::unique_ptr<cairo_t, Unref> cairo(cairo_create(surface.get()));
  const auto channel = [&](int shift) { return (background_rgb >> shift & 0xff) / 255.0; };
  cairo_set_source_rgb(cairo.get(), channel(16), channel(8), channel(0));
  cairo_paint(cairo.get());
  const RsvgRectangle viewport = {0, -static_cast<double>(size.first_row), width, height};
  if (!rsvg_handle_render_document(handle.get(), cairo.get(), &viewport, nullptr) ||
      cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS) {
    return Fail(damaged);
  }
  cairo_surface_flush(surface.get());

  Image<uint16_t> pixels(static_cast<int>(width), static_cast<int>(height) - size.first_row, 3);
  const unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < pixels.height(); ++y) {
    const auto* row = reinterpret_cast<const uint32_t*>(data + static_cast<ptrdiff_t>(y) * stride);
    for (int x = 0; x < pixels.width(); ++x) {
      for (int c = 0; c < 3; ++c) pixels.At(x, y, c) = row[x] >> (16 - 8 * c) & 0xff;
    }
  }
  return pixels;
}

}  // namespace petzval
