// Silver: what is new in the inputs, checked in one pass, merged into the standing table as history.md defines it.
#include "medallion/silver/promote.h"

#include <algorithm>
#include <utility>

#include "run/prepared_round.h"
#include "run/promote_files.h"
#include "run/promotion_guards.h"
#include "run/step.h"
#include "run/table_rows.h"
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
            add(total, TRY(take_in(before, work)));
            if (!work.more_may_follow) return total;
        }
    }

private:
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
    Result<StepReport> take_in(const Before& before, PendingWork& work) {
        auto prepared = TRY(prepare_round(context_, node_, before, work));
        TRY(places_can_be_named(prepared.plan));
        TRY(choose_mode(before, prepared, work));
        TRY(verify_taken(context_, node_, work));
        const auto round = TRY(bind_round(context_, node_, prepared, before, work));
        const auto checked = TRY(check_incoming(round));
        StepReport cleaned;
        TRY(count_cleaned(round, cleaned));
        const auto matched = TRY(match_rows(round.session, node_, round.model));
        boundary("after-check");
        TRY(lay_out(round));
        TRY(execute(round, round.steps().find));
        if (!work.rebuild) TRY(lay_out_past(round));
        TRY(execute(round, round.steps().statements));
        TRY(refuse_wrong_history(round));
        auto report = TRY(counted(round, checked, matched));
        if (std::exchange(is_first_round_, false))
            for (const auto& step : round.incoming.idle)
                report.warnings.push_back("QUAL114 " + to_string(step.where) + ": " + step.what);
        report.warnings.insert(
            report.warnings.end(), matched.warnings.begin(), matched.warnings.end());
        report.cleaning = std::move(cleaned.cleaning);
        std::ranges::move(cleaned.warnings, std::back_inserter(report.warnings));
        TRY(commit(round, matched, report));
        return report;
    }

    // What the engine calls the place of a row in its file, no column may be called.
    Status places_can_be_named(const silver::PromotePlan& plan) const {
        if (!spec_.deletion_vectors || !find_column(plan.published, "file_row_number")) return {};
        return fail("CFG108",
            node_.dataset.name.text() +
                ": a table with deletion_vectors cannot have a column 'file_row_number'; give it another name in the model",
            node_.dataset.origin);
    }

    // Whether the table that stands shows any value of a column; what it does not show may have some.
    Result<bool> has_values(
        engine::Session& session, const Before& before, const std::string& name) const {
        if (!before.version || before.standing->rows == 0) return false;
        const auto* column = find_column(before.version->columns, name);
        if (!column) return true;
        const auto rows =
            TRY(published_rows(context_, node_, files_of(before, Part::any), {*column}));
        const auto found = TRY(
            session.query("SELECT 1 FROM (" + rows.text() + ") WHERE " +
                          sql::duckdb().identifier(column->name).text() + " IS NOT NULL LIMIT 1"));
        return !found.rows.empty();
    }

    Status choose_mode(const Before& before, PreparedRound& prepared, PendingWork& work) const {
        const auto& now = prepared.incoming.columns;
        const auto shows = [&](const std::string& name) {
            return has_values(prepared.workspace.session(), before, name);
        };
        // Computed anew it has the columns and types of what it reads now, as a table that never stood would.
        const bool anew = work.rebuild && context_.plan.full_refresh;
        if (!anew && before.standing && before.standing->fingerprint == node_.dataset.fingerprint &&
            before.standing->model_columns != now &&
            TRY(reshapes_table(node_, before.standing->model_columns, now, shows)))
            work.rebuild = true;
        if (!work.rebuild && prepared.plan.merges_in_order) keep_first_in_order(work);
        if (work.rebuild && !work.whole) work.take = work.all;
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

    // Whoever reads a table that was computed again with the rows it had has nothing new to take in.
    Result<bool> has_rows_as_before(const Round& round, const PromotionFiles& files) const {
        const auto& before = round.before;
        if (!round.work.rebuild || node_.readers.empty() || !before.standing ||
            before.standing->rows != files.standing.rows ||
            before.version->columns != round.plan.published)
            return false;
        const auto stood = TRY(read_version(context_.files, node_.folder, *before.version));
        const auto stands =
            TRY(rows_of_files(context_.files, node_.folder, files.add, round.plan.published));
        const auto digest = [&](const sql::Fragment& rows) {
            return "(SELECT sum(hash(" +
                   sql::duckdb().columns(names_of(round.plan.published)).text() + ")) FROM (" +
                   rows.text() + "))";
        };
        const auto same = TRY(round.session.query(
            "SELECT 1 WHERE " + digest(stood) + " IS NOT DISTINCT FROM " + digest(stands)));
        return !same.rows.empty();
    }

    Status commit(const Round& round, const Matched& matched, StepReport& report) {
        const auto& queries = round.steps().queries;
        auto files = TRY(write_promotion(context_, node_, round.session,
            {.queries = queries,
                .plan = round.plan,
                .before = round.before,
                .work = round.work,
                .incoming = round.incoming,
                .matches = matched.listed,
                .rows_in = report.rows.in,
                .quarantined = report.rows.quarantined}));
        report.table_rows = files.standing.rows;
        auto& standing = files.standing;
        standing.inputs = round.work.inputs_after(context_, node_);
        standing.model_columns = round.incoming.columns;
        if (!queries.latest.empty())
            standing.latest = TRY(round.session.query(queries.latest.text())).text(0, 0);
        standing.counts = {{"in", report.rows.in}, {"out", report.rows.out},
            {"quarantined", report.rows.quarantined}, {"dropped", report.rows.dropped},
            {"duplicates", report.rows.duplicates}};
        const bool same_rows = TRY(has_rows_as_before(round, files));
        report.version =
            TRY(publish(context_, {.node = node_,
                                      .before = round.before,
                                      .columns = round.plan.published,
                                      .partition_by = files.partition_by,
                                      .add = files.add,
                                      .remove = files.remove,
                                      .standing = standing,
                                      .operation = round.work.rebuild ? "REBUILD" : "MERGE",
                                      .writes_vectors = spec_.deletion_vectors,
                                      .same_rows = same_rows}));
        return {};
    }

    const RunContext& context_;
    const Node& node_;
    const SilverSpec& spec_;
    bool is_first_round_ = true;
};

}  // namespace

Result<StepReport> promote_step(const RunContext& context, const Step& step) {
    return Promotion(context, context.manifest.datasets[step.dataset]).run();
}

}  // namespace ingot::run
