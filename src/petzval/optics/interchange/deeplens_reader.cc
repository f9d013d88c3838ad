// Lens files of DeepLens (Yang et al.): surfaces with radius or curvature, conic, ai[0] = A_2.
#include "petzval/optics/interchange/deeplens_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/interchange/reader.h"
#include "petzval/optics/interchange/text_input.h"

namespace petzval::optics {
namespace {

// The plastics that the files know by a plain name: Schott coefficients of the tables that DeepLens
// reads (Apache-2.0), of PMMA as in the public catalogue of plastics.
struct Plastic {
  const char* name;
  double a[6];
};
constexpr Plastic kPlastics[] = {
    {"coc", {2.28449, 0.0102952, 0.0373494, -0.0092841, 0.0017329, -0.000115203}},
    {"polycarb", {2.42839, -3.86117e-05, 0.0287574, -0.000197897, 0.000148359, 1.38652e-06}},
    {"polystyr", {2.44598, 2.21429e-05, 0.0272989, 0.000301211, 8.88934e-05, -1.75708e-06}},
    {"okp4", {2.4923, -0.00146713, 0.0304056, -0.00023196, 0.000362928, -1.89103e-05}},
    {"pmma",
     {2.1864582, -0.00024475348, 0.014155787, -0.00044329781, 7.7664259e-05, -2.99363820e-06}},
};

class DeepLensReader {
 public:
  DeepLensReader(const Json& json, const std::string& name, const ImportOptions& options)
      : json_(json), name_(name), reader_(name, options) {}

  Result<ImportedLens> Read();

 private:
  Error At(size_t i, const std::string& what, ErrorCode code = ErrorCode::kInvalidInput) const {
    return {code, fmt::format("{}: surface {}: {}", name_, i + 1, what)};
  }
  // A number of an object; `otherwise` where the key is absent.
  Result<double> Number(const Json& from, const char* key, size_t i, double otherwise) const;
  Status AddSurface(const Json& json, size_t i);
  Status ReadAsphere(const Json& json, size_t i, Surface* surface) const;
  Result<std::string> Medium(const std::string& text, size_t i);
  Status SetSystem();
  void CompareClaims();

  const Json& json_;
  std::string name_;
  LensReader reader_;
  int stop_ = -1;
};

Result<double> DeepLensReader::Number(const Json& from, const char* key, size_t i,
                                      double otherwise) const {
  const auto at = from.find(key);
  if (at == from.end()) return otherwise;
  if (!at->is_number() || !std::isfinite(at->get<double>())) {
    return Fail(At(i, fmt::format("'{}' is not a finite number", key)));
  }
  return at->get<double>();
}

Result<std::string> DeepLensReader::Medium(const std::string& text, size_t i) {
  std::string name = text;
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (name.empty() || name == "air" || name == "vacuum" || name == "occluder") {
    return std::string();
  }
  const size_t slash = name.find('/');
  if (slash != std::string::npos) {
    const auto nd = ParseNumber(name.substr(0, slash)), vd = ParseNumber(name.substr(slash + 1));
    if (nd && vd && *nd >= 1 && *nd < 5 && *vd >= 0) return reader_.ModelMedium(*nd, *vd);
  }
  for (const Plastic& plastic : kPlastics) {
    if (name != plastic.name) continue;
    Glass glass;
    glass.name = plastic.name;
    glass.source = "DeepLens material tables";
    glass.dispersion = Dispersion::kSchott;
    glass.coefficients.assign(plastic.a, plastic.a + 6);
    glass.min_um = 0.36;
    glass.max_um = 1.1;
    glass.plastic = true;
    return reader_.LocalMedium(glass);
  }
  auto medium = reader_.GlassNamed(1, text, {}, 0, 0);
  if (!medium) return Fail(At(i, "material '" + Shown(text) + "' is not known"));
  return medium;
}

Status DeepLensReader::ReadAsphere(const Json& json, size_t i, Surface* surface) const {
  PETZVAL_ASSIGN(surface->conic, Number(json, "k", i, 0));
  std::map<int, double> powers;
  const auto ai = json.find("ai");
  if (ai != json.end()) {
    if (!ai->is_array() || ai->size() > 15) {
      return Fail(At(i, "'ai' is not a list of at most 15 numbers"));
    }
    // Files without r^2 start at r^4 and say so.
    const auto use = json.find("use_ai2");
    int power = use != json.end() && use->is_boolean() && !use->get<bool>() ? 4 : 2;
    for (const Json& value : *ai) {
      if (!value.is_number() || !std::isfinite(value.get<double>())) {
        return Fail(At(i, "'ai' is not a list of numbers"));
      }
      if (value.get<double>() != 0) powers[power] = value.get<double>();
      power += 2;
    }
  } else {
    for (int power = 2; power <= 30; power += 2) {
      PETZVAL_ASSIGN(const double value, Number(json, fmt::format("ai{}", power).c_str(), i, 0));
      if (value != 0) powers[power] = value;
    }
  }
  if (powers.empty()) return {};
  surface->asphere.kind = AsphereKind::kPower;
  surface->asphere.powers = std::move(powers);
  return {};
}

Status DeepLensReader::AddSurface(const Json& json, size_t i) {
  if (!json.is_object()) return Fail(At(i, "is not an object"));
  const auto type_at = json.find("type");
  const std::string type =
      type_at != json.end() && type_at->is_string() ? type_at->get<std::string>() : "";
  Surface surface;
  PETZVAL_ASSIGN(surface.semi_diameter_mm, Number(json, "r", i, 0));
  if (type == "Aperture" || type == "Stop") {
    stop_ = static_cast<int>(i);
  } else if (type == "Spheric" || type == "Aspheric") {
    // "(c)" and the like are comments of the file's author; roc may stand without c.
    PETZVAL_ASSIGN(const double c, Number(json, "c", i, 0));
    PETZVAL_ASSIGN(const double roc, Number(json, "roc", i, c == 0 ? 0 : 1 / c));
    surface.radius_mm = c != 0 && std::isfinite(1 / c) ? 1 / c : roc;
    if (type == "Aspheric") PETZVAL_RETURN_IF_ERROR(ReadAsphere(json, i, &surface));
  } else if (type != "Plane") {
    return Fail(At(i, "type '" + Shown(type) + "' is not supported", ErrorCode::kUnsupported));
  }
  const auto medium = json.find("mat2");
  if (medium != json.end()) {
    if (!medium->is_string()) return Fail(At(i, "'mat2' is not a text"));
    PETZVAL_ASSIGN(surface.medium, Medium(medium->get<std::string>(), i));
  }
  if (!json.contains("d_next")) return Fail(At(i, "'d_next' is missing"));
  PETZVAL_ASSIGN(const double thickness, Number(json, "d_next", i, 0));
  reader_.AddSurface(std::move(surface));
  reader_.AddThickness(thickness);
  return {};
}

Status DeepLensReader::SetSystem() {
  Lens& lens = reader_.lens();
  lens.spectrum.um = {kLineF_um, kLineD_um, kLineC_um};
  lens.spectrum.primary = 1;
  lens.launch = Launch::kRealStop;
  if (stop_ < 0) {
    return Fail(ErrorCode::kInvalidInput, name_ + ": no surface of type Aperture or Stop");
  }
  lens.stop = stop_;
  const double radius = lens.surfaces[stop_].semi_diameter_mm;
  if (!(radius > 0)) return Fail(At(stop_, "the stop has no radius 'r'"));
  lens.aperture = {ApertureKind::kStopSemiDiameter, radius};

  const auto sensor = json_.find("r_sensor");
  PETZVAL_ASSIGN(const FileParaxial paraxial, reader_.Paraxial());
  if (sensor != json_.end() && sensor->is_number() && sensor->get<double>() > 0 &&
      paraxial.first_order.efl > 0) {
    const double height = sensor->get<double>();
    lens.image_circle_mm = 2 * height;
    const double edge = std::atan(height / paraxial.first_order.efl) * 180 / std::numbers::pi;
    lens.fields.values = {0.0, 0.7 * edge, edge};
  } else {
    reader_.Warn(1, "no r_sensor: only the axis is a field");
  }
  return {};
}

void DeepLensReader::CompareClaims() {
  const auto paraxial = reader_.Paraxial();
  if (!paraxial || !std::isfinite(paraxial->first_order.f_number)) return;
  const auto compare = [&](const char* key, const char* what, double truth) {
    const auto at = json_.find(key);
    if (at == json_.end() || !at->is_number()) return;
    const double claim = at->get<double>();
    if (std::abs(claim - truth) <= 1e-3 * std::abs(truth)) return;
    reader_.Warn(1, fmt::format("the file says {} {:.6g}, which comes from its field of view; the "
                                "paraxial {} is {:.6g}",
                                key, claim, what, truth));
  };
  compare("foclen", "focal length", paraxial->first_order.efl);
  compare("fnum", "f-number", paraxial->first_order.f_number);
}

Result<ImportedLens> DeepLensReader::Read() {
  const auto surfaces = json_.find("surfaces");
  if (surfaces == json_.end() || !surfaces->is_array() || surfaces->empty()) {
    return Fail(ErrorCode::kInvalidInput,
                name_ + ": neither a petzval-lens nor a DeepLens file: no list of surfaces");
  }
  if (surfaces->size() > static_cast<size_t>(kMaxFileSurfaces)) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("{}: more than {} surfaces", name_, kMaxFileSurfaces));
  }
  const auto info = json_.find("info");
  if (info != json_.end() && info->is_string()) {
    reader_.lens().title = Shown(info->get<std::string>(), 200);
  }
  for (size_t i = 0; i < surfaces->size(); ++i) {
    PETZVAL_RETURN_IF_ERROR(AddSurface((*surfaces)[i], i));
  }
  reader_.AddImage();
  PETZVAL_RETURN_IF_ERROR(SetSystem());
  CompareClaims();
  return reader_.Finish(1.0);
}

}  // namespace

Result<ImportedLens> ReadDeepLens(const Json& json, const std::string& name,
                                  const ImportOptions& options) {
  return DeepLensReader(json, name, options).Read();
}

}  // namespace petzval::optics
