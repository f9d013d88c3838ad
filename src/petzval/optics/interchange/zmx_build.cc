// Zemax .zmx: from the SURF blocks to a lens.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/interchange/zmx_reader.h"

namespace petzval::optics {

Status ZmxReader::Build() {
  const ZmxBlock& object = blocks_.front();
  if (!object.glass.words.empty()) {
    return Fail(reader_.ErrorAt(object.glass.number, "an object space of glass is not supported",
                                ErrorCode::kUnsupported));
  }
  double distance = kInfinity;
  if (!object.thickness.words.empty() && object.thickness.words.size() > 1 &&
      Upper(object.thickness.words[1]).substr(0, 3) != "INF") {
    PETZVAL_ASSIGN(distance, Numeric(object.thickness, 1, "the object distance"));
    if (std::abs(distance) >= kFarObject_mm / unit_mm_) distance = kInfinity;
  }
  if (std::isfinite(distance)) reader_.AddThickness(distance);
  for (size_t i = 1; i + 1 < blocks_.size(); ++i) {
    if (blocks_[i].stop) stop_ = reader_.size();
    PETZVAL_RETURN_IF_ERROR(BuildSurface(blocks_[i]));
    if (blocks_[i].type == "COORDBRK" && blocks_[i].stop) {
      reader_.Warn(blocks_[i].line,
                   "the stop stands on a coordinate break: the next surface is it");
    }
  }
  const ZmxBlock& image = blocks_.back();
  if (!image.curv.words.empty()) {
    PETZVAL_ASSIGN(reader_.lens().image_curvature, Numeric(image.curv, 1, "the image's curvature"));
  }
  if (image.type != "STANDARD") {
    reader_.Warn(image.line, "the image surface is taken as a sphere or plane");
  }
  if (image.stop) stop_ = -1;
  reader_.AddImage();
  Lens& lens = reader_.lens();
  if (std::isfinite(distance)) lens.object_mm = reader_.from_object().shift[2];
  if (stop_ < 0) {
    reader_.Warn(blocks_.front().line, "no surface is marked as the stop: surface 1 is taken");
    stop_ = 0;
  }
  lens.stop = std::min(stop_, std::max(reader_.size() - 1, 0));
  return {};
}

Status ZmxReader::BuildSurface(const ZmxBlock& block) {
  double thickness = 0;
  if (!block.thickness.words.empty()) {
    PETZVAL_ASSIGN(thickness, Numeric(block.thickness, 1, "the thickness"));
  }
  const auto parm = [&](int i) {
    const auto at = block.parm.find(i);
    return at == block.parm.end() ? 0.0 : at->second.Number(2);
  };
  if (block.type == "COORDBRK") {
    Pose pose{parm(1), parm(2), parm(3), parm(4), parm(5), true};
    if (parm(6) == 0) {
      reader_.AddPose(pose);
    } else {
      // The other order: turns about z, y, x, then the shift in the turned frame.
      Rigid turn;
      turn.turn = TurnXyz(0, 0, pose.tilt_z_deg) * TurnXyz(0, pose.tilt_y_deg, 0) *
                  TurnXyz(pose.tilt_x_deg, 0, 0);
      reader_.AddMotion(turn.Then(Shifted(pose.decentre_x_mm, pose.decentre_y_mm, 0)));
    }
    reader_.AddThickness(thickness);
    return {};
  }

  Surface surface;
  PETZVAL_RETURN_IF_ERROR(ReadShape(block, &surface));
  PETZVAL_RETURN_IF_ERROR(ReadAperture(block, &surface));
  const auto& surfaces = reader_.lens().surfaces;
  const std::string before = surfaces.empty() ? "" : surfaces.back().medium;
  if (block.glass.words.size() > 1) {
    const std::string glass = block.glass.words[1];
    const double nd = block.glass.Number(4), vd = block.glass.Number(5);
    if (Upper(glass) == "MIRROR") {
      surface.mirror = true;
      surface.medium = before;
    } else if (glass == "___BLANK") {
      if (!(nd >= 1 && nd < 5) || vd < 0) {
        return Fail(reader_.ErrorAt(block.glass.number, "a model glass without nd and vd"));
      }
      surface.medium = reader_.ModelMedium(nd, vd, block.glass.Number(6));
    } else {
      // 1.5 and 40 is what stands there when nobody said anything.
      const bool stated = nd > 1 && !(nd == 1.5 && vd == 40);
      PETZVAL_ASSIGN(surface.medium,
                     reader_.GlassNamed(block.glass.number, glass, makers_, stated ? nd : 0, vd));
    }
  }
  reader_.AddSurface(std::move(surface));
  reader_.AddThickness(thickness);
  return {};
}

Status ZmxReader::ReadShape(const ZmxBlock& block, Surface* surface) {
  double c = 0;
  if (!block.curv.words.empty()) {
    PETZVAL_ASSIGN(c, Numeric(block.curv, 1, "the curvature"));
  }
  surface->radius_mm = c == 0 ? 0 : 1 / c;
  if (!std::isfinite(surface->radius_mm)) surface->radius_mm = 0;
  if (!block.conic.words.empty()) {
    PETZVAL_ASSIGN(surface->conic, Numeric(block.conic, 1, "the conic constant"));
  }
  return ReadPowers(block, surface);
}

Status ZmxReader::ReadPowers(const ZmxBlock& block, Surface* surface) {
  const std::string& type = block.type;
  std::map<int, double> powers;
  double norm = 1;
  if (type == "EVENASPH" || type == "ODDASPHE") {
    const int step = type == "EVENASPH" ? 2 : 1;
    for (const auto& [i, line] : block.parm) {
      if (i < 1 || i > 8) continue;
      PETZVAL_ASSIGN(powers[step * i], Numeric(line, 2, "the coefficient"));
    }
    if (powers.count(1) && powers[1] == 0) powers.erase(1);
    if (powers.count(1)) {
      return Fail(reader_.ErrorAt(block.parm.at(1).number,
                                  "a term in r^1 has no normal at the "
                                  "vertex",
                                  ErrorCode::kUnsupported));
    }
  } else if (type == "XASPHERE") {
    const auto count = block.xdat.count(1) ? block.xdat.at(1).Number(2) : 0;
    if (block.xdat.count(2)) norm = block.xdat.at(2).Number(2);
    if (!(norm > 0)) norm = 1;
    for (const auto& [i, line] : block.xdat) {
      const int term = i - 2;
      if (term < 1 || term > count) continue;
      PETZVAL_ASSIGN(powers[2 * term], Numeric(line, 2, "the coefficient"));
    }
    for (const auto& [i, line] : block.parm) {
      if (i >= 1 && i <= 8 && line.Number(2) != 0) {
        return Fail(reader_.ErrorAt(line.number,
                                    "an extended asphere with both kinds of terms is "
                                    "not supported",
                                    ErrorCode::kUnsupported));
      }
    }
  } else if (type == "TOROIDAL") {
    double radius = 0;
    for (const auto& [i, line] : block.parm) {
      if (i == 1) radius = line.Number(2);
      if (i >= 2 && i <= 8 && line.Number(2) != 0) {
        return Fail(reader_.ErrorAt(line.number, "a toroid with polynomial terms is not supported",
                                    ErrorCode::kUnsupported));
      }
    }
    surface->radius_x_mm = radius;
    surface->cylinder_x = radius == 0;
  } else if (type != "STANDARD") {
    return Fail(reader_.ErrorAt(block.line, "surface type " + Shown(type) + " is not supported",
                                ErrorCode::kUnsupported));
  }
  std::erase_if(powers, [](const auto& term) { return term.second == 0; });
  if (powers.empty()) return {};
  if (powers.rbegin()->first > 30) {
    return Fail(
        reader_.ErrorAt(block.line, "powers above 30 are not supported", ErrorCode::kUnsupported));
  }
  surface->asphere.kind = AsphereKind::kPower;
  surface->asphere.norm_mm = norm;
  surface->asphere.powers = std::move(powers);
  return {};
}

Status ZmxReader::ReadAperture(const ZmxBlock& block, Surface* surface) {
  const ZmxLine& diameter = block.diameter;
  // The second number tells a diameter that somebody fixed from one that follows the rays.
  if (diameter.words.size() > 2 && diameter.Number(2) == 1 && diameter.Number(1) > 0) {
    surface->semi_diameter_mm = diameter.Number(1);
  }
  const ZmxLine& aperture = block.aperture;
  if (aperture.words.empty()) return {};
  const std::string& kind = aperture.words[0];
  const double inner = aperture.Number(1), outer = aperture.Number(2);
  if (kind == "FLAP" || kind == "CLAP") {
    if (outer > 0) surface->semi_diameter_mm = outer;
    if (inner > 0) surface->edge = Edge{EdgeKind::kAnnulus, 0, 0, inner};
  } else if (kind == "OBSC" && inner == 0 && outer > 0) {
    surface->edge = Edge{EdgeKind::kAnnulus, 0, 0, outer};
  } else if (kind == "SQAP" && inner > 0 && outer > 0) {
    surface->edge = Edge{EdgeKind::kRectangle, inner, outer, 0};
    surface->semi_diameter_mm = std::max(surface->semi_diameter_mm, std::hypot(inner, outer));
  } else {
    reader_.Warn(aperture.number, "the aperture " + Shown(kind) + " is not read");
  }
  return {};
}

Status ZmxReader::SetSpectrum() {
  Spectrum& spectrum = reader_.lens().spectrum;
  spectrum.um.clear();
  spectrum.weights.clear();
  const size_t stated = static_cast<size_t>(std::clamp(field_type_.Number(4), 0.0, 1000.0));
  if (!waves_.empty()) {
    const int line = waves_.begin()->second.number;
    const size_t count = std::min<size_t>(stated > 0 ? stated : waves_.size(), waves_.size());
    for (const auto& [i, wave] : waves_) {
      if (spectrum.um.size() == count) break;
      PETZVAL_ASSIGN(const double um, Numeric(wave, 2, "the wavelength"));
      spectrum.um.push_back(um);
      spectrum.weights.push_back(wave.Number(3, 1));
    }
    if (stated > waves_.size()) {
      reader_.Warn(line, fmt::format("{} wavelengths announced, {} listed", stated, waves_.size()));
    }
  } else if (!old_waves_.words.empty()) {
    const size_t listed = old_waves_.words.size() - 1;
    const size_t count = stated > 0 ? std::min(stated, listed) : listed;
    for (size_t i = 1; i <= count; ++i) {
      PETZVAL_ASSIGN(const double um, Numeric(old_waves_, i, "the wavelength"));
      spectrum.um.push_back(um);
      spectrum.weights.push_back(old_weights_.Number(i, 1));
    }
  }
  if (spectrum.um.empty()) {
    reader_.Warn(1, "no wavelength: the d line is taken");
    spectrum = {};
    return {};
  }
  if (std::all_of(spectrum.weights.begin(), spectrum.weights.end(),
                  [](double w) { return w == 1; })) {
    spectrum.weights.clear();
  }
  spectrum.primary = static_cast<int>(spectrum.um.size() - 1) / 2;
  if (primary_.words.size() > 1) {
    const double primary = primary_.Number(1);
    if (primary >= 1 && primary <= static_cast<double>(spectrum.um.size())) {
      spectrum.primary = static_cast<int>(primary) - 1;
    } else {
      reader_.Warn(primary_.number, "the primary wavelength is not one of the list");
    }
  }
  return {};
}

void ZmxReader::SetFields() {
  std::vector<double> x, y, weights;
  const double stated = field_type_.Number(3);
  const size_t listed = std::max<size_t>({xfln_.words.size(), yfln_.words.size(), 1}) - 1;
  const size_t count =
      stated >= 1 ? std::min(listed, static_cast<size_t>(std::min(stated, 1000.0))) : listed;
  for (size_t i = 1; i <= count; ++i) {
    x.push_back(xfln_.Number(i));
    y.push_back(yfln_.Number(i));
    weights.push_back(field_weights_.Number(i, 1));
  }
  const int line = yfln_.number > 0 ? yfln_.number : 1;
  const int type = static_cast<int>(std::clamp(field_type_.Number(1), 0.0, 100.0));
  FieldKind kind = FieldKind::kAngleDeg;
  if (type == 1) kind = FieldKind::kObjectMm;
  if (type == 2 || type == 3) kind = FieldKind::kImageMm;
  if (type > 3) reader_.Warn(field_type_.number, "this type of field is taken as an angle");
  if (type == 2) {
    reader_.Warn(field_type_.number,
                 "paraxial image heights are taken as those of real chief rays");
  }
  if (field_type_.Number(2) != 0) {
    reader_.Warn(field_type_.number,
                 "telecentric object space is not read: the chief ray goes "
                 "through the stop");
  }
  reader_.SetFields(line, kind, x, y, weights);
}

Status ZmxReader::SetAperture() {
  Lens& lens = reader_.lens();
  if (aperture_.words.empty()) {
    return Fail(reader_.ErrorAt(1, "no aperture (ENPD, FNUM, OBNA or FLOA)"));
  }
  const std::string& kind = aperture_.words[0];
  if (kind == "FLOA") {
    const ZmxBlock* stop = nullptr;
    for (const ZmxBlock& block : blocks_) {
      if (block.stop) stop = &block;
    }
    const double radius = stop ? stop->diameter.Number(1) : 0;
    if (!(radius > 0)) {
      return Fail(reader_.ErrorAt(aperture_.number, "float by stop without a stop diameter"));
    }
    lens.aperture = {ApertureKind::kStopSemiDiameter, radius};
    return {};
  }
  PETZVAL_ASSIGN(const double value, Numeric(aperture_, 1, "the aperture"));
  if (!(value > 0)) return Fail(reader_.ErrorAt(aperture_.number, "the aperture is not positive"));
  if (kind == "ENPD") {
    lens.aperture = {ApertureKind::kEntrancePupilDiameter, value};
  } else if (kind == "OBNA") {
    lens.aperture = {ApertureKind::kObjectNa, value};
    if (aperture_.Number(2) != 0) {
      lens.aperture.value = std::sin(value * std::numbers::pi / 180);
    }
  } else if (aperture_.Number(2) == 0) {
    lens.aperture = {ApertureKind::kFNumber, value};
  } else {
    PETZVAL_ASSIGN(const FileParaxial paraxial, reader_.Paraxial());
    if (!(paraxial.working_epd_mm > 0)) {
      return Fail(reader_.ErrorAt(aperture_.number, "a working f-number of a lens without focus"));
    }
    lens.aperture = {ApertureKind::kEntrancePupilDiameter, paraxial.working_epd_mm / value};
  }
  return {};
}

}  // namespace petzval::optics
