#include "project/read/variables.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>

#include "base/suggest.h"
#include "project/read/scalar.h"
#include "project/sql_text.h"

namespace ingot::project {

namespace {

constexpr int deepest = 20;  // a variable may name others; a circle ends here

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

struct Reference {
    std::size_t begin;
    std::size_t end;  // behind the }
    std::string name;
    std::optional<std::string> fallback;
};

std::optional<Reference> next_reference(std::string_view text, std::size_t from) {
    for (auto at = text.find("${", from); at != std::string_view::npos;
        at = text.find("${", at + 2)) {
        auto end = at + 2;
        if (end >= text.size() || !begins_name(text[end])) continue;
        while (end < text.size() && is_name(text[end])) ++end;
        Reference found{at, end + 1, std::string(text.substr(at + 2, end - at - 2)), std::nullopt};
        if (end < text.size() && text[end] == '}') return found;
        if (end >= text.size() || text[end] != ':') continue;
        const auto close = text.find('}', end);
        if (close == std::string_view::npos) continue;
        ++end;
        if (text[end] == '-') ++end;
        found.fallback = text.substr(end, close - end);
        found.end = close + 1;
        return found;
    }
    return std::nullopt;
}

const std::string* look_up(const NamedText& names, std::string_view name) {
    const auto it = std::ranges::find(names, name, &NamedText::value_type::first);
    return it == names.end() ? nullptr : &it->second;
}

const std::string* environment(const std::string& name) {
    static std::mutex mutex;
    static std::map<std::string, std::string> read;  // node-based: the strings never move
    const char* value = std::getenv(name.c_str());
    if (!value) return nullptr;
    const std::lock_guard lock(mutex);
    return &(read[name] = value);
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string escaped_text(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char next = text[++i];
        if (next == 'n')
            out += '\n';
        else if (next == 't')
            out += '\t';
        else if (next == '"' || next == '\\' || next == '$')
            out += next;
        else
            (out += '\\') += next;
    }
    return out;
}

std::string dotenv_value(std::string_view text) {
    text = trimmed(text);
    if (!text.empty() && (text.front() == '"' || text.front() == '\'')) {
        std::size_t end = 1;
        while (end < text.size() && text[end] != text.front())
            end += text.front() == '"' && text[end] == '\\' ? 2 : 1;
        const auto inside = text.substr(1, std::min(end, text.size()) - 1);
        return text.front() == '"' ? escaped_text(inside) : std::string(inside);
    }
    if (const auto comment = text.find(" #"); comment != std::string_view::npos)
        text = trimmed(text.substr(0, comment));
    return std::string(text.starts_with('#') ? std::string_view{} : text);
}

}  // namespace

NamedText read_dotenv(std::string_view text, std::string_view file, Diagnostics& diagnostics) {
    NamedText out;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    int line_number = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        ++line_number;
        if (line.empty() || line.front() == '#') continue;
        if (line.starts_with("export ")) line = trimmed(line.substr(7));
        const auto equals = line.find('=');
        const auto key = trimmed(line.substr(0, std::min(equals, line.size())));
        if (equals == std::string_view::npos || key.empty() || !begins_name(key.front()) ||
            !std::ranges::all_of(key, is_name)) {
            diagnostics.error("CFG106", "expected NAME=value", {file, line_number, 1});
            continue;
        }
        std::erase_if(out, [&](const auto& entry) { return entry.first == key; });
        out.emplace_back(key, dotenv_value(line.substr(equals + 1)));
    }
    return out;
}

const std::string* Variables::find(const std::string& name) const {
    if (const auto* found = look_up(command_line, name)) return found;
    if (const auto* found = environment(name)) return found;
    for (const auto* names : {&dotenv, &target, &project})
        if (const auto* found = look_up(*names, name)) return found;
    return nullptr;
}

std::string Variables::expand(
    std::string_view text, const Span& where, Diagnostics& diagnostics) const {
    return expand(text, where, 0, diagnostics);
}

std::string Variables::expand(
    std::string_view text, const Span& where, int depth, Diagnostics& diagnostics) const {
    std::string out;
    std::size_t done = 0;
    for (auto ref = next_reference(text, 0); ref; ref = next_reference(text, done)) {
        out += text.substr(done, ref->begin - done);
        const auto* value = find(ref->name);
        if (value && depth >= deepest) {
            diagnostics.error("CFG105", "variable " + ref->name + " refers to itself", where);
        } else if (value) {
            out += look_up(target, ref->name) == value || look_up(project, ref->name) == value
                       ? expand(*value, where, depth + 1, diagnostics)
                       : *value;
        } else if (ref->fallback) {
            out += *ref->fallback;
        } else {
            std::vector<std::string> known;
            for (const auto* names : {&command_line, &dotenv, &target, &project})
                for (const auto& [name, ignored] : *names) known.push_back(name);
            diagnostics.error("CFG105",
                "variable " + ref->name + " is not set" + did_you_mean(ref->name, known), where);
            out += text.substr(ref->begin, ref->end - ref->begin);
        }
        done = ref->end;
    }
    return out += text.substr(done);
}

void Variables::expand(config::Value& value, Diagnostics& diagnostics) const {
    if (auto* list = value.list()) {
        for (auto& item : *list) expand(item, diagnostics);
    } else if (auto* map = value.map()) {
        for (auto& entry : *map) expand(entry.value, diagnostics);
    } else if (auto* text = std::get_if<std::string>(&value.data);
        text && text->find("${") != std::string::npos) {
        const auto whole = next_reference(*text, 0);
        if (!whole) return;
        const bool alone = whole->begin == 0 && whole->end == text->size();
        auto expanded = expand(*text, value.span, diagnostics);
        value = alone && !expanded.empty() ? plain_scalar(std::move(expanded), value.span)
                                           : config::text_value(std::move(expanded), value.span);
    }
}

std::string Variables::expand_sql(
    std::string_view sql, const Span& start, Diagnostics& diagnostics) const {
    if (sql.find("${") == std::string_view::npos) return std::string(sql);
    // Quotes may hold variables and variables quotes, so only comments are told apart here.
    std::string out;
    Span at = start;
    const auto step = [&](std::string_view text) {
        for (const char c : text) {
            at.column = c == '\n' ? 1 : at.column + 1;
            at.line += c == '\n';
        }
    };
    SqlReader reader(sql);
    for (auto token = reader.next(); !token.text.empty(); token = reader.next()) {
        auto rest = token.text;
        for (auto ref = next_reference(rest, 0); ref && token.piece != SqlPiece::comment;
            ref = next_reference(rest, 0)) {
            out += rest.substr(0, ref->begin);
            step(rest.substr(0, ref->begin));
            out += expand(rest.substr(ref->begin, ref->end - ref->begin), at, diagnostics);
            step(rest.substr(ref->begin, ref->end - ref->begin));
            rest.remove_prefix(ref->end);
        }
        out += rest;
        step(rest);
    }
    return out;
}

}  // namespace ingot::project
