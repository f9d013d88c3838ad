// CODE V sequence files as commands.
#include "petzval/optics/interchange/seq_commands.h"

#include "petzval/optics/interchange/text_input.h"

namespace petzval::optics {

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
  for (const std::string_view line : SplitLines(text)) {
    ++number;
    bool continued = false;
    char quote = '\0';
    for (size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '!') {
        break;
      } else if ((c == '\'' || c == '"') &&
                 (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t' || line[i - 1] == ';')) {
        // Inside a word, as in L'A', a quote is part of a label.
        if (line.find(c, i + 1) != std::string_view::npos) quote = c;
      } else if (c == ';') {
        flush();
        continue;
      } else if (c == '&' && Trim(line.substr(i + 1, line.find('!', i) - i - 1)).empty()) {
        continued = true;
        break;
      }
      if (Trim(pending).empty()) begin = number;
      pending.push_back(c);
    }
    if (continued) {
      pending.push_back(' ');
    } else {
      flush();
    }
  }
  flush();
  return commands;
}

}  // namespace petzval::optics
