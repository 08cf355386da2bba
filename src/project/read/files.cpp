#include "project/read/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace ingot::project {

namespace fs = std::filesystem;

namespace {

bool has_project_file(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / "ingot.yml", ignored) || fs::exists(folder / "ingot.yaml", ignored);
}

// The length of the UTF-8 character that begins here, 0 when it is none.
std::size_t character_size(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto goes_on = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    if (byte(0) < 0x80U) return 1;
    if (byte(0) >= 0xC2U && byte(0) < 0xE0U && goes_on(1)) return 2;
    if (byte(0) >= 0xE0U && byte(0) < 0xF0U && goes_on(1) && goes_on(2)) {
        const bool overlong = byte(0) == 0xE0U && byte(1) < 0xA0U;
        const bool surrogate = byte(0) == 0xEDU && byte(1) >= 0xA0U;
        return overlong || surrogate ? 0 : 3;
    }
    if (byte(0) >= 0xF0U && byte(0) < 0xF5U && goes_on(1) && goes_on(2) && goes_on(3)) {
        const bool overlong = byte(0) == 0xF0U && byte(1) < 0x90U;
        const bool beyond = byte(0) == 0xF4U && byte(1) >= 0x90U;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

std::size_t first_bad_byte(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto size = character_size(text.substr(at));
        if (size == 0) return at;
        at += size;
    }
    return std::string_view::npos;
}

std::optional<std::string> bytes_of(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    std::string out;
    struct stat status{};
    bool sound = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    if (sound) out.resize(static_cast<std::size_t>(status.st_size));
    std::size_t filled = 0;
    while (sound && filled < out.size()) {
        const auto got = ::read(fd, out.data() + filled, out.size() - filled);
        if (got == 0) break;
        if (got > 0)
            filled += static_cast<std::size_t>(got);
        else
            sound = errno == EINTR;
    }
    out.resize(filled);
    if (!sound && errno == 0) errno = EINVAL;
    ::close(fd);
    return sound ? std::optional(std::move(out)) : std::nullopt;
}

void list_folder(const fs::path& folder, const std::string& path, std::vector<FoundFile>& out,
    Diagnostics& diagnostics) {
    std::error_code error;
    for (auto it = fs::directory_iterator(folder, error); !error && it != fs::directory_iterator();
        it.increment(error)) {
        auto name = it->path().filename().string();
        if (name.starts_with('.')) continue;
        std::error_code ignored;
        if (it->is_directory(ignored)) {
            list_folder(it->path(), path + "/" + name, out, diagnostics);
            continue;
        }
        const auto dot = name.rfind('.');
        std::string extension = dot == std::string::npos ? "" : name.substr(dot);
        std::ranges::transform(extension, extension.begin(),
            [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        out.push_back({path + "/" + name, path, name.substr(0, dot), std::move(extension)});
    }
    if (error && error != std::errc::no_such_file_or_directory)
        diagnostics.error("CFG110", "cannot list " + path + ": " + error.message(), {intern(path)});
}

}  // namespace

std::optional<fs::path> find_root(const std::string& named) {
    std::error_code error;
    auto folder =
        fs::absolute(named.empty() ? fs::path(".") : fs::path(named), error).lexically_normal();
    if (error) return std::nullopt;
    if (!folder.has_filename()) folder = folder.parent_path();
    if (!named.empty()) return has_project_file(folder) ? std::optional(folder) : std::nullopt;
    for (;; folder = folder.parent_path()) {
        if (has_project_file(folder)) return folder;
        if (folder == folder.parent_path()) return std::nullopt;
    }
}

fs::path project_file(const fs::path& root) {
    std::error_code ignored;
    return fs::exists(root / "ingot.yml", ignored) ? "ingot.yml" : "ingot.yaml";
}

std::vector<FoundFile> list_files(
    const fs::path& root, const std::string& folder, Diagnostics& diagnostics) {
    std::vector<FoundFile> out;
    list_folder(root / folder, folder, out, diagnostics);
    std::ranges::sort(out, {}, &FoundFile::path);
    return out;
}

std::optional<std::string> read_text(
    const fs::path& root, const std::string& path, Diagnostics& diagnostics) {
    errno = 0;
    auto text = bytes_of(root / path);
    if (!text) {
        diagnostics.error(
            "CFG110", std::string("cannot read the file: ") + std::strerror(errno), {intern(path)});
        return std::nullopt;
    }
    if (const auto bad = first_bad_byte(*text); bad != std::string::npos) {
        const auto before = std::string_view(*text).substr(0, bad);
        const auto line = static_cast<int>(std::ranges::count(before, '\n')) + 1;
        const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
        diagnostics.error("CFG110", "the file is not UTF-8 text",
            {intern(path), line, static_cast<int>(bad - line_start) + 1});
        return std::nullopt;
    }
    return text;
}

}  // namespace ingot::project
