#include "run/parts.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "medallion/bronze/write.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;

std::string part_name(std::size_t number) {
    auto digits = std::to_string(number);
    if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
    return "part-" + digits + ".parquet";
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

class Cutter {
public:
    Cutter(const PartsOrder& order, std::int64_t whole_size) : order_(order) {
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

    Result<std::vector<Part>> cut() {
        std::vector<Part> parts;
        for (std::int64_t begin = 0; begin < order_.rows; begin += parts.back().rows)
            parts.push_back(TRY(write(begin, part_name(order_.first + parts.size()))));
        std::error_code ignored;
        fs::remove(order_.rows_path, ignored);
        return parts;
    }

private:
    std::int64_t rows_to_try() const {
        const auto rows = std::min(rows_for_size_, static_cast<double>(most_rows_));
        return std::max<std::int64_t>(1, std::llround(rows));
    }

    // Writes one part; where its size shows that rows here are larger or smaller than believed, again.
    Result<Part> write(std::int64_t begin, std::string name) {
        const auto path = order_.folder + "/" + name;
        std::int64_t rows = 0;
        for (int tries = 0; tries < 5; ++tries) {
            rows = std::min(rows_to_try(), order_.rows - begin);
            TRY(order_.session.execute(statement(begin, rows, path)));
            if (std::isinf(most_bytes_)) break;
            const auto size = static_cast<double>(TRY(size_of(path)));
            const bool is_short_for_other_reasons =
                rows == most_rows_ || begin + rows == order_.rows;
            if (size <= most_bytes_ * 1.1 &&
                (size >= most_bytes_ * 0.9 || is_short_for_other_reasons))
                break;
            if (rows == 1) break;
            rows_for_size_ = static_cast<double>(rows) * most_bytes_ / size;
        }
        return Part{std::move(name), rows};
    }

    std::string statement(std::int64_t begin, std::int64_t rows, const std::string& path) const {
        const auto& d = sql::duckdb();
        const auto select = *sql::fill(
            "SELECT * EXCLUDE (file_row_number) FROM read_parquet($path, file_row_number = true, hive_partitioning = false) "
            "WHERE file_row_number >= $begin AND file_row_number < $end",
            {{"path", d.literal(order_.rows_path)}, {"begin", d.integer(begin)},
                {"end", d.integer(begin + rows)}});
        return bronze::copy_to_parquet(
            {.select = select, .path = path, .compression = order_.options.parquet_compression})
            .text();
    }

    const PartsOrder& order_;
    std::int64_t most_rows_ = std::numeric_limits<std::int64_t>::max();
    double most_bytes_ = std::numeric_limits<double>::infinity();
    double rows_for_size_ = 0;
};

}  // namespace

Result<std::vector<Part>> write_parts(const PartsOrder& order) {
    if (order.rows_path.empty()) return std::vector<Part>{};
    const auto size = TRY(size_of(order.rows_path));
    Cutter cutter(order, size);
    if (!cutter.is_one_part(size)) return cutter.cut();
    const auto name = part_name(order.first);
    TRY(move(order.rows_path, order.folder + "/" + name));
    return std::vector<Part>{{name, order.rows}};
}

}  // namespace ingot::run
