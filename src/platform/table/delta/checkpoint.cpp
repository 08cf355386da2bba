#include "platform/table/delta/checkpoint.h"

#include <algorithm>

#include <unistd.h>

#include "base/hash.h"
#include "platform/table/delta/actions.h"

namespace ingot::table::delta {

namespace {

constexpr std::int64_t week_ms = 7LL * 24 * 3600 * 1000;

// The columns of a classic checkpoint, as the engine spells them.
constexpr std::string_view columns = R"({
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  "add": 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags MAP(VARCHAR, VARCHAR), deletionVector STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, "offset" INTEGER, sizeInBytes INTEGER, cardinality BIGINT))',
  remove: 'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, deletionVector STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, "offset" INTEGER, sizeInBytes INTEGER, cardinality BIGINT))',
  metaData: 'STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[], configuration MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
  protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])'
})";

std::string literal(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
}

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        longest = std::max(longest, end - at);
        at = end + 1;
    }
    return longest;
}

}  // namespace

std::string own_checkpoint_text(const Log& log, std::int64_t keep_removed_after_ms) {
    std::string text = line("ingotCheckpoint", {{"version", log.version}, {"state", log.state},
                                                   {"changedByOthers", log.changed_by_others}});
    text += line("protocol", log.protocol) + line("metaData", log.metadata);
    for (const auto& [app, last] : log.transactions) {
        Json body = {{"appId", app}, {"version", last.version}};
        if (last.last_updated != 0) body["lastUpdated"] = last.last_updated;
        text += line("txn", body);
    }
    for (const auto& [key, file] : log.files)
        text += line("add", add_action(file, file.modified_ms, false));
    for (const auto& [key, body] : log.removed) {
        if (body.value("deletionTimestamp", std::int64_t{0}) < keep_removed_after_ms) continue;
        Json quiet = body;
        quiet["dataChange"] = false;
        text += line("remove", quiet);
    }
    return text;
}

std::string checkpoint_sql(
    const std::string& json, const std::string& parquet, std::size_t longest_line_in_it) {
    const auto room =
        std::to_string(std::max<std::size_t>(longest_line_in_it * 2, std::size_t{16} << 20));
    return "COPY (SELECT txn, \"add\", remove, metaData, protocol FROM read_json(" + literal(json) +
           ", format = 'newline_delimited', maximum_object_size = " + room +
           ", columns = " + std::string(columns) +
           ") WHERE txn IS NOT NULL OR \"add\" IS NOT NULL OR remove IS NOT NULL OR metaData IS NOT NULL OR protocol IS NOT NULL) TO " +
           literal(parquet) + " (FORMAT parquet, COMPRESSION snappy)";
}

Result<std::optional<Checkpoint>> prepare_checkpoint(
    storage::FileSystem& files, const std::string& folder, std::int64_t every) {
    const auto found = TRY(find_log(files, folder));
    if (found.commits.empty()) return std::nullopt;
    const auto last = found.own_checkpoints.empty() ? 0 : found.own_checkpoints.back();
    if (found.commits.back() - last < every) return std::nullopt;
    const auto log = TRY(replay(files, folder, found.commits.back()));
    if (!log) return std::nullopt;
    // Tombstones keep other engines' vacuum from taking what their slow readers still read.
    std::int64_t newest_removal = 0;
    for (const auto& [key, body] : log->removed)
        newest_removal = std::max(newest_removal, body.value("deletionTimestamp", std::int64_t{0}));
    const auto text = own_checkpoint_text(*log, newest_removal - week_ms);
    TRY(files.write(own_checkpoint_path(folder, log->version), text));
    Checkpoint checkpoint{.version = log->version};
    checkpoint.actions = std::ranges::count(text, '\n') - 1;
    checkpoint.staged = "_ingot/tmp/.ingot-" + std::to_string(::getpid()) + "-" +
                        sha256(folder).substr(0, 12) + "-" + std::to_string(log->version) + ".tmp";
    TRY(files.make_folder("_ingot/tmp"));
    checkpoint.sql = checkpoint_sql(files.url(own_checkpoint_path(folder, log->version)),
        files.url(checkpoint.staged), longest_line(text));
    return checkpoint;
}

Status publish_checkpoint(
    storage::FileSystem& files, const std::string& folder, const Checkpoint& checkpoint) {
    TRY(files.sync(checkpoint.staged));
    TRY(files.rename(checkpoint.staged, checkpoint_path(folder, checkpoint.version)));
    const Json hint = {{"version", checkpoint.version}, {"size", checkpoint.actions}};
    return files.write(log_folder(folder) + "/_last_checkpoint", hint.dump());
}

}  // namespace ingot::table::delta
