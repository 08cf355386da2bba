#include "platform/connector/database/source_query.h"

#include <charconv>
#include <optional>

#include "base/time.h"
#include "data/type_family.h"

namespace ingot::connector {

namespace {

using sql::Fragment;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// Walks over SQL token by token, as far as is needed to tell text and comments from the rest.
class Walk {
public:
    Walk(const SourceDialect& dialect, std::string_view sql) : dialect_(dialect), sql_(sql) {}

    // Where the next token that is neither space nor comment begins; nothing at the end.
    std::optional<std::size_t> next() {
        while (at_ < sql_.size()) {
            if (is_space(sql_[at_]))
                ++at_;
            else if (starts("--") || (dialect_.hash_comments && sql_[at_] == '#'))
                skip_to("\n");
            else if (starts("/*"))
                skip_block();
            else
                return at_;
        }
        return std::nullopt;
    }

    void pass_token() {
        const char c = sql_[at_];
        const bool follows_word = at_ > 0 && is_word(sql_[at_ - 1]);
        if (c == '\'' || c == '"' || c == '`')
            skip_quoted(c);
        else if (c == '$' && dialect_.dollar_quotes && !follows_word)
            skip_dollars();
        else
            ++at_;
    }

private:
    bool starts(std::string_view with) const { return sql_.substr(at_).starts_with(with); }
    void skip_to(std::string_view end) {
        const auto found = sql_.find(end, at_);
        at_ = found == std::string_view::npos ? sql_.size() : found + end.size();
    }
    void skip_block() {
        std::size_t depth = 0;
        do {
            if (starts("/*")) {
                at_ += 2;
                depth +=
                    dialect_.dollar_quotes || depth == 0 ? 1 : 0;  // only PostgreSQL nests them
            } else if (starts("*/")) {
                at_ += 2;
                --depth;
            } else {
                ++at_;
            }
        } while (depth > 0 && at_ < sql_.size());
    }
    // E'…' of PostgreSQL escapes with backslashes too.
    void skip_quoted(char quote) {
        const bool escapes =
            quote != '`' &&
            (dialect_.backslashes ||
                (quote == '\'' && at_ > 0 && (sql_[at_ - 1] == 'E' || sql_[at_ - 1] == 'e')));
        for (++at_; at_ < sql_.size(); ++at_) {
            if (escapes && sql_[at_] == '\\')
                ++at_;
            else if (sql_[at_] == quote)
                break;
        }
        at_ = std::min(at_ + 1, sql_.size());
    }
    void skip_dollars() {
        auto end = at_ + 1;
        while (end < sql_.size() && is_word(sql_[end])) ++end;
        if (end >= sql_.size() || sql_[end] != '$') {
            ++at_;
            return;
        }
        const auto tag = sql_.substr(at_, end + 1 - at_);
        at_ = end + 1;
        skip_to(tag);
    }

    const SourceDialect& dialect_;
    std::string_view sql_;
    std::size_t at_ = 0;
};

bool is_number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Fragment SourceDialect::text(std::string_view value) const {
    if (!backslashes) return words.literal(value);
    std::string doubled;
    for (const char c : value) doubled.append(c == '\\' ? 2 : 1, c);
    return words.literal(doubled);
}

Fragment SourceDialect::column(const std::string& name) const {
    return Fragment::of("ingot_rows.") + words.identifier(name);
}

Result<Fragment> SourceDialect::bound(const Bound& bound, const std::string& column_type) const {
    if (!is_number_type(column_type)) return text(bound.value);
    if (!is_number(bound.value))
        return fail("EXT103", "the cursor's column is a number, and '" + bound.value + "' is none");
    return Fragment::authored(bound.value);
}

std::string with_date(std::string_view sql, Date date) {
    constexpr std::string_view begin = "{date";
    std::string out;
    while (true) {
        const auto open = sql.find(begin);
        const auto close = open == sql.npos ? sql.npos : sql.find('}', open);
        if (close == sql.npos) return out.append(sql);
        const auto form = sql.substr(open + begin.size(), close - open - begin.size());
        out += sql.substr(0, open);
        if (form.empty())
            out += to_string(date);
        else if (form.starts_with(":%"))
            out += format_date(date, std::string(form.substr(1)));
        else
            out += sql.substr(open, close + 1 - open);
        sql.remove_prefix(close + 1);
    }
}

void put_date(DatabaseTable& table, Date date) {
    for (auto* text : {&table.query, &table.where})
        if (*text) (*text)->value = with_date((*text)->value, date);
}

Result<std::string> one_select(
    const SourceDialect& dialect, const config::Spanned<std::string>& sql) {
    Walk walk(dialect, sql.value);
    std::optional<std::size_t> end;
    for (auto at = walk.next(); at; at = walk.next()) {
        if (sql.value[*at] == ';')
            end = end.value_or(*at);
        else if (end)
            return fail(
                "SQL102", "query: holds more than one statement; keep one SELECT", sql.span);
        walk.pass_token();
    }
    return sql.value.substr(0, end.value_or(sql.value.size()));
}

Result<Fragment> rows_of(
    const SourceDialect& dialect, const DatabaseTable& table, const std::string& name) {
    const auto& words = dialect.words;
    if (table.query)
        // The line end closes a comment that the query may end with.
        return Fragment::of("(") + Fragment::authored(TRY(one_select(dialect, *table.query))) +
               Fragment::of("\n) ingot_rows");
    const auto there = table.table ? table.table->value : name;
    const auto place =
        table.schema ? words.qualified(table.schema->value, there) : words.identifier(there);
    return place + Fragment::of(" ingot_rows");
}

Fragment sent_select(const SourceDialect& dialect, const std::vector<Passing>& columns,
    const Fragment& rows, const std::vector<Fragment>& conditions) {
    std::vector<Fragment> list, all;
    for (const auto& column : columns)
        list.push_back(column.sent + Fragment::of(" AS ") + dialect.words.identifier(column.name));
    for (const auto& condition : conditions)
        all.push_back(Fragment::of("(") + condition + Fragment::of("\n)"));
    auto select = Fragment::of("SELECT ") + sql::join(list, Fragment::of(", ")) +
                  Fragment::of(" FROM ") + rows;
    if (!all.empty())
        select = select + Fragment::of(" WHERE ") + sql::join(all, Fragment::of(" AND "));
    return select;
}

Fragment read_list(const std::vector<Passing>& columns) {
    std::vector<Fragment> list;
    for (const auto& column : columns)
        list.push_back(column.read + Fragment::of(" AS ") + sql::duckdb().identifier(column.name));
    return sql::join(list, Fragment::of(", "));
}

}  // namespace ingot::connector
