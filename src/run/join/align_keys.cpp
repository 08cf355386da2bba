#include "run/join/align_keys.h"

#include <algorithm>

#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::duckdb;

enum class Kind { text, time, number };

Kind kind_of(const Column& column) {
    if (column.type == "VARCHAR") return Kind::text;
    return column.type.starts_with("DATE") || column.type.starts_with("TIME") ? Kind::time
                                                                              : Kind::number;
}

Column& column_of(SideInput& side, const std::string& name) {
    return *std::ranges::find_if(
        side.facts.columns, [&](const Column& each) { return same_name(each.name, name); });
}

}  // namespace

Result<std::string> KeyAlignment::keys(const join::KeyPair& pair) {
    auto& left = column_of(facts_.left, pair.left);
    auto& right = column_of(facts_.right, pair.right);
    if ((kind_of(left) == Kind::text) == (kind_of(right) == Kind::text)) return "";
    auto note = "the key '" + pair.left + "' is " + left.type + " on the left and " + right.type +
                " on the right; both are compared as text";
    TRY(cast("left_read", left, "VARCHAR"));
    TRY(cast("right_read", right, "VARCHAR"));
    return note;
}

Status KeyAlignment::times(const join::KeyPair& pair, const Span& where) {
    auto& left = column_of(facts_.left, pair.left);
    auto& right = column_of(facts_.right, pair.right);
    if (kind_of(left) == kind_of(right)) return {};
    if (kind_of(left) == Kind::text && kind_of(right) == Kind::time)
        return cast("left_read", left, right.type);
    if (kind_of(right) == Kind::text && kind_of(left) == Kind::time)
        return cast("right_read", right, left.type);
    return fail("CFG108",
        "as_of compares '" + pair.left + "', which is " + left.type + ", with '" + pair.right +
            "', which is " + right.type + "; name two times, two numbers or two texts",
        where);
}

Status KeyAlignment::cast(const std::string& relation, Column& column, const std::string& type) {
    if (column.type == type) return {};
    const auto made = relation + "_" + std::to_string(++casts_);
    const auto id = duckdb().identifier(column.name).text();
    TRY(session_.execute("CREATE TEMP TABLE " + made + " AS SELECT * REPLACE (CAST(" + id + " AS " +
                         type + ") AS " + id + ") FROM " + relation +
                         "; CREATE OR REPLACE TEMP VIEW " + relation + " AS FROM " + made));
    column.type = type;
    return {};
}

}  // namespace ingot::run
