#include "platform/storage/upload_note.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <set>

#include <nlohmann/json.hpp>

namespace ingot::storage {

namespace {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

// A writer tells of its parts as they arrive; one that retries a part tells nothing meanwhile.
constexpr auto silence_of_the_dead = 10min;
// Notes that name no writer were written once, before the first part.
constexpr auto silence_of_the_nameless = 24h;

struct UnderWay {
    std::mutex mutex;
    std::set<std::string> names;
};

UnderWay& under_way() {
    static UnderWay all;
    return all;
}

std::string name_of(const UploadNote& note) { return note.key + '\0' + note.upload; }

bool is_under_way_here(const UploadNote& note) {
    auto& all = under_way();
    const std::scoped_lock lock(all.mutex);
    return all.names.contains(name_of(note));
}

std::vector<SentPart> parts_in(const Json& json) {
    std::vector<SentPart> parts;
    for (const auto& part : json.value("parts", Json::array()))
        parts.push_back({part.at("index").get<std::size_t>(), part.at("sha256").get<std::string>(),
            part.at("id").get<std::string>()});
    return parts;
}

}  // namespace

std::string to_json(const UploadNote& note) {
    auto parts = Json::array();
    for (const auto& part : note.parts)
        parts.push_back({{"index", part.index}, {"sha256", part.sha256}, {"id", part.id}});
    const Json json = {{"key", note.key}, {"upload", note.upload}, {"size", note.size},
        {"part_size", note.part_size}, {"host", note.writer.host}, {"boot", note.writer.boot},
        {"pid_namespace", note.writer.pid_namespace}, {"pid", note.writer.pid},
        {"process_start", note.writer.start}, {"parts", parts}};
    return json.dump();
}

std::optional<UploadNote> read_upload_note(std::string_view text) {
    const auto json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("key") || !json.contains("upload")) return std::nullopt;
    try {
        return UploadNote{.key = json.at("key").get<std::string>(),
            .upload = json.at("upload").get<std::string>(),
            .size = json.value("size", std::int64_t{0}),
            .part_size = json.value("part_size", std::int64_t{0}),
            .parts = parts_in(json),
            .writer = {json.value("host", ""), json.value("boot", ""),
                json.value("pid_namespace", ""), json.value("pid", std::int64_t{0}),
                json.value("process_start", std::int64_t{0})}};
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

bool is_abandoned(const UploadNote& note, std::int64_t written_us) {
    if (is_under_way_here(note)) return false;
    if (note.writer == this_process() || is_gone(note.writer)) return true;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto silent = now - std::chrono::microseconds(written_us);
    return silent > (note.writer.host.empty() ? silence_of_the_nameless : silence_of_the_dead);
}

void end_abandoned_uploads(FileSystem& files, const std::set<std::string>& folders) {
    if (files.exchanges_folders()) return;
    const auto notes = files.unfinished_uploads();
    if (!notes) return;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    for (const auto& file : *notes) {
        const auto text = files.read(file.path);
        // Its writer may have ended the upload since it was listed.
        const auto note = text ? read_upload_note(*text) : std::nullopt;
        if (!note || note->writer == this_process() || !is_abandoned(*note, file.modified_us))
            continue;
        const bool is_ours = std::ranges::any_of(folders,
            [&](const auto& folder) { return ("/" + note->key).contains("/" + folder + "/"); });
        if (is_ours || now - std::chrono::microseconds(file.modified_us) > 24h)
            (void)files.remove_upload(file.path);
    }
}

UploadUnderWay::UploadUnderWay(const UploadNote& note) : name_(name_of(note)) {
    auto& all = under_way();
    const std::scoped_lock lock(all.mutex);
    all.names.insert(name_);
}

UploadUnderWay::~UploadUnderWay() {
    auto& all = under_way();
    const std::scoped_lock lock(all.mutex);
    all.names.erase(name_);
}

}  // namespace ingot::storage
