// The diffraction transfer function: the pupil overlapped with itself (Hopkins 1955).
#include <cmath>
#include <numbers>

#include "petzval/optics/analysis/opd.h"
#include "petzval/optics/analysis/otf.h"
#include "petzval/optics/analysis/phasor_kernels.h"

namespace petzval::optics {
namespace {

// Pairs of pupil points (p + s/2, p - s/2), both inside the unit disc.
struct Overlap {
  std::vector<PupilPoint> plus, minus;
  std::vector<double> weights;
};
Overlap MakeOverlap(int n, double sx, double sy, PupilSymmetry symmetry) {
  const ReducedPupil grid = ReducedGrid(n, true, 1, symmetry);
  Overlap overlap;
  for (size_t i = 0; i < grid.points.size(); ++i) {
    const PupilPoint p = grid.points[i];
    const PupilPoint plus = {p.x + sx / 2, p.y + sy / 2}, minus = {p.x - sx / 2, p.y - sy / 2};
    if (plus.x * plus.x + plus.y * plus.y > 1 || minus.x * minus.x + minus.y * minus.y > 1) {
      continue;
    }
    overlap.plus.push_back(plus);
    overlap.minus.push_back(minus);
    overlap.weights.push_back(grid.weights[i]);
  }
  return overlap;
}

// The image plane moved: where the ray meets it, and its path.
void Shift(double shift, double index, RayResults<double>* rays) {
  for (size_t i = 0; i < rays->size(); ++i) {
    const double way = shift / rays->n[i];
    rays->x[i] += way * rays->l[i];
    rays->y[i] += way * rays->m[i];
    rays->opl[i] += index * way;
  }
}
RayResult Shifted(RayResult ray, double shift, double index) {
  const double way = shift / ray.n;
  ray.x += way * ray.l;
  ray.y += way * ray.m;
  ray.opl += index * way;
  return ray;
}

// Wave aberrations of the points for each position of the image plane: [shift][point].
std::vector<std::vector<double>> Waves(const FieldTracer& tracer,
                                       const std::vector<ReferenceSphere>& spheres,
                                       const std::vector<double>& shifts, double index,
                                       const std::vector<PupilPoint>& points) {
  std::vector<std::vector<double>> waves(shifts.size(), std::vector<double>(points.size()));
  RayResults<double> moved;
  tracer.TraceInPieces(points, tracer.clip(), [&](size_t first, const RayResults<double>& rays) {
    for (size_t s = 0; s < shifts.size(); ++s) {
      const std::span<double> out(waves[s].data() + first, rays.size());
      if (shifts[s] == 0) {
        spheres[s].Opd(rays, out);
      } else {
        moved = rays;
        Shift(shifts[s], index, &moved);
        spheres[s].Opd(moved, out);
      }
    }
  });
  return waves;
}

std::complex<double> OverlapSum(const std::vector<double>& plus, const std::vector<double>& minus,
                                std::vector<double> weights) {
  std::vector<double> turns(plus.size());
  for (size_t i = 0; i < plus.size(); ++i) {
    turns[i] = plus[i] - minus[i];
    if (!std::isfinite(turns[i])) turns[i] = weights[i] = 0;
  }
  return PhasorSum(turns.data(), weights.data(), turns.size());
}

}  // namespace

std::optional<PupilSlopes> MeasurePupilSlopes(const FieldTracer& tracer) {
  const std::vector<PupilPoint> pupil = MidpointGrid(24, true);
  const RayResults<double> rays = tracer.Trace(pupil);
  double count = 0, px = 0, py = 0, l = 0, m = 0;
  for (size_t i = 0; i < rays.size(); ++i) {
    if (rays.status[i] != 0) continue;
    count += 1;
    px += pupil[i].x, py += pupil[i].y, l += rays.l[i], m += rays.m[i];
  }
  if (count < 3) return std::nullopt;
  px /= count, py /= count, l /= count, m /= count;
  double xx = 0, yy = 0, xl = 0, ym = 0;
  for (size_t i = 0; i < rays.size(); ++i) {
    if (rays.status[i] != 0) continue;
    xx += (pupil[i].x - px) * (pupil[i].x - px);
    yy += (pupil[i].y - py) * (pupil[i].y - py);
    xl += (pupil[i].x - px) * (rays.l[i] - l);
    ym += (pupil[i].y - py) * (rays.m[i] - m);
  }
  if (!(xx > 0) || !(yy > 0)) return std::nullopt;
  const PupilSlopes slopes = {xl / xx, ym / yy};
  // Parallel light has no cutoff frequency.
  if (std::abs(slopes.l) < 1e-12 || std::abs(slopes.m) < 1e-12) return std::nullopt;
  return slopes;
}

Result<Otf> DiffractionOtf(const LensModel& model, double field, int wavelength,
                           const FieldTracer& tracer, const OtfRequest& request) {
  Otf otf = Otf::Zero(request);
  const int n = request.grid;
  const double index = model.system.n[wavelength].back();
  const double lambda_mm = model.system.um[wavelength] * 1e-3;
  const PupilSymmetry symmetry = SymmetryOf(model, field);
  std::vector<ReferenceSphere> spheres;
  std::vector<double> chief_dx, chief_dy;  // of this wavelength from the origin
  for (const double shift : request.shifts_mm) {
    const RayResult chief = Shifted(tracer.chief(), shift, index);
    const RayResult origin = Shifted(request.origin, shift, index);
    PETZVAL_ASSIGN(ReferenceSphere sphere,
                   ReferenceSphere::Create(Defocused(model, shift), wavelength, chief));
    spheres.push_back(sphere);
    chief_dx.push_back(chief.x - origin.x);
    chief_dy.push_back(chief.y - origin.y);
  }
  const ReducedPupil whole = ReducedGrid(n, true, 1, symmetry);
  tracer.TraceInPieces(
      whole.points, tracer.clip(), [&](size_t first, const RayResults<double>& rays) {
        otf.rays += CountRays(rays.status, std::span(whole.weights).subspan(first, rays.size()));
      });
  if (otf.rays.ok == 0) return otf;
  otf.norm = tracer.clip() ? otf.rays.ok : std::numbers::pi * n * n / 4;
  const std::optional<PupilSlopes> slopes = MeasurePupilSlopes(tracer);
  if (!slopes) {
    otf.norm = 0;
    return otf;
  }

  for (size_t f = 0; f < request.cycles_per_mm.size(); ++f) {
    const double frequency = request.cycles_per_mm[f];
    // Signed so that the phase of a ray displaced by dy is -2 pi f dy.
    const double st = -lambda_mm * frequency / (index * slopes->m);
    const double ss = -lambda_mm * frequency / (index * slopes->l);
    if (std::abs(st) < 2) {
      const Overlap overlap = MakeOverlap(n, 0, st, symmetry);
      const auto plus = Waves(tracer, spheres, request.shifts_mm, index, overlap.plus);
      const auto minus = Waves(tracer, spheres, request.shifts_mm, index, overlap.minus);
      for (size_t s = 0; s < spheres.size(); ++s) {
        const std::complex<double> sum = OverlapSum(plus[s], minus[s], overlap.weights);
        otf.tangential[s][f] = (symmetry == PupilSymmetry::kMirrorXY ? sum.real() : sum) *
                               std::polar(1.0, -2 * std::numbers::pi * frequency * chief_dy[s]);
      }
    }
    if (symmetry == PupilSymmetry::kMirrorXY) {
      for (size_t s = 0; s < spheres.size(); ++s) otf.sagittal[s][f] = otf.tangential[s][f];
      continue;
    }
    if (std::abs(ss) < 2) {
      const Overlap overlap = MakeOverlap(n, ss, 0, PupilSymmetry::kNone);
      const auto plus = Waves(tracer, spheres, request.shifts_mm, index, overlap.plus);
      std::vector<std::vector<double>> minus;
      if (symmetry == PupilSymmetry::kNone) {
        minus = Waves(tracer, spheres, request.shifts_mm, index, overlap.minus);
      } else {
        // W(-x, y) = W(x, y): the other point of each pair is the mirror image of a point of
        // the same row already traced, counted from the row's other end.
        minus = plus;
        for (auto& waves : minus) {
          for (size_t begin = 0, end = 0; begin < waves.size(); begin = end) {
            while (end < waves.size() && overlap.plus[end].y == overlap.plus[begin].y) ++end;
            std::reverse(waves.begin() + static_cast<ptrdiff_t>(begin),
                         waves.begin() + static_cast<ptrdiff_t>(end));
          }
        }
      }
      for (size_t s = 0; s < spheres.size(); ++s) {
        const std::complex<double> sum = OverlapSum(plus[s], minus[s], overlap.weights);
        otf.sagittal[s][f] = sum * std::polar(1.0, -2 * std::numbers::pi * frequency * chief_dx[s]);
      }
    }
  }
  return otf;
}

}  // namespace petzval::optics
