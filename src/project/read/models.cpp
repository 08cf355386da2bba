#include "project/read/models.h"

#include <algorithm>
#include <ranges>

#include "project/read/dataset_from.h"
#include "project/read/files.h"
#include "project/read/sql_header.h"
#include "project/read/yaml.h"
#include "project/sql_text.h"

namespace ingot::project {

namespace {

struct ModelFiles {
    const FoundFile* sql = nullptr;
    const FoundFile* yaml = nullptr;
    const FoundFile& any() const { return sql ? *sql : *yaml; }
};

bool is_yaml(const FoundFile& file) {
    return file.extension == ".yml" || file.extension == ".yaml";
}

void refuse_kind(const FoundFile& file, Diagnostics& diagnostics) {
    if (file.extension == ".py")
        diagnostics.error("CFG113",
            "models in Python are not in this build yet; it has .sql and .yml",
            {intern(file.path)});
}

// Files of one folder with one stem are one dataset. Files come sorted, so that they follow each other, or nearly.
std::vector<ModelFiles> pair_files(const std::vector<FoundFile>& files, Diagnostics& diagnostics) {
    std::vector<ModelFiles> out;
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> by_stem;
    for (const auto& file : files) {
        const bool yaml = is_yaml(file);
        if (yaml && file.stem == "_defaults") continue;
        if (!yaml && file.extension != ".sql") {
            refuse_kind(file, diagnostics);
            continue;
        }
        const auto [it, is_new] = by_stem.emplace(
            std::pair(std::string_view(file.folder), std::string_view(file.stem)), out.size());
        if (is_new) out.emplace_back();
        auto& model = out[it->second];
        auto& slot = yaml ? model.yaml : model.sql;
        if (slot)
            diagnostics.error(
                "PRJ101", "the same dataset is defined by " + slot->path, {intern(file.path)});
        else
            slot = &file;
    }
    return out;
}

// models/silver/erp/orders.sql: silver.
std::optional<Layer> layer_of_folder(std::string_view folder) {
    const auto slash = folder.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto below = folder.substr(slash + 1);
    return parse_layer(below.substr(0, below.find('/')));
}

// What one dataset's own files say, weakest first, before it is laid over anything.
struct Said {
    std::vector<Word> words;
    std::optional<Body> body;
};

void read_sql_file(
    const ReadContext& context, const FoundFile& file, Said& said, Diagnostics& diagnostics) {
    const auto text = read_text(context.root, file.path, diagnostics);
    if (!text) return;
    auto model = read_sql_model(*text, intern(file.path), diagnostics);
    for (auto& decorator : std::views::reverse(model.decorators)) {
        context.variables.expand(decorator.arguments, diagnostics);
        said.words.push_back({std::move(decorator.name), decorator.span,
            std::move(decorator.arguments), Place::decorator});
    }
    said.body = Body{.sql = context.variables.expand_sql(
                         without_trailing_noise(model.body), model.body_span, diagnostics),
        .span = model.body_span};
}

Said read_files(const ReadContext& context, const ModelFiles& files, Diagnostics& diagnostics) {
    Said said;
    if (files.yaml)
        if (auto value = read_yaml_file(context, files.yaml->path, diagnostics))
            said.words = words_of(std::move(*value), Place::yaml, diagnostics);
    if (files.sql) read_sql_file(context, *files.sql, said, diagnostics);
    return said;
}

// The layer that the strongest word declares; two different ones contradict each other.
std::optional<Layer> layer_of(const Said& said, Diagnostics& diagnostics) {
    std::optional<Layer> layer;
    Span place;
    for (const auto& word : std::views::reverse(said.words)) {
        const auto declared = declared_layer(word);
        if (!declared) continue;
        if (layer && *layer != *declared)
            diagnostics.error("CFG108",
                "the dataset is declared " + std::string(to_string(*layer)) + " and " +
                    std::string(to_string(*declared)),
                word.span, {{"the other one", place}});
        if (layer) continue;
        layer = declared;
        place = word.span;
    }
    return layer;
}

std::optional<Dataset> read_model(
    ReadContext& context, const ModelFiles& files, Diagnostics& diagnostics) {
    const auto& file = files.any();
    const Span origin{intern(file.path)};
    const auto problems = diagnostics.errors();
    auto said = read_files(context, files, diagnostics);
    auto layer = layer_of(said, diagnostics);
    if (!layer) layer = layer_of_folder(file.folder);
    if (!layer) {
        diagnostics.error("CFG103",
            "which layer? Put the file under models/silver or models/gold, or declare it with @silver or @gold",
            origin);
        return std::nullopt;
    }
    auto settings = defaults_of(context, file.folder, diagnostics);
    settings.span = origin;
    for (auto& word : said.words) add_word(settings, std::move(word), diagnostics);
    for (const auto& word : context.target_defaults) add_word(settings, word, diagnostics);
    if (*layer == Layer::bronze || *layer == Layer::snapshot) {
        if (diagnostics.errors() == problems)
            add_word(
                settings, {std::string(to_string(*layer)), origin, {}, Place::yaml}, diagnostics);
        return std::nullopt;
    }
    std::string name = file.stem;
    if (const auto* given = settings.find("name");
        given && is_usable_name(given->raw, given->span, diagnostics))
        name = given->raw;
    else if (!given && !is_usable_name(name, origin, diagnostics))
        return std::nullopt;
    const bool is_sound = diagnostics.errors() == problems;
    return model_from(
        {{*layer, std::move(name)}, std::move(settings), std::move(said.body), origin, is_sound},
        diagnostics);
}

}  // namespace

std::vector<Dataset> read_models(ReadContext& context, Diagnostics& diagnostics) {
    const auto found = list_files(context.root, "models", diagnostics);
    std::vector<Dataset> out;
    for (const auto& files : pair_files(found, diagnostics))
        if (auto dataset = read_model(context, files, diagnostics))
            out.push_back(std::move(*dataset));
    return out;
}

}  // namespace ingot::project
