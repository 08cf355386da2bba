// Which tables we read and write: anything whose protocol asks for more is refused.
#include <algorithm>
#include <array>

#include "platform/table/delta/log.h"

namespace ingot::table::delta {

namespace {

std::string unknown_features(
    const Json& protocol, const char* key, std::span<const std::string_view> known) {
    std::string unknown;
    if (const auto features = protocol.find(key);
        features != protocol.end() && features->is_array())
        for (const auto& feature : *features)
            if (std::ranges::find(known, feature.get<std::string>()) == known.end())
                unknown += (unknown.empty() ? "" : ", ") + feature.get<std::string>();
    return unknown;
}

constexpr std::array readable =
    std::to_array<std::string_view>({"timestampNtz", "deletionVectors"});
constexpr std::array writable = std::to_array<std::string_view>(
    {"timestampNtz", "deletionVectors", "appendOnly", "invariants"});

}  // namespace

Status check_readable(const Json& protocol) {
    const auto reader = protocol.value("minReaderVersion", 0);
    if (reader != 1 && reader != 3)
        return fail("STG101", "the table asks for reader version " + std::to_string(reader) +
                                  " (column mapping); 1 and 3 are supported");
    if (const auto unknown = unknown_features(protocol, "readerFeatures", readable);
        !unknown.empty())
        return fail("STG101",
            "the table asks readers for " + unknown +
                "; of these features only timestampNtz and deletionVectors are supported");
    return {};
}

Status check_writable(const Json& protocol, const Json& metadata) {
    const auto writer = protocol.value("minWriterVersion", 0);
    if (writer > 2 && writer != 7)
        return fail("STG101", "the table asks for writer version " + std::to_string(writer) +
                                  "; up to 2, and 7, are supported");
    if (const auto unknown = unknown_features(protocol, "writerFeatures", writable);
        !unknown.empty())
        return fail("STG101", "the table asks writers for " + unknown + ", which is not supported");
    if (metadata.contains("configuration") &&
        metadata["configuration"].value("delta.appendOnly", "false") == "true")
        return fail("STG101",
            "the table is append-only (delta.appendOnly), so it cannot be written as a standing table");
    if (metadata.value("schemaString", "").find("delta.invariants") != std::string::npos)
        return fail("STG101",
            "a column of the table has an invariant (delta.invariants), which is not supported");
    return {};
}

}  // namespace ingot::table::delta
