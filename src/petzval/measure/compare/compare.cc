// How far a picture is from a reference: the order of steps, sums to figures.
#include "petzval/measure/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <optional>

#include "petzval/base/parallel.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/compare/flip.h"
#include "petzval/measure/compare/full_pass.h"
#include "petzval/measure/compare/prepare.h"
#include "petzval/measure/compare/registration.h"
#include "petzval/measure/compare/structure_score.h"

namespace petzval::measure {
namespace {

Status CheckParams(const CompareParams& p) {
  const auto range = [](const char* name, double v, double low, double high) -> Status {
    if (v >= low && v <= high) return {};
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} is {}, it must be within {} and {}", name, v, low, high));
  };
  PETZVAL_RETURN_IF_ERROR(range("the luminance of white in nits", p.white_nits, 1, 10000));
  PETZVAL_RETURN_IF_ERROR(range("pixels per degree", p.pixels_per_degree, 10, kMaxPixelsPerDegree));
  PETZVAL_RETURN_IF_ERROR(range("exposure", p.exposure, 1e-6, 1e6));
  for (double w : p.luma) PETZVAL_RETURN_IF_ERROR(range("a weight of luma", w, 0, 1));
  return {};
}

double Psnr(double square, double count) {
  if (count <= 0) return std::nan("");
  if (square <= 0) return std::numeric_limits<double>::infinity();
  return -10 * std::log10(square / count);
}

void FillPoints(const PassResult& pass, CompareReport* r) {
  const PassSums& s = pass.sums;
  r->pixels = std::llround(s.weight);
  r->psnr_db = Psnr(s.square[0] + s.square[1] + s.square[2], 3 * s.weight);
  for (int c = 0; c < 3; ++c) r->psnr_channel_db[c] = Psnr(s.square[c], s.weight);
  r->psnr_luma_db = Psnr(s.square_luma, s.weight);
  if (std::isinf(r->psnr_db)) r->notes.push_back("PSNR is infinite: the code values are equal");
  r->de2000_mean = s.de / s.weight;
  r->de2000_max = s.de_max;
  r->de2000_p95 = std::min<double>(pass.de.Percentile(0.95), s.de_max);
  r->de_itp_mean = s.itp / s.weight;
  r->de_itp_max = s.itp_max;
  r->de_itp_p95 = std::min<double>(pass.itp.Percentile(0.95), s.itp_max);
  r->flip_mean = s.flip / s.weight;
  r->flip_p95 = std::min(pass.flip.Percentile(0.95), 1.0);
}

void FillEdges(const PassSums& s, CompareReport* r) {
  r->edge_share = s.edge.count / s.weight;
  if (s.edge.count > 0) {
    r->edge_error = s.edge.error / s.edge.gradient;
    r->edge_sharpness_ratio = s.edge.energy_test / s.edge.energy_reference;
  } else {
    r->notes.push_back("the reference has no strong edges");
  }
}

void FillFlat(const PassSums& s, CompareReport* r) {
  const FlatSums& f = s.flat;
  r->flat_share = f.blocks * kFlatBlock * kFlatBlock / s.weight;
  if (f.blocks == 0) {
    r->notes.push_back("the reference has no flat areas");
    return;
  }
  const auto luma = [&](int p) { return std::sqrt(f.variance[p][0] / f.blocks); };
  const auto chroma = [&](int p) {
    return std::sqrt((f.variance[p][1] + f.variance[p][2]) / 2 / f.blocks);
  };
  r->flat_luma_sd_reference = luma(0);
  r->flat_luma_sd_test = luma(1);
  r->flat_chroma_sd_reference = chroma(0);
  r->flat_chroma_sd_test = chroma(1);
  // Below a tenth of a code of 16 bits it is the rounding of our own sums.
  constexpr double kNoNoise = 2e-6;
  if (luma(0) > kNoNoise) r->flat_luma_ratio = luma(1) / luma(0);
  if (chroma(0) > kNoNoise) r->flat_chroma_ratio = chroma(1) / chroma(0);
  if (luma(0) <= kNoNoise || chroma(0) <= kNoNoise) {
    r->notes.push_back("flat areas of the reference have no noise to compare with");
  }
}

// The rectangle of what counts.
Rect Bounds(const Image<uint8_t>* mask, int width, int height) {
  if (mask == nullptr) return {0, 0, width, height};
  int x0 = width, x1 = 0, y0 = height, y1 = 0;
  for (int y = 0; y < height; ++y) {
    const uint8_t* row = mask->row(y);
    const uint8_t* first = std::find_if(row, row + width, [](uint8_t v) { return v != 0; });
    if (first == row + width) continue;
    y0 = std::min(y0, y);
    y1 = y + 1;
    x0 = std::min(x0, static_cast<int>(first - row));
    int x = width;
    while (row[x - 1] == 0) --x;
    x1 = std::max(x1, x);
  }
  if (y1 == 0) return {};
  return {x0, y0, x1 - x0, y1 - y0};
}

const char* Describe(CodeValues values) {
  switch (values) {
    case CodeValues::kCodes:
      return "codes";
    case CodeValues::kOwnEncoded:
      return "sRGB-encoded floats, own primaries";
    case CodeValues::kSrgb:
      break;
  }
  return "sRGB-encoded floats";
}

Result<CompareReport> Judge(Prepared prepared, const CompareParams& params) {
  CompareReport report;
  const PassInput input{std::move(prepared.reference),
                        std::move(prepared.test),
                        prepared.values,
                        {static_cast<float>(params.luma[0]), static_cast<float>(params.luma[1]),
                         static_cast<float>(params.luma[2])},
                        params.white_nits,
                        params.pixels_per_degree,
                        prepared.mask};
  report.width = input.reference.width();
  report.height = input.reference.height();
  report.code_values = Describe(prepared.values);
  report.aligned = params.align;
  report.registration = prepared.registration;
  report.exposure_gain = prepared.gain;
  report.notes = std::move(prepared.notes);
  report.region = Bounds(input.mask, report.width, report.height);
  if (report.region.width == 0) {
    return Fail(ErrorCode::kInvalidInput, "the mask leaves no pixel to compare");
  }
  if (params.keep_maps) {
    report.de2000_map = Image<uint16_t>(report.width, report.height);
    report.flip_map = Image<uint16_t>(report.width, report.height);
  }
  PassResult pass = RunFullPass(input, params.keep_maps ? &report.de2000_map : nullptr,
                                params.keep_maps ? &report.flip_map : nullptr);
  FillPoints(pass, &report);
  FillEdges(pass.sums, &report);
  FillFlat(pass.sums, &report);

  std::vector<StructureSums> scales{pass.sums.structure};
  Level level = std::move(pass.half);
  while (static_cast<int>(scales.size()) < kStructureScales &&
         std::min(level.planes.width(), level.planes.height()) >= 8) {
    const bool more = static_cast<int>(scales.size()) + 1 < kStructureScales;
    Level next;
    scales.push_back(RunLevel(level, more ? &next : nullptr));
    level = std::move(next);
    if (!more) break;
  }
  FillStructure(scales, &report);
  return report;
}

// What was said when the files were read; what holds for both is said once.
void AddWarnings(const std::vector<std::string>& reference, const std::vector<std::string>& test,
                 std::vector<std::string>* notes) {
  const auto in = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  for (const std::string& w : reference) {
    notes->push_back((in(test, w) ? "both pictures: " : "the reference: ") + w);
  }
  for (const std::string& w : test) {
    if (!in(reference, w)) notes->push_back("this picture: " + w);
  }
}

}  // namespace

Result<CompareReport> ComparePictures(const Picture& reference, const Picture& test,
                                      const CompareParams& params) {
  try {
    PETZVAL_RETURN_IF_ERROR(CheckParams(params));
    PreparedPair pair;
    PETZVAL_ASSIGN(Prepared prepared, Prepare(reference, test, params, &pair));
    PETZVAL_ASSIGN(CompareReport report, Judge(std::move(prepared), params));
    report.reference = reference.path;
    report.test = test.path;
    AddWarnings(reference.warnings, test.warnings, &report.notes);
    return report;
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, "not enough memory to compare the pictures");
  }
}

Result<CompareReport> ComparePlanes(const Image<float>& reference, const Image<float>& test,
                                    const CompareParams& params) {
  if (reference.planes() != 3 || test.planes() != 3 || reference.empty() || test.empty()) {
    return Fail(ErrorCode::kInvalidInput, "pictures to compare have three planes");
  }
  try {
    PETZVAL_RETURN_IF_ERROR(CheckParams(params));
    PreparedPair pair;
    PETZVAL_ASSIGN(Prepared prepared, Prepare(reference, test, params, &pair));
    return Judge(std::move(prepared), params);
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, "not enough memory to compare the pictures");
  }
}

Result<std::vector<CompareReport>> CompareFiles(const std::string& reference,
                                                const std::vector<std::string>& tests,
                                                const CompareParams& params) {
  if (tests.empty()) return Fail(ErrorCode::kInvalidInput, "there is no picture to compare");
  // Decoders are serial: the first two files take the time of one.
  std::array<std::optional<Result<Picture>>, 2> first;
  ParallelFor(2, [&](int i) { first[i] = ReadPicture(i == 0 ? reference : tests[0]); });
  PETZVAL_ASSIGN(const Picture judge, *std::move(first[0]));
  std::vector<CompareReport> reports;
  for (size_t i = 0; i < tests.size(); ++i) {
    PETZVAL_ASSIGN(const Picture test, i == 0 ? *std::move(first[1]) : ReadPicture(tests[i]));
    PETZVAL_ASSIGN(CompareReport report, ComparePictures(judge, test, params));
    reports.push_back(std::move(report));
    first[1].reset();
  }
  return reports;
}

}  // namespace petzval::measure
