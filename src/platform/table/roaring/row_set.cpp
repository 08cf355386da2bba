#include "platform/table/row_set.h"

#include <roaring/roaring.h>

namespace ingot::table {

namespace {

constexpr std::string_view magic("\xd1\xd3\x39\x64", 4);

// A file of more rows than this is not one; a bit for each would not fit the memory.
constexpr std::uint64_t most_rows = 1ULL << 34;

struct Free {
    void operator()(roaring64_bitmap_t* bitmap) const { roaring64_bitmap_free(bitmap); }
};

std::unexpected<Error> damaged(const std::string& why) {
    return fail("STG103", "a deletion vector is damaged: " + why);
}

}  // namespace

struct RowSet::Bitmap {
    std::unique_ptr<roaring64_bitmap_t, Free> rows;
};

RowSet::RowSet()
    : bitmap_(new Bitmap{std::unique_ptr<roaring64_bitmap_t, Free>(roaring64_bitmap_create())}) {}
RowSet::RowSet(RowSet&&) noexcept = default;
RowSet& RowSet::operator=(RowSet&&) noexcept = default;
RowSet::~RowSet() = default;

Result<RowSet> RowSet::parse(std::string_view bytes) {
    if (!bytes.starts_with(magic)) return damaged("it does not begin as one");
    bytes.remove_prefix(magic.size());
    std::unique_ptr<roaring64_bitmap_t, Free> rows(
        roaring64_bitmap_portable_deserialize_safe(bytes.data(), bytes.size()));
    const char* why = nullptr;
    if (!rows) return damaged("it is no bitmap");
    if (!roaring64_bitmap_internal_validate(rows.get(), &why))
        return damaged(why ? why : "it is no bitmap");
    RowSet set;
    set.bitmap_->rows = std::move(rows);
    return set;
}

std::string RowSet::bytes() const {
    auto* rows = bitmap_->rows.get();
    std::string out(magic);
    out.resize(magic.size() + roaring64_bitmap_portable_size_in_bytes(rows));
    roaring64_bitmap_portable_serialize(rows, out.data() + magic.size());
    return out;
}

void RowSet::add(std::span<const std::uint64_t> rows) {
    roaring64_bitmap_add_many(bitmap_->rows.get(), rows.size(), rows.data());
}

bool RowSet::contains(std::uint64_t row) const {
    return roaring64_bitmap_contains(bitmap_->rows.get(), row);
}

std::int64_t RowSet::size() const {
    return static_cast<std::int64_t>(roaring64_bitmap_get_cardinality(bitmap_->rows.get()));
}

Result<std::vector<std::uint64_t>> RowSet::bits() const {
    std::vector<std::uint64_t> bits;
    if (size() == 0) return bits;
    const auto last = roaring64_bitmap_maximum(bitmap_->rows.get());
    if (last >= most_rows) return damaged("it names row " + std::to_string(last));
    bits.resize(last / 64 + 1);
    roaring64_bitmap_iterate(
        bitmap_->rows.get(),
        [](std::uint64_t row, void* into) {
            static_cast<std::uint64_t*>(into)[row / 64] |= 1ULL << (row % 64);
            return true;
        },
        bits.data());
    return bits;
}

}  // namespace ingot::table
