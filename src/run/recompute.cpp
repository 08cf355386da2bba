// From bronze, as a rebuild would; publishes nothing.
#include "run/recompute.h"

#include "run/match.h"
#include "run/prepared_round.h"
#include "run/table_rows.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

Result<PendingWork> work_again(
    const RunContext& context, const Node& node, const Before& before, std::string& why_not) {
    if (!before.standing) return why_not = "it does not stand yet", PendingWork{};
    if (before.standing->fingerprint != node.dataset.fingerprint)
        return why_not = "its definition has changed since it was built", PendingWork{};
    auto work = TRY(pending_work(context, node, before, false));
    const bool moved = work.rebuild || work.inputs_moved;
    if (moved) return why_not = "what it reads has changed since it was built", work;
    if (before.standing->judge_again)
        return why_not = "rows were released that it has not taken in yet", work;
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

Status compare(const Round& round, Recomputed& found) {
    const auto columns = sql::duckdb().columns(names_of(round.plan.published)).text();
    const auto& queries = round.plan.rebuild.queries;
    std::string again;
    for (const auto* rows : {&queries.open_rows, &queries.closed_rows})
        if (!rows->empty())
            again += (again.empty() ? "SELECT " : " UNION ALL SELECT ") + columns + " FROM (" +
                     rows->text() + "\n)";
    TRY(round.session.execute("CREATE OR REPLACE TEMP TABLE _ingot_again AS " + again));
    const auto stands =
        "SELECT " + columns + " FROM (" +
        TRY(read_version(round.context.files, round.node.folder, *round.before.version)).text() +
        ")";
    const auto rows = TRY(round.session.query(
        "SELECT (SELECT count(*) FROM (FROM _ingot_again EXCEPT ALL " + stands +
        ")), (SELECT count(*) FROM (" + stands + " EXCEPT ALL FROM _ingot_again))"));
    found.missing = rows.integer(0, 0);
    found.surplus = rows.integer(0, 1);
    return {};
}

}  // namespace

Result<Recomputed> recompute_silver(const RunContext& context, const Node& node) {
    const auto before = TRY(read_before(context, node));
    Recomputed found;
    const auto work = TRY(work_again(context, node, before, found.why_not));
    if (!found.why_not.empty()) return found;
    auto prepared = TRY(prepare_round(context, node, before, work));
    if (before.version->columns != prepared.plan.published) {
        found.why_not = "its columns are not those that the model yields now";
        return found;
    }
    const auto round = TRY(bind_round(context, node, prepared, before, work));
    TRY(check_incoming(round));
    TRY(match_rows(round.session, node, round.model));
    TRY(lay_out(round));
    TRY(execute(round, round.plan.rebuild.find));
    TRY(execute(round, round.plan.rebuild.statements));
    TRY(compare(round, found));
    return found;
}

}  // namespace ingot::run
