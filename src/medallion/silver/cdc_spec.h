#pragma once
// What an author writes for change rows: under cdc: of a silver dataset, or in @cdc(...).
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"

namespace ingot {

enum class Envelope { none, debezium };
inline constexpr std::array envelope_choices{
    config::Choice{"none", 0}, config::Choice{"debezium", 1}};
constexpr std::span<const config::Choice> choices(config::Of<Envelope>) { return envelope_choices; }

struct CdcSpec {
    Envelope envelope = Envelope::none;
    config::Named<std::string> fields;
    std::optional<config::Spanned<std::string>> operation;
    std::vector<std::string> upserts{"c", "r", "u", "i", "insert", "update", "upsert", "create",
        "read", "snapshot", "refresh", "update_postimage", "after", "+i", "+u"};
    std::vector<std::string> deletes{"d", "delete", "del", "remove", "-d"};
    std::vector<std::string> truncates{"t", "truncate"};
    std::vector<std::string> ignores{"m", "message", "update_preimage", "before", "b", "-u"};
    std::optional<config::Spanned<std::string>> delete_when;
    std::optional<config::Spanned<std::string>> truncate_when;
    std::vector<config::Spanned<std::string>> sequence;
    bool ignore_null_updates = false;
    std::vector<config::Spanned<std::string>> ignore_null_columns;
    std::vector<config::Spanned<std::string>> ignore_null_except;
};

constexpr auto describe(config::Of<CdcSpec>) {
    using config::field;
    return config::record("cdc", "How change rows say what happened.",
        field("envelope", &CdcSpec::envelope,
            "debezium: rows have op, before and after; the columns are those of after, of a delete those of before."),
        field("fields", &CdcSpec::fields,
            "Of an envelope whose before and after are JSON: the columns in them, and their types.")
            .example("{id: BIGINT, city: VARCHAR}"),
        field("operation", &CdcSpec::operation,
            "The column, or an expression, whose word says what a row does; words match without case.")
            .example("op"),
        field("upserts", &CdcSpec::upserts, "Words for rows that say how their key looks."),
        field("deletes", &CdcSpec::deletes, "Words for rows that say that their key is gone."),
        field("truncates", &CdcSpec::truncates, "Words for rows that say that all keys are gone."),
        field("ignores", &CdcSpec::ignores,
            "Words for rows that say nothing, such as the image before an update."),
        field("delete_when", &CdcSpec::delete_when,
            "Instead of operation: a condition that is true for rows that say deleted."),
        field("truncate_when", &CdcSpec::truncate_when,
            "A condition that is true for rows that say that all keys are gone."),
        field("sequence", &CdcSpec::sequence, "Another word for order_by.").example("[lsn]"),
        field("ignore_null_updates", &CdcSpec::ignore_null_updates,
            "A NULL in a row that upserts says nothing: the column keeps its value."),
        field("ignore_null_columns", &CdcSpec::ignore_null_columns,
            "The same for these columns only."),
        field("ignore_null_except", &CdcSpec::ignore_null_except,
            "The same for all columns but these."));
}

}  // namespace ingot
