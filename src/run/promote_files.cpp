#include "run/promote_files.h"

#include <algorithm>
#include <map>
#include <set>

#include "run/step.h"
#include "run/table_rows.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

constexpr std::size_t most_closed_files = 16;
constexpr std::size_t most_segments = 16;

sql::Fragment over_files(
    const std::vector<std::string>& urls, const Columns& columns, const sql::Fragment& more) {
    return sql::Fragment::of("SELECT ") + sql::duckdb().columns(names_of(columns)) + more +
           sql::Fragment::of(" FROM (SELECT * FROM read_parquet(") + sql::duckdb().list(urls) +
           sql::Fragment::of(
               ", union_by_name = true, hive_partitioning = false, filename = '_ingot_published_file') UNION ALL BY NAME ") +
           no_rows(columns) + sql::Fragment::of(")");
}

bool is_tagged(const table::DataFile& file, std::string_view part) {
    const auto it = file.tags.find("ingot.part");
    return it != file.tags.end() && it->second == part;
}

bool is_closed(const table::DataFile& file) { return is_tagged(file, "closed"); }

bool may_hold(const table::DataFile& file, Part part) {
    if (part == Part::any) return true;
    return !is_tagged(file, part == Part::open ? "closed" : "open");
}

class Writer {
public:
    Writer(const RunContext& context, const Node& node, engine::Session& session,
        const PromotionWrite& what)
        : context_(context), node_(node), session_(session), what_(what) {
        for (const auto& name : node.dataset.silver()->partition_by)
            out_.partition_by.push_back(name.value);
    }

    Result<PromotionFiles> write() {
        TRY(observations());
        boundary("after-observations");
        TRY(quarantine());
        TRY(matches());
        TRY(rewritten());
        TRY(part(what_.queries.open_rows, "open"));
        TRY(part(what_.queries.closed_rows, "closed"));
        boundary("after-write");
        count_rows();
        loads();
        return std::move(out_);
    }

private:
    const std::vector<table::DataFile>& standing_files() const {
        static const std::vector<table::DataFile> none;
        return what_.before.version ? what_.before.version->files : none;
    }

    Status observations() {
        auto& kept = out_.standing.observations;
        if (what_.before.standing && !(what_.work.rebuild && !what_.work.whole))
            kept = what_.before.standing->observations;
        if (what_.work.whole) return keep_load();
        if (what_.queries.segment.empty()) return {};
        const auto slice =
            what_.work.take.size() == 1 ? what_.work.take.begin()->first : std::string();
        const auto written = TRY(write_rows(session_, context_.files,
            {.select = what_.queries.segment,
                .folder = node_.folder + "/_observations",
                .stem = fresh_stem(context_, "seg")}));
        for (const auto& file : written)
            kept.push_back({"_observations/" + file.path, file.rows, slice});
        return kept.size() > most_segments ? merge_segments() : Status{};
    }

    // One segment in the place of many: the same set.
    Status merge_segments() {
        auto& kept = out_.standing.observations;
        const auto all = side_rows(context_, kept, node_.folder, what_.plan.observed);
        const auto written = TRY(write_rows(session_, context_.files,
            {.select = all,
                .folder = node_.folder + "/_observations",
                .stem = fresh_stem(context_, "seg")}));
        kept.clear();
        for (const auto& file : written)
            kept.push_back({"_observations/" + file.path, file.rows, ""});
        return {};
    }

    Status keep_load() {
        auto& kept = out_.standing.observations;
        const auto& date = what_.work.take.begin()->first;
        std::erase_if(kept, [&](const auto& file) {
            return file.slice == date || !what_.work.known.contains(file.slice);
        });
        if (what_.work.known.empty() && !keeps_loads(*node_.dataset.silver())) return {};
        const auto columns = load_columns(what_.incoming.columns);
        const auto select = sql::Fragment::of("SELECT ") +
                            sql::duckdb().columns(names_of(columns)) +
                            sql::Fragment::of(" FROM checked WHERE _ingot_verdict = 0");
        const auto written = TRY(write_rows(session_, context_.files,
            {.select = select,
                .folder = node_.folder + "/_observations",
                .stem = fresh_stem(context_, "load")}));
        for (const auto& file : written)
            kept.push_back({"_observations/" + file.path, file.rows, date});
        return {};
    }

    // Releases outlive a rebuild: it judges all rows again, by them too.
    Status quarantine() {
        auto& kept = out_.standing.quarantine;
        if (const auto& before = what_.before.standing) {
            out_.standing.released = before->released;
            if (!what_.work.rebuild) kept = before->quarantine;
            if (!what_.work.rebuild) out_.standing.purged = before->purged;
        }
        if (what_.quarantined == 0) return {};
        const auto select =
            sql::Fragment::of("SELECT q.*, c._ingot_failed AS _ingot_rules, ") +
            sql::duckdb().literal(context_.run_id) + sql::Fragment::of(" AS _ingot_run FROM (") +
            what_.queries.quarantined +
            sql::Fragment::of(
                ") AS q LEFT JOIN (SELECT _ingot_slice, _ingot_file, _ingot_row, _ingot_failed FROM checked WHERE _ingot_verdict = 2) AS c "
                "USING (_ingot_slice, _ingot_file, _ingot_row)");
        const auto folder = "_quarantine/" + node_.dataset.name.text();
        const auto written = TRY(write_rows(session_, context_.files,
            {.select = select, .folder = folder, .stem = fresh_stem(context_, "rows")}));
        for (const auto& file : written) kept.push_back({folder + "/" + file.path, file.rows, ""});
        return {};
    }

    Status matches() {
        if (what_.matches.empty()) return {};
        const auto written = TRY(write_rows(session_, context_.files,
            {.select = what_.matches,
                .folder = node_.folder + "/_matches",
                .stem = fresh_stem(context_, "pairs")}));
        for (const auto& file : written)
            out_.standing.matches.push_back({"_matches/" + file.path, file.rows, ""});
        return {};
    }

    // Decides which standing files go: those that hold rows that changed, and the closed ones of a partition that has too many.
    Status rewritten() {
        if (what_.work.rebuild) {
            out_.remove = standing_files();
            return {};
        }
        std::set<std::string> names;
        if (!what_.queries.rewrite.empty()) {
            const auto rows = TRY(session_.query(what_.queries.rewrite.text()));
            for (std::size_t i = 0; i < rows.rows.size(); ++i) names.insert(rows.text(i, 0));
        }
        // By partition: of many partitions each may have its file.
        std::map<decltype(table::DataFile::partition), std::size_t> closed;
        for (const auto& file : standing_files())
            if (is_closed(file)) ++closed[file.partition];
        const auto is_one_of_many = [&](const table::DataFile& file) {
            return is_closed(file) && closed[file.partition] > most_closed_files;
        };
        std::vector<std::string> urls;
        for (const auto& file : standing_files()) {
            const auto url = context_.files.url(node_.folder + "/" + file.path);
            if (!names.contains(url) && !is_one_of_many(file)) continue;
            out_.remove.push_back(file);
            urls.push_back(url);
        }
        const auto rows = urls.empty() ? no_rows(what_.plan.published)
                                       : over_files(urls, what_.plan.published, {});
        TRY(session_.execute("CREATE OR REPLACE TEMP VIEW _ingot_rewritten AS " + rows.text()));
        return {};
    }

    Status part(const sql::Fragment& select, const std::string& kind) {
        if (select.empty()) return {};
        auto written = TRY(write_rows(session_, context_.files,
            {.select = select,
                .folder = node_.folder,
                .stem = fresh_stem(context_, "part-" + kind),
                .partition_by = out_.partition_by,
                .tags = {{"ingot.part", kind}},
                .columns = what_.plan.published}));
        out_.add.insert(out_.add.end(), written.begin(), written.end());
        return {};
    }

    void count_rows() {
        std::int64_t rows = 0;
        for (const auto& file : standing_files()) rows += file.rows;
        for (const auto& file : out_.remove) rows -= file.rows;
        for (const auto& file : out_.add) rows += file.rows;
        out_.standing.rows = rows;
    }

    void loads() {
        std::set<std::string> dates;
        if (!what_.work.rebuild || what_.work.whole)
            for (const auto& [date, print] : what_.work.known) dates.insert(date);
        for (const auto& [date, print] : what_.work.take) dates.insert(date);
        out_.standing.loads.assign(dates.begin(), dates.end());
    }

    const RunContext& context_;
    const Node& node_;
    engine::Session& session_;
    const PromotionWrite& what_;
    PromotionFiles out_;
};

}  // namespace

sql::Fragment side_rows(const RunContext& context, const std::vector<state::SideFile>& files,
    const std::string& folder, const Columns& columns) {
    if (files.empty()) return no_rows(columns);
    std::vector<std::string> urls;
    for (const auto& file : files) urls.push_back(context.files.url(folder + "/" + file.path));
    return over_files(urls, columns, {});
}

sql::Fragment published_rows(const RunContext& context, const Node& node, const Before& before,
    const Columns& columns, Part part) {
    auto with_file = columns;
    with_file.push_back({"_ingot_published_file", "VARCHAR"});
    std::vector<std::string> urls;
    if (before.version)
        for (const auto& file : before.version->files)
            if (may_hold(file, part))
                urls.push_back(context.files.url(node.folder + "/" + file.path));
    if (urls.empty()) return no_rows(with_file);
    return over_files(urls, columns, sql::Fragment::of(", _ingot_published_file"));
}

Columns load_columns(const Columns& model) {
    auto columns = model;
    for (const auto& own : {Column{"_ingot_slice", "DATE"}, Column{"_ingot_file", "VARCHAR"},
             Column{"_ingot_row", "BIGINT"}, Column{"_ingot_delete", "BOOLEAN"}})
        if (!find_column(columns, own.name)) columns.push_back(own);
    return columns;
}

Result<PromotionFiles> write_promotion(const RunContext& context, const Node& node,
    engine::Session& session, const PromotionWrite& what) {
    return Writer(context, node, session, what).write();
}

}  // namespace ingot::run
