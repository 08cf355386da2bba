#include "run/parts.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

#include "base/hash.h"
#include "medallion/bronze/write.h"
#include "run/placed_rows.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
using sql::Fragment;

std::string part_stem(std::size_t number) {
    auto digits = std::to_string(number);
    if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
    return "part-" + digits;
}

Status move(const std::string& from, const std::string& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) return fail("STG001", "cannot move " + from + ": " + error.message());
    return {};
}

Result<std::int64_t> size_of(const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) return fail("STG001", "cannot look at " + path + ": " + error.message());
    return static_cast<std::int64_t>(size);
}

Fragment rows_between(const PartsOrder& order, std::int64_t begin, std::int64_t end) {
    const auto& d = sql::duckdb();
    return *sql::fill(
        "(SELECT * EXCLUDE (_ingot_place) FROM $rows WHERE _ingot_place >= $begin AND _ingot_place < $end)",
        {{"rows", placed_rows(order.rows_path, order.columns)}, {"begin", d.integer(begin)},
            {"end", d.integer(end)}});
}

// Writes these rows as the files of a part, and gives the size of the largest.
struct Slab {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::size_t number = 1;
};
using WriteSlab = std::function<Result<std::int64_t>(const Slab&)>;

class Cutter {
public:
    Cutter(const PartsOrder& order, std::int64_t whole_size, WriteSlab write)
        : order_(order), write_(std::move(write)) {
        if (order.options.max_rows_per_file)
            most_rows_ = std::max<std::int64_t>(1, *order.options.max_rows_per_file);
        if (order.options.max_file_size_mb)
            most_bytes_ = *order.options.max_file_size_mb * 1024 * 1024;
        rows_for_size_ =
            most_bytes_ / (static_cast<double>(whole_size) /
                              static_cast<double>(std::max<std::int64_t>(1, order.rows)));
    }

    bool is_one_part(std::int64_t whole_size) const {
        return order_.rows <= most_rows_ && static_cast<double>(whole_size) <= most_bytes_;
    }

    // The rows of each part.
    Result<std::vector<std::int64_t>> cut() {
        std::vector<std::int64_t> parts;
        for (std::int64_t begin = 0; begin < order_.rows; begin += parts.back())
            parts.push_back(TRY(write(begin, order_.first + parts.size())));
        return parts;
    }

private:
    std::int64_t rows_to_try() const {
        const auto rows = std::min(rows_for_size_, static_cast<double>(most_rows_));
        if (rows > static_cast<double>(order_.rows)) return order_.rows;
        return std::max<std::int64_t>(1, std::llround(rows));
    }

    // Writes one part; where its size shows that rows here are larger or smaller than believed, again.
    Result<std::int64_t> write(std::int64_t begin, std::size_t number) {
        std::int64_t rows = 0;
        for (int tries = 0; tries < 5; ++tries) {
            rows = std::min(rows_to_try(), order_.rows - begin);
            const auto size = static_cast<double>(TRY(write_({begin, begin + rows, number})));
            if (std::isinf(most_bytes_)) break;
            const bool is_short_for_other_reasons =
                rows == most_rows_ || begin + rows == order_.rows;
            if (size <= most_bytes_ * 1.1 &&
                (size >= most_bytes_ * 0.9 || is_short_for_other_reasons))
                break;
            if (rows == 1) break;
            rows_for_size_ = static_cast<double>(rows) * most_bytes_ / size;
        }
        return rows;
    }

    const PartsOrder& order_;
    WriteSlab write_;
    std::int64_t most_rows_ = std::numeric_limits<std::int64_t>::max();
    double most_bytes_ = std::numeric_limits<double>::infinity();
    double rows_for_size_ = 0;
};

Result<std::vector<Part>> write_own(const PartsOrder& order) {
    const auto size = TRY(size_of(order.rows_path));
    Cutter cutter(order, size, [&](const Slab& slab) -> Result<std::int64_t> {
        const auto path = order.folder + "/" + part_stem(slab.number) + ".parquet";
        TRY(order.session.execute(bronze::copy_to_parquet(
            {.select = Fragment::of("FROM ") + rows_between(order, slab.begin, slab.end),
                .path = path,
                .compression = order.options.parquet_compression})
                .text()));
        return size_of(path);
    });
    if (cutter.is_one_part(size)) {
        const auto name = part_stem(order.first) + ".parquet";
        TRY(move(order.rows_path, order.folder + "/" + name));
        return std::vector<Part>{{name, order.rows}};
    }
    std::vector<Part> parts;
    for (const auto rows : TRY(cutter.cut()))
        parts.push_back({part_stem(order.first + parts.size()) + ".parquet", rows});
    std::error_code ignored;
    fs::remove(order.rows_path, ignored);
    return parts;
}

// The same rows as CSV, as Parquet, or as both.
class OtherLayout {
public:
    explicit OtherLayout(const PartsOrder& order) : order_(order) {}

    Result<std::vector<Part>> write() {
        TRY(find_shapes());
        if (is_one_part()) return std::vector<Part>{TRY(take_over())};
        const auto slab = [this](const Slab& one) { return write_slab(one); };
        Cutter cutter(order_, TRY(size_of(order_.rows_path)), slab);
        std::vector<Part> parts;
        for (const auto rows : TRY(cutter.cut()))
            parts.push_back(part(order_.first + parts.size(), rows));
        return parts;
    }

private:
    std::string stem(std::size_t number) const {
        return order_.layout.part_prefix + part_stem(number);
    }

    Part part(std::size_t number, std::int64_t rows) const {
        const auto& layout = order_.layout;
        Part part{stem(number) + (layout.writes_parquet ? ".parquet" : ".csv"), rows};
        if (layout.writes_parquet && layout.writes_csv) part.also.push_back(stem(number) + ".csv");
        return part;
    }

    // The rows lie in one Parquet file already, which may be the part.
    bool is_one_part() const {
        const auto& options = order_.options;
        return !options.max_file_size_mb &&
               order_.rows <= options.max_rows_per_file.value_or(order_.rows);
    }

    bool keeps_shape() const {
        return std::ranges::all_of(shapes_, [](const auto& one) { return one.shape.empty(); });
    }

    Result<Part> take_over() {
        const auto& layout = order_.layout;
        const auto path = order_.folder + "/" + stem(order_.first);
        const auto rows = Fragment::of(" FROM read_parquet(") +
                          sql::duckdb().literal(order_.rows_path) +
                          Fragment::of(", hive_partitioning = false)");
        if (layout.writes_csv) TRY(write_csv(rows, path + ".csv"));
        if (layout.writes_parquet && keeps_shape())
            TRY(move(order_.rows_path, path + ".parquet"));
        else if (layout.writes_parquet)
            TRY(write_parquet(rows, path + ".parquet"));
        return part(order_.first, order_.rows);
    }

    Status find_shapes() {
        std::vector<std::string> names;
        for (const auto& column : order_.columns)
            if (column.type == "JSON") names.push_back(column.name);
        if (names.empty() || !order_.layout.writes_parquet) return {};
        const auto relation = rows_between(order_, 0, order_.rows);
        const auto found = TRY(order_.session.query(bronze::json_shapes(names, relation).text()));
        for (std::size_t i = 0; i < names.size(); ++i)
            shapes_.push_back(bronze::shaped(names[i], found.text(0, i)));
        const auto lost =
            TRY(order_.session.query(bronze::count_misshapen(shapes_, relation).text()));
        for (std::size_t i = 0; i < shapes_.size(); ++i)
            if (lost.integer(0, i) > 0) shapes_[i].shape.clear();
        return {};
    }

    Result<std::int64_t> write_slab(const Slab& slab) {
        const auto rows = Fragment::of(" FROM ") + rows_between(order_, slab.begin, slab.end);
        const auto path = order_.folder + "/" + stem(slab.number);
        std::int64_t largest = 0;
        if (order_.layout.writes_csv) {
            TRY(write_csv(rows, path + ".csv"));
            largest = TRY(size_of(path + ".csv"));
        }
        if (order_.layout.writes_parquet) {
            TRY(write_parquet(rows, path + ".parquet"));
            largest = std::max(largest, TRY(size_of(path + ".parquet")));
        }
        return largest;
    }

    // The limit cuts nothing off. It keeps the rows in one thread: two hold twice as many row groups and their text.
    Status write_csv(const Fragment& rows, const std::string& path) {
        constexpr std::int64_t no_limit = std::int64_t{1} << 60U;
        const auto select = Fragment::of("SELECT ") + TRY(bronze::csv_projection(order_.columns)) +
                            rows + Fragment::of(" LIMIT ") + sql::duckdb().integer(no_limit);
        TRY(order_.session.execute(bronze::copy_to_csv(select, path).text()));
        return {};
    }

    Status write_parquet(const Fragment& rows, const std::string& path) {
        const auto select =
            Fragment::of("SELECT ") + bronze::parquet_projection(order_.columns, shapes_) + rows;
        TRY(order_.session.execute(bronze::copy_to_parquet(
            {.select = select, .path = path, .compression = order_.options.parquet_compression})
                .text()));
        return {};
    }

    const PartsOrder& order_;
    std::vector<bronze::Shaped> shapes_;
};

}  // namespace

Result<std::vector<Part>> write_parts(const PartsOrder& order) {
    if (order.rows_path.empty()) return std::vector<Part>{};
    return order.layout.is_foundry ? OtherLayout(order).write() : write_own(order);
}

Status name_by_content(std::vector<Part>& parts, const std::string& folder) {
    for (auto& part : parts) {
        const auto content = TRY(sha256_file(folder + "/" + part.name)).substr(0, 8);
        auto name = part.name;
        name.insert(name.rfind('.'), "-" + content);
        TRY(move(folder + "/" + part.name, folder + "/" + name));
        part.name = std::move(name);
    }
    return {};
}

}  // namespace ingot::run
