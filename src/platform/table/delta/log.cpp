#include "platform/table/delta/log.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace ingot::table::delta {

namespace {

std::string numbered(std::int64_t version) {
    char text[24];
    std::snprintf(text, sizeof text, "%020lld", static_cast<long long>(version));
    return text;
}

constexpr std::string_view own_prefix_of_checkpoints = "_ingot_";

// The number that `name` holds between its prefix and its ending.
std::optional<std::int64_t> version_in(
    std::string_view name, std::string_view prefix, std::string_view ending) {
    if (name.size() != prefix.size() + 20 + ending.size() || !name.starts_with(prefix) ||
        !name.ends_with(ending))
        return {};
    const auto digits = name.substr(prefix.size(), 20);
    std::int64_t version = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (error != std::errc{} || end != digits.data() + digits.size()) return {};
    return version;
}

std::int64_t records_in(std::string_view stats) {
    constexpr std::string_view key = "\"numRecords\":";
    auto at = stats.find(key);
    if (at == std::string_view::npos) return 0;
    at = stats.find_first_not_of(' ', at + key.size());
    std::int64_t rows = 0;
    if (at != std::string_view::npos)
        std::from_chars(stats.data() + at, stats.data() + stats.size(), rows);
    return rows;
}

std::string text_at(const Json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::optional<DeletionVector> vector_of(const Json& action) {
    const auto found = action.find("deletionVector");
    if (found == action.end() || found->is_null()) return {};
    DeletionVector vector{.storage = found->at("storageType").get<std::string>(),
        .where = found->at("pathOrInlineDv").get<std::string>(),
        .offset = {},
        .size = found->at("sizeInBytes").get<std::int64_t>(),
        .rows = found->at("cardinality").get<std::int64_t>()};
    if (const auto offset = found->find("offset"); offset != found->end() && !offset->is_null())
        vector.offset = offset->get<std::int64_t>();
    if (vector.storage == "p") vector.where = decode_path(vector.where);
    return vector;
}

DataFile file_of(const Json& add) {
    DataFile file{.path = decode_path(add.at("path").get<std::string>()),
        .size = add.value("size", std::int64_t{0})};
    file.modified_ms = add.value("modificationTime", std::int64_t{0});
    file.stats = text_at(add, "stats");
    file.vector = vector_of(add);
    file.rows = records_in(file.stats) - (file.vector ? file.vector->rows : 0);
    if (const auto values = add.find("partitionValues"); values != add.end() && values->is_object())
        for (const auto& [name, value] : values->items())
            file.partition.emplace(
                name, value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt);
    if (const auto tags = add.find("tags"); tags != add.end() && tags->is_object())
        for (const auto& [name, value] : tags->items())
            if (value.is_string()) file.tags.emplace(name, value.get<std::string>());
    return file;
}

// What the commit as a whole is, gathered from its actions.
struct CommitKind {
    bool own = false;
    bool changes_data = false;
};

Status apply_action(Log& log, Json&& action, CommitKind& kind) {
    if (action.empty()) return {};
    const auto name = action.begin().key();
    Json& body = action.begin().value();
    if (name == "add") {
        auto file = file_of(body);
        kind.changes_data |= body.value("dataChange", true);
        auto key = key_of(file.path, file.vector);
        log.removed.erase(key);
        log.files.insert_or_assign(std::move(key), std::move(file));
    } else if (name == "remove") {
        kind.changes_data |= body.value("dataChange", true);
        auto key = key_of(decode_path(body.at("path").get<std::string>()), vector_of(body));
        log.files.erase(key);
        log.removed.insert_or_assign(std::move(key), std::move(body));
    } else if (name == "metaData") {
        log.metadata = std::move(body);
    } else if (name == "protocol") {
        log.protocol = std::move(body);
        TRY(check_readable(log.protocol));
    } else if (name == "txn") {
        log.transactions.insert_or_assign(
            body.at("appId").get<std::string>(), Transaction{body.at("version").get<std::int64_t>(),
                                                     body.value("lastUpdated", std::int64_t{0})});
    } else if (name == "commitInfo" && body.contains("ingot")) {
        kind.own = true;
        log.state = body.at("ingot").dump();
    } else if (name == "ingotCheckpoint") {
        log.state = text_at(body, "state");
        log.changed_by_others = body.value("changedByOthers", false);
    }
    return {};
}

// Calls with every line of JSON until told to stop; a line that is none is damage.
template <class Use>
Status each_action(const std::string& text, Use use) {
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (end > at) {
            try {
                auto action = Json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                    text.begin() + static_cast<std::ptrdiff_t>(end));
                if (!TRY(use(std::move(action)))) return {};
            } catch (const nlohmann::json::exception& e) {
                return fail("STG103", std::string("a line is not an action: ") + e.what());
            }
        }
        at = end + 1;
    }
    return {};
}

// Where replaying begins: our newest checkpoint not after `version`, or before version 0.
std::int64_t start_of(const LogFiles& found, std::int64_t version) {
    const auto after = std::ranges::upper_bound(found.own_checkpoints, version);
    return after == found.own_checkpoints.begin() ? -1 : *std::prev(after);
}

Status check_complete(const LogFiles& found, std::int64_t start, std::int64_t version) {
    auto at = std::ranges::upper_bound(found.commits, start);
    for (auto wanted = start + 1; wanted <= version; ++wanted, ++at) {
        if (at != found.commits.end() && *at == wanted) continue;
        if (found.foreign_checkpoint)
            return fail("STG101",
                "the log begins with another writer's Parquet checkpoint, because the commits up to version " +
                    std::to_string(wanted) +
                    " were cleaned away; this build reads tables whose log is whole");
        return fail("STG103", "the log lacks version " + std::to_string(wanted));
    }
    return {};
}

}  // namespace

std::string log_folder(const std::string& folder) { return folder + "/_delta_log"; }

std::string commit_path(const std::string& folder, std::int64_t version) {
    return log_folder(folder) + "/" + numbered(version) + ".json";
}

std::string own_checkpoint_path(const std::string& folder, std::int64_t version) {
    return log_folder(folder) + "/" + std::string(own_prefix_of_checkpoints) + numbered(version) +
           ".json";
}

std::string checkpoint_path(const std::string& folder, std::int64_t version) {
    return log_folder(folder) + "/" + numbered(version) + ".checkpoint.parquet";
}

Result<LogFiles> find_log(storage::FileSystem& files, const std::string& folder) {
    LogFiles found;
    for (const auto& name : TRY(files.names(log_folder(folder)))) {
        if (const auto version = version_in(name, "", ".json"))
            found.commits.push_back(*version);
        else if (const auto own = version_in(name, own_prefix_of_checkpoints, ".json"))
            found.own_checkpoints.push_back(*own);
        else if (name.find(".checkpoint.") != std::string::npos && name.ends_with(".parquet") &&
                 !name.starts_with('.'))
            found.foreign_checkpoint = true;
    }
    return found;
}

Status apply_actions(Log& log, const std::string& text) {
    CommitKind kind;
    const auto use = [&](Json&& action) -> Result<bool> {
        TRY(apply_action(log, std::move(action), kind));
        return true;
    };
    TRY(each_action(text, use));
    if (kind.own)
        log.changed_by_others = false;
    else if (kind.changes_data)
        log.changed_by_others = true;
    return {};
}

Result<std::shared_ptr<const Log>> replay(storage::FileSystem& files, const std::string& folder,
    std::optional<std::int64_t> at, const std::shared_ptr<const Log>& known) {
    const auto found = TRY(find_log(files, folder));
    if (!found.exists()) return nullptr;
    const auto newest = std::max(found.commits.empty() ? -1 : found.commits.back(),
        found.own_checkpoints.empty() ? -1 : found.own_checkpoints.back());
    const auto version = at.value_or(newest);
    if (version < 0 || version > newest)
        return fail("STG001", folder + " has no version " + std::to_string(version) +
                                  "; its newest is " + std::to_string(newest));
    if (known && known->version == version) return known;
    auto start = start_of(found, version);
    const bool is_on_the_way = known && known->version < version && known->version >= start;
    if (is_on_the_way) start = known->version;
    if (auto complete = check_complete(found, start, version); !complete)
        return std::unexpected(std::move(complete).error().during(folder));
    Log log = is_on_the_way ? *known : Log{};
    for (auto next = is_on_the_way || start < 0 ? start + 1 : start; next <= version; ++next) {
        const auto path =
            next == start ? own_checkpoint_path(folder, next) : commit_path(folder, next);
        const auto text = TRY(files.read(path));
        if (auto applied = apply_actions(log, text); !applied)
            return std::unexpected(std::move(applied).error().during(path));
    }
    if (!log.metadata.is_object() || !log.protocol.is_object())
        return fail("STG103", log_folder(folder) + ": the log has no protocol or no metaData");
    log.version = version;
    return std::make_shared<const Log>(std::move(log));
}

Result<CommitNote> note_of(const std::string& text) {
    CommitNote note;
    const auto use = [&](const Json& action) -> Result<bool> {
        if (const auto info = action.find("commitInfo"); info != action.end()) {
            note.timestamp_ms = info->value("timestamp", std::int64_t{0});
            if (info->contains("ingot")) return note.state = info->at("ingot").dump(), false;
        }
        for (const auto* kind : {"add", "remove"})
            if (const auto file = action.find(kind); file != action.end())
                note.changes_data |= file->value("dataChange", true);
        return true;
    };
    TRY(each_action(text, use));
    return note;
}

Result<std::string> run_of(const std::string& text) {
    std::string run_id;
    TRY(each_action(text, [&](const Json& action) -> Result<bool> {
        const auto info = action.find("commitInfo");
        if (info == action.end()) return true;
        run_id = text_at(*info, "runId");
        return false;
    }));
    return run_id;
}

std::string key_of(const std::string& path, const std::optional<DeletionVector>& vector) {
    return vector ? path + '\0' + unique_id(*vector) : path;
}

std::string encode_path(std::string_view path) {
    constexpr std::string_view plain = "-._~/=+,:@!$&'()*;";
    std::string out;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (word || plain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        constexpr std::string_view digits = "0123456789ABCDEF";
        out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

std::string decode_path(std::string_view path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        unsigned value = 0;
        if (path[i] == '%' && i + 2 < path.size() &&
            std::from_chars(path.data() + i + 1, path.data() + i + 3, value, 16).ptr ==
                path.data() + i + 3) {
            out += static_cast<char>(value);
            i += 2;
        } else {
            out += path[i];
        }
    }
    return out;
}

}  // namespace ingot::table::delta
