#pragma once
// A dataset's name: layer.name.
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace ingot {

enum class Layer { bronze, silver, gold, snapshot };

std::string_view to_string(Layer layer);
std::optional<Layer> parse_layer(std::string_view text);

struct DatasetName {
    Layer layer = Layer::bronze;
    std::string name;
    std::string text() const { return std::string(to_string(layer)) + "." + name; }
    auto operator<=>(const DatasetName&) const = default;
};

// "silver.customers"; nothing when the part before the first dot is no layer or the name is empty.
std::optional<DatasetName> parse_dataset_name(std::string_view text);

}  // namespace ingot
