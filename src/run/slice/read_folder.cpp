#include "run/slice/read_folder.h"

#include <algorithm>
#include <filesystem>

#include "medallion/slice/text_types.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
using slice::TextType;
using sql::duckdb;
using sql::Fragment;

bool is_hidden(const fs::path& path) {
    const auto name = path.filename().string();
    return name.starts_with('_') || name.starts_with('.');
}

Status collect(const fs::path& folder, Depth depth, FolderFiles& found) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (is_hidden(it->path())) continue;
        if (it->is_directory()) {
            if (depth == Depth::tree) TRY(collect(it->path(), depth, found));
            continue;
        }
        auto ending = it->path().extension().string();
        std::ranges::transform(
            ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
        auto* list = ending == ".parquet" ? &found.parquet
                     : ending == ".csv"   ? &found.csv
                                          : nullptr;
        if (!list) continue;
        list->push_back(it->path().string());
        found.bytes += static_cast<std::int64_t>(it->file_size());
    }
    if (error) return fail("STG001", "cannot list " + folder.string() + ": " + error.message());
    return {};
}

Fragment named(const std::string& relation, std::string_view suffix = {}) {
    return duckdb().identifier(relation + std::string(suffix));
}

std::span<const std::int64_t> of_column(
    const std::vector<std::int64_t>& numbers, std::size_t i, std::size_t each) {
    return std::span(numbers).subspan(i * each, each);
}

Result<std::vector<std::int64_t>> numbers(engine::Session& session, const Fragment& sql) {
    const auto rows = TRY(session.query(sql.text()));
    std::vector<std::int64_t> out;
    for (std::size_t i = 0; i < rows.rows.at(0).size(); ++i) out.push_back(rows.integer(0, i));
    return out;
}

// What the text columns of a relation are, by looking at a sample, then at all values of those in question.
class TextJudge {
public:
    TextJudge(engine::Session& session, const Fragment& relation, const ReadFolder& how)
        : session_(session), relation_(relation), how_(how) {}

    Result<std::vector<TextType>> judge(
        const std::vector<std::string>& columns, std::vector<std::string>& warnings) {
        columns_ = columns;
        types_.assign(columns.size(), TextType::text);
        TRY(settle(TRY(questions())));
        TRY(settle_spelling(warnings));
        return std::move(types_);
    }

private:
    using Which = std::vector<std::size_t>;

    Result<Which> questions() {
        Which open;
        const auto sample = Fragment::of("(FROM ") + relation_ + Fragment::of(" LIMIT 1024)");
        const auto seen = TRY(numbers(session_, TRY(slice::look_at_sample(sample, columns_))));
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (has_name(how_.text_columns, columns_[i])) continue;
            types_[i] = slice::likely(of_column(seen, i, slice::sample_numbers));
            if (types_[i] != TextType::text) open.push_back(i);
        }
        return open;
    }

    Status settle(Which open) {
        while (!open.empty()) {
            std::vector<slice::Question> asked;
            for (const auto i : open) asked.push_back({columns_[i], types_[i]});
            const auto answers = TRY(numbers(session_, slice::ask(relation_, asked)));
            Which next;
            for (std::size_t k = 0; k < open.size(); ++k) {
                auto& type = types_[open[k]];
                const auto before = type;
                type = slice::answered(before, of_column(answers, k, slice::answer_numbers));
                if (type != before && type != TextType::text) next.push_back(open[k]);
            }
            open = std::move(next);
        }
        return {};
    }

    Status settle_spelling(std::vector<std::string>& warnings) {
        Which numeric, perhaps;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (types_[i] == TextType::number) numeric.push_back(i);
        if (numeric.empty()) return {};
        const auto spelling =
            TRY(numbers(session_, TRY(slice::look_at_spelling(relation_, names(numeric)))));
        for (std::size_t k = 0; k < numeric.size(); ++k) {
            const auto spelled = slice::spelled(of_column(spelling, k, slice::spelling_numbers));
            if (spelled == slice::Spelled::text) types_[numeric[k]] = TextType::text;
            if (spelled == slice::Spelled::perhaps_whole) perhaps.push_back(numeric[k]);
        }
        if (perhaps.empty()) return {};
        const auto found =
            TRY(numbers(session_, TRY(slice::look_for_whole(relation_, names(perhaps)))));
        for (std::size_t k = 0; k < perhaps.size(); ++k) {
            const auto whole = slice::whole(of_column(found, k, slice::whole_numbers));
            types_[perhaps[k]] = whole.type;
            if (whole.leading_zeros > 0)
                warnings.push_back("column '" + columns_[perhaps[k]] +
                                   "': " + std::to_string(whole.leading_zeros) +
                                   " values lose leading zeros, since all its values are numbers; "
                                   "name it in silver.text_columns, or land Parquet");
        }
        return {};
    }

    std::vector<std::string> names(const Which& which) const {
        std::vector<std::string> out;
        for (const auto i : which) out.push_back(columns_[i]);
        return out;
    }

    engine::Session& session_;
    const Fragment& relation_;
    const ReadFolder& how_;
    std::vector<std::string> columns_;
    std::vector<TextType> types_;
};

Fragment read_csv(const FolderFiles& files) {
    return Fragment::of("read_csv(") + duckdb().list(files.csv) +
           Fragment::of(
               ", header = true, all_varchar = true, union_by_name = true, delim = ',', "
               "quote = '\"', escape = '\"', strict_mode = false, hive_partitioning = false, nullstr = ") +
           duckdb().list(slice::null_texts()) + Fragment::of(")");
}

Fragment read_parquet(const FolderFiles& files) {
    return Fragment::of("read_parquet(") + duckdb().list(files.parquet) +
           Fragment::of(", union_by_name = true, hive_partitioning = false)");
}

}  // namespace

Result<FolderFiles> data_files(const std::string& folder, Depth depth) {
    FolderFiles found;
    TRY(collect(folder, depth, found));
    std::ranges::sort(found.parquet);
    std::ranges::sort(found.csv);
    return found;
}

Result<FolderRows> read_files(
    engine::Session& session, const FolderFiles& files, const ReadFolder& how) {
    const bool csv = files.parquet.empty();
    const auto read = named(how.relation, "_read");
    FolderRows out;
    out.rows = TRY(session.execute("CREATE OR REPLACE TEMP TABLE " + read.text() + " AS FROM " +
                                   (csv ? read_csv(files) : read_parquet(files)).text()));
    const auto columns = TRY(session.describe("FROM " + read.text()));
    const auto names = names_of(columns);
    std::vector<Fragment> list;
    if (csv) {
        const auto types = TRY(TextJudge(session, read, how).judge(names, out.warnings));
        for (std::size_t i = 0; i < names.size(); ++i)
            list.push_back(slice::typed(names[i], types[i]) + Fragment::of(" AS ") +
                           duckdb().identifier(names[i]));
    } else {
        list.push_back(Fragment::of("*"));
    }
    list.push_back(Fragment::of("rowid AS _ingot_arrival"));
    TRY(session.execute("CREATE OR REPLACE TEMP VIEW " + named(how.relation).text() +
                        " AS SELECT " + join(list, Fragment::of(", ")).text() + " FROM " +
                        read.text()));
    out.columns = TRY(
        session.describe("SELECT * EXCLUDE (_ingot_arrival) FROM " + named(how.relation).text()));
    return out;
}

}  // namespace ingot::run
