// CODE V sequence files as commands.
#include "petzval/optics/interchange/seq_commands.h"

#include "petzval/optics/interchange/text_input.h"

namespace petzval::optics {
namespace {

bool IsBlank(char c) { return Trim({&c, 1}).empty(); }

// The line without its comment, which begins at a '!' outside quotes, and without blanks behind; in
// `quoted`, for each character, whether a text hides it.
std::string_view WithoutComment(std::string_view line, std::vector<bool>* quoted) {
  quoted->assign(line.size(), false);
  char quote = '\0';
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != '\0') {
      (*quoted)[i] = true;
      if (c == quote) quote = '\0';
    } else if (c == '!') {
      line = line.substr(0, i);
    } else if ((c == '\'' || c == '"') && (i == 0 || IsBlank(line[i - 1]) || line[i - 1] == ';') &&
               line.find(c, i + 1) != std::string_view::npos) {
      // Inside a word, as in L'A', a quote is part of a label.
      (*quoted)[i] = true;
      quote = c;
    }
  }
  while (!line.empty() && IsBlank(line.back())) line.remove_suffix(1);
  return line;
}

}  // namespace

std::vector<SeqCommand> SplitSeqCommands(std::string_view text) {
  std::vector<SeqCommand> commands;
  std::string pending;
  int number = 0, begin = 0;
  const auto flush = [&] {
    std::vector<std::string> words = SplitWords(pending);
    pending.clear();
    if (words.empty() || words[0].empty()) return;
    words[0] = Upper(words[0]);
    commands.push_back({begin, std::move(words)});
  };
  std::vector<bool> quoted;
  for (const std::string_view whole : SplitLines(text)) {
    ++number;
    std::string_view line = WithoutComment(whole, &quoted);
    const bool continued = line.ends_with('&') && !quoted[line.size() - 1];
    if (continued) line.remove_suffix(1);
    for (size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (c == ';' && !quoted[i]) {
        flush();
      } else if (!pending.empty() || !IsBlank(c)) {
        if (pending.empty()) begin = number;
        pending.push_back(c);
      }
    }
    if (!continued) {
      flush();
    } else if (!pending.empty()) {
      pending.push_back(' ');
    }
  }
  flush();
  return commands;
}

}  // namespace petzval::optics
