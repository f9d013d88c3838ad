// Tables of a TOML text taken out and put in as text.
#include "petzval/base/toml_edit.h"

#include <algorithm>
#include <cstdio>

namespace petzval {
namespace {

bool IsBare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// Walks over a document far enough to know what is a header and what only looks like one.
class Scanner {
 public:
  explicit Scanner(const std::string& text) : text_(text) {}

  Result<std::vector<TomlSection>> Sections() {
    std::vector<TomlSection> sections;
    while (at_ < text_.size()) {
      const size_t line = at_;
      SkipBlanks();
      if (Done() || Peek() == '\n' || Peek() == '\r' || Peek() == '#') {
        SkipLine();
        continue;
      }
      if (Peek() == '[') {
        TomlSection section;
        section.begin = line;
        PETZVAL_ASSIGN(section.path, Header());
        sections.push_back(std::move(section));
        SkipLine();
      } else {
        PETZVAL_RETURN_IF_ERROR(KeyAndValue());
      }
      if (!sections.empty()) sections.back().end = at_;
    }
    return sections;
  }

 private:
  bool Done() const { return at_ >= text_.size(); }
  char Peek() const { return text_[at_]; }
  bool Looks(const char* what) const { return text_.compare(at_, 3, what) == 0; }
  void SkipBlanks() {
    while (!Done() && (Peek() == ' ' || Peek() == '\t')) ++at_;
  }
  void SkipLine() {
    while (!Done() && Peek() != '\n') ++at_;
    if (!Done()) ++at_;
  }
  tl::unexpected<Error> Wrong(size_t where, const char* what) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(where), '\n');
    return Fail(ErrorCode::kInvalidInput, "line " + std::to_string(line) + ": " + what);
  }

  Result<TomlKeyPath> Header() {
    const size_t begin = at_;
    const int brackets = text_.compare(at_, 2, "[[") == 0 ? 2 : 1;
    at_ += brackets;
    TomlKeyPath path;
    for (;;) {
      SkipBlanks();
      if (Done()) return Wrong(begin, "a table's name does not end");
      std::string key;
      if (Peek() == '"' || Peek() == '\'') {
        PETZVAL_ASSIGN(key, Quoted());
      } else {
        while (!Done() && IsBare(Peek())) key += text_[at_++];
        if (key.empty()) return Wrong(begin, "a table's name does not end");
      }
      path.push_back(std::move(key));
      SkipBlanks();
      if (!Done() && Peek() == '.') {
        ++at_;
        continue;
      }
      for (int i = 0; i < brackets; ++i, ++at_) {
        if (Done() || Peek() != ']') return Wrong(begin, "a table's name does not end");
      }
      return path;
    }
  }

  // A string on one line, without its quotes; of escapes those that stand for themselves.
  Result<std::string> Quoted() {
    const size_t begin = at_;
    const char quote = text_[at_++];
    std::string value;
    while (!Done() && Peek() != quote && Peek() != '\n') {
      if (Peek() == '\\' && quote == '"' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_++];
    }
    if (Done() || Peek() != quote) return Wrong(begin, "a string does not end");
    ++at_;
    return value;
  }

  Status LongString() {
    const size_t begin = at_;
    const char quote = Peek();
    const std::string end(3, quote);
    at_ += 3;
    while (!Done() && !Looks(end.c_str())) at_ += Peek() == '\\' && quote == '"' ? 2 : 1;
    if (Done()) return Wrong(begin, "a string does not end");
    at_ += 3;
    // Up to two quotes may stand before the closing three.
    while (!Done() && Peek() == quote) ++at_;
    return {};
  }

  // From a key to the end of the line on which its value ends.
  Status KeyAndValue() {
    const size_t begin = at_;
    int depth = 0;
    while (!Done()) {
      const char c = Peek();
      if (c == '"' || c == '\'') {
        if (Looks("\"\"\"") || Looks("'''")) {
          PETZVAL_RETURN_IF_ERROR(LongString());
        } else if (auto quoted = Quoted(); !quoted) {
          return Fail(quoted.error());
        }
        continue;
      }
      if (c == '#') {
        while (!Done() && Peek() != '\n') ++at_;
        continue;
      }
      ++at_;
      if (c == '[' || c == '{') ++depth;
      if (c == ']' || c == '}') --depth;
      if (c == '\n' && depth <= 0) return {};
    }
    if (depth > 0) return Wrong(begin, "a list does not end");
    return {};
  }

  const std::string& text_;
  size_t at_ = 0;
};

bool IsBelow(const TomlKeyPath& path, const TomlKeyPath& of) {
  return path.size() >= of.size() && std::equal(of.begin(), of.end(), path.begin());
}

}  // namespace

Result<std::vector<TomlSection>> TomlSections(const std::string& text) {
  return Scanner(text).Sections();
}

std::string TomlKey(const std::string& key) {
  if (!key.empty() && std::all_of(key.begin(), key.end(), IsBare)) return key;
  return TomlString(key);
}

std::string TomlString(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", code);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

Result<std::string> ReplaceTomlTables(const std::string& text, const TomlKeyPath& path,
                                      const std::string& tables) {
  PETZVAL_ASSIGN(const std::vector<TomlSection> sections, TomlSections(text));
  std::string out;
  size_t done = 0;
  bool put = false;
  const auto put_tables = [&] {
    out += tables;
    if (!tables.empty() && tables.back() != '\n') out += '\n';
    put = true;
  };
  for (const TomlSection& section : sections) {
    if (!IsBelow(section.path, path)) continue;
    out.append(text, done, section.begin - done);
    done = section.end;
    if (!put) {
      put_tables();
    } else {
      // The blank lines between two tables go with the second.
      while (out.size() >= 2 && out.compare(out.size() - 2, 2, "\n\n") == 0) out.pop_back();
    }
  }
  out.append(text, done, std::string::npos);
  if (!put) {
    if (!out.empty() && out.back() != '\n') out += '\n';
    if (!out.empty()) out += '\n';
    put_tables();
  }
  return out;
}

}  // namespace petzval
