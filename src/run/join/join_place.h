#pragma once
// Where a join keeps what it has done and puts its result: a folder of this machine, or one of a store. The engine works on
// the disk in both cases.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "run/join/join_job.h"
#include "run/join/progress.h"

namespace ingot::run {

struct JoinedFile {
    std::string artifact;
    std::string path;  // relative to the folder
};

// Gives the metadata of these files; the second are those that go when it stands.
using DescribeFiles = std::function<std::string(
    const std::vector<JoinedFile>& files, const std::vector<std::string>& replaced)>;

class JoinPlace {
public:
    JoinPlace(const JoinJob& job, const std::string& run_id);

    // Whether the result would lie in the folder of a side, which is in `store` or, without one, at `folder`.
    bool lies_in(storage::FileSystem* store, const std::string& folder) const;
    // Makes the folders. To be called before what follows.
    Status open();

    // Absolute folders of the disk: for sides that are brought and what the engine has no room for; for rows to publish.
    const std::string& work() const { return work_; }
    std::string staging() const;

    storage::FileSystem& progress() { return *progress_; }
    std::string progress_file() const { return progress_->url("progress.json"); }

    // Where the files of finished chunks are, absolute: those that are done are brought there.
    Result<std::string> chunks(const Progress& done, const std::string& fingerprint);
    // Keeps such a file for whoever goes on.
    Status keep_chunk(const std::string& file);

    // Puts what is staged into place, and takes away what an earlier join left there. In a store `files` get names that no
    // file there has, and the metadata comes last: who goes by it sees the result before or the one after.
    Status publish(std::vector<JoinedFile> files, const DescribeFiles& describe);
    // What only a join that was cut off needs.
    Status forget();

private:
    Status publish_here(const std::vector<JoinedFile>& files, const DescribeFiles& describe);
    Status publish_there(std::vector<JoinedFile> files, const DescribeFiles& describe);
    Status remove_replaced(
        const std::vector<std::string>& before, const std::vector<JoinedFile>& now);

    std::shared_ptr<storage::FileSystem> files_;     // where the result's folder lies
    std::string folder_;                             // of the result there; empty: all of it
    std::string result_;                             // its path or URL
    std::shared_ptr<storage::FileSystem> progress_;  // whose root holds progress.json
    std::string work_, staging_, chunks_;
    bool chunks_are_sent_ = false;
};

}  // namespace ingot::run
