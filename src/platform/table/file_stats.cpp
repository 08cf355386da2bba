#include "platform/table/file_stats.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

namespace ingot::table {

namespace {

using Json = nlohmann::ordered_json;
using Facts = std::map<std::string, std::string, std::less<>>;
constexpr std::size_t longest_text = 64;

// Reads the engine's text of MAP(VARCHAR, MAP(VARCHAR, VARCHAR)): {'"id"'={max=9, min='a, b'}, …}.
class MapText {
public:
    explicit MapText(std::string_view text) : text_(text) {}

    std::map<std::string, Facts> columns() {
        std::map<std::string, Facts> found;
        if (!take('{')) return found;
        while (!take('}')) {
            auto name = token("=");
            if (!name || !take('=')) return found;
            auto inner = facts();
            if (!inner) return found;
            found.emplace(*std::move(name), *std::move(inner));
            take(',');
        }
        return found;
    }

private:
    bool take(char c) {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::optional<Facts> facts() {
        Facts found;
        if (!take('{')) return {};
        while (!take('}')) {
            auto name = token("=");
            if (!name || !take('=')) return {};
            auto value = token(",}");
            if (!value) return {};
            found.emplace(*std::move(name), *std::move(value));
            take(',');
        }
        return found;
    }

    // In quotes with backslashes, or plain up to one of `ends`.
    std::optional<std::string> token(std::string_view ends) {
        std::string out;
        if (take('\'')) {
            for (; at_ < text_.size(); ++at_) {
                if (text_[at_] == '\'') return ++at_, out;
                if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
                out += text_[at_];
            }
            return {};
        }
        while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos)
            out += text_[at_++];
        if (at_ == text_.size()) return {};
        return out;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// What the engine calls a top-level column there.
std::string engine_name(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + '"';
}

// A 9 in the shape is any digit: "9999-99-99".
bool looks_like(std::string_view text, std::string_view shape) {
    return text.size() == shape.size() &&
           std::ranges::equal(text, shape, [](unsigned char c, char s) {
               return s == '9' ? std::isdigit(c) != 0 : static_cast<char>(c) == s;
           });
}

bool is_number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool begins =
        !text.empty() && (std::isdigit(static_cast<unsigned char>(text[0])) != 0 || text[0] == '-');
    return begins && error == std::errc{} && end == text.data() + text.size() && Json::accept(text);
}

// "2026-01-01 10:00:00.5" as ISO 8601; nothing for years beyond four digits, infinities and zones other than UTC.
std::optional<std::string> iso_time(std::string_view text, bool with_zone) {
    if (with_zone) {
        if (!text.ends_with("+00")) return {};
        text.remove_suffix(3);
    }
    const auto dot = text.find('.');
    const auto fraction = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
    if (!looks_like(text.substr(0, dot), "9999-99-99 99:99:99") || fraction.size() > 6) return {};
    std::string out(text);
    out[10] = 'T';
    return with_zone ? out + "Z" : out;
}

// Numbers keep their digits: a decimal of 38 digits is beyond what a double holds.
std::optional<std::string> bound(const std::string& type, const std::string& text) {
    const auto as_json = [](const std::string& value) {
        return Json(value).dump(-1, ' ', false, Json::error_handler_t::ignore);
    };
    const bool number = type.starts_with("DECIMAL(") || type == "TINYINT" || type == "SMALLINT" ||
                        type == "INTEGER" || type == "BIGINT" || type == "FLOAT" ||
                        type == "DOUBLE";
    if (number) return is_number(text) ? std::optional(text) : std::nullopt;
    if (type == "VARCHAR")
        return text.size() <= longest_text ? std::optional(as_json(text)) : std::nullopt;
    if (type == "DATE")
        return looks_like(text, "9999-99-99") ? std::optional(as_json(text)) : std::nullopt;
    if (type == "TIMESTAMP" || type == "TIMESTAMP WITH TIME ZONE") {
        const auto time = iso_time(text, type != "TIMESTAMP");
        return time ? std::optional(as_json(*time)) : std::nullopt;
    }
    return {};
}

void append(std::string& object, const std::string& name, const std::string& value) {
    object += (object.empty() ? "" : ",") +
              Json(name).dump(-1, ' ', false, Json::error_handler_t::replace) + ":" + value;
}

}  // namespace

std::string stats_json(
    std::int64_t rows, const Columns& columns, std::string_view column_statistics) {
    const auto told = MapText(column_statistics).columns();
    std::string least, most, nulls;
    for (const auto& column : columns) {
        const auto about = told.find(engine_name(column.name));
        if (about == told.end()) continue;
        const auto fact = [&](std::string_view name) {
            const auto found = about->second.find(name);
            return found == about->second.end() ? std::string() : found->second;
        };
        if (is_number(fact("null_count"))) append(nulls, column.name, fact("null_count"));
        const bool has_bounds = about->second.contains("min") && about->second.contains("max") &&
                                fact("has_nan") != "true";
        if (!has_bounds) continue;
        const auto low = bound(column.type, fact("min"));
        const auto high = bound(column.type, fact("max"));
        if (!low || !high) continue;
        append(least, column.name, *low);
        append(most, column.name, *high);
    }
    return "{\"numRecords\":" + std::to_string(rows) + ",\"minValues\":{" + least +
           "},\"maxValues\":{" + most + "},\"nullCount\":{" + nulls + "}}";
}

namespace {

// A number with a fraction has lost its digits in JSON; a text with a zero byte is no literal.
std::optional<std::string> exact(const Json& object, const std::string& name) {
    const auto value = object.find(name);
    if (value == object.end()) return {};
    if (value->is_number_integer()) return value->dump();
    if (!value->is_string()) return {};
    auto text = value->get<std::string>();
    return text.find('\0') == std::string::npos ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace

std::vector<std::optional<Bounds>> bounds_in(
    std::string_view stats, const std::vector<std::string>& columns) {
    std::vector<std::optional<Bounds>> found(columns.size());
    const auto json = Json::parse(stats, nullptr, false);
    if (!json.is_object() || !json.contains("minValues") || !json.contains("maxValues"))
        return found;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto low = exact(json["minValues"], columns[i]);
        auto high = exact(json["maxValues"], columns[i]);
        if (low && high) found[i] = Bounds{*std::move(low), *std::move(high)};
    }
    return found;
}

}  // namespace ingot::table
