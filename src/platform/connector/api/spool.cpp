#include "platform/connector/api/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <utility>

#include "base/content_hash.h"

namespace ingot::api {

namespace {

std::unexpected<Error> failed(const std::string& path) {
    return fail("STG001", path + ": " + std::strerror(errno));
}

Status write_all(int file, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed(path);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

std::string contents(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return std::move(out).str();
}

// A chunk of the rows as it was when its line was written.
bool is_as_written(std::ifstream& rows, std::int64_t size, const std::string& hash) {
    std::string chunk(static_cast<std::size_t>(size), '\0');
    return rows.read(chunk.data(), static_cast<std::streamsize>(size)) && xxh64(chunk) == hash;
}

std::int64_t integer_at(const json::Value& object, std::string_view key) {
    const auto value = object.member(key);
    return value ? static_cast<std::int64_t>(value->number()) : -1;
}

}  // namespace

Spool::Spool(Spool&& other) noexcept
    : rows_path_(std::move(other.rows_path_)),
      pages_path_(std::move(other.pages_path_)),
      rows_(std::exchange(other.rows_, -1)),
      pages_(std::exchange(other.pages_, -1)),
      size_(other.size_),
      progress_(std::move(other.progress_)) {}

Spool::~Spool() {
    if (rows_ >= 0) ::close(rows_);
    if (pages_ >= 0) ::close(pages_);
}

Result<Spool> Spool::open(const std::string& folder, const std::string& asked) {
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    Spool spool;
    spool.rows_path_ = folder + "/_rows.jsonl";
    spool.pages_path_ = folder + "/_pages.jsonl";
    spool.rows_ = ::open(spool.rows_path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
    if (spool.rows_ < 0) return failed(spool.rows_path_);
    spool.pages_ =
        ::open(spool.pages_path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
    if (spool.pages_ < 0) return failed(spool.pages_path_);
    TRY(spool.read_progress(asked));
    return spool;
}

// Lines are believed as long as the rows they speak of are there; a power cut may have taken some.
Status Spool::read_progress(const std::string& asked) {
    const auto text = contents(pages_path_);
    std::ifstream rows(rows_path_, std::ios::binary);
    std::string first;
    json::write_text(first, xxh64(asked));
    first += '\n';
    std::int64_t good = 0;
    if (text.starts_with(first)) {
        good = static_cast<std::int64_t>(first.size());
        for (;;) {
            const auto from = static_cast<std::size_t>(good);
            const auto end = text.find('\n', from);
            if (end == std::string::npos) break;
            const auto line = json::parse(std::string_view(text).substr(from, end - from));
            const auto hash = line ? line->member("hash") : std::nullopt;
            const auto bytes = line ? integer_at(*line, "bytes") : -1;
            if (!hash || bytes < 0 || !is_as_written(rows, bytes, hash->text())) break;
            if (!progress_) progress_.emplace();
            const auto parent = static_cast<std::size_t>(integer_at(*line, "parent"));
            if (parent != progress_->parent) progress_->seen.clear();
            progress_->parent = parent;
            progress_->next.reset();
            if (const auto next = line->member("next")) progress_->next = step_from(*next);
            ++progress_->pages;
            progress_->records += integer_at(*line, "records");
            progress_->seen.push_back(line->member("mark")->text());
            size_ += bytes;
            good = static_cast<std::int64_t>(end + 1);
        }
    }
    if (::ftruncate(rows_, size_) != 0) return failed(rows_path_);
    if (::ftruncate(pages_, good) != 0) return failed(pages_path_);
    return good == 0 ? write_all(pages_, first, pages_path_) : Status{};
}

Status Spool::add(const Taken& page) {
    TRY(write_all(rows_, page.rows, rows_path_));
    std::string line = "{\"bytes\":" + std::to_string(page.rows.size()) + ",\"hash\":\"" +
                       xxh64(page.rows) + "\",\"records\":" + std::to_string(page.records) +
                       ",\"parent\":" + std::to_string(page.parent) + ",\"mark\":\"" + page.mark +
                       '"';
    if (page.next) line += ",\"next\":" + to_line(*page.next);
    line += "}\n";
    size_ += static_cast<std::int64_t>(page.rows.size());
    return write_all(pages_, line, pages_path_);
}

}  // namespace ingot::api
