// DNG 1.4 (1.6 with three lights): a frame as 16-bit CFA or LinearRaw with all that is known about
// it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "petzval/base/file.h"
#include "petzval/encode/dng_opcodes.h"
#include "petzval/encode/dng_profile.h"
#include "petzval/encode/encode.h"
#include "petzval/encode/metadata.h"
#include "petzval/encode/tiff_writer.h"

namespace petzval {
namespace {

constexpr int kPhotometricLinearRaw = 34892;  // not in libtiff 4.5

// Smallest period of the black levels that is at least `least`.
int BlackPeriod(const RawFrame& frame, int least) {
  for (int p = least; p < 4; p *= 2) {
    bool periodic = true;
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 4; ++x) periodic &= frame.BlackAt(x, y) == frame.BlackAt(x % p, y % p);
    }
    if (periodic) return p;
  }
  return 4;
}

std::array<float, 9> Floats(const Mat3& m) {
  std::array<float, 9> out;
  for (int i = 0; i < 9; ++i) out[i] = static_cast<float>(m[i / 3][i % 3]);
  return out;
}

template <class T>
std::array<float, 3> Floats(const T& v) {
  return {static_cast<float>(v[0]), static_cast<float>(v[1]), static_cast<float>(v[2])};
}

void SetLevels(const RawFrame& frame, int samples, TiffWriter* tiff) {
  const int period = BlackPeriod(frame, frame.IsLinearRaw() || frame.cfa.IsMono() ? 1 : 2);
  const std::array<uint16_t, 2> repeat = {static_cast<uint16_t>(period),
                                          static_cast<uint16_t>(period)};
  tiff->Set(TIFFTAG_BLACKLEVELREPEATDIM, repeat.data());
  std::vector<float> black;
  for (int y = 0; y < period; ++y) {
    for (int x = 0; x < period; ++x) {
      black.insert(black.end(), static_cast<size_t>(samples), std::max(0.0f, frame.BlackAt(x, y)));
    }
  }
  tiff->Set(TIFFTAG_BLACKLEVEL, static_cast<int>(black.size()), black.data());

  std::array<uint32_t, 3> white;
  for (int c = 0; c < 3; ++c) {
    white[c] = static_cast<uint32_t>(std::clamp(std::lround(frame.white_dn[c]), 1l, 65535l));
  }
  // A mosaic has one level for all its colours: the highest, or highlights would be cut off.
  if (samples == 1 && !frame.cfa.IsMono()) white[0] = *std::max_element(white.begin(), white.end());
  tiff->Set(TIFFTAG_WHITELEVEL, samples, white.data());
}

void SetNoise(const RawFrame& frame, int samples, TiffWriter* tiff) {
  const auto& plane = frame.noise.plane;
  std::vector<double> values;
  const bool one = (samples == 1 && frame.cfa.IsMono() && !frame.IsLinearRaw()) ||
                   (plane[0] == plane[1] && plane[1] == plane[2]);
  for (int c = 0; c < (one ? 1 : 3); ++c) {
    if (!(plane[c].s > 0 && plane[c].o > 0)) return;  // nothing is better than a wrong model
    values.insert(values.end(), {plane[c].s, plane[c].o});
  }
  tiff->Set(kTagNoiseProfile, static_cast<int>(values.size()), values.data());
}

void SetColor(const DngColor& color, TiffWriter* tiff) {
  const uint32_t matrix[] = {TIFFTAG_COLORMATRIX1, TIFFTAG_COLORMATRIX2, kTagColorMatrix3};
  const uint32_t calibration[] = {TIFFTAG_CAMERACALIBRATION1, TIFFTAG_CAMERACALIBRATION2,
                                  kTagCameraCalibration3};
  const uint32_t illuminant[] = {TIFFTAG_CALIBRATIONILLUMINANT1, TIFFTAG_CALIBRATIONILLUMINANT2,
                                 kTagCalibrationIlluminant3};
  const uint32_t forward[] = {kTagForwardMatrix1, kTagForwardMatrix2, kTagForwardMatrix3};
  const uint32_t data[] = {kTagIlluminantData1, kTagIlluminantData2, kTagIlluminantData3};
  std::vector<DngColor::Calibration> all = color.calibration;
  // DNG demands a ColorMatrix1 of every colour camera. The identity says "camera = XYZ", which no
  // sensor is: readers that distrust metadata (ours does) take it for what it is, unknown.
  if (all.empty()) all.push_back({.illuminant = 21, .camera_from_xyz = Mat3::Identity()});
  for (size_t i = 0; i < std::min<size_t>(3, all.size()); ++i) {
    const DngColor::Calibration& c = all[i];
    tiff->Set(matrix[i], 9, Floats(c.camera_from_xyz).data());
    tiff->Set(illuminant[i], c.illuminant);
    if (!(c.camera_calibration == Mat3::Identity())) {
      tiff->Set(calibration[i], 9, Floats(c.camera_calibration).data());
    }
    if (c.xyz_d50_from_camera) tiff->Set(forward[i], 9, Floats(*c.xyz_d50_from_camera).data());
    if (c.white_xy) {
      const auto bytes = IlluminantDataOf({(*c.white_xy)[0], (*c.white_xy)[1]});
      tiff->Set(data[i], static_cast<uint32_t>(bytes.size()), bytes.data());
    }
  }
  // The calibrations above are those of a profile with this signature.
  tiff->SetText(kTagCameraCalibrationSignature, color.calibration_signature);
  if (!(color.analog_balance == Vec3{{1, 1, 1}})) {
    tiff->Set(TIFFTAG_ANALOGBALANCE, 3, Floats(color.analog_balance).data());
  }
  if (color.as_shot_neutral) {
    tiff->Set(TIFFTAG_ASSHOTNEUTRAL, 3, Floats(*color.as_shot_neutral).data());
  } else if (color.as_shot_white_xy) {
    const std::array<float, 2> xy = {static_cast<float>((*color.as_shot_white_xy)[0]),
                                     static_cast<float>((*color.as_shot_white_xy)[1])};
    tiff->Set(TIFFTAG_ASSHOTWHITEXY, xy.data());
  }
}

void SetGeometry(const RawFrame& frame, TiffWriter* tiff) {
  const int w = frame.width(), h = frame.height();
  const std::array<uint32_t, 4> active = {0, 0, static_cast<uint32_t>(h), static_cast<uint32_t>(w)};
  tiff->Set(TIFFTAG_ACTIVEAREA, active.data());
  Rect crop = frame.default_crop;
  if (crop.width <= 0 || crop.height <= 0) {
    // Not stated: leave a demosaic its margin of four pixels where the frame has any to spare.
    const int margin = w > 16 && h > 16 ? 4 : 0;
    crop = {margin, margin, w - 2 * margin, h - 2 * margin};
  }
  const std::array<float, 2> origin = {static_cast<float>(crop.x), static_cast<float>(crop.y)};
  const std::array<float, 2> size = {static_cast<float>(crop.width),
                                     static_cast<float>(crop.height)};
  tiff->Set(TIFFTAG_DEFAULTCROPORIGIN, origin.data());
  tiff->Set(TIFFTAG_DEFAULTCROPSIZE, size.data());
  const std::array<float, 2> scale = {1, 1};
  tiff->Set(TIFFTAG_DEFAULTSCALE, scale.data());
}

void SetCfa(const Cfa& cfa, TiffWriter* tiff) {
  const std::array<uint16_t, 2> dim = {static_cast<uint16_t>(cfa.size),
                                       static_cast<uint16_t>(cfa.size)};
  tiff->Set(TIFFTAG_CFAREPEATPATTERNDIM, dim.data());
  std::array<uint8_t, 16> pattern{};
  for (int i = 0; i < cfa.size * cfa.size; ++i) pattern[i] = static_cast<uint8_t>(cfa.color[i]);
  tiff->Set(TIFFTAG_CFAPATTERN, cfa.size * cfa.size, pattern.data());
  const std::array<uint8_t, 3> planes = {0, 1, 2};
  tiff->Set(TIFFTAG_CFAPLANECOLOR, 3, planes.data());
  tiff->Set(TIFFTAG_CFALAYOUT, 1);  // rectangular
}

// Rows [y, y + rows) as they are to lie in the file; straight from the frame where it has no gaps.
std::span<const uint8_t> StripBytes(const Image<uint16_t>& mosaic, int y, int rows,
                                    std::vector<uint16_t>* copy) {
  const int w = mosaic.width(), planes = mosaic.planes();
  const size_t samples = static_cast<size_t>(rows) * w * planes;
  const uint16_t* data = mosaic.row(y);
  if (planes != 1 || mosaic.stride() != w) {
    copy->resize(samples);
    data = copy->data();
    for (int r = 0; r < rows; ++r) {
      uint16_t* out = copy->data() + static_cast<size_t>(r) * w * planes;
      if (planes == 1) {
        std::memcpy(out, mosaic.row(y + r), sizeof(uint16_t) * static_cast<size_t>(w));
        continue;
      }
      for (int c = 0; c < planes; ++c) {
        const uint16_t* in = mosaic.row(y + r, c);
        for (int x = 0; x < w; ++x) out[x * planes + c] = in[x];
      }
    }
  }
  return {reinterpret_cast<const uint8_t*>(data), samples * sizeof(uint16_t)};
}

}  // namespace

Status WriteDng(const std::string& path, const RawFrame& frame) {
  const int w = frame.width(), h = frame.height(), samples = frame.mosaic.planes();
  if (!SizeAllowed(w, h) || (samples != 1 && samples != 3)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("cannot write {}: {} x {} pixels of {} samples are no frame", path, w,
                            h, samples));
  }
  const bool mosaic = samples == 1 && !frame.cfa.IsMono();
  const size_t row_bytes = static_cast<size_t>(w) * samples * sizeof(uint16_t);
  const int strip_rows = static_cast<int>(std::clamp<size_t>((8 << 20) / row_bytes, 1, h));

  PETZVAL_ASSIGN(OutputFile file, OutputFile::Create(path));
  TiffWriter tiff(&file, row_bytes * static_cast<size_t>(h) > 0xf0000000u);
  tiff.WriteExif(frame.exif, 0);
  tiff.Set(TIFFTAG_SUBFILETYPE, 0);
  tiff.Set(TIFFTAG_IMAGEWIDTH, static_cast<uint32_t>(w));
  tiff.Set(TIFFTAG_IMAGELENGTH, static_cast<uint32_t>(h));
  tiff.Set(TIFFTAG_BITSPERSAMPLE, 16);
  tiff.Set(TIFFTAG_SAMPLESPERPIXEL, samples);
  tiff.Set(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  // A monochrome frame is a LinearRaw of one sample in DNG's terms.
  tiff.Set(TIFFTAG_PHOTOMETRIC, mosaic ? PHOTOMETRIC_CFA : kPhotometricLinearRaw);
  tiff.Set(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  tiff.Set(TIFFTAG_ROWSPERSTRIP, static_cast<uint32_t>(strip_rows));
  tiff.Set(TIFFTAG_ORIENTATION, std::clamp(frame.orientation, 1, 8));
  tiff.SetText(TIFFTAG_MAKE, frame.exif.make);
  tiff.SetText(TIFFTAG_MODEL, frame.exif.model);
  tiff.SetText(TIFFTAG_SOFTWARE, SoftwareName());
  tiff.SetText(TIFFTAG_DATETIME, frame.exif.datetime_original);

  const std::vector<uint8_t> gains = SerializeGainMaps(frame.gain_maps);
  const std::vector<uint8_t> warp =
      frame.warp ? SerializeWarp(*frame.warp) : std::vector<uint8_t>();
  const bool opcodes = !gains.empty() || !warp.empty();
  const bool three = frame.color.calibration.size() > 2;
  const std::array<uint8_t, 4> version = {1, static_cast<uint8_t>(three ? 6 : 4), 0, 0};
  // What a reader must at least know: opcodes came with 1.3.
  const std::array<uint8_t, 4> backward = {1, static_cast<uint8_t>(opcodes ? 3 : 1), 0, 0};
  tiff.Set(TIFFTAG_DNGVERSION, version.data());
  tiff.Set(TIFFTAG_DNGBACKWARDVERSION, backward.data());
  std::string camera = frame.unique_camera_model;
  if (camera.empty()) {
    camera = frame.exif.make;
    if (!camera.empty() && !frame.exif.model.empty()) camera += ' ';
    camera += frame.exif.model;
  }
  tiff.SetText(TIFFTAG_UNIQUECAMERAMODEL, camera.empty() ? "unknown camera" : camera);

  if (mosaic) SetCfa(frame.cfa, &tiff);
  SetLevels(frame, samples, &tiff);
  SetGeometry(frame, &tiff);
  if (mosaic || samples == 3) {
    SetColor(frame.color, &tiff);
    if (frame.profile) {
      SetProfile(*frame.profile, &tiff);
    } else {
      tiff.SetText(kTagProfileCalibrationSignature, frame.color.calibration_signature);
    }
  }
  SetNoise(frame, samples, &tiff);
  tiff.Set(TIFFTAG_BASELINEEXPOSURE, frame.baseline_exposure_ev);
  if (!gains.empty()) tiff.Set(kTagOpcodeList2, static_cast<uint32_t>(gains.size()), gains.data());
  if (!warp.empty()) tiff.Set(kTagOpcodeList3, static_cast<uint32_t>(warp.size()), warp.data());

  std::vector<uint16_t> copy;
  for (int y = 0, i = 0; y < h; y += strip_rows, ++i) {
    tiff.WriteStrip(i, StripBytes(frame.mosaic, y, std::min(strip_rows, h - y), &copy));
  }
  if (auto status = tiff.Close(); !status) {
    return Fail(std::move(status).error().In("cannot write " + path));
  }
  return file.Commit();
}

}  // namespace petzval
