#include "platform/storage/object_files.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>

#include <unistd.h>

#include "platform/storage/upload.h"
#include "platform/storage/upload_note.h"

namespace ingot::storage {

namespace {

constexpr std::string_view manifest_name = "_metadata.json";

std::string process_folder(std::int64_t pid) { return "out/" + std::to_string(pid); }

class ObjectFiles final : public FileSystem {
public:
    explicit ObjectFiles(ObjectFilesPlace place)
        : place_(std::move(place)), store_(*place_.store) {}

    std::string url(const std::string& path) const override {
        if (is_scratch(path)) return place_.scratch + "/" + path;
        const auto key = key_of(path);
        return key.empty() ? place_.bucket : place_.bucket + "/" + key;
    }

    Result<bool> exists(const std::string& path) override {
        if (is_scratch(path)) return TRY(scratch())->exists(path);
        if (TRY(store_.head(key_of(path)))) return true;
        return !TRY(store_.list_one(key_of(path))).empty();
    }

    Result<std::optional<FileInfo>> look(const std::string& path) override {
        if (is_scratch(path)) return TRY(scratch())->look(path);
        const auto object = TRY(store_.head(key_of(path)));
        if (!object) return std::nullopt;
        return info_of(*object);
    }

    Result<std::string> read(const std::string& path) override {
        return is_scratch(path) ? TRY(scratch())->read(path) : store_.get(key_of(path));
    }

    Result<std::size_t> read_at(
        const std::string& path, std::int64_t offset, std::span<char> into) override {
        if (is_scratch(path)) return TRY(scratch())->read_at(path, offset, into);
        if (into.empty()) return 0;
        const auto bytes =
            TRY(store_.get(key_of(path), offset, static_cast<std::int64_t>(into.size())));
        if (bytes.size() > into.size())
            return fail("STG001", url(path) + ": the store sent more than was asked for");
        std::memcpy(into.data(), bytes.data(), bytes.size());
        return bytes.size();
    }

    Result<std::vector<FileInfo>> list(const std::string& folder, std::string_view name) override {
        if (is_scratch(folder)) return TRY(scratch())->list(folder, name);
        std::vector<FileInfo> found;
        for (const auto& object : TRY(store_.list(key_of(folder)))) {
            auto info = info_of(object);
            if (name.empty() || info.path.substr(info.path.rfind('/') + 1) == name)
                found.push_back(std::move(info));
        }
        std::ranges::sort(found, {}, &FileInfo::path);
        return found;
    }

    Result<std::vector<std::string>> names(const std::string& folder) override {
        if (is_scratch(folder)) return TRY(scratch())->names(folder);
        std::vector<std::string> found;
        for (const auto& object : TRY(store_.list_one(key_of(folder))))
            found.push_back(object.key.substr(object.key.rfind('/') + 1));
        std::ranges::sort(found);
        return found;
    }

    Status write(const std::string& path, const std::string& bytes, Durable durable) override {
        if (is_scratch(path)) return TRY(scratch())->write(path, bytes, durable);
        return store_.put(key_of(path), bytes);
    }

    Result<bool> put_if_absent(
        const std::string& path, const std::string& bytes, Durable durable) override {
        if (is_scratch(path)) return TRY(scratch())->put_if_absent(path, bytes, durable);
        return store_.put_if_absent(key_of(path), bytes);
    }

    Result<std::string> writable_folder(const std::string& folder) override {
        auto* local = TRY(scratch());
        if (is_scratch(folder)) return local->writable_folder(folder);
        return local->writable_folder(process_folder(::getpid()) + "/" + folder);
    }

    Status sync(const std::string& path) override {
        auto* local = TRY(scratch());
        if (is_scratch(path)) return local->sync(path);
        const auto written = process_folder(::getpid()) + "/" + path;
        TRY(upload(local->url(written), path));
        return local->remove(written);
    }

    Status make_folder(const std::string& path) override {
        return is_scratch(path) ? TRY(scratch())->make_folder(path) : Status{};
    }

    Status publish_folder(const std::string& staged, const std::string& final_path) override {
        auto* local = TRY(scratch());
        const auto manifest = final_path + "/" + std::string(manifest_name);
        const auto before = TRY(look(manifest));
        bool has_manifest = false;
        std::vector<std::string> names;
        for (const auto& file : TRY(local->list(staged, {}))) {
            names.push_back(file.path.substr(staged.size() + 1));
            has_manifest |= names.back() == manifest_name;
        }
        std::erase(names, manifest_name);
        // What describes the others goes after them.
        std::ranges::stable_partition(names, [](const auto& name) { return name.front() != '_'; });
        for (const auto& name : names)
            TRY(upload(local->url(staged + "/" + name), final_path + "/" + name));
        if (has_manifest) {
            const auto text = TRY(local->read(staged + "/" + std::string(manifest_name)));
            const auto key = key_of(manifest);
            const bool won = before ? TRY(store_.put_if_match(key, text, before->version))
                                    : TRY(store_.put_if_absent(key, text));
            if (!won)
                return fail(
                    "STG102", url(final_path) + ": another writer published here at the same time");
        }
        return local->remove(staged);
    }

    bool exchanges_folders() const override { return false; }

    Status rename(const std::string& from, const std::string& to) override {
        auto* local = TRY(scratch());
        if (is_scratch(from) && is_scratch(to)) return local->rename(from, to);
        if (is_scratch(from)) {
            TRY(upload(local->url(from), to));
            return local->remove(from);
        }
        TRY(store_.copy(key_of(from), key_of(to)));
        return store_.remove({key_of(from)});
    }

    Status remove(const std::string& path) override {
        if (is_scratch(path)) return TRY(scratch())->remove(path);
        const auto key = key_of(path);
        if (key == place_.prefix) return fail("BUG001", "asked to remove all of " + url(""));
        std::vector<std::string> keys{key};
        for (const auto& object : TRY(store_.list(key))) keys.push_back(object.key);
        return store_.remove(keys);
    }

    Result<std::vector<FileInfo>> unfinished_uploads() override {
        return list(std::string(upload_notes), {});
    }

    Status remove_upload(const std::string& path) override {
        if (const auto note = read_upload_note(TRY(read(path))))
            TRY(store_.abort(note->key, note->upload));
        return store_.remove({key_of(path)});
    }

private:
    std::string key_of(const std::string& path) const {
        if (path.empty()) return place_.prefix;
        return place_.prefix.empty() ? path : place_.prefix + "/" + path;
    }

    FileInfo info_of(const Object& object) const {
        const auto skipped = place_.prefix.empty() ? 0 : place_.prefix.size() + 1;
        return {object.key.substr(skipped), object.size, object.modified_us, object.etag};
    }

    Result<FileSystem*> scratch() {
        const std::scoped_lock lock(mutex_);
        if (!scratch_) {
            scratch_ = TRY(open_local(place_.scratch));
            TRY(sweep_dead_writers());
        }
        return scratch_.get();
    }

    // What processes that were killed had written for the store and not sent.
    Status sweep_dead_writers() {
        for (const auto& name : TRY(scratch_->names("out"))) {
            const auto pid = static_cast<pid_t>(std::strtol(name.c_str(), nullptr, 10));
            if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH)
                TRY(scratch_->remove("out/" + name));
        }
        return {};
    }

    Status upload(const std::string& local_path, const std::string& path) {
        return upload_file(store_, key_of(std::string(upload_notes)), local_path, key_of(path));
    }

    ObjectFilesPlace place_;
    ObjectStore& store_;
    std::mutex mutex_;
    std::unique_ptr<FileSystem> scratch_;
};

}  // namespace

std::unique_ptr<FileSystem> open_object_files(ObjectFilesPlace place) {
    return std::make_unique<ObjectFiles>(std::move(place));
}

}  // namespace ingot::storage
