#include "run/slice/read_folder.h"

#include <algorithm>
#include <filesystem>

#include "base/lower_case.h"
#include "run/slice/read_text.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
using sql::duckdb;
using sql::Fragment;

bool is_hidden(const fs::path& path) {
    const auto name = path.filename().string();
    return name.starts_with('_') || name.starts_with('.');
}

Status collect(const fs::path& folder, Depth depth, FolderFiles& found) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (is_hidden(it->path())) continue;
        if (it->is_directory()) {
            if (depth == Depth::tree) TRY(collect(it->path(), depth, found));
            continue;
        }
        const auto ending = lower(it->path().extension().string());
        auto* list = ending == ".parquet" ? &found.parquet
                     : ending == ".csv"   ? &found.csv
                                          : nullptr;
        if (!list) continue;
        list->push_back(it->path().string());
        found.bytes += static_cast<std::int64_t>(it->file_size());
    }
    if (error) return fail("STG001", "cannot list " + folder.string() + ": " + error.message());
    return {};
}

Fragment read_parquet(const FolderFiles& files) {
    return Fragment::of("read_parquet(") + duckdb().list(files.parquet) +
           Fragment::of(", union_by_name = true, hive_partitioning = false)");
}

}  // namespace

Result<FolderFiles> data_files(const std::string& folder, Depth depth) {
    FolderFiles found;
    TRY(collect(folder, depth, found));
    std::ranges::sort(found.parquet);
    std::ranges::sort(found.csv);
    return found;
}

Result<FolderRows> read_files(
    engine::Session& session, const FolderFiles& files, const ReadFolder& how) {
    if (files.parquet.empty()) return read_text(session, files.csv, how);
    return read_rows(session, Fragment::of("FROM ") + read_parquet(files), how);
}

Result<FolderRows> read_rows(
    engine::Session& session, const Fragment& rows, const ReadFolder& how) {
    FolderRows out;
    const auto relation = duckdb().identifier(how.relation);
    out.rows = TRY(session.keep(how.relation, rows.text(), arrival));
    out.columns =
        TRY(session.describe("SELECT * EXCLUDE (_ingot_arrival) FROM " + relation.text()));
    return out;
}

}  // namespace ingot::run
