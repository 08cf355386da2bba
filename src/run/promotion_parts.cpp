#include "run/promotion_parts.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>

#include "sql/dialect.h"

namespace ingot::run {

namespace {

// Two of the engine's row groups: rewriting one for a single row costs a tenth of a second.
constexpr std::int64_t room_of_file = 2 * 122'880;

// So many runs of about one size become one.
constexpr std::size_t runs_of_a_size = 8;

// Rows are marked until one of so many of a file is gone: reading it costs a third more then.
constexpr std::int64_t least_gone = 4;

// Rows that are written again for each that goes. A file gives back a quarter of its rows, so four would do for ever; twice that
// takes less turns than files wear out in.
constexpr std::int64_t written_for_one = 8;

using Files = std::vector<table::DataFile>;

std::int64_t rows_in(const Files& files) {
    std::int64_t rows = 0;
    for (const auto& file : files) rows += file.rows;
    return rows;
}

bool has(const Files& files, const table::DataFile& file) {
    return std::ranges::any_of(
        files, [&](const table::DataFile& other) { return other.path == file.path; });
}

std::vector<Files> runs_of(const Files& files) {
    std::map<std::string, Files> by_name;
    for (const auto& file : files) by_name[run_of(file)].push_back(file);
    std::vector<Files> runs;
    for (auto& [name, run] : by_name) runs.push_back(std::move(run));
    std::ranges::stable_sort(runs, {}, rows_in);
    return runs;
}

}  // namespace

std::int64_t rows_of_file() {
    static const std::int64_t rows = [] {
        std::int64_t wanted = room_of_file;
        if (const char* text = std::getenv("INGOT_FILE_ROWS")) {
            const std::string_view said(text);
            std::from_chars(said.data(), said.data() + said.size(), wanted);
        }
        return std::max<std::int64_t>(1, wanted);
    }();
    return rows;
}

std::size_t outgrown(const std::vector<std::int64_t>& runs, std::int64_t rows) {
    if (runs.empty()) return 0;
    auto size = std::max(rows, runs.front());
    std::size_t taken = 0;
    while (taken < runs.size() && runs[taken] <= size) size += runs[taken++];
    return taken + 1 < runs_of_a_size ? 0 : taken;
}

std::string run_of(const table::DataFile& file) {
    const auto tag = file.tags.find("ingot.run");
    return tag == file.tags.end() ? file.path : tag->second;
}

std::set<std::string> worn_out(std::vector<Worn> files) {
    const auto gone = [](const Worn& worn) {
        return worn.file.all_rows() - worn.file.rows + worn.going;
    };
    const auto share = [&](const Worn& worn) {
        return static_cast<double>(gone(worn)) /
               static_cast<double>(std::max<std::int64_t>(1, worn.file.all_rows()));
    };
    std::int64_t room = 0;
    for (const auto& worn : files) room += written_for_one * worn.going;
    std::erase_if(
        files, [&](const Worn& worn) { return gone(worn) * least_gone < worn.file.all_rows(); });
    std::ranges::stable_sort(files, std::greater(), share);
    std::set<std::string> paths;
    for (const auto& worn : files) {
        if (room <= 0) break;
        room -= worn.file.rows - worn.going;
        paths.insert(worn.file.path);
    }
    return paths;
}

PartFiles arrange(const PartOrder& order) {
    PartFiles out;
    auto size = order.new_rows;
    // What is written again in any case joins the new rows where it is not more than they are.
    auto changed = order.changed;
    std::ranges::stable_sort(changed, {}, &table::DataFile::rows);
    for (auto& file : changed) {
        const bool joins = order.fits_one_file || file.rows <= size;
        if (joins) size += file.rows;
        (joins ? out.with_new : out.by_itself).push_back(std::move(file));
    }
    if (size == 0 && !order.fits_one_file) return out;
    Files rest;
    for (const auto& file : order.standing)
        if (!has(order.changed, file) && file.tags.contains("ingot.part")) rest.push_back(file);
    const auto runs = runs_of(rest);
    std::vector<std::int64_t> sizes;
    for (const auto& run : runs) sizes.push_back(rows_in(run));
    for (std::size_t i = 0; i < outgrown(sizes, size); ++i)
        out.with_new.insert(out.with_new.end(), runs[i].begin(), runs[i].end());
    return out;
}

sql::Fragment sorted_by_key(const sql::Fragment& select, const Columns& keys) {
    return sql::Fragment::of("SELECT * FROM (") + select + sql::Fragment::of("\n) ORDER BY ") +
           sql::duckdb().columns(names_of(keys));
}

}  // namespace ingot::run
