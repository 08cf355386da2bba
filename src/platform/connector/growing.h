#pragma once
// JSON lines in a file that another thread still writes: looked at and read while they come.
#include <functional>

#include "platform/connector/file.h"

namespace ingot::file {

// Rows that are handed over as one, so that they are laid out in Parquet while more come; what is left at the end, when
// nothing else does, is waited for.
inline constexpr std::int64_t rows_of_growing_piece = 40'960;

class GrowingJson {
public:
    // EXT103 where the rows can only be understood as a whole: when the file does not begin with an object.
    static Result<std::unique_ptr<GrowingJson>> open(const Found& file, const TidyOrder& order);
    virtual ~GrowingJson() = default;

    // For the thread that writes.
    virtual void grow(std::int64_t size) = 0;  // the first `size` bytes are whole lines, for good
    virtual void finish() = 0;                 // no more comes
    virtual void abandon() = 0;                // nobody wants the rows: who waits gets RUN102

    // For one other thread, which holds the feed while a statement reads it.
    // Looks on until `rows` are there, or all of them.
    virtual Status look(std::int64_t rows) = 0;
    virtual bool is_whole() const = 0;  // all rows have been looked at
    // What was learned, as it would be if no more came.
    virtual Tidied so_far() const = 0;
    // All rows from the first one on, for one thread, each looked at before it is handed over. Waits for those to come; after
    // long waiting, and when `fits` says no to what was learned, the statement ends with RUN102.
    virtual std::shared_ptr<const RowFeed> feed(
        Columns columns, std::function<bool(const Tidied&)> fits) = 0;
    // When whole: what tidy_json() makes of the file.
    virtual Result<Tidied> tidied() = 0;
};

}  // namespace ingot::file
