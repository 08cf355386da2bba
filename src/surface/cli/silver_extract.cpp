#include "surface/api/silver_extract.h"

#include <charconv>

#include "surface/api/webhook.h"
#include "surface/cli/foundry_environment.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

std::vector<std::string> listed(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find(',', from), text.size());
        if (end > from) out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

std::optional<std::string> given(const Arguments& arguments, std::string_view flag) {
    return arguments.has(flag) ? std::optional(arguments.get(flag)) : std::nullopt;
}

// --x and --no-x; the last word is not known, so both together are a mistake.
Result<std::optional<bool>> either(const Arguments& arguments, const std::string& name) {
    const bool on = arguments.has("--" + name), off = arguments.has("--no-" + name);
    if (on && off) return fail("USE101", "--" + name + " and --no-" + name + " exclude each other");
    return on ? std::optional(true) : off ? std::optional(false) : std::nullopt;
}

Result<api::SilverOverrides> overrides_of(const Arguments& arguments) {
    return api::SilverOverrides{.silver_base = given(arguments, "--silver-base"),
        .primary_keys = listed(arguments.get("--primary-key")),
        .order_column = given(arguments, "--order-column"),
        .model = given(arguments, "--silver-model"),
        .write_parquet = TRY(either(arguments, "write-parquet")),
        .write_csv = TRY(either(arguments, "write-csv")),
        .parquet_compression = given(arguments, "--parquet-compression"),
        .require_checksum = TRY(either(arguments, "require-checksum")),
        .full_output_name = given(arguments, "--full-output-name"),
        .cdc_output_name = given(arguments, "--cdc-output-name"),
        .history_output_name = given(arguments, "--history-output-name"),
        .current_output_name = given(arguments, "--current-output-name")};
}

Result<std::chrono::seconds> patience_of(const Arguments& arguments) {
    const auto text = arguments.get("--lock-timeout", "60");
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0)
        return fail("USE101", "--lock-timeout takes seconds, not '" + text + "'");
    return std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

Status check_words(const Arguments& arguments) {
    static const std::vector<std::string> patterns{"auto", "full", "cdc", "current_history"};
    const auto pattern = arguments.get("--pattern", "auto");
    if (!has_name(patterns, pattern))
        return fail(
            "USE101", "--pattern takes auto, full, cdc or current_history, not '" + pattern + "'");
    const auto scope = arguments.get("--storage-scope", "any");
    if (scope != "any" && scope != "onprem")
        return fail("USE101", "--storage-scope takes any or onprem, not '" + scope + "'");
    const auto writer = arguments.get("--artifact-writer", "default");
    if (writer != "default" && writer != "transactional")
        return fail(
            "USE101", "--artifact-writer takes default or transactional, not '" + writer + "'");
    if (arguments.has("--config") == arguments.has("--run-context"))
        return fail(
            "USE101", "silver_extract needs --config FILE or --run-context FILE, one of them");
    if (arguments.has("--validate-only") && !arguments.has("--config"))
        return fail("USE101", "--validate-only needs --config");
    return {};
}

Result<api::SilverExtractRequest> request_of(const Arguments& arguments) {
    TRY(check_words(arguments));
    const auto options = TRY(workbench_options(arguments));
    api::SilverExtractRequest request{.config = arguments.get("--config"),
        .run_context = arguments.get("--run-context"),
        .write_run_context = arguments.get("--write-run-context"),
        .date = {},
        .source_name = arguments.get("--source-name"),
        .bronze_path = arguments.get("--bronze-path"),
        .pattern = arguments.get("--pattern", "auto"),
        .overrides = TRY(overrides_of(arguments)),
        .dry_run = arguments.has("--dry-run"),
        .validate_only = arguments.has("--validate-only"),
        .chunk_tag = given(arguments, "--chunk-tag"),
        .use_locks = arguments.has("--use-locks"),
        .lock_timeout = TRY(patience_of(arguments)),
        .threads = options.threads,
        .memory = options.memory,
        .onprem = arguments.get("--storage-scope") == "onprem" || arguments.has("--onprem-only"),
        .vars = options.load.vars};
    if (arguments.has("--date")) request.date = TRY(dates_of(arguments)).front();
    if (request.chunk_tag && (request.chunk_tag->empty() ||
                                 request.chunk_tag->find_first_of("/\\") != std::string::npos))
        return fail("USE101", "--chunk-tag becomes part of file names and takes no /");
    return request;
}

api::SilverFacts facts_of(const api::SilverExtractRequest& request,
    const api::SilverExtractOutcome* outcome, std::string error) {
    api::SilverFacts facts{.error = std::move(error)};
    if (!outcome || request.validate_only || request.dry_run) return facts;
    facts.bronze_path = outcome->bronze_path;
    if (outcome->date) facts.run_date = to_string(*outcome->date);
    facts.load_pattern = outcome->load_pattern;
    facts.silver_partition = outcome->silver_partition;
    facts.config_name = outcome->config_name;
    facts.domain = outcome->domain;
    facts.entity = outcome->entity;
    facts.silver_model = outcome->model;
    if (outcome->report.error) facts.error = outcome->report.error->message;
    return facts;
}

int promote(const Arguments& arguments, const api::SilverExtractRequest& request) {
    Diagnostics diagnostics;
    tell_of_environment(diagnostics);
    const auto outcome = api::silver_extract(
        request, [&](Bus& bus, const std::string& id) { attach_foundry_sinks(arguments, bus, id); },
        diagnostics);
    int status = print(diagnostics, arguments, "");
    std::string error;
    for (const auto& found : diagnostics.all())
        if (error.empty() && found.severity == Severity::error) error = found.message;
    if (!outcome) {
        status = print(outcome.error(), arguments);
        error = outcome.error().message;
    } else if (!diagnostics.failed()) {
        status = outcome->exit_status;
        if (!arguments.has("--quiet") && (request.validate_only || request.dry_run))
            std::fprintf(stderr, "%s\n",
                request.validate_only ? "the configuration is valid"
                                      : ("would write " + outcome->silver_partition).c_str());
    }
    const auto payload = api::silver_payload(
        facts_of(request, outcome ? &*outcome : nullptr, std::move(error)), status == 0);
    call_webhooks(arguments, payload, status == 0);
    return status;
}

int run_silver_extract(const Arguments& arguments) {
    const auto told = with_environment(arguments);
    const auto request = request_of(told);
    if (!request) return print(request.error(), told);
    return promote(told, *request);
}

constexpr Flag flags[] = {
    {"--config", "FILE", "Configuration in one of the foundry's forms"},
    {"--run-context", "FILE", "Run context (JSON) instead of a configuration"},
    {"--write-run-context", "FILE", "Also write what this run works on, for --run-context"},
    {"--date", "DATE", "Logical date; default: today, UTC"},
    {"--source-name", "NAME", "Which dataset of the configuration"},
    {"--bronze-path", "DIR", "Folder of the bronze slice; default: by the configuration and date"},
    {"--silver-base", "DIR", "Base folder of silver"},
    {"--pattern", "PATTERN", "auto (what bronze says), full, cdc or current_history"},
    {"--primary-key", "COLUMNS", "Key columns, with commas between"},
    {"--order-column", "COLUMN", "The greatest value is the newest row of a key"},
    {"--silver-model", "MODEL",
        "periodic_snapshot, incremental_merge, full_merge_dedupe, scd_type_1 or scd_type_2"},
    {"--write-parquet", "", "Write Parquet"},
    {"--no-write-parquet", "", "Write no Parquet"},
    {"--write-csv", "", "Write CSV"},
    {"--no-write-csv", "", "Write no CSV"},
    {"--parquet-compression", "CODEC", "snappy, gzip, brotli, lz4, zstd or none"},
    {"--artifact-writer", "WRITER", "default or transactional; both publish in one step"},
    {"--full-output-name", "NAME", "File name of snapshots"},
    {"--current-output-name", "NAME", "File name of current rows"},
    {"--history-output-name", "NAME", "File name of the history"},
    {"--cdc-output-name", "NAME", "File name of changes"},
    {"--require-checksum", "", "Refuse bronze that is not what its _checksums.json says"},
    {"--no-require-checksum", "", "Do not look at _checksums.json"},
    {"--chunk-tag", "TAG", "Write this run's rows as one of several chunks"},
    {"--use-locks", "", "Wait for another run on the same partition"},
    {"--lock-timeout", "SECONDS", "How long; default 60"},
    {"--storage-scope", "SCOPE", "any, or onprem: refuse storage that is not on our own ground"},
    {"--onprem-only", "", "The same as --storage-scope onprem"},
    {"--on-success-webhook", "URL", "POST a report there when all went well; may be repeated",
        true},
    {"--on-failure-webhook", "URL", "POST a report there when something failed; may be repeated",
        true},
    {"--validate-only", "", "Check the configuration and stop"},
    {"--dry-run", "", "Check what would be read and written, and stop"},
};

}  // namespace

extern const Command silver_extract_command;
const Command silver_extract_command{"silver-extract",
    "The foundry's silver_extract: one bronze slice into one silver partition", flags, {},
    run_silver_extract};

}  // namespace ingot::cli
