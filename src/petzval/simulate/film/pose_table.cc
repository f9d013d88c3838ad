// Samples of the camera's path.
#include "petzval/simulate/film/pose_table.h"

#include <algorithm>
#include <cstring>

namespace petzval::simulate {
namespace {

constexpr int kSteps = 1024;

PoseTable::Pose Convert(const CameraPose& from) {
  PoseTable::Pose pose;
  for (int i = 0; i < 3; ++i) {
    pose.position[i] = static_cast<float>(from.position_mm[i]);
    for (int j = 0; j < 3; ++j) pose.turn[i][j] = static_cast<float>(from.world_from_camera[i][j]);
  }
  return pose;
}

}  // namespace

PoseTable::PoseTable(const ExposurePath& path, int height) {
  row_start_s_.resize(height, 0.0);
  for (int y = 0; y < height; ++y) {
    if (path.row_start_s) row_start_s_[y] = path.row_start_s(y);
    rolling_ = rolling_ || row_start_s_[y] != row_start_s_[0];
  }
  const auto [low, high] = std::minmax_element(row_start_s_.begin(), row_start_s_.end());
  first_s_ = *low;
  last_s_ = *high + path.exposure_s;
  const auto pose_at = [&](double s) { return Convert(path.pose ? path.pose(s) : CameraPose()); };
  poses_ = {pose_at(first_s_)};
  if (!path.pose || last_s_ <= first_s_) return;
  bool moves = false;
  for (int i = 1; i <= kSteps; ++i) {
    poses_.push_back(pose_at(first_s_ + (last_s_ - first_s_) * i / kSteps));
    moves = moves || std::memcmp(&poses_.back(), &poses_.front(), sizeof(Pose)) != 0;
  }
  if (!moves) poses_.resize(1);
  inverse_step_ = kSteps / (last_s_ - first_s_);
}

PoseTable::Pose PoseTable::At(double s) const {
  if (poses_.size() == 1) return poses_.front();
  const double at = std::clamp((s - first_s_) * inverse_step_, 0.0, static_cast<double>(kSteps));
  const int i = std::min(static_cast<int>(at), kSteps - 1);
  const auto f = static_cast<float>(at - i);
  const Pose &a = poses_[i], &b = poses_[i + 1];
  Pose out;
  for (int j = 0; j < 3; ++j) {
    out.position[j] = a.position[j] + f * (b.position[j] - a.position[j]);
    for (int k = 0; k < 3; ++k) out.turn[j][k] = a.turn[j][k] + f * (b.turn[j][k] - a.turn[j][k]);
  }
  return out;
}

}  // namespace petzval::simulate
