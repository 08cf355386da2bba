#include <algorithm>
#include <charconv>

#include "base/suggest.h"
#include "base/time.h"
#include "project/check/checks.h"

namespace ingot::project {

namespace {

bool is_number(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value >= 0;
}

// {date} and {date:%Y/%m/%d}; a brace list such as {a,b} is a glob.
void check_placeholders(const config::Spanned<std::string>& path, Diagnostics& diagnostics) {
    const std::string_view text = path.value;
    for (auto open = text.find('{'); open != std::string_view::npos;
        open = text.find('{', open + 1)) {
        const auto close = text.find('}', open);
        if (close == std::string_view::npos)
            return diagnostics.error("CFG104", "the { in the path is not closed", path.span);
        const auto inside = text.substr(open + 1, close - open - 1);
        if (inside.find(',') != std::string_view::npos) continue;
        const auto name = inside.substr(0, inside.find(':'));
        if (name != "date") {
            const std::vector<std::string> names{"date"};
            diagnostics.error("CFG104",
                "unknown placeholder {" + std::string(name) +
                    "} in the path; it knows {date} and "
                    "{date:%Y/%m/%d}" +
                    did_you_mean(name, names),
                path.span);
            continue;
        }
        if (inside.size() == name.size()) continue;
        const auto pattern = inside.substr(name.size() + 1);
        for (auto percent = pattern.find('%'); percent != std::string_view::npos;
            percent = pattern.find('%', percent + 2))
            if (percent + 1 >= pattern.size() ||
                std::string_view("YmdHj").find(pattern[percent + 1]) == std::string_view::npos)
                diagnostics.error("CFG104", "the date pattern knows %Y %m %d %H %j", path.span);
        if (pattern.empty()) diagnostics.error("CFG104", "the date pattern is empty", path.span);
    }
}

void check_format(const FileOptions& options, Diagnostics& diagnostics) {
    static const std::vector<std::string> formats{
        "csv", "tsv", "json", "jsonl", "parquet", "xlsx", "avro", "xml", "fixed"};
    if (!options.format || std::ranges::find(formats, options.format->value) != formats.end())
        return;
    diagnostics.error("CFG104",
        "'" + options.format->value +
            "' is not one of csv, tsv, json, jsonl, parquet, xlsx, avro, xml, fixed" +
            did_you_mean(options.format->value, formats),
        options.format->span);
}

void check_new_files(const BronzeDataset& bronze, Diagnostics& diagnostics) {
    if (!bronze.table.options.new_files) return;
    const auto at = bronze.table.name.span;
    if (bronze.kind)
        diagnostics.error("CFG108", "new_files: is for files", at);
    else if (bronze.table.load != LoadPattern::cdc)
        diagnostics.error("CFG108",
            "new_files: a slice holds only the files that came since, so load: must be cdc", at);
}

void check_widths(const FileOptions& options, const Span& at, Diagnostics& diagnostics) {
    for (const auto width : options.widths)
        if (width < 1) return diagnostics.error("CFG104", "widths: are 1 or more", at);
    const bool has_too_many = options.names.size() > options.widths.size();
    if (!options.widths.empty() && !options.names.empty() &&
        (has_too_many || options.names.size() < options.widths.size()))
        diagnostics.error("CFG108",
            "names: has " + std::to_string(options.names.size()) + " entries where widths: has " +
                std::to_string(options.widths.size()),
            at);
}

void check_contract(const BronzeDataset& bronze, Diagnostics& diagnostics) {
    if (!bronze.table.contract) return;
    const auto& rows = bronze.table.contract->rows;
    if (rows.value == OnChange::evolve || rows.value == OnChange::discard_value)
        diagnostics.error("CFG104",
            "rows: a record that is no row can be put into quarantine, dropped (discard_row) or refused (freeze)",
            rows.span);
}

void check_numbers(const BronzeDataset& bronze, Diagnostics& diagnostics) {
    const auto& options = bronze.table.options;
    const auto at = bronze.table.name.span;
    if (options.limit_rows && *options.limit_rows < 0)
        diagnostics.error("CFG104", "limit_rows is 0 or more", at);
    if (options.max_rows_per_file && *options.max_rows_per_file < 1)
        diagnostics.error("CFG104", "max_rows_per_file is 1 or more", at);
    if (options.max_file_size_mb && !(*options.max_file_size_mb > 0))
        diagnostics.error("CFG104", "max_file_size_mb is more than 0", at);
}

}  // namespace

namespace {

void check_own(const BronzeDataset& bronze, Diagnostics& diagnostics) {
    if (bronze.table.path)
        diagnostics.error("CFG108",
            "path: is for files; this table is of type " + std::string(bronze.kind->name),
            bronze.table.path->span);
    bronze.kind->check(settings_of(bronze, ""), diagnostics);
}

void check_cursor(const BronzeDataset& bronze, Diagnostics& diagnostics) {
    const auto& cursor = *bronze.table.cursor;
    if (!bronze.kind)
        diagnostics.error("CFG108",
            "cursor: is for sources that can be asked for new rows; files land by their date",
            cursor.column.span);
    if (cursor.lag && !parse_duration(cursor.lag->value) && !is_number(cursor.lag->value))
        diagnostics.error("CFG104",
            "lag: is a duration (90s, 15m, 1h, 2d) or a number, not '" + cursor.lag->value + "'",
            cursor.lag->span);
}

}  // namespace

void check_table(const BronzeDataset& bronze, Diagnostics& diagnostics) {
    if (bronze.table.cursor) check_cursor(bronze, diagnostics);
    if (bronze.kind)
        check_own(bronze, diagnostics);
    else if (bronze.table.path)
        check_placeholders(*bronze.table.path, diagnostics);
    else if (!bronze.table.name.value.empty())
        diagnostics.error("CFG103",
            "missing option 'path' in table '" + bronze.table.name.value + "'",
            bronze.table.name.span);
    check_format(bronze.table.options, diagnostics);
    check_numbers(bronze, diagnostics);
    check_new_files(bronze, diagnostics);
    check_contract(bronze, diagnostics);
    check_widths(bronze.table.options, bronze.table.name.span, diagnostics);
}

}  // namespace ingot::project
