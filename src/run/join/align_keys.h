#pragma once
// Columns that are compared get types that can be: a key that only one file's writer quoted is the same key.
#include "platform/engine/session.h"
#include "run/join/join_metadata.h"

namespace ingot::run {

// Makes the relations left_read and right_read anew where a column has to change its type, and says so in the facts.
class KeyAlignment {
public:
    KeyAlignment(engine::Session& session, JoinFacts& facts) : session_(session), facts_(facts) {}

    // Text meets anything else as text; the note tells of it, and is empty when nothing changed.
    Result<std::string> keys(const join::KeyPair& pair);
    // Text meets times as times. CFG108 at `where` for what has no order in common.
    Status times(const join::KeyPair& pair, const Span& where);

private:
    Status cast(const std::string& relation, Column& column, const std::string& type);

    engine::Session& session_;
    JoinFacts& facts_;
    int casts_ = 0;
};

}  // namespace ingot::run
