#include "run/promote_files.h"

#include <algorithm>
#include <map>
#include <set>

#include "run/promotion_parts.h"
#include "run/row_marks.h"
#include "run/side_files.h"
#include "run/step.h"
#include "run/sync_ahead.h"
#include "run/table_partitions.h"
#include "run/table_rows.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

bool is_tagged(const table::DataFile& file, std::string_view part) {
    const auto it = file.tags.find("ingot.part");
    return it != file.tags.end() && it->second == part;
}

bool may_hold(const table::DataFile& file, Part part) {
    if (part == Part::any) return true;
    return !is_tagged(file, part == Part::open ? "closed" : "open");
}

constexpr std::int64_t rows_of_small_file = 50'000;

class Writer {
public:
    Writer(const RunContext& context, const Node& node, engine::Session& session,
        const PromotionWrite& what)
        : context_(context), node_(node), session_(session), what_(what), sync_(context.files) {
        for (const auto& name : node.dataset.silver()->partition_by)
            out_.partition_by.push_back(name.value);
        marks_ = node_.dataset.silver()->deletion_vectors && what_.plan.keeps_observations;
    }

    Result<PromotionFiles> write() {
        const auto& by_key = what_.queries.comes_by_key;
        rows_come_by_key_ = !by_key.empty() && !TRY(session_.query(by_key.text())).rows.empty();
        TRY(write_side_files({.context = context_,
                                 .node = node_,
                                 .session = session_,
                                 .what = what_,
                                 .sync = sync_,
                                 .rows_come_by_key = rows_come_by_key_},
            out_.standing));
        TRY(find_changed());
        TRY(part(what_.queries.open_rows, Part::open));
        TRY(part(what_.queries.closed_rows, Part::closed));
        TRY(mark());
        TRY(balance());
        if (what_.work.rebuild) out_.remove = standing_files();
        TRY(sync_.finish());
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

    // The standing files that hold rows that go.
    Status find_changed() {
        if (what_.work.rebuild || what_.queries.rewrite.empty()) return {};
        const auto rows = TRY(session_.query(what_.queries.rewrite.text()));
        std::map<std::string, std::int64_t> going;
        for (std::size_t i = 0; i < rows.rows.size(); ++i) {
            going[rows.text(i, 0)] = rows.integer(i, 1);
            rows_that_go_ += rows.integer(i, 1);
        }
        std::vector<Worn> worn;
        for (const auto& file : standing_files())
            if (const auto found = going.find(url_of(file)); found != going.end()) {
                changed_.push_back(file);
                worn.push_back({file, found->second});
            }
        worn_out_ = worn_out(std::move(worn));
        return {};
    }

    // A file without a part may hold rows of both, which are written in two turns.
    bool is_written_again(const table::DataFile& file) const {
        return !marks_ || !file.tags.contains("ingot.part") || worn_out_.contains(file.path);
    }

    bool goes(const table::DataFile& file) const {
        return std::ranges::any_of(
            out_.remove, [&](const auto& other) { return other.path == file.path; });
    }

    // The rows that go from files that stay.
    Status mark() {
        if (!marks_) return {};
        auto files = changed_;
        std::erase_if(files, [&](const auto& file) { return goes(file); });
        const auto marked = TRY(mark_rows(context_, node_, session_, files));
        out_.remove.insert(out_.remove.end(), files.begin(), files.end());
        out_.add.insert(out_.add.end(), marked.begin(), marked.end());
        return {};
    }

    // Whatever files a merge chose to write again: the table gains the rows that come and loses those that go, no others.
    Status balance() {
        if (what_.work.rebuild) return {};
        auto gained = rows_that_go_ - TRY(count(all_new()));
        for (const auto& file : out_.add) gained += file.rows;
        for (const auto& file : out_.remove) gained -= file.rows;
        if (gained == 0) return {};
        return fail("QUAL101",
            node_.dataset.name.text() + ": the table would have " +
                std::to_string(std::abs(gained)) +
                (gained > 0 ? " rows too many" : " rows too few") +
                "; nothing was published. This is a fault of ingot, please report it; --full-refresh computes the table anew");
    }

    std::string url_of(const table::DataFile& file) const {
        return context_.files.url(node_.folder + "/" + file.path);
    }

    Status part(const sql::Fragment& select, Part which) {
        if (select.empty()) return {};
        if (what_.work.rebuild) return write_anew(select, which);
        PartOrder order = order_of(which);
        if (!what_.plan.keeps_observations) return write_together(select, which, order, {});
        if (!out_.partition_by.empty()) return by_partition(select, which, order);
        return write_by_key(select, which, std::move(order), what_.rows_in);
    }

    PartOrder order_of(Part which) const {
        PartOrder order{
            .standing = files_of(what_.before, which), .changed = {}, .fits_one_file = false};
        for (const auto& file : changed_)
            if (may_hold(file, which)) order.changed.push_back(file);
        return order;
    }

    // A large partition is like a table: its files are told apart by keys. The others are a file each.
    Status by_partition(const sql::Fragment& select, Part which, const PartOrder& all) {
        const auto come = TRY(rows_by_partition(session_, all_new(), out_.partition_by));
        std::map<PartitionValues, PartOrder> partitions;
        for (const auto& file : all.standing) partitions[file.partition].standing.push_back(file);
        for (const auto& file : all.changed) partitions[file.partition].changed.push_back(file);
        for (const auto& [values, rows] : come) partitions[values].new_rows = rows;
        std::vector<PartitionValues> large;
        for (auto& [values, order] : partitions) {
            if (standing_rows(order) + 2 * order.new_rows <= rows_of_file()) continue;
            large.push_back(values);
            if (order.new_rows == 0 && order.changed.empty()) continue;
            partition_ = partition_folder(values, out_.partition_by);
            TRY(take_new_rows(is_of_partition(values)));
            TRY(write_by_key(select, which, order, order.new_rows));
        }
        partition_.clear();
        auto others = all;
        std::erase_if(others.standing, [&](const auto& file) { return is_among(large, file); });
        std::erase_if(others.changed, [&](const auto& file) { return is_among(large, file); });
        const auto done = write_together(select, which, others, large);
        new_rows_ = sql::Fragment::of("_ingot_added");
        return done;
    }

    static bool is_among(
        const std::vector<PartitionValues>& partitions, const table::DataFile& file) {
        return std::ranges::find(partitions, file.partition) != partitions.end();
    }

    static std::int64_t standing_rows(const PartOrder& order) {
        std::int64_t rows = 0;
        for (const auto& file : order.standing) rows += file.rows;
        return rows;
    }

    Status take_new_rows(const sql::Fragment& where) {
        new_rows_ = sql::Fragment::of("_ingot_added_here");
        TRY(
            session_.execute("CREATE OR REPLACE TEMP VIEW _ingot_added_here AS SELECT * FROM "
                             "_ingot_added WHERE " +
                             where.text()));
        return {};
    }

    Status write_by_key(
        const sql::Fragment& select, Part which, PartOrder order, std::int64_t rows_in) {
        // A row that comes ends at most one version and begins another.
        order.fits_one_file = standing_rows(order) + 2 * rows_in <= rows_of_file();
        if (!order.fits_one_file) {
            std::erase_if(order.changed, [&](const auto& file) { return !is_written_again(file); });
            TRY(find_places(order.changed));
            TRY(lay_out({}, without_place(order.changed)));
            order.new_rows = TRY(count(select));
        }
        const auto files = arrange(order);
        TRY(find_places(files.by_itself));
        for (const auto& file : files.by_itself) {
            TRY(lay_out({file}, with_place_in(file)));
            TRY(write(select, which, run_of(file), Size::one_file));
        }
        TRY(lay_out(files.with_new, without_place(files.by_itself)));
        std::int64_t rows = order.fits_one_file ? 0 : order.new_rows;
        for (const auto& file : files.with_new) rows += file.rows;
        return write(select, which, "", rows > rows_of_file() ? Size::many_files : Size::one_file);
    }

    // Of all rows there are.
    Status write_anew(const sql::Fragment& select, Part which) {
        const bool may_be_large = what_.plan.keeps_observations && what_.rows_in > rows_of_file();
        const bool is_large = may_be_large && TRY(count(select)) > rows_of_file();
        if (!is_large) return write(select, which, "", Size::one_file);
        if (out_.partition_by.empty()) return write(select, which, "", Size::many_files);
        auto small = sql::Fragment::of("true");
        for (const auto& [values, rows] :
            TRY(rows_by_partition(session_, select, out_.partition_by))) {
            if (rows <= rows_of_file()) continue;
            partition_ = partition_folder(values, out_.partition_by);
            TRY(write(where(select, is_of_partition(values)), which, "", Size::many_files));
            small = small + sql::Fragment::of(" AND NOT ") + is_of_partition(values);
        }
        partition_.clear();
        return write(where(select, small), which, "", Size::one_file);
    }

    static sql::Fragment where(const sql::Fragment& select, const sql::Fragment& condition) {
        return sql::Fragment::of("SELECT * FROM (") + select + sql::Fragment::of("\n) WHERE ") +
               condition;
    }

    // Rows without keys, or in folders by value, aside from partitions that have been written: files are merged within a
    // partition.
    Status write_together(const sql::Fragment& select, Part which, const PartOrder& all,
        const std::vector<PartitionValues>& written) {
        auto small = sql::Fragment::of("true");
        for (const auto& values : written)
            small = small + sql::Fragment::of(" AND NOT ") + is_of_partition(values);
        if (!written.empty()) TRY(take_new_rows(small));
        std::map<PartitionValues, PartOrder> partitions;
        for (const auto& file : all.standing) {
            auto& order = partitions[file.partition];
            order.fits_one_file = true;
            order.standing.push_back(file);
        }
        for (const auto& file : all.changed) partitions[file.partition].changed.push_back(file);
        std::vector<table::DataFile> again;
        for (const auto& [values, order] : partitions)
            for (auto& file : arrange(order).with_new) again.push_back(std::move(file));
        TRY(lay_out(again, without_place({})));
        return write(select, which, "", Size::one_file);
    }

    // Of each key that has rows that go in one of these files, which: there its new rows have their place.
    Status find_places(const std::vector<table::DataFile>& files) {
        if (files.empty()) return {};
        std::vector<std::string> urls;
        for (const auto& file : files) urls.push_back(url_of(file));
        TRY(session_.execute(
            "CREATE OR REPLACE TEMP TABLE _ingot_places AS SELECT " + keys().text() +
            ", min(_ingot_published_file) AS _ingot_published_file FROM _ingot_removed "
            "WHERE list_contains(" +
            sql::duckdb().list(urls).text() + ", _ingot_published_file) GROUP BY " +
            keys().text()));
        return {};
    }

    static sql::Fragment all_new() { return sql::Fragment::of("SELECT * FROM _ingot_added"); }

    sql::Fragment with_place_in(const table::DataFile& file) const {
        const auto& d = sql::duckdb();
        return sql::Fragment::of("SELECT p.* FROM ") + new_rows_ +
               sql::Fragment::of(
                   " AS p SEMI JOIN (SELECT * FROM _ingot_places WHERE _ingot_published_file = ") +
               d.literal(url_of(file)) + sql::Fragment::of(") AS d ON ") + same_key();
    }

    sql::Fragment without_place(const std::vector<table::DataFile>& places) const {
        const auto rows =
            sql::Fragment::of("SELECT p.* FROM ") + new_rows_ + sql::Fragment::of(" AS p");
        if (places.empty()) return rows;
        return rows + sql::Fragment::of(" ANTI JOIN _ingot_places AS d ON ") + same_key();
    }

    sql::Fragment keys() const { return sql::duckdb().columns(names_of(what_.plan.keys)); }

    sql::Fragment same_key() const {
        return sql::duckdb().equal("p", "d", names_of(what_.plan.keys));
    }

    // What the next write sees: rows of files that stand, and new ones.
    Status lay_out(const std::vector<table::DataFile>& again, const sql::Fragment& placed) {
        for (const auto& file : again)
            if (!goes(file)) out_.remove.push_back(file);
        const auto stand =
            TRY(rows_of_files(context_.files, node_.folder, again, what_.plan.published));
        TRY(session_.execute("CREATE OR REPLACE TEMP VIEW _ingot_rewritten AS " + stand.text() +
                             "; CREATE OR REPLACE TEMP VIEW _ingot_placed AS " + placed.text()));
        return {};
    }

    Result<std::int64_t> count(const sql::Fragment& select) {
        return TRY(session_.query("SELECT count(*) FROM (" + select.text() + "\n)")).integer(0, 0);
    }

    enum class Size { one_file, many_files };

    Status write(const sql::Fragment& select, Part which, std::string run, Size size) {
        const bool many = size == Size::many_files;
        const std::string kind = which == Part::open ? "open" : "closed";
        const auto stem = fresh_stem(context_, "part-" + kind);
        if (run.empty()) run = stem;
        auto written = TRY(write_rows(session_, context_.files,
            {.select = many ? by_key(select) : select,
                .folder = node_.folder,
                .stem = stem,
                .partition_by = partition_.empty() ? out_.partition_by : std::vector<std::string>{},
                .partition = partition_,
                .tags = {{"ingot.part", kind}, {"ingot.run", run}},
                .columns = what_.plan.published,
                .rows_of_file = many ? rows_of_file() : 0,
                .for_new_readers = marks_,
                .again = which == Part::open && !what_.work.rebuild ? WrittenAgain::soon
                                                                    : WrittenAgain::seldom,
                .is_small = !many && what_.rows_in <= rows_of_small_file,
                .sync = &sync_}));
        out_.add.insert(out_.add.end(), written.begin(), written.end());
        return {};
    }

    sql::Fragment by_key(const sql::Fragment& select) const {
        return rows_come_by_key_ ? select : sorted_by_key(select, what_.plan.keys);
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
    SyncAhead sync_;
    PromotionFiles out_;
    std::vector<table::DataFile> changed_;
    std::string partition_;  // the folder of the one that is being written
    sql::Fragment new_rows_ = sql::Fragment::of("_ingot_added");  // of that partition
    std::set<std::string> worn_out_;
    std::int64_t rows_that_go_ = 0;
    bool rows_come_by_key_ = false;
    bool marks_ = false;  // rows that go, where a file need not be written again
};

}  // namespace

bool is_all(const table::DataFile& file, Part part) {
    return part == Part::any || is_tagged(file, part == Part::open ? "open" : "closed");
}

std::vector<table::DataFile> files_of(const Before& before, Part part) {
    std::vector<table::DataFile> files;
    if (before.version)
        for (const auto& file : before.version->files)
            if (may_hold(file, part)) files.push_back(file);
    return files;
}

Result<sql::Fragment> published_rows(const RunContext& context, const Node& node,
    const std::vector<table::DataFile>& files, const Columns& columns) {
    return rows_of_files(context.files, node.folder, files, columns,
        node.dataset.silver()->deletion_vectors ? Places::file_and_row : Places::file);
}

Result<PromotionFiles> write_promotion(const RunContext& context, const Node& node,
    engine::Session& session, const PromotionWrite& what) {
    return Writer(context, node, session, what).write();
}

}  // namespace ingot::run
