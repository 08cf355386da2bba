#include "platform/connector/file/records.h"

#include <algorithm>
#include <cstring>

namespace ingot::file {

namespace {

constexpr auto unclosed = "a quote that does not close";
constexpr auto after_quote = "text after a closing quote";

std::size_t find_byte(std::string_view text, std::size_t from, char byte) {
    if (from >= text.size()) return text.size();
    const auto* found =
        static_cast<const char*>(std::memchr(text.data() + from, byte, text.size() - from));
    return found ? static_cast<std::size_t>(found - text.data()) : text.size();
}

}  // namespace

bool Records::ends_record(std::size_t at) const {
    if (text_[at] == '\n') return true;
    if (text_[at] != '\r') return false;
    return marks_.carriage_returns || (at + 1 < text_.size() ? text_[at + 1] == '\n' : true);
}

std::size_t Records::line_end(std::size_t from) const {
    auto at = from;
    while (at < text_.size() && !ends_record(at)) ++at;
    return at;
}

void Records::pass_line_end(std::size_t end) {
    at_ = end;
    if (at_ >= text_.size()) return;
    at_ += text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n' ? 2 : 1;
    ++line_;
}

void Records::reject(Record& record, std::size_t begin, const char* fault) {
    const auto end = line_end(begin);
    record.text = text_.substr(begin, end - begin);
    record.fields.clear();
    record.fault = fault;
    pass_line_end(end);
}

bool Records::next(Record& record) {
    record.fields.clear();
    record.fault = nullptr;
    record.is_cut = false;
    record.line = line_;
    inner_lines_ = 0;
    if (at_ >= text_.size()) return false;
    const auto begin = at_;
    if (ends_record(at_)) {
        record.text = {};
        pass_line_end(at_);
        return true;
    }
    while (read_field(record)) {}
    if (record.fault) {
        record.is_cut = !marks_.is_last && record.fault == unclosed;
        reject(record, begin, record.fault);
        return true;
    }
    record.text = text_.substr(begin, at_ - begin);
    record.is_cut = !marks_.is_last && at_ >= text_.size();
    line_ += inner_lines_;
    pass_line_end(at_);
    return true;
}

// True when another field follows in this record.
bool Records::read_field(Record& record) {
    auto start = at_;
    while (marks_.quote != '\0' && start < text_.size() && text_[start] == ' ') ++start;
    if (marks_.quote != '\0' && start < text_.size() && text_[start] == marks_.quote) {
        at_ = start + 1;
        if (!read_quoted(record)) return false;
    } else {
        read_plain(record);
    }
    if (at_ >= text_.size() || text_[at_] != marks_.delimiter) return false;
    ++at_;
    return true;
}

bool Records::read_quoted(Record& record) {
    const auto begin = at_;
    bool has_quotes = false;
    auto close = begin;
    for (;;) {
        close = find_byte(text_, close, marks_.quote);
        if (close >= text_.size()) {
            record.fault = unclosed;
            return false;
        }
        if (close + 1 >= text_.size() || text_[close + 1] != marks_.quote) break;
        has_quotes = true;
        close += 2;
    }
    at_ = close + 1;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (at_ < text_.size() && text_[at_] != marks_.delimiter && !ends_record(at_)) {
        record.fault = after_quote;
        return false;
    }
    const auto raw = text_.substr(begin, close - begin);
    inner_lines_ += std::ranges::count(raw, marks_.carriage_returns ? '\r' : '\n');
    record.fields.push_back({raw, has_quotes});
    return true;
}

void Records::read_plain(Record& record) {
    const auto begin = at_;
    while (at_ < text_.size() && text_[at_] != marks_.delimiter && !ends_record(at_)) ++at_;
    record.fields.push_back({text_.substr(begin, at_ - begin), false});
}

void append_value(std::string& out, const Field& field, char quote) {
    if (!field.has_quotes) {
        out += field.raw;
        return;
    }
    for (std::size_t i = 0; i < field.raw.size(); ++i) {
        out += field.raw[i];
        if (field.raw[i] == quote) ++i;
    }
}

}  // namespace ingot::file
