// The page of comparisons, compiled into the program.
#ifndef PETZVAL_MEASURE_COMPARE_EMBEDDED_PAGE_H_
#define PETZVAL_MEASURE_COMPARE_EMBEDDED_PAGE_H_

#include <span>
#include <string_view>

namespace petzval::measure {

struct EmbeddedPage {
  std::string_view name, text;  // the file's name without .html, its contents
};
std::span<const EmbeddedPage> EmbeddedPages();

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_EMBEDDED_PAGE_H_
