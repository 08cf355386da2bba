#pragma once
// The parts of silver's statements: a shape's columns as SQL.
#include <initializer_list>
#include <string_view>

#include "medallion/silver/shape.h"

namespace ingot::silver {

using sql::Fragment;

struct Terms {
    const Shape& shape;
    const sql::Dialect& dialect;

    Fragment column(std::string_view name, std::string_view alias = {}) const;
    Fragment keys(std::string_view alias = {}) const { return dialect.columns(shape.keys, alias); }
    Fragment published(std::string_view alias = {}) const {
        return dialect.columns(names_of(shape.published), alias);
    }
    // What a segment holds: stored columns, where the row came from, what it says.
    Fragment stored(std::string_view alias = {}) const {
        return dialect.columns(stored_names(), alias);
    }
    Names stored_names() const;
    // The model's columns and where the row came from.
    Fragment all() const;

    // When an observation holds from.
    Fragment time(std::string_view alias = {}) const;
    // What decides between events of a key, weakest last.
    Fragment order() const;
    Fragment latest_first() const;
    // Columns of which equal values make two observations compete: key and moment; of all loads also the spell.
    Fragment moment(std::string_view alias = {}) const {
        return dialect.columns(moment_names(), alias);
    }
    Names moment_names() const;

    // Whether the row is not what the open row shows; both by their aliases.
    Fragment differs_from_open(std::string_view row, std::string_view open) const;
    // Whether a row differs from the one before it in the window `arrival`.
    Fragment differs_in_arrival() const;
    Fragment is_open() const;  // of a published row
    // A column of the open row that _ingot_touched carries.
    Fragment of_open(std::string_view name, std::string_view alias) const;
    Fragment counts() const;  // of an observed row that is not refused: whether it says something
    Fragment is_null(std::string_view alias, std::string_view name) const;
};

// Parts with " AND ", " OR " or ", " between them; `none` for no parts.
Fragment all_of(const std::vector<Fragment>& parts);
Fragment any_of(const std::vector<Fragment>& parts);
Fragment comma_separated(const std::vector<Fragment>& parts);

using Holes = std::initializer_list<std::pair<std::string_view, Fragment>>;
Status add(std::vector<Statement>& to, std::string_view name, std::string_view text, Holes holes);
// Of tables that no later statement changes.
Status add_kept(
    std::vector<Statement>& to, std::string_view name, std::string_view text, Holes holes);

}  // namespace ingot::silver
