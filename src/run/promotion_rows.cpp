#include "run/promotion_rows.h"

#include <algorithm>

#include "medallion/silver/shape.h"
#include "run/key_files.h"
#include "run/match.h"
#include "run/promote_files.h"
#include "run/released.h"
#include "run/row_files.h"
#include "run/side_files.h"
#include "run/table_rows.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

Status lay(const std::string& name, const sql::Fragment& rows, engine::Session& session) {
    TRY(session.execute("CREATE OR REPLACE TEMP VIEW " + name + " AS " + rows.text()));
    return {};
}

// A row that ends all keys concerns each.
Result<bool> ends_all_keys(const Round& round) {
    if (!round.spec().cdc) return false;
    const auto rows = TRY(round.session.query(
        "SELECT 1 FROM _ingot_new_rows WHERE _ingot_change = 'truncate' LIMIT 1"));
    return !rows.rows.empty();
}

// Rows of the keys that `sought` names; of all where it is empty.
Result<sql::Fragment> published(const Round& round, Part part, const sql::Fragment& sought) {
    auto files = files_of(round.before, part);
    if (!sought.empty() && files.size() > 1 && !TRY(ends_all_keys(round)))
        files = TRY(
            files_with_keys(round.session, files, {.columns = round.plan.keys, .rows = sought}));
    auto rows = TRY(published_rows(round.context, round.node, files, round.plan.published));
    // Columns that need not be read.
    const auto& known = round.plan.open_values;
    if (part == Part::open && !known.empty() &&
        std::ranges::all_of(files, [](const auto& file) { return is_all(file, Part::open); }))
        rows = sql::Fragment::of("SELECT * REPLACE (") + known + sql::Fragment::of(") FROM (") +
               rows + sql::Fragment::of(")");
    return rows;
}

// Where rows are kept as they came: those of files that may hold one of the new rows, or a copy of the slices that come.
Result<sql::Fragment> published_as_came(const Round& round) {
    auto files = files_of(round.before, Part::any);
    const auto history = round.spec().history;
    if (history == History::snapshot)
        files = TRY(files_with_keys(round.session, files,
            {.columns = {{std::string(silver::snapshot_column), "DATE"}},
                .rows = sql::Fragment::of(
                    "(SELECT _ingot_slice AS snapshot_date FROM _ingot_new_loads)")}));
    if (history == History::append) {
        Columns shared;
        for (const auto& column : round.plan.published) {
            const auto* came = find_column(round.incoming.columns, column.name);
            if (came && !same_name(column.name, silver::deleted_column)) shared.push_back(column);
        }
        std::vector<std::string> not_null;
        for (const auto* names : {&round.spec().keys, &round.spec().order_by})
            for (const auto& name : *names) not_null.push_back(name.value);
        files = TRY(files_with_rows(round.context, round.node, round.session, std::move(files),
            {.columns = shared,
                .not_null = std::move(not_null),
                .rows = sql::Fragment::of("_ingot_new_rows")}));
    }
    return published_rows(round.context, round.node, files, round.plan.published);
}

Result<sql::Fragment> store(const Round& round) {
    const auto& standing = round.before.standing;
    const auto& kept = standing ? standing->observations : std::vector<state::SideFile>{};
    return side_rows(round.context, kept, round.node.folder, round.plan.observed);
}

Status tell_latest(const Round& round) {
    if (!round.before.standing || round.plan.latest_of_store.empty()) return {};
    auto latest = round.before.standing->latest;
    if (latest.empty()) {
        TRY(lay("_ingot_store", TRY(store(round)), round.session));
        latest = TRY(round.session.query(round.plan.latest_of_store.text())).text(0, 0);
    }
    if (latest.empty()) return {};
    TRY(round.session.execute(
        "SET VARIABLE ingot_latest = " + sql::duckdb().literal(latest).text()));
    return {};
}

// Kept under another type once, they have by now that of the table.
Result<std::string> earlier_loads(const Round& round) {
    const auto files = kept_loads(round.before, round.work);
    if (files.empty()) return std::string();
    const auto columns = load_columns(round.incoming.columns);
    std::string typed;
    for (const auto& column : round.incoming.columns) {
        const auto name = sql::duckdb().identifier(column.name).text();
        const auto type = TRY(sql::duckdb().type(column.type)).text();
        typed += (typed.empty() ? " REPLACE (CAST(" : ", CAST(") + name;
        typed += " AS " + type + ") AS " + name;
    }
    if (!typed.empty()) typed += ")";
    return " UNION ALL BY NAME SELECT * EXCLUDE (_ingot_refused)" + typed +
           ", CASE WHEN _ingot_refused THEN '' END AS _ingot_reject FROM (" +
           TRY(side_rows(round.context, files, round.node.folder, columns)).text() + ")";
}

Status lay_out_new_rows(const Round& round) {
    const bool is_cdc = round.spec().cdc.has_value();
    const auto columns = sql::duckdb().columns(names_of(round.incoming.columns)).text();
    const auto earlier = TRY(earlier_loads(round));
    TRY(round.session.execute(
        "SET TimeZone = 'UTC'; CREATE OR REPLACE TEMP VIEW _ingot_new_rows AS SELECT " + columns +
        ", _ingot_slice, _ingot_file, _ingot_row, " +
        std::string(is_cdc ? "_ingot_change" : "_ingot_delete") +
        ", CASE WHEN _ingot_verdict = 2 THEN array_to_string(list_transform(_ingot_failed, lambda f: f.rule), ', ') END AS _ingot_reject "
        "FROM checked WHERE _ingot_verdict <> 1" +
        earlier));
    return {};
}

Status lay_out_new_loads(const Round& round) {
    const auto& work = round.work;
    std::string loads;
    const auto add = [&](const std::string& date, bool is_guarded) {
        loads += std::string(loads.empty() ? "" : ", ") + "(DATE '" + date + "', " +
                 (is_guarded ? "true" : "false") + ")";
    };
    if (work.whole)
        for (const auto& [date, print] : work.known)
            if (!work.take.contains(date)) add(date, false);
    for (const auto& [date, print] : work.take) add(date, !work.known.contains(date));
    TRY(round.session.execute(
        "CREATE OR REPLACE TEMP TABLE _ingot_new_loads AS SELECT * FROM (VALUES " + loads +
        ") AS t(_ingot_slice, _ingot_is_guarded)"));
    return {};
}

bool is_judged(const Round& round) {
    const auto& standing = round.before.standing;
    return !round.node.dataset.rules.empty() || !round.incoming.misfits.empty() ||
           (standing && !standing->released.empty());
}

// What is computed of a row is computed once, but for a view's keys; most rebuilds read their rows often and in joins.
CheckedAs checked_as(const Round& round) {
    const bool is_plain = round.incoming.cleaning.empty();
    if (round.work.rebuild)
        return round.plan.rebuild_reads_rows_once && is_plain && !round.work.whole &&
                       !is_judged(round)
                   ? CheckedAs::view_of_rows
                   : CheckedAs::table;
    return round.plan.merge_reads_rows_once && is_plain ? CheckedAs::view_of_rows
                                                        : CheckedAs::kept_rows;
}

// A row that says that something is gone has no values for rules to judge. Empty: all are judged.
sql::Fragment judged(const SilverSpec& spec) {
    if (spec.cdc) return sql::Fragment::of("_ingot_change NOT IN ('delete', 'truncate', 'ignore')");
    return spec.delete_when ? sql::Fragment::of("_ingot_delete IS NOT TRUE") : sql::Fragment{};
}

// What no author wrote: values that a cast does not fit, and records without a name, which can be told from no other.
std::vector<quality::CompiledRule> own_rules(const Round& round) {
    auto rules = round.incoming.misfits;
    const auto names = rules_of_records(round.node);
    if (const auto& dedupe = round.spec().dedupe)
        for (std::size_t i = 0; i < dedupe->records.size(); ++i) {
            const auto& column = dedupe->records[i];
            if (!find_column(round.model, column.value)) continue;
            const auto name = sql::duckdb().identifier(column.value);
            rules.push_back({.name = names[i],
                .on_fail = OnFail::quarantine,
                .fails = sql::Fragment::of("(") + name + sql::Fragment::of(" IS NULL)"),
                .observed = sql::Fragment::of("NULL"),
                .can_be_released = false,
                .where = column.span});
        }
    return rules;
}

// The keys, where the rows of a slice may say one after the other how a thing looks. A row of an update that has only what
// changed does not say it.
std::vector<std::string> told_things(const Round& round) {
    const auto& spec = round.spec();
    const bool is_partial =
        spec.cdc && (spec.cdc->ignore_null_updates || !spec.cdc->ignore_null_columns.empty() ||
                        !spec.cdc->ignore_null_except.empty());
    if (!is_keyed(spec.history) || is_partial || spec.dedupe) return {};
    std::vector<std::string> keys;
    for (const auto& key : spec.keys) {
        if (!find_column(round.model, key.value)) return {};
        keys.push_back(key.value);
    }
    return keys;
}

sql::Fragment says_last(const Round& round, const std::vector<std::string>& keys) {
    if (keys.empty()) return {};
    const auto& spec = round.spec();
    std::string order;
    for (const auto* names : {&spec.order_by, &spec.tiebreak})
        for (const auto& name : *names)
            order += sql::duckdb().identifier(name.value).text() + " DESC NULLS LAST, ";
    return sql::Fragment::of("row_number() OVER (PARTITION BY _ingot_slice, ") +
           (spec.cdc ? sql::Fragment::of("_ingot_change IN ('upsert', 'delete'), ")
                     : sql::Fragment{}) +
           sql::duckdb().columns(keys) + sql::Fragment::of(" ORDER BY ") +
           sql::Fragment::authored(order) +
           sql::Fragment::of("_ingot_file DESC, _ingot_row DESC) = 1");
}

}  // namespace

std::vector<state::SideFile> kept_loads(const Before& before, const PendingWork& work) {
    if (!work.whole || !before.standing) return {};
    auto files = before.standing->observations;
    std::erase_if(files, [&](const auto& file) {
        return work.take.contains(file.slice) || !work.known.contains(file.slice);
    });
    return files;
}

CheckOrder check_order(const Round& round) {
    const auto& standing = round.before.standing;
    const auto released = standing ? standing->released : std::vector<state::SideFile>{};
    const auto keys = told_things(round);
    return {.dataset = round.name(),
        .select = round.incoming.select,
        .columns = round.incoming.with_own,
        .rules = round.node.dataset.rules,
        .within = sql::Fragment::of("_ingot_slice"),
        .arrival = sql::Fragment::of("_ingot_slice, _ingot_file, _ingot_row"),
        .today = sql::Fragment::of("_ingot_slice"),
        .more = own_rules(round),
        .judged = judged(round.spec()),
        .keys = keys,
        .says_last = says_last(round, keys),
        .released = released_rows(round.context.files, released,
            round.work.whole ? SameRow::content : SameRow::place, round.model),
        .as = checked_as(round)};
}

Result<CheckedRows> check_incoming(const Round& round) {
    return check_rows(round.session, check_order(round));
}

Status lay_out(const Round& round) {
    TRY(lay_out_new_rows(round));
    TRY(lay_out_new_loads(round));
    if (round.work.rebuild) return {};
    if (!round.plan.keeps_observations)
        return lay("_ingot_published", TRY(published_as_came(round)), round.session);
    const auto sought =
        round.plan.looks_up_keys ? sql::Fragment::of("_ingot_new_rows") : sql::Fragment();
    TRY(lay("_ingot_published_open", TRY(published(round, Part::open, sought)), round.session));
    return tell_latest(round);
}

// Most batches are later than all that was observed before; then neither segments nor closed rows are opened.
Status lay_out_past(const Round& round) {
    if (!round.plan.keeps_observations) return {};
    const bool reaches_back =
        !TRY(round.session.query(round.plan.merge.reaches_back.text())).rows.empty();
    auto files = round.plan.published;
    files.push_back({"_ingot_published_file", "VARCHAR"});
    files.push_back({"_ingot_published_row", "BIGINT"});
    TRY(lay("_ingot_store", reaches_back ? TRY(store(round)) : no_rows(round.plan.observed),
        round.session));
    if (!reaches_back) return lay("_ingot_published_closed", no_rows(files), round.session);
    return lay("_ingot_published_closed",
        TRY(published(round, Part::closed, sql::Fragment::of("_ingot_touched"))), round.session);
}

Status execute(const Round& round, const std::vector<silver::Statement>& statements) {
    std::string asked;
    bool finds = false;
    for (const auto& statement : statements) {
        if (const auto& question = statement.only_if; !question.empty()) {
            // Statements in a row that hang on the same are asked for once.
            if (question.text() != asked)
                finds = !TRY(round.session.query(question.text())).rows.empty();
            asked = question.text();
            if (!finds) continue;
        }
        auto done = statement.keeps ? round.session.execute_keeping(statement.sql.text())
                                    : round.session.execute(statement.sql.text());
        if (!done)
            return std::unexpected(
                Error(done.error()).during(round.name() + ": " + std::string(statement.name)));
    }
    return {};
}

}  // namespace ingot::run
