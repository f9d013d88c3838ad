// Procedural textures: which ink a point of a surface shows.
#ifndef PETZVAL_SIMULATE_TEXTURE_PATTERN_H_
#define PETZVAL_SIMULATE_TEXTURE_PATTERN_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace petzval {

enum class PatternKind {
  kSolid,       // ink 0
  kNoise,       // a fractal blends from ink to ink
  kChecker,     // squares of ink 0 and 1
  kStripes,     // bands: `ratio` of ink 0, the rest ink 1
  kBricks,      // courses of inks 1.. in mortar of ink 0; size = length, ratio = height / length
  kTiles,       // the same without offset
  kWood,        // planks along v, grain of ink 0 and 1, gaps of ink 2 (or dark)
  kFoliage,     // leaves heaped on each other: inks 0..
  kFabric,      // plain weave of threads: ink 0 warp, ink 1 weft
  kKnit,        // rows of stitches, ink 1 in a motif
  kDeadLeaves,  // discs of all sizes that hide each other, between ink 0 and ink 1
  kSlanted,     // a square of ink 1, side `ratio` of the size, turned by `angle`, on ink 0
  kSiemens,     // star of `count` cycles: ink 1 on ink 0
  kZonePlate,   // sinusoid from ink 0 to 1, chirped from the centre to `ratio` cycles / mm
  kSteps,       // all inks side by side along u
  kPatches,     // all inks in `count` columns; border and gaps (`ratio` of a cell) of the last ink
  kDots,        // dots of ink 1, diameter `ratio` of the pitch, on ink 0
  kText,        // lines of letters: ink 1 on ink 0
  kGradient,    // ink 0 at v = 0 to the last ink at v = size
  kIris,        // an eye about the +w axis: sclera, iris, pupil, highlight
  kWindows,     // rows of windows, some lit: ink 0 wall, inks 1.. panes
  kGround,      // asphalt: grains and stains of ink 0 and 1
  kHill,        // far woods and meadows: inks by fractal patches with crowns of trees
};
inline constexpr std::array<const char*, 23> kPatternNames = {
    "solid",  "noise", "checker",    "stripes", "bricks",  "tiles",  "wood",  "foliage",
    "fabric", "knit",  "deadleaves", "slanted", "siemens", "zone",   "steps", "patches",
    "dots",   "text",  "gradient",   "iris",    "windows", "ground", "hill"};

// Where a surface is met: (u, v) in mm on it, (x, y, z) in mm in its own space, and a number of the
// piece (leaf, ball, strand) that it belongs to.
struct SurfacePoint {
  float u = 0, v = 0;
  float x = 0, y = 0, z = 0;
  uint32_t piece = 0;
};

inline constexpr int kMaxBlend = 3;
// A blend of inks, times `shade`. Weights add up to 1.
struct Blend {
  int ink[kMaxBlend] = {0, 0, 0};
  float weight[kMaxBlend] = {1, 0, 0};
  float shade = 1;
  float glow = 1;  // of what the material emits by itself
};

struct Pattern {
  PatternKind kind = PatternKind::kSolid;
  float size_mm = 100;
  float ratio = 0.5f;
  float angle_deg = 0;
  float contrast = 1;  // of blends about their middle
  int count = 8;
  int octaves = 4;
  uint32_t seed = 1;
  int inks = 1;  // how many there are
  std::string text;
  float variation = 0;  // 0..1: pieces differ by as much, from ink 0 to the last
};

Blend Evaluate(const Pattern& pattern, const SurfacePoint& p);

// Shapes cut from a unit square (u along the leaf from its stem): whether a point is kept.
enum class CutKind { kNone, kLeaf, kMaple, kGrass, kLattice, kDisc, kPuddles };
inline constexpr std::array<const char*, 7> kCutNames = {"none",    "leaf", "maple",  "grass",
                                                         "lattice", "disc", "puddles"};
bool Kept(CutKind cut, float u, float v, uint32_t piece);

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_TEXTURE_PATTERN_H_
