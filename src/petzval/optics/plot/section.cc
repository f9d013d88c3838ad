// Section geometry: where each surface stands and how far it reaches.
#include "petzval/optics/plot/section.h"

#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/section_parts.h"

namespace petzval::optics {
namespace {

using Vector = std::array<double, 3>;

Vector Apply(const std::array<Vector, 3>& m, const Vector& v) {
  Vector out;
  for (int i = 0; i < 3; ++i) out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
  return out;
}

// The frame that `motion` (p' = R (p - offset)) makes of `frame`.
SurfaceFrame Moved(const SurfaceFrame& frame, const FrameMotion& motion) {
  SurfaceFrame moved;
  moved.origin = frame.ToGlobal(motion.offset_mm);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      moved.rotation[i][j] = 0;
      for (int k = 0; k < 3; ++k) {
        moved.rotation[i][j] += frame.rotation[i][k] * motion.rotation[j][k];
      }
    }
  }
  return moved;
}

bool FoldsInX(const std::vector<SurfaceFrame>& frames) {
  double x = 0, y = 0;
  for (const SurfaceFrame& frame : frames) {
    x = std::max(x, std::abs(frame.rotation[0][2]));
    y = std::max(y, std::abs(frame.rotation[1][2]));
  }
  return x > y + 1e-9;
}

double EdgeLimit(const TraceSurface& surface, bool along_x) {
  if (!surface.edge) return kInfinity;
  const double half = along_x ? surface.edge->half_x_mm : surface.edge->half_y_mm;
  const EdgeKind kind = surface.edge->kind;
  return (kind == EdgeKind::kRectangle || kind == EdgeKind::kDCut) && half > 0 ? half : kInfinity;
}

}  // namespace

std::array<double, 3> SurfaceFrame::ToGlobal(const std::array<double, 3>& local) const {
  const Vector turned = Apply(rotation, local);
  return {origin[0] + turned[0], origin[1] + turned[1], origin[2] + turned[2]};
}

std::vector<SurfaceFrame> SurfaceFrames(const System& system) {
  std::vector<SurfaceFrame> frames;
  SurfaceFrame line;  // where the prescription's line has led to
  for (const TraceSurface& surface : system.surfaces) {
    SurfaceFrame own = line;
    if (surface.motion) own = Moved(line, *surface.motion);
    frames.push_back(own);
    if (surface.motion && surface.motion->carries) line = own;
    line.origin = line.ToGlobal({0, 0, surface.t});
  }
  frames.push_back(line);
  return frames;
}

std::optional<double> SectionSag(const TraceSurface& surface, double height, bool along_x) {
  // The tracer knows every kind of surface: a ray along the axis through this one alone.
  System one;
  one.surfaces = {surface};
  TraceSurface& only = one.surfaces[0];
  only.t = 0;
  only.sd = 0;
  only.mirror = false;
  only.motion.reset();
  only.edge.reset();
  one.um = {kLineD_um};
  one.weights = {1};
  one.n = {{1, 1}};
  std::vector<RayHit> hits;
  const Ray ray{.x = along_x ? height : 0, .y = along_x ? 0 : height};
  const RayResult result = TraceRay(one, 0, ray, false, &hits);
  if (result.status != RayStatus::kOk || hits.empty() || !std::isfinite(hits[0].z)) return {};
  return hits[0].z;
}

Section ComputeSection(const LensModel& model, const SectionOptions& options) {
  const System& system = model.system;
  Section section;
  const auto frames = SurfaceFrames(system);
  section.height_is_x = FoldsInX(frames);
  section.folded = std::any_of(frames.begin(), frames.end(), [](const SurfaceFrame& f) {
    return std::hypot(f.rotation[0][2], f.rotation[1][2]) > 0.2;
  });
  section.fields = options.fields.empty() ? model.lens.fields.values : options.fields;
  const SectionPlane plane{&frames, section.height_is_x};

  std::vector<double> reach(system.size(), 0.0);
  TraceBundles(model, plane, std::clamp(options.rays, 1, 101), &section, &reach);
  double largest = 0;
  for (int i = 0; i < system.size(); ++i) {
    const TraceSurface& s = system.surfaces[i];
    if (s.sd > 0) reach[i] = s.sd;
    reach[i] = std::min(reach[i], EdgeLimit(s, section.height_is_x));
    // A surface that no ray met still has to be seen.
    if (!(reach[i] > 0)) reach[i] = std::max(0.0, model.primary().epd / 2);
    if (!std::isfinite(reach[i])) reach[i] = 0;
    largest = std::max(largest, reach[i]);
  }
  BuildLenses(model, plane, reach, &section);

  // Stop: marks from its rim outwards, outside the glass where it lies on a lens.
  const int stop = system.stop;
  if (stop >= 0 && stop < system.size()) {
    double rim = model.primary().stop_radius;
    const double sd = system.surfaces[stop].sd;
    if (!(rim > 0) || !std::isfinite(rim)) rim = reach[stop];
    if (sd > 0) rim = std::min(rim, sd);
    const double sag = SectionSag(system.surfaces[stop], rim, section.height_is_x).value_or(0);
    double from = rim;
    for (const SectionLens& lens : section.lenses) {
      if (stop < lens.first || stop > lens.last || section.folded) continue;
      for (const Point& p : lens.outline) from = std::max(from, p.y + 0.03 * largest);
    }
    const double to = from + std::max(0.18 * rim, 0.06 * largest);
    for (const double side : {1.0, -1.0}) {
      section.stop.push_back({plane.At(stop, side * from, sag), plane.At(stop, side * to, sag)});
    }
  }

  // Image surface out to the farthest ray or the image circle.
  double half = model.lens.image_circle_mm / 2;
  for (const SectionRay& ray : section.rays) {
    if (ray.path.empty()) continue;
    const Point origin = plane.At(system.size(), 0, 0);
    half = std::max(half,
                    1.03 * std::hypot(ray.path.back().x - origin.x, ray.path.back().y - origin.y));
  }
  if (!(half > 0)) half = largest;
  const double c = model.lens.image_curvature;
  for (int i = -24; i <= 24; ++i) {
    const double h = half * i / 24;
    const double root = 1 - c * c * h * h;
    const double sag = root > 0 ? c * h * h / (1 + std::sqrt(root)) : 0;
    section.image.push_back(plane.At(system.size(), h, sag));
  }
  for (int i = 0; i <= system.size(); ++i) {
    const bool carried =
        i == system.size() || !system.surfaces[i].motion || system.surfaces[i].motion->carries;
    if (carried) section.axis.push_back(plane.At(i, 0, 0));
    if (i < system.size()) section.total_track_mm += std::abs(system.surfaces[i].t);
  }
  if (!section.folded) section.total_track_mm = section.axis.back().x;
  return section;
}

}  // namespace petzval::optics
