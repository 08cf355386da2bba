#include "medallion/slice/text_types.h"

#include "medallion/slice/text_sample.sql.h"
#include "medallion/slice/text_spelling.sql.h"
#include "medallion/slice/text_whole.sql.h"

namespace ingot::slice {

namespace {

using sql::duckdb;
using sql::Fragment;

Fragment select(const std::vector<Fragment>& all, const Fragment& relation) {
    return Fragment::of("SELECT ") + sql::join(all, Fragment::of(", ")) + Fragment::of(" FROM ") +
           relation;
}

Result<Fragment> look(std::string_view of_column, const Fragment& relation, const Names& columns) {
    std::vector<Fragment> all;
    for (const auto& column : columns)
        all.push_back(TRY(sql::fill(of_column, {{"c", duckdb().identifier(column)}})));
    return select(all, relation);
}

// True for a value that is not of the type, or NULL.
Fragment wrong(const Fragment& c, TextType type) {
    switch (type) {
        case TextType::whole:
            return Fragment::of("TRY_CAST(") + c +
                   Fragment::of(" AS BIGINT)::VARCHAR IS DISTINCT FROM ") + c;
        case TextType::number:
            return Fragment::of("TRY_CAST(") + c + Fragment::of(" AS DOUBLE) IS NULL AND ") + c +
                   Fragment::of(" IS NOT NULL");
        case TextType::boolean:
            return Fragment::of("lower(") + c + Fragment::of(") NOT IN ('true', 'false')");
        case TextType::text: break;
    }
    return Fragment::of("false");
}

// The text, or NULL where it stands for "no value".
Fragment unless_nothing(const Fragment& c) {
    std::vector<Fragment> texts;
    for (const auto& text : null_texts())
        if (!text.empty()) texts.push_back(duckdb().literal(text));
    return Fragment::of("ingot_unless_one_of(") + c + Fragment::of(", [") +
           sql::join(texts, Fragment::of(", ")) + Fragment::of("])");
}

struct Guess {
    Fragment text, value;  // what was read, and what it is as the type guessed
};

// True for a value that is not of the type; `value` is what read_value makes of the text.
Fragment contradicts(const Guess& guess, TextType type) {
    const auto& [c, v] = guess;
    const auto says_something = unless_nothing(c) + Fragment::of(" IS NOT NULL");
    switch (type) {
        case TextType::whole: return v + Fragment::of(" IS NULL AND ") + says_something;
        case TextType::number:
            return Fragment::of("contains(") + c + Fragment::of(", '_') OR (") + v +
                   Fragment::of(" IS NULL AND ") + says_something + Fragment::of(")");
        case TextType::boolean:
            return c + Fragment::of(" <> 'true' AND ") + c +
                   Fragment::of(" <> 'false' AND lower(") + c +
                   Fragment::of(") NOT IN ('true', 'false') AND ") + says_something;
        case TextType::text: break;
    }
    return Fragment::of("false");
}

Fragment read_value(const Fragment& c, TextType type) {
    switch (type) {
        case TextType::whole:
            return Fragment::of("ingot_canonical_or_null(") + c + Fragment::of(", 'BIGINT')");
        case TextType::number: return Fragment::of("TRY_CAST(") + c + Fragment::of(" AS DOUBLE)");
        case TextType::boolean: return Fragment::of("TRY_CAST(") + c + Fragment::of(" AS BOOLEAN)");
        case TextType::text: break;
    }
    return c;
}

Fragment unless_null_text(const Guess& guess, TextType type) {
    if (type == TextType::whole || type == TextType::boolean) return guess.value;
    if (type == TextType::text) return unless_nothing(guess.text);
    // Of the texts for "no value" that the reader of numbers takes all are nan.
    return Fragment::of("CASE WHEN isnan(") + guess.value + Fragment::of(") AND ") +
           unless_nothing(guess.text) + Fragment::of(" IS NULL THEN NULL ELSE ") + guess.value +
           Fragment::of(" END");
}

}  // namespace

const Names& null_texts() {
    static const Names texts{"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan",
        "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"};
    return texts;
}

Result<Fragment> look_at_sample(const Fragment& relation, const Names& columns) {
    return look(embedded::medallion_slice_text_sample_sql, relation, columns);
}

TextType likely(Numbers sample) {
    for (const auto type : {TextType::whole, TextType::number, TextType::boolean})
        if (sample[static_cast<std::size_t>(type)] == 0) return type;
    return TextType::text;
}

bool is_plain(Numbers sample) { return likely(sample) != TextType::number || sample[3] > 0; }

Fragment read_as(
    const Fragment& relation, const std::vector<Question>& columns, const std::string& odd) {
    std::vector<Fragment> read, shown, odds;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto name = duckdb().identifier(columns[i].column);
        const auto type = columns[i].type;
        Guess guess{name, name};
        read.push_back(name);
        if (type != TextType::text) {
            // A projection of its own, so that each value is cast once.
            guess.value = duckdb().identifier("_ingot_value_" + std::to_string(i));
            read.push_back(read_value(name, type) + Fragment::of(" AS ") + guess.value);
            odds.push_back(
                Fragment::of("WHEN ") + contradicts(guess, type) + Fragment::of(" THEN true"));
        }
        shown.push_back(unless_null_text(guess, type) + Fragment::of(" AS ") + name);
    }
    shown.push_back((odds.empty() ? Fragment::of("false")
                                  : Fragment::of("CASE ") + sql::join(odds, Fragment::of(" ")) +
                                        Fragment::of(" ELSE false END")) +
                    Fragment::of(" AS ") + duckdb().identifier(odd));
    return select(shown, Fragment::of("(") + select(read, relation) + Fragment::of(")"));
}

Fragment look_at_read(const Fragment& relation, const Names& columns, const std::string& odd) {
    std::vector<Fragment> all{Fragment::of("coalesce(bool_or(") + duckdb().identifier(odd) +
                              Fragment::of("), false)::INTEGER")};
    for (const auto& column : columns)
        all.push_back(Fragment::of("count(") + duckdb().identifier(column) + Fragment::of(")"));
    return select(all, relation);
}

Fragment ask(const Fragment& relation, const std::vector<Question>& questions) {
    std::vector<Fragment> all;
    for (const auto& question : questions) {
        const auto c = duckdb().identifier(question.column);
        all.push_back(Fragment::of("count(") + c + Fragment::of(")"));
        all.push_back(Fragment::of("count_if(") + wrong(c, question.type) + Fragment::of(")"));
    }
    return select(all, relation);
}

TextType answered(TextType asked, Numbers answer) {
    const auto values = answer[0], not_of_type = answer[1];
    if (values == 0) return TextType::text;
    return not_of_type == 0 ? asked : static_cast<TextType>(static_cast<int>(asked) + 1);
}

Result<Fragment> look_at_spelling(const Fragment& relation, const Names& columns) {
    return look(embedded::medallion_slice_text_spelling_sql, relation, columns);
}

Spelled spelled(Numbers spelling) {
    const auto underscores = spelling[0], points = spelling[1];
    // The engine reads 1_000 as a number; nobody else does.
    if (underscores > 0) return Spelled::text;
    return points > 0 ? Spelled::fraction : Spelled::perhaps_whole;
}

Result<Fragment> look_for_whole(const Fragment& relation, const Names& columns) {
    return look(embedded::medallion_slice_text_whole_sql, relation, columns);
}

Whole whole(Numbers found) {
    const auto not_whole = found[0], leading_zeros = found[1], too_large = found[2];
    if (not_whole > 0) return {TextType::number, 0};
    // More digits than a whole number holds: only text keeps them all.
    if (too_large > 0) return {TextType::text, 0};
    return {TextType::whole, leading_zeros};
}

Fragment typed(const std::string& column, TextType type) {
    const auto c = duckdb().identifier(column);
    switch (type) {
        case TextType::whole: return Fragment::of("CAST(") + c + Fragment::of(" AS BIGINT)");
        case TextType::number: return Fragment::of("CAST(") + c + Fragment::of(" AS DOUBLE)");
        case TextType::boolean: return Fragment::of("CAST(") + c + Fragment::of(" AS BOOLEAN)");
        case TextType::text: break;
    }
    return c;
}

}  // namespace ingot::slice
