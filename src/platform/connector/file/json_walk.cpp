#include "platform/connector/file/json_walk.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"
#include "data/json_scan.h"

namespace ingot::file {

namespace {

// From line to line: a loop over bytes took as long as a third of reading the values.
std::int64_t lines_between(const char* from, const char* to) {
    std::int64_t lines = 0;
    while (from != to) {
        const auto* end = std::memchr(from, '\n', static_cast<std::size_t>(to - from));
        if (!end) break;
        from = static_cast<const char*>(end) + 1;
        ++lines;
    }
    return lines;
}

std::size_t end_of_line(std::string_view text, std::size_t from) {
    return std::min(text.find('\n', from), text.size());
}

bool is_list_of_lines(std::string_view text, std::size_t begin) {
    json::Scan first_line(text.substr(0, end_of_line(text, begin)), begin);
    return first_line.value().has_value();
}

// Of the object, the value under the key; the last one where it is repeated.
std::optional<std::string_view> member(std::string_view object, std::string_view wanted) {
    std::optional<std::string_view> found;
    json::Scan(object).members([&](std::string_view key, std::string_view value) {
        if (json::text_of(key) == wanted) found = value;
    });
    return found;
}

// What stands at the dotted path is a list, whose elements are the rows, or one row. A key that is not there is no rows.
Status find_path(const Found& file, const std::string& path, JsonText& text) {
    const auto whole = text.file.text;
    json::Scan scan(whole);
    auto value = scan.value();
    if (value) scan.skip_space();
    if (!value || !scan.at_end())
        return fail("EXT102", file.name + ": with json_path the file is one JSON value");
    text.form = JsonForm::single;
    for (std::size_t begin = 0; begin <= path.size();) {
        const auto dot = std::min(path.find('.', begin), path.size());
        const auto key = std::string_view(path).substr(begin, dot - begin);
        if (value->front() != '{')
            return fail("EXT102", file.name + ": json_path " + path +
                                      ": there is no object that '" + std::string(key) +
                                      "' could stand in");
        const auto inner = member(*value, key);
        if (!inner || *inner == "null") return {};
        value = inner;
        begin = dot + 1;
    }
    text.records = *value;
    if (value->front() == '[') return text.form = JsonForm::list, Status{};
    if (value->front() != '{')
        return fail("EXT102", file.name + ": json_path " + path + ": neither a list nor an object");
    return {};
}

// The foundry's files hold objects: a lone number or text is a mistake.
Status refuse_scalar(const Found& file, std::string_view text) {
    json::Scan scan(text);
    const auto value = scan.value();
    if (value) scan.skip_space();
    if (!value || !scan.at_end() || value->front() == '{' || value->front() == '[') return {};
    return fail("EXT102", file.name + ": it holds neither an object nor a list of objects");
}

Status find_form(const Found& file, JsonText& text) {
    const auto whole = text.file.text;
    text.records = whole;
    json::Scan scan(whole);
    scan.skip_space();
    const auto begin = scan.at();
    if (begin >= whole.size() || whole[begin] != '[') return {};
    const auto list = scan.value();
    const auto stopped = scan.at();
    scan.skip_space();
    if (list && scan.at_end()) {
        text.form = JsonForm::list;
        text.records = *list;
        return {};
    }
    if (is_list_of_lines(whole, begin)) return {};
    const auto line = 1 + std::ranges::count(whole.substr(0, stopped), '\n');
    return fail("EXT102",
        file.name + ":" + std::to_string(line) + ": the list is not valid JSON from here on");
}

// One value, members shown in passing.
bool pass(json::Scan& scan, std::string_view text, JsonRecord& record) {
    if (text[scan.at()] != '{') return scan.value().has_value();
    return scan.members([&](auto key, auto value) { record.members.emplace_back(key, value); });
}

}  // namespace

Result<JsonText> json_text(const Found& file, const Told& told, Text content) {
    JsonText text{.file = std::move(content)};
    if (told.json_path && !told.json_path->empty()) {
        TRY(find_path(file, *told.json_path, text));
        return text;
    }
    if (told.json_path) TRY(refuse_scalar(file, text.file.text));
    TRY(find_form(file, text));
    return text;
}

bool JsonWalk::next(JsonRecord& record) {
    for (; place_.input < texts_->size(); place_ = {.input = place_.input + 1}) {
        record.input = place_.input;
        record.reject = nullptr;
        record.members.clear();
        if (next_of((*texts_)[place_.input], record)) return true;
    }
    return false;
}

// What does not parse as one of several values costs its first line.
bool JsonWalk::next_of(const JsonText& text, JsonRecord& record) {
    const auto all = text.records;
    json::Scan scan(all, place_.at);
    if (text.form == JsonForm::list && place_.at == 0) scan.take('[');
    scan.skip_space();
    const auto begin = scan.at();
    const bool is_over = scan.at_end() || (text.form == JsonForm::list && all[begin] == ']') ||
                         (text.form == JsonForm::single && place_.at > 0);
    if (is_over) return false;
    const bool is_whole = pass(scan, all, record);
    const auto after = all.find_first_not_of(" \t\r", scan.at());
    const bool may_end =
        text.form != JsonForm::values || after == std::string_view::npos || all[after] == '\n';
    record.text = all.substr(begin, scan.at() - begin);
    if (!is_whole || !may_end) {
        const auto end = end_of_line(all, begin);
        record.text = all.substr(begin, end - begin);
        if (record.text.ends_with('\r')) record.text.remove_suffix(1);
        record.reject = "not valid JSON";
        scan.move_to(end);
    } else if (!is_utf8(record.text)) {
        record.reject = "not valid UTF-8";
    }
    if (text.form == JsonForm::list) scan.skip_space(), scan.take(',');
    place_.at = scan.at();
    return true;
}

bool JsonWalk::is_through() const {
    json::Scan scan((*texts_)[place_.input].records, place_.at);
    scan.skip_space();
    return scan.at_end();
}

JsonWalk::Place JsonWalk::place() {
    if (place_.input < texts_->size()) count_to((*texts_)[place_.input].records.data() + place_.at);
    return place_;
}

std::int64_t JsonWalk::count_to(const char* at) {
    const auto* from = place_.counted ? place_.counted : (*texts_)[place_.input].file.text.data();
    place_.line += lines_between(from, at);
    place_.counted = at;
    return place_.line;
}

}  // namespace ingot::file
