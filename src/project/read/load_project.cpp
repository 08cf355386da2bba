#include <algorithm>
#include <filesystem>

#include "base/suggest.h"
#include "config/bind.h"
#include "project/project.h"
#include "project/read/context.h"
#include "project/read/files.h"
#include "project/read/literal_secrets.h"
#include "project/read/models.h"
#include "project/read/sources.h"
#include "project/read/yaml.h"

namespace ingot {

namespace {

using config::Value;
using project::ReadContext;

// Variables as an ingot.yml declares them, before anything of it is bound.
project::NamedText vars_of(const Value* mapping) {
    project::NamedText out;
    const auto* vars = mapping ? mapping->find("vars") : nullptr;
    if (!vars || !vars->map()) return out;
    for (const auto& entry : *vars->map())
        if (!entry.value.map() && !entry.value.list()) out.emplace_back(entry.key, entry.value.raw);
    return out;
}

// The chosen target's variables must be set; of other targets' nothing is needed.
void expand_file(
    Value& file, const std::string& target, const ReadContext& context, Diagnostics& diagnostics) {
    if (!file.map()) return;
    for (auto& entry : *file.map()) {
        if (entry.key == "vars") continue;  // expanded where they are used
        if (entry.key != "targets" || !entry.value.map()) {
            context.variables.expand(entry.value, diagnostics);
            continue;
        }
        for (auto& each : *entry.value.map()) {
            Diagnostics ignored;
            context.variables.expand(each.value, each.key == target ? diagnostics : ignored);
        }
    }
}

void choose_target(
    Project& project, const Value& file, const LoadOptions& options, Diagnostics& diagnostics) {
    const auto& targets = project.spec.targets;
    project.target_name =
        options.target.empty() ? project.spec.default_target.value : options.target;
    const auto it =
        std::ranges::find(targets, project.target_name, &std::pair<std::string, TargetSpec>::first);
    if (it != targets.end()) {
        project.target = it->second;
        return;
    }
    if (targets.empty() && project.target_name == "dev") return;
    std::vector<std::string> names;
    for (const auto& [name, target] : targets) names.push_back(name);
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    const auto* place = file.find("default_target");
    const auto* all_targets = file.find("targets");
    const Span where = !options.target.empty() ? Span{}
                       : place                 ? place->span
                       : all_targets           ? all_targets->span
                                               : file.span;
    diagnostics.error("CFG109",
        "unknown target '" + project.target_name + "'; the project has " +
            (all.empty() ? "dev" : all) + did_you_mean(project.target_name, names),
        where);
}

void check_target(const Project& project, Diagnostics& diagnostics) {
    const auto& engine = project.target.engine;
    const auto* type = engine.map() ? engine.find("type") : &engine;
    if (type && !type->is_null() && type->raw != "duckdb")
        diagnostics.error("CFG113",
            "engine " + type->raw + " is not in this build yet; it has duckdb", type->span);
}

// defaults: of the target, and its format for every standing table.
std::vector<project::Word> target_words(
    const Project& project, const Value& file, Diagnostics& diagnostics) {
    auto words = project::words_of(project.target.defaults, project::Place::defaults, diagnostics);
    const auto* targets = file.find("targets");
    const auto* target = targets ? targets->find(project.target_name) : nullptr;
    const auto* format = target ? target->find("format") : nullptr;
    if (!format || !project.target.format) return words;
    for (const auto* layer : {"silver", "gold"}) {
        Value options;
        options.span = format->span;
        options.data = config::Map{{"format", format->span, *format}};
        words.insert(
            words.begin(), {layer, format->span, std::move(options), project::Place::defaults});
    }
    return words;
}

void refuse_missing_folders(const ReadContext& context, Diagnostics& diagnostics) {
    for (const auto* folder : {"rules", "decorators"})
        for (const auto& file : project::list_files(context.root, folder, diagnostics))
            if (file.extension == ".yml" || file.extension == ".yaml")
                diagnostics.error("CFG113", std::string(folder) + "/ is not in this build yet",
                    {intern(file.path)});
}

// One mistake in shared settings shows once, and files' mistakes stand in the order of their lines.
void report(const Diagnostics& found, Diagnostics& out) {
    std::vector<const Diagnostic*> sorted;
    for (const auto& diagnostic : found.all()) sorted.push_back(&diagnostic);
    const auto place = [](const Diagnostic* d) {
        return std::tuple(d->where.file, d->where.line, d->where.column);
    };
    std::ranges::stable_sort(sorted, {}, place);
    const auto same = [&](const Diagnostic* a, const Diagnostic* b) {
        return place(a) == place(b) && a->code == b->code && a->message == b->message;
    };
    const auto repeated = std::ranges::unique(sorted, same);
    sorted.erase(repeated.begin(), repeated.end());
    for (const auto* diagnostic : sorted) out.add(*diagnostic);
}

void read_project(
    Project& project, const LoadOptions& options, ReadContext& context, Diagnostics& out) {
    context.variables.command_line = options.vars;
    std::error_code ignored;
    if (std::filesystem::exists(context.root / ".env", ignored))
        if (const auto text = project::read_text(context.root, ".env", out))
            context.variables.dotenv = project::read_dotenv(*text, intern(".env"), out);
    const auto path = project::project_file(context.root).string();
    const auto text = project::read_text(context.root, path, out);
    if (!text) return;
    Value file = project::read_yaml({*text, intern(path)}, out);
    context.variables.project = vars_of(&file);
    const auto* named = file.find("default_target");
    const auto target = !options.target.empty() ? options.target
                        : named ? context.variables.expand(named->raw, named->span, out)
                                : project.spec.default_target.value;
    const auto* targets = file.find("targets");
    context.variables.target = vars_of(targets ? targets->find(target) : nullptr);
    expand_file(file, target, context, out);
    project::keep_literal_secrets(file);
    project.spec = config::bind<ProjectSpec>(file, out);
    if (project.spec.config_version != 1)
        out.error("CFG104", "config_version is 1", file.find("config_version")->span);
    choose_target(project, file, options, out);
    check_target(project, out);
    context.defaults.data = config::Map{};
    for (auto& word : project::words_of(project.spec.defaults, project::Place::defaults, out))
        add_word(context.defaults, std::move(word), out);
    context.target_defaults = target_words(project, file, out);
    project.datasets = read_sources(context, out);
    auto models = read_models(context, out);
    std::ranges::move(models, std::back_inserter(project.datasets));
    std::ranges::stable_sort(project.datasets, {}, &Dataset::name);
    refuse_missing_folders(context, out);
}

}  // namespace

Project load_project(const LoadOptions& options, Diagnostics& diagnostics) {
    Project project;
    const auto root = project::find_root(options.project_dir);
    if (!root) {
        diagnostics.error("CFG100",
            options.project_dir.empty()
                ? "no ingot.yml in this folder or its parents; `ingot init` makes a project"
                : "no ingot.yml in " + options.project_dir);
        return project;
    }
    project.root = root->string();
    ReadContext context;
    context.root = *root;
    Diagnostics found;
    read_project(project, options, context, found);
    report(found, diagnostics);
    return project;
}

}  // namespace ingot
