#include "run/compact.h"

#include <algorithm>

#include "base/suggest.h"
#include "run/promotion_parts.h"
#include "run/step.h"
#include "run/table_rows.h"
#include "run/z_order.h"
#include "sql/dialect.h"
#include "state/standing.h"

namespace ingot::run {

namespace {

using sql::Fragment;
using Files = std::vector<table::DataFile>;
// Files are merged within a partition, and closed versions stay apart from open ones.
struct Group {
    std::map<std::string, std::optional<std::string>> partition;
    std::map<std::string, std::string> tags;
    auto operator<=>(const Group&) const = default;
};

class Compaction {
public:
    Compaction(const TableChange& table, const CompactOrder& order)
        : table_(table), order_(order), name_(table.node.dataset.name.text()) {
        const auto* silver = table.node.dataset.silver();
        if (silver && is_keyed(silver->history))
            for (const auto& key : silver->keys) keys_.push_back(key.value);
    }

    Result<Compacted> run() {
        auto version = TRY(table_.tables.read(table_.node.folder));
        if (!version || version->state.empty()) return done_;
        version_ = *std::move(version);
        standing_ = TRY(state::parse_standing(version_.state));
        if (version_.changed_by_others)
            return fail("STG102",
                name_ +
                    ": another program changed its rows since ingot last wrote it; rebuild it with --full-refresh",
                table_.node.dataset.origin);
        TRY(columns_are_known());
        done_.files_before = done_.files_after = version_.files.size();
        for (const auto& [key, files] : groups()) TRY(merge(key, files));
        TRY(merge_segments());
        if (commit_.add.empty() && commit_.remove.empty() &&
            done_.segments_before == done_.segments_after)
            return done_;
        boundary("after-write");
        return commit();
    }

private:
    Status columns_are_known() const {
        for (const auto& column : order_.columns)
            if (!find_column(version_.columns, column))
                return fail("PRJ106", name_ + ": unknown column '" + column + "'" +
                                          did_you_mean(column, names_of(version_.columns)));
        return {};
    }

    std::map<Group, Files> groups() const {
        std::map<Group, Files> groups;
        for (const auto& file : version_.files)
            if (order_.arrange != Arrange::as_is || is_small(file) || file.vector)
                groups[group_of(file)].push_back(file);
        std::erase_if(groups, [&](const auto& group) {
            return order_.arrange == Arrange::as_is && group.second.size() < 2 &&
                   !group.second.front().vector;
        });
        return groups;
    }

    bool is_small(const table::DataFile& file) const {
        return 2 * file.size < order_.target_size &&
               (keys_.empty() || 2 * file.rows < rows_of_file());
    }

    static Group group_of(const table::DataFile& file) {
        Group group{file.partition, file.tags};
        group.tags.erase("ingot.run");
        return group;
    }

    // The files of a group in portions of about the target's size; arranged rows are cut by row number.
    Status merge(const Group& key, const Files& files) {
        std::int64_t size = 0, rows = 0;
        for (const auto& file : files) size += file.size, rows += file.rows;
        auto parts =
            std::max<std::int64_t>(1, (size + order_.target_size / 2) / order_.target_size);
        if (by_key()) parts = std::max(parts, (rows + rows_of_file() - 1) / rows_of_file());
        const auto rows_of_part = (rows + parts - 1) / parts;
        const auto all = TRY(rows_of(files));
        if (parts > 1)
            TRY(table_.session.execute(
                "CREATE OR REPLACE TEMP TABLE _ingot_arranged AS " + all.text()));
        std::int64_t written = 0;
        for (std::int64_t i = 0; i < parts; ++i) {
            auto select = parts == 1
                              ? all
                              : Fragment::of("SELECT * FROM _ingot_arranged LIMIT ") +
                                    sql::duckdb().integer(rows_of_part) + Fragment::of(" OFFSET ") +
                                    sql::duckdb().integer(i * rows_of_part);
            for (auto& file : TRY(write(select, key))) {
                written += file.rows;
                commit_.add.push_back(std::move(file));
            }
        }
        if (written != rows)
            return fail("QUAL101", name_ + ": " + std::to_string(written) + " rows of " +
                                       std::to_string(rows) + " came out of merging its files");
        commit_.remove.insert(commit_.remove.end(), files.begin(), files.end());
        done_.rows += rows;
        return {};
    }

    // A merge looks for few keys; it need not read the files of others.
    bool by_key() const { return order_.arrange == Arrange::as_is && !keys_.empty(); }

    Result<Fragment> rows_of(const Files& files) const {
        auto rows = TRY(rows_of_files(table_.files, table_.node.folder, files, version_.columns));
        if (order_.arrange == Arrange::as_is && !by_key()) return rows;
        if (by_key())
            return Fragment::of("SELECT * FROM (") + rows + Fragment::of(") ORDER BY ") +
                   sql::duckdb().columns(keys_);
        if (order_.arrange == Arrange::z_order) return z_ordered(rows, order_.columns);
        return Fragment::of("SELECT * FROM (") + rows + Fragment::of(") ORDER BY ") +
               sql::duckdb().columns(order_.columns);
    }

    Result<Files> write(const Fragment& select, const Group& key) {
        auto tags = key.tags;
        if (!tags.empty()) tags["ingot.run"] = "compact-" + table_.run_id;
        auto written = TRY(write_rows(table_.session, table_.files,
            {.select = select,
                .folder = table_.node.folder,
                .stem = "part-compact-" + table_.run_id + "-" + std::to_string(++number_),
                .partition_by = version_.partition_by,
                .tags = tags,
                .columns = version_.columns,
                .for_new_readers = has_new_readers()}));
        return written;
    }

    // Who reads deletion vectors reads newer files too.
    bool has_new_readers() const {
        const auto* silver = table_.node.dataset.silver();
        return silver && silver->deletion_vectors;
    }

    // Observations are kept in one file instead of many: the same set.
    Status merge_segments() {
        auto& kept = standing_.observations;
        done_.segments_before = done_.segments_after = kept.size();
        const bool by_load = std::ranges::any_of(
            kept, [](const auto& file) { return file.path.starts_with("_observations/load"); });
        if (kept.size() < 2 || by_load) return {};
        std::vector<std::string> urls;
        for (const auto& file : kept)
            urls.push_back(table_.files.url(table_.node.folder + "/" + file.path));
        auto all = Fragment::of("SELECT * FROM read_parquet(") + sql::duckdb().list(urls) +
                   Fragment::of(", union_by_name = true, hive_partitioning = false)");
        if (!keys_.empty()) all = all + Fragment::of(" ORDER BY ") + sql::duckdb().columns(keys_);
        const auto written = TRY(write_rows(table_.session, table_.files,
            {.select = all,
                .folder = table_.node.folder + "/_observations",
                .stem = "seg-compact-" + table_.run_id}));
        std::int64_t before = 0, after = 0;
        for (const auto& file : kept) before += file.rows;
        for (const auto& file : written) after += file.rows;
        if (before != after)
            return fail("QUAL101", name_ + ": " + std::to_string(after) + " observations of " +
                                       std::to_string(before) + " came out of merging them");
        kept.clear();
        for (const auto& file : written)
            kept.push_back({"_observations/" + file.path, file.rows, ""});
        done_.segments_after = kept.size();
        return {};
    }

    Result<Compacted> commit() {
        commit_.base_version = version_.version;
        commit_.columns = version_.columns;
        commit_.partition_by = version_.partition_by;
        commit_.operation = "OPTIMIZE";
        commit_.changes_data = false;
        commit_.state = state::to_json(standing_);
        commit_.run_id = table_.run_id;
        commit_.now = table_.now;
        boundary("before-commit");
        TRY(table_.leases.check_fence(name_));
        done_.version = TRY(table_.tables.commit(table_.node.folder, commit_));
        boundary("after-commit");
        done_.files_after = done_.files_before - commit_.remove.size() + commit_.add.size();
        return done_;
    }

    const TableChange& table_;
    const CompactOrder& order_;
    std::string name_;
    table::TableVersion version_;
    state::Standing standing_;
    table::Commit commit_;
    std::vector<std::string> keys_{};
    Compacted done_;
    int number_ = 0;
};

}  // namespace

Result<Compacted> compact(const TableChange& table, const CompactOrder& order) {
    const auto name = table.node.dataset.name.text();
    TRY(table.leases.acquire(name, table.run_id, std::chrono::seconds(30)));
    auto done = Compaction(table, order).run();
    const auto released = table.leases.release(name);
    if (done && !released) return std::unexpected(released.error());
    return done;
}

}  // namespace ingot::run
