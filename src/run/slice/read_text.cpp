#include "run/slice/read_text.h"

#include "medallion/slice/text_types.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using slice::TextType;
using sql::duckdb;
using sql::Fragment;

constexpr std::int64_t rows_of_sample = 1024;
constexpr const char* odd = "_ingot_odd";

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
        const auto sample = Fragment::of("(FROM ") + relation_ + Fragment::of(" LIMIT ") +
                            duckdb().integer(rows_of_sample) + Fragment::of(")");
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
                warnings.push_back("SIL104 column '" + columns_[perhaps[k]] +
                                   "': " + std::to_string(whole.leading_zeros) +
                                   " values lose leading zeros, since all its values are numbers; "
                                   "name it in text_columns, or land Parquet");
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

Fragment read_csv(const std::vector<std::string>& files, const std::vector<std::string>& nulls) {
    return Fragment::of("read_csv(") + duckdb().list(files) +
           Fragment::of(
               ", header = true, all_varchar = true, union_by_name = true, delim = ',', "
               "quote = '\"', escape = '\"', strict_mode = false, hive_partitioning = false, "
               // Its own 32 MB lie about several times over, and are read whole for the sample.
               "buffer_size = 4194304, nullstr = ") +
           duckdb().list(nulls) + Fragment::of(")");
}

class TextReader {
public:
    TextReader(
        engine::Session& session, const std::vector<std::string>& files, const ReadFolder& how)
        : session_(session),
          files_(files),
          how_(how),
          all_text_(read_csv(files, slice::null_texts())),
          read_name_(how.relation + "_read"),
          read_(duckdb().identifier(read_name_)) {}

    Result<FolderRows> run() {
        if (!TRY(read_as_guessed())) TRY(read_all_text());
        out_.columns = TRY(session_.describe(
            "SELECT * EXCLUDE (_ingot_arrival) FROM " + duckdb().identifier(how_.relation).text()));
        return std::move(out_);
    }

private:
    // What the first rows are is nearly always what all are; then nothing has to be kept, and read again, as text.
    Result<bool> read_as_guessed() {
        const auto sample = how_.relation + "_sample";
        const auto some = "FROM " + all_text_.text() + " LIMIT " + std::to_string(rows_of_sample);
        if (TRY(session_.keep(sample, some, arrival)) == 0) return false;
        const auto rows = duckdb().identifier(sample);
        names_ = names_of(
            TRY(session_.describe("SELECT * EXCLUDE (_ingot_arrival) FROM " + rows.text())));
        const auto seen = TRY(numbers(session_, TRY(slice::look_at_sample(rows, names_))));
        std::vector<slice::Question> guesses;
        std::vector<std::string> not_text;
        for (std::size_t i = 0; i < names_.size(); ++i) {
            const auto of = of_column(seen, i, slice::sample_numbers);
            const bool is_text = has_name(how_.text_columns, names_[i]);
            if (!is_text && !slice::is_plain(of)) return false;
            guesses.push_back({names_[i], is_text ? TextType::text : slice::likely(of)});
            if (guesses[i].type != TextType::text) not_text.push_back(names_[i]);
        }
        const auto as_guessed = slice::read_as(read_csv(files_, {""}), guesses, odd);
        out_.rows = TRY(session_.keep(read_name_, as_guessed.text(), arrival));
        const auto found = TRY(numbers(session_, slice::look_at_read(read_, not_text, odd)));
        if (found[0] != 0) return false;
        std::vector<Fragment> list;
        std::size_t k = 0;
        for (const auto& guess : guesses) {
            const auto name = duckdb().identifier(guess.column);
            // A column without a value is text.
            const bool is_empty = guess.type != TextType::text && found[++k] == 0;
            list.push_back(
                is_empty ? Fragment::of("CAST(") + name + Fragment::of(" AS VARCHAR) AS ") + name
                         : name);
        }
        TRY(show(list));
        return true;
    }

    Status read_all_text() {
        out_.rows = TRY(session_.keep(read_name_, "FROM " + all_text_.text(), arrival));
        names_ = names_of(
            TRY(session_.describe("SELECT * EXCLUDE (_ingot_arrival) FROM " + read_.text())));
        const auto types = TRY(TextJudge(session_, read_, how_).judge(names_, out_.warnings));
        std::vector<Fragment> list;
        for (std::size_t i = 0; i < names_.size(); ++i)
            list.push_back(slice::typed(names_[i], types[i]) + Fragment::of(" AS ") +
                           duckdb().identifier(names_[i]));
        return show(list);
    }

    Status show(std::vector<Fragment> list) {
        list.push_back(duckdb().identifier(arrival));
        TRY(session_.execute("CREATE OR REPLACE TEMP VIEW " +
                             duckdb().identifier(how_.relation).text() + " AS SELECT " +
                             join(list, Fragment::of(", ")).text() + " FROM " + read_.text()));
        return {};
    }

    engine::Session& session_;
    const std::vector<std::string>& files_;
    const ReadFolder& how_;
    const Fragment all_text_;
    const std::string read_name_;
    const Fragment read_;
    std::vector<std::string> names_;
    FolderRows out_;
};

}  // namespace

Result<FolderRows> read_text(
    engine::Session& session, const std::vector<std::string>& files, const ReadFolder& how) {
    return TextReader(session, files, how).run();
}

}  // namespace ingot::run
