// Plots into files: SVG as drawn, PNG rasterised (librsvg).
#include "plot_file.h"

#include <fmt/format.h>
#include <librsvg/rsvg.h>

#include <cmath>
#include <memory>

#include "petzval/base/file.h"
#include "petzval/camera/output_names.h"
#include "petzval/image/png.h"

namespace petzval::cli {
namespace {

constexpr double kPngScale = 2;
constexpr double kMaxSide = 20000;

struct Unref {
  void operator()(RsvgHandle* p) const { g_object_unref(p); }
  void operator()(cairo_surface_t* p) const { cairo_surface_destroy(p); }
  void operator()(cairo_t* p) const { cairo_destroy(p); }
};

Status Failed(const std::string& path) {
  return Fail(ErrorCode::kIo, fmt::format("cannot draw {}", path));
}

Status WritePng(const std::string& path, const std::string& svg) {
  const std::unique_ptr<RsvgHandle, Unref> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), nullptr));
  if (!handle) return Failed(path);
  double width = 0, height = 0;
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height)) return Failed(path);
  width = std::ceil(kPngScale * width);
  height = std::ceil(kPngScale * height);
  if (!(width >= 1 && height >= 1 && width <= kMaxSide && height <= kMaxSide)) return Failed(path);

  const std::unique_ptr<cairo_surface_t, Unref> surface(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height)));
  const std::unique_ptr<cairo_t, Unref> cairo(cairo_create(surface.get()));
  cairo_set_source_rgb(cairo.get(), 1, 1, 1);
  cairo_paint(cairo.get());
  const RsvgRectangle viewport = {0, 0, width, height};
  if (!rsvg_handle_render_document(handle.get(), cairo.get(), &viewport, nullptr) ||
      cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS) {
    return Failed(path);
  }
  cairo_surface_flush(surface.get());

  Image<uint16_t> pixels(static_cast<int>(width), static_cast<int>(height), 3);
  const unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < pixels.height(); ++y) {
    const auto* row = reinterpret_cast<const uint32_t*>(data + static_cast<ptrdiff_t>(y) * stride);
    for (int x = 0; x < pixels.width(); ++x) {
      for (int c = 0; c < 3; ++c) pixels.At(x, y, c) = row[x] >> (16 - 8 * c) & 0xff;
    }
  }
  return petzval::WritePng(path, pixels, 8);
}

}  // namespace

Status CheckPlotName(const std::string& path) {
  const std::string suffix = LowerSuffix(path);
  if (path.empty() || suffix == ".svg" || suffix == ".png") return {};
  return Fail(ErrorCode::kUnsupported,
              fmt::format("a plot is an .svg or a .png file, not {}", path));
}

Status WritePlot(const std::string& path, const std::string& svg) {
  if (path.empty()) return {};
  PETZVAL_RETURN_IF_ERROR(CheckPlotName(path));
  if (LowerSuffix(path) == ".png") return WritePng(path, svg);
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(svg.data()), svg.size()});
}

}  // namespace petzval::cli
