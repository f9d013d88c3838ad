// What the readers of foreign files share: one lens in the making, its warnings and its glasses.
#ifndef PETZVAL_OPTICS_INTERCHANGE_READER_H_
#define PETZVAL_OPTICS_INTERCHANGE_READER_H_

#include <string>
#include <string_view>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/optics/interchange/interchange.h"
#include "petzval/optics/interchange/paraxial.h"

namespace petzval::optics {

inline constexpr int kMaxFileSurfaces = 2000;
inline constexpr double kFarObject_mm = 1e8;  // files write infinity as 1e10 and the like

// A frame seen from another: p_other = shift + turn * p.
struct Rigid {
  Vec3 shift{};
  Mat3 turn = Mat3::Identity();

  Rigid Then(const Rigid& next) const;
  Rigid Inverted() const;
  bool IsIdentity() const;
};
Rigid Shifted(double x, double y, double z);
// Right-handed turns about x, then the turned y, then the turned z.
Mat3 TurnXyz(double x_deg, double y_deg, double z_deg);
Rigid FromPose(const Pose& pose);

// The lens of a file while it is read, in the file's own unit. Surfaces come in order; frame
// changes and thicknesses between them are collected and become thickness and pose of our surfaces.
class LensReader {
 public:
  LensReader(std::string file_name, const ImportOptions& options)
      : name_(std::move(file_name)), options_(options) {}

  Lens& lens() { return lens_; }
  int size() const { return static_cast<int>(lens_.surfaces.size()); }

  void Warn(int line, const std::string& message);
  Error ErrorAt(int line, const std::string& message,
                ErrorCode code = ErrorCode::kInvalidInput) const;

  // What lies between the last surface (or the object) and the next: in the order of the file.
  void AddThickness(double t) { AddMotion(Shifted(0, 0, t)); }
  void AddMotion(const Rigid& motion) { between_ = between_.Then(motion); }
  // A turn that is to be kept in the file's own degrees when it stands alone.
  void AddPose(const Pose& pose);
  // Appends a surface where the collected motion leads.
  void AddSurface(Surface surface);
  // The image plane: where the collected motion leads; a plane is added when it is tilted.
  void AddImage();
  // The motion to surface 1; its shift along z is the object distance.
  const Rigid& from_object() const { return from_object_; }

  // The medium behind a surface from the file's glass name, with or without maker and hyphens;
  // `makers` are tried first. `nd` > 1 is what the file itself says about an unknown glass.
  Result<std::string> GlassNamed(int line, const std::string& name,
                                 const std::vector<std::string>& makers, double nd, double vd);
  // A glass of the lens with these numbers; `vd` 0: no dispersion.
  std::string ModelMedium(double nd, double vd, double dpgf = 0);
  // Adds `glass` to the lens, or finds the one of the same name.
  std::string LocalMedium(const Glass& glass);

  // Fields with x: turned into radial ones with a warning.
  void SetFields(int line, FieldKind kind, const std::vector<double>& x,
                 const std::vector<double>& y, const std::vector<double>& weights);

  // Of the lens as far as it is read, in the file's unit. Errors: those of CheckLens, behind the
  // file's name.
  Result<FileParaxial> Paraxial() const;

  // Scales to mm, checks, and gives the lens away. `unit_mm`: length of the file's unit.
  Result<ImportedLens> Finish(double unit_mm);

 private:
  // A surface that was moved and behind which the motion is undone was moved alone.
  void FindReturn();

  std::string name_;
  const ImportOptions& options_;
  Lens lens_;
  std::vector<std::string> warnings_;
  int silent_warnings_ = 0;
  Rigid between_;
  Rigid from_object_;
  Pose only_pose_;
  int poses_between_ = 0;
};

// Readers of one format each; `text` is UTF-8.
Result<ImportedLens> ReadZmx(std::string_view text, const std::string& name,
                             const ImportOptions& options);
Result<ImportedLens> ReadSeq(std::string_view text, const std::string& name,
                             const ImportOptions& options);
// Our own form or that of DeepLens.
Result<ImportedLens> ReadJson(std::string_view text, const std::string& name,
                              const ImportOptions& options);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_READER_H_
