#pragma once
// Joins two silver folders into a third. What was joined survives a cut: a rerun goes on after the last finished chunk.
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "event/events.h"
#include "medallion/join/spec.h"
#include "platform/engine/session.h"
#include "platform/storage/file_system.h"

namespace ingot::run {

struct JoinJob {
    join::Spec spec;
    std::string working_folder;  // what relative paths are relative to
    // Where a side lies in a store: opened at its folder. Null: on the disk.
    std::shared_ptr<storage::FileSystem> left_store{}, right_store{};
    // Where the result goes into a store: opened above the result's folder, which is named, and at its progress. Null:
    // to the disk.
    std::shared_ptr<storage::FileSystem> output_store{}, progress_store{};
    std::string output_folder{};
    std::string run_context_json{};  // members to add to the metadata; empty: none
};

struct JoinContext {
    engine::Engine& engine;
    Bus& bus;
    Clock clock;
    std::string run_id;
};

// Nothing is published unless all of it is; finished chunks stay for the next attempt.
StepReport join_folders(const JoinContext& context, const JoinJob& job);

}  // namespace ingot::run
