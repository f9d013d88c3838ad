// Text made safe for XML documents.
#ifndef PETZVAL_BASE_XML_TEXT_H_
#define PETZVAL_BASE_XML_TEXT_H_

#include <string>
#include <string_view>

namespace petzval {

// Text for element content and attribute values; control characters that XML forbids are dropped
// and bytes that are no UTF-8 become '?'.
std::string EscapeXml(std::string_view text);

}  // namespace petzval

#endif  // PETZVAL_BASE_XML_TEXT_H_
