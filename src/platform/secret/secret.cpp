#include "platform/secret/secret.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/redact.h"

namespace ingot::secret {

namespace {

constexpr std::string_view any_scheme = "secret://";
constexpr std::string_view env_scheme = "secret://env/";
constexpr std::string_view file_scheme = "secret://file/";

Result<std::string> from_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (!value || !*value)
        return fail("AUTH001",
            "secret://env/" + name + ": the environment variable " + name + " is not set");
    return std::string(value);
}

Result<std::string> from_file(const std::string& path, const std::string& project_root) {
    const auto full = std::filesystem::path(project_root) / path;
    std::ifstream file(full, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        return fail("AUTH001",
            "secret://file/" + path + ": cannot read " + full.lexically_normal().string());
    auto secret = std::move(text).str();
    while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
    return secret;
}

}  // namespace

bool is_reference(std::string_view text) { return text.starts_with(any_scheme); }

Result<std::string> reveal(const std::string& text, const std::string& project_root) {
    if (!is_reference(text)) return text;
    std::string secret;
    if (text.starts_with(env_scheme))
        secret = TRY(from_environment(text.substr(env_scheme.size())));
    else if (text.starts_with(file_scheme))
        secret = TRY(from_file(text.substr(file_scheme.size()), project_root));
    else
        return fail("AUTH001", text + ": this build resolves secret://env/ and secret://file/");
    keep_secret(secret);
    return secret;
}

Result<std::string> reveal(
    const config::Value& mapping, std::string_view key, const std::string& project_root) {
    const auto* value = mapping.find(key);
    if (!value || value->is_null()) return std::string();
    auto secret = reveal(value->raw, project_root);
    if (!secret) return std::unexpected(Error(secret.error()).at(value->span));
    return secret;
}

}  // namespace ingot::secret
