#pragma once
// Chunk after chunk of left rows, each kept as a file, so that a join that was cut off goes on after the last of them.
#include <functional>
#include <string>

#include "platform/engine/session.h"
#include "run/join/join_metadata.h"
#include "run/join/progress.h"

namespace ingot::run {

struct ChunkOrder {
    engine::Session& session;  // with the tables left_rows and right_rows
    std::string checkpoint;    // folder of the chunks, absolute
    std::function<Status(const std::string& file)> keep;  // called with each file of it
    std::string spill{};  // folder for each chunk's right side; empty: it stays in the session
    Progress& progress;
};

// What the chunks depend on; guards, projection and model come after them.
std::string chunks_fingerprint(const JoinFacts& facts);

std::int64_t chunks_of(const JoinFacts& facts);

// Joins the chunks that are not done, and makes joined_rows of all: with the right rows that nothing matched, where the
// type of join keeps them, counted in the facts.
Status join_chunks(const ChunkOrder& order, JoinFacts& facts);

}  // namespace ingot::run
