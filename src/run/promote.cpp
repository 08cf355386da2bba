// Silver: what is new in the inputs, checked in one pass, merged into the standing table as history.md defines it.
#include "medallion/silver/promote.h"

#include <algorithm>

#include "medallion/silver/curate.h"
#include "platform/table/storable.h"
#include "run/incoming.h"
#include "run/match.h"
#include "run/promote_files.h"
#include "run/publish.h"
#include "run/recompute.h"
#include "run/rows_check.h"
#include "run/step.h"
#include "run/table_rows.h"
#include "run/workspace.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

// One round takes in some slices and makes one commit; a table that must take its slices in order needs several.
class Promotion {
public:
    Promotion(const RunContext& context, const Node& node)
        : context_(context), node_(node), spec_(*node.dataset.silver()) {}

    Result<StepReport> run() {
        StepReport total;
        for (bool first = true;; first = false) {
            if (context_.stop) return fail("RUN102", "interrupted");
            const auto before = TRY(read_before(context_, node_));
            auto work = TRY(pending_work(context_, node_, before, first));
            if (work.is_nothing()) {
                if (!first) return total;
                total.status = StepStatus::unchanged;
                // Another run may have published since this one looked.
                TRY(pin_standing(context_, node_));
                return total;
            }
            add(total, TRY(round(before, work)));
            if (!work.more_may_follow) return total;
        }
    }

    // From bronze, as a rebuild would; publishes nothing.
    Result<Recomputed> recompute() {
        const auto before = TRY(read_before(context_, node_));
        Recomputed found;
        auto work = TRY(work_again(before, found.why_not));
        if (!found.why_not.empty()) return found;
        auto workspace = TRY(Workspace::open(context_, node_));
        auto& session = workspace.session();
        auto incoming = TRY(prepare_incoming(context_, node_, workspace, work));
        const auto model = incoming.columns;
        incoming.columns = columns_of_history(node_, incoming);
        const auto plan = TRY(silver::compile(spec_,
            {.columns = incoming.columns,
                .full_loads = work.full_loads && spec_.scope == Scope::table},
            sql::duckdb()));
        if (before.version->columns != plan.published) {
            found.why_not = "its columns are not those that the model yields now";
            return found;
        }
        TRY(bind_slices(context_, node_, workspace, work));
        TRY(check(session, incoming));
        TRY(match_rows(session, node_, model));
        TRY(lay_out(session, before, plan, work, incoming));
        TRY(execute(session, plan.rebuild.find));
        TRY(execute(session, plan.rebuild.statements));
        TRY(compare(session, before, plan, found));
        return found;
    }

private:
    struct RowsIn {
        CheckedRows checked;
        Matched matched;
    };

    Result<PendingWork> work_again(const Before& before, std::string& why_not) const {
        if (!before.standing) return why_not = "it does not stand yet", PendingWork{};
        if (before.standing->fingerprint != node_.dataset.fingerprint)
            return why_not = "its definition has changed since it was built", PendingWork{};
        auto work = TRY(pending_work(context_, node_, before, false));
        const bool moved = work.rebuild || work.inputs_moved;
        if (moved) return why_not = "what it reads has changed since it was built", work;
        work.rebuild = true;
        if (!work.all.empty()) {
            work.take = work.known;
        } else if (!before.standing->loads.empty()) {
            work.whole = work.full_loads = true;
            for (const auto& load : before.standing->loads) work.known[load] = "";
            work.take = {*work.known.rbegin()};
        }
        if (work.take.empty()) why_not = "it has taken nothing in yet";
        return work;
    }

    Status compare(engine::Session& session, const Before& before, const silver::PromotePlan& plan,
        Recomputed& found) const {
        const auto columns = sql::duckdb().columns(names_of(plan.published)).text();
        std::string again;
        for (const auto* rows :
            {&plan.rebuild.queries.open_rows, &plan.rebuild.queries.closed_rows})
            if (!rows->empty())
                again += (again.empty() ? "SELECT " : " UNION ALL SELECT ") + columns + " FROM (" +
                         rows->text() + "\n)";
        TRY(session.execute("CREATE OR REPLACE TEMP TABLE _ingot_again AS " + again));
        const auto stands = "SELECT " + columns + " FROM (" +
                            read_version(context_.files, node_.folder, *before.version).text() +
                            ")";
        const auto rows = TRY(session.query(
            "SELECT (SELECT count(*) FROM (FROM _ingot_again EXCEPT ALL " + stands +
            ")), (SELECT count(*) FROM (" + stands + " EXCEPT ALL FROM _ingot_again))"));
        found.missing = rows.integer(0, 0);
        found.surplus = rows.integer(0, 1);
        return {};
    }

    Result<CheckedRows> check(engine::Session& session, const Incoming& incoming) const {
        return check_rows(
            session, {.dataset = node_.dataset.name.text(),
                         .select = incoming.select,
                         .columns = incoming.with_own,
                         .rules = node_.dataset.rules,
                         .within = sql::Fragment::of("_ingot_slice"),
                         .arrival = sql::Fragment::of("_ingot_slice, _ingot_file, _ingot_row")});
    }

    Status execute(
        engine::Session& session, const std::vector<silver::Statement>& statements) const {
        for (const auto& statement : statements) {
            auto done = session.execute(statement.sql.text());
            if (!done)
                return std::unexpected(Error(done.error())
                        .during(node_.dataset.name.text() + ": " + std::string(statement.name)));
        }
        return {};
    }

    static void add(StepReport& total, const StepReport& round) {
        total.rows.in += round.rows.in, total.rows.out += round.rows.out;
        total.rows.quarantined += round.rows.quarantined, total.rows.dropped += round.rows.dropped;
        total.rows.duplicates += round.rows.duplicates;
        if (total.rules.empty())
            total.rules = round.rules;
        else
            for (std::size_t i = 0; i < total.rules.size(); ++i)
                total.rules[i].failed += round.rules[i].failed;
        if (total.cleaning.empty())
            total.cleaning = round.cleaning;
        else
            for (std::size_t i = 0; i < total.cleaning.size() && i < round.cleaning.size(); ++i) {
                total.cleaning[i].changed += round.cleaning[i].changed;
                total.cleaning[i].not_understood += round.cleaning[i].not_understood;
            }
        total.warnings.insert(total.warnings.end(), round.warnings.begin(), round.warnings.end());
        total.table_rows = round.table_rows;
        total.version = round.version;
    }

    // Narrows `work` to what this round takes.
    Result<StepReport> round(const Before& before, PendingWork& work) {
        auto workspace = TRY(Workspace::open(context_, node_,
            work.whole ? Workspace::Bronze::all_rows : Workspace::Bronze::columns_alone));
        auto& session = workspace.session();
        auto incoming = TRY(prepare_incoming(context_, node_, workspace, work));
        const auto model = incoming.columns;
        incoming.columns = columns_of_history(node_, incoming);
        const auto plan = TRY(silver::compile(spec_,
            {.columns = incoming.columns,
                .full_loads = work.full_loads && spec_.scope == Scope::table},
            sql::duckdb()));
        TRY(choose_mode(before, incoming, plan, work));
        TRY(bind_slices(context_, node_, workspace, work));
        const auto checked = TRY(check(session, incoming));
        const auto cleaned = TRY(count_cleaned(session, incoming));
        const auto matched = TRY(match_rows(session, node_, model));
        boundary("after-check");
        TRY(lay_out(session, before, plan, work, incoming));
        const auto& steps = work.rebuild ? plan.rebuild : plan.merge;
        TRY(execute(session, steps.find));
        if (!work.rebuild) TRY(lay_out_past(session, before, plan));
        TRY(execute(session, steps.statements));
        TRY(refuse_truncated(session, steps.queries));
        TRY(refuse_contradictions(session, steps.queries.invariants));
        auto report = TRY(commit(session, before, plan, work, incoming, {checked, matched}));
        report.warnings.insert(
            report.warnings.end(), matched.warnings.begin(), matched.warnings.end());
        for (const auto& step : cleaned)
            if (step.not_understood > 0)
                report.warnings.push_back("normalize: " + step.name + ": " +
                                          std::to_string(step.not_understood) +
                                          " values were not understood");
        report.cleaning = cleaned;
        return report;
    }

    static Result<std::vector<CleaningOutcome>> count_cleaned(
        engine::Session& session, const Incoming& incoming) {
        std::vector<CleaningOutcome> outcomes;
        if (incoming.cleaning.empty()) return outcomes;
        std::string sums;
        for (const auto& step : incoming.cleaning)
            sums += (sums.empty() ? "SELECT " : ", ") + ("coalesce(sum(" + step.changed) +
                    "), 0), coalesce(sum(" + step.not_understood + "), 0)";
        const auto rows = TRY(session.query(sums + " FROM checked"));
        for (std::size_t i = 0; i < incoming.cleaning.size(); ++i)
            outcomes.push_back(
                {incoming.cleaning[i].name, rows.integer(0, 2 * i), rows.integer(0, 2 * i + 1)});
        return outcomes;
    }

    Status choose_mode(const Before& before, const Incoming& incoming,
        const silver::PromotePlan& plan, PendingWork& work) const {
        if (work.rebuild) return {};
        const bool reshaped = before.standing && before.standing->model_columns != incoming.columns;
        if (reshaped) TRY(accept_columns(before.standing->model_columns, incoming.columns, work));
        if (!work.rebuild && plan.merges_in_order) keep_first_in_order(work);
        if (work.rebuild && !work.whole) work.take = work.all;
        return {};
    }

    // New columns need no rebuild: what was observed before has NULL there. Any other change of shape does.
    Status accept_columns(const Columns& stood, const Columns& now, PendingWork& work) const {
        for (const auto& column : now) {
            const auto* old = find_column(stood, column.name);
            if (!old && spec_.schema == SchemaMode::strict)
                return fail("QUAL104",
                    node_.dataset.name.text() + ": column '" + column.name +
                        "' is new and schema is strict",
                    node_.dataset.origin);
            if (old && old->type != column.type && spec_.schema == SchemaMode::strict)
                return fail("QUAL105",
                    node_.dataset.name.text() + ": column '" + column.name + "' was " + old->type +
                        " and is now " + column.type,
                    node_.dataset.origin);
            if (old && old->type != column.type) work.rebuild = true;
        }
        for (const auto& column : stood)
            if (!find_column(now, column.name)) work.rebuild = true;
        return {};
    }

    // Differences between loads need them in order: one later load is merged, an earlier one means computing again.
    static void keep_first_in_order(PendingWork& work) {
        const bool late = std::ranges::any_of(work.take, [&](const auto& slice) {
            return !work.known.empty() && slice.first < work.known.rbegin()->first;
        });
        if (late) {
            work.rebuild = true;
            return;
        }
        work.more_may_follow = work.take.size() > 1;
        work.take.erase(std::next(work.take.begin()), work.take.end());
    }

    // The relations that the statements of silver/promote.h expect.
    Status lay_out(engine::Session& session, const Before& before, const silver::PromotePlan& plan,
        const PendingWork& work, const Incoming& incoming) {
        const auto columns = sql::duckdb().columns(names_of(incoming.columns)).text();
        TRY(session.execute(
            "SET TimeZone = 'UTC'; CREATE OR REPLACE TEMP VIEW _ingot_new_rows AS SELECT " +
            columns + ", _ingot_slice, _ingot_file, _ingot_row, " +
            std::string(spec_.cdc ? "_ingot_change" : "_ingot_delete") +
            ", CASE WHEN _ingot_verdict = 2" +
            // A row that says that something is gone has no values for rules to judge.
            (spec_.cdc ? " AND _ingot_change NOT IN ('delete', 'truncate', 'ignore')" : "") +
            " THEN array_to_string(list_transform(_ingot_failed, lambda f: f.rule), ', ') END AS _ingot_reject "
            "FROM checked WHERE _ingot_verdict <> 1" +
            earlier_loads(before, work, incoming)));
        std::string loads;
        if (work.whole)
            for (const auto& [date, print] : work.known)
                if (!work.take.contains(date))
                    loads +=
                        std::string(loads.empty() ? "" : ", ") + "(DATE '" + date + "', false)";
        for (const auto& [date, print] : work.take)
            loads += std::string(loads.empty() ? "" : ", ") + "(DATE '" + date + "', " +
                     (work.known.contains(date) ? "false" : "true") + ")";
        TRY(session.execute(
            "CREATE OR REPLACE TEMP TABLE _ingot_new_loads AS SELECT * FROM (VALUES " + loads +
            ") AS t(_ingot_slice, _ingot_is_guarded)"));
        if (work.rebuild) return {};
        if (!plan.keeps_observations)
            return lay("_ingot_published", published(before, plan, Part::any), session);
        TRY(lay("_ingot_published_open", published(before, plan, Part::open), session));
        return tell_latest(session, before, plan);
    }

    static Status lay(
        const std::string& name, const sql::Fragment& rows, engine::Session& session) {
        TRY(session.execute("CREATE OR REPLACE TEMP VIEW " + name + " AS " + rows.text()));
        return {};
    }

    sql::Fragment published(
        const Before& before, const silver::PromotePlan& plan, Part part) const {
        return published_rows(context_, node_, before, plan.published, part);
    }

    sql::Fragment store(const Before& before, const silver::PromotePlan& plan) const {
        const auto& kept =
            before.standing ? before.standing->observations : std::vector<state::SideFile>{};
        return side_rows(context_, kept, node_.folder, plan.observed);
    }

    Status tell_latest(
        engine::Session& session, const Before& before, const silver::PromotePlan& plan) const {
        if (!before.standing || plan.latest_of_store.empty()) return {};
        auto latest = before.standing->latest;
        if (latest.empty()) {
            TRY(lay("_ingot_store", store(before, plan), session));
            latest = TRY(session.query(plan.latest_of_store.text())).text(0, 0);
        }
        if (latest.empty()) return {};
        TRY(session.execute("SET VARIABLE ingot_latest = " + sql::duckdb().literal(latest).text()));
        return {};
    }

    // Most batches are later than all that was observed before; then neither segments nor closed rows are opened.
    Status lay_out_past(
        engine::Session& session, const Before& before, const silver::PromotePlan& plan) const {
        if (!plan.keeps_observations) return {};
        const bool reaches_back = !TRY(session.query(plan.merge.reaches_back.text())).rows.empty();
        auto files = plan.published;
        files.push_back({"_ingot_published_file", "VARCHAR"});
        TRY(lay(
            "_ingot_store", reaches_back ? store(before, plan) : no_rows(plan.observed), session));
        return lay("_ingot_published_closed",
            reaches_back ? published(before, plan, Part::closed) : no_rows(files), session);
    }

    // A model that is computed whole has no bronze to read again: its earlier results were kept.
    std::string earlier_loads(
        const Before& before, const PendingWork& work, const Incoming& incoming) const {
        if (!work.whole || !before.standing) return "";
        auto files = before.standing->observations;
        std::erase_if(files, [&](const auto& file) {
            return work.take.contains(file.slice) || !work.known.contains(file.slice);
        });
        if (files.empty()) return "";
        const auto columns = load_columns(incoming.columns);
        return " UNION ALL BY NAME SELECT *, CAST(NULL AS VARCHAR) AS _ingot_reject FROM (" +
               side_rows(context_, files, node_.folder, columns).text() + ")";
    }

    Status refuse_truncated(engine::Session& session, const silver::PromoteQueries& queries) const {
        if (queries.guard.empty()) return {};
        const auto lacking = TRY(session.query(queries.guard.text()));
        if (lacking.rows.empty()) return {};
        return fail("QUAL102",
            node_.dataset.name.text() + ": the load of " + lacking.text(0, 0) + " lacks " +
                lacking.text(0, 2) + " of the " + lacking.text(0, 1) +
                " keys that were there before, more than max_delete_fraction " +
                "allows; nothing was published. If the load is right, raise max_delete_fraction",
            node_.dataset.origin);
    }

    Status refuse_contradictions(engine::Session& session, const sql::Fragment& invariants) const {
        if (invariants.empty()) return {};
        const auto wrong =
            TRY(session.query("SELECT * FROM (" + invariants.text() + "\n) LIMIT 5"));
        if (wrong.rows.empty()) return {};
        std::string keys;
        for (std::size_t i = 0; i < wrong.rows.size(); ++i)
            keys += (i ? "; " : "") + wrong.text(i, 0);
        return fail("QUAL103",
            node_.dataset.name.text() + ": versions contradict each other for keys " + keys +
                "; nothing was published",
            node_.dataset.origin);
    }

    Result<StepReport> commit(engine::Session& session, const Before& before,
        const silver::PromotePlan& plan, const PendingWork& work, const Incoming& incoming,
        const RowsIn& rows) {
        const auto& [checked, matched] = rows;
        const auto& queries = (work.rebuild ? plan.rebuild : plan.merge).queries;
        StepReport report;
        const auto counts = TRY(session.query(queries.counts.text()));
        // The statements never saw rows that a rule dropped, and saw earlier loads of a model that is computed whole again.
        const auto earlier = counts.integer(0, 0) - (checked.in - checked.dropped - matched.merged);
        report.rows = {.in = checked.in,
            .out = counts.integer(0, 1) + counts.integer(0, 2) - earlier + matched.merged,
            .quarantined = counts.integer(0, 3),
            .dropped = counts.integer(0, 4) + checked.dropped,
            .duplicates =
                matched.merged + std::max<std::int64_t>(0, counts.integer(0, 2) - earlier)};
        report.rules = checked.outcomes;
        if (!report.rows.reconcile() || (earlier != 0 && !work.whole))
            return fail("QUAL101", node_.dataset.name.text() + ": " +
                                       std::to_string(report.rows.in) +
                                       " rows in do not equal out + quarantined + dropped");
        if (!queries.ties.empty())
            if (const auto ties = TRY(session.query(queries.ties.text()));
                !ties.rows.empty() && ties.integer(0, 0) > 0)
                report.warnings.push_back(
                    ties.text(0, 0) +
                    " ties: rows of equal keys and order_by differ, arrival decided; name a tiebreak");
        auto files = TRY(write_promotion(context_, node_, session,
            {.queries = queries,
                .plan = plan,
                .before = before,
                .work = work,
                .incoming = incoming,
                .matches = matched.listed,
                .quarantined = report.rows.quarantined}));
        report.table_rows = files.standing.rows;
        auto& standing = files.standing;
        standing.inputs = work.inputs_after(context_, node_);
        standing.model_columns = incoming.columns;
        if (!queries.latest.empty())
            standing.latest = TRY(session.query(queries.latest.text())).text(0, 0);
        standing.counts = {{"in", report.rows.in}, {"out", report.rows.out},
            {"quarantined", report.rows.quarantined}, {"dropped", report.rows.dropped},
            {"duplicates", report.rows.duplicates}};
        report.version =
            TRY(publish(context_, {.node = node_,
                                      .before = before,
                                      .columns = plan.published,
                                      .partition_by = files.partition_by,
                                      .add = files.add,
                                      .remove = files.remove,
                                      .standing = standing,
                                      .operation = work.rebuild ? "REBUILD" : "MERGE"}));
        return report;
    }

    const RunContext& context_;
    const Node& node_;
    const SilverSpec& spec_;
};

}  // namespace

Result<StepReport> promote_step(const RunContext& context, const Step& step) {
    return Promotion(context, context.manifest.datasets[step.dataset]).run();
}

Result<Recomputed> recompute_silver(const RunContext& context, const Node& node) {
    return Promotion(context, node).recompute();
}

}  // namespace ingot::run
