// The steps of lut_cells.cc for processors without vectors; included there, within its namespace.
// (No include guard: Highway reads each target's code once.)

template <class At>
void Locate(At at, int side, Block* block) {
  for (int i = 0; i < kBlock; ++i) {
    for (int c = 0; c < 3; ++c) {
      const int x = at(i, c), cell = std::min(x / 255, side - 1);
      block->cell[c][i] = static_cast<uint8_t>(cell);
      block->part[c][i] = static_cast<uint8_t>(x - 255 * cell);
    }
  }
}

template <int kBits>
void LocateCodes(const uint8_t* rgb, int side, Block* block) {
  Locate([&](int i, int c) { return rgb[3 * i + c] * side; }, side, block);
}

inline void LocatePositions(const uint16_t* const position[3], int side, Block* block) {
  Locate([&](int i, int c) { return position[c][i]; }, side, block);
}

inline void LocateToned(const TonedLine& line, ptrdiff_t first, int side, Block* block) {
  const int top = kTonedSteps * 255 * side;
  const int16_t* grain = line.grain;
  if (grain) grain += (line.x + line.grain_shift + first) & (kGrainPeriod - 1);
  Locate(
      [&](int i, int c) {
        uint32_t t = line.code[c][first + i];
        if (grain) {
          const int strength = static_cast<int>((t * (top - t)) >> 16);
          t += static_cast<uint32_t>((strength * grain[i] + (1 << 14)) >> 15);
        }
        return static_cast<int>((t + kTonedSteps / 2) / kTonedSteps);
      },
      side, block);
  for (int i = 0; i < kBlock; ++i) {
    const uint32_t phase = kDitherX * static_cast<uint32_t>(line.x + first + i) +
                           kDitherY * static_cast<uint32_t>(line.y);
    block->shade[i] = static_cast<int16_t>(static_cast<int>((phase & 0xffff) >> 10) - 32);
  }
}

inline void PrepareBlock(int side, Block* block) {
  for (int i = 0; i < kBlock; ++i) {
    const int line = block->cell[2][i] * side + block->cell[1][i];
    block->offset[i] = 4 * static_cast<uint32_t>(line * side + block->cell[0][i]);
    const int r = block->part[0][i], g = block->part[1][i], b = block->part[2][i];
    const int all[8] = {255 - std::max({r, g, b}), r - std::max(g, b), g - std::max(r, b),
                        std::min(r, g) - b,        b - std::max(r, g), std::min(r, b) - g,
                        std::min(g, b) - r,        std::min({r, g, b})};
    for (int k = 0; k < 8; ++k) {
      block->weight[8 * i + k] = static_cast<uint8_t>(std::max(all[k], 0));
    }
  }
}

struct Sixteen {
  Sixteen(const Block& block, int first)
      : offset(block.offset + first), weight(block.weight + 8 * first) {}
  size_t Offset(int i) const { return offset[i]; }
  const uint8_t* Weight(int i) const { return weight + 8 * i; }
  const uint32_t* offset;
  const uint8_t* weight;
};
