// CODE V .seq: from the listed surfaces to a lens.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/optics/interchange/seq_reader.h"
#include "petzval/optics/interchange/text_input.h"

namespace petzval::optics {

Result<std::string> SeqReader::Medium(const SeqSurface& from) {
  if (!from.glass || from.glass->empty() || Upper(*from.glass) == "AIR") return std::string();
  const std::string name = Upper(*from.glass);
  for (const Glass& glass : private_glasses_) {
    if (glass.name == name) return reader_.LocalMedium(glass);
  }
  if (const auto code = ParseGlassCode(name)) return reader_.ModelMedium(code->nd, code->vd);
  if (const auto index = ParseNumber(name); index && *index >= 1 && *index < 5) {
    return reader_.ModelMedium(*index, 0);
  }
  return reader_.GlassNamed(from.line, *from.glass, {}, 0, 0);
}

Status SeqReader::AddSurface(const SeqSurface& from) {
  Surface surface = from.surface;
  const auto& surfaces = reader_.lens().surfaces;
  const std::string before = surfaces.empty() ? "" : surfaces.back().medium;
  const std::string glass = Upper(from.glass.value_or(""));
  if (glass == "REFL") {
    surface.mirror = true;
    surface.medium = before;
  } else {
    PETZVAL_ASSIGN(surface.medium, Medium(from));
  }
  if (from.rectangle[0] > 0 || from.rectangle[1] > 0) {
    if (from.aperture_shift[0] != 0 || from.aperture_shift[1] != 0) {
      reader_.Warn(from.line, "a rectangular aperture beside the vertex is not read");
    } else if (from.rectangle[0] > 0 && from.rectangle[1] > 0) {
      surface.edge = Edge{EdgeKind::kRectangle, from.rectangle[0], from.rectangle[1], 0};
      const double corner = std::hypot(from.rectangle[0], from.rectangle[1]);
      surface.semi_diameter_mm = std::max(surface.semi_diameter_mm, corner);
    }
  } else if (from.aperture_shift[0] != 0 || from.aperture_shift[1] != 0) {
    reader_.Warn(from.line, "the aperture's decentre is not read");
  }

  // CODE V counts tilts about x and y left-handed, about z right-handed.
  const Pose pose{from.shift[0], from.shift[1], -from.alpha, -from.beta, from.gamma, !from.returns};
  if (from.returns && from.shift[2] != 0) {
    return Fail(reader_.ErrorAt(from.line, "ZDE of a surface that returns is not supported",
                                ErrorCode::kUnsupported));
  }
  if (from.bends && from.gamma != 0) {
    return Fail(reader_.ErrorAt(from.line, "CDE of a bending surface is not supported",
                                ErrorCode::kUnsupported));
  }
  if (from.decentred && from.returns) {
    surface.pose = pose;
  } else if (from.decentred) {
    if (from.shift[2] != 0) reader_.AddThickness(from.shift[2]);
    reader_.AddPose(pose);
  }
  if (from.image) {
    reader_.lens().image_curvature = surface.curvature();
    reader_.AddImage();
    return {};
  }
  reader_.AddSurface(std::move(surface));
  // A bend turns once more behind the surface, then the way goes along the turned axis.
  if (from.bends) reader_.AddPose({0, 0, pose.tilt_x_deg, pose.tilt_y_deg, 0, true});
  reader_.AddThickness(from.thickness);
  return {};
}

Status SeqReader::Build() {
  if (surfaces_.size() < 3 || !surfaces_.back().image) {
    const int line = surfaces_.empty() ? 1 : surfaces_.back().line;
    return Fail(reader_.ErrorAt(line, surfaces_.size() >= 2 && !surfaces_.back().image
                                          ? "the image surface SI is missing"
                                          : "no surface between object and image"));
  }
  Lens& lens = reader_.lens();
  const SeqSurface& object = surfaces_.front();
  if (object.glass) {
    return Fail(reader_.ErrorAt(object.line, "an object space of glass is not supported",
                                ErrorCode::kUnsupported));
  }
  const bool finite = std::abs(object.thickness) < kFarObject_mm / unit_mm_;
  if (finite) reader_.AddThickness(object.thickness);
  for (size_t i = 1; i + 1 < surfaces_.size(); ++i) {
    PETZVAL_RETURN_IF_ERROR(AddSurface(surfaces_[i]));
  }
  if (finite) lens.object_mm = reader_.from_object().shift[2];
  if (stop_ == 0 || stop_ + 1 == static_cast<int>(surfaces_.size())) {
    return Fail(reader_.ErrorAt(surfaces_[stop_].line, "the stop is the object or the image"));
  }
  lens.stop = stop_ < 0 ? 0 : stop_ - 1;

  Spectrum& spectrum = lens.spectrum;
  if (!spectrum.weights.empty() && spectrum.weights.size() != spectrum.um.size()) {
    reader_.Warn(1, "WTW does not have a weight for each wavelength: all weigh the same");
    spectrum.weights.clear();
  }
  if (std::all_of(spectrum.weights.begin(), spectrum.weights.end(),
                  [](double w) { return w == 1; })) {
    spectrum.weights.clear();
  }
  if (spectrum.primary < 0 || spectrum.primary >= static_cast<int>(spectrum.um.size())) {
    reader_.Warn(1, "the reference wavelength is not one of the list");
    spectrum.primary = static_cast<int>(spectrum.um.size()) / 2;
  }

  // The image: the last thickness, or the paraxial image where PIM asks and the file has no value,
  // and the defocus of SI behind it.
  const SeqSurface& last = surfaces_[surfaces_.size() - 2];
  const SeqSurface& image = surfaces_.back();
  if (last.paraxial_image || image.paraxial_image) {
    const int index = reader_.size() - 1;
    if (last.thickness == 0) {
      PETZVAL_ASSIGN(const FileParaxial paraxial, reader_.Paraxial());
      if (!std::isfinite(paraxial.image_mm)) {
        return Fail(reader_.ErrorAt(last.line, "PIM of a lens without focus"));
      }
      reader_.AddThickness(paraxial.image_mm);
    }
    lens.solves.push_back({{"t", index}, SolveKind::kParaxialFocus, image.thickness});
  }
  reader_.AddThickness(image.thickness);
  return AddSurface(image);
}

Status SeqReader::SetApertureAndFields() {
  Lens& lens = reader_.lens();
  FieldKind kind = FieldKind::kAngleDeg;
  if (field_ == "O") kind = FieldKind::kObjectMm;
  if (field_ == "I") kind = FieldKind::kImageMm;
  if (field_.empty()) reader_.Warn(1, "no fields: the axis is taken");
  reader_.SetFields(field_line_ > 0 ? field_line_ : 1, kind, x_, y_, field_weights_);

  if (aperture_.empty()) {
    return Fail(reader_.ErrorAt(1, "no aperture (EPD, FNO, NA or NAO)"));
  }
  if (aperture_ == "EPD") {
    lens.aperture = {ApertureKind::kEntrancePupilDiameter, aperture_value_};
  } else if (aperture_ == "NAO") {
    lens.aperture = {ApertureKind::kObjectNa, aperture_value_};
  } else {
    // FNO and NA are of the image space at the object distance of the file.
    const double f_number = aperture_ == "FNO" ? aperture_value_ : 0.5 / aperture_value_;
    if (!std::isfinite(lens.object_mm)) {
      lens.aperture = {ApertureKind::kFNumber, f_number};
    } else {
      PETZVAL_ASSIGN(const FileParaxial paraxial, reader_.Paraxial());
      if (!(paraxial.working_epd_mm > 0)) {
        return Fail(reader_.ErrorAt(aperture_line_, "the f-number of a lens without focus"));
      }
      lens.aperture = {ApertureKind::kEntrancePupilDiameter, paraxial.working_epd_mm / f_number};
    }
  }
  return {};
}

}  // namespace petzval::optics
