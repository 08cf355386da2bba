#include "platform/storage/upload.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include "base/hash.h"
#include "platform/storage/upload_note.h"

namespace ingot::storage {

namespace {

constexpr std::int64_t largest_whole = std::int64_t{16} << 20;
constexpr std::int64_t smallest_part = std::int64_t{8} << 20;
constexpr std::int64_t most_parts = 9'000;  // stores take 10,000
constexpr std::size_t at_once = 4;
// What a kill may cost, against a request for each note.
constexpr std::chrono::seconds between_notes{1};

struct LocalFile {
    std::string path;
    std::int64_t size = 0;
    std::int64_t part_size = 0;

    std::size_t parts() const {
        return static_cast<std::size_t>((size + part_size - 1) / part_size);
    }

    Result<std::string> bytes_of(std::int64_t offset, std::int64_t count) const {
        std::ifstream file(path, std::ios::binary);
        std::string bytes(static_cast<std::size_t>(count), '\0');
        if (!file.seekg(offset) || !file.read(bytes.data(), count))
            return fail("STG001", "cannot read " + path + ", which was to be uploaded");
        return bytes;
    }

    Result<std::string> part(std::size_t index) const {
        const auto offset = static_cast<std::int64_t>(index) * part_size;
        return bytes_of(offset, std::min(part_size, size - offset));
    }
};

// An upload and the note about it.
class Parts {
public:
    Parts(ObjectStore& store, const LocalFile& file, std::string note_key, UploadNote note)
        : store_(store),
          file_(file),
          note_key_(std::move(note_key)),
          note_(std::move(note)),
          mark_(note_) {
        has_.resize(file.parts());
        for (const auto& part : note_.parts) has_[part.index] = true;
    }

    Status note() { return store_.put(note_key_, to_json(note_)); }

    Status send() {
        {
            std::vector<std::jthread> senders;
            for (std::size_t i = 0; i < std::min(at_once, file_.parts()); ++i)
                senders.emplace_back([this] { send_some(); });
        }
        if (failure_) return std::unexpected(*failure_);
        return {};
    }

    Status complete() {
        std::ranges::sort(note_.parts, {}, &SentPart::index);
        std::vector<std::string> ids;
        for (const auto& part : note_.parts) ids.push_back(part.id);
        TRY(store_.complete(note_.key, note_.upload, ids));
        return store_.remove({note_key_});
    }

    // Its parts would stay, and be paid for. If this fails too, the note is for the next run or a repair.
    Status end() {
        TRY(store_.abort(note_.key, note_.upload));
        return store_.remove({note_key_});
    }

    bool has_parts() const { return !note_.parts.empty(); }

private:
    void send_some() {
        for (;;) {
            const auto index = next_++;
            if (index >= file_.parts()) return;
            if (has_[index]) continue;
            auto sent = send_one(index);
            std::unique_lock lock(mutex_);
            if (!sent) {
                if (!failure_) failure_ = std::move(sent).error();
                next_ = file_.parts();
                return;
            }
            note_.parts.push_back(*std::move(sent));
            note_what_arrived(lock);
        }
    }

    Result<SentPart> send_one(std::size_t index) {
        const auto bytes = TRY(file_.part(index));
        return SentPart{
            index, sha256(bytes), TRY(store_.part(note_.key, note_.upload, index, bytes))};
    }

    // Failing costs only what a kill would lose.
    void note_what_arrived(std::unique_lock<std::mutex>& lock) {
        const auto now = std::chrono::steady_clock::now();
        if (is_noting_ || now - noted_ < between_notes || note_.parts.size() == file_.parts())
            return;
        is_noting_ = true;
        const auto text = to_json(note_);
        lock.unlock();
        (void)store_.put(note_key_, text);
        lock.lock();
        noted_ = std::chrono::steady_clock::now();
        is_noting_ = false;
    }

    ObjectStore& store_;
    const LocalFile& file_;
    const std::string note_key_;
    UploadNote note_;
    UploadUnderWay mark_;
    std::vector<bool> has_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::chrono::steady_clock::time_point noted_{};
    bool is_noting_ = false;
    std::optional<Error> failure_;
};

// Whether all that was sent is what would be sent now.
Result<bool> is_of(const UploadNote& note, const LocalFile& file) {
    if (note.size != file.size || note.part_size != file.part_size || note.parts.empty())
        return false;
    std::vector<bool> seen(file.parts());
    for (const auto& part : note.parts) {
        if (part.index >= seen.size() || seen[part.index]) return false;
        seen[part.index] = true;
        if (sha256(TRY(file.part(part.index))) != part.sha256) return false;
    }
    return true;
}

class Upload {
public:
    Upload(ObjectStore& store, LocalFile file, std::string key, std::string notes)
        : store_(store), file_(std::move(file)), key_(std::move(key)), notes_(std::move(notes)) {}

    Status run() {
        if (auto left = TRY(what_was_left())) {
            auto parts = *std::move(left);
            const auto sent = parts->send();
            if (!sent && sent.error().retryable) {
                (void)parts->note();
                return sent;
            }
            // The store may have ended the upload itself, or lost some of it.
            const auto done = sent ? parts->complete() : sent;
            if (done) return done;
            TRY(parts->end());
        }
        return begin_anew();
    }

private:
    // Of the uploads to this key that were cut off one that can be gone on with. The others are ended.
    Result<std::optional<std::unique_ptr<Parts>>> what_was_left() {
        std::optional<std::unique_ptr<Parts>> found;
        for (const auto& object : TRY(store_.list(notes_))) {
            const auto text = store_.get(object.key);
            auto note = text ? read_upload_note(*text) : std::nullopt;
            if (!note || note->key != key_ || !is_abandoned(*note, object.modified_us)) continue;
            const bool goes_on = !found && TRY(is_of(*note, file_));
            note->writer = this_process();
            auto parts = std::make_unique<Parts>(store_, file_, object.key, *std::move(note));
            if (!goes_on)
                (void)parts->end();
            else
                TRY(parts->note()), found = std::move(parts);
        }
        return found;
    }

    Status begin_anew() {
        static std::atomic<int> number{0};
        const auto upload = TRY(store_.begin(key_));
        const auto note_key =
            notes_ + "/" +
            std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + "-" +
            std::to_string(this_process().pid) + "-" + std::to_string(++number) + ".json";
        Parts parts(store_, file_, note_key,
            {.key = key_,
                .upload = upload,
                .size = file_.size,
                .part_size = file_.part_size,
                .writer = this_process()});
        // Before the first part: an upload that nobody knows of is never ended.
        TRY(parts.note());
        const auto sent = parts.send();
        const auto done = sent ? parts.complete() : sent;
        if (done) return done;
        if (!sent && sent.error().retryable && parts.has_parts())
            (void)parts.note();
        else
            (void)parts.end();
        return done;
    }

    ObjectStore& store_;
    const LocalFile file_;
    const std::string key_;
    const std::string notes_;
};

}  // namespace

Status upload_file(ObjectStore& store, const std::string& notes, const std::string& local_path,
    const std::string& key) {
    std::error_code error;
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(local_path, error));
    if (error) return fail("STG001", "cannot look at " + local_path + ": " + error.message());
    LocalFile file{local_path, size, std::max(smallest_part, size / most_parts + 1)};
    if (size <= largest_whole) return store.put(key, TRY(file.bytes_of(0, size)));
    // A folder for each key, so that what was left of one is found by one request.
    return Upload(store, std::move(file), key, notes + "/" + sha256(key).substr(0, 24)).run();
}

}  // namespace ingot::storage
