// Plots into files: SVG as drawn, PNG rasterised.
#include "plot_file.h"

#include <fmt/format.h>

#include "petzval/base/file.h"
#include "petzval/camera/output_names.h"
#include "petzval/camera/svg_picture.h"
#include "petzval/image/png.h"

namespace petzval::cli {
namespace {

constexpr double kPngScale = 2;

Status WritePlotPng(const std::string& path, const std::string& svg) {
  auto pixels = DrawSvg(svg, {.scale = kPngScale});
  if (!pixels) return Fail(ErrorCode::kIo, fmt::format("cannot draw {}", path));
  return WritePng(path, *pixels, 8);
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
  if (LowerSuffix(path) == ".png") return WritePlotPng(path, svg);
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(svg.data()), svg.size()});
}

}  // namespace petzval::cli
