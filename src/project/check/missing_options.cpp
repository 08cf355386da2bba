#include <algorithm>
#include <array>
#include <string_view>

#include "project/check/checks.h"

namespace ingot::project {

namespace {

struct MissingWord {
    Layer layer;
    std::string_view option;
    std::string_view word;
    std::string_view instead;
};

constexpr auto missing_words = std::to_array<MissingWord>({
    {Layer::silver, "format", "parquet", "delta"},
    {Layer::silver, "format", "csv", "delta"},
    {Layer::silver, "format", "engine", "delta"},
    {Layer::gold, "format", "parquet", "delta"},
    {Layer::gold, "format", "csv", "delta"},
    {Layer::gold, "format", "engine", "delta"},
});

const MissingWord* find_missing(Layer layer, const config::Entry& entry) {
    const auto it = std::ranges::find_if(missing_words, [&](const MissingWord& missing) {
        return missing.layer == layer && missing.option == entry.key &&
               missing.word == entry.value.raw;
    });
    return it == missing_words.end() ? nullptr : &*it;
}

}  // namespace

void refuse_missing_options(Layer layer, config::Value& options, Diagnostics& diagnostics) {
    if (!options.map()) return;
    std::erase_if(*options.map(), [&](const config::Entry& entry) {
        const auto* missing = find_missing(layer, entry);
        if (!missing) return false;
        diagnostics.error("CFG113",
            entry.key + ": " + entry.value.raw + " is not in this build yet; it has " +
                std::string(missing->instead),
            entry.value.span);
        return true;
    });
}

}  // namespace ingot::project
