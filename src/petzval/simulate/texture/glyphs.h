// Block letters, 5 x 7.
#ifndef PETZVAL_SIMULATE_TEXTURE_GLYPHS_H_
#define PETZVAL_SIMULATE_TEXTURE_GLYPHS_H_

#include <array>
#include <cstdint>

namespace petzval {

inline constexpr int kGlyphWidth = 5, kGlyphHeight = 7, kGlyphAdvance = 6;

// Whether the cell (column 0..4, row 0..6) of letter c is inked: A-Z, 0-9 and + / . : -; others are
// blank.
bool GlyphInk(char c, int column, int row);

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_TEXTURE_GLYPHS_H_
