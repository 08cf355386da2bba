#include "platform/storage/file_system.h"

namespace ingot::storage {

bool is_temporary(std::string_view path) {
    return path.substr(path.rfind('/') + 1).starts_with(".ingot-");
}

bool is_scratch(std::string_view path) {
    for (const std::string_view folder : {"_ingot/staging", "_ingot/fetching", "_ingot/tmp"})
        if (path.starts_with(folder) &&
            (path.size() == folder.size() || path[folder.size()] == '/'))
            return true;
    return false;
}

}  // namespace ingot::storage
