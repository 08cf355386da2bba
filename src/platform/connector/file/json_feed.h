#pragma once
// Records of JSON as rows: what is learned of them in one passage, and how they are read again, in pieces.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/connector/file/json_walk.h"
#include "platform/connector/file/tidy.h"

namespace ingot::file {

// The rows of a row group of Parquet, so that a piece becomes one.
inline constexpr std::size_t rows_of_piece = 122'880;

struct JsonFiles {
    std::vector<JsonText> texts;
    JsonColumns columns;
    std::vector<JsonWalk::Place> pieces;
};
using SharedFiles = std::shared_ptr<const JsonFiles>;

// One passage over all records, in order: columns, pieces, and what is no record.
class JsonLook {
public:
    static Result<JsonLook> begin(JsonFiles& files, const TidyOrder& order);
    // Before the next record is taken from the walk.
    void mark(JsonWalk& walk);
    Status take(const JsonRecord& record, JsonWalk& walk);
    std::int64_t rows() const { return rows_; }
    // As it would be if no more came.
    Tidied so_far() const;
    // `rows_in_place` is the caller's to set.
    Result<Tidied> finish();

private:
    JsonLook(JsonFiles& files, TidyWriter writer) : files_(&files), writer_(std::move(writer)) {}
    JsonFiles* files_;
    TidyWriter writer_;
    std::int64_t rows_ = 0;
};

// Puts records into chunks, for one thread.
class JsonTaker {
public:
    // `wanted`: places in `columns`, in the order of the chunks' columns.
    struct Wanted {
        // Where a value goes.
        struct Slot {
            enum class Kind { text, as_written, bigint, real, boolean } kind = Kind::as_written;
            std::size_t column = 0;  // of the chunk
        };
        std::vector<std::optional<Slot>> slots;  // by the place of the column
        std::optional<std::size_t> input, line;  // columns of the chunk
        std::size_t width = 0;
    };
    static Wanted wanted(
        const JsonColumns& there, const Columns& columns, const std::vector<std::size_t>& wanted);

    JsonTaker(const JsonColumns& columns, const Wanted& wanted)
        : wanted_(wanted), finder_(columns) {}
    void take(RowChunk& chunk, const JsonRecord& record, JsonWalk& walk);

private:
    void put(RowChunk& chunk, std::size_t row, std::size_t place, std::string_view value) const;

    const Wanted& wanted_;
    JsonColumns::Finder finder_;
};

// Records that have all been looked at.
std::shared_ptr<const Rows> rows_in_place(SharedFiles files);

}  // namespace ingot::file
