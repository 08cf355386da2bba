#include "platform/storage/s3/profile.h"

#include <cstdlib>
#include <fstream>

namespace ingot::storage {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::string path_of_file() {
    const auto told = environment("AWS_SHARED_CREDENTIALS_FILE");
    return told.empty() ? environment("HOME") + "/.aws/credentials" : told;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// [section], then lines of key = value; # and ; begin comments.
ProfileKeys read_section(std::istream& file, const std::string& section) {
    ProfileKeys keys;
    bool inside = false;
    for (std::string text; std::getline(file, text);) {
        const auto line = trimmed(text);
        if (line.empty() || line.front() == '#' || line.front() == ';') continue;
        if (line.front() == '[') {
            inside = trimmed(line.substr(1, line.find(']') - 1)) == section;
            continue;
        }
        const auto equals = line.find('=');
        if (!inside || equals == std::string_view::npos) continue;
        const auto key = trimmed(line.substr(0, equals));
        const auto value = std::string(trimmed(line.substr(equals + 1)));
        if (key == "aws_access_key_id") keys.access_key = value;
        if (key == "aws_secret_access_key") keys.secret_key = value;
        if (key == "aws_session_token") keys.session_token = value;
    }
    return keys;
}

}  // namespace

Result<std::optional<ProfileKeys>> profile_keys(const std::optional<std::string>& name) {
    auto wanted = name.value_or(environment("AWS_PROFILE"));
    const bool by_name = !wanted.empty();
    if (!by_name) wanted = "default";
    const auto path = path_of_file();
    std::ifstream file(path);
    const auto keys = read_section(file, wanted);
    if (!keys.access_key.empty() && !keys.secret_key.empty()) return keys;
    if (!by_name) return std::nullopt;
    return fail("STG105",
        path + " has no section [" + wanted + "] with aws_access_key_id and aws_secret_access_key");
}

}  // namespace ingot::storage
