#include "platform/connector/database/change_spool.h"

#include <algorithm>
#include <filesystem>

#include "sql/dialect.h"

namespace ingot::connector {

namespace {

using sql::Fragment;

constexpr std::size_t usual_line = std::size_t{2} << 20U;  // the engine's own bound

// The types of PostgreSQL's own catalogue have fixed numbers.
enum Oid : std::uint32_t {
    boolean = 16,
    bytes = 17,
    int8 = 20,
    int2 = 21,
    int4 = 23,
    oid = 26,
    float4 = 700,
    float8 = 701,
    date = 1082,
    time = 1083,
    timestamp = 1114,
    timestamptz = 1184,
    numeric = 1700,
    uuid = 2950
};

// What text of that type is read as; empty: text.
std::string type_of(const pgoutput::RelationColumn& column) {
    switch (column.type) {
        case boolean: return "BOOLEAN";
        case int8: return "BIGINT";
        case int2: return "SMALLINT";
        case int4: return "INTEGER";
        case oid: return "BIGINT";
        case float4: return "FLOAT";
        case float8: return "DOUBLE";
        case date: return "DATE";
        case time: return "TIME";
        case timestamp: return "TIMESTAMP";
        case timestamptz: return "TIMESTAMPTZ";
        case uuid: return "UUID";
        case numeric: break;
        default: return {};
    }
    // Precision and scale are packed into the modifier, which begins at 4.
    const auto packed = column.modifier - 4;
    const auto precision = packed >> 16, scale = packed & 0x7FF;
    if (column.modifier < 4 || precision > 38 || scale > precision) return {};
    return "DECIMAL(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
}

Result<Fragment> read_column(const pgoutput::RelationColumn& column) {
    const auto& d = sql::duckdb();
    const auto text = d.identifier(column.name);
    if (column.type == bytes)
        return Fragment::of("unhex(substr(") + text + Fragment::of(", 3)) AS ") + text;
    const auto type = type_of(column);
    if (type.empty()) return text;
    return Fragment::of("CAST(") + text + Fragment::of(" AS ") + TRY(d.type(type)) +
           Fragment::of(") AS ") + text;
}

void put(std::string& line, std::string_view text) {
    line += '"';
    for (const char c : text) line.append(c == '"' ? 2 : 1, c);
    line += '"';
}

}  // namespace

Result<std::unique_ptr<ChangeSpool>> ChangeSpool::open(const std::string& folder) {
    std::error_code error;
    std::filesystem::remove_all(folder, error);
    std::filesystem::create_directories(folder, error);
    if (error) return fail("STG001", "cannot make " + folder + ": " + error.message());
    return std::unique_ptr<ChangeSpool>(new ChangeSpool(folder));
}

Status ChangeSpool::begin_columns(const std::vector<pgoutput::RelationColumn>& columns) {
    // Whether a column is of the key says nothing about its rows.
    const auto same = [](const auto& a, const auto& b) {
        return a.name == b.name && a.type == b.type && a.modifier == b.modifier;
    };
    if (!files_.empty() && std::ranges::equal(files_.back().columns, columns, same)) return {};
    files_.push_back({folder_ + "/changes-" + std::to_string(files_.size() + 1) + ".csv", columns});
    out_.close();
    out_.open(files_.back().path, std::ios::binary | std::ios::trunc);
    if (!out_) return fail("STG001", "cannot write " + files_.back().path);
    return {};
}

Status ChangeSpool::append(std::string_view line) {
    ++rows_;
    files_.back().longest = std::max(files_.back().longest, line.size());
    if (!out_.write(line.data(), static_cast<std::streamsize>(line.size())))
        return fail("STG001", "cannot write " + files_.back().path);
    return {};
}

Status ChangeSpool::write(const Change& change, const pgoutput::Tuple& row) {
    std::string line, unchanged, cells;
    const auto& columns = files_.back().columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        cells += ',';
        if (i >= row.size()) continue;
        if (row[i].kind == pgoutput::Cell::Kind::text) put(cells, row[i].text);
        if (row[i].kind == pgoutput::Cell::Kind::unchanged)
            unchanged += (unchanged.empty() ? "" : ",") + columns[i].name;
    }
    put(line, change.operation);
    line += ',' + std::to_string(change.place) + ',' + std::to_string(change.sequence) + ',';
    put(line, change.committed);
    line += ',';
    if (!unchanged.empty()) put(line, unchanged);
    return append(line + cells + "\n");
}

Result<Fragment> ChangeSpool::select() {
    out_.close();
    if (!out_ && !files_.empty()) return fail("STG001", "cannot write " + files_.back().path);
    if (files_.empty())
        return Fragment::of(
            "SELECT CAST(NULL AS VARCHAR) AS _op, CAST(NULL AS BIGINT) AS _lsn, CAST(NULL AS BIGINT) AS _seq, "
            "CAST(NULL AS TIMESTAMPTZ) AS _commit_ts, CAST(NULL AS VARCHAR) AS _unchanged WHERE false");
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts;
    for (const auto& file : files_) {
        std::vector<Fragment> types{
            Fragment::of("'_op': 'VARCHAR', '_lsn': 'BIGINT', '_seq': 'BIGINT', "
                         "'_commit_ts': 'TIMESTAMPTZ', '_unchanged': 'VARCHAR'")};
        std::vector<Fragment> list;
        for (const auto& column : file.columns) {
            types.push_back(d.literal(column.name) + Fragment::of(": 'VARCHAR'"));
            list.push_back(TRY(read_column(column)));
        }
        list.push_back(Fragment::of("_op, _lsn, _seq, _commit_ts, _unchanged"));
        parts.push_back(
            Fragment::of("SELECT ") + sql::join(list, Fragment::of(", ")) +
            Fragment::of(" FROM read_csv(") + d.literal(file.path) +
            Fragment::of(
                ", header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
                "allow_quoted_nulls = false, max_line_size = ") +
            d.integer(static_cast<std::int64_t>(std::max(file.longest + 1, usual_line))) +
            Fragment::of(", columns = {") + sql::join(types, Fragment::of(", ")) +
            Fragment::of("})"));
    }
    return sql::join(parts, Fragment::of(" UNION ALL BY NAME "));
}

}  // namespace ingot::connector
