#pragma once
// How one engine spells SQL. What differs between engines is a member here, never an `if` elsewhere.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/fragment.h"

namespace ingot::sql {

class Dialect {
public:
    std::string_view name = "duckdb";
    char quote = '"';

    Fragment identifier(std::string_view id) const;
    Fragment qualified(std::string_view schema, std::string_view table) const;
    Fragment literal(std::string_view text) const;
    Fragment integer(std::int64_t value) const;
    // ['a', 'b']
    Fragment list(std::span<const std::string> texts) const;
    // Only words of a type's own spelling (letters, digits, _ ( ) , space, quotes, brackets) get through; BUG001 otherwise.
    Result<Fragment> type(std::string_view type) const;
    // "a", "b"; with an alias: t."a", t."b"
    Fragment columns(std::span<const std::string> names, std::string_view alias = {}) const;
    // a."k" = b."k" AND …  NULLs never match.
    Fragment equal(
        std::string_view a, std::string_view b, std::span<const std::string> names) const;
    // a."k" IS NOT DISTINCT FROM b."k" AND …
    Fragment same(std::string_view a, std::string_view b, std::span<const std::string> names) const;
};

const Dialect& duckdb();

}  // namespace ingot::sql
