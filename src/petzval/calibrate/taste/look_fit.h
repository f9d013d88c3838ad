// Learns a look from pictures before and after it.
#ifndef PETZVAL_CALIBRATE_TASTE_LOOK_FIT_H_
#define PETZVAL_CALIBRATE_TASTE_LOOK_FIT_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/calibrate/taste/look_pair.h"
#include "petzval/color/lut.h"
#include "petzval/look/look.h"

namespace petzval::calibrate {

// What `before` was rendered with, and what a learned look stands on: its local tone, night,
// sharpening and all that no pair of colours can tell are those of this look.
inline constexpr const char* kNeutralLook = "natural";

struct LookFitParams {
  std::string name = "fitted";
  std::string description;  // empty: one that tells what it was learned from
  // What the parameters of a look cannot say is learned as a table, too.
  bool residual_cube = false;
  int cube_size = 17;  // 2..33
  // Also fit without each pair (or quarter) in turn, which takes most of the time.
  bool leave_out = true;
};

struct LookFit {
  Look look;
  // The table that LookFit::look names as its `lut` when one was asked for; to be written beside
  // the look's file with the name in look.texts["lut"].
  std::optional<ColorLut> residual;
  bool monochrome = false;  // the pictures after are black-and-white, toned or not
  // CIEDE2000 between pictures: before and after as they are; rendered by the look and after; the
  // same of pictures (with one pair: quarters of it) that the fit had not seen (zeros without
  // leave_out). `with_residual` and the held-out figures of the table only when there is one.
  DeStatistics untouched, fitted, held_out;
  std::optional<DeStatistics> with_residual;
  std::vector<std::string> pair;  // names
  std::vector<double> pair_mean;  // dE of each under the look
  std::vector<std::string> warnings;
};

// Parameters of the look are found by least squares in Oklab, held near those of the neutral look
// where the pictures say nothing (colours that do not occur). Deterministic. Errors: kInvalidInput
// for no pairs, too few usable areas, a cube size out of range; as FitPairs for the residual.
Result<LookFit> FitLook(std::span<const LookPair> pairs, const LookFitParams& params = {});

// The files of a fit: `path` (.toml) and, if there is a residual, the .cube beside it that the look
// names. Errors: kInvalidInput for another suffix; kIo.
Status WriteLookFit(const LookFit& fit, const std::string& path);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_TASTE_LOOK_FIT_H_
