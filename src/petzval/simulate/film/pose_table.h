// The camera's pose over an exposure, cheap enough to ask for every ray.
#ifndef PETZVAL_SIMULATE_FILM_POSE_TABLE_H_
#define PETZVAL_SIMULATE_FILM_POSE_TABLE_H_

#include <vector>

#include "petzval/simulate/film/film.h"

namespace petzval::simulate {

// Rigid motion in single precision; linear between a thousand samples of the path, which turns by
// little from one to the next.
class PoseTable {
 public:
  struct Pose {
    float position[3];
    float turn[3][3];  // world_from_camera
  };

  PoseTable() = default;
  PoseTable(const ExposurePath& path, int height);

  bool moves() const { return poses_.size() > 1; }
  double first_s() const { return first_s_; }
  double last_s() const { return last_s_; }
  Pose At(double s) const;
  double row_start_s(int y) const { return row_start_s_[y]; }
  bool rolling() const { return rolling_; }

 private:
  double first_s_ = 0, last_s_ = 0, inverse_step_ = 0;
  bool rolling_ = false;
  std::vector<Pose> poses_;
  std::vector<double> row_start_s_;
};

// To the world and back.
inline void ToWorld(const PoseTable::Pose& pose, const float in[3], bool place, float out[3]) {
  for (int i = 0; i < 3; ++i) {
    out[i] = pose.turn[i][0] * in[0] + pose.turn[i][1] * in[1] + pose.turn[i][2] * in[2] +
             (place ? pose.position[i] : 0);
  }
}

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_POSE_TABLE_H_
