#include "run/views.h"

namespace ingot::run {

namespace {
std::string path_of(const Node& node) {
    return "_ingot/views/" + node.dataset.name.text() + ".json";
}
}  // namespace

bool is_view(const Node& node) {
    return node.dataset.gold() && node.dataset.gold()->materialized == Materialized::view;
}

Result<std::optional<state::Standing>> read_view(storage::FileSystem& files, const Node& node) {
    if (!TRY(files.exists(path_of(node)))) return std::nullopt;
    return TRY(state::parse_standing(TRY(files.read(path_of(node)))));
}

Status write_view(storage::FileSystem& files, const Node& node, const state::Standing& standing) {
    return files.write(path_of(node), state::to_json(standing));
}

}  // namespace ingot::run
