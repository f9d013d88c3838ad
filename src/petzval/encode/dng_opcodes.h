// DNG opcode lists out.
#ifndef PETZVAL_ENCODE_DNG_OPCODES_H_
#define PETZVAL_ENCODE_DNG_OPCODES_H_

#include <cstdint>
#include <vector>

#include "petzval/capture/raw_frame.h"

namespace petzval {

// OpcodeList2 with one GainMap opcode for each map (DNG 1.4, chapter 7; big endian in any file).
// Empty if there is none.
std::vector<uint8_t> SerializeGainMaps(const std::vector<GainMap>& maps);

// OpcodeList3 with one WarpRectilinear opcode.
std::vector<uint8_t> SerializeWarp(const WarpRectilinear& warp);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_DNG_OPCODES_H_
