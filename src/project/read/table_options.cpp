#include "project/read/table_options.h"

#include <algorithm>
#include <string_view>

#include "config/type_of.h"
#include "project/dataset.h"

namespace ingot::project {

namespace {

bool is_file_option(std::string_view key) {
    if (key.ends_with('+')) key.remove_suffix(1);
    const auto members = config::type_of<FileOptions>().members;
    return std::ranges::find(members, key, &config::Member::name) != members.end();
}

}  // namespace

void gather_file_options(config::Value& table) {
    auto& map = *table.map();
    config::Map options;
    std::erase_if(map, [&](config::Entry& entry) {
        if (!is_file_option(entry.key)) return false;
        options.push_back(std::move(entry));
        return true;
    });
    if (options.empty()) return;
    auto* there = table.find("options");
    if (!there) {
        map.push_back({"options", options.front().key_span, {}});
        there = &map.back().value;
        there->span = options.front().key_span;
    }
    if (there->is_null()) there->data = config::Map{};
    if (!there->map()) return;  // of another type: the binder says so
    for (auto& entry : options) there->map()->push_back(std::move(entry));
}

}  // namespace ingot::project
