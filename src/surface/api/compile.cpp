#include "surface/api/compile.h"

#include "sql/dialect.h"

namespace ingot::api {

Result<std::string> compiled(const Manifest&, const Node& node) {
    if (node.dataset.bronze()) return std::string();
    return node.select.rewritten;
}

}  // namespace ingot::api
