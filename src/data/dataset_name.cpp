#include "data/dataset_name.h"

#include <array>

#include "data/columns.h"

namespace ingot {

namespace {
constexpr std::array<std::string_view, 4> layer_names{"bronze", "silver", "gold", "snapshot"};
}

std::string_view to_string(Layer layer) { return layer_names.at(static_cast<std::size_t>(layer)); }

std::optional<Layer> parse_layer(std::string_view text) {
    for (std::size_t i = 0; i < layer_names.size(); ++i)
        if (same_name(layer_names.at(i), text)) return static_cast<Layer>(i);
    return std::nullopt;
}

std::optional<DatasetName> parse_dataset_name(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || dot + 1 >= text.size()) return std::nullopt;
    const auto layer = parse_layer(text.substr(0, dot));
    if (!layer) return std::nullopt;
    return DatasetName{*layer, std::string(text.substr(dot + 1))};
}

}  // namespace ingot
