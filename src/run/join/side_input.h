#pragma once
// One side of a join: its files, what its metadata says of it, and the bronze it came from.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "medallion/join/keys.h"
#include "run/slice/read_folder.h"
#include "sql/fragment.h"

namespace ingot::run {

struct SideInput {
    std::string written;  // the path as the author wrote it
    std::string folder;   // absolute; of one in a store, where it was brought to
    bool has_metadata = false;
    nlohmann::ordered_json metadata = nlohmann::ordered_json::object();
    nlohmann::ordered_json bronze_metadata;  // null: unknown
    FolderFiles files{};
    // Of a Delta table: the version that is read, and its rows.
    std::optional<std::int64_t> version{};
    sql::Fragment table_rows{};
    join::SideFacts facts{};
    std::vector<std::string> notes{};
};

// Looks at the folder, which is absolute; reads no data. STG001 when there is none, or nothing in it.
Result<SideInput> look_at_side(const std::string& written, const std::string& folder);

// A path as the metadata shows it.
std::string shown_path(const std::string& written);

// What the sides are to each other, by the roles that bronze gave them: a delta never leads its reference.
bool must_swap(const SideInput& left, const SideInput& right);

// The side's entry under `inputs` of the joined metadata.
nlohmann::ordered_json input_json(const SideInput& side);

}  // namespace ingot::run
