#pragma once
// Rows that the program reads itself, on their way into a statement of the engine: columns at a time, without a file between.
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/columns.h"

namespace ingot {

// A few rows, by column; room that is used again for the next.
struct RowChunk {
    struct Column {
        std::vector<std::uint8_t> is_there;
        std::vector<std::string_view> texts;  // VARCHAR
        std::vector<std::int64_t> integers;   // BIGINT; BOOLEAN as 0 and 1
        std::vector<double> numbers;          // DOUBLE
    };
    std::vector<Column> columns;
    std::size_t rows = 0;
    std::deque<std::string> made;  // texts that stand nowhere else

    // No rows, and room for `most`.
    void clear(std::size_t width, std::size_t most);
};

class RowFeed {
public:
    virtual ~RowFeed() = default;
    // VARCHAR, BIGINT, DOUBLE and BOOLEAN.
    virtual const Columns& columns() const = 0;

    // Rows after one another, for one thread.
    class Piece {
    public:
        virtual ~Piece() = default;
        virtual std::size_t number() const = 0;  // pieces in order are the rows in order
        // The next rows, `most` unless these are the last; none at the end. Views hold until the next call.
        virtual Status fill(RowChunk& chunk, std::size_t most) = 0;
    };
    // One passage over all rows; next() may be called from several threads.
    class Reading {
    public:
        virtual ~Reading() = default;
        virtual std::size_t most_threads() const = 0;
        // Nothing when all pieces are given away.
        virtual Result<std::unique_ptr<Piece>> next() = 0;
    };
    // `wanted`: places in columns(), in the order of the chunks' columns. This outlives the reading.
    virtual std::unique_ptr<Reading> read(std::vector<std::size_t> wanted) const = 0;
};

}  // namespace ingot
