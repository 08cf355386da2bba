#pragma once
// Files of the local disk into a store: large ones in parts, several at a time, each part sent again on its own. What has
// arrived is noted in the store, so that after a kill the next one who sends the same bytes to the same key sends only the
// rest.
#include <string>

#include "platform/storage/object_store.h"

namespace ingot::storage {

// `notes`: the key of the folder where uploads are noted while they are under way.
Status upload_file(ObjectStore& store, const std::string& notes, const std::string& local_path,
    const std::string& key);

}  // namespace ingot::storage
