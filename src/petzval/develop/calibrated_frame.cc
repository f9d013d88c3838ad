// Noise, shading and black level of a calibrated camera where a file does not state them.
#include "petzval/develop/calibrated_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

constexpr double kAbsurd = 0.05;  // of the range from black to white

// Which of the four sites of a calibration a pixel is: its place in the 2 x 2 cell, of a quad-Bayer
// mosaic the place of its 2 x 2 block.
int SiteOf(int x, int y, bool quad) {
  return quad ? ((y >> 1) & 1) * 2 + ((x >> 1) & 1) : (y & 1) * 2 + (x & 1);
}

// The entry of the nearest ISO and then of the nearest exposure time, both in stops.
const BlackCalibration::Entry* NearestBlack(const BlackCalibration& black, const ExifInfo& exif) {
  const BlackCalibration::Entry* nearest = nullptr;
  double least = INFINITY;
  for (const BlackCalibration::Entry& entry : black.entries) {
    double far = 1000 * std::abs(std::log2(entry.iso / exif.iso));
    if (entry.exposure_s > 0 && exif.exposure_s > 0) {
      far += std::abs(std::log2(entry.exposure_s / exif.exposure_s));
    }
    if (far < least) least = far, nearest = &entry;
  }
  return nearest;
}

}  // namespace

void UseBlackCalibration(const BlackCalibration& black, bool prefer, RawFrame* frame) {
  if (black.entries.empty() || frame->IsLinearRaw()) return;
  const BlackCalibration::Entry* entry = black.entries.size() == 1 ? &black.entries.front()
                                         : frame->exif.iso > 0 ? NearestBlack(black, frame->exif)
                                                               : nullptr;
  if (!entry) return;
  double stated = 0, measured = 0;
  bool absent = true;
  for (int i = 0; i < 16; ++i) {
    stated += frame->black_dn[i] / 16;
    absent = absent && frame->black_dn[i] == 0;
  }
  for (const double dn : entry->black_dn) measured += dn / 4;
  const float white = *std::min_element(frame->white_dn.begin(), frame->white_dn.end());
  const bool absurd = std::abs(stated - measured) > kAbsurd * (white - measured);
  if (!prefer && !absurd && !(absent && measured > 0)) return;
  if (*std::max_element(entry->black_dn.begin(), entry->black_dn.end()) >= 0.9 * white) {
    frame->warnings.push_back(
        "the black level of the calibration does not fit this file; not used");
    return;
  }
  const bool quad = !frame->cfa.IsMono() && frame->cfa.IsQuad();
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      frame->black_dn[y * 4 + x] = static_cast<float>(entry->black_dn[SiteOf(x, y, quad)]);
    }
  }
  if (!prefer) {
    frame->warnings.push_back(
        fmt::format("the black level of the file, {:.0f} DN, is replaced by the "
                    "calibration's, {:.1f} DN",
                    stated, measured));
  }
}

void UseCalibration(const RawFrame& frame, const CameraCalibration& calibration, bool prefer,
                    MosaicSource* source) {
  if (!calibration.noise || calibration.noise->entries.empty()) return;
  if (frame.noise_from_file && !prefer) return;
  if (!(frame.exif.iso > 0) && calibration.noise->entries.size() > 1) return;
  source->noise = calibration.noise->At(frame.exif.iso);
  for (NoiseLine& line : source->noise.plane) {
    // The mean of four samples has a quarter of the variance.
    if (source->bin == 2) line = {line.s / 4, line.o / 4};
    line.s = std::max(line.s, 1e-9);
    line.o = std::max(line.o, 1e-12);
  }
}

std::vector<GainMap> GainMapsOf(const ShadingCalibration& shading, const RawFrame& frame) {
  std::vector<GainMap> maps;
  if (shading.columns < 2 || shading.rows < 2) return maps;
  const bool planes = frame.IsLinearRaw(), quad = !planes && frame.cfa.IsQuad();
  const int cell = planes ? 1 : quad ? 4 : 2;
  for (int i = 0; i < (planes ? 3 : cell * cell); ++i) {
    GainMap map;
    const int x = planes ? 0 : i % cell, y = planes ? 0 : i / cell;
    // Of planes: the sites of RGGB, the first green.
    const int site = planes ? (i == 2 ? 3 : i) : SiteOf(x, y, quad);
    map.area = {x, y, frame.width() - x, frame.height() - y};
    map.row_pitch = map.col_pitch = cell;
    map.points_h = shading.columns;
    map.points_v = shading.rows;
    // Points stand at the borders of the mosaic and between them.
    map.spacing_h = 1.0 / (shading.columns - 1);
    map.spacing_v = 1.0 / (shading.rows - 1);
    map.plane = planes ? i : 0;
    map.gain = shading.gain[site];
    maps.push_back(std::move(map));
  }
  return maps;
}

}  // namespace petzval
