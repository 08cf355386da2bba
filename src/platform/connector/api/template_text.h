#pragma once
// {date}, {date:%Y-%m}, {cursor} and {parent.NAME} in what an author wrote for requests.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace ingot::api {

// What the secret:// references in params and body stand for.
using Secrets = std::map<std::string, std::string, std::less<>>;

struct Words {
    Date date{};
    std::optional<std::string> cursor{};
    std::function<std::optional<std::string>(std::string_view column)> parent{};
    const Secrets* secrets = nullptr;
};

// Nothing when a word has no value: {cursor} before there is one, a parent's column that is NULL. Braces around anything
// else stay as they are, and so does the text of a secret. `encode` is applied to what takes a word's place.
std::optional<std::string> filled(std::string_view text, const Words& words,
    const std::function<std::string(std::string_view)>& encode);

// The names behind parent. in a text.
std::vector<std::string> parents_in(std::string_view text);
bool names_cursor(std::string_view text);

}  // namespace ingot::api
