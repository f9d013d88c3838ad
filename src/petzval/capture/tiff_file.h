// The tags of a TIFF container (classic and BigTIFF), parsed with bounds and without trust.
#ifndef PETZVAL_CAPTURE_TIFF_FILE_H_
#define PETZVAL_CAPTURE_TIFF_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/byte_source.h"

namespace petzval {

// One directory. Values stay in the file until they are asked for.
struct TiffIfd {
  struct Entry {
    uint16_t tag = 0, type = 0;
    uint64_t count = 0;
    uint64_t offset = 0;  // of the value's first byte in the file
  };
  std::vector<Entry> entry;

  const Entry* Find(uint16_t tag) const;
};

// The directories of a file: the chain from the header and everything that SubIFDs and the EXIF
// pointer lead to. Bounded: at most kMaxIfds directories of kMaxEntries entries; cycles end.
// A tag that is absent, malformed or outside the file reads as absent.
class TiffFile {
 public:
  static constexpr int kMaxIfds = 64;
  static constexpr int kMaxEntries = 4096;

  // `source` must outlive this. Errors: kInvalidInput if this is no TIFF file or has no directory.
  static Result<TiffFile> Parse(const ByteSource& source);
  // Whether the first bytes are those of a TIFF file.
  static bool IsTiff(const ByteSource& source);
  // A camera profile: a classic TIFF header with the magic 0x4352 at `base`, which all its offsets
  // are relative to, and one directory. Errors: kInvalidInput when that is not there.
  static Result<TiffFile> ParseProfile(const ByteSource& source, uint64_t base = 0);

  bool big_endian() const { return big_endian_; }
  const ByteSource& source() const { return *source_; }
  const TiffIfd& main_ifd() const { return ifd_[0]; }
  const TiffIfd* exif_ifd() const { return exif_ < 0 ? nullptr : &ifd_[exif_]; }
  // All directories that may hold pictures (main chain and SubIFDs), in order of discovery.
  const std::vector<TiffIfd>& ifds() const { return ifd_; }

  // All values as doubles; empty when absent, of another kind or more than `max_count`.
  std::vector<double> Numbers(const TiffIfd& ifd, uint16_t tag, size_t max_count = 4096) const;
  // Whole numbers >= 0 that fit 64 bits exactly (offsets); empty as above, or when any is negative.
  std::vector<uint64_t> Unsigned(const TiffIfd& ifd, uint16_t tag, size_t max_count = 4096) const;
  std::optional<double> Number(const TiffIfd& ifd, uint16_t tag) const;
  // ASCII text as clean UTF-8: cut at the first NUL, outer blanks and control characters removed.
  std::string Text(const TiffIfd& ifd, uint16_t tag) const;
  // Raw bytes of a BYTE, UNDEFINED or ASCII value; empty when absent or longer than `max_bytes`.
  std::vector<uint8_t> Bytes(const TiffIfd& ifd, uint16_t tag, size_t max_bytes) const;

 private:
  explicit TiffFile(const ByteSource& source) : source_(&source) {}
  uint64_t Integer(const uint8_t* p, int bytes) const;
  // Reads the directory at `offset`; `next` gets the offset of the one after it (0: none).
  std::optional<TiffIfd> ReadIfd(uint64_t offset, uint64_t& next) const;
  std::optional<std::vector<uint8_t>> Raw(const TiffIfd::Entry& entry, size_t max_count) const;

  const ByteSource* source_;
  bool big_endian_ = false, big_tiff_ = false;
  uint64_t base_ = 0;  // what offsets in the file are relative to
  std::vector<TiffIfd> ifd_;
  int exif_ = -1;
};

// Printable UTF-8 of a text from a file: cut at NUL, trimmed, control characters and bytes that
// are not UTF-8 replaced or dropped.
std::string CleanText(const std::string& text);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_TIFF_FILE_H_
