// Errors are values: a Result<T> holds a T or one sentence for the user.
#ifndef PETZVAL_BASE_RESULT_H_
#define PETZVAL_BASE_RESULT_H_

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace petzval {

enum class ErrorCode {
  kInvalidInput,  // the file or parameter is not what it claims to be
  kUnsupported,   // well formed, but nothing here reads it
  kIo,            // the system refused to read or write
  kTooLarge,      // beyond the stated limits, nothing was allocated
  kCancelled,     // the user interrupted
};

struct Error {
  ErrorCode code = ErrorCode::kInvalidInput;
  std::string message;  // one sentence, no trailing full stop, lower-case start

  // The same error with where it happened in front: "frame 3: file is truncated".
  Error In(const std::string& context) const { return {code, context + ": " + message}; }
};

template <class T>
struct [[nodiscard]] Result : tl::expected<T, Error> {
  using tl::expected<T, Error>::expected;
};

using Status = Result<void>;

inline tl::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
inline tl::unexpected<Error> Fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace petzval

// Returns the error of `expr` (a Result or Status) from the enclosing function, if it has one.
#define PETZVAL_RETURN_IF_ERROR(expr)                            \
  do {                                                           \
    if (auto petzval_status = (expr); !petzval_status) {         \
      return ::petzval::Fail(std::move(petzval_status).error()); \
    }                                                            \
  } while (false)

// PETZVAL_ASSIGN(auto frame, ReadRaw(path)): the value, or return the error.
#define PETZVAL_ASSIGN(declaration, expr) \
  PETZVAL_ASSIGN_IMPL(PETZVAL_CONCAT(petzval_result_, __LINE__), declaration, expr)
#define PETZVAL_ASSIGN_IMPL(result, declaration, expr)            \
  auto result = (expr);                                           \
  if (!result) return ::petzval::Fail(std::move(result).error()); \
  declaration = std::move(*result)
#define PETZVAL_CONCAT(a, b) PETZVAL_CONCAT_IMPL(a, b)
#define PETZVAL_CONCAT_IMPL(a, b) a##b

#endif  // PETZVAL_BASE_RESULT_H_
