// The foundry's bronze_extract, as a command and as a program of that name.
#include "surface/api/bronze_extract.h"

#include <fmt/format.h>

#include <charconv>

#include "base/version.h"
#include "surface/api/webhook.h"
#include "surface/cli/foundry_environment.h"
#include "surface/cli/project_command.h"
#include "surface/cli/signals.h"

namespace ingot::cli {

namespace {

constexpr std::string_view backends =
    "s3     buckets of AWS or any compatible store; credentials by platform.s3_connection\n"
    "azure  containers of Azure Blob Storage; credentials by platform.azure_connection\n"
    "local  folders below platform.bronze.local_root\n"
    "Parts are uploaded where source.run.storage_enabled says so.\n";

std::vector<std::string> listed(const Arguments& arguments, std::string_view flag) {
    std::vector<std::string> out;
    for (const auto& text : arguments.all(flag))
        for (std::size_t from = 0; from <= text.size();) {
            const auto end = std::min(text.find(',', from), text.size());
            auto one = text.substr(from, end - from);
            one.erase(0, std::min(one.find_first_not_of(' '), one.size()));
            while (one.ends_with(' ')) one.pop_back();
            if (!one.empty()) out.push_back(std::move(one));
            from = end + 1;
        }
    return out;
}

// 0 and less mean one at a time, as they did.
Result<int> workers_of(const Arguments& arguments) {
    const auto text = arguments.get("--parallel-workers", "1");
    int workers = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), workers);
    if (error != std::errc{} || end != text.data() + text.size())
        return fail("USE101", "--parallel-workers takes a whole number, not '" + text + "'");
    return std::max(1, workers);
}

Result<std::optional<LoadPattern>> load_of(const Arguments& arguments) {
    if (!arguments.has("--load-pattern")) return std::optional<LoadPattern>{};
    const auto text = arguments.get("--load-pattern");
    for (const auto& choice : load_pattern_choices)
        if (choice.name == text) return std::optional(static_cast<LoadPattern>(choice.value));
    return fail("USE101", "--load-pattern takes full, cdc or current_history, not '" + text + "'");
}

Result<api::ExtractRequest> request_of(const Arguments& arguments) {
    const auto options = TRY(workbench_options(arguments));
    api::ExtractRequest request{.configs = listed(arguments, "--config"),
        .date = TRY(dates_of(arguments)).front(),
        .workers = TRY(workers_of(arguments)),
        .load = TRY(load_of(arguments)),
        .dry_run = arguments.has("--dry-run"),
        .validate_only = arguments.has("--validate-only"),
        .vars = options.load.vars,
        .threads = options.threads,
        .memory = options.memory};
    const auto scope = arguments.get("--storage-scope", "any");
    if (scope != "any" && scope != "onprem")
        return fail("USE101", "--storage-scope takes any or onprem, not '" + scope + "'");
    request.onprem = scope == "onprem" || arguments.has("--onprem-only");
    const auto writer = arguments.get("--artifact-writer", "default");
    if (writer != "default" && writer != "transactional")
        return fail(
            "USE101", "--artifact-writer takes default or transactional, not '" + writer + "'");
    if (request.configs.empty())
        return fail("USE101", "bronze_extract needs --config FILE, or several with commas between");
    return request;
}

std::string line_of(const api::Extracted& one) {
    if (!one.report)
        return fmt::format("ok       {}  {}  {}\n", one.config_name, one.file, one.relative_path);
    const auto& report = *one.report;
    if (report.error)
        return fmt::format("failed   {}  {} {}\n", one.config_name, report.error->code.id(),
            report.error->message);
    if (report.status == StepStatus::skipped) return fmt::format("skipped  {}\n", one.config_name);
    if (report.status == StepStatus::unchanged)
        return fmt::format("empty    {}  no rows\n", one.config_name);
    return fmt::format("success  {}  {} rows  {:.1f} s  {}\n", one.config_name, report.rows.out,
        report.seconds, one.relative_path);
}

// Of a batch, on stdout: one line for each dataset, and the sum.
void print_report(const api::ExtractOutcome& outcome, bool is_check) {
    std::size_t failed = 0;
    for (const auto& one : outcome.extracted) {
        std::fputs(line_of(one).c_str(), stdout);
        failed += one.report && one.report->error ? 1 : 0;
    }
    if (is_check || outcome.extracted.size() < 2) return;
    std::fputs(fmt::format("{} of {} succeeded\n", outcome.extracted.size() - failed,
                   outcome.extracted.size())
                   .c_str(),
        stdout);
}

api::WebhookFacts facts_of(
    const api::ExtractRequest& request, const api::ExtractOutcome* outcome, std::string error) {
    api::WebhookFacts facts{.config_paths = request.configs, .error = std::move(error)};
    if (request.validate_only || request.dry_run) return facts;
    facts.run_date = to_string(request.date);
    if (!outcome) return facts;
    for (const auto& one : outcome->extracted) {
        const bool has_failed = one.report && one.report->error.has_value();
        facts.tables.push_back(one.table);
        facts.config_names.push_back(one.config_name);
        facts.relative_paths.push_back(one.relative_path);
        facts.failed.push_back(has_failed);
        if (has_failed && facts.error.empty()) facts.error = one.report->error->message;
    }
    return facts;
}

int tell(const Arguments& arguments, const api::WebhookFacts& facts, int status) {
    call_webhooks(arguments, api::bronze_payload(facts, status == 0), status == 0);
    return status;
}

// The smallest that is not 0.
int worse(int a, int b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

int extract(const Arguments& arguments, const api::ExtractRequest& request) {
    const bool is_check = request.validate_only || request.dry_run;
    catch_signals();
    Diagnostics diagnostics;
    tell_of_environment(diagnostics);
    const auto outcome = api::bronze_extract(
        request, [&](Bus& bus, const std::string& id) { attach_foundry_sinks(arguments, bus, id); },
        interrupted, diagnostics);
    int status = print(diagnostics, arguments, "");
    std::string error;
    for (const auto& found : diagnostics.all())
        if (error.empty() && found.severity == Severity::error) error = found.message;
    if (!outcome) {
        status = worse(status, print(outcome.error(), arguments));
        return tell(arguments, facts_of(request, nullptr, outcome.error().message), status);
    }
    if (!arguments.has("--quiet")) print_report(*outcome, is_check);
    status =
        tell(arguments, facts_of(request, &*outcome, error), worse(status, outcome->exit_status));
    return interrupted && status == 0 ? 130 : status;
}

int run_bronze_extract(const Arguments& arguments) {
    if (arguments.has("--version"))
        return std::fputs(fmt::format("ingot {}\n", version).c_str(), stdout), 0;
    if (arguments.has("--list-backends"))
        return std::fputs(std::string(backends).c_str(), stdout), 0;
    const auto told = with_environment(arguments);
    const auto request = request_of(told);
    if (!request) return print(request.error(), told);
    return extract(told, *request);
}

constexpr Flag flags[] = {
    {"--config", "FILES", "Configurations in the foundry's forms, with commas between", true},
    {"--date", "DATE", "Logical date; default: today, UTC"},
    {"--parallel-workers", "N", "Datasets at once; default 1"},
    {"--load-pattern", "PATTERN", "full, cdc or current_history, for all of them"},
    {"--dry-run", "", "Check the configurations and open the storage backends"},
    {"--validate-only", "", "Check the configurations"},
    {"--version", "", "Say the version"},
    {"--list-backends", "", "Say where parts can be uploaded to"},
    {"--artifact-writer", "WRITER", "default or transactional; both publish in one step"},
    {"--storage-scope", "SCOPE", "any, or onprem: refuse storage that is not on our own ground"},
    {"--onprem-only", "", "The same as --storage-scope onprem"},
    {"--on-success-webhook", "URL", "POST a report there when all went well; may be repeated",
        true},
    {"--on-failure-webhook", "URL", "POST a report there when something failed; may be repeated",
        true},
};

}  // namespace

extern const Command bronze_extract_command;
const Command bronze_extract_command{"bronze-extract",
    "The foundry's bronze_extract: configurations in its forms into its folders", flags, {},
    run_bronze_extract};

}  // namespace ingot::cli
