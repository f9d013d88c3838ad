// Parsing of variables and targets.
#include "petzval/optics/design/design_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "petzval/base/nearest_name.h"
#include "petzval/optics/design/paraxial_gradient.h"
#include "petzval/optics/lens/quantity.h"

namespace petzval::optics {
namespace {

std::vector<std::string> Items(const std::string& text) {
  std::vector<std::string> items;
  std::string item;
  for (const char c : text + ",") {
    if (c == ',') {
      if (!item.empty()) items.push_back(item);
      item.clear();
    } else if (c != ' ') {
      item += c;
    }
  }
  return items;
}

std::optional<double> Number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

std::optional<int> Integer(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

// Cuts text at `separator`; the part behind it, or nothing when it is not there.
std::optional<std::string> CutBehind(std::string* text, const std::string& separator) {
  const size_t at = text->rfind(separator);
  if (at == std::string::npos) return {};
  std::string behind = text->substr(at + separator.size());
  text->resize(at);
  return behind;
}

tl::unexpected<Error> Bad(const std::string& item, const std::string& why) {
  return Fail(ErrorCode::kInvalidInput, fmt::format("'{}': {}", item, why));
}

// "2", "1-6" or "all" as surface indices.
Result<std::vector<int>> Surfaces(const Lens& lens, const std::string& item,
                                  const std::string& text) {
  const int count = static_cast<int>(lens.surfaces.size());
  std::optional<int> first = 1, last = count;
  if (text != "all") {
    const size_t dash = text.find('-');
    first = Integer(text.substr(0, dash));
    last = dash == std::string::npos ? first : Integer(text.substr(dash + 1));
  }
  if (!first || !last || *first < 1 || *last > count || *first > *last) {
    return Bad(item,
               fmt::format("surfaces are a number, a range like 2-5 or all, from 1 to {}", count));
  }
  std::vector<int> out;
  for (int i = *first; i <= *last; ++i) out.push_back(i - 1);
  return out;
}

bool Matters(const Lens& lens, const Quantity& what) {
  if (!CheckQuantity(lens, what)) return false;
  const std::string before =
      what.surface > 0 ? lens.surfaces[what.surface - 1].medium : std::string();
  const bool shape =
      what.kind == "c" || what.kind == "k" || what.kind[0] == 'A' || what.kind[0] == 'Q';
  return !shape || before != lens.surfaces[what.surface].medium;
}

struct Target {
  const char* name;
  OperandKind kind;
  bool bare;       // may stand without relation
  bool exact;      // "=" holds it
  bool magnitude;  // limits are of |value|
};
constexpr Target kTargets[] = {
    {"efl", OperandKind::kEfl, true, true, false},
    {"bfl", OperandKind::kBfl, true, true, false},
    {"fnumber", OperandKind::kFNumber, true, true, false},
    {"track", OperandKind::kTotalTrack, true, true, false},
    {"chief", OperandKind::kChiefHeight, false, true, false},
    {"distortion", OperandKind::kDistortionPct, true, false, true},
    {"ftheta", OperandKind::kFThetaPct, true, false, true},
    {"lateral", OperandKind::kLateralColourUm, true, false, true},
    {"cra", OperandKind::kChiefAngleDeg, false, false, false},
    {"ri", OperandKind::kRelativeIllumination, false, false, false},
    {"centre", OperandKind::kCentreThickness, false, false, false},
    {"edge", OperandKind::kGlassThickness, false, false, false},
    {"air", OperandKind::kAirGap, false, false, false},
    {"clearance", OperandKind::kImageClearance, false, false, false},
    {"slope", OperandKind::kSlopeDeg, false, false, false},
    {"incidence", OperandKind::kIncidenceDeg, false, false, false},
    {"ripple", OperandKind::kRipple, true, false, false},
};

// What an operand of the first order is now.
double Present(const RawSystem& system, const Lens& lens, OperandKind kind) {
  const ParaxialGradient paraxial(system, system.primary);
  double track = 0;
  for (const Surface& s : lens.surfaces) track += s.thickness_mm;
  switch (kind) {
    case OperandKind::kEfl:
      return paraxial.efl();
    case OperandKind::kBfl:
      return paraxial.bfl();
    case OperandKind::kFNumber:
      return paraxial.efl() / (2 * EntrancePupilRadius(lens, system));
    case OperandKind::kTotalTrack:
      return track;
    default:
      return 0;
  }
}

// The part of a spec that is not operands; false if `item` is none of it.
bool ReadSampling(const std::string& item, MeritSpec* spec) {
  if (item == "spot") {
    spec->quality = RayQuality::kSpotCentroid;
  } else if (item == "chief-spot") {
    spec->quality = RayQuality::kSpotChief;
  } else if (item == "wavefront") {
    spec->quality = RayQuality::kWavefront;
  } else if (item == "none") {
    spec->quality = RayQuality::kNone;
  } else {
    for (const char* name : {"rings=", "arms=", "hexapolar="}) {
      if (item.rfind(name, 0) != 0) continue;
      const std::optional<int> value = Integer(item.substr(std::string(name).size()));
      if (!value) return false;
      (item[0] == 'a' ? spec->arms : spec->rings) = *value;
      spec->sampling = item[0] == 'h' ? PupilSampling::kHexapolar : PupilSampling::kGaussian;
      return true;
    }
    return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> TargetNames() {
  std::vector<std::string> names = {"spot",  "chief-spot", "wavefront", "none",
                                    "rings", "arms",       "hexapolar"};
  for (const Target& t : kTargets) names.push_back(t.name);
  return names;
}

Result<std::vector<Vary>> ParseVary(const Lens& lens, const std::string& text) {
  std::vector<Vary> out;
  for (const std::string& item : Items(text)) {
    std::string rest = item;
    Vary vary;
    if (const auto limits = CutBehind(&rest, ":")) {
      const size_t dots = limits->find("..");
      if (dots == std::string::npos) return Bad(item, "limits are like :0.3..1.5");
      const std::string low = limits->substr(0, dots), high = limits->substr(dots + 2);
      const auto min = Number(low), max = Number(high);
      if ((!low.empty() && !min) || (!high.empty() && !max)) {
        return Bad(item, "limits are numbers, like :0.3..1.5");
      }
      if (min) vary.min = *min;
      if (max) vary.max = *max;
    }
    // Kind and surfaces: "c1-6", "A4..10@2-13".
    std::vector<std::string> kinds;
    std::string where;
    if (const auto behind = CutBehind(&rest, "@")) {
      where = *behind;
      const size_t dots = rest.find("..");
      const char letter = rest.empty() ? ' ' : rest[0];
      if (dots == std::string::npos) {
        kinds = {rest};
      } else {
        const auto first = Integer(rest.substr(1, dots - 1)), last = Integer(rest.substr(dots + 2));
        if ((letter != 'A' && letter != 'Q') || !first || !last || *first < 0 || *last > 99) {
          return Bad(item, "a range of terms is like A4..10@7 or Q0..4@7");
        }
        for (int p = *first; p <= *last; p += letter == 'A' ? 2 : 1) {
          kinds.push_back(fmt::format("{}{}", letter, p));
        }
      }
    } else {
      size_t digits = rest.find_first_of("0123456789");
      if (rest.size() > 3 && rest.compare(rest.size() - 3, 3, "all") == 0) digits = rest.size() - 3;
      if (digits == std::string::npos || digits == 0) {
        return Bad(item, "a variable is a quantity and surfaces, like c1-6, t2 or A4@2");
      }
      kinds = {rest.substr(0, digits)};
      where = rest.substr(digits);
    }
    PETZVAL_ASSIGN(const std::vector<int> surfaces, Surfaces(lens, item, where));
    for (const int surface : surfaces) {
      for (const std::string& kind : kinds) {
        vary.what = {kind, surface};
        if (surfaces.size() > 1) {
          const bool known = static_cast<bool>(CheckQuantity(lens, vary.what));
          if (!known && kind != "nd" && kind != "vd" && kind[0] != 'A' && kind[0] != 'Q') {
            PETZVAL_RETURN_IF_ERROR(CheckQuantity(lens, vary.what));
          }
          if (!Matters(lens, vary.what)) continue;
        }
        PETZVAL_RETURN_IF_ERROR(CheckQuantity(lens, vary.what));
        out.push_back(vary);
      }
    }
  }
  if (out.empty()) return Fail(ErrorCode::kInvalidInput, "nothing to vary");
  return out;
}

Result<MeritSpec> ParseTargets(const Lens& lens, const std::string& text) {
  MeritSpec spec;
  PETZVAL_ASSIGN(const RawSystem system, MakeRawSystem(lens));
  bool edge = false, air = false;
  for (const std::string& item : Items(text)) {
    if (ReadSampling(item, &spec)) continue;
    std::string rest = item;
    Operand operand;
    const auto take = [&](const char* sign) -> Result<std::optional<double>> {
      const auto behind = CutBehind(&rest, sign);
      if (!behind) return std::optional<double>();
      const auto value = Number(*behind);
      if (!value) return Bad(item, fmt::format("there is no number behind {}", sign));
      return value;
    };
    PETZVAL_ASSIGN(const auto field, take("#"));
    PETZVAL_ASSIGN(const auto surface, take("@"));
    PETZVAL_ASSIGN(const auto weight, take("*"));
    if (field) operand.field = static_cast<int>(*field) - 1;
    if (surface) operand.surface = static_cast<int>(*surface) - 1;
    if ((field && *field < 1) || (surface && *surface < 1)) {
      return Bad(item, "surfaces and fields are counted from 1");
    }
    if (weight) operand.weight = *weight;
    bool bare = false, equal = false;
    PETZVAL_ASSIGN(auto value, take("<="));
    if (value) {
      operand.relation = Relation::kAtMost;
    } else {
      PETZVAL_ASSIGN(value, take(">="));
      if (value) {
        operand.relation = Relation::kAtLeast;
      } else {
        PETZVAL_ASSIGN(value, take("="));
        equal = value.has_value();
        bare = !equal;
      }
    }
    const Target* target = nullptr;
    for (const Target& t : kTargets) {
      if (rest == t.name) target = &t;
    }
    if (!target) {
      return Bad(item, fmt::format("unknown target '{}', did you mean '{}'?", rest,
                                   NearestName(rest, TargetNames())));
    }
    operand.kind = target->kind;
    if (bare && !target->bare) return Bad(item, "needs a relation, like =, <= or >= and a number");
    operand.target = bare ? Present(system, lens, operand.kind) : *value;
    if (bare || equal) operand.relation = target->exact ? Relation::kHold : Relation::kEqual;
    if (operand.kind == OperandKind::kRipple && bare) operand.relation = Relation::kAtMost;
    edge |= operand.kind == OperandKind::kGlassThickness;
    air |= operand.kind == OperandKind::kAirGap;
    spec.operands.push_back(operand);
    if (target->magnitude && operand.relation == Relation::kAtMost) {
      operand.relation = Relation::kAtLeast;
      operand.target = -operand.target;
      spec.operands.push_back(operand);
    }
  }
  if (!edge) spec.operands.push_back({OperandKind::kGlassThickness, Relation::kAtLeast, 0});
  if (!air) spec.operands.push_back({OperandKind::kAirGap, Relation::kAtLeast, 0});
  return spec;
}

}  // namespace petzval::optics
