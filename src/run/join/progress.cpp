#include "run/join/progress.h"

#include <algorithm>
#include <map>

namespace ingot::run {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t recent = 6;

Json short_json(const ChunkDone& chunk) {
    return {{"chunk_index", chunk.index}, {"record_count", chunk.rows},
        {"duration_seconds", chunk.seconds}, {"sample_keys", chunk.sample_keys}};
}

Json long_json(const ChunkDone& chunk) {
    auto json = short_json(chunk);
    json.update({{"right_rows", chunk.right_rows}, {"file", chunk.file}, {"bytes", chunk.bytes}});
    return json;
}

std::vector<ChunkDone> chunks_of(const Json& json) {
    std::vector<ChunkDone> out;
    for (const auto& each : json.at("chunks"))
        out.push_back({.index = each.at("chunk_index"),
            .rows = each.at("record_count"),
            .right_rows = each.at("right_rows"),
            .seconds = each.at("duration_seconds"),
            .sample_keys = each.at("sample_keys"),
            .file = each.at("file"),
            .bytes = each.at("bytes")});
    return out;
}

}  // namespace

Result<Progress> Progress::open(storage::FileSystem& folder, const std::string& fingerprint) {
    Progress progress(folder, fingerprint);
    std::map<std::string, std::int64_t> standing;
    for (const auto& file : TRY(folder.list("")))
        if (file.path.starts_with("_chunk_")) standing[file.path] = file.size;
    if (TRY(folder.exists("progress.json"))) {
        const auto json = Json::parse(TRY(folder.read("progress.json")), nullptr, false);
        if (json.is_object() && json.value("fingerprint", "") == fingerprint &&
            json.contains("chunks")) {
            try {
                progress.chunks_ = chunks_of(json);
            } catch (const Json::exception&) {
                progress.chunks_.clear();  // written by something else: begin anew
            }
        }
    }
    std::erase_if(progress.chunks_, [&](const ChunkDone& chunk) {
        const auto it = standing.find(chunk.file);
        return it == standing.end() || it->second != chunk.bytes;
    });
    for (const auto& [path, size] : standing)
        if (std::ranges::find(progress.chunks_, path, &ChunkDone::file) == progress.chunks_.end())
            TRY(folder.remove(path));
    return progress;
}

bool Progress::is_done(std::int64_t index) const {
    return std::ranges::find(chunks_, index, &ChunkDone::index) != chunks_.end();
}

Status Progress::add(ChunkDone chunk) {
    chunks_.push_back(std::move(chunk));
    return save();
}

Status Progress::finish() {
    finished_ = true;
    TRY(save());
    for (const auto& chunk : chunks_) TRY(folder_->remove(chunk.file));
    return {};
}

Json Progress::summary() const {
    std::int64_t rows = 0;
    for (const auto& chunk : chunks_) rows += chunk.rows;
    auto last = Json::array();
    for (std::size_t i = chunks_.size() > recent ? chunks_.size() - recent : 0; i < chunks_.size();
        ++i)
        last.push_back(short_json(chunks_[i]));
    Json json{
        {"chunks_processed", chunks_.size()}, {"total_records", rows}, {"recent_chunks", last}};
    if (!chunks_.empty()) json["last_chunk"] = short_json(chunks_.back());
    return json;
}

Status Progress::save() {
    auto json = summary();
    json["finished"] = finished_;
    if (!finished_) {
        json["fingerprint"] = fingerprint_;
        json["chunks"] = Json::array();
        for (const auto& chunk : chunks_) json["chunks"].push_back(long_json(chunk));
    }
    return folder_->write("progress.json", json.dump(2, ' ', true, Json::error_handler_t::replace));
}

}  // namespace ingot::run
