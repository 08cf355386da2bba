#include "surface/cli/project_command.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/redact.h"
#include "surface/api/run.h"
#include "surface/api/vars.h"

namespace ingot::cli {

namespace {

std::string source_line(const std::string& root, const Span& span) {
    for (const auto& path : {root + "/" + std::string(span.file), std::string(span.file)}) {
        std::ifstream in(path);
        if (!in) continue;
        std::string line;
        for (int i = 0; i < span.line && std::getline(in, line); ++i) {}
        return in || !line.empty() ? line : "";
    }
    return "";
}

void print_text(const Diagnostic& found, const std::string& root) {
    std::string text = found.where.known() ? to_string(found.where) + ": " : "";
    text += std::string(found.code.id()) +
            (found.severity == Severity::warning ? " warning: " : " ") + found.message + "\n";
    if (found.where.line > 0) {
        auto line = source_line(root, found.where);
        if (!line.empty()) {
            // What stands before the place may be shorter when it holds no secret any more.
            auto column = found.where.column;
            const auto before = line.substr(0, static_cast<std::size_t>(std::max(column - 1, 0)));
            column -= static_cast<int>(before.size() - redacted(before).size());
            line = redacted(std::move(line));
            text += "    " + line + "\n";
            if (found.where.column > 0) {
                std::string indent;
                for (int i = 0; i + 1 < column; ++i)
                    indent += static_cast<std::size_t>(i) < line.size() &&
                                      line[static_cast<std::size_t>(i)] == '\t'
                                  ? '\t'
                                  : ' ';
                text += "    " + indent + "^\n";
            }
        }
    }
    for (const auto& note : found.notes)
        text += "  " + (note.where.known() ? to_string(note.where) + ": " : std::string("note: ")) +
                note.message + "\n";
    std::cerr << text;
}

void print_json(const Diagnostic& found) {
    nlohmann::ordered_json json{{"timestamp", to_string(Clock::from_environment().now())},
        {"level", found.severity == Severity::warning ? "warning" : "error"},
        {"code", found.code.id()}, {"event", "diagnostic"}, {"run_id", ""}, {"dataset", ""},
        {"message", found.message}, {"file", found.where.file}, {"line", found.where.line},
        {"column", found.where.column}};
    std::cerr << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

}  // namespace

int print(const Diagnostics& diagnostics, const Arguments& arguments, const std::string& root) {
    int status = 0;
    for (const auto& found : diagnostics.all()) {
        if (found.severity == Severity::error && (status == 0 || found.code.exit_status() < status))
            status = found.code.exit_status();
        if (found.severity == Severity::warning && arguments.has("--quiet")) continue;
        if (arguments.get("--log-format") == "json")
            print_json(found);
        else
            print_text(found, root);
    }
    return status;
}

int print(const Error& error, const Arguments& arguments, const std::string& root) {
    Diagnostics diagnostics;
    diagnostics.add(error);
    return print(diagnostics, arguments, root);
}

int usage(const std::string& message) {
    std::cerr << "USE101 " << message << "\n";
    return 64;
}

bool colors_wanted(const Arguments& arguments, int fd) {
    const char* none = std::getenv("NO_COLOR");
    return !arguments.has("--no-color") && (!none || !*none) && !std::getenv("CI") &&
           isatty(fd) == 1;
}

Result<api::WorkbenchOptions> workbench_options(const Arguments& arguments) {
    api::WorkbenchOptions options;
    options.load.project_dir = arguments.get("--project-dir");
    options.load.target = arguments.get("--target");
    options.memory = arguments.get("--memory");
    if (const auto threads = arguments.get("--threads"); !threads.empty()) {
        const auto [end, error] =
            std::from_chars(threads.data(), threads.data() + threads.size(), options.threads);
        if (error != std::errc{} || end != threads.data() + threads.size() || options.threads < 1)
            return fail("USE101", "--threads takes a whole number from 1, not '" + threads + "'");
    }
    for (const auto& text : arguments.all("--vars")) {
        auto parsed = api::parse_vars(text);
        if (!parsed) return std::unexpected(parsed.error());
        options.load.vars.insert(options.load.vars.end(), parsed->begin(), parsed->end());
    }
    const auto format = arguments.get("--log-format", "human");
    if (format != "human" && format != "json" && format != "simple")
        return fail("USE101", "--log-format takes human, json or simple, not '" + format + "'");
    return options;
}

Opened open_project(const Arguments& arguments) {
    auto options = workbench_options(arguments);
    if (!options) return {nullptr, print(options.error(), arguments)};
    auto workbench = std::make_unique<api::Workbench>(*std::move(options));
    Diagnostics diagnostics;
    workbench->load(diagnostics);
    const int status = print(diagnostics, arguments, workbench->root());
    if (diagnostics.failed()) return {nullptr, status};
    return {std::move(workbench), 0};
}

OpenedSelection open_selection(const Arguments& arguments) {
    auto opened = open_project(arguments);
    if (!opened) return {{nullptr, opened.status}};
    auto ids =
        api::selected(*opened.workbench, arguments.all("SELECT"), arguments.all("--exclude"));
    if (!ids) return {{nullptr, print(ids.error(), arguments, opened.workbench->root())}};
    return {std::move(opened), *std::move(ids)};
}

Result<std::optional<Date>> date_of(const Arguments& arguments, std::string_view flag) {
    if (!arguments.has(flag)) return std::nullopt;
    const auto text = arguments.get(flag);
    const auto date = parse_date(text);
    if (!date)
        return fail("USE101", std::string(flag) + " takes a date YYYY-MM-DD, not '" + text + "'");
    return date;
}

Result<std::vector<Date>> dates_of(const Arguments& arguments) {
    const auto parse = [&](std::string_view flag) -> Result<Date> {
        return *TRY(date_of(arguments, flag));
    };
    if (arguments.has("--date") && (arguments.has("--from") || arguments.has("--to")))
        return fail("USE101", "--date and --from/--to exclude each other");
    if (arguments.has("--date")) return std::vector{TRY(parse("--date"))};
    if (arguments.has("--from") != arguments.has("--to"))
        return fail("USE101", "--from and --to go together");
    if (!arguments.has("--from"))
        return std::vector{std::chrono::floor<std::chrono::days>(Clock::from_environment().now())};
    const auto from = TRY(parse("--from")), to = TRY(parse("--to"));
    if (to < from) return fail("USE101", "--to lies before --from");
    std::vector<Date> dates;
    for (auto day = from; day <= to; day += std::chrono::days(1)) dates.push_back(day);
    return dates;
}

}  // namespace ingot::cli
