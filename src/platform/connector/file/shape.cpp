// Sniffing: the delimiter whose first record agrees best with the others, a header where the first record differs in
// kind from the rest. No line is ever skipped to make a better fit: a title above a table goes to quarantine, seen.
#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/lower_case.h"
#include "data/columns.h"
#include "platform/connector/file/records.h"
#include "platform/connector/file/text.h"

namespace ingot::file {

namespace {

constexpr std::size_t head_size = 256U << 10U;
constexpr std::size_t most_records = 2000;

using Rows = std::vector<std::vector<std::string>>;

Rows split(std::string_view text, const Marks& marks) {
    Rows rows;
    Records records(text, marks);
    Record record;
    while (rows.size() < most_records && records.next(record)) {
        if (record.fault || record.is_cut || record.fields.empty()) continue;
        auto& row = rows.emplace_back();
        for (const auto& field : record.fields)
            append_value(row.emplace_back(), field, marks.quote);
    }
    return rows;
}

// How well the records agree with the first: 0 when the delimiter does not split it.
double agreement(const Rows& rows) {
    if (rows.empty() || rows.front().size() < 2) return 0;
    const auto width = rows.front().size();
    const auto same =
        std::ranges::count_if(rows, [&](const auto& row) { return row.size() == width; });
    return static_cast<double>(same) / static_cast<double>(rows.size());
}

char best_delimiter(std::string_view text, Marks marks) {
    if (text.find_first_of(";\t|") == std::string_view::npos) return ',';
    char best = ',';
    double best_score = 0;
    std::size_t best_width = 0;
    for (const char delimiter : {',', ';', '\t', '|'}) {
        // What stands nowhere splits nothing.
        if (text.find(delimiter) == std::string_view::npos) continue;
        marks.delimiter = delimiter;
        const auto rows = split(text, marks);
        const auto score = agreement(rows);
        const auto width = rows.empty() ? 0 : rows.front().size();
        if (score < best_score || (score == best_score && width <= best_width)) continue;
        if (score == 0) continue;
        best = delimiter, best_score = score, best_width = width;
    }
    return best;
}

// ' quotes fields when no " is there and fields begin and end with it.
char best_quote(std::string_view text) {
    if (text.find('"') != std::string_view::npos) return '"';
    std::size_t opens = 0, closes = 0;
    constexpr std::string_view around = ",;\t|\r\n";
    for (std::size_t i = text.find('\''); i != std::string_view::npos; i = text.find('\'', i + 1)) {
        opens += i == 0 || around.find(text[i - 1]) != std::string_view::npos ? 1 : 0;
        closes +=
            i + 1 == text.size() || around.find(text[i + 1]) != std::string_view::npos ? 1 : 0;
    }
    return opens > 0 && opens == closes ? '\'' : '"';
}

enum class Kind { empty, number, moment, truth, words };

Kind kind_of(std::string_view text) {
    if (text.empty()) return Kind::empty;
    if (text == "true" || text == "false") return Kind::truth;
    std::size_t digits = 0, signs = 0;
    for (const unsigned char c : text) {
        if (std::isdigit(c) != 0)
            ++digits;
        else if (std::string_view("-+.,:/TZ eE").find(static_cast<char>(c)) ==
                 std::string_view::npos)
            return Kind::words;
        else
            signs += c == '-' || c == ':' || c == '/' ? 1 : 0;
    }
    if (digits == 0 || !(std::isdigit(static_cast<unsigned char>(text.front())) != 0 ||
                           std::string_view("-+.").contains(text.front())))
        return Kind::words;
    return signs >= 2 ? Kind::moment : Kind::number;
}

// The kind of all values of a column below the first row; words when they differ.
Kind column_kind(const Rows& rows, std::size_t column) {
    Kind kind = Kind::empty;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (column >= rows[i].size()) continue;
        const auto here = kind_of(rows[i][column]);
        if (here == Kind::empty) continue;
        if (kind != Kind::empty && kind != here) return Kind::words;
        kind = here;
    }
    return kind;
}

bool has_header(const Rows& rows) {
    if (rows.empty()) return false;
    const auto& first = rows.front();
    bool any_typed = false;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const auto kind = column_kind(rows, i);
        if (kind == Kind::words || kind == Kind::empty) continue;
        any_typed = true;
        if (kind_of(first[i]) != kind) return true;
    }
    if (any_typed) return false;
    const auto kinds_are_words = [](const std::string& text) {
        return kind_of(text) == Kind::words || text.empty();
    };
    return std::ranges::all_of(first, kinds_are_words);
}

// The engine's own way: an empty name becomes column<index>, a repeated one gets _1, _2 …
std::vector<std::string> unique_names(std::vector<std::string> names) {
    std::set<std::string> taken;
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto& name = names[i];
        std::ranges::replace(name, '\0', ' ');
        if (name.empty()) name = "column" + std::to_string(i);
        const auto stem = name;
        for (int n = 1; !taken.insert(lower(name)).second; ++n)
            name = stem + "_" + std::to_string(n);
    }
    return names;
}

std::vector<std::string> names_for(const Rows& rows, const CsvShape& shape, const Told& told) {
    std::vector<std::string> names = told.names;
    if (rows.empty()) return unique_names(std::move(names));
    auto width = rows.front().size();
    if (!shape.header)
        for (const auto& row : rows)
            width = std::max(width, told.names.empty() ? row.size() : width);
    for (auto i = names.size(); i < width; ++i)
        names.push_back(shape.header ? readable(rows.front()[i]) : "column" + std::to_string(i));
    return unique_names(std::move(names));
}

Result<char> one_byte(const std::string& text, const char* option) {
    if (text == "\\t" || text == "tab") return '\t';
    if (text.size() == 1 && text != "\n" && text != "\r") return text.front();
    return fail(
        "EXT103", std::string(option) + " '" + text + "': one character of ASCII is expected");
}

// CR alone ends records when the first line end of the file is one. Mixed line ends are not regular.
void look_at_line_ends(std::string_view text, CsvShape& shape) {
    std::size_t lf = 0, crlf = 0, cr = 0;
    char first = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\n' && text[i] != '\r') continue;
        const bool is_pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (first == '\0') first = is_pair ? '\n' : text[i];
        ++(is_pair ? crlf : text[i] == '\n' ? lf : cr);
        if (is_pair) ++i;
    }
    shape.carriage_returns = first == '\r';
    shape.is_regular = shape.is_regular && (lf > 0) + (crlf > 0) + (cr > 0) <= 1;
}

Result<std::string> head_text(
    const Found& file, const Told& told, CsvShape& shape, bool& is_whole) {
    const auto head = TRY(read_head(file, shape.packing, head_size));
    shape.encoding = encoding_of(head.bytes);
    if (told.encoding) {
        const auto said = TRY(encoding_told(*told.encoding));
        // A mark in the file knows the byte order better than the word utf-16 does.
        const bool both_16 = said == Encoding::utf16_le && shape.encoding == Encoding::utf16_be;
        if (!both_16) shape.encoding = said;
    }
    std::string text;
    append_as_utf8(text, head.bytes, shape.encoding, head.is_whole);
    is_whole = head.is_whole;
    return std::string(without_mark(text));
}

}  // namespace

Result<CsvShape> shape_of_csv(const Found& file, const Told& told) {
    CsvShape shape;
    shape.packing = TRY(packing_of(file, told));
    bool is_whole = false;
    const auto text = TRY(head_text(file, told, shape, is_whole));
    const bool engine_unpacks = shape.packing != Packing::bzip2 && shape.packing != Packing::xz;
    shape.is_regular = shape.encoding == Encoding::utf8 && engine_unpacks;
    look_at_line_ends(text, shape);
    // The engine would take an empty line before the header for the header.
    if (text.starts_with('\n') || text.starts_with('\r')) shape.is_regular = false;
    const bool is_tsv =
        (told.format ? "." + *told.format : lower(file.path)).find(".tsv") != std::string::npos;
    if (told.quote)
        shape.quote = told.quote->empty() ? '\0' : TRY(one_byte(*told.quote, "quote"));
    else
        shape.quote = best_quote(text);
    Marks marks{.delimiter = ',',
        .quote = shape.quote,
        .carriage_returns = shape.carriage_returns,
        .is_last = is_whole};
    if (told.delimiter)
        marks.delimiter = TRY(one_byte(*told.delimiter, "delimiter"));
    else
        marks.delimiter = is_tsv ? '\t' : best_delimiter(text, marks);
    shape.delimiter = marks.delimiter;
    const auto rows = split(text, marks);
    shape.header = told.header.value_or(
        told.names.empty() ? has_header(rows) : told.names.size() > 0 && has_header(rows));
    shape.names = names_for(rows, shape, told);
    return shape;
}

}  // namespace ingot::file
