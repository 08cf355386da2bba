#pragma once
// What a program prints, spooled into a file of rows as it comes.
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/columns.h"

namespace ingot::process {

enum class Protocol { detect, jsonl, singer, arrow };

struct OutputOrder {
    std::string path;    // of the file of rows
    std::string stream;  // Singer: the one that is landed
    Protocol protocol = Protocol::detect;
    // Told when rows have come: so many bytes of the file are whole lines.
    std::function<void(std::int64_t size, const Columns& types)> arrived = [](auto, const auto&) {};
};

// JSON lines and Arrow's stream are kept as they are. Of Singer's messages the RECORDs of the stream are kept, its SCHEMA gives types, and
// the last STATE the position.
class Output {
public:
    static Result<Output> open(OutputOrder order);

    // EXT132 when a message of Singer cannot be understood; STG001 when the disk is full.
    Status take(std::string_view bytes);
    Status finish();

    // What it turned out to be; `detect` when nothing came.
    Protocol protocol() const { return order_.protocol; }
    const std::string& state() const { return state_; }
    const Columns& types() const { return types_; }
    std::vector<std::string> warnings() const;

private:
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
    Output(OutputOrder order, File file) : order_(std::move(order)), file_(std::move(file)) {}
    Status line(std::string_view line);
    Status message(std::string_view line);
    Status write(std::string_view bytes);
    Status taken(std::string_view bytes);
    Status flush();
    Status misunderstood(std::string_view line, const std::string& why) const;

    OutputOrder order_;
    File file_;
    std::string begun_;  // a line that is not complete yet
    std::int64_t lines_ = 0;
    std::int64_t size_ = 0;         // of the file
    std::int64_t whole_lines_ = 0;  // of these bytes
    std::int64_t records_ = 0;
    std::string state_;
    Columns types_;
    std::vector<std::string> other_streams_;
};

}  // namespace ingot::process
