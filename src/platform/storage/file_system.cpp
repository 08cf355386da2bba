#include "platform/storage/file_system.h"

namespace ingot::storage {

bool is_temporary(std::string_view path) {
    return path.substr(path.rfind('/') + 1).starts_with(".ingot-");
}

}  // namespace ingot::storage
