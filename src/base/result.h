#pragma once
// Result<T>: a value or one Error. For the world outside; mistakes in the author's files go to Diagnostics.
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/code.h"
#include "base/redact.h"
#include "base/span.h"

namespace ingot {

struct Error {
    Code code;
    std::string message;
    Span where{};
    bool retryable = false;
    // Where one code can mean two kinds of failure (a credential that is missing, one that is refused); 0: the code's.
    int other_exit_status = 0;

    int exit_status() const { return other_exit_status ? other_exit_status : code.exit_status(); }
    // Puts what was being done in front of the message: "reading a.csv: …".
    Error during(std::string_view action) && {
        message = std::string(action) + ": " + message;
        return std::move(*this);
    }
    Error at(const Span& span) && {
        if (!where.known()) where = span;
        return std::move(*this);
    }
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

inline std::unexpected<Error> fail(Code code, std::string message, Span where = {}) {
    return std::unexpected(Error{code, redacted(std::move(message)), where});
}

}  // namespace ingot

// TRY(expr): the value of expr, or return its Error from the enclosing function. A GCC and Clang extension.
#define TRY(expr) INGOT_TRY(expr, INGOT_JOIN(try_result_, __COUNTER__))
#define INGOT_JOIN(a, b) INGOT_JOIN_(a, b)
#define INGOT_JOIN_(a, b) a##b
#define INGOT_TRY(expr, name)                                                                      \
    __extension__({                                                                                \
        auto&& name = (expr);                                                                      \
        if (!name.has_value()) return std::unexpected(std::forward<decltype(name)>(name).error()); \
        ::ingot::detail::take(std::forward<decltype(name)>(name));                                 \
    })

namespace ingot::detail {
template <class T>
T take(Result<T>&& result) {
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}
template <class T>
T take(Result<T>& result) {
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}
}  // namespace ingot::detail
