// Codes through a cube of cells, in whole numbers.
#include "petzval/color/lut_cells.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/color/lut_cells.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kBlock = 64;  // pixels

// Where a block of pixels lies in the cube, and what it asks of it.
struct Block {
  HWY_ALIGN_MAX uint8_t cell[3][kBlock];
  HWY_ALIGN_MAX uint8_t part[3][kBlock];     // fraction of the cell, in 255ths
  HWY_ALIGN_MAX uint32_t offset[kBlock];     // of the cell in the table, in kUnit bytes
  HWY_ALIGN_MAX uint8_t weight[8 * kBlock];  // of the corners
  HWY_ALIGN_MAX int16_t shade[kBlock];       // added to all channels, in 64ths of a code
};
// The largest that the addressing of the processors multiplies by itself.
constexpr int kUnit = 8;

#if HWY_TARGET == HWY_SCALAR

#include "petzval/color/lut_block_scalar.h"

#else  // HWY_TARGET

using D8 = hn::ScalableTag<uint8_t>;
using D16 = hn::Repartition<uint16_t, D8>;
using D32 = hn::Repartition<uint32_t, D8>;
using DHalf8 = hn::Rebind<uint8_t, D16>;

// A cube of 2^kBits cells a side: of v = 2^(8 - kBits) a + b the position 2^kBits v in 255ths of a
// cell is 255 a + (a + 2^kBits b), so that the cell is a and the fraction v turned by kBits bits.
template <int kBits>
HWY_INLINE void LocateCodes(const uint8_t* HWY_RESTRICT rgb, int, Block* block) {
  const D8 d;
  const D16 d16;
  const auto low = hn::Set(d, static_cast<uint8_t>((1 << kBits) - 1));
  for (int i = 0; i < kBlock; i += static_cast<int>(hn::Lanes(d))) {
    hn::Vec<D8> v[3];
    hn::LoadInterleaved3(d, rgb + 3 * i, v[0], v[1], v[2]);
    for (int c = 0; c < 3; ++c) {
      const auto words = hn::BitCast(d16, v[c]);
      const auto cell = hn::And(hn::BitCast(d, hn::ShiftRight<8 - kBits>(words)), low);
      hn::Store(cell, d, block->cell[c] + i);
      const auto up = hn::BitCast(d, hn::ShiftLeft<kBits>(words));
      hn::Store(hn::Or(hn::AndNot(low, up), cell), d, block->part[c] + i);
    }
  }
}

// Cell and fraction of positions in 255ths of a cell.
template <class V>
HWY_INLINE void StoreLocation(V x, int side, uint8_t* cell_out, uint8_t* part_out) {
  const D16 d;
  const DHalf8 dh8;
  const hn::RebindToSigned<D16> di;
  // x / 255 for every x of 16 bits.
  const V cell = hn::Min(hn::ShiftRight<7>(hn::MulHigh(x, hn::Set(d, uint16_t{0x8081}))),
                         hn::Set(d, static_cast<uint16_t>(side - 1)));
  const V part = hn::Sub(x, hn::Mul(cell, hn::Set(d, uint16_t{255})));
  hn::StoreU(hn::DemoteTo(dh8, hn::BitCast(di, cell)), dh8, cell_out);
  hn::StoreU(hn::DemoteTo(dh8, hn::BitCast(di, part)), dh8, part_out);
}

// A cube of any size.
template <>
HWY_INLINE void LocateCodes<0>(const uint8_t* HWY_RESTRICT rgb, int side, Block* block) {
  const D16 d;
  const DHalf8 dh8;
  const auto scale = hn::Set(d, static_cast<uint16_t>(side));
  for (int i = 0; i < kBlock; i += static_cast<int>(hn::Lanes(d))) {
    hn::Vec<DHalf8> v[3];
    hn::LoadInterleaved3(dh8, rgb + 3 * i, v[0], v[1], v[2]);
    for (int c = 0; c < 3; ++c) {
      StoreLocation(hn::Mul(hn::PromoteTo(d, v[c]), scale), side, block->cell[c] + i,
                    block->part[c] + i);
    }
  }
}

HWY_INLINE void LocatePositions(const uint16_t* const position[3], int side, Block* block) {
  const D16 d;
  for (int i = 0; i < kBlock; i += static_cast<int>(hn::Lanes(d))) {
    for (int c = 0; c < 3; ++c) {
      StoreLocation(hn::LoadU(d, position[c] + i), side, block->cell[c] + i, block->part[c] + i);
    }
  }
}

static_assert(kTonedSteps == 4, "a shift by two");
HWY_INLINE void LocateToned(const TonedLine& line, ptrdiff_t first, int side, Block* block) {
  const D16 d;
  const hn::RebindToSigned<D16> di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto top = hn::Set(d, static_cast<uint16_t>(kTonedSteps * 255 * side));
  const int16_t* grain =
      line.grain ? line.grain + ((line.x + line.grain_shift + first) & (kGrainPeriod - 1))
                 : nullptr;
  for (int i = 0; i < kBlock; i += lanes) {
    for (int c = 0; c < 3; ++c) {
      auto t = hn::LoadU(d, line.code[c] + first + i);
      if (grain) {
        const auto strength = hn::BitCast(di, hn::MulHigh(t, hn::Sub(top, t)));
        t = hn::Add(t, hn::BitCast(d, hn::MulFixedPoint15(strength, hn::LoadU(di, grain + i))));
      }
      StoreLocation(hn::ShiftRight<2>(hn::Add(t, hn::Set(d, uint16_t{kTonedSteps / 2}))), side,
                    block->cell[c] + i, block->part[c] + i);
    }
  }
  const auto step = hn::Set(d, static_cast<uint16_t>(lanes * kDitherX));
  auto phase =
      hn::Add(hn::Mul(hn::Iota(d, 0), hn::Set(d, uint16_t{kDitherX})),
              hn::Set(d, static_cast<uint16_t>(static_cast<uint32_t>(line.x + first) * kDitherX +
                                               line.y * kDitherY)));
  for (int i = 0; i < kBlock; i += lanes) {
    hn::Store(hn::Sub(hn::BitCast(di, hn::ShiftRight<10>(phase)), hn::Set(di, int16_t{32})), di,
              block->shade + i);
    phase = hn::Add(phase, step);
  }
}

// Interleaving keeps to pieces of 16 bytes, and so do the results: of the vectors that a vector of
// pixels becomes each has the next few pixels of every piece.
template <class V>
HWY_INLINE void StoreWeights(V low, V high, V low2, V high2, uint8_t* to) {
  const D8 d;
  const D32 d32;
  const D16 d16;
  const size_t lanes = hn::Lanes(d);
  const auto a = hn::BitCast(d32, hn::InterleaveLower(d16, low, high));
  const auto b = hn::BitCast(d32, hn::InterleaveLower(d16, low2, high2));
  hn::Store(hn::BitCast(d, hn::InterleaveLower(d32, a, b)), d, to);
  hn::Store(hn::BitCast(d, hn::InterleaveUpper(d32, a, b)), d, to + lanes);
  const auto e = hn::BitCast(d32, hn::InterleaveUpper(d16, low, high));
  const auto f = hn::BitCast(d32, hn::InterleaveUpper(d16, low2, high2));
  hn::Store(hn::BitCast(d, hn::InterleaveLower(d32, e, f)), d, to + 2 * lanes);
  hn::Store(hn::BitCast(d, hn::InterleaveUpper(d32, e, f)), d, to + 3 * lanes);
}

HWY_INLINE void PrepareBlock(int side, Block* block) {
  const D8 d;
  const D16 d16;
  const D32 d32;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto zero = hn::Zero(d);
  const auto zero16 = hn::Zero(d16);
  const auto line_scale = hn::Set(d16, static_cast<uint16_t>(4 * side));
  const auto plane_scale = hn::Set(d32, static_cast<uint32_t>(4 * side * side));
  for (int i = 0; i < kBlock; i += lanes) {
    // Step 1: where the cells begin.
    const auto cr = hn::Load(d, block->cell[0] + i), cg = hn::Load(d, block->cell[1] + i);
    const auto cb = hn::Load(d, block->cell[2] + i);
    uint32_t* to = block->offset + i;
    const auto store = [&](auto r, auto g, auto b, uint32_t* at) HWY_ATTR {
      const auto line =
          hn::Add(hn::ShiftLeft<2>(hn::BitCast(d16, r)), hn::Mul(hn::BitCast(d16, g), line_scale));
      const auto plane = hn::BitCast(d16, b);
      hn::Store(
          hn::Add(hn::BitCast(d32, hn::InterleaveLower(d16, line, zero16)),
                  hn::Mul(hn::BitCast(d32, hn::InterleaveLower(d16, plane, zero16)), plane_scale)),
          d32, at);
      hn::Store(
          hn::Add(hn::BitCast(d32, hn::InterleaveUpper(d16, line, zero16)),
                  hn::Mul(hn::BitCast(d32, hn::InterleaveUpper(d16, plane, zero16)), plane_scale)),
          d32, at + lanes / 4);
    };
    store(hn::InterleaveLower(d, cr, zero), hn::InterleaveLower(d, cg, zero),
          hn::InterleaveLower(d, cb, zero), to);
    store(hn::InterleaveUpper(d, cr, zero), hn::InterleaveUpper(d, cg, zero),
          hn::InterleaveUpper(d, cb, zero), to + lanes / 2);

    // Step 2: tetrahedral interpolation without a choice. Of the weights of the six corners between
    // the dark and the bright one, all but two are negative or zero for any order of the fractions.
    const auto r = hn::Load(d, block->part[0] + i), g = hn::Load(d, block->part[1] + i);
    const auto b = hn::Load(d, block->part[2] + i);
    const auto max_rg = hn::Max(r, g), max_rb = hn::Max(r, b), max_gb = hn::Max(g, b);
    const auto min_rg = hn::Min(r, g), min_rb = hn::Min(r, b), min_gb = hn::Min(g, b);
    const auto w0 = hn::Not(hn::Max(max_rg, b)), w1 = hn::SaturatedSub(r, max_gb);
    const auto w2 = hn::SaturatedSub(g, max_rb), w3 = hn::SaturatedSub(min_rg, b);
    const auto w4 = hn::SaturatedSub(b, max_rg), w5 = hn::SaturatedSub(min_rb, g);
    const auto w6 = hn::SaturatedSub(min_gb, r), w7 = hn::Min(min_rg, b);
    uint8_t* weight = block->weight + 8 * i;
    StoreWeights(hn::BitCast(d16, hn::InterleaveLower(d, w0, w1)),
                 hn::BitCast(d16, hn::InterleaveLower(d, w2, w3)),
                 hn::BitCast(d16, hn::InterleaveLower(d, w4, w5)),
                 hn::BitCast(d16, hn::InterleaveLower(d, w6, w7)), weight);
    StoreWeights(hn::BitCast(d16, hn::InterleaveUpper(d, w0, w1)),
                 hn::BitCast(d16, hn::InterleaveUpper(d, w2, w3)),
                 hn::BitCast(d16, hn::InterleaveUpper(d, w4, w5)),
                 hn::BitCast(d16, hn::InterleaveUpper(d, w6, w7)), weight + 4 * lanes);
  }
}

// The pixels of one piece.
struct Sixteen {
  Sixteen(const Block& block, int first)
      : offset(block.offset + first / Lanes() * Lanes() + first % Lanes() / 4),
        weight(block.weight + first / Lanes() * 8 * Lanes() + first % Lanes()) {}
  static int Lanes() { return static_cast<int>(hn::Lanes(D8())); }
  HWY_INLINE size_t Offset(int i) const { return offset[i / 4 * (Lanes() / 4) + i % 4]; }
  HWY_INLINE const uint8_t* Weight(int i) const { return weight + i / 2 * Lanes() + i % 2 * 8; }
  const uint32_t* offset;
  const uint8_t* weight;
};

#endif  // HWY_TARGET

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

// Highway has no products of bytes, so these are the instructions themselves.
template <int kPixel>
HWY_INLINE __m256i Products(const LutCell* HWY_RESTRICT cells, const Sixteen& at, __m256i* cell) {
  *cell = _mm256_load_si256(reinterpret_cast<const __m256i*>(reinterpret_cast<const char*>(cells) +
                                                             at.Offset(kPixel) * kUnit));
  int64_t packed;
  std::memcpy(&packed, at.Weight(kPixel), 8);
  // Weights sum up to 255, so that nothing saturates.
  return _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_set1_epi64x(packed), *cell),
                           _mm256_set1_epi16(1));
}

// Four pixels in 64ths of a code: each r, g, b and one unused.
template <int kA, int kB, int kC, int kD>
HWY_INLINE __m256i FourPixels(const LutCell* HWY_RESTRICT cells, const Sixteen& at) {
  __m256i e0, e1, e2, e3;
  const __m256i s0 = Products<kA>(cells, at, &e0), s1 = Products<kB>(cells, at, &e1);
  const __m256i s2 = Products<kC>(cells, at, &e2), s3 = Products<kD>(cells, at, &e3);
  const __m256i one = _mm256_set1_epi16(1);
  const __m256i s01 = _mm256_madd_epi16(_mm256_packs_epi32(s0, s1), one);
  const __m256i s23 = _mm256_madd_epi16(_mm256_packs_epi32(s2, s3), one);
  const __m256i sum = _mm256_permutevar8x32_epi32(_mm256_packs_epi32(s01, s23),
                                                  _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  const __m256i base =
      _mm256_permute2x128_si256(_mm256_unpackhi_epi64(e0, e1), _mm256_unpackhi_epi64(e2, e3), 0x31);
  const __m256i scale =
      _mm256_shuffle_epi8(base, _mm256_broadcastsi128_si256(_mm_setr_epi8(
                                    6, 7, 6, 7, 6, 7, 6, 7, 14, 15, 14, 15, 14, 15, 14, 15)));
  return _mm256_add_epi16(base, _mm256_mulhrs_epi16(sum, scale));
}

// Eight pixels as two times twelve bytes. `shade`: of these eight.
template <int k, bool kShade>
HWY_INLINE __m256i EightPixels(const LutCell* HWY_RESTRICT cells, const Sixteen& at,
                               const int16_t* shade) {
  const __m256i rgb = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
  __m256i p = FourPixels<k, k + 1, k + 4, k + 5>(cells, at);
  __m256i q = FourPixels<k + 2, k + 3, k + 6, k + 7>(cells, at);
  if (kShade) {
    const __m256i all =
        _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(shade)));
    const __m256i of_p = _mm256_setr_epi8(0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 2, 3, 8, 9, 8,
                                          9, 8, 9, 8, 9, 10, 11, 10, 11, 10, 11, 10, 11);
    const __m256i of_q = _mm256_add_epi8(of_p, _mm256_set1_epi8(4));
    p = _mm256_add_epi16(p, _mm256_shuffle_epi8(all, of_p));
    q = _mm256_add_epi16(q, _mm256_shuffle_epi8(all, of_q));
  }
  const __m256i codes = _mm256_packus_epi16(_mm256_srai_epi16(p, 6), _mm256_srai_epi16(q, 6));
  return _mm256_shuffle_epi8(codes, rgb);
}

template <bool kShade>
HWY_INLINE void FinishBlock(const LutCell* HWY_RESTRICT cells, const Block& block,
                            uint8_t* HWY_RESTRICT out) {
  for (int i = 0; i < kBlock; i += 16, out += 48) {
    const Sixteen at(block, i);
    const __m256i a = EightPixels<0, kShade>(cells, at, block.shade + i);
    const __m256i b = EightPixels<8, kShade>(cells, at, block.shade + i + 8);
    // Each store begins where the one before it had its last pixel; nothing behind the 48 bytes is
    // touched.
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm256_castsi256_si128(a));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 12), _mm256_extracti128_si256(a, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 24), _mm256_castsi256_si128(b));
    const __m128i last = _mm256_extracti128_si256(b, 1);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + 36), last);
    const int32_t end = _mm_extract_epi32(last, 2);
    std::memcpy(out + 44, &end, 4);
  }
}

#elif HWY_TARGET == HWY_SSSE3 || HWY_TARGET == HWY_SSE4

// Two pixels in 64ths of a code: each r, g, b and one unused.
template <bool kShade>
HWY_INLINE __m128i TwoPixels(const LutCell* HWY_RESTRICT cells, const Sixteen& at, int i,
                             const int16_t* shade) {
  const __m128i one = _mm_set1_epi16(1);
  __m128i sum[2], base[2];
  for (int k = 0; k < 2; ++k) {
    const __m128i* cell = reinterpret_cast<const __m128i*>(reinterpret_cast<const char*>(cells) +
                                                           at.Offset(i + k) * kUnit);
    int64_t packed;
    std::memcpy(&packed, at.Weight(i + k), 8);
    const __m128i weight = _mm_set1_epi64x(packed), rg = _mm_load_si128(cell);
    base[k] = _mm_load_si128(cell + 1);
    sum[k] = _mm_packs_epi32(_mm_madd_epi16(_mm_maddubs_epi16(weight, rg), one),
                             _mm_madd_epi16(_mm_maddubs_epi16(weight, base[k]), one));
  }
  const __m128i both = _mm_packs_epi32(_mm_madd_epi16(sum[0], one), _mm_madd_epi16(sum[1], one));
  const __m128i bases = _mm_unpackhi_epi64(base[0], base[1]);
  const __m128i scale = _mm_shuffle_epi8(
      bases, _mm_setr_epi8(6, 7, 6, 7, 6, 7, 6, 7, 14, 15, 14, 15, 14, 15, 14, 15));
  const __m128i value = _mm_add_epi16(bases, _mm_mulhrs_epi16(both, scale));
  if (!kShade) return value;
  int32_t two;
  std::memcpy(&two, shade + i, 4);
  return _mm_add_epi16(
      value, _mm_shuffle_epi8(_mm_cvtsi32_si128(two),
                              _mm_setr_epi8(0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 2, 3)));
}

template <bool kShade>
HWY_INLINE void FinishBlock(const LutCell* HWY_RESTRICT cells, const Block& block,
                            uint8_t* HWY_RESTRICT out) {
  for (int i = 0; i < kBlock; i += 16, out += 48) {
    const Sixteen at(block, i);
    for (int k = 0; k < 16; k += 4) {
      const __m128i codes =
          _mm_packus_epi16(_mm_srai_epi16(TwoPixels<kShade>(cells, at, k, block.shade + i), 6),
                           _mm_srai_epi16(TwoPixels<kShade>(cells, at, k + 2, block.shade + i), 6));
      HWY_ALIGN uint8_t four[16];
      _mm_store_si128(reinterpret_cast<__m128i*>(four),
                      _mm_shuffle_epi8(codes, _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14,
                                                            -1, -1, -1, -1)));
      std::memcpy(out + 3 * k, four, 12);
    }
  }
}

#else  // any other target

template <bool kShade>
HWY_INLINE void FinishBlock(const LutCell* HWY_RESTRICT cells, const Block& block,
                            uint8_t* HWY_RESTRICT out) {
  for (int i = 0; i < kBlock; i += 16) {
    const Sixteen at(block, i);
    for (int k = 0; k < 16; ++k, out += 3) {
      const LutCell& cell = cells[at.Offset(k) * kUnit / sizeof(LutCell)];
      const uint8_t* weight = at.Weight(k);
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (int j = 0; j < 8; ++j) sum += weight[j] * cell.delta[c][j];
        const int value = cell.base[c] + ((sum * cell.scale + (1 << 14)) >> 15) +
                          (kShade ? block.shade[i + k] : 0);
        out[c] = static_cast<uint8_t>(std::clamp(value >> 6, 0, 255));
      }
    }
  }
}

#endif

template <int kBits>
void LookUpCodesOf(const LutCell* cells, int side, const uint8_t* rgb, ptrdiff_t count,
                   uint8_t* out) {
  Block block;
  ptrdiff_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    LocateCodes<kBits>(rgb + 3 * i, side, &block);
    PrepareBlock(side, &block);
    FinishBlock<false>(cells, block, out + 3 * i);
  }
  if (i == count) return;
  HWY_ALIGN uint8_t last[3 * kBlock] = {};
  std::copy_n(rgb + 3 * i, 3 * (count - i), last);
  LocateCodes<kBits>(last, side, &block);
  PrepareBlock(side, &block);
  FinishBlock<false>(cells, block, last);
  std::copy_n(last, 3 * (count - i), out + 3 * i);
}

void LookUpCodes(const LutCell* cells, int side, const uint8_t* rgb, ptrdiff_t count,
                 uint8_t* out) {
  switch (side) {
    case 16:
      return LookUpCodesOf<4>(cells, side, rgb, count, out);
    case 32:
      return LookUpCodesOf<5>(cells, side, rgb, count, out);
    case 64:
      return LookUpCodesOf<6>(cells, side, rgb, count, out);
    default:
      return LookUpCodesOf<0>(cells, side, rgb, count, out);
  }
}

void LookUpPositions(const LutCell* cells, int side, const uint16_t* const position[3],
                     ptrdiff_t count, uint8_t* out) {
  Block block;
  ptrdiff_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    const uint16_t* at[3] = {position[0] + i, position[1] + i, position[2] + i};
    LocatePositions(at, side, &block);
    PrepareBlock(side, &block);
    FinishBlock<false>(cells, block, out + 3 * i);
  }
  if (i == count) return;
  HWY_ALIGN uint16_t last[3][kBlock] = {};
  HWY_ALIGN uint8_t codes[3 * kBlock];
  for (int c = 0; c < 3; ++c) std::copy_n(position[c] + i, count - i, last[c]);
  const uint16_t* at[3] = {last[0], last[1], last[2]};
  LocatePositions(at, side, &block);
  PrepareBlock(side, &block);
  FinishBlock<false>(cells, block, codes);
  std::copy_n(codes, 3 * (count - i), out + 3 * i);
}

void LookUpToned(const LutCell* cells, int side, const TonedLine& line, ptrdiff_t count,
                 uint8_t* out) {
  Block block;
  ptrdiff_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    LocateToned(line, i, side, &block);
    PrepareBlock(side, &block);
    FinishBlock<true>(cells, block, out + 3 * i);
  }
  if (i == count) return;
  HWY_ALIGN uint16_t last[3][kBlock] = {};
  HWY_ALIGN uint8_t codes[3 * kBlock];
  for (int c = 0; c < 3; ++c) std::copy_n(line.code[c] + i, count - i, last[c]);
  const TonedLine rest{{last[0], last[1], last[2]},
                       line.grain,
                       line.x + static_cast<int>(i),
                       line.y,
                       line.grain_shift};
  LocateToned(rest, 0, side, &block);
  PrepareBlock(side, &block);
  FinishBlock<true>(cells, block, codes);
  std::copy_n(codes, 3 * (count - i), out + 3 * i);
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval {

HWY_EXPORT(LookUpCodes);
HWY_EXPORT(LookUpPositions);
HWY_EXPORT(LookUpToned);

void LookUpCodes(const LutCell* cells, int side, const uint8_t* rgb, ptrdiff_t count,
                 uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(LookUpCodes)(cells, side, rgb, count, out);
}
void LookUpPositions(const LutCell* cells, int side, const uint16_t* const position[3],
                     ptrdiff_t count, uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(LookUpPositions)(cells, side, position, count, out);
}
void LookUpToned(const LutCell* cells, int side, const TonedLine& line, ptrdiff_t count,
                 uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(LookUpToned)(cells, side, line, count, out);
}

}  // namespace petzval
#endif  // HWY_ONCE
