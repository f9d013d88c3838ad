// How far a picture is from a reference: full-reference metrics, registration, report.
#ifndef PETZVAL_MEASURE_COMPARE_COMPARE_H_
#define PETZVAL_MEASURE_COMPARE_COMPARE_H_

#include <array>
#include <cmath>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/image/image.h"
#include "petzval/image/picture.h"

namespace petzval::measure {

struct CompareParams {
  double white_nits = 203;        // luminance of linear 1.0, for dE-ITP (ITU-R BT.2408); 1..10000
  double pixels_per_degree = 67;  // of the observer, for FLIP; 10..200
  double exposure = 1;  // floats are multiplied by it; display value = clip(exposure L, 0, 1)
  // Luma of encoded values; used by PSNR of luma, SSIM, MS-SSIM, edges and flat areas.
  std::array<double, 3> luma{0.299, 0.587, 0.114};
  bool align = false;           // warp the test picture onto the reference, judge the overlap
  bool match_exposure = false;  // one gain in linear light on the test picture before all metrics
  // One plane of the size of the reference: only pixels other than 0 count. Not owned; may be null.
  const Image<uint8_t>* mask = nullptr;
  bool keep_maps = false;  // fill CompareReport::de2000_map and flip_map
};

// The place in the test picture of what is at (x, y) in the reference, pixel centres at +0.5:
// x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y + m[5].
struct Registration {
  std::array<double, 6> test_from_reference{1, 0, 0, 0, 1, 0};
  double shift_x_px = 0, shift_y_px = 0;  // at the centre of the reference
  double rotation_deg = 0;                // counterclockwise in the picture as seen
  double scale = 1;                       // > 1: things are larger in the test picture
  double overlap = 1;                     // share of the reference that the test picture covers
  double correlation = 1;                 // of luma gradients after the warp, over the overlap
};

// All figures of one pair. A figure that could not be computed is NaN (PSNR of equal pictures:
// infinity) and `notes` says why; reports print null. Definitions: docs/measures.md.
struct CompareReport {
  std::string reference, test;  // paths as given
  int width = 0, height = 0;    // of the reference
  Rect region;                  // rectangle of the reference that was judged
  int64_t pixels = 0;           // that counted (overlap and mask)
  // "codes" where both files have one colour space and depth; else "sRGB-encoded floats".
  std::string code_values;

  // -10 log10 of the mean square difference of code values, 0..1.
  double psnr_db = std::nan("");  // over the three channels
  std::array<double, 3> psnr_channel_db{std::nan(""), std::nan(""), std::nan("")};
  double psnr_luma_db = std::nan("");
  // Wang, Bovik, Sheikh, Simoncelli 2004: 11 x 11 Gaussian of sigma 1.5 on luma, where the window
  // fits. Wang, Simoncelli, Bovik 2003: five scales; smaller side >= 176.
  double ssim = std::nan(""), ms_ssim = std::nan("");
  // CIEDE2000 of L*a*b* relative to D65.
  double de2000_mean = std::nan(""), de2000_p95 = std::nan(""), de2000_max = std::nan("");
  // Delta E ITP (ITU-R BT.2124) at white_nits.
  double de_itp_mean = std::nan(""), de_itp_p95 = std::nan(""), de_itp_max = std::nan("");
  // LDR-FLIP (Andersson et al. 2020), 0..1.
  double flip_mean = std::nan(""), flip_p95 = std::nan("");
  // Own multi-scale structure metric in opponent cube-root LMS: 100 = equal, about 90 = hard to
  // see, 0 = unrelated. Kin to SSIMULACRA 2 in construction, not in value.
  double xyb_ssim = std::nan("");

  // At strong edges of the reference: mean absolute luma error weighted by the gradient (0..1), and
  // gradient energy test / reference (1 = equally sharp, more = sharpened or noisy).
  double edge_error = std::nan(""), edge_sharpness_ratio = std::nan("");
  double edge_share = 0;  // of the counted pixels
  // In flat areas of the reference: standard deviation of what is left after a plane fit, per 8 x 8
  // block, in code values 0..1; chroma is the root mean square of Cb and Cr.
  double flat_luma_sd_reference = std::nan(""), flat_luma_sd_test = std::nan("");
  double flat_chroma_sd_reference = std::nan(""), flat_chroma_sd_test = std::nan("");
  double flat_luma_ratio = std::nan(""), flat_chroma_ratio = std::nan("");  // test / reference
  double flat_share = 0;                                                    // of the counted pixels

  bool aligned = false;
  Registration registration;
  double exposure_gain = 1;  // linear, applied to the test picture

  std::vector<std::string> notes;  // one sentence each

  // Of the whole reference, 0 outside the overlap; empty unless keep_maps. dE2000 in 1/256 (up to
  // 255.99); FLIP in 1/65535.
  Image<uint16_t> de2000_map, flip_map;
};

// Errors: kInvalidInput when sizes differ and `align` is false, when the colour of one is not
// known, when the mask has another size or counts nothing, when the registration fails, or for
// parameters out of range. Memory: the pictures + about 9 bytes per pixel, + 4 with maps; a test
// picture that is aligned or gained is copied (12 bytes per pixel).
Result<CompareReport> ComparePictures(const Picture& reference, const Picture& test,
                                      const CompareParams& params);

// The same of linear Rec.2020 light, 3 planes (1 = white, HDR allowed).
Result<CompareReport> ComparePlanes(const Image<float>& linear_rec2020_reference,
                                    const Image<float>& linear_rec2020_test,
                                    const CompareParams& params);

// ComparePictures of the reference and each test; files are read two at a time, at most two of them
// are in memory. Errors: also those of ReadPicture, with the path; kInvalidInput without a test.
Result<std::vector<CompareReport>> CompareFiles(const std::string& reference,
                                                const std::vector<std::string>& tests,
                                                const CompareParams& params);

// One report as an object: "psnr_db", "ssim", "de2000_mean", "de2000_p95", ... (null where
// unknown).
nlohmann::ordered_json CompareJson(const CompareReport& report);
// All reports: the keys of the first at the top, all of them in "tests".
nlohmann::ordered_json CompareJson(const std::vector<CompareReport>& reports);
// A table for the terminal, one line per figure and one column per test. Notes are left to the
// caller.
std::string CompareText(const std::vector<CompareReport>& reports);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_COMPARE_H_
