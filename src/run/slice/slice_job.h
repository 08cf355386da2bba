#pragma once
// Silver of one bronze slice, from folder to folder: the foundry's meaning. Nothing earlier is looked at.
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "event/events.h"
#include "medallion/slice/rows.h"
#include "platform/engine/session.h"
#include "run/slice/artifact_files.h"
#include "state/lease.h"

namespace ingot::run {

// The older form: a model over rows.
struct RowsOfSlice {
    slice::RowSilver silver;
    slice::Model model = slice::Model::periodic_snapshot;
};

// The newer form: an entity and how its changes are kept.
struct EntityOfSlice {
    slice::EntitySilver silver;
    slice::EntityContext context;
};

struct SliceJob {
    std::variant<RowsOfSlice, EntityOfSlice> what;
    std::string dataset;  // <system>.<entity>, for people and metadata
    Span options{};       // where what is asked stands, for messages about it
    std::string domain;
    std::string entity;
    std::string bronze_folder;  // absolute
    std::string load_pattern;
    Date date{};
    std::string silver_base;  // absolute
    std::string partition;    // below it: domain=…/entity=…/v1/…/load_date=…
    OutputFormats formats;
    std::vector<std::string> text_columns;
    bool require_checksum = false;
    std::optional<std::string> chunk_tag;
    bool locked = false;
    std::chrono::seconds lock_patience{60};
};

struct SliceContext {
    engine::Engine& engine;
    Bus& bus;
    Clock clock;
    std::string run_id;
};

struct SliceOutcome {
    StepReport report{};
    std::vector<std::string> artifacts{};
    std::string folder{};  // the silver partition, absolute
};

// Reads the slice, makes the artifacts beside the partition and puts them in its place in one step; with a chunk tag
// only files of that tag are replaced. What failed is in the report.
SliceOutcome promote_slice(const SliceContext& context, const SliceJob& job);

// _checksums.json of a bronze folder against its files: STATE103 naming those that are missing or different.
Status verify_bronze(const std::string& folder, const std::string& load_pattern);

// The load pattern that the folder's _metadata.json names.
std::optional<std::string> pattern_of_bronze(const std::string& folder);

}  // namespace ingot::run
