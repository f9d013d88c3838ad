// Finds the fields of the profile's radii, traces them, and gathers what the profile needs.
#include "petzval/optics/bake/bake.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "petzval/base/parallel.h"
#include "petzval/optics/analysis/vignetting.h"
#include "petzval/optics/bake/pixel_psf.h"

namespace petzval::optics {
namespace {

// Tangent of the field angle beyond which directions are no longer linear in the pupil's
// coordinates.
constexpr double kWideTangent = 0.7;

// Wavelengths of all channels in one list, and the weights of each channel over it.
struct Colours {
  std::vector<double> um;
  std::array<std::vector<double>, 3> weight;
};

Colours MakeColours(const BakeOptions& options, double min_um, double max_um) {
  Colours colours;
  for (int c = 0; c < 3; ++c) {
    // Midpoints of the band in which the channel sees something.
    double low = max_um, high = min_um;
    for (double w = min_um; w <= max_um + 1e-9; w += 0.001) {
      if (options.response.At(c, w) < 0.03) continue;
      low = std::min(low, w);
      high = std::max(high, w);
    }
    for (int i = 0; i < options.wavelengths; ++i) {
      const double w = low + (high - low) * (i + 0.5) / options.wavelengths;
      colours.um.push_back(w);
      for (int k = 0; k < 3; ++k) {
        colours.weight[k].push_back(k == c ? std::max(1e-6, options.response.At(c, w)) : 0.0);
      }
    }
  }
  return colours;
}

Result<LensModel> ModelFor(const Lens& lens, const BakeOptions& options, Colours* colours) {
  if (!options.um.empty()) {
    *colours = {options.um, {}};
    for (auto& weight : colours->weight) weight.assign(options.um.size(), 1.0);
    return MakeModel(lens, colours->um);
  }
  const SensorResponse& response = options.response;
  *colours = MakeColours(options, response.min_um, response.max_um);
  Result<LensModel> model = MakeModel(lens, colours->um);
  if (model || lens.spectrum.um.empty()) return model;
  // Glasses known at a few lines only: between these.
  const auto [low, high] = std::minmax_element(lens.spectrum.um.begin(), lens.spectrum.um.end());
  *colours =
      MakeColours(options, std::max(*low, response.min_um), std::min(*high, response.max_um));
  return MakeModel(lens, colours->um);
}

// The lens moved so that an object at `object_mm` is in focus where its own object was.
Result<Lens> Refocused(const Lens& lens, double object_mm) {
  Lens moved = lens;
  if (object_mm == lens.object_mm || moved.surfaces.empty()) return moved;
  PETZVAL_ASSIGN(const LensModel model, MakeModel(lens));
  const FirstOrder& f = model.primary();
  // Newton: the distances from the two foci multiply to the square of the focal length.
  const auto behind_focus = [&](double mm) {
    return std::isinf(mm) ? 0.0 : f.efl * f.efl / (mm + f.ffl);
  };
  const double shift = behind_focus(object_mm) - behind_focus(lens.object_mm);
  if (!std::isfinite(shift) || (std::isfinite(object_mm) && !(object_mm + f.ffl > f.efl))) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("an object at {} mm is too near to be focused", object_mm));
  }
  moved.object_mm = object_mm;
  moved.surfaces.back().thickness_mm += shift;
  return moved;
}

// Where the chief rays of a field land.
struct Chief {
  double tangent = 0;                 // of the angle in object space
  std::array<double, 3> height_mm{};  // mean of each channel
  double angle_deg = 0;               // at the sensor, green
};

class Baker {
 public:
  Baker(const LensModel& model, const Colours& colours, const SensorGeometry& sensor,
        const BakeOptions& options)
      : model_(model), colours_(colours), sensor_(sensor), options_(options) {}

  Result<Chief> TraceField(double field) const {
    Chief chief;
    PETZVAL_ASSIGN(const Launcher launcher, Launcher::Create(model_, field, model_.system.primary));
    chief.tangent = std::abs(std::tan(launcher.field_angle_rad()));
    std::array<double, 3> sum{};
    for (int w = 0; w < model_.system.wavelengths(); ++w) {
      PETZVAL_ASSIGN(const RayResult ray, TraceChief(model_, field, w, options_.sampling));
      for (int c = 0; c < 3; ++c) {
        chief.height_mm[c] += colours_.weight[c][w] * ray.y;
        sum[c] += colours_.weight[c][w];
      }
      if (w == model_.system.primary) {
        chief.angle_deg = std::atan2(std::abs(ray.m), std::abs(ray.n)) * 180 / std::numbers::pi;
      }
    }
    for (int c = 0; c < 3; ++c) chief.height_mm[c] /= sum[c];
    return chief;
  }

  // The fields whose green chief rays land on the radii, from the middle to the corner.
  Result<std::vector<double>> FindFields() const {
    const double corner = sensor_.half_diagonal_mm();
    const std::vector<double>& stated = model_.lens.fields.values;
    double most = 0;
    for (const double f : stated) most = std::max(most, std::abs(f));
    if (most == 0) return Fail(ErrorCode::kInvalidInput, "the lens states no field off its axis");
    // Lenses reach a little farther than their outermost stated field.
    double outer = most, reached = 0;
    for (int i = 0; i < 24; ++i) {
      const auto chief = TraceField(outer);
      if (!chief) break;
      reached = std::max(reached, std::abs(chief->height_mm[1]));
      if (reached >= corner) break;
      outer *= 1.015;
    }
    if (reached < corner) {
      return Fail(
          ErrorCode::kInvalidInput,
          fmt::format("the image of the lens reaches {:.3f} mm, the sensor's corners lie at "
                      "{:.3f} mm",
                      reached, corner));
    }
    std::vector<double> fields = {0.0};
    for (int i = 1; i < kRadii; ++i) {
      const double wanted = corner * i / (kRadii - 1);
      // Regula falsi (Illinois): heights grow with the field.
      PETZVAL_ASSIGN(const Chief last, TraceField(fields.back()));
      double a = fields.back(), fa = std::abs(last.height_mm[1]) - wanted;
      double b = outer, fb = reached - wanted, f = b;
      double off = corner;
      for (int step = 0; step < 40; ++step) {
        f = fb != fa ? (a * fb - b * fa) / (fb - fa) : b;
        PETZVAL_ASSIGN(const Chief chief, TraceField(f));
        const double g = std::abs(chief.height_mm[1]) - wanted;
        off = std::abs(g);
        if (off < 1e-7) break;
        if ((g > 0) == (fb > 0)) {
          b = f;
          fb = g;
          fa *= 0.5;
        } else {
          a = b;
          fa = fb;
          b = f;
          fb = g;
        }
      }
      if (!(off < 1e-4)) {
        return Fail(
            ErrorCode::kInvalidInput,
            fmt::format("no field is shown at {:.3f} mm from the middle of the sensor", wanted));
      }
      fields.push_back(f);
    }
    return fields;
  }

  Result<FocusState> Bake() const {
    PETZVAL_ASSIGN(const std::vector<double> fields, FindFields());
    FocusState state;
    const double pixel_mm = sensor_.pitch_um * 1e-3;
    // Scale of the picture without distortion: that of the middle.
    PETZVAL_ASSIGN(const Chief near, TraceField(0.01 * fields.back()));
    const double scale = std::abs(near.height_mm[1]) / near.tangent;
    std::vector<Chief> chiefs;
    for (const double field : fields) {
      PETZVAL_ASSIGN(Chief chief, TraceField(field));
      chiefs.push_back(chief);
    }
    IlluminationOptions illumination;
    illumination.sampling = options_.sampling;
    PETZVAL_ASSIGN(const auto light, ComputeRelativeIllumination(model_, fields, illumination));
    for (int i = 0; i < kRadii; ++i) {
      state.ideal_px[i] = i == 0 ? 0.0 : scale * chiefs[i].tangent / pixel_mm;
      if (!light[i].relative) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("no light reaches the sensor at {} of its half diagonal",
                                static_cast<double>(i) / (kRadii - 1)));
      }
      const auto answer = [&](int k) {
        return options_.angle_response ? options_.angle_response(chiefs[k].angle_deg) : 1.0;
      };
      for (int c = 0; c < 3; ++c) {
        state.lateral_px[c][i] =
            (std::abs(chiefs[i].height_mm[c]) - std::abs(chiefs[i].height_mm[1])) / pixel_mm;
        state.shading[c][i] = *light[i].relative / *light[0].relative * answer(i) / answer(0);
      }
    }
    std::array<std::optional<Error>, 3 * kRadii> errors;
    ParallelFor(3 * kRadii, [&](int index) {
      const int c = index % 3, i = kRadii - 1 - index / 3;
      PixelPsfOptions psf;
      psf.pitch_um = sensor_.pitch_um;
      const bool wide = chiefs[i].tangent > kWideTangent;
      psf.kind = options_.kind.value_or(wide ? PsfKind::kHuygens : PsfKind::kFft);
      psf.pupil = options_.pupil;
      psf.sampling = options_.sampling;
      psf.weights = colours_.weight[c];
      psf.energy = options_.energy;
      psf.middle_mm = chiefs[i].height_mm[c];
      auto spread = ComputePixelPsf(model_, fields[i], psf);
      if (spread) {
        state.psf[c][i] = std::move(*spread);
      } else {
        errors[index] = spread.error();
      }
    });
    for (const auto& error : errors) {
      if (error) return Fail(*error);
    }
    return state;
  }

 private:
  const LensModel& model_;
  const Colours& colours_;
  const SensorGeometry& sensor_;
  const BakeOptions& options_;
};

}  // namespace

Result<LensProfile> BakeLens(const Lens& lens, const SensorGeometry& sensor,
                             const BakeOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckSensor(sensor));
  if (options.object_mm.empty() || options.wavelengths < 1 || options.wavelengths > 31 ||
      !(options.energy >= 0.5 && options.energy <= 0.9999)) {
    return Fail(
        ErrorCode::kInvalidInput,
        "baking needs a focus distance, 1 to 31 wavelengths and an energy of 0.5 to 0.9999");
  }
  LensProfile profile;
  profile.lens = lens.name;
  profile.sensor = sensor;
  for (const double object_mm : options.object_mm) {
    PETZVAL_ASSIGN(const Lens focused, Refocused(lens, object_mm));
    Colours colours;
    PETZVAL_ASSIGN(const LensModel model, ModelFor(focused, options, &colours));
    if (profile.states.empty()) {
      profile.focal_length_mm = model.primary().efl;
      profile.f_number = std::abs(model.primary().f_number);
    }
    PETZVAL_ASSIGN(FocusState state, Baker(model, colours, sensor, options).Bake());
    state.object_mm = object_mm;
    profile.states.push_back(std::move(state));
  }
  PETZVAL_RETURN_IF_ERROR(CheckProfile(profile));
  return profile;
}

}  // namespace petzval::optics
