#include "surface/api/polybase.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "medallion/slice/polybase.h"
#include "project/read/foundry.h"
#include "surface/api/silver_job.h"

namespace ingot::api {

namespace {

std::string silver_base(const foundry::Config& config, const slice::EntitySilver& silver) {
    return silver.output_dir.value_or(
        "sampledata/silver_samples" + (config.environment ? "/env=" + *config.environment : ""));
}

std::string silver_folder(const foundry::Config& config, const slice::EntitySilver& silver) {
    return fmt::format("domain={}/entity={}/v{}", config.domain.value_or(config.system),
        config.table, silver.version);
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

// Puts a key in front of the others of the mapping that begins there, on a line of its own unless it is in braces.
void put_first(std::vector<std::string>& lines, const Span& mapping, const std::string& said) {
    auto& line = lines.at(static_cast<std::size_t>(mapping.line - 1));
    const auto at = static_cast<std::size_t>(mapping.column - 1);
    if (line[at] == '{')
        line.insert(at + 1, said + ", ");
    else
        line.insert(at, said + "\n" + std::string(at, ' '));
}

slice::EntitySilver silver_of(const foundry::Config& config) {
    Diagnostics told_elsewhere;
    return foundry::bind_leniently<slice::EntitySilver>(config.silver, told_elsewhere);
}

std::string derived_paths(const foundry::Config& config) {
    const auto silver = silver_of(config);
    const auto bronze = config.output_dir + "/" + config.layout.folder +
                        (config.layout.has_date ? "/dt={run_date}/" : "/");
    return fmt::format("derived_paths: {{bronze: \"{}\", silver: \"{}/{}/{}={{run_date}}/\"}}",
        bronze, silver_base(config, silver), silver_folder(config, silver),
        silver.load_partition_name);
}

// What an owner has said and what not, as a list to tick off.
void check_said(
    const foundry::Config& config, std::vector<std::string>& list, Diagnostics& diagnostics) {
    if (!config.intent)
        return diagnostics.error("CFG108", config.name + " is no intent", config.origin);
    const auto silver = silver_of(config);
    const auto ask = [&](bool said, std::string_view what) {
        list.push_back(fmt::format("[{}] {}: {}", said ? 'x' : ' ', config.name, what));
    };
    ask(silver.semantic_owner.has_value(), "silver.semantic_owner");
    ask(config.bronze_owner.has_value(), "bronze.owner_team");
    ask(!silver.attributes.empty(), "silver.attributes");
    ask(!silver.natural_keys.empty(), "silver.natural_keys");
}

}  // namespace

std::vector<DdlFile> polybase_ddl(const std::vector<std::string>& files, Diagnostics& diagnostics) {
    std::vector<DdlFile> out;
    for (const auto& file : files)
        for (const auto& config : foundry::read_configs(file, {}, diagnostics)) {
            if (!config.intent) {
                diagnostics.error("CFG108",
                    config.name +
                        " is no intent; external tables need entity_kind and natural_keys",
                    config.origin);
                continue;
            }
            Diagnostics found;
            check_silver(config, {}, found);
            const auto silver =
                foundry::bind_leniently<slice::EntitySilver>(config.silver, diagnostics);
            const auto setup =
                config.polybase_setup.is_null()
                    ? slice::PolybaseSetup{}
                    : foundry::bind_leniently<slice::PolybaseSetup>(config.polybase_setup, found);
            for (const auto& each : found.all())
                if (each.severity == Severity::error) diagnostics.add(each);
            if (found.failed() || !setup.enabled) continue;
            const auto& pattern = config.intent->bronze.options.pattern_folder;
            out.push_back({dataset_id(config) + "_polybase.sql",
                slice::polybase_ddl({config.system, config.table, pattern.value_or(""),
                                        silver_base(config, silver), silver_folder(config, silver)},
                    silver, setup)});
        }
    return out;
}

ExpandedIntent expand_owner_intent(const std::string& file, Diagnostics& diagnostics) {
    ExpandedIntent out;
    const auto configs = foundry::read_configs(file, {}, diagnostics);
    if (diagnostics.failed()) return out;
    auto lines = lines_of(file);
    for (const auto& config : configs) check_said(config, out.checklist, diagnostics);
    // From the last one up, so that lines above stay where they are.
    for (auto it = configs.rbegin(); it != configs.rend() && !diagnostics.failed(); ++it)
        put_first(lines, it->origin, derived_paths(*it));
    for (const auto& line : lines) out.text += line + "\n";
    return out;
}

}  // namespace ingot::api
