#include "run/quarantine_change.h"

#include "run/land.h"
#include "run/match.h"
#include "run/slice_record.h"
#include "run/slice_writer.h"
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

Result<std::optional<Stands>> what_stands(const TableChange& change) {
    auto version = TRY(change.tables.read(change.node.folder));
    if (!version || version->state.empty()) return std::nullopt;
    auto standing = TRY(state::parse_standing(version->state));
    return Stands{*std::move(version), std::move(standing)};
}

Status remember(const TableChange& change, const Stands& stands, std::string operation) {
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
    const TableChange& change, const Fragment& select, std::string_view prefix) {
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

// Whether a row is kept out by what nobody can release it from: a NULL key, a record without a name.
Fragment stays_out(const Node& node) {
    return Fragment::of("(_ingot_rules IS NULL OR list_has_any([x.rule FOR x IN _ingot_rules], ") +
           sql::duckdb().list(rules_of_records(node)) + Fragment::of("))");
}

// The slice's record names the rows that are kept; its parts stay as they are.
Result<std::int64_t> purge_slice(const TableChange& change, const std::string& date,
    const StandingSlice& slice, const WhichRejected& which) {
    if (!slice.quarantine) return 0;
    const auto& name = change.node.dataset.name;
    const std::vector<state::SideFile> kept{{*slice.quarantine, slice.quarantined, date}};
    const auto purged =
        TRY(count(change.session, rejected_rows(change.files, name.layer, kept, which)));
    if (purged == 0) return 0;
    const auto folder = slice_folder(change.node, *parse_date(date));
    const auto written = TRY(
        write(change, other_rejected_rows(change.files, name.layer, kept, which), "rows-" + date));
    boundary("before-commit");
    TRY(change.leases.check_fence(name.text()));
    TRY(note_purge(change.files, folder,
        written.empty() ? std::nullopt : std::optional(written.front().path), purged));
    boundary("after-commit");
    TRY(change.files.remove(*slice.quarantine));
    return purged;
}

Result<std::int64_t> purge_bronze(const TableChange& change, const WhichRejected& which) {
    const auto& name = change.node.dataset.name.text();
    std::int64_t purged = 0;
    for (const auto& [date, slice] : TRY(standing_slices(change.files, change.node))) {
        const auto of_slice = name + "@" + date;
        TRY(change.leases.acquire(of_slice, change.run_id, std::chrono::seconds(30)));
        purged += TRY(purge_slice(change, date, slice, which));
        TRY(change.leases.release(of_slice));
    }
    TRY(change.leases.release(name));
    return purged;
}

}  // namespace

Result<ReleasedCount> release(const TableChange& change, const Release& wanted) {
    const auto& name = change.node.dataset.name;
    TRY(change.leases.acquire(name.text(), change.run_id, std::chrono::seconds(30)));
    ReleasedCount count_of;
    auto stands = TRY(what_stands(change));
    if (!stands || stands->standing.quarantine.empty()) return count_of;
    auto& standing = stands->standing;
    const auto chosen = rejected_rows(change.files, name.layer, standing.quarantine, wanted.which);
    const auto where = [&](const Fragment& condition) {
        return Fragment::of("SELECT * FROM (") + chosen + Fragment::of(") WHERE ") + condition;
    };
    const auto stays = stays_out(change.node);
    count_of.without = TRY(count(change.session, where(stays)));
    const auto meant = where(Fragment::of("NOT ") + stays);
    const auto said = new_releases(name.layer, meant, standing.model_columns, wanted);
    // Rows of gold come from nowhere but the SELECT; each that is meant stands once in quarantine.
    const bool has_places = name.layer == Layer::silver;
    count_of.rows = TRY(count(change.session,
        has_places ? Fragment::of("SELECT DISTINCT _ingot_slice, _ingot_file, _ingot_row FROM (") +
                         said + Fragment::of(")")
                   : meant));
    const auto fresh = not_yet_released(
        said, change.files, standing.released, has_places ? SameRow::place : SameRow::content);
    const auto written = TRY(write(change, fresh, "released"));
    if (!written.empty()) {
        standing.released.insert(standing.released.end(), written.begin(), written.end());
        standing.judge_again = true;
        TRY(remember(change, *stands, "RELEASE"));
    }
    TRY(change.leases.release(name.text()));
    return count_of;
}

Result<std::int64_t> purge(const TableChange& change, const WhichRejected& which) {
    const auto& name = change.node.dataset.name;
    TRY(change.leases.acquire(name.text(), change.run_id, std::chrono::seconds(30)));
    if (name.layer == Layer::bronze) return purge_bronze(change, which);
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
