#include "medallion/slice/model.h"
#include "base/lower_case.h"

#include <algorithm>

namespace ingot::slice {

namespace {

struct Called {
    std::string_view name;
    Model model;
};

constexpr Called profiles[] = {{"analytics", Model::scd_type_2}, {"operational", Model::scd_type_1},
    {"merge_ready", Model::full_merge_dedupe}, {"cdc_delta", Model::incremental_merge},
    {"snapshot", Model::periodic_snapshot}};

constexpr Called second_spellings[] = {{"scd1", Model::scd_type_1},
    {"scd type 1", Model::scd_type_1}, {"scd2", Model::scd_type_2},
    {"scd type 2", Model::scd_type_2}, {"incremental", Model::incremental_merge},
    {"full_merge", Model::full_merge_dedupe}, {"full merge", Model::full_merge_dedupe},
    {"periodic", Model::periodic_snapshot}};

std::optional<Model> find(std::span<const Called> list, std::string_view name) {
    const auto it = std::ranges::find(list, name, &Called::name);
    return it == list.end() ? std::nullopt : std::optional(it->model);
}

}  // namespace

std::string_view to_string(Model model) {
    return model_choices[static_cast<std::size_t>(model)].name;
}

std::optional<Model> model_of(std::string_view name) {
    const auto it = std::ranges::find(model_choices, name, &config::Choice::name);
    if (it == model_choices.end()) return {};
    return static_cast<Model>(it->value);
}

std::optional<Model> model_of_profile(std::string_view profile) { return find(profiles, profile); }

std::optional<Model> model_called(std::string_view text) {
    const auto name = lower(text);
    if (const auto model = model_of(name)) return model;
    if (const auto model = model_of_profile(name)) return model;
    return find(second_spellings, name);
}

Model model_of_pattern(std::string_view load_pattern) {
    if (load_pattern == "cdc") return Model::incremental_merge;
    if (load_pattern == "current_history") return Model::scd_type_2;
    return Model::periodic_snapshot;
}

bool keeps_one_of_each_key(Model model) {
    return model == Model::full_merge_dedupe || model == Model::scd_type_1 ||
           model == Model::scd_type_2;
}

}  // namespace ingot::slice
