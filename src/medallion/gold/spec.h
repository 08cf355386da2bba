#pragma once
// What an author writes for a gold dataset: under gold: or in @gold(...).
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "medallion/silver/spec.h"

namespace ingot {

enum class Materialized { table, view };
inline constexpr std::array materialized_choices{
    config::Choice{"table", 0}, config::Choice{"view", 1}};
constexpr std::span<const config::Choice> choices(config::Of<Materialized>) {
    return materialized_choices;
}

struct GoldSpec {
    std::optional<config::Spanned<std::string>> from;
    std::optional<config::Spanned<std::string>> sql;
    Materialized materialized = Materialized::table;
    std::vector<ColumnName> partition_by;
    std::optional<TableKind> format;
};

constexpr auto describe(config::Of<GoldSpec>) {
    using config::field;
    return config::record("gold",
        "A dimension, fact or metric table, computed whole from its inputs.",
        field("from", &GoldSpec::from, "The dataset to read, all columns; or give a SELECT."),
        field("sql", &GoldSpec::sql, "The SELECT, when it does not stand in a .sql file."),
        field("materialized", &GoldSpec::materialized,
            "table: stored and versioned; view: computed when read."),
        field("partition_by", &GoldSpec::partition_by, "Columns whose values become folders."),
        field("format", &GoldSpec::format,
            "How readers find the table: delta, or parquet, csv or engine (a database file) in a folder that is exchanged whole."));
}

}  // namespace ingot
