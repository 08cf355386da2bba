#pragma once
// What is known of an upload in parts until it ends, kept in the store beside what is uploaded: enough for another process
// to go on with it, or to end it.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "platform/storage/file_system.h"

namespace ingot::storage {

inline constexpr std::string_view upload_notes = "_ingot/uploads";

// A part that the store has. Its id is what the store called it: the object is made of ids, and one that was sent over
// since then is refused.
struct SentPart {
    std::size_t index = 0;
    std::string sha256{};
    std::string id{};
};

struct UploadNote {
    std::string key{};
    std::string upload{};
    std::int64_t size = 0;
    std::int64_t part_size = 0;
    std::vector<SentPart> parts{};
    Process writer{};
};

std::string to_json(const UploadNote& note);
// Nothing for what is no note. Notes of older programs have a key and an upload only.
std::optional<UploadNote> read_upload_note(std::string_view text);

// Whether nobody is sending it any more: its writer is known to have ended, or is unknown here and has been silent for
// longer than a part may take.
bool is_abandoned(const UploadNote& note, std::int64_t written_us);

// To be called when these folders are published: ends what others had begun to send to them and nobody has gone on with, but
// not what failed in this process, which the next one goes on with. Of other folders it is left for a day to who publishes
// them. What fails here is for the next time.
void end_abandoned_uploads(FileSystem& files, const std::set<std::string>& folders);

// Marks an upload as this process's own work: without it even a note of ours is abandoned.
class UploadUnderWay {
public:
    explicit UploadUnderWay(const UploadNote& note);
    ~UploadUnderWay();
    UploadUnderWay(const UploadUnderWay&) = delete;
    UploadUnderWay& operator=(const UploadUnderWay&) = delete;

private:
    std::string name_;
};

}  // namespace ingot::storage
