#include "run/released.h"

#include "platform/table/storable.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::Fragment;

Fragment read_all(const storage::FileSystem& files, const std::vector<state::SideFile>& released) {
    std::vector<std::string> urls;
    for (const auto& file : released) urls.push_back(files.url(file.path));
    return Fragment::of("read_parquet(") + sql::duckdb().list(urls) +
           Fragment::of(", hive_partitioning = false)");
}

std::vector<Fragment> literals(const std::vector<std::string>& texts) {
    std::vector<Fragment> out;
    for (const auto& text : texts) out.push_back(sql::duckdb().literal(text));
    return out;
}

// A digest of what the row says, as a file holds it; columns without a value are left out, so that a further column changes
// nothing.
Fragment content_of_row(const Columns& columns, std::string_view table) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts;
    for (const auto& column : columns) {
        const auto value =
            table.empty() ? d.identifier(column.name) : d.qualified(table, column.name);
        parts.push_back(d.literal(column.name + "=") + Fragment::of(" || CAST(CAST(") + value +
                        Fragment::authored(" AS " + table::storable_type(column.type)) +
                        Fragment::of(") AS VARCHAR)"));
    }
    return Fragment::of("md5(concat_ws(chr(31), ") + sql::join(parts, Fragment::of(", ")) +
           Fragment::of("))");
}

}  // namespace

Fragment new_releases(
    Layer layer, const Fragment& rejected, const Columns& columns, const Release& release) {
    const auto& d = sql::duckdb();
    const auto origin = layer == Layer::silver
                            ? Fragment::of("_ingot_slice, _ingot_file, _ingot_row, ")
                            : Fragment::of(
                                  "CAST(NULL AS DATE) AS _ingot_slice, CAST(NULL AS VARCHAR) AS "
                                  "_ingot_file, CAST(NULL AS BIGINT) AS _ingot_row, ");
    auto select =
        Fragment::of("SELECT ") + origin + content_of_row(columns, {}) +
        Fragment::of(
            " AS _ingot_content, _ingot_failure.rule AS rule, coalesce(_ingot_failure.observed, 'NULL') AS observed, ") +
        d.literal(release.by) + Fragment::of(" AS released_by, CAST(") +
        d.literal(to_string(release.at)) +
        Fragment::of(" AS TIMESTAMP WITH TIME ZONE) AS released_at, ") + d.literal(release.reason) +
        Fragment::of(" AS reason FROM (SELECT *, unnest(_ingot_rules) AS _ingot_failure FROM (") +
        rejected + Fragment::of("))");
    if (release.which.rules.empty()) return select;
    return select + Fragment::of(" WHERE _ingot_failure.rule IN (") +
           sql::join(literals(release.which.rules), Fragment::of(", ")) + Fragment::of(")");
}

Fragment not_yet_released(const Fragment& said, const storage::FileSystem& files,
    const std::vector<state::SideFile>& released, SameRow same) {
    if (released.empty()) return said;
    const auto same_row =
        same == SameRow::place
            ? Fragment::of(
                  "n._ingot_slice = o._ingot_slice AND n._ingot_file = o._ingot_file AND "
                  "n._ingot_row = o._ingot_row")
            : Fragment::of("n._ingot_content = o._ingot_content");
    return Fragment::of("SELECT n.* FROM (") + said + Fragment::of(") AS n ANTI JOIN (FROM ") +
           read_all(files, released) +
           Fragment::of(") AS o ON n.rule = o.rule AND n.observed = o.observed AND ") + same_row;
}

std::optional<ReleasedRows> released_rows(const storage::FileSystem& files,
    const std::vector<state::SideFile>& released, SameRow same, const Columns& columns) {
    if (released.empty()) return std::nullopt;
    const bool by_place = same == SameRow::place;
    const auto identity = by_place ? Fragment::of("_ingot_slice, _ingot_file, _ingot_row")
                                   : Fragment::of("_ingot_content");
    ReleasedRows out;
    out.rows =
        Fragment::of("SELECT ") + identity +
        Fragment::of(", list({'rule': rule, 'observed': observed}) AS _ingot_released FROM ") +
        read_all(files, released) + Fragment::of(" GROUP BY ") + identity;
    out.same_row =
        by_place
            ? Fragment::of(
                  "r._ingot_slice = x._ingot_slice AND r._ingot_file = x._ingot_file AND r._ingot_row = x._ingot_row")
            : content_of_row(columns, "r") + Fragment::of(" = x._ingot_content");
    return out;
}

Fragment releases(const storage::FileSystem& files, const std::vector<state::SideFile>& released) {
    return Fragment::of(
               "SELECT rule AS _ingot_rule, observed AS _ingot_observed, _ingot_slice, _ingot_file, _ingot_row, "
               "released_by, released_at, reason FROM ") +
           read_all(files, released);
}

}  // namespace ingot::run
