#pragma once
#include "project/manifest.h"

namespace ingot::run {

// An engine's error about a model's SELECT, with its place in the author's file instead of in the text.
inline Error placed_in_body(Error error, const Node& node) {
    error.where = place_in(*node.dataset.body, error.where.line, error.where.column);
    return error;
}

}  // namespace ingot::run
