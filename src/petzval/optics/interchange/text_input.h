// Text of foreign files: encodings, lines, words and numbers, read without trust.
#ifndef PETZVAL_OPTICS_INTERCHANGE_TEXT_INPUT_H_
#define PETZVAL_OPTICS_INTERCHANGE_TEXT_INPUT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace petzval::optics {

// UTF-8 from UTF-8 or UTF-16 with or without byte order mark, or from Latin-1; without the mark.
// Zero bytes become spaces.
std::string DecodeText(std::span<const uint8_t> bytes);

// The lines without their ends (LF, CRLF or CR).
std::vector<std::string_view> SplitLines(std::string_view text);

// Words between blanks; a quoted word ("..." or '...') is one, without its quotes.
std::vector<std::string> SplitWords(std::string_view line);

std::string_view Trim(std::string_view text);
std::string Upper(std::string_view text);
// At most `most` printable characters, for messages.
std::string Shown(std::string_view text, size_t most = 40);

// The whole of `word` as a finite number, with or without sign, also with a Fortran exponent
// (1D-3).
std::optional<double> ParseNumber(std::string_view word);
std::optional<int> ParseInteger(std::string_view word);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_TEXT_INPUT_H_
