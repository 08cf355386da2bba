#include <algorithm>

#include "base/utf8.h"
#include "data/columns.h"
#include "platform/connector/file/text.h"
#include "platform/connector/file/tidy.h"

namespace ingot::file {

namespace {

// Bytes that the first `width` characters take; all of the text when it has fewer.
std::size_t bytes_of(std::string_view text, std::int64_t width) {
    std::size_t at = 0;
    for (; at < text.size() && width > 0; --width) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80) ++at;
    }
    return at;
}

std::string_view without_blanks(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

struct Cut {
    std::vector<std::string_view> values;
    std::string_view rest;
};

Cut cut(std::string_view line, const std::vector<std::int64_t>& widths) {
    Cut out;
    for (const auto width : widths) {
        const auto bytes = bytes_of(line, width);
        out.values.push_back(without_blanks(line.substr(0, bytes)));
        line.remove_prefix(bytes);
    }
    out.rest = without_blanks(line);
    return out;
}

// Calls `take(line, number)` for every line that is not blank.
template <class Take>
Status each_line(std::string_view text, Take take) {
    std::int64_t number = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!without_blanks(line).empty()) TRY(take(line, number));
    }
    return {};
}

Result<Text> text_of(const Found& file, const Told& told, const std::string& scratch) {
    const auto packing = TRY(packing_of(file, told));
    auto encoding = encoding_of(TRY(read_head(file, packing, 65536)).bytes);
    if (told.encoding) encoding = TRY(encoding_told(*told.encoding));
    return read_text(file, {.packing = packing, .encoding = encoding, .scratch = scratch});
}

// Names as they stand, those of the first line, or column0 …
std::vector<std::string> names_of_columns(const Told& told, std::string_view text) {
    auto names = told.names;
    if (told.header.value_or(false) && names.empty()) {
        bool is_first = true;
        (void)each_line(text, [&](std::string_view line, std::int64_t) -> Status {
            if (std::exchange(is_first, false))
                for (const auto value : cut(line, told.widths).values)
                    names.push_back(readable(value));
            return {};
        });
    }
    for (std::size_t i = 0; i < told.widths.size(); ++i) {
        if (i >= names.size()) names.emplace_back();
        if (names[i].empty()) names[i] = "column" + std::to_string(i);
    }
    return names;
}

}  // namespace

Result<Tidied> tidy_fixed(
    const std::vector<Found>& files, const Told& told, const TidyOrder& order) {
    if (told.widths.empty())
        return fail("EXT103",
            files.front().name +
                ": files of fixed width need widths: [..], the characters of each column");
    const auto scratch = order.folder + "/input.txt";
    const auto first = TRY(text_of(files.front(), told, scratch));
    const auto names = names_of_columns(told, first.text);
    if (names.size() != told.widths.size())
        return fail("EXT103", "names: has " + std::to_string(names.size()) +
                                  " entries where widths: has " +
                                  std::to_string(told.widths.size()));
    auto writer = TRY(TidyWriter::create(order, names));
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto text = TRY(text_of(files[i], told, scratch));
        bool is_header = told.header.value_or(false);
        TRY(each_line(text.text, [&](std::string_view line, std::int64_t number) -> Status {
            if (std::exchange(is_header, false)) return {};
            const auto fields = cut(line, told.widths);
            const bool is_too_long = !fields.rest.empty();
            if (is_too_long || !is_utf8(line))
                return writer.reject({.input = i,
                    .line = number,
                    .text = line,
                    .reason = is_too_long ? "longer than its widths" : "not valid UTF-8"});
            writer.begin_row(i, number);
            for (const auto value : fields.values)
                if (value.empty())
                    writer.null();
                else
                    writer.text(value);
            return writer.end_row();
        }));
    }
    return writer.finish();
}

}  // namespace ingot::file
