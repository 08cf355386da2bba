#include "run/cursor.h"

#include "base/suggest.h"
#include "base/time.h"
#include "medallion/bronze/cursor.h"
#include "run/placed_rows.h"

namespace ingot::run {

namespace {

using bronze::Nature;
using sql::Fragment;

Fragment parquet(const std::string& path) {
    return Fragment::of("read_parquet(") + sql::duckdb().literal(path) +
           Fragment::of(", hive_partitioning = false)");
}

std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t most = 12;
    std::string list;
    for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
        list += (i == 0 ? "" : ", ") + names[i];
    return list + (names.size() > most ? ", …" : "");
}

Result<Nature> nature_of(engine::Session& session, const Fragment& relation, const Column& column) {
    if (column.type != "VARCHAR") return Nature::typed;
    const auto counts = TRY(session.query(bronze::count_natures(relation, column.name).text()));
    return bronze::nature_of(counts.integer(0, 0), counts.integer(0, 1), counts.integer(0, 2));
}

// Both values as one column, so that text is compared by what both can be read as.
Result<bool> is_at_or_after(engine::Session& session, const CursorValue& a, const CursorValue& b) {
    const auto& d = sql::duckdb();
    const bool is_one_type = a.type == b.type;
    const auto type = is_one_type ? a.type : std::string("VARCHAR");
    const auto pair = Fragment::of("(VALUES (") + d.literal(a.value) + Fragment::of("), (") +
                      d.literal(b.value) + Fragment::of(")) AS pair(v)");
    const auto nature = TRY(nature_of(session, pair, {"v", type}));
    const auto answer =
        TRY(session.query(bronze::is_at_or_after(a.value, b.value, type, nature).text()));
    return answer.text(0, 0) == "true";
}

}  // namespace

Result<std::optional<connector::Bound>> bound_of(
    engine::Session& session, const CursorSpec& spec, const std::optional<CursorValue>& reached) {
    if (!reached) {
        if (!spec.initial) return std::optional<connector::Bound>{};
        return std::optional(connector::Bound{.value = spec.initial->value, .type = {}});
    }
    if (!spec.lag)
        return std::optional(connector::Bound{.value = reached->value, .type = reached->type});
    const auto length = parse_duration(spec.lag->value);
    const auto statement =
        length ? bronze::less_time(reached->value, reached->type, length->count())
               : bronze::less_number(reached->value, reached->type, spec.lag->value);
    const auto less = session.query(statement.text());
    if (!less || less->text(0, 0).empty())
        return fail("EXT103",
            "lag: " + spec.lag->value + " cannot be taken off '" + reached->value +
                "' of column '" + spec.column.value + "' (" + reached->type +
                "); durations are for times, numbers for numbers",
            spec.lag->span);
    return std::optional(connector::Bound{.value = less->text(0, 0), .type = reached->type});
}

Result<std::optional<CursorValue>> reach_of(engine::Session& session, const CursorSpec& spec,
    const LandedFile& landed, const std::optional<CursorValue>& before) {
    if (landed.path.empty() || landed.rows == 0) return before;
    const auto relation = parquet(landed.path);
    const auto columns = TRY(session.describe("SELECT * FROM " + relation.text()));
    const auto* column = find_column(columns, spec.column.value);
    if (!column)
        return fail("EXT103",
            "the rows have no column '" + spec.column.value + "' for the cursor" +
                did_you_mean(spec.column.value, names_of(columns)) + "; they have " +
                listed(names_of(columns)),
            spec.column.span);
    const auto nature = TRY(nature_of(session, relation, *column));
    const auto found = TRY(session.query(bronze::greatest(relation, column->name, nature).text()));
    if (!found.rows[0][0]) return before;
    CursorValue now{column->name, found.text(0, 0), column->type};
    if (before && TRY(is_at_or_after(session, *before, now))) return before;
    return std::optional(std::move(now));
}

Status drop_landed(const LandingOrder& order, const StandingSlices& slices, LandedFile& landed) {
    if (landed.path.empty() || landed.rows == 0 || slices.empty()) return {};
    const auto rows = parquet(landed.path);
    StandingSlices all = slices;
    all.emplace("new", StandingSlice{.urls = {landed.path},
                           .columns = TRY(order.session.describe("SELECT * FROM " + rows.text())),
                           .fingerprint = {},
                           .rows = landed.rows,
                           .part_rows = {landed.rows}});
    const auto view = TRY(bronze_view(all, {}));
    // The slice's date is no part of what is compared, so any will do for rows that have none yet.
    StandingSlices fresh;
    fresh.emplace("1970-01-01", all.at("new"));
    TRY(order.session.execute("CREATE OR REPLACE TEMP TABLE landed_before AS " +
                              bronze::landed_before(bronze_rows(fresh, view.columns),
                                  bronze_rows(slices, view.columns), view.columns)
                                  .text()));
    const auto counted = TRY(order.session.query("SELECT count(*) FROM landed_before"));
    const auto dropped = counted.integer(0, 0);
    if (dropped == 0) return {};
    const auto path = order.scratch + "/first_seen.parquet";
    const auto select = *sql::fill(
        "SELECT * EXCLUDE (_ingot_place) FROM $rows WHERE _ingot_place + 1 NOT IN (SELECT _ingot_row FROM landed_before) "
        "ORDER BY _ingot_place",
        {{"rows", placed_rows(landed.path, all.at("new").columns)}});
    TRY(order.session.execute(bronze::copy_to_parquet(
        {.select = select, .path = path, .compression = order.options.parquet_compression})
            .text()));
    landed.path = path;
    landed.rows -= dropped;
    landed.dropped += dropped;
    return {};
}

Status drop_rejected(const LandingOrder& order, storage::FileSystem& files,
    const StandingSlices& slices, LandedFile& landed) {
    std::vector<Fragment> earlier;
    for (const auto& [date, slice] : slices)
        if (slice.quarantine)
            earlier.push_back(
                Fragment::of("SELECT text, reason FROM ") + parquet(files.url(*slice.quarantine)));
    if (landed.quarantine_path.empty() || earlier.empty()) return {};
    const auto path = order.scratch + "/first_rejected.parquet";
    const auto select = *sql::fill(
        "SELECT n.* EXCLUDE (nth) FROM (SELECT *, row_number() OVER (PARTITION BY text, reason ORDER BY line) AS nth FROM $new) n "
        "LEFT JOIN (SELECT text, reason, count(*) AS times FROM ($earlier) GROUP BY ALL) e "
        "ON n.text IS NOT DISTINCT FROM e.text AND n.reason IS NOT DISTINCT FROM e.reason "
        "WHERE n.nth > coalesce(e.times, 0) ORDER BY n.file, n.line, n.text",
        {{"new", parquet(landed.quarantine_path)},
            {"earlier", sql::join(earlier, Fragment::of(" UNION ALL "))}});
    const auto kept = TRY(
        order.session.execute(bronze::copy_to_parquet({.select = select, .path = path}).text()));
    landed.dropped += landed.quarantined - kept;
    landed.quarantined = kept;
    landed.quarantine_path = kept > 0 ? path : "";
    return {};
}

}  // namespace ingot::run
