#include "platform/connector/file/xml_record.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace ingot::file {

namespace {

void append_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
            out += escape.data();
        } else {
            out += c;
        }
    }
    out += '"';
}

std::string_view without_space(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const auto begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

void append_value(std::string& out, const XmlElement& element) {
    if (!element.children.empty() || !element.attributes.empty())
        return append_json_record(out, element);
    if (element.text.empty())
        out += "null";
    else
        append_string(out, element.text);
}

class Members {
public:
    explicit Members(std::string& out) : out_(out) { out_ += '{'; }
    std::string& next(std::string_view key) {
        if (std::exchange(is_first_, false) == false) out_ += ',';
        append_string(out_, key);
        out_ += ':';
        return out_;
    }

private:
    std::string& out_;
    bool is_first_ = true;
};

}  // namespace

void append_json_record(std::string& out, const XmlElement& record) {
    Members members(out);
    for (const auto& [name, value] : record.attributes)
        append_string(members.next("_" + name), value);
    std::vector<bool> is_done(record.children.size());
    for (std::size_t i = 0; i < record.children.size(); ++i) {
        if (is_done[i]) continue;
        const auto& child = record.children[i];
        members.next(child.name);
        const auto is_same = [&](const XmlElement& other) { return other.name == child.name; };
        if (std::ranges::count_if(record.children, is_same) == 1) {
            append_value(out, child);
            continue;
        }
        char before = '[';
        for (std::size_t k = i; k < record.children.size(); ++k) {
            if (!is_same(record.children[k])) continue;
            out += std::exchange(before, ',');
            append_value(out, record.children[k]);
            is_done[k] = true;
        }
        out += ']';
    }
    if (const auto text = without_space(record.text); !text.empty())
        append_string(members.next("_value"), text);
    out += '}';
}

}  // namespace ingot::file
