#include "project/option_places.h"

namespace ingot::project {

const Span& place_of_options(const Dataset& dataset) {
    const auto* options = dataset.settings.find(to_string(dataset.name.layer));
    return options && options->span.known() ? options->span : dataset.origin;
}

const Span& place_of_option(const Dataset& dataset, std::string_view option) {
    const auto* options = dataset.settings.find(to_string(dataset.name.layer));
    const auto* said = options && options->map() ? options->find(option) : nullptr;
    return said && said->span.known() ? said->span : place_of_options(dataset);
}

bool is_for_many(std::string_view file) {
    const auto name = file.substr(file.rfind('/') + 1);
    return name.starts_with("ingot.y") || name.starts_with("_defaults.") ||
           file.starts_with("decorators/");
}

const config::Value* own_option(
    const Dataset& dataset, std::string_view option, std::string_view within) {
    const auto child = [](const config::Value* of, std::string_view key) {
        return of && of->map() ? of->find(key) : nullptr;
    };
    const auto* said = child(dataset.settings.find(to_string(dataset.name.layer)), option);
    if (!within.empty()) said = child(said, within);
    return said && said->span.known() && !is_for_many(said->span.file) ? said : nullptr;
}

}  // namespace ingot::project
