#include "data/row_feed.h"

namespace ingot {

void RowChunk::clear(std::size_t width, std::size_t most) {
    columns.resize(width);
    for (auto& column : columns) {
        column.is_there.assign(most, 0);
        // Only what is there is looked at.
        column.texts.resize(most);
        column.integers.resize(most);
        column.numbers.resize(most);
    }
    rows = 0;
    made.clear();
}

}  // namespace ingot
