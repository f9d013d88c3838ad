// Text made safe for XML documents.
#include "petzval/base/xml_text.h"

#include <cstdint>

namespace petzval {

std::string EscapeXml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else if (c < 0x20) {
      if (c == '\n' || c == '\t') out += ' ';
    } else if (c < 0x80) {
      if (c != 0x7f) out += static_cast<char>(c);
    } else {
      // A whole, shortest-form UTF-8 sequence that is no surrogate, or a question mark.
      const int more = c >= 0xf0 && c < 0xf5 ? 3 : (c >= 0xe0 ? 2 : 1);
      bool good = c >= 0xc2 && c < 0xf5 && i + more < text.size();
      uint32_t code = c & (0x3f >> more);
      for (int j = 1; good && j <= more; ++j) {
        const auto next = static_cast<unsigned char>(text[i + j]);
        good = (next & 0xc0) == 0x80;
        code = code << 6 | (next & 0x3f);
      }
      good = good && code >= (more == 3 ? 0x10000u : (more == 2 ? 0x800u : 0x80u)) &&
             code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && (code & 0xfffe) != 0xfffe;
      if (good) {
        out += text.substr(i, more + 1);
        i += more;
      } else {
        out += '?';
      }
    }
  }
  return out;
}

}  // namespace petzval
