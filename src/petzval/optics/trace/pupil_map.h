// Real-stop aiming of many rays at once, with the vector tracer.
#ifndef PETZVAL_OPTICS_TRACE_PUPIL_MAP_H_
#define PETZVAL_OPTICS_TRACE_PUPIL_MAP_H_

#include <span>
#include <vector>

#include "petzval/optics/trace/aim.h"
#include "petzval/optics/trace/packed_system.h"
#include "petzval/optics/trace/pupil_grid.h"

namespace petzval::optics {

// What aiming at the stop needs of one field and wavelength.
struct AimTask {
  const System* system;
  int wavelength;
  Pencil pencil;
  double stop_radius;
  AimPoint chief;
  double reach;  // how far from the chief ray a solution may lie, mm
};

// One point: directly from the chief ray's linear map, else in steps outwards. Empty: no ray.
std::optional<AimPoint> AimOne(const AimTask& task, PupilPoint pupil);

// Where the rays through `pupil` cross the pencil's plane.
struct AimedPoints {
  std::vector<double> qx, qy;
  std::vector<uint8_t> found;
};
AimedPoints AimMany(const AimTask& task, std::span<const PupilPoint> pupil);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_PUPIL_MAP_H_
