#include "data/json_value.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/utf8.h"
#include "data/json_scan.h"

namespace ingot::json {

struct Value::Built {
    double number = 0;
    std::string text{};
    Items items{};
    Members members{};
};

namespace {

Kind kind_of(char first) {
    switch (first) {
        case 'n': return Kind::null;
        case 't':
        case 'f': return Kind::boolean;
        case '"': return Kind::string;
        case '[': return Kind::list;
        case '{': return Kind::object;
        default: return Kind::number;
    }
}

// Half a surrogate pair has no UTF-8; what stood between the quotes is then the best there is to say.
std::string text_or_source(std::string_view quoted) {
    if (quoted.find('\\') == std::string_view::npos)
        return std::string(quoted.substr(1, quoted.size() - 2));
    return text_of(quoted).value_or(std::string(quoted.substr(1, quoted.size() - 2)));
}

bool is_key(std::string_view quoted, std::string_view key) {
    if (quoted.find('\\') == std::string_view::npos)
        return quoted.substr(1, quoted.size() - 2) == key;
    return text_or_source(quoted) == key;
}

void write_number(std::string& out, double number) {
    char buffer[40];
    constexpr double exact = 9007199254740992.0;
    const auto end =
        number == std::floor(number) && std::abs(number) < exact
            ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<std::int64_t>(number))
            : std::to_chars(buffer, buffer + sizeof buffer, number);
    out.append(buffer, end.ptr);
}

// A repeated key counts as its last, where it stood first.
void add(Members& members, std::string_view key, std::string_view member) {
    auto name = text_or_source(key);
    for (auto& [known, value] : members)
        if (known == name) {
            value = Value::view(member);
            return;
        }
    members.emplace_back(std::move(name), Value::view(member));
}

// Without the space between values.
void write_compact(std::string& out, std::string_view source) {
    constexpr std::string_view space = " \t\r\n";
    std::size_t at = 0;
    while (at < source.size()) {
        const auto begin = at;
        while (at < source.size() && source[at] != '"' && !space.contains(source[at])) ++at;
        if (at < source.size() && source[at] == '"') {
            for (++at; source[at] != '"'; ++at) at += source[at] == '\\';
            ++at;
        }
        out.append(source, begin, at - begin);
        while (at < source.size() && space.contains(source[at])) ++at;
    }
}

}  // namespace

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::null: return "null";
        case Kind::boolean: return "boolean";
        case Kind::number: return "number";
        case Kind::string: return "string";
        case Kind::list: return "array";
        case Kind::object: return "object";
    }
    return {};
}

Value Value::of(bool value) {
    Value out;
    out.kind_ = Kind::boolean;
    out.truth_ = value;
    return out;
}

Value Value::of(double number) {
    Value out;
    out.kind_ = Kind::number;
    out.built_ = std::make_shared<Built>(Built{.number = number});
    return out;
}

Value Value::of(std::string text) {
    Value out;
    out.kind_ = Kind::string;
    out.built_ = std::make_shared<Built>(Built{.text = std::move(text)});
    return out;
}

Value Value::of(Items items) {
    Value out;
    out.kind_ = Kind::list;
    out.built_ = std::make_shared<Built>(Built{.items = std::move(items)});
    return out;
}

Value Value::of(Members members) {
    Value out;
    out.kind_ = Kind::object;
    out.built_ = std::make_shared<Built>(Built{.members = std::move(members)});
    return out;
}

Value Value::view(std::string_view text) {
    Value out;
    out.kind_ = kind_of(text.front());
    out.truth_ = text.front() == 't';
    out.source_ = text;
    return out;
}

double Value::number() const {
    if (kind_ != Kind::number) return 0;
    if (built_) return built_->number;
    double number = 0;
    const auto* end = source_.data() + source_.size();
    const auto read = std::from_chars(source_.data(), end, number);
    if (read.ec == std::errc::result_out_of_range)
        return source_.front() == '-' ? -HUGE_VAL : HUGE_VAL;
    return number;
}

std::string Value::text() const {
    if (kind_ != Kind::string) return {};
    return built_ ? built_->text : text_or_source(source_);
}

Items Value::items() const {
    if (kind_ != Kind::list) return {};
    if (built_) return built_->items;
    Items items;
    each_element(source_, [&](std::string_view element) {
        items.push_back(view(element));
        return Status{};
    });
    return items;
}

Members Value::members() const {
    if (kind_ != Kind::object) return {};
    if (built_) return built_->members;
    Members members;
    each_member(
        source_, [&](std::string_view key, std::string_view member) { add(members, key, member); });
    return members;
}

void Value::note(const std::vector<std::pair<std::string_view, std::string_view>>& members) {
    Built built;
    for (const auto& [key, member] : members) add(built.members, key, member);
    built_ = std::make_shared<Built>(std::move(built));
}

std::optional<Value> Value::member(std::string_view key) const {
    if (kind_ != Kind::object) return std::nullopt;
    std::optional<Value> found;
    if (built_) {
        for (const auto& [name, value] : built_->members)
            if (name == key) found = value;
        return found;
    }
    each_member(source_, [&](std::string_view name, std::string_view value) {
        if (is_key(name, key)) found = view(value);
    });
    return found;
}

void Value::write(std::string& out) const {
    if (!source_.empty()) return write_compact(out, source_);
    switch (kind_) {
        case Kind::null: out += "null"; return;
        case Kind::boolean: out += truth_ ? "true" : "false"; return;
        case Kind::number: return write_number(out, built_->number);
        case Kind::string: return write_text(out, built_->text);
        case Kind::list: {
            char before = '[';
            for (const auto& item : built_->items) out += before, item.write(out), before = ',';
            out += built_->items.empty() ? "[]" : "]";
            return;
        }
        case Kind::object: {
            char before = '{';
            for (const auto& [key, value] : built_->members) {
                out += before, before = ',';
                write_text(out, key);
                out += ':';
                value.write(out);
            }
            out += built_->members.empty() ? "{}" : "}";
            return;
        }
    }
}

std::string Value::written() const {
    std::string out;
    write(out);
    return out;
}

bool Value::operator==(const Value& other) const {
    if (kind_ != other.kind_) return false;
    if (!source_.empty() && source_ == other.source_) return true;
    switch (kind_) {
        case Kind::null: return true;
        case Kind::boolean: return truth_ == other.truth_;
        case Kind::number: return number() == other.number();
        case Kind::string: return text() == other.text();
        case Kind::list: return items() == other.items();
        case Kind::object: {
            const auto mine = members();
            if (mine.size() != other.members().size()) return false;
            for (const auto& [key, value] : mine) {
                const auto theirs = other.member(key);
                if (!theirs || !(value == *theirs)) return false;
            }
            return true;
        }
    }
    return false;
}

// The members of an object are noted in passing: an answer is asked for some of them, and most of its text is one.
std::optional<Value> parse(std::string_view text) {
    constexpr std::size_t most_noted = 64;
    Scan scan(text);
    scan.skip_space();
    const auto begin = scan.at();
    std::vector<std::pair<std::string_view, std::string_view>> noted;
    const bool is_object = begin < text.size() && text[begin] == '{';
    const bool is_value = is_object ? scan.members([&](auto key, auto member) {
        if (noted.size() <= most_noted) noted.emplace_back(key, member);
    })
                                    : scan.value().has_value();
    if (!is_value) return std::nullopt;
    const auto source = text.substr(begin, scan.at() - begin);
    scan.skip_space();
    if (!scan.at_end() || !is_utf8(source)) return std::nullopt;
    auto value = Value::view(source);
    if (is_object && noted.size() <= most_noted) value.note(noted);
    return value;
}

std::size_t error_at(std::string_view text) {
    Scan scan(text);
    if (scan.value()) scan.skip_space();
    return scan.at();
}

void write_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    char escaped[8];
                    std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
                    out += escaped;
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

}  // namespace ingot::json
