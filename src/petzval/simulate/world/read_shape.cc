// Solid shapes of a scene file.
#include <fmt/format.h>

#include <cmath>

#include "petzval/simulate/world/blend_mesh.h"
#include "petzval/simulate/world/mesh.h"
#include "petzval/simulate/world/scene_builder.h"

namespace petzval::simulate {
namespace {

constexpr size_t kMaxBeads = 100'000;
constexpr double kMaxSize = 1e8;
constexpr int kMaxRows = 2000;

// A list of lists of `least`..`most` finite numbers each.
Result<std::vector<std::vector<float>>> NumberRows(const TomlTable& table, const char* key,
                                                   size_t least, size_t most, size_t rows) {
  PETZVAL_ASSIGN(const std::vector<TomlRow> read, table.Rows(key));
  if (read.size() < rows || read.size() > kMaxRows) {
    return Fail(table.ErrorAt(key, fmt::format("'{}' needs {} to {} rows", key, rows, kMaxRows)));
  }
  std::vector<std::vector<float>> out;
  for (const TomlRow& row : read) {
    std::vector<float> numbers;
    for (const auto& cell : row.cells) {
      const double* number = std::get_if<double>(&cell);
      if (!number || !(std::fabs(*number) <= kMaxSize)) {
        return Fail(table.ErrorAtLine(row.line, fmt::format("a row of '{}' holds no number", key)));
      }
      numbers.push_back(static_cast<float>(*number));
    }
    if (numbers.size() < least || numbers.size() > most) {
      return Fail(table.ErrorAtLine(
          row.line, fmt::format("a row of '{}' has {} numbers", key, numbers.size())));
    }
    out.push_back(std::move(numbers));
  }
  return out;
}

Result<std::vector<std::array<float, 2>>> Outline(const TomlTable& table, const char* key,
                                                  size_t rows) {
  PETZVAL_ASSIGN(const auto numbers, NumberRows(table, key, 2, 2, rows));
  std::vector<std::array<float, 2>> out;
  for (const auto& row : numbers) out.push_back({row[0], row[1]});
  return out;
}

Result<Shape> ReadQuad(const TomlTable& table) {
  PETZVAL_ASSIGN(const double width, table.Number("width_mm", 1e-3, kMaxSize));
  PETZVAL_ASSIGN(const double height, table.Number("height_mm", 1e-3, kMaxSize));
  return MakeQuad(static_cast<float>(width), static_cast<float>(height));
}

// An endless ground or wall: a large quad through a point.
Result<Shape> ReadPlane(const TomlTable& table) {
  PETZVAL_ASSIGN(const double extent, SceneBuilder::Number(table, "extent_mm", 1e5, 1, kMaxSize));
  return MakeQuad(static_cast<float>(extent), static_cast<float>(extent));
}

Result<Shape> ReadBox(const TomlTable& table) {
  PETZVAL_ASSIGN(const V3 size, SceneBuilder::NeededVector(table, "size_mm"));
  if (!(size.x > 0 && size.y > 0 && size.z > 0)) {
    return Fail(table.ErrorAt("size_mm", "a box needs three positive sizes"));
  }
  return MakeBox(size);
}

Result<Shape> ReadSphere(const TomlTable& table) {
  PETZVAL_ASSIGN(const double radius, table.Number("radius_mm", 1e-3, kMaxSize));
  return MakeSpheres({V3{}}, {static_cast<float>(radius)});
}

Result<Shape> ReadCylinder(const TomlTable& table) {
  PETZVAL_ASSIGN(const double radius, table.Number("radius_mm", 1e-3, kMaxSize));
  PETZVAL_ASSIGN(const double top,
                 SceneBuilder::Number(table, "top_radius_mm", radius, 0, kMaxSize));
  PETZVAL_ASSIGN(const double height, table.Number("height_mm", 1e-3, kMaxSize));
  const float r = static_cast<float>(radius), h = static_cast<float>(height);
  return MakeLathe({{0, 0}, {r, 0}, {static_cast<float>(top), h}, {0, h}}, 96);
}

Result<Shape> ReadLathe(const TomlTable& table) {
  PETZVAL_ASSIGN(const auto profile, Outline(table, "profile_mm", 2));
  for (const auto& p : profile) {
    if (p[0] < 0) return Fail(table.ErrorAt("profile_mm", "a radius of the profile is negative"));
  }
  return MakeLathe(profile, 128);
}

Result<Shape> ReadPrism(const TomlTable& table) {
  PETZVAL_ASSIGN(const auto outline, Outline(table, "outline_mm", 3));
  PETZVAL_ASSIGN(const double depth, table.Number("depth_mm", 1e-3, kMaxSize));
  return MakePrism(outline, static_cast<float>(depth));
}

Result<Shape> ReadTorus(const TomlTable& table) {
  PETZVAL_ASSIGN(const double radius, table.Number("radius_mm", 1e-3, kMaxSize));
  PETZVAL_ASSIGN(const double thickness, table.Number("thickness_mm", 1e-4, radius));
  return MakeTorus(static_cast<float>(radius), static_cast<float>(thickness), 96);
}

// Points [x, y, z] or [x, y, z, radius]; smoothed by Catmull-Rom splines, or strung with beads.
Result<Shape> ReadTube(const TomlTable& table) {
  PETZVAL_ASSIGN(const auto rows, NumberRows(table, "points_mm", 3, 4, 2));
  PETZVAL_ASSIGN(const double radius, SceneBuilder::Number(table, "radius_mm", 1, 1e-3, kMaxSize));
  PETZVAL_ASSIGN(const double beads, SceneBuilder::Number(table, "bead_gap_mm", 0, 0, kMaxSize));
  PETZVAL_ASSIGN(const int smooth, SceneBuilder::Integer(table, "smooth", 1, 1, 64));
  std::vector<V3> points;
  std::vector<float> radii;
  const auto at = [&](size_t i) { return V3{rows[i][0], rows[i][1], rows[i][2]}; };
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() == 4 && !(rows[i][3] > 0)) {
      return Fail(table.ErrorAt("points_mm", "a radius of the tube is not positive"));
    }
    const auto width = [&](size_t k) {
      return rows[k].size() == 4 ? rows[k][3] : static_cast<float>(radius);
    };
    if (i + 1 == rows.size()) {
      points.push_back(at(i));
      radii.push_back(width(i));
      break;
    }
    const V3 p0 = at(i == 0 ? 0 : i - 1), p1 = at(i), p2 = at(i + 1),
             p3 = at(std::min(i + 2, rows.size() - 1));
    for (int k = 0; k < smooth; ++k) {
      const float t = static_cast<float>(k) / static_cast<float>(smooth);
      points.push_back(0.5f * (2 * p1 + t * (p2 - p0) + t * t * (2 * p0 - 5 * p1 + 4 * p2 - p3) +
                               t * t * t * (3 * p1 - p0 - 3 * p2 + p3)));
      radii.push_back(width(i) + t * (width(i + 1) - width(i)));
    }
  }
  if (beads <= 0) return MakeTube(std::move(points), std::move(radii));
  std::vector<V3> centres;
  std::vector<float> balls;
  float ahead = 0;
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    const float length = Length(points[i + 1] - points[i]);
    for (; ahead < length; ahead += static_cast<float>(beads)) {
      if (centres.size() >= kMaxBeads) {
        return Fail(
            table.ErrorAt("bead_gap_mm", fmt::format("a string of more than {} beads", kMaxBeads)));
      }
      centres.push_back(points[i] + (ahead / length) * (points[i + 1] - points[i]));
      balls.push_back(radii[i]);
    }
    ahead -= length;
  }
  return MakeSpheres(std::move(centres), std::move(balls));
}

Result<Shape> ReadBlend(const TomlTable& table) {
  PETZVAL_ASSIGN(const std::vector<TomlRow> rows, table.Rows("parts"));
  PETZVAL_ASSIGN(const double cell, table.Number("cell_mm", 0.05, 1e5));
  PETZVAL_ASSIGN(const bool mirror, SceneBuilder::Bool(table, "mirror", false));
  std::vector<BlendPart> parts;
  for (const TomlRow& row : rows) {
    const std::string* kind = row.cells.empty() ? nullptr : std::get_if<std::string>(&row.cells[0]);
    std::vector<float> n;
    for (size_t i = 1; i < row.cells.size(); ++i) {
      const double* number = std::get_if<double>(&row.cells[i]);
      if (!number || !(std::fabs(*number) <= kMaxSize)) kind = nullptr;
      n.push_back(number ? static_cast<float>(*number) : 0);
    }
    const bool limb = kind && (*kind == "limb" || *kind == "cut-limb");
    const bool ball = kind && (*kind == "ball" || *kind == "cut-ball");
    if ((!limb || n.size() != 9) && (!ball || n.size() < 7 || n.size() > 8)) {
      return Fail(table.ErrorAtLine(
          row.line,
          "a part is [\"ball\" or \"cut-ball\", x, y, z, rx, ry, rz, soft, turn_deg] or "
          "[\"limb\" or \"cut-limb\", x1, y1, z1, x2, y2, z2, r1, r2, soft]"));
    }
    BlendPart part;
    part.limb = limb;
    part.cut = (*kind)[0] == 'c';
    part.a = {n[0], n[1], n[2]};
    part.b = {n[3], n[4], n[5]};
    if (limb) {
      part.radius_a = n[6];
      part.radius_b = n[7];
      part.soft = n[8];
    } else {
      part.soft = n[6];
      if (n.size() == 8) part.turn_z = static_cast<float>(M_PI / 180) * n[7];
    }
    const bool good = limb ? n[6] > 0 && n[7] > 0 : n[3] > 0 && n[4] > 0 && n[5] > 0;
    if (!good || part.soft < 0) {
      return Fail(table.ErrorAtLine(row.line, "a radius of a part is not positive"));
    }
    parts.push_back(part);
  }
  if (parts.empty() || parts[0].cut || parts.size() > 200) {
    return Fail(table.ErrorAt("parts", "'parts' needs 1 to 200 rows, the first one no cut"));
  }
  if (!(BlendCells(parts, static_cast<float>(cell), mirror) <= 2e7)) {
    return Fail(table.ErrorAt("cell_mm", "'cell_mm' is too small: more than 20 million cells"));
  }
  Shape shape = MakeBlend(parts, static_cast<float>(cell), mirror);
  if (shape.index.empty()) return Fail(table.ErrorAt("parts", "nothing is left of the body"));
  return shape;
}

Result<Shape> ReadTerrain(const TomlTable& table) {
  TerrainParams params;
  const auto number = [&](const char* key, float* value, double min, double max) -> Status {
    PETZVAL_ASSIGN(const double read, SceneBuilder::Number(table, key, *value, min, max));
    *value = static_cast<float>(read);
    return {};
  };
  PETZVAL_RETURN_IF_ERROR(number("width_mm", &params.width, 1, kMaxSize));
  PETZVAL_RETURN_IF_ERROR(number("depth_mm", &params.depth, 1, kMaxSize));
  PETZVAL_RETURN_IF_ERROR(number("height_mm", &params.height, 0, kMaxSize));
  PETZVAL_RETURN_IF_ERROR(number("grain_mm", &params.grain, 1, kMaxSize));
  PETZVAL_RETURN_IF_ERROR(number("folds", &params.folds, 0, 1000));
  PETZVAL_RETURN_IF_ERROR(number("flat_mm", &params.flat_mm, 0, kMaxSize));
  PETZVAL_ASSIGN(params.cells, SceneBuilder::Integer(table, "cells", 100, 1, 1000));
  PETZVAL_ASSIGN(params.octaves, SceneBuilder::Integer(table, "octaves", 5, 1, 12));
  PETZVAL_ASSIGN(const int seed, SceneBuilder::Integer(table, "seed", 1, 0, 1000000));
  params.seed = static_cast<uint32_t>(seed);
  return MakeTerrain(params);
}

struct ShapeReader {
  const char* name;
  Result<Shape> (*read)(const TomlTable&);
  std::vector<std::string> keys;
};

const std::vector<ShapeReader>& Readers() {
  static const std::vector<ShapeReader> readers = {
      {"quad", ReadQuad, {"width_mm", "height_mm"}},
      {"plane", ReadPlane, {"extent_mm"}},
      {"box", ReadBox, {"size_mm"}},
      {"sphere", ReadSphere, {"radius_mm"}},
      {"cylinder", ReadCylinder, {"radius_mm", "top_radius_mm", "height_mm"}},
      {"lathe", ReadLathe, {"profile_mm"}},
      {"prism", ReadPrism, {"outline_mm", "depth_mm"}},
      {"torus", ReadTorus, {"radius_mm", "thickness_mm"}},
      {"tube", ReadTube, {"points_mm", "radius_mm", "bead_gap_mm", "smooth"}},
      {"blend", ReadBlend, {"parts", "cell_mm", "mirror"}},
      {"terrain",
       ReadTerrain,
       {"width_mm", "depth_mm", "height_mm", "grain_mm", "folds", "flat_mm", "cells", "octaves",
        "seed"}},
  };
  return readers;
}

}  // namespace

Status SceneBuilder::ReadShapes(const TomlTable& root) {
  for (const ShapeReader& reader : Readers()) {
    PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, reader.name));
    for (const TomlTable& table : tables) {
      PETZVAL_RETURN_IF_ERROR(table.CheckKeys(ShapeKeys(reader.keys)));
      PETZVAL_ASSIGN(Shape shape, reader.read(table));
      PETZVAL_ASSIGN(const int material, MaterialOf(table, "material"));
      if (data_.materials[material].cut != CutKind::kNone && shape.vertex.size() == 4) {
        shape.kind = ShapeKind::kQuads;  // with (u, v) over the whole of it, as cuts need
        shape.index = {0, 1, 2, 3};
      }
      PETZVAL_RETURN_IF_ERROR(Add(table, reader.name, std::move(shape)));
    }
  }
  return {};
}

}  // namespace petzval::simulate
