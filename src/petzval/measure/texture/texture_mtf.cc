// Cross spectrum of a texture and its reference, registered patch by patch.
#include "petzval/measure/texture/texture_mtf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/subject/patches.h"
#include "petzval/measure/texture/spectra.h"
#include "petzval/measure/texture/texture_curve.h"
#include "petzval/measure/texture/texture_patch.h"
#include "petzval/measure/texture/warp.h"

namespace petzval::measure {
namespace {

Status CheckPair(const Subject& reference, const Subject& test) {
  for (const Subject* s : {&reference, &test}) {
    if (s->width() < 1 || s->height() < 1) {
      return Fail(ErrorCode::kInvalidInput, s->path + ": an empty picture");
    }
  }
  if (reference.raw() != test.raw()) {
    return Fail(ErrorCode::kInvalidInput,
                "the reference and the test must both be RAW or both be finished pictures");
  }
  if (reference.width() != test.width() || reference.height() != test.height()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the reference is {} x {} but the test is {} x {}: texture takes two "
                            "pictures of one size",
                            reference.width(), reference.height(), test.width(), test.height()));
  }
  return {};
}

// How far the motion moves a corner of the patch beyond its shift.
double BeyondShift(const TextureMotion& m, double width, double height) {
  const double u = width / 2, v = height / 2;
  return std::max(std::abs(m.a) * u + std::abs(m.b) * v, std::abs(m.c) * u + std::abs(m.d) * v);
}

// Rings to the curve: value, error and power variant against cycles per pixel of the full grid.
void FillCurve(const RingSums& sums, int pitch, TexturePatch* patch) {
  for (int k = 1; k < sums.rings(); ++k) {
    if (!(sums.reference[k] > 0)) continue;
    const double mtf = sums.cross[k] / sums.reference[k];
    const double power = sums.test[k] / sums.reference[k];
    // A transform of real samples has every cell twice; half-overlapping tiles share their pixels,
    // and the window ties neighbouring cells: about one cell in four counts.
    const double independent = std::max(1.0, sums.cells[k] / 4);
    patch->frequency.push_back(sums.frequency[k] / sums.reference[k] / pitch);
    patch->mtf.push_back(mtf);
    patch->power_mtf.push_back(std::sqrt(power));
    patch->standard_error.push_back(std::sqrt(std::max(0.0, power - mtf * mtf) / independent));
  }
}

// Spectra of the patch `y` against the reference `x`, which starts at (-margin_x, -margin_y) of it.
// Interpolation left the registration some hundredths of a pixel off, which the phases correct.
RingSums SumRegistered(const Image<float>& x, int margin_x, int margin_y, const Image<float>& y,
                       bool align, TextureMotion* motion) {
  const int tile = TileFor(y.width(), y.height());
  Image<float> turned;
  double shift_x = motion->dx, shift_y = motion->dy;
  if (BeyondShift(*motion, y.width(), y.height()) > 0.03) {
    turned = WarpSharp(x.view(), *motion, margin_x + y.width() / 2.0, margin_y + y.height() / 2.0,
                       y.width(), y.height());
    margin_x = margin_y = 0;
    shift_x = shift_y = 0;
  }
  const auto reference = turned.empty() ? x.view() : turned.view();
  RingSums sums;
  for (int round = 0; round < 3; ++round) {
    sums = SumSpectra(reference, margin_x, margin_y, y.view(), shift_x, shift_y, tile);
    double left_x = 0, left_y = 0;
    if (!align || sums.tiles == 0 || !sums.ShiftLeft(&left_x, &left_y)) break;
    if (std::hypot(left_x, left_y) < 0.002) break;
    shift_x += left_x;
    shift_y += left_y;
    motion->dx += left_x;
    motion->dy += left_y;
  }
  return sums;
}

Result<TexturePatch> MeasureOne(const Subject& reference, const Subject& test, const Rect& roi,
                                const Lattice& lattice, const TextureOptions& options) {
  // Step 1: the patch of the test, and the reference with room around it.
  const int pitch = lattice.pitch;
  const int room_x = roi.width / 4, room_y = roi.height / 4;
  // A mosaic is cut at whole cells of 4 x 4, so that the lattices of both begin alike.
  const int cell = test.raw() ? 4 : 1;
  Rect wide;
  wide.x = std::max(0, roi.x - room_x) / cell * cell;
  wide.y = std::max(0, roi.y - room_y) / cell * cell;
  wide.width = std::min(reference.width(), roi.x + roi.width + room_x) - wide.x;
  wide.height = std::min(reference.height(), roi.y + roi.height + room_y) - wide.y;
  Rect inside;
  inside.x = (roi.x + cell - 1) / cell * cell;
  inside.y = (roi.y + cell - 1) / cell * cell;
  inside.width = roi.x + roi.width - inside.x;
  inside.height = roi.y + roi.height - inside.y;
  const Image<float> y = SamplePatch(test, options.channel, lattice, inside);
  const Image<float> x = SamplePatch(reference, options.channel, lattice, wide);
  const int margin_x = (inside.x - wide.x) / pitch, margin_y = (inside.y - wide.y) / pitch;
  const auto same = x.view().Crop({margin_x, margin_y, y.width(), y.height()});

  TexturePatch patch;
  patch.roi = roi;
  PETZVAL_ASSIGN(const PatchContrast contrast, CheckTexture(same, reference.clip, "the reference"));
  PETZVAL_ASSIGN(const PatchContrast seen, CheckTexture(y.view(), test.clip, "the test"));
  static_cast<void>(seen);
  patch.contrast = contrast.deviation / contrast.mean;

  // Step 2: registration. A shift is undone in phase; more takes new samples of the reference,
  // which has no noise to suffer from it.
  TextureMotion motion;
  motion.correlation = std::nan("");
  if (options.align) {
    PETZVAL_ASSIGN(motion, RegisterTexture(same, y.view()));
  }
  RingSums sums = SumRegistered(x, margin_x, margin_y, y, options.align, &motion);
  if (sums.tiles == 0) {
    return Fail(ErrorCode::kInvalidInput,
                "too little of the patch lies in both pictures once they are registered");
  }

  // Step 3: the curve.
  FillCurve(sums, pitch, &patch);
  motion.dx *= pitch;
  motion.dy *= pitch;
  patch.motion = motion;
  FinishPatch(options, &patch);
  if (!(patch.contrast_gain > 0)) {
    return Fail(ErrorCode::kInvalidInput, "the test shows nothing of the reference's texture");
  }
  return patch;
}

}  // namespace

Result<TextureReport> MeasureTexture(const Subject& reference, const Subject& test,
                                     const TextureOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckPair(reference, test));
  PETZVAL_ASSIGN(const Lattice lattice, LatticeOfChannel(test, options.channel));
  PETZVAL_ASSIGN(const std::vector<Rect> rois, PatchesOf(test, lattice, options.rois));
  PETZVAL_RETURN_IF_ERROR(CheckPatches({&reference, 1}, rois, LeastSide(lattice)));
  PETZVAL_ASSIGN(const Lattice other, LatticeOfChannel(reference, options.channel));
  if (other.pitch != lattice.pitch || other.x0 != lattice.x0 || other.y0 != lattice.y0) {
    return Fail(ErrorCode::kInvalidInput, "the two mosaics have different colour filters");
  }
  TextureReport report;
  for (const Rect& roi : rois) {
    PETZVAL_ASSIGN(TexturePatch patch, MeasureOne(reference, test, roi, lattice, options));
    report.patches.push_back(std::move(patch));
  }
  report.findings = FindingsOfTexture(report.patches, options, true);
  return report;
}

}  // namespace petzval::measure
