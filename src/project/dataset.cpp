#include "project/dataset.h"

namespace ingot {

connector::Settings settings_of(const BronzeDataset& bronze, const std::string& project_root) {
    connector::Settings settings{.connection = bronze.reach,
        .table = bronze.own,
        .system = bronze.system,
        .name = bronze.table.name,
        .cursor = bronze.table.cursor,
        .columns = {},
        .types = bronze.table.options.types,
        .root = project_root};
    for (const auto& column : bronze.table.options.columns)
        settings.columns.push_back(column.value);
    return settings;
}

}  // namespace ingot
