// Tables as Delta Lake keeps them, over files only: reading a version and committing the next.
#include <mutex>
#include <unordered_map>

#include "platform/table/delta/actions.h"
#include "platform/table/delta/checkpoint.h"
#include "platform/table/delta/log.h"
#include "platform/table/delta/marks.h"
#include "platform/table/delta/orphans.h"
#include "platform/table/table.h"

namespace ingot::table {

namespace {

using delta::Json;
using delta::Log;

Result<TableVersion> version_of(const Log& log) {
    TableVersion out{.version = log.version};
    try {
        out.columns =
            TRY(delta::columns_of(Json::parse(log.metadata.at("schemaString").get<std::string>())));
        if (log.metadata.contains("partitionColumns"))
            out.partition_by = log.metadata.at("partitionColumns").get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception& e) {
        return fail("STG103", std::string("the table's schema cannot be read: ") + e.what());
    }
    out.files.reserve(log.files.size());
    for (const auto& [path, file] : log.files) out.files.push_back(file);
    out.state = log.state;
    out.changed_by_others = log.changed_by_others;
    return out;
}

// Other writers' actions are valid JSON by now, but a member may have a type that no writer gives it.
template <class T, class Work>
Result<T> trusting_the_log(const std::string& folder, Work work) {
    try {
        return work();
    } catch (const nlohmann::json::exception& e) {
        return fail(
            "STG103", folder + ": an action in the log has an unexpected form: " + e.what());
    }
}

class Delta final : public TableFormat {
public:
    explicit Delta(storage::FileSystem& files) : files_(files) {}

    Result<std::optional<TableVersion>> read(
        const std::string& folder, std::optional<std::int64_t> at) override {
        const auto log = TRY(replay(folder, at));
        if (!log) return std::nullopt;
        auto version = version_of(*log);
        if (!version) return std::unexpected(std::move(version).error().during(folder));
        return std::optional(*std::move(version));
    }

    Result<std::optional<LatestState>> latest_state(const std::string& folder) override {
        const auto found = TRY(delta::find_log(files_, folder));
        if (!found.exists()) return std::nullopt;
        LatestState latest{.version = found.commits.empty() ? -1 : found.commits.back()};
        for (auto version = found.commits.rbegin(); version != found.commits.rend(); ++version) {
            const auto path = delta::commit_path(folder, *version);
            const auto text = TRY(files_.read(path));
            auto note = delta::note_of(text);
            if (!note) return std::unexpected(std::move(note).error().during(path));
            if (!note->state.empty()) {
                latest.state = std::move(note->state);
                return latest;
            }
            latest.changed_by_others |= note->changes_data;
        }
        // The commit that had it may live on in a checkpoint only.
        if (const auto log = TRY(replay(folder, {})))
            latest = {log->version, log->state, log->changed_by_others};
        return latest;
    }

    Result<std::int64_t> commit(const std::string& folder, const Commit& commit) override {
        return trusting_the_log<std::int64_t>(
            folder, [&]() -> Result<std::int64_t> { return commit_on(folder, commit); });
    }

    Result<std::vector<DataFile>> mark(const std::string& folder, const std::string& seed,
        const std::vector<RowsThatGo>& files) override {
        return delta::mark(files_, folder, seed, files);
    }

    Result<std::optional<std::int64_t>> transaction(
        const std::string& folder, const std::string& app_id) override {
        const auto log = TRY(replay(folder, {}));
        if (!log) return std::nullopt;
        const auto found = log->transactions.find(app_id);
        return found == log->transactions.end() ? std::nullopt
                                                : std::optional(found->second.version);
    }

    Result<std::vector<std::string>> orphans(
        const std::string& folder, const OrphanSearch& search) override {
        return delta::find_orphans(files_, folder, search);
    }

    Result<std::optional<Checkpoint>> prepare_checkpoint(
        const std::string& folder, std::int64_t every) override {
        return trusting_the_log<std::optional<Checkpoint>>(
            folder, [&] { return delta::prepare_checkpoint(files_, folder, every); });
    }

    Status publish_checkpoint(const std::string& folder, const Checkpoint& checkpoint) override {
        return delta::publish_checkpoint(files_, folder, checkpoint);
    }

private:
    Result<std::int64_t> commit_on(const std::string& folder, const Commit& commit) {
        Json protocol, metadata;
        if (commit.base_version >= 0) {
            const auto base = TRY(replay(folder, commit.base_version));
            if (!base)
                return fail("STG001", folder + " has no version " +
                                          std::to_string(commit.base_version) + " to commit on");
            protocol = base->protocol;
            metadata = base->metadata;
            TRY(delta::check_writable(protocol, metadata));
        }
        const auto text = TRY(delta::commit_text(folder, commit, protocol, metadata));
        const auto version = commit.base_version + 1;
        if (!TRY(files_.put_if_absent(delta::commit_path(folder, version), text)))
            return fail("STG102", folder + ": another writer committed version " +
                                      std::to_string(version) + " first");
        return version;
    }

    // A step reads its table several times, and a version once written never changes.
    Result<std::shared_ptr<const Log>> replay(
        const std::string& folder, std::optional<std::int64_t> at) {
        std::shared_ptr<const Log> known;
        {
            const std::scoped_lock lock(mutex_);
            if (const auto it = logs_.find(folder); it != logs_.end()) known = it->second;
        }
        auto log = TRY(delta::replay(files_, folder, at, known));
        if (log && (!known || known->version < log->version)) {
            const std::scoped_lock lock(mutex_);
            logs_[folder] = log;
        }
        return log;
    }

    storage::FileSystem& files_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const Log>> logs_;
};

}  // namespace

std::unique_ptr<TableFormat> open_delta(storage::FileSystem& files) {
    return std::make_unique<Delta>(files);
}

}  // namespace ingot::table
