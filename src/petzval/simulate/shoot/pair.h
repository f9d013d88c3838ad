// A phone and a full-frame camera at the same place: matched jobs and which pixel sees which.
#ifndef PETZVAL_SIMULATE_SHOOT_PAIR_H_
#define PETZVAL_SIMULATE_SHOOT_PAIR_H_

#include "petzval/simulate/shoot/shoot.h"

namespace petzval::simulate {

// Where a pixel of one camera lies in another's picture, by the chief rays of both and a plane at
// the focus distance. Linear between the nodes of a grid.
struct PixelMap {
  int step = 16;  // pixels between nodes
  Image<float> x_px,
      y_px;  // nodes: pixel centre (i * step + 0.5, j * step + 0.5); nan where not seen
  // Upper left corner (0, 0). False outside what the other sees.
  bool At(double x, double y, double* other_x, double* other_y) const;
};

// A camera's film as pixels: what a PixelMap needs of each.
struct FilmGeometry {
  const CameraOptics* optics = nullptr;
  int width = 0, height = 0;
  double pitch_mm = 0, center_x_px = 0, center_y_px = 0;
};
// `plane_mm`: distance of the plane along z of the common pose.
PixelMap MapPixels(const FilmGeometry& from, const FilmGeometry& to, double plane_mm,
                   int step = 16);

struct ShootPairJob {
  std::string scene, device, reference_device = "fullframe-reference";
  std::string folder;          // two folders are made in it: "device" and "reference"
  std::string camera;          // of the device
  std::string reference_lens;  // on its first camera; empty: the camera that frames as near
  ShootParams params;          // of the device's camera
  double reference_iso = 100;  // of the reference; 0: metered. Its time then follows from the meter
  double reference_f_number = 0;
  bool reference_tripod = true;  // the reference does not shake
};

struct ShootPairResult {
  ShootResult device, reference;
  std::string reference_lens;
  double device_equivalent_mm = 0, reference_equivalent_mm = 0;
  PixelMap map;  // device's pixels (as the files') to the reference's
};
// Both cameras stand with their entrance pupils at the same point and look the same way, so that
// they share the perspective; the reference is cropped to the device's field when its lens is
// shorter. Writes also pair.json and map_x.pfm, map_y.pfm (one sample each `step` pixels).
Result<ShootPairResult> ShootPair(const ShootPairJob& job,
                                  const std::function<void(double)>& progress);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_PAIR_H_
