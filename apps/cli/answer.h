// Answers of verbs: JSON for programs, tables for people.
#ifndef PETZVAL_APPS_CLI_ANSWER_H_
#define PETZVAL_APPS_CLI_ANSWER_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/image/image.h"
#include "verb.h"

namespace petzval::cli {

// Comma-separated numbers. `what` stands in the message.
Result<std::vector<double>> ParseNumbers(const std::string& text, const std::string& what);

// "X,Y,W,H": pixels, width and height at least 1. `what` stands in the message.
Result<Rect> ParseRect(const std::string& text, const std::string& what);

// A figure or null.
nlohmann::ordered_json Number(const std::optional<double>& value);
nlohmann::ordered_json Number(double value);  // null when it is not finite
nlohmann::ordered_json Triple(const Vec3& v);

// For people: scalars as "name  value", arrays of objects as tables. Long number arrays are left to
// the JSON report, "warnings" to the error stream.
std::string AsText(const nlohmann::ordered_json& answer);

// Text to standard output unless JSON goes there, warnings to standard error, and the report.
Status Deliver(const nlohmann::ordered_json& answer, const CommonOptions& common);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_ANSWER_H_
