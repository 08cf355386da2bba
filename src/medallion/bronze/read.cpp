#include "medallion/bronze/read.h"

#include <algorithm>

#include "medallion/bronze/rejects_count.sql.h"
#include "medallion/bronze/rejects_select.sql.h"

namespace ingot::bronze {

namespace {

using sql::Fragment;

Fragment option(const char* name, const Fragment& value) {
    return Fragment::authored(std::string(", ") + name + " = ") + value;
}

Fragment flag(const char* name, bool value) {
    return option(name, value ? Fragment::of("true") : Fragment::of("false"));
}

std::string packing_word(file::Packing packing) {
    switch (packing) {
        case file::Packing::gzip: return "gzip";
        case file::Packing::zstd: return "zstd";
        default: return "none";
    }
}

Fragment marks(const file::CsvShape& shape) {
    const auto& d = sql::duckdb();
    const auto quote = d.literal(shape.quote == '\0' ? "" : std::string(1, shape.quote));
    return option("delim", d.literal(std::string(1, shape.delimiter))) + option("quote", quote) +
           option("escape", quote) + flag("header", shape.header) + option("skip", d.integer(0)) +
           option("comment", d.literal("")) +
           option("compression", d.literal(packing_word(shape.packing)));
}

Fragment column_types(const Columns& columns) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts;
    for (const auto& column : columns)
        parts.push_back(d.literal(column.name) + Fragment::of(": ") + d.literal(column.type));
    return Fragment::of("{") + sql::join(parts, Fragment::of(", ")) + Fragment::of("}");
}

Fragment bad_lines(BadLines what) {
    const auto& d = sql::duckdb();
    if (what == BadLines::refuse) return {};
    if (what == BadLines::ignore) return flag("ignore_errors", true);
    return flag("store_rejects", true) + option("rejects_table", d.literal(rejects_table)) +
           option("rejects_scan", d.literal(scans_table));
}

}  // namespace

Fragment read_csv(const CsvReading& reading) {
    const auto& d = sql::duckdb();
    auto out = Fragment::of("read_csv(") + d.list(reading.paths) + flag("auto_detect", false) +
               marks(reading.shape) + option("columns", column_types(reading.columns)) +
               bad_lines(reading.bad_lines);
    if (reading.null_padding) out = out + flag("null_padding", true);
    if (reading.keeps_empty_text) out = out + flag("allow_quoted_nulls", false);
    // A text that no file holds, so that nothing is NULL but what null_padding adds.
    if (reading.keeps_empty_fields) out = out + option("nullstr", d.literal("\x01ingot\x02"));
    if (reading.in_order) out = out + flag("parallel", false);
    if (reading.only_looks)
        out = out + option("max_line_size", d.integer(1 << 16)) +
              option("buffer_size", d.integer(1 << 20));
    else if (reading.longest_line > 0)
        out = out + option("max_line_size", d.integer(reading.longest_line));
    else
        // Its own 32 MB lie about several times over; two of the longest lines are enough.
        out = out + option("buffer_size", d.integer(1 << 22));
    if (!reading.date_format.empty())
        out = out + option("dateformat", d.literal(reading.date_format));
    if (!reading.timestamp_format.empty())
        out = out + option("timestampformat", d.literal(reading.timestamp_format));
    return out + Fragment::of(")");
}

Fragment forget_rejects() {
    return Fragment::of("DROP TABLE IF EXISTS ingot_rejects; DROP TABLE IF EXISTS ingot_scans");
}

Fragment any_reject() { return Fragment::of("SELECT 1 FROM ingot_rejects LIMIT 1"); }

Fragment count_rejects() {
    return Fragment::authored(std::string(embedded::medallion_bronze_rejects_count_sql));
}

Fragment misfit_columns() {
    return Fragment::of(
        "SELECT DISTINCT column_name FROM ingot_rejects WHERE error_type = 'CAST' ORDER BY 1");
}

Fragment select_rejects() {
    return Fragment::authored(std::string(embedded::medallion_bronze_rejects_select_sql));
}

Fragment sniff_types(const CsvReading& reading) {
    const auto& d = sql::duckdb();
    return Fragment::of(
               "SELECT unnest(Columns).name, unnest(Columns).type, DateFormat, TimestampFormat FROM sniff_csv(") +
           d.literal(reading.paths.front()) + marks(reading.shape) + flag("ignore_errors", true) +
           flag("null_padding", true) + Fragment::of(")");
}

}  // namespace ingot::bronze
