// JSON becomes rows of text: strings as their text, everything else as it was written. Twice over the files: first for
// the columns and what they hold, then for the rows.
#include <algorithm>

#include "base/utf8.h"
#include "data/json_scan.h"
#include "platform/connector/file/json_columns.h"
#include "platform/connector/file/text.h"
#include "platform/connector/file/tidy.h"

namespace ingot::file {

namespace {

struct JsonRow {
    std::size_t input = 0;
    std::int64_t line = 0;
    std::string_view value;
};

struct RowCalls {
    std::function<Status(const JsonRow&)> row;
    std::function<Status(const Reject&)> reject;
};

// Counts lines up to a place; places only grow.
class LineCount {
public:
    explicit LineCount(std::string_view text) : text_(text) {}
    std::int64_t line_of(std::size_t at) {
        line_ += std::count(text_.begin() + static_cast<std::ptrdiff_t>(seen_),
            text_.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        seen_ = at;
        return line_;
    }

private:
    std::string_view text_;
    std::size_t seen_ = 0;
    std::int64_t line_ = 1;
};

std::size_t end_of_line(std::string_view text, std::size_t from) {
    return std::min(text.find('\n', from), text.size());
}

// One value after another, as JSON lines are, or spread over lines. What does not parse costs its first line.
Status each_value(std::string_view text, std::size_t input, const RowCalls& call) {
    LineCount lines(text);
    json::Scan scan(text);
    for (scan.skip_space(); !scan.at_end(); scan.skip_space()) {
        const auto begin = scan.at();
        const auto value = scan.value();
        const auto after = text.find_first_not_of(" \t\r", scan.at());
        const bool ends_line = after == std::string_view::npos || text[after] == '\n';
        if (value && ends_line && is_utf8(*value)) {
            TRY(call.row({.input = input, .line = lines.line_of(begin), .value = *value}));
            continue;
        }
        const auto end = end_of_line(text, begin);
        auto line = text.substr(begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        TRY(call.reject({.input = input,
            .line = lines.line_of(begin),
            .text = line,
            .reason = value && ends_line ? "not valid UTF-8" : "not valid JSON"}));
        scan.move_to(end);
    }
    return {};
}

// A text that is one list: its elements are the rows.
Status each_of_list(
    std::string_view text, std::string_view list, std::size_t input, const RowCalls& call) {
    LineCount lines(text);
    return json::each_element(list, [&](std::string_view value) {
        const auto line = lines.line_of(static_cast<std::size_t>(value.data() - text.data()));
        if (is_utf8(value)) return call.row({.input = input, .line = line, .value = value});
        return call.reject(
            {.input = input, .line = line, .text = value, .reason = "not valid UTF-8"});
    });
}

bool is_list_of_lines(std::string_view text, std::size_t begin) {
    json::Scan first_line(text.substr(0, end_of_line(text, begin)), begin);
    return first_line.value().has_value();
}

Status each_row(const Found& file, std::string_view text, std::size_t input, const RowCalls& call) {
    json::Scan scan(text);
    scan.skip_space();
    const auto begin = scan.at();
    if (begin >= text.size() || text[begin] != '[') return each_value(text, input, call);
    const auto list = scan.value();
    const auto stopped = scan.at();
    scan.skip_space();
    if (list && scan.at_end()) return each_of_list(text, *list, input, call);
    if (is_list_of_lines(text, begin)) return each_value(text, input, call);
    const auto line = LineCount(text).line_of(std::min(stopped, text.size()));
    return fail("EXT102",
        file.name + ":" + std::to_string(line) + ": the list is not valid JSON from here on");
}

// Of the object, the value under the key; the last one where it is repeated.
std::optional<std::string_view> member(std::string_view object, std::string_view wanted) {
    std::optional<std::string_view> found;
    json::each_member(object, [&](std::string_view key, std::string_view value) {
        if (json::text_of(key) == wanted) found = value;
    });
    return found;
}

// What stands at the dotted path is a list, whose elements are the rows, or one row. A key that is not there is no rows.
Status each_at_path(const Found& file, std::string_view text, const std::string& path,
    std::size_t input, const RowCalls& call) {
    json::Scan scan(text);
    auto value = scan.value();
    if (value) scan.skip_space();
    if (!value || !scan.at_end())
        return fail("EXT102", file.name + ": with json_path the file is one JSON value");
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
    if (value->front() == '[') return each_of_list(text, *value, input, call);
    if (value->front() != '{')
        return fail("EXT102", file.name + ": json_path " + path + ": neither a list nor an object");
    return call.row({.input = input, .line = 1, .value = *value});
}

// The foundry's files hold objects: a lone number or text is a mistake.
Status refuse_scalar(const Found& file, std::string_view text) {
    json::Scan scan(text);
    const auto value = scan.value();
    if (value) scan.skip_space();
    if (!value || !scan.at_end() || value->front() == '{' || value->front() == '[') return {};
    return fail("EXT102", file.name + ": it holds neither an object nor a list of objects");
}

Status each_record(const Found& file, const Told& told, std::string_view text, std::size_t input,
    const RowCalls& call) {
    if (!told.json_path) return each_row(file, text, input, call);
    if (!told.json_path->empty()) return each_at_path(file, text, *told.json_path, input, call);
    TRY(refuse_scalar(file, text));
    return each_row(file, text, input, call);
}

Result<std::vector<Text>> texts_of(
    const std::vector<Found>& files, const Told& told, const std::string& folder) {
    std::vector<Text> texts;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto packing = TRY(packing_of(files[i], told));
        const auto head = TRY(read_head(files[i], packing, 4096));
        auto encoding = encoding_of(head.bytes);
        if (encoding == Encoding::latin1)
            encoding = Encoding::utf8;  // JSON is Unicode unless somebody says otherwise
        if (told.encoding) encoding = TRY(encoding_told(*told.encoding));
        const auto scratch = folder + "/input-" + std::to_string(i) + ".txt";
        texts.push_back(TRY(
            read_text(files[i], {.packing = packing, .encoding = encoding, .scratch = scratch})));
    }
    return texts;
}

}  // namespace

Result<Tidied> tidy_json(
    const std::vector<Found>& files, const Told& told, const TidyOrder& order) {
    const auto texts = TRY(texts_of(files, told, order.folder));
    JsonColumns columns;
    const RowCalls look{[&](const JsonRow& row) { return columns.look_at(row.value), Status{}; },
        [](const Reject&) { return Status{}; }};
    for (std::size_t i = 0; i < files.size(); ++i)
        TRY(each_record(files[i], told, texts[i].text, i, look));
    auto writer = TRY(TidyWriter::create(order, columns.names()));
    std::vector<std::string_view> values;
    const RowCalls write{[&](const JsonRow& row) {
                             return columns.write(writer, {row.input, row.line}, row.value, values);
                         },
        [&](const Reject& reject) { return writer.reject(reject); }};
    for (std::size_t i = 0; i < files.size(); ++i)
        TRY(each_record(files[i], told, texts[i].text, i, write));
    auto tidied = TRY(writer.finish());
    tidied.holds = columns.holding();
    return tidied;
}

}  // namespace ingot::file
