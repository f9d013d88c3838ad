// Outlines of glass: profiles out to the clear edge, flats or continued curves to the common rim.
#include <algorithm>
#include <cmath>
#include <optional>

#include "petzval/optics/plot/section_parts.h"

namespace petzval::optics {
namespace {

constexpr int kHalf = 30;  // profile samples from the vertex to the rim

// One surface of a group of cemented lenses.
struct Face {
  int surface = 0;
  double clear = 0;        // drawn as a surface out to here
  bool continued = false;  // the curve goes on to the rim; else a flat does
  bool tapered = false;    // neither: the edge runs straight to the clear rim
};

bool IsPlane(const TraceSurface& s) { return s.conic_only() && s.c == 0; }

class LensBuilder {
 public:
  LensBuilder(const LensModel& model, const SectionPlane& plane, const std::vector<double>& reach,
              Section* section)
      : model_(model), plane_(plane), reach_(reach), section_(*section) {}

  void Build() {
    const auto& surfaces = model_.lens.surfaces;
    const int count = static_cast<int>(surfaces.size());
    std::vector<std::vector<Face>> groups;
    for (int i = 0; i < count; ++i) {
      if (surfaces[i].mirror && AirOnBothSides(model_.lens, i)) {
        section_.mirrors.push_back(Profile({.surface = i, .clear = reach_[i]}, reach_[i]));
      }
    }
    for (int i = 0; i + 1 < count;) {
      if (surfaces[i].medium.empty()) {
        ++i;
        continue;
      }
      std::vector<Face> group = {{.surface = i, .clear = reach_[i]}};
      do {
        ++i;
        if (!IsDummy(model_.lens, i)) group.push_back({.surface = i, .clear = reach_[i]});
      } while (i + 1 < count && !surfaces[i].medium.empty());
      groups.push_back(std::move(group));
    }
    std::erase_if(groups, [](const auto& group) { return group.size() < 2; });
    for (auto& group : groups) {
      if (!HasMirror(group)) ChooseEdges(&group);
    }
    for (size_t g = 0; g + 1 < groups.size(); ++g) Separate(&groups[g], &groups[g + 1]);
    for (const auto& group : groups) Add(group);
  }

 private:
  bool HasMirror(const std::vector<Face>& group) const {
    return std::any_of(group.begin(), group.end(),
                       [&](const Face& face) { return model_.lens.surfaces[face.surface].mirror; });
  }
  const TraceSurface& Surface(int i) const { return model_.system.surfaces[i]; }
  std::optional<double> Sag(int surface, double height) const {
    return SectionSag(Surface(surface), height, plane_.height_is_x);
  }
  // Sag of a face at any height up to the rim, with its flat or continued curve.
  std::optional<double> FaceSag(const Face& face, double height) const {
    const double size = std::abs(height);
    return Sag(face.surface, face.continued ? size : std::min(size, face.clear));
  }
  double Rim(const std::vector<Face>& group) const {
    double rim = 0;
    for (const Face& face : group) {
      rim = std::max({rim, face.clear, model_.lens.surfaces[face.surface].housing_mm});
    }
    return rim;
  }

  // Ground edges: a convex outer surface and every cemented one run on to the rim, a concave outer
  // surface ends in a flat; aspheres are never continued, they mean nothing beyond their edge.
  void ChooseEdges(std::vector<Face>* group) {
    for (Face& face : *group) {
      // Where no surface exists at the clear radius (a bad file), draw what there is.
      for (int tries = 0; tries < 40 && !Sag(face.surface, face.clear); ++tries) {
        face.clear *= 0.95;
      }
    }
    const double rim = Rim(*group);
    for (size_t i = 0; i < group->size(); ++i) {
      Face& face = (*group)[i];
      const TraceSurface& s = Surface(face.surface);
      if (!s.conic_only() || face.clear >= rim) continue;
      const bool outer = i == 0 || i + 1 == group->size();
      const double c = s.c * Sign(group->front(), group->back());
      const bool convex = (i == 0) ? c >= 0 : c <= 0;
      face.continued =
          (!outer || convex) && Sag(face.surface, rim).has_value() && std::abs(s.c) * rim < 0.95;
    }
    // A continued curve must leave an edge: otherwise the flat.
    for (size_t i = 0; i + 1 < group->size(); ++i) {
      Face &front = (*group)[i], &back = (*group)[i + 1];
      if (EdgeThickness(front, back, rim) > 0) continue;
      front.continued = back.continued = false;
    }
    for (size_t i = 0; i + 1 < group->size(); ++i) CutAtCrossing(i, rim, group);
  }

  // Where two faces meet inside the rim, the glass ends. The whole group is cut there, or, when the
  // file says that a face reaches farther, the edge of this lens runs straight between the rims.
  void CutAtCrossing(size_t i, double rim, std::vector<Face>* group) {
    Face &front = (*group)[i], &back = (*group)[i + 1];
    double inside = 0;
    for (int step = 1; step <= 64; ++step) {
      double outside = rim * step / 64;
      if (EdgeThickness(front, back, outside) > 0) {
        inside = outside;
        continue;
      }
      for (int halving = 0; halving < 20; ++halving) {
        const double middle = (inside + outside) / 2;
        (EdgeThickness(front, back, middle) > 0 ? inside : outside) = middle;
      }
      const bool given = std::any_of(group->begin(), group->end(), [&](const Face& face) {
        return Surface(face.surface).sd > 0;
      });
      if (given || inside < 0.2 * rim) {
        front.tapered = back.tapered = true;
      } else {
        for (Face& face : *group) face.clear = std::min(face.clear, inside);
      }
      return;
    }
  }

  double EdgeThickness(const Face& front, const Face& back, double height) const {
    const auto a = FaceSag(front, height), b = FaceSag(back, height);
    return a && b ? Sign(front, back) * (Distance(front, back) + *b - *a) : 0;
  }

  // Between the vertices along the axis of `front`, dummies included; behind a mirror light runs
  // against the axis and distances are negative.
  double Distance(const Face& front, const Face& back) const {
    double distance = 0;
    for (int i = front.surface; i < back.surface; ++i) distance += Surface(i).t;
    return distance;
  }
  double Sign(const Face& front, const Face& back) const {
    return Distance(front, back) < 0 ? -1 : 1;
  }

  // Flats of neighbours that would run into each other become straight edges.
  void Separate(std::vector<Face>* left, std::vector<Face>* right) {
    Face &back = left->back(), &front = right->front();
    if (back.surface + 1 != front.surface || Surface(front.surface).motion) return;
    const double rim = std::min(Rim(*left), Rim(*right));
    const double clear = std::min(back.clear, front.clear);
    for (int i = 0; i <= 8; ++i) {
      const double height = clear + (rim - clear) * i / 8;
      const auto a = FaceSag(back, height), b = FaceSag(front, height);
      if (!a || !b || Sign(back, front) * (Surface(back.surface).t + *b - *a) > 0) continue;
      if (height > back.clear) back.tapered = true;
      if (height > front.clear) front.tapered = true;
    }
  }

  // From +rim down to -rim.
  std::vector<Point> Profile(const Face& face, double rim) const {
    std::vector<double> heights;
    const double end = face.continued ? rim : face.clear;
    for (int i = kHalf; i >= -kHalf; --i) heights.push_back(end * i / kHalf);
    std::vector<Point> points;
    const bool flat = !face.continued && !face.tapered && rim > face.clear * 1.0001;
    const double flat_sag = Sag(face.surface, face.clear).value_or(0);
    if (flat) points.push_back(plane_.At(face.surface, rim, flat_sag));
    for (const double h : heights) {
      if (const auto sag = Sag(face.surface, std::abs(h))) {
        points.push_back(plane_.At(face.surface, h, *sag));
      }
    }
    if (flat) points.push_back(plane_.At(face.surface, -rim, flat_sag));
    return points;
  }

  void Add(const std::vector<Face>& group) {
    if (HasMirror(group)) {
      AddPrism(group);
      return;
    }
    const double rim = Rim(group);
    for (size_t i = 0; i + 1 < group.size(); ++i) {
      SectionLens lens = Describe(group[i].surface, group[i + 1].surface);
      lens.plate = IsPlane(Surface(lens.first)) && IsPlane(Surface(lens.last)) && group.size() == 2;
      lens.outline = Profile(group[i], rim);
      const auto back = Profile(group[i + 1], rim);
      lens.outline.insert(lens.outline.end(), back.rbegin(), back.rend());
      section_.lenses.push_back(std::move(lens));
    }
  }

  SectionLens Describe(int first, int last) const {
    SectionLens lens{.first = first, .last = last};
    const auto& axis = (*plane_.frames)[first].rotation;
    lens.turned = std::abs(axis[2][2]) < 0.7;
    lens.nd = std::abs(model_.system.n[model_.system.primary][first + 1]);
    if (const auto glass = model_.lens.Medium(model_.lens.surfaces[first].medium)) {
      lens.vd = glass->AbbeNumber();
      if (const auto nd = glass->Index(kLineD_um)) lens.nd = *nd;
    }
    return lens;
  }

  // The convex hull of all faces: exact for prisms with plane faces that meet in their edges.
  void AddPrism(const std::vector<Face>& group) {
    SectionLens lens = Describe(group.front().surface, group.back().surface);
    lens.prism = true;
    std::vector<Point> points;
    for (const Face& face : group) {
      const auto profile = Profile(face, face.clear);
      points.insert(points.end(), profile.begin(), profile.end());
    }
    lens.outline = ConvexHull(std::move(points));
    section_.lenses.push_back(std::move(lens));
  }

  // Andrew's monotone chain.
  static std::vector<Point> ConvexHull(std::vector<Point> p) {
    std::sort(p.begin(), p.end(),
              [](Point a, Point b) { return a.x < b.x || (a.x == b.x && a.y < b.y); });
    const auto turn = [](Point o, Point a, Point b) {
      return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
    };
    if (p.size() < 3) return p;
    std::vector<Point> hull;
    for (int pass = 0; pass < 2; ++pass) {
      const size_t start = hull.size();
      for (const Point& point : p) {
        while (hull.size() >= start + 2 &&
               turn(hull[hull.size() - 2], hull.back(), point) <= 1e-12) {
          hull.pop_back();
        }
        hull.push_back(point);
      }
      hull.pop_back();
      std::reverse(p.begin(), p.end());
    }
    return hull;
  }

  const LensModel& model_;
  const SectionPlane& plane_;
  const std::vector<double>& reach_;
  Section& section_;
};

}  // namespace

bool IsDummy(const Lens& lens, int surface) {
  const std::string before = surface == 0 ? "" : lens.surfaces[surface - 1].medium;
  return !lens.surfaces[surface].mirror && before == lens.surfaces[surface].medium;
}

bool AirOnBothSides(const Lens& lens, int surface) {
  const bool before = surface == 0 || lens.surfaces[surface - 1].medium.empty();
  return before && lens.surfaces[surface].medium.empty();
}

void BuildLenses(const LensModel& model, const SectionPlane& plane,
                 const std::vector<double>& reach, Section* section) {
  LensBuilder(model, plane, reach, section).Build();
}

}  // namespace petzval::optics
