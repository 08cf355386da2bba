#include "base/span.h"

#include <mutex>
#include <unordered_set>

namespace ingot {

std::string_view intern(std::string_view text) {
    static std::mutex mutex;
    static std::unordered_set<std::string> pool;  // node-based: the strings never move
    const std::lock_guard lock(mutex);
    return *pool.emplace(text).first;
}

std::string to_string(const Span& span) {
    std::string out(span.file);
    if (span.line > 0) out += ":" + std::to_string(span.line);
    if (span.line > 0 && span.column > 0) out += ":" + std::to_string(span.column);
    return out;
}

}  // namespace ingot
