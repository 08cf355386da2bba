#include "sql/dialect.h"

#include <algorithm>

namespace ingot::sql {

namespace {

std::string quoted(std::string_view text, char quote) {
    std::string out{quote};
    for (const char c : text) {
        if (c == quote) out += quote;
        out += c;
    }
    return out + quote;
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Names of fields and values of enums stand in quotes and may hold anything; nothing may come after the type.
bool spells_a_type(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' || c == '\'') {
            i = text.find(c, i + 1);
            if (i == std::string_view::npos) return false;
            continue;
        }
        if (!is_word(c) && std::string_view(" (),[]").find(c) == std::string_view::npos)
            return false;
        if (c == '(') ++depth;
        if (c == ')' && --depth < 0) return false;
    }
    return depth == 0 && !text.empty();
}

}  // namespace

Fragment join(const std::vector<Fragment>& parts, const Fragment& separator) {
    Fragment out;
    for (std::size_t i = 0; i < parts.size(); ++i)
        out = std::move(out) + (i ? separator + parts[i] : parts[i]);
    return out;
}

Result<Fragment> fill(
    std::string_view text, std::initializer_list<std::pair<std::string_view, Fragment>> holes) {
    std::string out;
    std::vector<bool> used(holes.size());
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '$') {
            out += text[i++];
            continue;
        }
        std::size_t end = i + 1;
        while (end < text.size() && is_word(text[end])) ++end;
        const auto name = text.substr(i + 1, end - i - 1);
        const auto hole =
            std::ranges::find_if(holes, [&](const auto& h) { return h.first == name; });
        if (hole == holes.end()) return fail("BUG001", "no value for $" + std::string(name));
        out += hole->second.text();
        used[static_cast<std::size_t>(hole - holes.begin())] = true;
        i = end;
    }
    for (std::size_t k = 0; k < used.size(); ++k)
        if (!used[k])
            return fail("BUG001", "$" + std::string(holes.begin()[k].first) + " is never used");
    return Fragment(std::move(out));
}

Fragment Dialect::identifier(std::string_view id) const { return Fragment(quoted(id, quote)); }

Fragment Dialect::qualified(std::string_view schema, std::string_view table) const {
    return Fragment(quoted(schema, quote) + "." + quoted(table, quote));
}

Fragment Dialect::literal(std::string_view text) const { return Fragment(quoted(text, '\'')); }

Fragment Dialect::integer(std::int64_t value) const { return Fragment(std::to_string(value)); }

Fragment Dialect::list(std::span<const std::string> texts) const {
    std::string out = "[";
    for (std::size_t i = 0; i < texts.size(); ++i) out += (i ? ", " : "") + quoted(texts[i], '\'');
    return Fragment(out + "]");
}

Result<Fragment> Dialect::type(std::string_view type) const {
    if (!spells_a_type(type))
        return fail("BUG001", "'" + std::string(type) + "' is not the spelling of a type");
    return Fragment(std::string(type));
}

Fragment Dialect::columns(std::span<const std::string> names, std::string_view alias) const {
    std::string out;
    for (const auto& column : names) {
        if (!out.empty()) out += ", ";
        if (!alias.empty()) out += std::string(alias) + ".";
        out += quoted(column, quote);
    }
    return Fragment(out);
}

namespace {
std::string matching(const Dialect& dialect, std::string_view a, std::string_view b,
    std::span<const std::string> names, std::string_view relation) {
    std::string out;
    for (const auto& column : names) {
        if (!out.empty()) out += " AND ";
        const auto id = dialect.identifier(column).text();
        out += std::string(a) + "." + id + std::string(relation) + std::string(b) + "." + id;
    }
    return out;
}
}  // namespace

Fragment Dialect::equal(
    std::string_view a, std::string_view b, std::span<const std::string> names) const {
    return Fragment(matching(*this, a, b, names, " = "));
}

Fragment Dialect::same(
    std::string_view a, std::string_view b, std::span<const std::string> names) const {
    return Fragment(matching(*this, a, b, names, " IS NOT DISTINCT FROM "));
}

const Dialect& duckdb() {
    static const Dialect dialect;
    return dialect;
}

}  // namespace ingot::sql
