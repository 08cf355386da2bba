#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

#include <fnmatch.h>
#include <sys/stat.h>

#include "base/lower_case.h"
#include "platform/connector/file.h"

namespace ingot::file {

namespace {

namespace fs = std::filesystem;

bool has_wildcard(std::string_view part) {
    return part.find_first_of("*?[") != std::string_view::npos;
}

std::vector<std::string> parts_of(const std::string& pattern) {
    std::vector<std::string> parts;
    for (const auto& part : fs::path(pattern))
        if (!part.empty() && part != "/") parts.push_back(part.string());
    return parts;
}

std::string name_of(const fs::path& path, const std::string& project_root) {
    const auto relative = path.lexically_relative(project_root);
    const bool is_outside = relative.empty() || *relative.begin() == "..";
    return is_outside ? path.string() : relative.string();
}

// Walks the pattern part by part, so that only folders that can match are read.
class Finder {
public:
    Finder(std::string root, std::vector<std::string> parts)
        : root_(std::move(root)), parts_(std::move(parts)) {}

    Result<std::vector<Found>> find() {
        TRY(walk("/", 0));
        std::ranges::sort(found_, {}, &Found::path);
        const auto twice = std::ranges::unique(found_, {}, &Found::path);
        found_.erase(twice.begin(), twice.end());
        return std::move(found_);
    }

private:
    Status walk(const fs::path& at, std::size_t depth) {
        if (depth == parts_.size()) return add(at);
        const auto& part = parts_[depth];
        if (!has_wildcard(part)) return walk(at / part, depth + 1);
        if (part == "**") TRY(walk(at, depth + 1));
        std::error_code error;
        fs::directory_iterator entries(at, error);
        if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
            return {};
        if (error) return fail("EXT001", "cannot list " + at.string() + ": " + error.message());
        for (const auto& entry : entries) TRY(enter(entry, depth));
        return {};
    }

    Status enter(const fs::directory_entry& entry, std::size_t depth) {
        const auto name = entry.path().filename().string();
        std::error_code error;
        if (parts_[depth] == "**")
            return entry.is_directory(error) ? walk(entry.path(), depth) : Status{};
        if (::fnmatch(parts_[depth].c_str(), name.c_str(), FNM_PERIOD) != 0) return {};
        return walk(entry.path(), depth + 1);
    }

    Status add(const fs::path& path) {
        struct stat about{};
        if (::stat(path.c_str(), &about) != 0) {
            if (errno == ENOENT || errno == ENOTDIR) return {};
            return fail("EXT001", "cannot look at " + path.string() + ": " + std::strerror(errno));
        }
        if (!S_ISREG(about.st_mode)) return {};
        const auto microseconds =
            std::int64_t{about.st_mtim.tv_sec} * 1'000'000 + about.st_mtim.tv_nsec / 1000;
        found_.push_back({path.string(), name_of(path, root_), about.st_size, microseconds});
        return {};
    }

    std::string root_;
    std::vector<std::string> parts_;
    std::vector<Found> found_;
};

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](auto ending) { return name.ends_with(ending); });
}

// "Orders.CSV.gz" -> "orders.csv"
std::string unpacked_name(const std::string& path) {
    auto name = lower(path);
    for (const std::string_view ending : {".gz", ".gzip", ".zst", ".zstd", ".bz2", ".xz"})
        if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
    return name;
}

}  // namespace

Result<std::string> with_date(const std::string& pattern, Date date) {
    std::string out;
    std::size_t at = 0;
    for (;;) {
        const auto open = pattern.find("{date", at);
        if (open == std::string::npos) return out + pattern.substr(at);
        const auto close = pattern.find('}', open);
        if (close == std::string::npos)
            return fail("EXT103", "path '" + pattern + "': {date is not closed by }");
        out += pattern.substr(at, open - at);
        const auto inner = pattern.substr(open + 5, close - open - 5);
        if (inner.empty())
            out += to_string(date);
        else if (inner.front() == ':')
            out += format_date(date, inner.substr(1));
        else
            return fail("EXT103", "path '" + pattern + "': write {date} or {date:%Y/%m/%d}");
        at = close + 1;
    }
}

Result<std::vector<Found>> find_files(const std::string& project_root, const std::string& pattern) {
    const auto absolute = (fs::path(project_root) / pattern).lexically_normal();
    return Finder(fs::path(project_root).lexically_normal().string(), parts_of(absolute.string()))
        .find();
}

bool is_archive(const Found& file) {
    return ends_with_any(unpacked_name(file.path), {".zip", ".tar", ".tgz", ".tbz2", ".txz"});
}

Result<Format> format_of(const Found& file, const Told& told) {
    static constexpr std::array<std::pair<std::string_view, Format>, 12> endings{
        {{".csv", Format::csv}, {".tsv", Format::csv}, {".json", Format::json},
            {".jsonl", Format::json}, {".ndjson", Format::json}, {".parquet", Format::parquet},
            {".pq", Format::parquet}, {".xlsx", Format::xlsx}, {".avro", Format::avro},
            {".xml", Format::xml}, {".fwf", Format::fixed}, {".fixed", Format::fixed}}};
    const auto name = told.format ? "." + *told.format : unpacked_name(file.path);
    const auto it = std::ranges::find_if(
        endings, [&](const auto& ending) { return name.ends_with(ending.first); });
    if (it != endings.end()) return it->second;
    if (!told.widths.empty()) return Format::fixed;
    if (!told.format) return Format::csv;
    return fail(
        "EXT103", "format '" + *told.format +
                      "': csv, tsv, json, jsonl, parquet, xlsx, avro, xml or fixed is expected");
}

}  // namespace ingot::file
