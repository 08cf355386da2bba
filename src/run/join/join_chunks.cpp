#include "run/join/join_chunks.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "base/hash.h"
#include "medallion/join/join.h"
#include "run/placed_rows.h"
#include "run/slice/artifact_files.h"
#include "run/step.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
using sql::duckdb;
using sql::Fragment;
using Steady = std::chrono::steady_clock;

constexpr int sample_size = 6;
// How often the right side may be kept over, where chunks share its keys.
constexpr std::int64_t most_copies = 4;

class ChunkJoin {
public:
    ChunkJoin(const ChunkOrder& order, JoinFacts& facts) : order_(order), facts_(facts) {}

    Status run() {
        const auto size = facts_.chunk_size;
        if (chunks_of(facts_) > 1 && !facts_.shape.keys.empty()) TRY(part_right());
        for (std::int64_t i = 1; i <= chunks_of(facts_); ++i)
            if (!order_.progress.is_done(i)) TRY(join_chunk(i, (i - 1) * size, size));
        return join_right_only();
    }

private:
    Status join_chunk(std::int64_t index, std::int64_t first, std::int64_t size) {
        const auto began = Steady::now();
        TRY(order_.session.execute(TRY(join::take_chunk(first, size)).text()));
        ChunkDone done{.index = index};
        auto right = is_parted_ ? join::part_of_chunk(index) : Fragment::of("right_rows");
        const auto subset =
            is_parted_ ? Fragment::of("FROM ") + right : TRY(join::right_of_chunk(facts_.shape));
        if (!order_.spill.empty()) {
            fs::create_directories(order_.spill);
            const auto path = fmt::format("{}/chunk_{:04}.parquet", order_.spill, index);
            TRY(write_parquet(order_.session, subset, path, "snappy"));
            right = Fragment::of("read_parquet(") + duckdb().literal(path) +
                    Fragment::of(", hive_partitioning = false)");
            done.right_rows = TRY(count("FROM " + right.text()));
        } else if (is_counted_) {
            const auto found = right_rows_.find(index);
            done.right_rows = found == right_rows_.end() ? 0 : found->second;
        } else {
            done.right_rows = TRY(count(subset.text()));
        }
        TRY(keep(done, TRY(join::join_chunk(facts_.shape, right)), index));
        done.seconds = std::chrono::duration<double>(Steady::now() - began).count();
        TRY(order_.progress.add(std::move(done)));
        boundary("join-chunk");
        return {};
    }

    // The right side is gone through once for all chunks that are left, and not once for each.
    Status part_right() {
        std::vector<std::int64_t> done;
        for (const auto& chunk : order_.progress.chunks()) done.push_back(chunk.index);
        const auto parting = TRY(join::part_right(facts_.shape, facts_.chunk_size, done));
        TRY(order_.session.execute(parting.keys.text()));
        const auto counts = TRY(order_.session.query(parting.counts.text()));
        std::int64_t all = 0;
        for (std::size_t i = 0; i < counts.rows.size(); ++i)
            all += right_rows_[counts.integer(i, 0)] = counts.integer(i, 1);
        is_counted_ = true;
        is_parted_ = all <= most_copies * facts_.right.facts.rows;
        if (is_parted_) TRY(order_.session.execute(parting.rows.text()));
        TRY(order_.session.execute(parting.forget_keys.text()));
        return {};
    }

    // The chunk's rows as a file of the checkpoint folder, whole or not at all.
    Status keep(ChunkDone& done, const Fragment& select, std::int64_t index) {
        done.file = fmt::format("_chunk_{:04}.parquet", index);
        const auto path = order_.checkpoint + "/" + done.file;
        const auto making = order_.checkpoint + "/.ingot-" + done.file;
        TRY(write_parquet(order_.session, select, making, "snappy"));
        fs::rename(making, path);
        TRY(order_.keep(done.file));
        done.bytes = static_cast<std::int64_t>(fs::file_size(path));
        done.rows = TRY(count(
            "FROM read_parquet(" + duckdb().literal(path).text() + ", hive_partitioning = false)"));
        done.sample_keys = TRY(sample_keys(path));
        return {};
    }

    Result<nlohmann::ordered_json> sample_keys(const std::string& path) {
        std::vector<std::string> names;
        for (const auto& pair : facts_.shape.keys) names.push_back(pair.left);
        const auto list = duckdb().columns(names).text();
        auto out = nlohmann::ordered_json::array();
        if (names.empty()) return out;
        Columns columns;
        for (const auto& column : facts_.shape.columns)
            columns.push_back({column.name, column.type});
        const auto rows = TRY(order_.session.query(fmt::format(
            "SELECT CAST(to_json({}) AS VARCHAR) FROM (SELECT {} FROM {} GROUP BY ALL ORDER BY min(_ingot_place) LIMIT {})",
            names.size() == 1 ? list : "[" + as_json_list(names) + "]", list,
            placed_rows(path, columns).text(), sample_size)));
        for (const auto& row : rows.rows)
            out.push_back(
                row[0] ? nlohmann::ordered_json::parse(*row[0]) : nlohmann::ordered_json(nullptr));
        return out;
    }

    static std::string as_json_list(const std::vector<std::string>& names) {
        std::string out;
        for (const auto& name : names)
            out +=
                (out.empty() ? "to_json(" : ", to_json(") + duckdb().identifier(name).text() + ")";
        return out;
    }

    Status join_right_only() {
        std::string all = "FROM read_parquet([";
        for (const auto& chunk : order_.progress.chunks())
            all += (all.ends_with('[') ? "" : ", ") +
                   duckdb().literal(order_.checkpoint + "/" + chunk.file).text();
        all += "], hive_partitioning = false)";
        const bool ends_with_right =
            facts_.shape.type == join::Type::right || facts_.shape.type == join::Type::outer;
        auto statement = "CREATE TEMP TABLE joined_rows AS " + all;
        if (ends_with_right) {
            const auto only = TRY(join::right_only(facts_.shape));
            facts_.right_only_rows = TRY(count(only.text()));
            statement += " UNION ALL BY NAME (" + only.text() + ")";
        }
        TRY(order_.session.execute(statement));
        return {};
    }

    Result<std::int64_t> count(const std::string& select) {
        return TRY(order_.session.query("SELECT count(*) FROM (" + select + ")")).integer(0, 0);
    }

    const ChunkOrder& order_;
    JoinFacts& facts_;
    std::map<std::int64_t, std::int64_t> right_rows_;  // of the chunks
    bool is_counted_ = false;
    bool is_parted_ = false;
};

}  // namespace

std::string chunks_fingerprint(const JoinFacts& facts) {
    std::string text =
        fmt::format("1|{}|{}|", static_cast<int>(facts.shape.type), facts.chunk_size);
    for (const auto& pair : facts.shape.keys) text += pair.left + "=" + pair.right + "|";
    if (facts.shape.time) text += facts.shape.time->left + ">=" + facts.shape.time->right;
    for (const auto* side : {&facts.left, &facts.right}) {
        text += fmt::format("|v{}", side->version.value_or(-1));
        for (const auto& column : side->facts.columns)
            text += "|" + column.name + ":" + column.type;
        for (const auto* list : {&side->files.parquet, &side->files.csv})
            for (const auto& path : *list) {
                std::error_code error;
                text += fmt::format("|{}:{}:{}", path, fs::file_size(path, error),
                    fs::last_write_time(path, error).time_since_epoch().count());
            }
    }
    return sha256(text);
}

std::int64_t chunks_of(const JoinFacts& facts) {
    const auto rows = facts.left.facts.rows, size = facts.chunk_size;
    return size > 0 ? std::max<std::int64_t>(1, (rows + size - 1) / size) : 1;
}

Status join_chunks(const ChunkOrder& order, JoinFacts& facts) {
    return ChunkJoin(order, facts).run();
}

}  // namespace ingot::run
