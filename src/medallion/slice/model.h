#pragma once
// The five ways in which silver of one slice is made from bronze of one slice, and all the names they go by.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "config/describe.h"

namespace ingot::slice {

enum class Model {
    periodic_snapshot,
    incremental_merge,
    full_merge_dedupe,
    scd_type_1,
    scd_type_2
};

inline constexpr std::array model_choices{config::Choice{"periodic_snapshot", 0},
    config::Choice{"incremental_merge", 1}, config::Choice{"full_merge_dedupe", 2},
    config::Choice{"scd_type_1", 3}, config::Choice{"scd_type_2", 4}};
constexpr std::span<const config::Choice> choices(config::Of<Model>) { return model_choices; }

std::string_view to_string(Model model);

// One of the five names.
std::optional<Model> model_of(std::string_view name);
// A profile: analytics, operational, merge_ready, cdc_delta, snapshot.
std::optional<Model> model_of_profile(std::string_view profile);
// Any of the names, a profile, or a second spelling such as scd2 and "full merge".
std::optional<Model> model_called(std::string_view text);
// What a load pattern asks for when nothing else is said.
Model model_of_pattern(std::string_view load_pattern);

// Whether the model keeps one row of each key, and so needs keys and an order.
bool keeps_one_of_each_key(Model model);

}  // namespace ingot::slice
