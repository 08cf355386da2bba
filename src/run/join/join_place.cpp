#include "run/join/join_place.h"

#include <algorithm>
#include <filesystem>

#include "base/hash.h"
#include "platform/storage/upload_note.h"
#include "run/join/bring_side.h"
#include "run/join/join_metadata.h"
#include "run/step.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;

std::string absolute(const JoinJob& job, const std::string& path) {
    auto place = (fs::path(job.working_folder) / path).lexically_normal().string();
    while (place.size() > 1 && place.ends_with('/')) place.pop_back();
    return place;
}

Result<std::shared_ptr<storage::FileSystem>> folder_here(const std::string& path) {
    return std::shared_ptr(TRY(storage::open_local(path)));
}

// Beside the file, so that of two results none takes the other's place.
Result<std::string> named_by_content(const std::string& folder, const std::string& path) {
    const auto content = TRY(sha256_file(folder + "/" + path)).substr(0, 8);
    auto name = path;
    name.insert(name.rfind('.'), "-" + content);
    std::error_code error;
    fs::rename(folder + "/" + path, folder + "/" + name, error);
    if (error) return fail("STG001", "cannot rename " + folder + "/" + path);
    return name;
}

}  // namespace

JoinPlace::JoinPlace(const JoinJob& job, const std::string& run_id)
    : files_(job.output_store), folder_(job.output_folder), progress_(job.progress_store) {
    const auto& output = job.spec.output;
    const bool is_here = !files_;
    result_ = is_here ? absolute(job, output.path.value) : files_->url(folder_);
    if (output.checkpoint_dir)
        work_ = absolute(job, *output.checkpoint_dir);
    else if (is_here)
        work_ = result_ + "/.join_progress";
    else
        work_ = fs::temp_directory_path().string() + "/ingot-join/work-" +
                sha256(result_).substr(0, 12);
    chunks_are_sent_ = !is_here && !output.checkpoint_dir;
    chunks_ = work_;
    staging_ = is_here ? ".ingot-" + run_id : "_ingot/staging/" + run_id + "/joined";
}

bool JoinPlace::lies_in(storage::FileSystem* store, const std::string& folder) const {
    if ((store == nullptr) != (files_ == nullptr)) return false;
    const auto read = store ? store->url("") : fs::weakly_canonical(folder).string();
    const auto written = store ? result_ : fs::weakly_canonical(result_).string();
    return (written + "/").starts_with(read.ends_with('/') ? read : read + "/");
}

Status JoinPlace::open() {
    if (!files_) files_ = TRY(folder_here(result_));
    if (!chunks_are_sent_) progress_ = TRY(folder_here(work_));
    // Credentials that are refused are told before the work is done.
    if (!folder_.empty()) TRY(files_->look(folder_ + "/_metadata.json"));
    return {};
}

std::string JoinPlace::staging() const { return files_->url(staging_); }

Result<std::string> JoinPlace::chunks(const Progress& done, const std::string& fingerprint) {
    if (!chunks_are_sent_) return chunks_;
    chunks_ = work_ + "/chunks-" + fingerprint.substr(0, 12);
    fs::create_directories(chunks_);
    for (const auto& entry : fs::directory_iterator(work_))
        if (entry.path().filename().string().starts_with("chunks-") && entry.path() != chunks_)
            fs::remove_all(entry.path());
    for (const auto& chunk : done.chunks()) {
        const auto object = TRY(progress_->look(chunk.file));
        if (!object) return fail("STG001", progress_->url(chunk.file) + " is gone; run again");
        TRY(bring_file(*progress_, *object, chunks_ + "/" + chunk.file));
    }
    return chunks_;
}

Status JoinPlace::keep_chunk(const std::string& file) {
    if (!chunks_are_sent_) return {};
    const auto staged = "_ingot/tmp/" + file;
    TRY(progress_->make_folder("_ingot/tmp"));
    TRY(progress_->remove(staged));
    std::error_code error;
    fs::create_hard_link(chunks_ + "/" + file, progress_->url(staged), error);
    if (error) fs::copy_file(chunks_ + "/" + file, progress_->url(staged), error);
    if (error) return fail("STG001", "cannot copy " + chunks_ + "/" + file);
    return progress_->rename(staged, file);
}

Status JoinPlace::publish(std::vector<JoinedFile> files, const DescribeFiles& describe) {
    return folder_.empty() ? publish_here(files, describe)
                           : publish_there(std::move(files), describe);
}

Status JoinPlace::publish_here(
    const std::vector<JoinedFile>& files, const DescribeFiles& describe) {
    const auto before = files_->read("_metadata.json");
    for (const auto& file : files) {
        TRY(files_->sync(staging_ + "/" + file.path));
        TRY(files_->rename(staging_ + "/" + file.path, file.path));
    }
    TRY(files_->write("_metadata.json", describe(files, {})));
    TRY(remove_replaced(before ? files_of_join(*before) : std::vector<std::string>{}, files));
    return files_->remove(staging_);
}

Status JoinPlace::publish_there(std::vector<JoinedFile> files, const DescribeFiles& describe) {
    const auto manifest = folder_ + "/_metadata.json";
    std::vector<std::string> replaced;
    if (TRY(files_->look(manifest))) {
        for (auto& file : files) file.path = TRY(named_by_content(staging(), file.path));
        replaced = files_of_join(TRY(files_->read(manifest)));
        std::erase_if(replaced, [&](const auto& path) {
            return std::ranges::find(files, path, &JoinedFile::path) != files.end();
        });
    }
    TRY(files_->write(
        staging_ + "/_metadata.json", describe(files, replaced), storage::Durable::no));
    boundary("before-publish");
    TRY(files_->publish_folder(staging_, folder_));
    boundary("after-publish");
    TRY(remove_replaced(replaced, files));
    storage::end_abandoned_uploads(*files_, {folder_});
    return {};
}

Status JoinPlace::remove_replaced(
    const std::vector<std::string>& before, const std::vector<JoinedFile>& now) {
    const auto within = folder_.empty() ? "" : folder_ + "/";
    for (const auto& path : before)
        if (std::ranges::find(now, path, &JoinedFile::path) == now.end())
            TRY(files_->remove(within + path));
    return {};
}

Status JoinPlace::forget() {
    std::error_code ignored;
    for (const auto* name : {"_spill", "_inputs"}) fs::remove_all(work_ + "/" + name, ignored);
    if (chunks_are_sent_) fs::remove_all(work_, ignored);
    return {};
}

}  // namespace ingot::run
