// Launching rays of one field and wavelength.
#include "petzval/optics/trace/launch.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "petzval/optics/trace/field.h"
#include "petzval/optics/trace/pupil_map.h"

namespace petzval::optics {
namespace {

// A ray that no tracer lets through.
Ray NoRay() { return {0, 0, -1, 0, 0, 0}; }

}  // namespace

Result<LensModel> MakeModel(const Lens& lens) { return MakeModel(lens, {}); }

Result<LensModel> MakeModel(const Lens& lens, const std::vector<double>& um) {
  PETZVAL_ASSIGN(System system, MakeSystem(lens, um));
  LensModel model{lens, std::move(system), {}};
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    model.first_order.push_back(ComputeFirstOrder(lens, model.system, w));
  }
  return model;
}

Launcher::Launcher(const LensModel* model, int wavelength, Launch launch, const Pencil& pencil,
                   const AimPoint& chief)
    : model_(model), wavelength_(wavelength), launch_(launch), pencil_(pencil), chief_(chief) {}

Result<Launcher> Launcher::Create(const LensModel& model, double field, int wavelength) {
  return Create(model, field, wavelength, model.lens.launch);
}

Result<Launcher> Launcher::Create(const LensModel& model, double field, int wavelength,
                                  Launch launch) {
  PETZVAL_ASSIGN(const double angle, FieldAngle(model, field, launch));
  const FirstOrder& first = model.primary();
  const Pencil pencil(model.system, first, angle);
  AimPoint chief;
  if (launch == Launch::kRealStop) {
    ChiefFinder finder(model.system, first, wavelength);
    const auto found = finder.At(angle);
    if (!found) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("no chief ray gets through the stop for the field {}", field));
    }
    chief = *found;
  }
  return Launcher(&model, wavelength, launch, pencil, chief);
}

Ray Launcher::At(PupilPoint pupil) const {
  const double radius = model_->primary().epd / 2;
  if (launch_ == Launch::kParaxialPupil) {
    return pencil_.ThroughPupil(pupil.x * radius, pupil.y * radius);
  }
  const auto found = AimOne(Task(), pupil);
  return found ? pencil_.Through(found->qx, found->qy) : NoRay();
}

AimTask Launcher::Task() const {
  const FirstOrder& first = model_->primary();
  return {&model_->system, wavelength_, pencil_, first.stop_radius, chief_, 2 * first.epd};
}

RayBatch<double> Launcher::Batch(std::span<const PupilPoint> pupil) const {
  RayBatch<double> batch;
  batch.Resize(pupil.size());
  if (launch_ == Launch::kParaxialPupil) {
    for (size_t i = 0; i < pupil.size(); ++i) batch.Set(i, At(pupil[i]));
    return batch;
  }
  const AimedPoints aimed = AimMany(Task(), pupil);
  for (size_t i = 0; i < pupil.size(); ++i) {
    batch.Set(i, aimed.found[i] ? pencil_.Through(aimed.qx[i], aimed.qy[i]) : NoRay());
  }
  return batch;
}

RayBatch<float> Launcher::Batch32(std::span<const PupilPoint> pupil) const {
  const RayBatch<double> exact = Batch(pupil);
  RayBatch<float> batch;
  batch.Resize(pupil.size());
  for (size_t i = 0; i < pupil.size(); ++i) {
    Ray ray{exact.x[i], exact.y[i], exact.z[i], exact.l[i], exact.m[i], exact.n[i]};
    if (ray.n != 0) {
      const double s = -ray.z / ray.n;
      ray.x += s * ray.l, ray.y += s * ray.m, ray.z = 0;
    }
    batch.Set(i, ray);
  }
  return batch;
}

}  // namespace petzval::optics
