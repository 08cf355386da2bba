#include "run/row_marks.h"

#include <charconv>

#include "run/publish.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

std::vector<std::uint64_t> numbers_in(std::string_view text) {
    std::vector<std::uint64_t> numbers;
    for (const char* at = text.data(); at < text.data() + text.size();) {
        auto& number = numbers.emplace_back();
        at = std::from_chars(at, text.data() + text.size(), number).ptr + 1;
    }
    return numbers;
}

}  // namespace

Result<std::vector<table::DataFile>> mark_rows(const RunContext& context, const Node& node,
    engine::Session& session, const std::vector<table::DataFile>& files) {
    if (files.empty()) return std::vector<table::DataFile>{};
    std::map<std::string, table::RowsThatGo> of;
    std::vector<std::string> urls;
    for (const auto& file : files) {
        urls.push_back(context.files.url(node.folder + "/" + file.path));
        of.emplace(urls.back(), table::RowsThatGo{file});
    }
    const auto rows = TRY(session.query(
        "SELECT _ingot_published_file, string_agg(CAST(_ingot_published_row AS VARCHAR), ' ') FROM _ingot_removed "
        "WHERE list_contains(" +
        sql::duckdb().list(urls).text() + ", _ingot_published_file) GROUP BY ALL"));
    for (std::size_t i = 0; i < rows.rows.size(); ++i)
        of.at(rows.text(i, 0)).rows = numbers_in(rows.text(i, 1));
    std::vector<table::RowsThatGo> that_stay;
    for (const auto& [url, go] : of)
        if (std::cmp_less(go.rows.size(), go.file.rows)) that_stay.push_back(go);
    return context.tables.mark(node.folder, fresh_stem(context, "vectors"), that_stay);
}

}  // namespace ingot::run
