// CODE V sequence files as commands: ';' separates, '&' continues, '!' comments.
#ifndef PETZVAL_OPTICS_INTERCHANGE_SEQ_COMMANDS_H_
#define PETZVAL_OPTICS_INTERCHANGE_SEQ_COMMANDS_H_

#include <string>
#include <string_view>
#include <vector>

namespace petzval::optics {

struct SeqCommand {
  int line = 0;                    // where it begins
  std::vector<std::string> words;  // words[0] is the upper-case keyword; never empty
};

// The quotes of a text hide separators; a quote that is not closed ends with its line.
std::vector<SeqCommand> SplitSeqCommands(std::string_view text);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_SEQ_COMMANDS_H_
