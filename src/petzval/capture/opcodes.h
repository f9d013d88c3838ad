// DNG opcode lists 1 to 3.
#ifndef PETZVAL_CAPTURE_OPCODES_H_
#define PETZVAL_CAPTURE_OPCODES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "petzval/capture/bad_pixels.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/capture/tiff_file.h"

namespace petzval {

// What the three lists ask for, checked.
struct Opcodes {
  std::vector<BadPixels> as_stored;    // list 1: coordinates of the whole stored picture
  std::vector<BadPixels> linearized;   // list 2: coordinates of the active area
  std::vector<GainMap> gain_maps;      // list 2
  std::vector<GainMap> gain_maps_rgb;  // list 3, of the picture with three planes
  std::optional<WarpRectilinear> warp;
  std::vector<std::string> others;

  bool HasBadPixelsAsStored() const { return !as_stored.empty(); }
};

// Parses one list (DNG 1.7, chapter 7; big endian in any file) into `opcodes`. A malformed list is
// used up to the first malformed opcode. `warnings` gets a sentence for that and for every opcode
// that a reader must know but that is not applied here.
void ParseOpcodeList(std::span<const uint8_t> bytes, int list, Opcodes& opcodes,
                     std::vector<std::string>& warnings);

// All lists of the RAW directory.
Opcodes ReadOpcodes(const TiffFile& tiff, const TiffIfd& raw, std::vector<std::string>& warnings);

// Replaces bad pixels by the mean of the good neighbours of the same colour. `mosaic` is the whole
// stored picture, the phase of `cfa` counts from `active`. `warnings` gets a sentence when the
// lists name too much of the picture and are not applied.
void FixBadPixelsAsStored(const Opcodes& opcodes, const Cfa& cfa, const Rect& active,
                          Image<uint16_t>& mosaic, std::vector<std::string>& warnings);

// Applies bad pixels of list 2 to the frame and hands it the gain maps, warp and other opcodes.
void TakeOpcodes(const Opcodes& opcodes, RawFrame& frame);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_OPCODES_H_
