#include "run/slice/artifact_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "base/lower_case.h"
#include "data/columns.h"
#include "data/parquet.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::duckdb;
using sql::Fragment;

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

// The engine's name of a compression, which an author may have written in any case.
Result<std::string> codec(const std::string& said) {
    const auto name = lower(said);
    if (name == "none") return std::string("uncompressed");
    if (name == "lz4") return std::string("lz4_raw");
    if (name == "snappy" || name == "gzip" || name == "brotli" || name == "zstd") return name;
    return fail("CFG104",
        "parquet_compression takes snappy, gzip, brotli, lz4, zstd or none, not '" + name + "'");
}

// What CSV has no type for: zones are written out, nested values are JSON.
Fragment csv_columns(const Columns& columns) {
    std::vector<Fragment> list;
    for (const auto& column : columns) {
        const auto id = duckdb().identifier(column.name);
        if (column.type == "TIMESTAMP WITH TIME ZONE")
            list.push_back(
                Fragment::of("CAST(") + id + Fragment::of(" AS VARCHAR) || ':00' AS ") + id);
        else if (column.type.ends_with("]") || column.type.starts_with("STRUCT") ||
                 column.type.starts_with("MAP"))
            list.push_back(Fragment::of("to_json(") + id + Fragment::of(") AS ") + id);
        else
            list.push_back(id);
    }
    return join(list, Fragment::of(", "));
}

Status make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail("STG001", "cannot make " + folder.string() + ": " + error.message());
    return {};
}

struct Leaf {
    std::string folder;                // relative; "" or ending in /
    std::vector<Fragment> conditions;  // several values may share one folder
};

Result<std::int64_t> copy_to_parquet(engine::Session& session, const Fragment& rows,
    const std::string& place, const std::string& compression) {
    return session.execute("COPY (" + rows.text() + ") TO " + duckdb().literal(place).text() +
                           " (FORMAT parquet, DICTIONARY_SIZE_LIMIT " +
                           std::to_string(parquet_dictionary_values) + ", COMPRESSION " +
                           TRY(codec(compression)) + ")");
}

class ArtifactWriter {
public:
    ArtifactWriter(engine::Session& session, const ArtifactRequest& request)
        : session_(session), request_(request) {}

    Result<WrittenArtifact> write() {
        columns_ = TRY(session_.describe(request_.select.text()));
        for (const auto& name : request_.partition_columns) {
            if (find_column(columns_, name))
                levels_.push_back(name);
            else
                out_.warnings.push_back("SIL102 " + request_.name + " has no column '" + name +
                                        "' to make folders of; left out");
        }
        for (const auto& key : request_.keys)
            if (find_column(columns_, key)) keys_.push_back(key);
        if (keys_.size() != request_.keys.size()) keys_.clear();
        const bool read_again = !levels_.empty() || !keys_.empty() ||
                                (request_.formats.parquet && request_.formats.csv);
        source_ = request_.select;
        if (read_again) {
            TRY(session_.execute(
                "CREATE OR REPLACE TEMP TABLE artifact_rows AS " + source_.text()));
            source_ = Fragment::of("FROM artifact_rows");
        }
        for (const auto& leaf : TRY(leaves())) TRY(write_leaf(leaf));
        if (read_again) TRY(session_.execute("DROP TABLE artifact_rows"));
        return std::move(out_);
    }

private:
    Result<std::vector<Leaf>> leaves() {
        if (levels_.empty()) return std::vector<Leaf>{{}};
        std::vector<Fragment> texts, order;
        for (std::size_t i = 0; i < levels_.size(); ++i) {
            texts.push_back(as_text(levels_[i]));
            order.push_back(duckdb().integer(static_cast<std::int64_t>(i) + 1));
        }
        const auto rows = TRY(session_.query(
            "SELECT DISTINCT " + join(texts, Fragment::of(", ")).text() +
            " FROM artifact_rows ORDER BY " + join(order, Fragment::of(", ")).text()));
        std::vector<Leaf> all;
        std::map<std::string, std::size_t> seen;
        for (const auto& row : rows.rows) {
            std::string folder;
            std::vector<Fragment> same;
            for (std::size_t i = 0; i < levels_.size(); ++i) {
                folder += partition_folder(levels_[i], row[i]) + "/";
                same.push_back(as_text(levels_[i]) + Fragment::of(" IS NOT DISTINCT FROM ") +
                               (row[i] ? duckdb().literal(*row[i]) : Fragment::of("NULL")));
            }
            const auto [it, fresh] = seen.emplace(folder, all.size());
            if (fresh) all.push_back({folder, {}});
            all[it->second].conditions.push_back(join(same, Fragment::of(" AND ")));
        }
        return all;
    }

    static Fragment as_text(const std::string& column) {
        return Fragment::of("CAST(") + duckdb().identifier(column) + Fragment::of(" AS VARCHAR)");
    }

    Fragment rows_of(const Leaf& leaf) const {
        if (leaf.conditions.empty()) return source_;
        return Fragment::of("FROM artifact_rows WHERE (") +
               join(leaf.conditions, Fragment::of(") OR (")) + Fragment::of(")");
    }

    Status write_leaf(const Leaf& leaf) {
        const auto folder = std::filesystem::path(request_.folder) / leaf.folder;
        TRY(make_folder(folder));
        auto rows = rows_of(leaf);
        if (!keys_.empty()) {
            std::vector<Fragment> missing;
            for (const auto& key : keys_)
                missing.push_back(duckdb().identifier(key) + Fragment::of(" IS NULL"));
            const auto bad = join(missing, Fragment::of(" OR "));
            TRY(set_aside(leaf, rows, bad));
            rows = Fragment::of("SELECT * FROM (") + rows + Fragment::of(") WHERE NOT (") + bad +
                   Fragment::of(")");
        }
        return write_formats(leaf, rows);
    }

    Status set_aside(const Leaf& leaf, const Fragment& rows, const Fragment& bad) {
        const auto counts = TRY(session_.query(
            "SELECT count_if(" + bad.text() + "), count(*) FROM (" + rows.text() + ")"));
        const auto rejected = counts.integer(0, 0), all = counts.integer(0, 1);
        if (rejected == 0) return {};
        const auto path = leaf.folder + "_errors/" + request_.name + ".csv";
        TRY(make_folder(std::filesystem::path(request_.folder) / leaf.folder / "_errors"));
        TRY(write_csv(session_,
            Fragment::of("SELECT * FROM (") + rows + Fragment::of(") WHERE ") + bad,
            request_.folder + "/" + path));
        out_.rejected.push_back({path, rejected});
        out_.quarantined += rejected;
        const double percent = 100.0 * static_cast<double>(rejected) / static_cast<double>(all);
        out_.warnings.push_back(
            fmt::format("SIL105 {} of {} rows have no key; they are in {}", rejected, all, path));
        const auto& limits = request_.limits;
        const bool over = limits.max_bad_records == 0 ||
                          (rejected > limits.max_bad_records && percent > limits.max_bad_percent);
        if (over && !out_.too_many_rejected)
            out_.too_many_rejected = Error{"QUAL001",
                fmt::format(
                    "{}: {} of {} rows have no key ({:.2f} %), more than "
                    "error_handling accepts (max_bad_records {}, max_bad_percent {}); the rows are in {}",
                    request_.name, rejected, all, percent, limits.max_bad_records,
                    limits.max_bad_percent, path)};
        return {};
    }

    Status write_formats(const Leaf& leaf, const Fragment& rows) {
        const auto stem = leaf.folder + request_.name;
        std::int64_t count = 0;
        // An artifact without rows has no file.
        if (request_.formats.parquet) {
            count = TRY(put(rows, stem + ".parquet", true));
            if (count == 0) return {};
        }
        if (request_.formats.csv) count = TRY(put(rows, stem + ".csv", false));
        out_.rows += count;
        return {};
    }

    Result<std::int64_t> put(const Fragment& rows, const std::string& path, bool parquet) {
        const auto place = request_.folder + "/" + path;
        const auto count = TRY(parquet ? copy_parquet(rows, place) : copy_csv(rows, place));
        if (count > 0)
            out_.files.push_back({path, count});
        else
            std::filesystem::remove(place);
        return count;
    }

    Result<std::int64_t> copy_parquet(const Fragment& rows, const std::string& place) {
        return copy_to_parquet(session_, rows, place, request_.formats.parquet_compression);
    }

    Result<std::int64_t> copy_csv(const Fragment& rows, const std::string& place) {
        return session_.execute("COPY (SELECT " + csv_columns(columns_).text() + " FROM (" +
                                rows.text() + ")) TO " + duckdb().literal(place).text() +
                                " (FORMAT csv, HEADER)");
    }

    engine::Session& session_;
    const ArtifactRequest& request_;
    Columns columns_;
    std::vector<std::string> levels_, keys_;
    Fragment source_;
    WrittenArtifact out_;
};

}  // namespace

std::string partition_folder(std::string_view column, const std::optional<std::string>& value) {
    return percent_encoded(column) + "=" +
           (value && !value->empty() ? percent_encoded(*value) : "__HIVE_DEFAULT_PARTITION__");
}

Result<WrittenArtifact> write_artifact(engine::Session& session, const ArtifactRequest& request) {
    return ArtifactWriter(session, request).write();
}

Status write_parquet(engine::Session& session, const Fragment& select, const std::string& path,
    const std::string& compression) {
    TRY(copy_to_parquet(session, select, path, compression));
    return {};
}

Status write_csv(engine::Session& session, const Fragment& select, const std::string& path) {
    const auto columns = TRY(session.describe(select.text()));
    TRY(session.execute("COPY (SELECT " + csv_columns(columns).text() + " FROM (" + select.text() +
                        ")) TO " + duckdb().literal(path).text() + " (FORMAT csv, HEADER)"));
    return {};
}

}  // namespace ingot::run
