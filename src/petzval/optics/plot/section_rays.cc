// Bundles for the section: rim, chief and intermediate rays of each field that really pass.
#include <algorithm>
#include <cmath>
#include <optional>

#include "petzval/optics/plot/section_parts.h"

namespace petzval::optics {
namespace {

class Bundles {
 public:
  Bundles(const LensModel& model, const SectionPlane& plane, Section* section,
          std::vector<double>* reach)
      : model_(model), plane_(plane), section_(*section), reach_(*reach) {}

  void Add(int field, int rays) {
    auto launcher = Launcher::Create(model_, section_.fields[field], model_.system.primary);
    if (!launcher) {
      section_.dark_fields.push_back(field);
      return;
    }
    launcher_ = &*launcher;
    Measure();
    const auto limits = Limits();
    if (!limits) {
      section_.dark_fields.push_back(field);
      return;
    }
    const auto [low, high] = *limits;
    const bool chief_passes = low <= 0 && high >= 0;
    bool chief_drawn = false;
    for (int i = 0; i < rays; ++i) {
      double pupil = rays == 1 ? 0 : low + (high - low) * i / (rays - 1);
      // The middle ray of a bundle that is nearly whole is the chief ray itself.
      const double spacing = rays == 1 ? 2 : (high - low) / (rays - 1);
      if (chief_passes && !chief_drawn && std::abs(pupil) < 0.35 * spacing) pupil = 0;
      const bool chief = pupil == 0;
      chief_drawn = chief_drawn || chief;
      Draw(field, pupil, chief);
    }
    if (chief_passes && !chief_drawn) Draw(field, 0, true);
  }

 private:
  PupilPoint At(double pupil) const {
    return plane_.height_is_x ? PupilPoint{pupil, 0} : PupilPoint{0, pupil};
  }
  // With clipping, also where the glass ends: beyond the rim where two faces meet, a ray would run
  // backwards from one to the other.
  RayResult Trace(PupilPoint pupil, std::vector<RayHit>* hits = nullptr) const {
    std::vector<RayHit> local;
    if (hits == nullptr) hits = &local;
    const System& system = model_.system;
    RayResult result = TraceRay(system, system.primary, launcher_->At(pupil), true, hits);
    if (result.status != RayStatus::kOk) return result;
    for (size_t s = 0; s + 1 < hits->size(); ++s) {
      const Lens& lens = model_.lens;
      if (lens.surfaces[s].medium.empty() || IsDummy(lens, static_cast<int>(s))) continue;
      if (IsDummy(lens, static_cast<int>(s) + 1)) continue;
      if ((*hits)[s + 1].opl >= (*hits)[s].opl) continue;
      result.status = RayStatus::kClipped;
      result.surface = static_cast<int>(s);
    }
    return result;
  }
  bool Passes(double pupil) const { return Trace(At(pupil)).status == RayStatus::kOk; }

  // Semi-diameters that these rays need, from rays all around the pupil's rim.
  void Measure() {
    constexpr int kAzimuths = 24;
    for (int i = 0; i < kAzimuths; ++i) {
      const double azimuth = 2 * M_PI * i / kAzimuths;
      std::vector<RayHit> hits;
      if (Trace({std::cos(azimuth), std::sin(azimuth)}, &hits).status != RayStatus::kOk) continue;
      Widen(hits);
    }
  }
  void Widen(const std::vector<RayHit>& hits) {
    for (size_t s = 0; s < hits.size() && s < reach_.size(); ++s) {
      const double r = 1.03 * std::hypot(hits[s].x, hits[s].y);
      if (std::isfinite(r)) reach_[s] = std::max(reach_[s], r);
    }
  }

  // The lowest and highest pupil coordinate that passes, to 1e-4.
  std::optional<std::pair<double, double>> Limits() {
    constexpr int kSteps = 40;
    int first = -1, last = -1;
    for (int i = 0; i <= kSteps; ++i) {
      const RayResult result = Trace(At(-1 + 2.0 * i / kSteps));
      section_.counts.Add(result.status);
      if (result.status != RayStatus::kOk) continue;
      if (first < 0) first = i;
      last = i;
    }
    if (first < 0) return std::nullopt;
    const auto value = [](int i) { return -1 + 2.0 * i / kSteps; };
    const double low = first == 0 ? -1 : Edge(value(first), value(first - 1));
    const double high = last == kSteps ? 1 : Edge(value(last), value(last + 1));
    return std::pair{low, high};
  }
  double Edge(double inside, double outside) const {
    for (int i = 0; i < 10; ++i) {
      const double middle = (inside + outside) / 2;
      (Passes(middle) ? inside : outside) = middle;
    }
    return inside;
  }

  void Draw(int field, double pupil, bool chief) {
    std::vector<RayHit> hits;
    const Ray start = launcher_->At(At(pupil));
    const RayResult result = Trace(At(pupil), &hits);
    if (result.status != RayStatus::kOk || hits.empty()) return;
    Widen(hits);
    SectionRay ray{.field = field, .pupil = pupil, .chief = chief};
    ray.path.push_back({start.z, plane_.height_is_x ? start.x : start.y});
    for (size_t s = 0; s < hits.size(); ++s) {
      // The line goes straight through; a frame's turn may even lie behind the ray.
      if (IsDummy(model_.lens, static_cast<int>(s))) continue;
      ray.path.push_back(plane_.Project(static_cast<int>(s), {hits[s].x, hits[s].y, hits[s].z}));
    }
    ray.path.push_back(plane_.Project(model_.system.size(), {result.x, result.y, 0}));
    section_.rays.push_back(std::move(ray));
  }

  const LensModel& model_;
  const SectionPlane& plane_;
  Section& section_;
  std::vector<double>& reach_;
  const Launcher* launcher_ = nullptr;
};

}  // namespace

void TraceBundles(const LensModel& model, const SectionPlane& plane, int rays, Section* section,
                  std::vector<double>* reach) {
  Bundles bundles(model, plane, section, reach);
  for (int field = 0; field < static_cast<int>(section->fields.size()); ++field) {
    bundles.Add(field, rays);
  }
}

}  // namespace petzval::optics
