#include "platform/engine/duckdb/errors.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>

#include "duckdb/parser/parser.hpp"

namespace ingot::engine {

namespace {

constexpr std::string_view code_fact = "ingot_code";

// The engine's words without its picture of the place: "…\n\nLINE 1: select x\n       ^", its own calls, and advice on
// its own settings.
std::string words_of(const duckdb::ErrorData& error) {
    std::string words = error.RawMessage();
    for (const auto* end : {"\nLINE ", "\n\nPossible solutions", "\n\nStack Trace:"})
        if (const auto at = words.find(end); at != std::string::npos) words.resize(at);
    while (!words.empty() && (words.back() == '\n' || words.back() == ' ')) words.pop_back();
    return words.empty() ? "the engine gave no reason" : words;
}

std::string on_one_line(std::string words) {
    std::string line;
    for (const char c : words) {
        if (c != '\n')
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    return line;
}

// The parser turns Unicode spaces into plain ones first and counts in that text; in characters both count alike.
std::string as_parsed(std::string_view sql) {
    std::string plain;
    return duckdb::Parser::StripUnicodeSpaces(std::string(sql), plain) ? plain : std::string(sql);
}

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t byte_of_character(std::string_view text, std::size_t index) {
    std::size_t at = 0;
    for (; at < text.size(); ++at)
        if (begins_character(text[at]) && index-- == 0) break;
    return at;
}

// The byte of the engine's text where it stopped.
std::optional<std::size_t> offset_of(const duckdb::ErrorData& error, std::string_view sql) {
    const auto& facts = error.ExtraInfo();
    const auto found = facts.find("position");
    if (found == facts.end()) return std::nullopt;
    std::size_t offset = 0;
    const auto& digits = found->second;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
    if (read.ec != std::errc{}) return std::nullopt;
    // The grammar counts in characters, everything after it in bytes.
    const auto kind = facts.find("error_subtype");
    if (kind != facts.end() && kind->second == "SYNTAX_ERROR")
        offset = byte_of_character(as_parsed(sql), offset);
    return offset;
}

bool is_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool parses(const std::string& sql) {
    try {
        duckdb::Parser().ParseQuery(sql);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

// A column may be called as a word of SQL is: in quotes the text then parses. The word is where the parser stopped, or before.
std::string advice_on_words(std::string_view sql, std::size_t offset) {
    const auto text = as_parsed(sql);
    auto end = std::min(offset, text.size());
    while (end < text.size() && is_of_word(text[end])) ++end;
    for (int looked = 0; looked < 2; ++looked) {
        auto begin = end;
        while (begin > 0 && is_of_word(text[begin - 1])) --begin;
        const auto word = text.substr(begin, end - begin);
        if (!word.empty() && parses(text.substr(0, begin) + '"' + word + '"' + text.substr(end)))
            return "; '" + word + "' is a word of SQL: if it is a name, write \"" + word + "\"";
        end = begin;
        while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\n')) --end;
    }
    return {};
}

bool is_about_text(duckdb::ExceptionType type) {
    return type == duckdb::ExceptionType::PARSER || type == duckdb::ExceptionType::SYNTAX;
}

bool is_about_the_world(duckdb::ExceptionType type) {
    using enum duckdb::ExceptionType;
    return type == IO || type == HTTP || type == NETWORK || type == PERMISSION ||
           type == CONNECTION || type == FATAL || type == INTERNAL || type == MISSING_EXTENSION ||
           type == AUTOLOAD;
}

// What was thrown by throw_error().
std::optional<Code> code_of(const duckdb::ErrorData& error) {
    const auto& facts = error.ExtraInfo();
    const auto found = facts.find(std::string(code_fact));
    if (found == facts.end()) return std::nullopt;
    for (const auto code : {Code("STG104"), Code("STG105"), Code("AUTH001"), Code("ENG101"),
             Code("EXT102"), Code("RUN102")})
        if (found->second == code.id()) return code;
    return Code("STG001");
}

}  // namespace

Span place_of(std::string_view sql, std::size_t offset) {
    const auto text = as_parsed(sql);
    Span at{.file = {}, .line = 1, .column = 1};
    for (const char c : std::string_view(text).substr(0, offset)) {
        if (c == '\n') {
            ++at.line;
            at.column = 1;
        } else if (begins_character(c)) {
            ++at.column;
        }
    }
    return at;
}

void throw_error(const Error& error) {
    throw duckdb::IOException(
        {{std::string(code_fact), std::string(error.code.id())}}, error.message);
}

Error to_error(const duckdb::ErrorData& error, Doing doing, std::string_view sql) {
    const auto type = error.Type();
    auto words = words_of(error);
    if (const auto code = code_of(error)) return {*code, on_one_line(std::move(words))};
    if (type == duckdb::ExceptionType::INTERRUPT) return {"RUN102", "interrupted"};
    if (type == duckdb::ExceptionType::OUT_OF_MEMORY)
        return {"ENG103", on_one_line(std::move(words))};
    if (doing == Doing::opening)
        return {"ENG102", "the engine cannot be opened: " + on_one_line(std::move(words))};
    if (doing == Doing::running || is_about_the_world(type)) return {"ENG101", std::move(words)};
    const Code code =
        doing == Doing::parsing || is_about_text(type) ? Code("SQL101") : Code("SQL103");
    const auto offset = offset_of(error, sql);
    auto message = on_one_line(std::move(words));
    if (offset && is_about_text(type)) message += advice_on_words(sql, *offset);
    return {code, std::move(message), offset ? place_of(sql, *offset) : Span{}};
}

}  // namespace ingot::engine
