// Text of foreign files: encodings, lines, words and numbers.
#include "petzval/optics/interchange/text_input.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace petzval::optics {
namespace {

void AppendUtf8(uint32_t code, std::string* out) {
  if (code == 0) code = ' ';
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0 | code >> 6));
    out->push_back(static_cast<char>(0x80 | (code & 63)));
  } else {
    out->push_back(static_cast<char>(0xE0 | code >> 12));
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 63)));
    out->push_back(static_cast<char>(0x80 | (code & 63)));
  }
}

// Surrogates become '?': no lens file needs them.
std::string FromUtf16(std::span<const uint8_t> bytes, bool little) {
  std::string out;
  out.reserve(bytes.size());
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const uint32_t code = little ? bytes[i] | bytes[i + 1] << 8 : bytes[i] << 8 | bytes[i + 1];
    AppendUtf8(code >= 0xD800 && code < 0xE000 ? '?' : code, &out);
  }
  return out;
}

// Length of the UTF-8 sequence that starts at `i`; 0: not valid.
size_t Utf8Length(std::span<const uint8_t> bytes, size_t i) {
  const uint8_t b = bytes[i];
  const size_t length = b < 0x80                ? 1
                        : b >= 0xC2 && b < 0xE0 ? 2
                        : b >= 0xE0 && b < 0xF0 ? 3
                        : b >= 0xF0 && b < 0xF5 ? 4
                                                : 0;
  if (length == 0 || i + length > bytes.size()) return 0;
  for (size_t k = 1; k < length; ++k) {
    if ((bytes[i + k] & 0xC0) != 0x80) return 0;
  }
  return length;
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'; }

}  // namespace

std::string DecodeText(std::span<const uint8_t> bytes) {
  const size_t n = bytes.size();
  if (n >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE) return FromUtf16(bytes.subspan(2), true);
  if (n >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF) return FromUtf16(bytes.subspan(2), false);
  if (n >= 4 && bytes[1] == 0 && bytes[3] == 0 && bytes[0] != 0) return FromUtf16(bytes, true);
  if (n >= 4 && bytes[0] == 0 && bytes[2] == 0 && bytes[1] != 0) return FromUtf16(bytes, false);
  if (n >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF) bytes = bytes.subspan(3);

  bool utf8 = true;
  for (size_t i = 0; i < bytes.size() && utf8;) {
    const size_t length = Utf8Length(bytes, i);
    utf8 = length > 0;
    i += length;
  }
  std::string out;
  out.reserve(bytes.size());
  for (const uint8_t b : bytes) {
    if (utf8 && b != 0) {
      out.push_back(static_cast<char>(b));
    } else {
      AppendUtf8(b, &out);
    }
  }
  return out;
}

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return lines;
}

std::vector<std::string> SplitWords(std::string_view line) {
  std::vector<std::string> words;
  for (size_t i = 0; i < line.size();) {
    if (IsBlank(line[i])) {
      ++i;
      continue;
    }
    const char quote = line[i] == '"' || line[i] == '\'' ? line[i] : '\0';
    const size_t begin = quote ? i + 1 : i;
    size_t end = begin;
    while (end < line.size() && (quote ? line[end] != quote : !IsBlank(line[end]))) ++end;
    words.emplace_back(line.substr(begin, end - begin));
    i = end + (quote ? 1 : 0);
  }
  return words;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string Shown(std::string_view text, size_t most) {
  std::string out;
  for (const char c : text.substr(0, most)) out.push_back(c >= ' ' && c < 127 ? c : '?');
  if (text.size() > most) out += "...";
  return out;
}

std::optional<double> ParseNumber(std::string_view word) {
  if (!word.empty() && word.front() == '+') word.remove_prefix(1);
  if (word.empty() || word.size() > 64) return std::nullopt;
  std::string text(word);
  for (char& c : text) {
    if (c == 'd' || c == 'D') c = 'e';
  }
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range && stop == end) {
    // Too small for a double is zero; too large is not a number of a lens.
    const size_t exponent = text.find_first_of("eE");
    if (exponent != std::string::npos && text.find('-', exponent) != std::string::npos) return 0.0;
    return std::nullopt;
  }
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<int> ParseInteger(std::string_view word) {
  int value = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || stop != word.data() + word.size()) return std::nullopt;
  return value;
}

}  // namespace petzval::optics
