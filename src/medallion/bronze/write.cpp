#include "medallion/bronze/write.h"

#include <algorithm>
#include <array>

#include "data/parquet.h"

namespace ingot::bronze {

namespace {

using sql::Fragment;

constexpr std::string_view stop_word = "ingot stopped at column: ";

bool is_integer(const std::string& type) {
    static constexpr std::array words{"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
        "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"};
    return std::ranges::find(words, type) != words.end();
}

// Text that the cast of the type does cut.
Result<Fragment> is_cut(const std::string& type, const Fragment& column, const Fragment& spelled) {
    if (type == "DATE")
        return sql::fill(
            "CAST(TRY_CAST($c AS DATE) AS TIMESTAMP) IS DISTINCT FROM coalesce(TRY_CAST($c AS TIMESTAMP), CAST(TRY_CAST($c AS DATE) AS TIMESTAMP))",
            {{"c", column}});
    return sql::fill(
        "(TRY_CAST($c AS DECIMAL(38, 12)) IS NOT NULL AND TRY_CAST($c AS DECIMAL(38, 12)) IS DISTINCT FROM "
        "CAST(TRY_CAST($c AS $type) AS DECIMAL(38, 12)))",
        {{"c", column}, {"type", spelled}});
}

// By a function that the engine has from us (platform/engine/duckdb/exact_casts.h).
Result<Fragment> stopping(const char* function, const ColumnPassage& column) {
    const auto& d = sql::duckdb();
    return sql::fill("$cast($c, $type, $word)",
        {{"cast", Fragment::authored(function)}, {"c", d.identifier(column.name)},
            {"type", d.literal(column.type)},
            {"word", d.literal(std::string(stop_word) + column.name)}});
}

Result<Fragment> expression(const ColumnPassage& column) {
    const auto& d = sql::duckdb();
    const auto name = d.identifier(column.name);
    const auto type = TRY(d.type(column.type));
    switch (column.passage) {
        case Passage::as_read: return name;
        case Passage::cast: return sql::fill("CAST($c AS $type)", {{"c", name}, {"type", type}});
        case Passage::attempt:
            return sql::fill("TRY_CAST($c AS $type)", {{"c", name}, {"type", type}});
        case Passage::absent: return sql::fill("CAST(NULL AS $type)", {{"type", type}});
        case Passage::whole: return stopping("ingot_whole", column);
        case Passage::canonical: return stopping("ingot_canonical", column);
    }
    return fail("BUG001", "a passage without an expression");
}

Result<Fragment> misfit(const ColumnPassage& column) {
    const auto& d = sql::duckdb();
    const auto name = d.identifier(column.name);
    const auto type = TRY(d.type(column.type));
    auto wrong = TRY(sql::fill("TRY_CAST($c AS $type) IS NULL", {{"c", name}, {"type", type}}));
    if (cuts_silently(column.type))
        wrong = wrong + Fragment::of(" OR ") + TRY(is_cut(column.type, name, type));
    return sql::fill("($c IS NOT NULL AND ($wrong))", {{"c", name}, {"wrong", wrong}});
}

std::string word(Compression compression) {
    switch (compression) {
        case Compression::zstd: return "zstd";
        case Compression::gzip: return "gzip";
        case Compression::none: return "uncompressed";
        case Compression::brotli: return "brotli";
        case Compression::lz4: return "lz4_raw";
        default: return "snappy";
    }
}

}  // namespace

bool cuts_silently(const std::string& type) {
    return is_integer(type) || type.starts_with("DECIMAL") || type == "DATE";
}

bool is_readers_type(const std::string& type) {
    static constexpr std::array words{
        "VARCHAR", "BOOLEAN", "FLOAT", "DOUBLE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"};
    return std::ranges::find(words, type) != words.end();
}

Result<Fragment> projection(const std::vector<ColumnPassage>& columns) {
    std::vector<Fragment> parts;
    for (const auto& column : columns)
        parts.push_back(
            TRY(expression(column)) + Fragment::of(" AS ") + sql::duckdb().identifier(column.name));
    return sql::join(parts, Fragment::of(", "));
}

Result<Fragment> misfits(const std::vector<ColumnPassage>& columns) {
    std::vector<Fragment> parts;
    for (const auto& column : columns)
        if (column.passage == Passage::attempt) parts.push_back(TRY(misfit(column)));
    return sql::join(parts, Fragment::of(" OR "));
}

Result<Fragment> misfit_reason(const std::vector<ColumnPassage>& columns) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts;
    for (const auto& column : columns) {
        if (column.passage != Passage::attempt) continue;
        const auto wrong = TRY(misfit(column));
        parts.push_back(
            TRY(sql::fill("CASE WHEN $wrong THEN $before || CAST($c AS VARCHAR) || $after END",
                {{"wrong", wrong}, {"c", d.identifier(column.name)},
                    {"before", d.literal(column.name + ": '")},
                    {"after", d.literal("' is no " + column.type)}})));
    }
    return Fragment::of("concat_ws('; ', ") + sql::join(parts, Fragment::of(", ")) +
           Fragment::of(")");
}

std::optional<std::string> stopped_at(const std::string& message) {
    const auto at = message.find(stop_word);
    if (at == std::string::npos) return std::nullopt;
    const auto begin = at + stop_word.size();
    return message.substr(begin, message.find('\n', begin) - begin);
}

Fragment copy_to_parquet(const CopyOrder& order) {
    const auto& d = sql::duckdb();
    return Fragment::of("COPY (") + order.select + Fragment::of(") TO ") + d.literal(order.path) +
           Fragment::of(" (FORMAT parquet, DICTIONARY_SIZE_LIMIT ") +
           d.integer(std::min(parquet_dictionary_values, order.rows_of_group / 10)) +
           Fragment::of(", ROW_GROUP_SIZE ") + d.integer(order.rows_of_group) +
           Fragment::of(", COMPRESSION ") + d.literal(word(order.compression)) + Fragment::of(")");
}

Fragment copy_to_csv(const Fragment& select, const std::string& path) {
    return Fragment::of("COPY (") + select + Fragment::of(") TO ") + sql::duckdb().literal(path) +
           Fragment::of(" (FORMAT csv, HEADER, DELIMITER ',', NEW_LINE '\\r\\n')");
}

}  // namespace ingot::bronze
