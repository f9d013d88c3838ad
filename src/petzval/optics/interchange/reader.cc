// One lens in the making: frames between surfaces, fields, warnings.
#include "petzval/optics/interchange/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace petzval::optics {
namespace {

constexpr size_t kMaxWarnings = 200;
constexpr double kDegree = std::numbers::pi / 180;

Mat3 Turn(int axis, double deg) {
  // Quarter turns are frequent in folded systems and are kept exact.
  const double quarter = std::remainder(deg, 360.0) / 90;
  const double exact = std::nearbyint(quarter);
  double c = std::cos(deg * kDegree), s = std::sin(deg * kDegree);
  if (quarter == exact) {
    constexpr double kCos[4] = {1, 0, -1, 0}, kSin[4] = {0, 1, 0, -1};
    const int turn = (static_cast<int>(exact) + 4) % 4;
    c = kCos[turn];
    s = kSin[turn];
  }
  Mat3 r = Mat3::Identity();
  const int a = (axis + 1) % 3, b = (axis + 2) % 3;
  r[a][a] = c;
  r[a][b] = -s;
  r[b][a] = s;
  r[b][b] = c;
  return r;
}

Mat3 Transposed(const Mat3& a) {
  Mat3 r;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) r[i][j] = a[j][i];
  }
  return r;
}

// The angles of TurnXyz, the one about z zero where only a sum is determined.
Pose PoseOf(const Rigid& motion) {
  Pose pose;
  const Mat3& r = motion.turn;
  pose.decentre_x_mm = motion.shift[0];
  pose.decentre_y_mm = motion.shift[1];
  if (std::abs(r[0][2]) < 1 - 1e-14) {
    pose.tilt_y_deg = std::asin(r[0][2]) / kDegree;
    pose.tilt_x_deg = std::atan2(-r[1][2], r[2][2]) / kDegree;
    pose.tilt_z_deg = std::atan2(-r[0][1], r[0][0]) / kDegree;
  } else {
    pose.tilt_y_deg = r[0][2] > 0 ? 90 : -90;
    pose.tilt_x_deg = std::atan2(r[2][1], r[1][1]) / kDegree;
  }
  pose.carries = true;
  return pose;
}

// Rounding of turns that cancel is not a tilt.
void DropRounding(Rigid* motion) {
  double turned = 0;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) turned = std::max(turned, std::abs(motion->turn[i][j] - (i == j)));
  }
  if (turned < 1e-14) motion->turn = Mat3::Identity();
  const double length = std::abs(motion->shift[2]) + 1;
  for (int i = 0; i < 2; ++i) {
    if (std::abs(motion->shift[i]) < 1e-14 * length) motion->shift[i] = 0;
  }
}

}  // namespace

Rigid Rigid::Then(const Rigid& next) const {
  Rigid r;
  const Vec3 moved = turn * next.shift;
  for (int i = 0; i < 3; ++i) r.shift[i] = shift[i] + moved[i];
  r.turn = turn * next.turn;
  return r;
}

Rigid Rigid::Inverted() const {
  Rigid r;
  r.turn = Transposed(turn);
  const Vec3 back = r.turn * shift;
  for (int i = 0; i < 3; ++i) r.shift[i] = -back[i];
  return r;
}

bool Rigid::IsIdentity() const { return shift == Vec3{} && turn == Mat3::Identity(); }

Rigid Shifted(double x, double y, double z) {
  Rigid r;
  r.shift = {{x, y, z}};
  return r;
}

Mat3 TurnXyz(double x_deg, double y_deg, double z_deg) {
  return Turn(0, x_deg) * Turn(1, y_deg) * Turn(2, z_deg);
}

Rigid FromPose(const Pose& pose) {
  Rigid r = Shifted(pose.decentre_x_mm, pose.decentre_y_mm, 0);
  r.turn = TurnXyz(pose.tilt_x_deg, pose.tilt_y_deg, pose.tilt_z_deg);
  return r;
}

void LensReader::Warn(int line, const std::string& message) {
  if (warnings_.size() < kMaxWarnings) {
    warnings_.push_back(fmt::format("line {}: {}", line, message));
  } else {
    ++silent_warnings_;
  }
}

Error LensReader::ErrorAt(int line, const std::string& message, ErrorCode code) const {
  return {code, fmt::format("{}: line {}: {}", name_, line, message)};
}

void LensReader::AddPose(const Pose& pose) {
  const Rigid motion = FromPose(pose);
  if (motion.IsIdentity()) return;
  only_pose_ = pose;
  // Alone means: nothing but a thickness came before.
  const bool plain =
      between_.turn == Mat3::Identity() && between_.shift[0] == 0 && between_.shift[1] == 0;
  poses_between_ += plain ? 1 : 2;
  AddMotion(motion);
}

void LensReader::FindReturn() {
  if (lens_.surfaces.empty()) return;
  Surface& last = lens_.surfaces.back();
  if (!last.pose || !last.pose->carries) return;
  Rigid whole = FromPose(*last.pose).Then(between_);
  DropRounding(&whole);
  if (whole.turn != Mat3::Identity() || whole.shift[0] != 0 || whole.shift[1] != 0) return;
  last.pose->carries = false;
  between_ = whole;
  poses_between_ = 0;
}

void LensReader::AddSurface(Surface surface) {
  FindReturn();
  DropRounding(&between_);
  const bool turned = between_.turn != Mat3::Identity();
  if (turned || between_.shift[0] != 0 || between_.shift[1] != 0) {
    Pose pose = PoseOf(between_);
    if (poses_between_ == 1) {
      // A thickness behind the pose would have moved the shift; then the angles still hold.
      pose.tilt_x_deg = only_pose_.tilt_x_deg;
      pose.tilt_y_deg = only_pose_.tilt_y_deg;
      pose.tilt_z_deg = only_pose_.tilt_z_deg;
    }
    if (surface.pose) {
      // The frame change leads to the line of a surface that itself is moved alone: their product
      // moves this surface, and the way back goes to what comes next.
      const Rigid own = FromPose(*surface.pose);
      Rigid both = between_.Then(own);
      DropRounding(&both);
      between_.shift[2] = both.shift[2];
      pose = PoseOf(both);
      surface.pose = pose;
      if (lens_.surfaces.empty()) {
        from_object_ = between_;
      } else {
        lens_.surfaces.back().thickness_mm = between_.shift[2];
      }
      lens_.surfaces.push_back(std::move(surface));
      between_ = own.Inverted();
      poses_between_ = 2;
      return;
    }
    surface.pose = pose;
  }
  if (lens_.surfaces.empty()) {
    from_object_ = between_;
  } else {
    lens_.surfaces.back().thickness_mm = between_.shift[2];
  }
  lens_.surfaces.push_back(std::move(surface));
  between_ = {};
  poses_between_ = 0;
}

void LensReader::AddImage() {
  if (lens_.surfaces.empty()) return;
  FindReturn();
  DropRounding(&between_);
  const bool tilted = between_.turn != Mat3::Identity();
  if (tilted || between_.shift[0] != 0 || between_.shift[1] != 0) {
    Surface plane;
    plane.medium = lens_.surfaces.back().medium;
    AddSurface(plane);
    return;
  }
  lens_.surfaces.back().thickness_mm = between_.shift[2];
  between_ = {};
}

void LensReader::SetFields(int line, FieldKind kind, const std::vector<double>& x,
                           const std::vector<double>& y, const std::vector<double>& weights) {
  Fields& fields = lens_.fields;
  fields.kind = kind;
  fields.values.clear();
  fields.weights.clear();
  const size_t count = std::max(x.size(), y.size());
  bool weighted = false, sideways = false;
  for (size_t i = 0; i < count; ++i) {
    const double at_x = i < x.size() ? x[i] : 0, at_y = i < y.size() ? y[i] : 0;
    double value = at_y;
    if (at_x != 0) {
      sideways = true;
      value =
          kind == FieldKind::kAngleDeg
              ? std::atan(std::hypot(std::tan(at_x * kDegree), std::tan(at_y * kDegree))) / kDegree
              : std::hypot(at_x, at_y);
    }
    fields.values.push_back(value);
    fields.weights.push_back(i < weights.size() ? weights[i] : 1.0);
    weighted = weighted || fields.weights.back() != 1.0;
  }
  if (!weighted) fields.weights.clear();
  if (fields.values.empty()) fields.values = {0.0};
  if (sideways) {
    Warn(line,
         "fields beside the y-z plane are turned into it, which is the same only for a lens "
         "with an axis of symmetry");
  }
}

Result<FileParaxial> LensReader::Paraxial() const {
  auto paraxial = ComputeFileParaxial(lens_);
  if (!paraxial) return Fail(paraxial.error().In(name_));
  return paraxial;
}

Result<ImportedLens> LensReader::Finish(double unit_mm) {
  if (lens_.surfaces.empty()) {
    return Fail(ErrorCode::kInvalidInput, name_ + ": no surface between object and image");
  }
  // Our defaults say what the file did not.
  if (lens_.name.empty()) {
    const size_t slash = name_.find_last_of('/');
    std::string stem = name_.substr(slash == std::string::npos ? 0 : slash + 1);
    lens_.name = stem.substr(0, stem.find_last_of('.'));
  }
  if (lens_.title.empty()) lens_.title = lens_.name;
  if (lens_.source.empty()) lens_.source = "imported from " + name_;
  if (lens_.licence.empty()) lens_.licence = "unknown: that of the imported file";
  if (unit_mm != 1.0) lens_ = ScaledLens(lens_, unit_mm);
  if (auto status = CheckLens(lens_); !status) return Fail(status.error().In(name_));
  if (silent_warnings_ > 0) {
    warnings_.push_back(fmt::format("{} more warnings of the same kinds", silent_warnings_));
  }
  return ImportedLens{std::move(lens_), std::move(warnings_)};
}

}  // namespace petzval::optics
