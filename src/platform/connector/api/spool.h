#pragma once
// What a fetch has brought so far, on disk: the rows in one file, and a line in another for each page that is whole. Killed
// anywhere, the next fetch of the same slice goes on after the last of them. Nothing is synced: what a power cut takes is
// known by the hash in its line, and asked for again.
#include <cstdint>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/connector/api/page.h"

namespace ingot::api {

// Where to go on.
struct Progress {
    std::size_t parent = 0;
    std::optional<Step> next{};  // nothing: the parent is through
    std::int64_t pages = 0;
    std::int64_t records = 0;
    std::vector<std::string> seen{};  // marks of the pages of this parent
};

class Spool {
public:
    // `asked` stands for everything that the answers depend on; what was left for anything else is thrown away.
    static Result<Spool> open(const std::string& folder, const std::string& asked);

    const std::optional<Progress>& progress() const { return progress_; }
    const std::string& rows_path() const { return rows_path_; }
    std::int64_t size() const { return size_; }

    struct Taken {
        std::string_view rows;  // JSON lines
        std::int64_t records = 0;
        std::size_t parent = 0;
        std::optional<Step> next;
        std::string mark;
    };
    // The page is on disk, as far as other processes are concerned, when this returns.
    Status add(const Taken& page);

private:
    Spool() = default;
    Status read_progress(const std::string& asked);

    std::string rows_path_;
    std::string pages_path_;
    int rows_ = -1;
    int pages_ = -1;
    std::int64_t size_ = 0;
    std::optional<Progress> progress_;

public:
    Spool(Spool&& other) noexcept;
    Spool& operator=(Spool&&) = delete;
    ~Spool();
};

}  // namespace ingot::api
