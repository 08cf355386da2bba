#include "run/quarantine_change.h"

#include "run/step.h"
#include "run/table_rows.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::Fragment;

struct Stands {
    table::TableVersion version;
    state::Standing standing;
};

Result<std::optional<Stands>> what_stands(const QuarantineChange& change) {
    auto version = TRY(change.tables.read(change.node.folder));
    if (!version || version->state.empty()) return std::nullopt;
    auto standing = TRY(state::parse_standing(version->state));
    return Stands{*std::move(version), std::move(standing)};
}

Status remember(const QuarantineChange& change, const Stands& stands, std::string operation) {
    boundary("before-commit");
    TRY(change.leases.check_fence(change.node.dataset.name.text()));
    TRY(change.tables.commit(change.node.folder, {.base_version = stands.version.version,
                                                     .columns = stands.version.columns,
                                                     .partition_by = stands.version.partition_by,
                                                     .operation = std::move(operation),
                                                     .changes_data = false,
                                                     .state = state::to_json(stands.standing),
                                                     .run_id = change.run_id,
                                                     .now = change.now}));
    boundary("after-commit");
    return {};
}

Result<std::vector<state::SideFile>> write(
    const QuarantineChange& change, const Fragment& select, std::string_view prefix) {
    const auto folder = "_quarantine/" + change.node.dataset.name.text();
    const auto written = TRY(write_rows(change.session, change.files,
        {.select = select, .folder = folder, .stem = std::string(prefix) + "-" + change.run_id}));
    boundary("after-write");
    std::vector<state::SideFile> files;
    for (const auto& file : written) files.push_back({folder + "/" + file.path, file.rows, ""});
    return files;
}

Result<std::int64_t> count(engine::Session& session, const Fragment& rows) {
    return TRY(session.query("SELECT count(*) FROM (" + rows.text() + ")")).integer(0, 0);
}

// What is said already of the same row and rule is not said again.
Fragment not_yet_said(
    const QuarantineChange& change, const Fragment& said, const state::Standing& standing) {
    if (standing.released.empty()) return said;
    return Fragment::of("SELECT n.* FROM (") + said + Fragment::of(") AS n ANTI JOIN (") +
           releases(change.files, standing.released) +
           Fragment::of(
               ") AS o ON n.rule = o._ingot_rule AND n.observed = o._ingot_observed AND n._ingot_slice = o._ingot_slice "
               "AND n._ingot_file = o._ingot_file AND n._ingot_row = o._ingot_row");
}

}  // namespace

Result<ReleasedCount> release(const QuarantineChange& change, const Release& wanted) {
    const auto& name = change.node.dataset.name;
    TRY(change.leases.acquire(name.text(), change.run_id, std::chrono::seconds(30)));
    ReleasedCount count_of;
    auto stands = TRY(what_stands(change));
    if (!stands || stands->standing.quarantine.empty()) return count_of;
    auto& standing = stands->standing;
    const auto meant = rejected_rows(change.files, name.layer, standing.quarantine, wanted.which);
    count_of.without = TRY(count(change.session,
        Fragment::of("SELECT * FROM (") + meant + Fragment::of(") WHERE _ingot_rules IS NULL")));
    const auto said = new_releases(meant, standing.model_columns, wanted);
    count_of.rows = TRY(count(change.session,
        Fragment::of("SELECT DISTINCT _ingot_slice, _ingot_file, _ingot_row FROM (") + said +
            Fragment::of(")")));
    const auto written = TRY(write(change, not_yet_said(change, said, standing), "released"));
    if (!written.empty()) {
        standing.released.insert(standing.released.end(), written.begin(), written.end());
        standing.judge_again = true;
        TRY(remember(change, *stands, "RELEASE"));
    }
    TRY(change.leases.release(name.text()));
    return count_of;
}

Result<std::int64_t> purge(const QuarantineChange& change, const WhichRejected& which) {
    const auto& name = change.node.dataset.name;
    TRY(change.leases.acquire(name.text(), change.run_id, std::chrono::seconds(30)));
    auto stands = TRY(what_stands(change));
    if (!stands || stands->standing.quarantine.empty()) return 0;
    auto& standing = stands->standing;
    const auto purged = TRY(
        count(change.session, rejected_rows(change.files, name.layer, standing.quarantine, which)));
    if (purged == 0) return 0;
    standing.quarantine = TRY(write(
        change, other_rejected_rows(change.files, name.layer, standing.quarantine, which), "rows"));
    standing.purged += purged;
    TRY(remember(change, *stands, "PURGE"));
    TRY(change.leases.release(name.text()));
    return purged;
}

}  // namespace ingot::run
