#pragma once
#include "project/manifest.h"

namespace ingot::run {

// An engine's error about a model's SELECT, with its place in the author's file instead of in the text.
inline Error placed_in_body(Error error, const Node& node) {
    Span where = node.dataset.body->span;
    if (error.where.line > 0) {
        where.column = error.where.line == 1 ? where.column + error.where.column - 1 : error.where.column;
        where.line += error.where.line - 1;
    }
    error.where = where;
    return error;
}

}  // namespace ingot::run
