// Files of a shot through the encoders.
#include "petzval/simulate/shoot/shot_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "petzval/encode/encode.h"
#include "petzval/image/picture.h"

namespace petzval::simulate {

std::vector<std::string> ShotNames::All() const {
  std::vector<std::string> all = frame;
  for (const std::string* name : {&clean_dng, &clean_pfm, &half, &linear, &depth, &objects}) {
    if (!name->empty()) all.push_back(*name);
  }
  all.insert(all.end(), motion_x.begin(), motion_x.end());
  all.insert(all.end(), motion_y.begin(), motion_y.end());
  return all;
}

ShotNames NamesOf(const std::string& camera, const ShootParams& params) {
  ShotNames names;
  for (int k = 0; k < params.frames; ++k) {
    names.frame.push_back(fmt::format("{}_frame_{:02}.dng", camera, k));
  }
  names.clean_dng = camera + "_clean.dng";
  names.clean_pfm = camera + "_clean.pfm";
  names.half = camera + "_half.pfm";
  if (!params.truth) return names;
  names.linear = camera + "_linear.tif";
  names.depth = camera + "_depth.pfm";
  names.objects = camera + "_objects.png";
  for (int k = 1; k < params.frames; ++k) {
    names.motion_x.push_back(fmt::format("{}_motion_{:02}_x.pfm", camera, k));
    names.motion_y.push_back(fmt::format("{}_motion_{:02}_y.pfm", camera, k));
  }
  return names;
}

Status PrepareFolder(const std::string& folder, const std::vector<std::string>& files, bool force) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder, error)) {
    return Fail(ErrorCode::kIo, fmt::format("cannot make the folder {}{}{}", folder,
                                            error ? ": " : "", error ? error.message() : ""));
  }
  if (force) return {};
  for (const std::string& name : files) {
    if (std::filesystem::exists(std::filesystem::path(folder) / name, error)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("{}/{} is there already; --force overwrites", folder, name));
    }
  }
  return {};
}

RawFrame TaggedFrame(const CameraSetup& setup, const std::string& device_title) {
  RawFrame f;
  f.cfa = setup.cfa;
  f.default_crop = {0, 0, setup.width, setup.height};
  f.black_dn.fill(static_cast<float>(setup.sensor.black_dn));
  f.white_dn.fill(static_cast<float>(setup.sensor.white_dn));
  if (setup.color) {
    for (const SensorColorMatrix& m : {setup.color->a, setup.color->d65}) {
      f.color.calibration.push_back({.illuminant = m.illuminant,
                                     .camera_from_xyz = m.camera_from_xyz,
                                     .xyz_d50_from_camera = m.xyz_d50_from_camera});
    }
    f.color.as_shot_neutral = setup.neutral;
  }
  f.exif.make = "petzval";
  f.exif.model = fmt::format("{} {}", device_title, setup.camera.name);
  f.exif.lens = fmt::format("{} {:.4g} mm f/{:.2g}", setup.lens_name, setup.optics->focal_mm(),
                            setup.optics->f_number());
  f.exif.f_number = std::round(100 * setup.optics->f_number()) / 100;
  f.exif.focal_length_mm = std::round(100 * setup.optics->focal_mm()) / 100;
  f.exif.focal_length_35mm = static_cast<int>(std::lround(setup.equivalent_mm));
  return f;
}

void StoreClean(const Image<float>& signal, RawFrame* frame) {
  frame->mosaic = Image<uint16_t>(signal.width(), signal.height());
  for (int y = 0; y < signal.height(); ++y) {
    for (int x = 0; x < signal.width(); ++x) {
      const float v = std::clamp(signal.At(x, y), 0.0f, 1.0f);
      frame->mosaic.At(x, y) = static_cast<uint16_t>(std::lround(65535 * v));
    }
  }
  frame->black_dn.fill(0);
  frame->white_dn.fill(65535);
  frame->noise = {};
}

Image<uint16_t> RoundedMean(const Image<float>& signal, const Sensor& sensor) {
  Image<uint16_t> out(signal.width(), signal.height());
  const double range = sensor.white_dn - sensor.black_dn;
  for (int y = 0; y < signal.height(); ++y) {
    for (int x = 0; x < signal.width(); ++x) {
      const double v = std::nearbyint(sensor.black_dn + range * signal.At(x, y));
      out.At(x, y) = static_cast<uint16_t>(std::clamp(v, 0.0, sensor.white_dn));
    }
  }
  return out;
}

Status WriteLinear(const std::string& path, const Image<float>& rgb, const ExifInfo& exif) {
  PixelSource source;
  source.width = rgb.width();
  source.height = rgb.height();
  source.strip32f = [&](int y, int rows, float* out, ptrdiff_t stride) -> Status {
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < 3; ++c) {
        const float* in = rgb.row(y + r, c);
        for (int x = 0; x < rgb.width(); ++x) out[r * stride + 3 * x + c] = in[x];
      }
    }
    return {};
  };
  EncodeParams params;
  params.bits = 32;
  PictureMetadata metadata;
  metadata.exif = exif;
  metadata.space = PictureSpace::kLinearRec2020;
  return EncodePicture(path, source, params, metadata);
}

Status WritePlane(const std::string& path, const Image<float>& image, int plane) {
  Image<float> one(image.width(), image.height());
  for (int y = 0; y < image.height(); ++y) {
    std::memcpy(one.row(y), image.row(y, plane),
                sizeof(float) * static_cast<size_t>(image.width()));
  }
  return WritePfm(path, one);
}

}  // namespace petzval::simulate
