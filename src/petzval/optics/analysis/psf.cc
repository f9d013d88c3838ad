// Point spread functions on a picture of one pitch.
#include "petzval/optics/analysis/psf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/optics/analysis/phasor_kernels.h"
#include "petzval/optics/analysis/pupil_field.h"

namespace petzval::optics {
namespace {

// Samples across the pupil: of a separable transform, and of a sum over every ray.
constexpr int kMaxPupil = 1024, kMaxHuygensPupil = 512;

// The picture being summed: pixel k stands at (k - size / 2) pitch from the origin.
struct Picture {
  int size;
  double pitch_mm;
  RayResult origin;
  std::vector<double> values;

  double Offset(int k) const { return (k - size / 2) * pitch_mm; }
};

struct Wave {
  std::vector<double> re, im;
  explicit Wave(size_t count) : re(count, 0), im(count, 0) {}
};

// Samples across the pupil so that copies of the blur, one period apart, stay out of the picture,
// with a margin: the steps of the pupil's rim scatter light around each copy.
int PupilSamples(const FieldTracer& tracer, const PupilSlopes& slopes, double lambda_mm,
                 double index, const Picture& picture) {
  const RayResults<double> rays = tracer.Trace(MidpointGrid(24, true));
  double x = 0, y = 0;
  for (size_t i = 0; i < rays.size(); ++i) {
    if (rays.status[i] != 0) continue;
    x = std::max(x, std::abs(rays.x[i] - picture.origin.x));
    y = std::max(y, std::abs(rays.y[i] - picture.origin.y));
  }
  const double half = picture.size * picture.pitch_mm / 2;
  const double per_mm = 2 * std::abs(index) / lambda_mm;
  const double samples =
      2 * per_mm * std::max(std::abs(slopes.l) * (half + x), std::abs(slopes.m) * (half + y));
  const double bounded = std::clamp(samples, 128.0, static_cast<double>(kMaxPupil));
  return 2 * static_cast<int>(std::ceil(bounded / 2));
}

// Adds |wave|^2 so that the energy of the whole plane is `weight`.
void AddEnergy(const Wave& wave, const PupilField& pupil, double weight, Picture* picture) {
  const double dl = 2.0 / pupil.n * std::abs(pupil.index * pupil.slopes.l) / pupil.lambda_mm;
  const double dm = 2.0 / pupil.n * std::abs(pupil.index * pupil.slopes.m) / pupil.lambda_mm;
  const double scale = weight * picture->pitch_mm * picture->pitch_mm * dl * dm /
                       static_cast<double>(pupil.x.size());
  for (size_t i = 0; i < picture->values.size(); ++i) {
    picture->values[i] += scale * (wave.re[i] * wave.re[i] + wave.im[i] * wave.im[i]);
  }
}

// Plane waves, one for each ray, with the ray's own direction and path.
Wave HuygensSum(const PupilField& pupil, const Picture& picture) {
  constexpr size_t kBlock = 128;
  const size_t size = picture.size, count = pupil.x.size();
  Wave wave(size * size);
  std::vector<double> turns(kBlock * size);
  std::vector<double> row_re(turns.size()), row_im(turns.size());
  std::vector<double> column_re(turns.size()), column_im(turns.size());
  const double scale = pupil.index / pupil.lambda_mm;
  for (size_t first = 0; first < count; first += kBlock) {
    const size_t terms = std::min(kBlock, count - first);
    for (size_t k = 0; k < terms; ++k) {
      const size_t i = first + k;
      const double x0 = picture.origin.x - pupil.x[i];
      for (size_t p = 0; p < size; ++p) {
        turns[k * size + p] = scale * pupil.l[i] * (x0 + picture.Offset(static_cast<int>(p)));
      }
    }
    Phasors(turns.data(), terms * size, row_re.data(), row_im.data());
    for (size_t k = 0; k < terms; ++k) {
      const size_t i = first + k;
      const double y0 = picture.origin.y - pupil.y[i];
      for (size_t p = 0; p < size; ++p) {
        turns[k * size + p] =
            pupil.path_waves[i] + scale * pupil.m[i] * (y0 + picture.Offset(static_cast<int>(p)));
      }
    }
    Phasors(turns.data(), terms * size, column_re.data(), column_im.data());
    AddOuterProducts(column_re.data(), column_im.data(), row_re.data(), row_im.data(), terms, size,
                     size, {wave.re.data(), wave.im.data()});
  }
  return wave;
}

// The transform of the pupil function as two matrix products; directions are taken as linear in
// the pupil coordinates.
Wave SeparableTransform(const PupilField& pupil, const Picture& picture) {
  const size_t n = pupil.n, size = picture.size;
  // The pupil function, [column][row].
  std::vector<double> turns(pupil.waves.size()), re(turns.size()), im(turns.size());
  for (size_t i = 0; i < turns.size(); ++i) turns[i] = -pupil.waves[i];
  Phasors(turns.data(), turns.size(), re.data(), im.data());
  std::vector<double> pupil_re(n * n, 0), pupil_im(n * n, 0);
  for (size_t i = 0; i < turns.size(); ++i) {
    const size_t at = static_cast<size_t>(pupil.column[i]) * n + pupil.row[i];
    pupil_re[at] = re[i];
    pupil_im[at] = im[i];
  }
  const auto kernel = [&](double slope, double origin, double chief, std::vector<double>* k_re,
                          std::vector<double>* k_im) {
    std::vector<double> k_turns(n * size);
    for (size_t i = 0; i < n; ++i) {
      const double p = (2.0 * static_cast<double>(i) + 1) / static_cast<double>(n) - 1;
      for (size_t k = 0; k < size; ++k) {
        k_turns[i * size + k] = pupil.index / pupil.lambda_mm * slope * p *
                                (origin - chief + picture.Offset(static_cast<int>(k)));
      }
    }
    k_re->resize(n * size);
    k_im->resize(n * size);
    Phasors(k_turns.data(), n * size, k_re->data(), k_im->data());
  };
  std::vector<double> x_re, x_im, y_re, y_im;
  kernel(pupil.slopes.l, picture.origin.x, pupil.chief.x, &x_re, &x_im);
  kernel(pupil.slopes.m, picture.origin.y, pupil.chief.y, &y_re, &y_im);
  Wave rows(n * size);  // [pupil row][pixel column]
  AddOuterProducts(pupil_re.data(), pupil_im.data(), x_re.data(), x_im.data(), n, n, size,
                   {rows.re.data(), rows.im.data()});
  Wave wave(size * size);
  AddOuterProducts(y_re.data(), y_im.data(), rows.re.data(), rows.im.data(), n, size, size,
                   {wave.re.data(), wave.im.data()});
  return wave;
}

RayCounts AddRays(const FieldTracer& tracer, int n, double weight, Picture* picture) {
  RayCounts counts;
  std::vector<double> bins(picture->values.size(), 0);
  tracer.TraceInPieces(
      MidpointGrid(n, true), tracer.clip(), [&](size_t, const RayResults<double>& rays) {
        counts += CountRays(rays.status);
        for (size_t i = 0; i < rays.size(); ++i) {
          if (rays.status[i] != 0) continue;
          const double u = (rays.x[i] - picture->origin.x) / picture->pitch_mm + 0.5;
          const double v = (rays.y[i] - picture->origin.y) / picture->pitch_mm + 0.5;
          const double column = std::floor(u) + picture->size / 2;
          const double row = std::floor(v) + picture->size / 2;
          if (!(column >= 0 && row >= 0 && column < picture->size && row < picture->size)) continue;
          bins[static_cast<size_t>(row) * picture->size + static_cast<size_t>(column)] += 1;
        }
      });
  if (counts.ok == 0) return counts;
  for (size_t i = 0; i < bins.size(); ++i) picture->values[i] += weight * bins[i] / counts.ok;
  return counts;
}

Status Check(const PsfOptions& options) {
  if (options.size < 8 || options.size > 2048) {
    return Fail(ErrorCode::kInvalidInput, "a PSF picture has 8 to 2048 rows");
  }
  if (options.pupil != 0 && (options.pupil < 8 || options.pupil > 2048)) {
    return Fail(ErrorCode::kInvalidInput, "a pupil grid has 8 to 2048 rows");
  }
  if (!(options.pitch_um >= 0) || !std::isfinite(options.pitch_um)) {
    return Fail(ErrorCode::kInvalidInput, "a pixel pitch is a number above 0");
  }
  return {};
}

}  // namespace

Result<Psf> ComputePsf(const LensModel& model, double field, const PsfOptions& options) {
  PETZVAL_RETURN_IF_ERROR(Check(options));
  PETZVAL_ASSIGN(const std::vector<double> weights,
                 WavelengthWeights(model.system, options.wavelength, options.weights));
  Picture picture{options.size, options.pitch_um * 1e-3, {}, {}};
  if (picture.pitch_mm == 0) {
    const double f_number = std::abs(model.primary().f_number);
    if (!std::isfinite(f_number)) {
      return Fail(ErrorCode::kInvalidInput, "an afocal lens needs a pixel pitch for its PSF");
    }
    picture.pitch_mm = model.system.um[model.system.primary] * 1e-3 * f_number / 4;
  }
  PETZVAL_ASSIGN(picture.origin, TraceChief(model, field, model.system.primary, options.sampling));
  picture.values.assign(static_cast<size_t>(options.size) * options.size, 0);

  Psf psf;
  psf.field = field;
  psf.pitch_x_um = psf.pitch_y_um = picture.pitch_mm * 1e3;
  psf.center_x_mm = picture.origin.x;
  psf.center_y_mm = picture.origin.y;
  double arrived = 0;  // weight of the wavelengths of which something arrives
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    if (weights[w] == 0) continue;
    PETZVAL_ASSIGN(const FieldTracer tracer,
                   FieldTracer::Create(model, field, w, options.sampling));
    if (options.kind == PsfKind::kGeometric) {
      const RayCounts counts =
          AddRays(tracer, options.pupil ? options.pupil : 512, weights[w], &picture);
      psf.rays += counts;
      if (counts.ok > 0) arrived += weights[w];
      continue;
    }
    const std::optional<PupilSlopes> slopes = MeasurePupilSlopes(tracer);
    if (!slopes) continue;
    int n = options.pupil;
    if (n == 0) {
      n = PupilSamples(tracer, *slopes, model.system.um[w] * 1e-3, model.system.n[w].back(),
                       picture);
      if (options.kind == PsfKind::kHuygens) n = std::min(n, kMaxHuygensPupil);
    }
    PETZVAL_ASSIGN(const std::optional<PupilField> pupil,
                   TracePupilField(model, field, w, n, options.sampling));
    if (!pupil) continue;
    psf.rays += pupil->rays;
    if (options.kind == PsfKind::kFft && pupil->waves.empty()) {
      return Fail(ErrorCode::kInvalidInput,
                  "the exit pupil stands in the image plane, so there is no pupil to transform");
    }
    AddEnergy(options.kind == PsfKind::kFft ? SeparableTransform(*pupil, picture)
                                            : HuygensSum(*pupil, picture),
              *pupil, weights[w], &picture);
    if (options.wavelength >= 0) psf.strehl = pupil->Strehl();
    arrived += weights[w];
  }
  if (!(arrived > 0)) return psf;
  psf.width = psf.height = options.size;
  psf.values.reserve(picture.values.size());
  for (double v : picture.values) psf.values.push_back(static_cast<float>(v / arrived));
  return psf;
}

EncircledEnergy ComputeEncircledEnergy(const Psf& psf, int steps) {
  EncircledEnergy energy;
  if (psf.empty() || steps < 1) return energy;
  double sum = 0, cx = 0, cy = 0;
  for (int y = 0; y < psf.height; ++y) {
    for (int x = 0; x < psf.width; ++x) {
      sum += psf.at(x, y);
      cx += static_cast<double>(psf.at(x, y)) * x;
      cy += static_cast<double>(psf.at(x, y)) * y;
    }
  }
  if (!(sum > 0)) return energy;
  cx /= sum;
  cy /= sum;
  const double reach = std::min(psf.width * psf.pitch_x_um, psf.height * psf.pitch_y_um) / 2;
  std::vector<double> bins(steps + 1, 0);
  for (int y = 0; y < psf.height; ++y) {
    for (int x = 0; x < psf.width; ++x) {
      const double r = std::hypot((x - cx) * psf.pitch_x_um, (y - cy) * psf.pitch_y_um);
      const int bin = static_cast<int>(std::ceil(r / reach * steps));
      if (bin <= steps) bins[bin] += psf.at(x, y);
    }
  }
  double inside = 0;
  for (int i = 0; i <= steps; ++i) {
    inside += bins[i];
    energy.radius_um.push_back(reach * i / steps);
    energy.fraction.push_back(inside);
  }
  return energy;
}

}  // namespace petzval::optics
