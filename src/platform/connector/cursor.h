#pragma once
// Reading a table from where the last slice ended.
#include <optional>
#include <string>

#include "config/describe.h"

namespace ingot {

struct CursorSpec {
    config::Spanned<std::string> column;
    std::optional<config::Spanned<std::string>> initial;
    std::optional<config::Spanned<std::string>> lag;
    std::optional<std::string> param;
};

constexpr auto describe(config::Of<CursorSpec>) {
    using config::field;
    return config::record("cursor",
        "Land only rows that are new or changed since the slice before: those whose column is at or after the greatest value landed.",
        field("column", &CursorSpec::column,
            "A column that grows with every change: a time or a number.")
            .required()
            .example("updated_at"),
        field("initial", &CursorSpec::initial, "Where to begin when nothing has landed.")
            .example("2024-01-01"),
        field("lag", &CursorSpec::lag,
            "How far before the greatest value to ask again, for rows that come late: 1h, 2d, or a number for numbers. Rows that have landed are not landed twice.")
            .example("1h"),
        field("param", &CursorSpec::param, "APIs: the query parameter that takes the value."));
}

}  // namespace ingot
