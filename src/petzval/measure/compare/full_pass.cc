// The pass over all pixels of a pair.
#include "petzval/measure/compare/full_pass.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "petzval/base/parallel.h"
#include "petzval/base/pool.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/compare/color_rows.h"
#include "petzval/measure/compare/flip.h"

namespace petzval::measure {
namespace {

// Matrices from the light of one picture's primaries.
struct Matrices {
  Mat3f xyz_over_white, rec709, flip, lms;
  bool is_709 = false;
};

Matrices MakeMatrices(const PictureRows& picture, double white_nits) {
  const Mat3 to_709 = RgbFromXyzD50(kRec709) * picture.xyz_d50_from_linear();
  Matrices m;
  double off = 0;
  for (int i = 0; i < 9; ++i) off = std::max(off, std::fabs(to_709[i / 3][i % 3] - (i % 4 == 0)));
  // Profiles hold their numbers to 16 bits: the primaries of sRGB from a file are those of sRGB.
  m.is_709 = off < 1e-3;
  const Mat3 exact = m.is_709 ? Mat3::Identity() : to_709;
  m.rec709 = ToFloat(exact);
  Mat3 xyz = XyzFromRgb(kRec709);
  const Vec3 white = xyz * Vec3{{1, 1, 1}};
  for (int i = 0; i < 9; ++i) xyz[i / 3][i % 3] /= white[i / 3];
  m.xyz_over_white = ToFloat(xyz * exact);
  m.flip = ToFloat(FlipOpponentsFromLinear709());
  const Mat3 lms_from_2020 = {{{{1688, 2146, 262}, {683, 2951, 462}, {99, 309, 3688}}}};
  m.lms =
      ToFloat((white_nits / 10000 / 4096) * lms_from_2020 * RgbFromRgb(kRec2020, kRec709) * exact);
  return m;
}

constexpr int kPictureRows = 21;  // rows of RowBlock for one picture, see Tile::Picture

struct Scratch {
  RowBlock pictures{2 * kPictureRows};
  RowBlock point{16};
  RowRing flip_ring{6, 2 * kHalo + 1};
  SsimTile ssim;
  FlipScratch flip;
  FlatBand flat;
  Histogram de, itp, flip_histogram;
};

struct Pass {
  const PassInput& input;
  const FlipFilters filters = MakeFlipFilters(input.pixels_per_degree);
  const int flip_radius = filters.radius();
  const Matrices matrices[2] = {MakeMatrices(input.reference, input.white_nits),
                                MakeMatrices(input.test, input.white_nits)};
  Image<uint16_t>*de_map, *flip_map;
  Level* half;

  int width() const { return input.reference.width(); }
  int height() const { return input.reference.height(); }
};

class Tile {
 public:
  Tile(const Pass& pass, int x0, int y0, Scratch* scratch)
      : pass_(pass),
        s_(*scratch),
        x0_(x0),
        y0_(y0),
        columns_(std::min(kTile, pass.width() - x0)),
        y1_(std::min(pass.height(), y0 + kTile)) {
    s_.flip_ring.SetDepth(2 * pass.flip_radius + 1);
  }

  PassSums Run() {
    const int reach = std::max(pass_.flip_radius, kSsimRadius);
    for (int y = y0_ - reach; y < y1_ + reach; ++y) {
      Fetch(y);
      if (y >= y0_ - kSsimRadius && y < y1_ + kSsimRadius) PushStructure(y);
      if (y >= y0_ && y < y1_) Points(y);
      if (Inside(y - kSsimRadius)) Structure(y - kSsimRadius);
      if (Inside(y - pass_.flip_radius)) Flip(y - pass_.flip_radius);
    }
    return sums_;
  }

 private:
  bool Inside(int y) const { return y >= y0_ && y < y1_; }
  // Rows of one picture: 0 light, 3 scene, 6 code values, 9 Rec.709 light of even and 12 of odd
  // rows, 15 spare, 18 L*a*b* or ITP.
  Rows3 Picture(int p, int row) { return s_.pictures.Three(p * kPictureRows + row); }
  Rows3 Light709(int p, int y) { return Picture(p, (y & 1) == 0 ? 9 : 12); }
  float* Weight(int y) {
    float* w = s_.point.Row(0);
    WeightRow(pass_.input.mask, pass_.width(), x0_, y, w);
    return w;
  }

  void Fetch(int y) {
    for (int p = 0; p < 2; ++p) {
      const PictureRows& rows = p == 0 ? pass_.input.reference : pass_.input.test;
      const Matrices& m = pass_.matrices[p];
      const Rows3 light = Picture(p, 0), light709 = Light709(p, y);
      rows.Fetch(x0_ - kHalo, y, light, Picture(p, 3), Picture(p, 6));
      Rows3 display = Picture(p, 15);
      if (m.is_709) {
        for (int c = 0; c < 3; ++c) std::memcpy(light709[c], light[c], kRowColumns * sizeof(float));
        display = light709;
      } else {
        MultiplyRows(Const(light), m.rec709, false, kRowColumns, light709);
        MultiplyRows(Const(light), m.rec709, true, kRowColumns, display);
      }
      MultiplyRows(Const(display), m.flip, false, kRowColumns, s_.flip_ring.Three(3 * p, y));
    }
  }

  void PushStructure(int y) {
    for (int p = 0; p < 2; ++p) {
      const Rows3 value = Picture(p, 6);
      if (pass_.input.values != CodeValues::kCodes) {
        const bool own = pass_.input.values == CodeValues::kOwnEncoded;
        const Rows3 from = own ? Picture(p, 0) : Light709(p, y);
        for (int c = 0; c < 3; ++c) EncodeSrgbRow(from[c], kRowColumns, value[c]);
      }
      LumaRow(Const(value), pass_.input.luma.data(), kRowColumns, s_.ssim.Luma(p, y));
    }
    s_.ssim.Push(y, Const(Light709(0, y)), Const(Light709(1, y)));
  }

  // What looks at one pixel, and the half-size pictures.
  void Points(int y) {
    const float* weight = Weight(y);
    const ConstRows3 value[2] = {Shift(Const(Picture(0, 6)), kHalo),
                                 Shift(Const(Picture(1, 6)), kHalo)};
    const float* luma[2] = {s_.ssim.Luma(0, y) + kHalo, s_.ssim.Luma(1, y) + kHalo};
    float counted = 0;
    for (int i = 0; i < columns_; ++i) counted += weight[i];
    sums_.weight += counted;
    for (int c = 0; c < 3; ++c) {
      sums_.square[c] += WeightedSquaredDifference(value[0][c], value[1][c], weight, kTile);
    }
    sums_.square_luma += WeightedSquaredDifference(luma[0], luma[1], weight, kTile);

    for (int p = 0; p < 2; ++p) {
      const ConstRows3 light = Shift(Const(Picture(p, 0)), kHalo);
      LabRows(light, pass_.matrices[p].xyz_over_white, kTile, Picture(p, 18));
    }
    float* de = s_.point.Row(1);
    DeltaE2000Row(Const(Picture(0, 18)), Const(Picture(1, 18)), kTile, de);
    sums_.de += WeightedSum(de, weight, kTile);
    sums_.de_max = std::max(sums_.de_max, WeightedMaximum(de, weight, kTile));
    Count(de, weight, &s_.de);
    StoreMap(de, weight, 256, y, pass_.de_map);

    for (int p = 0; p < 2; ++p) {
      const bool scene = (p == 0 ? pass_.input.reference : pass_.input.test).is_float();
      const ConstRows3 light = Shift(Const(Picture(p, scene ? 3 : 0)), kHalo);
      ItpRows(light, pass_.matrices[p].lms, kTile, Picture(p, 18));
    }
    DeltaEItpRow(Const(Picture(0, 18)), Const(Picture(1, 18)), kTile, de);
    sums_.itp += WeightedSum(de, weight, kTile);
    sums_.itp_max = std::max(sums_.itp_max, WeightedMaximum(de, weight, kTile));
    Count(de, weight, &s_.itp);

    const int band = (y - y0_) % kFlatBlock;
    s_.flat.AddRow(band, value, luma, weight);
    if (band == kFlatBlock - 1) s_.flat.Finish(&sums_.flat);

    if ((y & 1) == 1 || y == y1_ - 1) Halve(y & ~1, y);
  }

  void Halve(int even, int odd) {
    const int n = (columns_ + 1) / 2;
    float* out = s_.point.Row(2);
    const auto halve = [&](const float* a, const float* b, int plane) {
      HalveRows(a + kHalo, b + kHalo, n, out);
      std::memcpy(pass_.half->planes.row(even / 2, plane) + x0_ / 2, out, n * sizeof(float));
    };
    for (int p = 0; p < 2; ++p) {
      halve(s_.ssim.Luma(p, even), s_.ssim.Luma(p, odd), p);
      const Rows3 a = Light709(p, even), b = Light709(p, odd);
      for (int c = 0; c < 3; ++c) halve(a[c], b[c], 2 + 3 * p + c);
    }
  }

  void Structure(int y) {
    const float* weight = Weight(y);
    float* valid = s_.point.Row(3);
    ValidRow(weight, pass_.width(), x0_, valid);
    const bool fits = y >= kSsimRadius && y < pass_.height() - kSsimRadius;
    s_.ssim.Finish(y, weight, fits ? valid : nullptr, &sums_.structure);
    const auto three = [&](int p) {
      return ConstRows3{s_.ssim.Luma(p, y - 1) + kHalo, s_.ssim.Luma(p, y) + kHalo,
                        s_.ssim.Luma(p, y + 1) + kHalo};
    };
    AddEdgeRow(three(0), three(1), weight, kTile, &sums_.edge);
  }

  void Flip(int y) {
    const float* rows[6][2 * kHalo + 1];
    const int radius = pass_.flip_radius;
    for (int p = 0; p < 6; ++p) {
      for (int k = -radius; k <= radius; ++k) rows[p][radius + k] = s_.flip_ring.Row(p, y + k);
    }
    float* flip = s_.point.Row(4);
    FlipRow(pass_.filters, {{rows[0], rows[1], rows[2]}, radius},
            {{rows[3], rows[4], rows[5]}, radius}, &s_.flip, flip);
    const float* weight = Weight(y);
    sums_.flip += WeightedSum(flip, weight, kTile);
    Count(flip, weight, &s_.flip_histogram);
    StoreMap(flip, weight, 65535, y, pass_.flip_map);
  }

  void Count(const float* v, const float* weight, Histogram* histogram) const {
    for (int i = 0; i < columns_; ++i) {
      if (weight[i] != 0) histogram->Add(v[i]);
    }
  }

  void StoreMap(const float* v, const float* weight, float scale, int y,
                Image<uint16_t>* map) const {
    if (map == nullptr) return;
    uint16_t* out = map->row(y) + x0_;
    for (int i = 0; i < columns_; ++i) {
      const float x = std::min(v[i] * weight[i] * scale + 0.5f, 65535.0f);
      out[i] = static_cast<uint16_t>(x);
    }
  }

  const Pass& pass_;
  Scratch& s_;
  const int x0_, y0_, columns_, y1_;
  PassSums sums_;
};

void AddSums(const PassSums& from, PassSums* to) {
  to->weight += from.weight;
  for (int c = 0; c < 3; ++c) to->square[c] += from.square[c];
  to->square_luma += from.square_luma;
  to->de += from.de;
  to->itp += from.itp;
  to->flip += from.flip;
  to->de_max = std::max(to->de_max, from.de_max);
  to->itp_max = std::max(to->itp_max, from.itp_max);
  to->structure.Add(from.structure);
  to->flat.Add(from.flat);
  to->edge.count += from.edge.count;
  to->edge.gradient += from.edge.gradient;
  to->edge.error += from.edge.error;
  to->edge.energy_reference += from.edge.energy_reference;
  to->edge.energy_test += from.edge.energy_test;
}

}  // namespace

PassResult RunFullPass(const PassInput& input, Image<uint16_t>* de_map, Image<uint16_t>* flip_map) {
  PassResult result;
  const int width = input.reference.width(), height = input.reference.height();
  result.half.planes = Image<float>((width + 1) / 2, (height + 1) / 2, 8);
  if (input.mask != nullptr) result.half.mask = HalveMask(*input.mask);
  const Pass pass{.input = input, .de_map = de_map, .flip_map = flip_map, .half = &result.half};
  const int across = (width + kTile - 1) / kTile, down = (height + kTile - 1) / kTile;
  std::vector<PassSums> sums(static_cast<size_t>(across) * down);
  Pool<Scratch> pool;
  std::mutex mutex;
  ParallelFor(across * down, [&](int i) {
    auto scratch = pool.Take();
    sums[i] = Tile(pass, i % across * kTile, i / across * kTile, scratch.get()).Run();
    {
      const std::lock_guard lock(mutex);
      result.de.Add(scratch->de);
      result.itp.Add(scratch->itp);
      result.flip.Add(scratch->flip_histogram);
    }
    scratch->de.Clear();
    scratch->itp.Clear();
    scratch->flip_histogram.Clear();
    pool.Return(std::move(scratch));
  });
  for (const PassSums& s : sums) AddSums(s, &result.sums);
  return result;
}

}  // namespace petzval::measure
