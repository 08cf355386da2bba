#include "platform/table/delta/marks.h"

#include "platform/table/delta/schema.h"

namespace ingot::table::delta {

namespace {

Result<RowSet> gone_before(
    storage::FileSystem& files, const std::string& folder, const DeletionVector& vector) {
    if (vector.storage == "i") return parse_inline(vector);
    if (vector.storage == "p")
        return fail(
            "STG101", "a deletion vector of " + folder +
                          " is named by an absolute path; `ingot compact` writes its file again");
    std::string bytes(static_cast<std::size_t>(vector.size + bytes_around), '\0');
    const auto path = folder + "/" + TRY(place_of(vector));
    const auto read = TRY(files.read_at(path, vector.offset.value_or(0), bytes));
    auto rows = unframed(std::string_view(bytes).substr(0, read), vector.size);
    if (!rows) return std::unexpected(std::move(rows).error().during(path));
    return rows;
}

// Bounds that some row of the file meets, and perhaps none that is left.
std::string with_wide_bounds(const std::string& stats, std::int64_t rows) {
    auto json = Json::parse(stats, nullptr, false);
    if (!json.is_object()) return Json{{"numRecords", rows}}.dump();
    if (json.value("tightBounds", Json(true)) == Json(false)) return stats;
    constexpr std::string_view tight = "\"tightBounds\":true";
    if (const auto at = stats.find(tight); at != std::string::npos)
        return std::string(stats).replace(at, tight.size(), "\"tightBounds\":false");
    // Digits of decimals are beyond what JSON's numbers hold here, so the text stays as it is.
    return stats.substr(0, stats.rfind('}')) + ",\"tightBounds\":false}";
}

}  // namespace

Result<std::vector<DataFile>> mark(storage::FileSystem& files, const std::string& folder,
    const std::string& seed, const std::vector<RowsThatGo>& that_go) {
    std::vector<DataFile> marked;
    if (that_go.empty()) return marked;
    const auto place = fresh_vector_file(seed);
    std::string bytes(begin_of_vectors);
    for (const auto& [file, rows] : that_go) {
        auto set = file.vector ? TRY(gone_before(files, folder, *file.vector)) : RowSet();
        const auto before = set.size();
        set.add(rows);
        if (std::cmp_not_equal(set.size() - before, rows.size()))
            return fail("BUG001", folder + "/" + file.path + ": a row that goes was gone before");
        const auto content = set.bytes();
        auto with = file;
        with.vector = DeletionVector{.storage = "u",
            .where = place.where,
            .offset = static_cast<std::int64_t>(bytes.size()),
            .size = static_cast<std::int64_t>(content.size()),
            .rows = set.size()};
        with.rows = file.all_rows() - set.size();
        with.stats = with_wide_bounds(file.stats, file.all_rows());
        bytes += framed(content);
        marked.push_back(std::move(with));
    }
    TRY(files.write(folder + "/" + place.path, bytes));
    return marked;
}

}  // namespace ingot::table::delta
