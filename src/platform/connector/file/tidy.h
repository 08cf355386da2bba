#pragma once
// Writes the tidy CSV and its rejects.
#include <cstdio>
#include <memory>
#include <string>

#include "platform/connector/file.h"

namespace ingot::file {

struct Reject {
    std::size_t input = 0;
    std::int64_t line = 0;
    std::string_view text;
    std::string reason;
};

class TidyWriter {
public:
    static Result<TidyWriter> create(const TidyOrder& order, std::vector<std::string> names);
    void begin_row(std::size_t input, std::int64_t line);
    void null() { row_ += ','; }
    void text(std::string_view value);
    Status end_row();
    Status reject(const Reject& reject);
    Result<Tidied> finish();
    std::size_t width() const { return done_.names.size(); }
    void count_padded() { ++done_.padded; }

private:
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
    TidyWriter(Tidied done, File rows, File rejects)
        : done_(std::move(done)), rows_(std::move(rows)), rejects_(std::move(rejects)) {}
    Tidied done_;
    File rows_;
    File rejects_;
    std::string row_;
};

}  // namespace ingot::file
