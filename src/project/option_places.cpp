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

}  // namespace ingot::project
