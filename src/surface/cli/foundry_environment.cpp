#include "surface/cli/foundry_environment.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "observe/sinks.h"
#include "surface/api/webhook.h"
#include "surface/cli/attach_sinks.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

void make_room(const fs::path& path) {
    constexpr std::uintmax_t most_bytes = 10ULL << 20;
    constexpr int most_files = 5;
    std::error_code error;
    if (fs::file_size(path, error) < most_bytes || error) return;
    const auto numbered = [&](int number) { return path.string() + "." + std::to_string(number); };
    for (int i = most_files - 1; i > 0; --i) fs::rename(numbered(i), numbered(i + 1), error);
    fs::rename(path, numbered(1), error);
}

struct Closing {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Arguments with_environment(Arguments arguments) {
    if (const auto format = variable("BRONZE_LOG_FORMAT");
        !format.empty() && !arguments.has("--log-format"))
        arguments.set("--log-format", {format});
    if (arguments.has("--quiet") || arguments.has("--verbose")) return arguments;
    auto level = upper(variable("BRONZE_LOG_LEVEL"));
    if (level.empty()) level = upper(variable("LOG_LEVEL"));
    if (level == "DEBUG") arguments.set("--verbose", {""});
    if (level == "ERROR" || level == "CRITICAL") arguments.set("--quiet", {""});
    return arguments;
}

void tell_of_environment(Diagnostics& diagnostics) {
    static constexpr std::array yes{"1", "TRUE", "YES", "ON"};
    if (std::ranges::find(yes, upper(variable("BRONZE_TRACING"))) != yes.end())
        diagnostics.warn("CFG113",
            "BRONZE_TRACING has no effect: this build makes no spans; BRONZE_LOG_FILE or --log-format json has the steps with their times");
}

void attach_foundry_sinks(const Arguments& arguments, Bus& bus, const std::string& run_id) {
    attach_sinks(arguments, bus, run_id);
    const auto path = variable("BRONZE_LOG_FILE");
    if (path.empty()) return;
    // Open until the program ends: the bus outlives every scope that could close it.
    static std::unique_ptr<std::FILE, Closing> file;
    std::error_code error;
    if (const auto folder = fs::path(path).parent_path(); !folder.empty())
        fs::create_directories(folder, error);
    make_room(path);
    file.reset(std::fopen(path.c_str(), "a"));
    if (!file) {
        print(Error("STG001", "BRONZE_LOG_FILE: cannot write " + path, {}, false), arguments);
        return;
    }
    bus.attach(observe::jsonl(file.get(), Clock::from_environment(), run_id));
}

void call_webhooks(const Arguments& arguments, const std::string& payload, bool is_success) {
    for (const auto& url :
        arguments.all(is_success ? "--on-success-webhook" : "--on-failure-webhook"))
        if (const auto told = api::call_webhook(url, payload); !told)
            print(told.error(), arguments);
}

}  // namespace ingot::cli
