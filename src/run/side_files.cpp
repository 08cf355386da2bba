#include "run/side_files.h"

#include <algorithm>

#include "run/promotion_parts.h"
#include "run/step.h"
#include "run/table_rows.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

class SideFiles {
public:
    SideFiles(const SideWrite& order, state::Standing& standing)
        : order_(order), standing_(standing) {}

    Status write() {
        TRY(observations());
        boundary("after-observations");
        TRY(quarantine());
        return matches();
    }

private:
    Status observations() {
        auto& kept = standing_.observations;
        if (order_.what.before.standing && !(order_.what.work.rebuild && !order_.what.work.whole))
            kept = order_.what.before.standing->observations;
        if (order_.what.work.whole) return keep_load();
        if (order_.what.queries.segment.empty()) return {};
        const auto merged = TRY(take_outgrown_segments());
        auto slice = order_.what.work.take.size() == 1 ? order_.what.work.take.begin()->first
                                                       : std::string();
        auto select = order_.what.queries.segment;
        if (!merged.empty()) {
            select = select + sql::Fragment::of(" UNION ALL BY NAME ") +
                     TRY(side_rows(
                         order_.context, merged, order_.node.folder, order_.what.plan.observed));
            slice.clear();
        }
        // By key, so that the engine passes over the row groups that a late row does not concern.
        const bool is_large = !merged.empty() || order_.what.rows_in > rows_of_file();
        const auto written = TRY(write_rows(order_.session, order_.context.files,
            {.select = is_large && !order_.rows_come_by_key
                           ? sorted_by_key(select, order_.what.plan.keys)
                           : select,
                .folder = order_.node.folder + "/_observations",
                .stem = fresh_stem(order_.context, "seg"),
                .for_new_readers = true,  // nobody else reads them
                .is_small = !is_large,
                .sync = &order_.sync}));
        for (const auto& file : written)
            kept.push_back({"_observations/" + file.path, file.rows, slice});
        return {};
    }

    // Segments that become one with what came: the same set.
    Result<std::vector<state::SideFile>> take_outgrown_segments() {
        auto& kept = standing_.observations;
        if (outgrown(std::vector<std::int64_t>(kept.size(), 1), 1) == 0)
            return std::vector<state::SideFile>{};
        const auto rows = TRY(count(order_.what.queries.segment));
        if (rows == 0) return std::vector<state::SideFile>{};
        std::ranges::stable_sort(kept, {}, &state::SideFile::rows);
        std::vector<std::int64_t> sizes;
        for (const auto& file : kept) sizes.push_back(file.rows);
        const auto end = kept.begin() + static_cast<std::ptrdiff_t>(outgrown(sizes, rows));
        std::vector<state::SideFile> merged(kept.begin(), end);
        kept.erase(kept.begin(), end);
        return merged;
    }

    Status keep_load() {
        auto& kept = standing_.observations;
        const auto& date = order_.what.work.take.begin()->first;
        std::erase_if(kept, [&](const auto& file) {
            return file.slice == date || !order_.what.work.known.contains(file.slice);
        });
        if (order_.what.work.known.empty() && !keeps_loads(*order_.node.dataset.silver()))
            return {};
        // Where absence counts, a row that a rule refused says still that its key was there.
        const bool absence_counts = order_.node.dataset.silver()->deletes == Deletes::infer;
        const auto columns = load_columns(order_.what.incoming.columns);
        const auto select =
            sql::Fragment::of("SELECT ") + sql::duckdb().columns(names_of(columns)) +
            sql::Fragment::of(
                " FROM (SELECT *, _ingot_verdict = 2 AS _ingot_refused FROM checked "
                "WHERE _ingot_verdict = 0") +
            (absence_counts ? sql::Fragment::of(" OR _ingot_verdict = 2)")
                            : sql::Fragment::of(")"));
        const auto written = TRY(write_rows(order_.session, order_.context.files,
            {.select = select,
                .folder = order_.node.folder + "/_observations",
                .stem = fresh_stem(order_.context, "load"),
                .sync = &order_.sync}));
        for (const auto& file : written)
            kept.push_back({"_observations/" + file.path, file.rows, date});
        return {};
    }

    // Releases outlive a rebuild: it judges all rows again, by them too.
    Status quarantine() {
        auto& kept = standing_.quarantine;
        if (const auto& before = order_.what.before.standing) {
            standing_.released = before->released;
            if (!order_.what.work.rebuild) kept = before->quarantine;
            if (!order_.what.work.rebuild) standing_.purged = before->purged;
        }
        if (order_.what.quarantined == 0) return {};
        // Of a model that is computed whole, what was wrong with earlier loads was told then.
        const auto since = order_.what.work.whole
                               ? sql::Fragment::of(" AND _ingot_slice = DATE ") +
                                     sql::duckdb().literal(order_.what.work.take.begin()->first)
                               : sql::Fragment{};
        const auto select =
            sql::Fragment::of("SELECT q.*, c._ingot_failed AS _ingot_rules, ") +
            sql::duckdb().literal(order_.context.run_id) +
            sql::Fragment::of(" AS _ingot_run FROM (") + order_.what.queries.quarantined + since +
            sql::Fragment::of(
                ") AS q LEFT JOIN (SELECT _ingot_slice, _ingot_file, _ingot_row, _ingot_failed FROM checked WHERE _ingot_verdict = 2) AS c "
                "USING (_ingot_slice, _ingot_file, _ingot_row)");
        const auto folder = "_quarantine/" + order_.node.dataset.name.text();
        const auto written = TRY(write_rows(order_.session, order_.context.files,
            {.select = select,
                .folder = folder,
                .stem = fresh_stem(order_.context, "rows"),
                .sync = &order_.sync}));
        for (const auto& file : written) kept.push_back({folder + "/" + file.path, file.rows, ""});
        return {};
    }

    Status matches() {
        if (order_.what.matches.empty()) return {};
        const auto written = TRY(write_rows(order_.session, order_.context.files,
            {.select = order_.what.matches,
                .folder = order_.node.folder + "/_matches",
                .stem = fresh_stem(order_.context, "pairs"),
                .sync = &order_.sync}));
        for (const auto& file : written)
            standing_.matches.push_back({"_matches/" + file.path, file.rows, ""});
        return {};
    }

    Result<std::int64_t> count(const sql::Fragment& select) {
        return TRY(order_.session.query("SELECT count(*) FROM (" + select.text() + "\n)"))
            .integer(0, 0);
    }

    const SideWrite& order_;
    state::Standing& standing_;
};

}  // namespace

Result<sql::Fragment> side_rows(const RunContext& context,
    const std::vector<state::SideFile>& files, const std::string& folder, const Columns& columns) {
    std::vector<table::DataFile> of;
    for (const auto& file : files) of.push_back({.path = file.path});
    return rows_of_files(context.files, folder, of, columns);
}

Columns load_columns(const Columns& model) {
    auto columns = model;
    for (const auto& own : {Column{"_ingot_slice", "DATE"}, Column{"_ingot_file", "VARCHAR"},
             Column{"_ingot_row", "BIGINT"}, Column{"_ingot_delete", "BOOLEAN"},
             Column{"_ingot_refused", "BOOLEAN"}})
        if (!find_column(columns, own.name)) columns.push_back(own);
    return columns;
}

Status write_side_files(const SideWrite& order, state::Standing& standing) {
    return SideFiles(order, standing).write();
}

}  // namespace ingot::run
