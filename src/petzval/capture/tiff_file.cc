// TIFF 6.0 and BigTIFF directories, read with limits on every count and offset.
#include "petzval/capture/tiff_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <deque>
#include <set>

#include "petzval/capture/dng_tags.h"

namespace petzval {
namespace {

enum TiffType : uint16_t {
  kByte = 1,
  kAscii = 2,
  kShort = 3,
  kLong = 4,
  kRational = 5,
  kSByte = 6,
  kUndefined = 7,
  kSShort = 8,
  kSLong = 9,
  kSRational = 10,
  kFloat = 11,
  kDouble = 12,
  kIfd = 13,
  kLong8 = 16,
  kSLong8 = 17,
  kIfd8 = 18,
};

int TypeBytes(uint16_t type) {
  switch (type) {
    case kByte:
    case kAscii:
    case kSByte:
    case kUndefined:
      return 1;
    case kShort:
    case kSShort:
      return 2;
    case kLong:
    case kSLong:
    case kFloat:
    case kIfd:
      return 4;
    case kRational:
    case kSRational:
    case kDouble:
    case kLong8:
    case kSLong8:
    case kIfd8:
      return 8;
    default:
      return 0;
  }
}

}  // namespace

const TiffIfd::Entry* TiffIfd::Find(uint16_t tag) const {
  for (const Entry& e : entry) {
    if (e.tag == tag) return &e;
  }
  return nullptr;
}

bool TiffFile::IsTiff(const ByteSource& source) {
  uint8_t h[4];
  if (!source.Read(0, h, 4)) return false;
  const bool little = h[0] == 'I' && h[1] == 'I' && (h[2] == 42 || h[2] == 43) && h[3] == 0;
  const bool big = h[0] == 'M' && h[1] == 'M' && h[2] == 0 && (h[3] == 42 || h[3] == 43);
  return little || big;
}

uint64_t TiffFile::Integer(const uint8_t* p, int bytes) const {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) {
    value = value << 8 | p[big_endian_ ? i : bytes - 1 - i];
  }
  return value;
}

std::optional<TiffIfd> TiffFile::ReadIfd(uint64_t offset, uint64_t& next) const {
  const int count_bytes = big_tiff_ ? 8 : 2, entry_bytes = big_tiff_ ? 20 : 12;
  const int word = big_tiff_ ? 8 : 4;
  uint8_t head[8];
  next = 0;
  if (offset == 0 || !source_->Read(offset, head, count_bytes)) return std::nullopt;
  const uint64_t count = Integer(head, count_bytes);
  if (count == 0 || count > kMaxEntries) return std::nullopt;
  std::vector<uint8_t> table(count * entry_bytes);
  if (!source_->Read(offset + count_bytes, table.data(), table.size())) return std::nullopt;
  TiffIfd ifd;
  ifd.entry.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    const uint8_t* p = table.data() + i * entry_bytes;
    TiffIfd::Entry e;
    e.tag = static_cast<uint16_t>(Integer(p, 2));
    e.type = static_cast<uint16_t>(Integer(p + 2, 2));
    e.count = Integer(p + 4, word);
    const int size = TypeBytes(e.type);
    if (size == 0) continue;
    const bool inside = e.count <= static_cast<uint64_t>(word / size);
    e.offset = inside ? offset + count_bytes + i * entry_bytes + 4 + word
                      : base_ + Integer(p + 4 + word, word);
    ifd.entry.push_back(e);
  }
  uint8_t tail[8];
  if (source_->Read(offset + count_bytes + table.size(), tail, word)) next = Integer(tail, word);
  return ifd;
}

Result<TiffFile> TiffFile::Parse(const ByteSource& source) {
  if (!IsTiff(source)) return Fail(ErrorCode::kInvalidInput, "not a TIFF file");
  TiffFile file(source);
  uint8_t head[16];
  (void)source.Read(0, head, 4);
  file.big_endian_ = head[0] == 'M';
  file.big_tiff_ = file.Integer(head + 2, 2) == 43;
  const int head_bytes = file.big_tiff_ ? 16 : 8;
  if (!source.Read(0, head, head_bytes)) {
    return Fail(ErrorCode::kInvalidInput, "the file ends within its header");
  }
  const uint64_t first = file.big_tiff_ ? file.Integer(head + 8, 8) : file.Integer(head + 4, 4);

  std::set<uint64_t> seen;
  std::deque<uint64_t> chain{first};
  while (!chain.empty() && file.ifd_.size() < kMaxIfds) {
    const uint64_t offset = chain.front();
    chain.pop_front();
    if (!seen.insert(offset).second) continue;
    uint64_t next = 0;
    auto ifd = file.ReadIfd(offset, next);
    if (!ifd) continue;
    for (uint64_t sub : file.Unsigned(*ifd, tag::kSubIfds, kMaxIfds)) chain.push_back(sub);
    if (next != 0) chain.push_back(next);
    file.ifd_.push_back(*std::move(ifd));
  }
  if (file.ifd_.empty() || !file.Unsigned(file.ifd_[0], tag::kExifIfd, 1).empty()) {
    if (file.ifd_.empty()) {
      return Fail(ErrorCode::kInvalidInput, "the file has no readable TIFF directory");
    }
    uint64_t next = 0;
    if (auto exif = file.ReadIfd(file.Unsigned(file.ifd_[0], tag::kExifIfd, 1)[0], next)) {
      file.exif_ = static_cast<int>(file.ifd_.size());
      file.ifd_.push_back(*std::move(exif));
    }
  }
  return file;
}

Result<TiffFile> TiffFile::ParseProfile(const ByteSource& source, uint64_t base) {
  uint8_t head[8];
  const bool read = source.Read(base, head, sizeof(head));
  const bool little =
      read && head[0] == 'I' && head[1] == 'I' && head[2] == 0x52 && head[3] == 0x43;
  const bool big = read && head[0] == 'M' && head[1] == 'M' && head[2] == 0x43 && head[3] == 0x52;
  if (!little && !big) return Fail(ErrorCode::kInvalidInput, "not a camera profile");
  TiffFile file(source);
  file.big_endian_ = big;
  file.base_ = base;
  uint64_t next = 0;
  auto ifd = file.ReadIfd(base + file.Integer(head + 4, 4), next);
  if (!ifd) return Fail(ErrorCode::kInvalidInput, "the profile ends before its directory does");
  file.ifd_.push_back(*std::move(ifd));
  return file;
}

std::optional<std::vector<uint8_t>> TiffFile::Raw(const TiffIfd::Entry& entry,
                                                  size_t max_count) const {
  if (entry.count == 0 || entry.count > max_count) return std::nullopt;
  const uint64_t bytes = entry.count * TypeBytes(entry.type);
  if (!source_->Contains(entry.offset, bytes)) return std::nullopt;
  std::vector<uint8_t> raw(bytes);
  if (!source_->Read(entry.offset, raw.data(), raw.size())) return std::nullopt;
  return raw;
}

std::vector<double> TiffFile::Numbers(const TiffIfd& ifd, uint16_t tag, size_t max_count) const {
  std::vector<double> values;
  const TiffIfd::Entry* entry = ifd.Find(tag);
  if (!entry) return values;
  const auto raw = Raw(*entry, max_count);
  if (!raw) return values;
  const int size = TypeBytes(entry->type);
  values.reserve(entry->count);
  for (const uint8_t* p = raw->data(); p < raw->data() + raw->size(); p += size) {
    const uint64_t u = Integer(p, size);
    switch (entry->type) {
      case kSByte:
        values.push_back(static_cast<int8_t>(u));
        break;
      case kSShort:
        values.push_back(static_cast<int16_t>(u));
        break;
      case kSLong:
        values.push_back(static_cast<int32_t>(u));
        break;
      case kSLong8:
        values.push_back(static_cast<double>(static_cast<int64_t>(u)));
        break;
      case kFloat:
        values.push_back(std::bit_cast<float>(static_cast<uint32_t>(u)));
        break;
      case kDouble:
        values.push_back(std::bit_cast<double>(u));
        break;
      case kRational:
        values.push_back(static_cast<double>(Integer(p, 4)) /
                         static_cast<double>(Integer(p + 4, 4)));
        break;
      case kSRational:
        values.push_back(static_cast<double>(static_cast<int32_t>(Integer(p, 4))) /
                         static_cast<int32_t>(Integer(p + 4, 4)));
        break;
      default:
        values.push_back(static_cast<double>(u));
    }
  }
  return values;
}

std::vector<uint64_t> TiffFile::Unsigned(const TiffIfd& ifd, uint16_t tag, size_t max_count) const {
  std::vector<uint64_t> values;
  const TiffIfd::Entry* entry = ifd.Find(tag);
  if (!entry) return values;
  switch (entry->type) {
    case kByte:
    case kShort:
    case kLong:
    case kIfd:
    case kLong8:
    case kIfd8:
      break;
    default:
      return values;
  }
  const auto raw = Raw(*entry, max_count);
  if (!raw) return values;
  const int size = TypeBytes(entry->type);
  values.reserve(entry->count);
  for (const uint8_t* p = raw->data(); p < raw->data() + raw->size(); p += size) {
    values.push_back(Integer(p, size));
  }
  return values;
}

std::optional<double> TiffFile::Number(const TiffIfd& ifd, uint16_t tag) const {
  const auto values = Numbers(ifd, tag);
  if (values.empty() || !std::isfinite(values[0])) return std::nullopt;
  return values[0];
}

std::vector<uint8_t> TiffFile::Bytes(const TiffIfd& ifd, uint16_t tag, size_t max_bytes) const {
  const TiffIfd::Entry* entry = ifd.Find(tag);
  if (!entry || TypeBytes(entry->type) != 1) return {};
  return Raw(*entry, max_bytes).value_or(std::vector<uint8_t>{});
}

std::string TiffFile::Text(const TiffIfd& ifd, uint16_t tag) const {
  const auto raw = Bytes(ifd, tag, 4096);
  return CleanText(std::string(raw.begin(), raw.end()));
}

std::string CleanText(const std::string& text) {
  std::string clean;
  for (size_t i = 0; i < text.size() && text[i] != 0;) {
    const uint8_t c = static_cast<uint8_t>(text[i]);
    // Length of a UTF-8 sequence by its first byte; overlong two-byte forms start with C0 or C1.
    const size_t n = c < 0x80                ? 1
                     : c >= 0xC2 && c < 0xE0 ? 2
                     : c >= 0xE0 && c < 0xF0 ? 3
                     : c >= 0xF0 && c < 0xF5 ? 4
                                             : 0;
    bool valid = n > 0 && i + n <= text.size();
    for (size_t k = 1; valid && k < n; ++k)
      valid = (static_cast<uint8_t>(text[i + k]) & 0xC0) == 0x80;
    if (valid && n > 2) {  // overlong forms, surrogates and beyond U+10FFFF
      const uint8_t d = static_cast<uint8_t>(text[i + 1]);
      valid = !((c == 0xE0 && d < 0xA0) || (c == 0xED && d >= 0xA0) || (c == 0xF0 && d < 0x90) ||
                (c == 0xF4 && d >= 0x90));
    }
    if (!valid) {
      clean += '?';
      ++i;
      continue;
    }
    if (n > 1 || (c >= 0x20 && c != 0x7F)) clean.append(text, i, n);
    i += n;
  }
  const size_t first = clean.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return clean.substr(first, clean.find_last_not_of(' ') - first + 1);
}

}  // namespace petzval
