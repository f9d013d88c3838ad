// The files of a shot: names, frames as DNG, truth as PFM, TIFF and PNG.
#ifndef PETZVAL_SIMULATE_SHOOT_SHOT_FILES_H_
#define PETZVAL_SIMULATE_SHOOT_SHOT_FILES_H_

#include <string>
#include <vector>

#include "petzval/simulate/shoot/camera_setup.h"

namespace petzval::simulate {

// Names of a camera's files, in the order they are written.
struct ShotNames {
  std::vector<std::string> frame;  // as many as frames
  std::string clean_dng, clean_pfm, half, linear, depth, objects;
  std::vector<std::string> motion_x, motion_y;  // of frames from 1
  std::vector<std::string> All() const;
};
ShotNames NamesOf(const std::string& camera, const ShootParams& params);

// Makes the folder when it is missing. Errors: kIo; kInvalidInput when one of the files is there
// and `force` is not given.
Status PrepareFolder(const std::string& folder, const std::vector<std::string>& files, bool force);

// What stands in the tags of every frame of a camera.
RawFrame TaggedFrame(const CameraSetup& setup, const std::string& device_title);

// Mosaic with the levels 0 and 65535 and no noise profile: `signal` clipped to 0..1.
void StoreClean(const Image<float>& signal, RawFrame* frame);
// Signal rounded to the sensor's DN, without noise.
Image<uint16_t> RoundedMean(const Image<float>& signal, const Sensor& sensor);

// 3 planes of linear Rec.2020 as 32-bit float TIFF.
Status WriteLinear(const std::string& path, const Image<float>& rgb, const ExifInfo& exif);
// One plane of several.
Status WritePlane(const std::string& path, const Image<float>& image, int plane);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_SHOT_FILES_H_
