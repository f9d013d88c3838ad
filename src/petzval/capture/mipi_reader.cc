// From a description in TOML and packed rows to a RawFrame.
#include "petzval/capture/mipi_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "petzval/base/parallel.h"
#include "petzval/capture/bit_unpack.h"
#include "petzval/capture/make_cfa.h"

namespace petzval {
namespace {

struct Format {
  const char* name;
  int bits;
  Packing packing;
};
constexpr Format kFormats[] = {
    {"mipi8", 8, Packing::kBytes},
    {"mipi10", 10, Packing::kMipi},
    {"mipi12", 12, Packing::kMipi},
    {"mipi16", 16, Packing::kWordsLittle},
};

struct Layout {
  int width = 0, height = 0;
  Format format = kFormats[0];
  int64_t offset = 0, stride = 0;
};

const std::string kKeys[] = {"width",
                             "height",
                             "format",
                             "stride",
                             "offset",
                             "cfa",
                             "black",
                             "white",
                             "make",
                             "model",
                             "lens",
                             "orientation",
                             "iso",
                             "exposure_s",
                             "f_number",
                             "focal_length_mm",
                             "neutral",
                             "noise_profile",
                             "baseline_exposure_ev",
                             "calibration"};
const std::string kCalibrationKeys[] = {"illuminant", "color_matrix", "forward_matrix"};

Result<Layout> ReadLayout(const TomlTable& toml) {
  Layout layout;
  PETZVAL_ASSIGN(const int64_t width, toml.Integer("width", 1, kMaxSide));
  PETZVAL_ASSIGN(const int64_t height, toml.Integer("height", 1, kMaxSide));
  if (!SizeAllowed(width, height)) {
    return Fail(
        ErrorCode::kTooLarge,
        toml.ErrorAt("width", fmt::format("{} x {} pixels are beyond the limit of {} megapixels",
                                          width, height, kMaxPixels / 1'000'000))
            .message);
  }
  layout.width = static_cast<int>(width);
  layout.height = static_cast<int>(height);
  PETZVAL_ASSIGN(const std::string name, toml.String("format"));
  const auto* format = std::find_if(std::begin(kFormats), std::end(kFormats),
                                    [&](const Format& f) { return name == f.name; });
  if (format == std::end(kFormats)) {
    return Fail(
        toml.ErrorAt("format", fmt::format("\"{}\" is no known format; mipi8, mipi10, mipi12 "
                                           "and mipi16 are",
                                           name)));
  }
  layout.format = *format;
  const int64_t row = static_cast<int64_t>(PackedBytes(format->packing, format->bits, width));
  layout.stride = row;
  if (toml.Has("stride")) {
    PETZVAL_ASSIGN(layout.stride, toml.Integer("stride", row, int64_t{1} << 24));
  }
  if (toml.Has("offset")) {
    PETZVAL_ASSIGN(layout.offset, toml.Integer("offset", 0, int64_t{1} << 40));
  }
  return layout;
}

Result<Cfa> ReadCfa(const TomlTable& toml) {
  PETZVAL_ASSIGN(const std::string name, toml.String("cfa"));
  if (name == "mono") return MakeCfa(1, 1, std::array<uint8_t, 1>{1});
  const int side = name.size() == 4 ? 2 : name.size() == 16 ? 4 : 0;
  std::vector<uint8_t> pattern;
  for (char letter : name) {
    pattern.push_back(static_cast<uint8_t>(std::min<size_t>(std::string("RGB").find(letter), 3)));
  }
  auto cfa = MakeCfa(side, side, pattern);
  if (!cfa || cfa->IsMono()) {
    return Fail(
        toml.ErrorAt("cfa", fmt::format("\"{}\" is no colour filter array; write the letters "
                                        "R, G, B row by row (4 or 16 of them) or \"mono\"",
                                        name)));
  }
  return cfa;
}

// A list of `a` or `b` numbers.
Result<std::vector<double>> ReadList(const TomlTable& toml, const std::string& key, size_t a,
                                     size_t b) {
  PETZVAL_ASSIGN(auto values, toml.Numbers(key));
  if (values.size() != a && values.size() != b) {
    return Fail(toml.ErrorAt(
        key, a == b
                 ? fmt::format("{} numbers are needed here, not {}", a, values.size())
                 : fmt::format("{} or {} numbers are needed here, not {}", a, b, values.size())));
  }
  return values;
}

Result<Mat3> ReadMatrix(const TomlTable& toml, const std::string& key) {
  PETZVAL_ASSIGN(const auto v, ReadList(toml, key, 9, 9));
  Mat3 m;
  for (int i = 0; i < 9; ++i) m[i / 3][i % 3] = v[i];
  return m;
}

Status ReadLevels(const TomlTable& toml, const Layout& layout, RawFrame& frame,
                  StatedMetadata& stated) {
  const double max = (1 << layout.format.bits) - 1;
  stated.bits = layout.format.bits;
  if (toml.Has("black")) {
    std::vector<double> black(1);
    if (const auto one = toml.Number("black"); one) {
      black[0] = *one;
    } else {
      PETZVAL_ASSIGN(black, ReadList(toml, "black", 4, 16));
    }
    const int side = black.size() == 16 ? 4 : black.size() == 4 ? 2 : 1;
    for (int i = 0; i < 16; ++i) {
      const double b = black[i / 4 % side * side + i % 4 % side];
      if (!(b >= 0 && b <= max)) {
        return Fail(toml.ErrorAt("black", fmt::format("black levels lie between 0 and {}", max)));
      }
      frame.black_dn[i] = static_cast<float>(b);
    }
  }
  double white = max;
  if (toml.Has("white")) {
    PETZVAL_ASSIGN(white, toml.Number("white", 1, 65535));
  }
  frame.white_dn.fill(static_cast<float>(white));
  return {};
}

Status ReadColor(const TomlTable& toml, RawFrame& frame, StatedMetadata& stated) {
  if (toml.Has("neutral")) {
    PETZVAL_ASSIGN(const auto n, ReadList(toml, "neutral", 3, 3));
    if (!(n[0] > 0 && n[1] > 0 && n[2] > 0)) {
      return Fail(toml.ErrorAt("neutral", "the three numbers must be above zero"));
    }
    frame.color.as_shot_neutral = Vec3{{n[0] / n[1], 1.0, n[2] / n[1]}};
  }
  if (toml.Has("noise_profile")) {
    PETZVAL_ASSIGN(stated.noise_profile, ReadList(toml, "noise_profile", 2, 6));
  }
  if (!toml.Has("calibration")) return {};
  PETZVAL_ASSIGN(const auto tables, toml.Tables("calibration"));
  if (tables.size() > 2) return Fail(toml.ErrorAt("calibration", "at most two may be given"));
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(kCalibrationKeys));
    DngColor::Calibration calibration;
    PETZVAL_ASSIGN(calibration.camera_from_xyz, ReadMatrix(table, "color_matrix"));
    PETZVAL_ASSIGN(const int64_t illuminant, table.Integer("illuminant", 0, 255));
    calibration.illuminant = static_cast<int>(illuminant);
    if (table.Has("forward_matrix")) {
      PETZVAL_ASSIGN(calibration.xyz_d50_from_camera, ReadMatrix(table, "forward_matrix"));
    }
    frame.color.calibration.push_back(calibration);
  }
  return {};
}

Status ReadShot(const TomlTable& toml, RawFrame& frame) {
  const auto number = [&](const char* key, double min, double max, double& to) -> Status {
    if (!toml.Has(key)) return {};
    PETZVAL_ASSIGN(to, toml.Number(key, min, max));
    return {};
  };
  const auto text = [&](const char* key, std::string& to) -> Status {
    if (!toml.Has(key)) return {};
    PETZVAL_ASSIGN(to, toml.String(key));
    return {};
  };
  ExifInfo& exif = frame.exif;
  PETZVAL_RETURN_IF_ERROR(text("make", exif.make));
  PETZVAL_RETURN_IF_ERROR(text("model", exif.model));
  PETZVAL_RETURN_IF_ERROR(text("lens", exif.lens));
  PETZVAL_RETURN_IF_ERROR(number("iso", 1, 1e7, exif.iso));
  PETZVAL_RETURN_IF_ERROR(number("exposure_s", 1e-7, 1e5, exif.exposure_s));
  PETZVAL_RETURN_IF_ERROR(number("f_number", 0.1, 1000, exif.f_number));
  PETZVAL_RETURN_IF_ERROR(number("focal_length_mm", 0.1, 1e5, exif.focal_length_mm));
  PETZVAL_RETURN_IF_ERROR(number("baseline_exposure_ev", -10, 10, frame.baseline_exposure_ev));
  if (toml.Has("orientation")) {
    PETZVAL_ASSIGN(const int64_t orientation, toml.Integer("orientation", 1, 8));
    frame.orientation = static_cast<int>(orientation);
  }
  return {};
}

Status ReadPixels(const ByteSource& source, const Layout& layout, Image<uint16_t>& mosaic) {
  const size_t row_bytes = PackedBytes(layout.format.packing, layout.format.bits, layout.width);
  const int64_t need = layout.stride * (layout.height - 1) + static_cast<int64_t>(row_bytes);
  if (layout.offset > source.size() || need > source.size() - layout.offset) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("the file is truncated or its description is wrong: {} x {} pixels of {} "
                    "need {} bytes, it has {}",
                    layout.width, layout.height, layout.format.name, layout.offset + need,
                    source.size()));
  }
  mosaic = Image<uint16_t>(layout.width, layout.height);
  const int rows_per_task = static_cast<int>(std::max<int64_t>(1, (1 << 20) / layout.stride));
  const int tasks = (layout.height + rows_per_task - 1) / rows_per_task;
  std::atomic<bool> failed = false;
  ParallelFor(tasks, [&](int task) {
    const int first = task * rows_per_task, last = std::min(first + rows_per_task, layout.height);
    std::vector<uint8_t> packed(static_cast<size_t>(layout.stride) * (last - first - 1) +
                                row_bytes);
    if (!source.Read(layout.offset + layout.stride * first, packed.data(), packed.size())) {
      failed = true;
      return;
    }
    for (int y = first; y < last; ++y) {
      Unpack(layout.format.packing, layout.format.bits,
             packed.data() + static_cast<size_t>(layout.stride) * (y - first), layout.width,
             mosaic.row(y));
    }
  });
  if (failed) return Fail(ErrorCode::kIo, "the file cannot be read to its end");
  return {};
}

}  // namespace

Result<RawFrame> ReadMipi(const ByteSource& source, const std::string& description,
                          StatedMetadata& stated) {
  PETZVAL_ASSIGN(const TomlTable toml, TomlTable::Read(description));
  return ReadMipi(source, toml, stated);
}

Result<RawFrame> ReadMipi(const ByteSource& source, const TomlTable& toml, StatedMetadata& stated) {
  PETZVAL_RETURN_IF_ERROR(toml.CheckKeys(kKeys));
  PETZVAL_ASSIGN(const Layout layout, ReadLayout(toml));
  RawFrame frame;
  PETZVAL_ASSIGN(frame.cfa, ReadCfa(toml));
  PETZVAL_RETURN_IF_ERROR(ReadLevels(toml, layout, frame, stated));
  PETZVAL_RETURN_IF_ERROR(ReadColor(toml, frame, stated));
  PETZVAL_RETURN_IF_ERROR(ReadShot(toml, frame));
  PETZVAL_RETURN_IF_ERROR(ReadPixels(source, layout, frame.mosaic));
  frame.default_crop = {0, 0, frame.width(), frame.height()};
  return frame;
}

}  // namespace petzval
