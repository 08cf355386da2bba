#pragma once
// A set of rows of one file by their places, from 0, as small as such sets can be kept.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ingot::table {

class RowSet {
public:
    RowSet();
    RowSet(RowSet&&) noexcept;
    RowSet& operator=(RowSet&&) noexcept;
    ~RowSet();

    // What bytes() gave; STG103 for anything else.
    static Result<RowSet> parse(std::string_view bytes);
    // Delta's RoaringBitmapArray: the magic number and a portable bitmap of 64 bits.
    std::string bytes() const;

    void add(std::span<const std::uint64_t> rows);
    bool contains(std::uint64_t row) const;
    std::int64_t size() const;
    // A bit a row, the lowest first, up to the last row of the set. STG103 when that is no place in a file.
    Result<std::vector<std::uint64_t>> bits() const;

private:
    struct Bitmap;
    std::unique_ptr<Bitmap> bitmap_;
};

}  // namespace ingot::table
