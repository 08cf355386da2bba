#pragma once
// The engine's errors as ours. Everything that enters the engine goes through guarded(): no exception leaves this folder.
#include <exception>
#include <string_view>

#include "base/result.h"
#include "duckdb/common/error_data.hpp"

namespace ingot::engine {

enum class Doing { opening, running, describing, parsing };

// Line and column (in characters, 1-based) of a byte in the text the engine was given.
Span place_of(std::string_view sql, std::size_t offset);

Error to_error(const duckdb::ErrorData& error, Doing doing, std::string_view sql);

// An error of ours on its way through the engine; to_error() gives it back with its code.
[[noreturn]] void throw_error(const Error& error);

// The result of work(), or what it threw as an Error.
template <class Work>
auto guarded(Doing doing, std::string_view sql, Work&& work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& thrown) {
        return std::unexpected(to_error(duckdb::ErrorData(thrown), doing, sql));
    }
}

}  // namespace ingot::engine
