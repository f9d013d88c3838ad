// Which format a file has, and the reader for it.
#include <fmt/format.h>

#include "petzval/base/file.h"
#include "petzval/optics/interchange/reader.h"
#include "petzval/optics/interchange/text_input.h"

namespace petzval::optics {
namespace {

constexpr int64_t kMaxFileBytes = 8 << 20;

enum class Format { kUnknown, kZmx, kSeq, kJson };

Format FromSuffix(const std::string& name) {
  const size_t point = name.find_last_of("./");
  const std::string suffix =
      point == std::string::npos || name[point] == '/' ? "" : Upper(name.substr(point + 1));
  if (suffix == "ZMX") return Format::kZmx;
  if (suffix == "SEQ" || suffix == "LEN") return Format::kSeq;
  if (suffix == "JSON") return Format::kJson;
  return Format::kUnknown;
}

// From the first words of lines: Zemax has SURF 0, CODE V has SO and S.
Format FromContents(std::string_view text) {
  const std::string_view begin = Trim(text);
  const size_t first = begin.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && begin[first] == '{') return Format::kJson;
  for (const std::string_view line : SplitLines(text)) {
    const std::string head = Upper(Trim(line).substr(0, 5));
    if (head == "SURF ") return Format::kZmx;
    if (head.substr(0, 3) == "SO " || head.substr(0, 4) == "RDM " || head.substr(0, 4) == "LEN ") {
      return Format::kSeq;
    }
  }
  return Format::kUnknown;
}

}  // namespace

Result<ImportedLens> ImportLensBytes(std::span<const uint8_t> bytes, const std::string& name,
                                     const ImportOptions& options) {
  if (bytes.size() > static_cast<size_t>(kMaxFileBytes)) {
    return Fail(ErrorCode::kTooLarge, name + ": larger than 8 MiB");
  }
  const std::string text = DecodeText(bytes);
  Format format = FromContents(text);
  if (format == Format::kUnknown) format = FromSuffix(name);
  switch (format) {
    case Format::kZmx:
      return ReadZmx(text, name, options);
    case Format::kSeq:
      return ReadSeq(text, name, options);
    case Format::kJson:
      return ReadJson(text, name, options);
    case Format::kUnknown:
      break;
  }
  return Fail(ErrorCode::kUnsupported,
              name + ": neither a Zemax .zmx, a CODE V .seq nor a JSON lens file");
}

Result<ImportedLens> ImportLens(const std::string& path, const ImportOptions& options) {
  PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(path, kMaxFileBytes));
  return ImportLensBytes(bytes, path, options);
}

}  // namespace petzval::optics
