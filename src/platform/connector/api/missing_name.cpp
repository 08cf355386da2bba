#include "platform/connector/api/missing_name.h"

#include <algorithm>

#include "base/suggest.h"

namespace ingot::api {

namespace {

bool is_plain(std::string_view name) {
    return !name.empty() &&
           std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

}  // namespace

std::string MissingName::text() const {
    return (within.empty() ? "the answer" : "'" + within + "'") + " has no '" + name + "'" +
           did_you_mean(name, there);
}

std::string MissingName::text_with_members() const {
    constexpr std::size_t most = 8;
    std::string members;
    for (std::size_t i = 0; i < std::min(most, there.size()); ++i)
        members += (i == 0 ? "; it has " : ", ") + there[i];
    return text() + members + (there.size() > most ? ", …" : "");
}

std::optional<MissingName> missing_name(const json::Value& document, std::string_view path) {
    auto at = document;
    for (std::size_t begin = 0; begin <= path.size();) {
        const auto end = std::min(path.find('.', begin), path.size());
        const auto name = path.substr(begin, end - begin);
        if (at.kind() != json::Kind::object || !is_plain(name)) return std::nullopt;
        const auto member = at.member(name);
        if (!member) {
            MissingName missing{
                std::string(path.substr(0, begin == 0 ? 0 : begin - 1)), std::string(name), {}};
            for (const auto& [key, value] : at.members()) missing.there.push_back(key);
            return missing;
        }
        at = *member;
        begin = end + 1;
    }
    return std::nullopt;
}

}  // namespace ingot::api
