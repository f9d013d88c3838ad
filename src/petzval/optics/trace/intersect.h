// One ray and one surface, scalar double precision: where they meet and how the ray goes on.
#ifndef PETZVAL_OPTICS_TRACE_INTERSECT_H_
#define PETZVAL_OPTICS_TRACE_INTERSECT_H_

#include "petzval/optics/trace/trace.h"

namespace petzval::optics {

// Moves `ray`, which stands in the frame of `surface`, to the surface: first to the tangent plane
// of the vertex, then to the intersection at the vertex sheet. Adds the signed way to `step`.
// False: no intersection. Method: Spencer and Murty, J. Opt. Soc. Am. 52 (1962) 672.
bool Intersect(const TraceSurface& surface, Ray* ray, double* step);

// The direction behind the surface, where `ray` stands on it; `ratio` is n / n'. False: total
// reflection; the ray is unchanged then.
bool Refract(const TraceSurface& surface, double ratio, Ray* ray);

// Whether (x, y) lies inside the clear diameter and the edge.
bool InsideAperture(const TraceSurface& surface, double x, double y);

// Into the frame of a moved surface and out of it.
void EnterFrame(const FrameMotion& motion, Ray* ray);
void LeaveFrame(const FrameMotion& motion, Ray* ray);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_INTERSECT_H_
