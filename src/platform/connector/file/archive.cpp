#include "platform/connector/file/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <optional>

#include "platform/connector/file/text.h"

namespace ingot::file {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t block = 1U << 17U;

using Reader = std::unique_ptr<archive, int (*)(archive*)>;

std::unexpected<Error> damaged(const std::string& path, const std::string& why) {
    return fail("EXT102",
        "cannot unpack " + path + ": " + why + "; bring it again where it was not copied whole");
}

std::unexpected<Error> damaged(const std::string& path, archive* reader) {
    const char* why = archive_error_string(reader);
    return damaged(path, why ? why : "it is damaged");
}

class Stream final : public ByteStream::Source {
public:
    Stream(std::string path, Reader reader) : path_(std::move(path)), reader_(std::move(reader)) {}
    Result<std::size_t> read(char* into, std::size_t size) override {
        const auto got = archive_read_data(reader_.get(), into, size);
        if (got < 0) return damaged(path_, reader_.get());
        return static_cast<std::size_t>(got);
    }

private:
    std::string path_;
    Reader reader_;
};

// Hidden files and what a Mac adds to an archive are no data, as with files on disk.
bool is_hidden(const fs::path& member) {
    return std::ranges::any_of(member,
        [](const fs::path& part) { return part.string().starts_with('.') || part == "__MACOSX"; });
}

// The path without what would climb out of the archive.
fs::path below(const fs::path& path) {
    fs::path out;
    for (const auto& part : path)
        if (part != ".." && part != "." && part != "/") out /= part;
    return out;
}

bool is_wanted(const fs::path& member, const Told& told) {
    if (!told.members) return !is_hidden(member);
    const auto fits = [&](const fs::path& path) {
        return ::fnmatch(told.members->c_str(), path.c_str(), FNM_PERIOD) == 0;
    };
    return fits(member) || fits(member.filename());
}

// The bytes of a tar. The library takes a tar that was cut off between two members for a whole one, and does not compare
// the checksum of gzip.
class TarFeed {
public:
    explicit TarFeed(ByteStream stream) : stream_(std::move(stream)), bytes_(block) {}

    // 0 at the end, -1 where the stream fails.
    la_ssize_t next(const void** bytes) {
        *bytes = bytes_.data();
        auto got = stream_.read(bytes_.data(), bytes_.size());
        if (!got) {
            failure_ = std::move(got.error());
            return -1;
        }
        if (*got == 0) return 0;
        const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(*got);
        const auto last = std::find_if(
            std::make_reverse_iterator(end), bytes_.rend(), [](char byte) { return byte != 0; });
        const auto zeros = static_cast<std::size_t>(end - last.base());
        zeros_at_end_ = zeros == *got ? zeros_at_end_ + zeros : zeros;
        return static_cast<la_ssize_t>(*got);
    }

    Status read_to_end() {
        const void* bytes = nullptr;
        la_ssize_t got = 0;
        while ((got = next(&bytes)) > 0) {}
        if (failure_) return std::unexpected(*failure_);
        return {};
    }

    // Behind the last member stand blocks of zeros.
    bool has_end() const { return zeros_at_end_ >= tar_block; }
    const std::optional<Error>& failure() const { return failure_; }

private:
    static constexpr std::size_t tar_block = 512;
    ByteStream stream_;
    std::vector<char> bytes_;
    std::size_t zeros_at_end_ = 0;
    std::optional<Error> failure_;
};

la_ssize_t next_of_feed(archive*, void* feed, const void** bytes) {
    return static_cast<TarFeed*>(feed)->next(bytes);
}

class Unpacking {
public:
    Unpacking(const Found& from, const Told& told, std::string folder)
        : from_(from),
          told_(told),
          folder_(std::move(folder)),
          reader_(archive_read_new(), archive_read_free) {}

    Result<std::vector<Found>> unpack() {
        TRY(open());
        archive_entry* entry = nullptr;
        for (;;) {
            const int code = archive_read_next_header(reader_.get(), &entry);
            if (code == ARCHIVE_EOF) break;
            if (code < ARCHIVE_WARN) return damaged(from_.name);
            if (archive_entry_filetype(entry) == AE_IFREG) TRY(take(entry));
        }
        if (tar_) TRY(tar_->read_to_end());
        if (tar_ && !tar_->has_end())
            return file::damaged(from_.name, "it stops without the end that a tar has");
        if (members_.empty())
            return fail("EXT101", from_.name + " holds no file" +
                                      (told_.members ? " that matches members: '" + *told_.members +
                                                           "'; it has " + others_
                                                     : ""));
        std::ranges::sort(members_, {}, &Found::name);
        return std::move(members_);
    }

private:
    // What the catalogue at the end of a zip names, never what a part of one seems to hold.
    Status open() {
        const auto head = TRY(read_head(from_, Packing::none, 2));
        if (head.bytes == "PK") {
            archive_read_support_format_zip_seekable(reader_.get());
            if (archive_read_open_filename(reader_.get(), from_.path.c_str(), block) != ARCHIVE_OK)
                return damaged(from_.name);
            return {};
        }
        tar_.emplace(TRY(ByteStream::open(from_.path, TRY(packing_of(from_, {})))));
        archive_read_support_format_tar(reader_.get());
        if (archive_read_open(reader_.get(), &*tar_, nullptr, next_of_feed, nullptr) != ARCHIVE_OK)
            return damaged(from_.name);
        return {};
    }

    std::unexpected<Error> damaged(const std::string& name) const {
        if (tar_ && tar_->failure()) return std::unexpected(*tar_->failure());
        return file::damaged(name, reader_.get());
    }

    Status take(archive_entry* entry) {
        const char* path = archive_entry_pathname(entry);
        const auto member = below(fs::path(path ? path : "unnamed"));
        if (!is_wanted(member, told_)) {
            if (others_.size() < 200) others_ += (others_.empty() ? "" : ", ") + member.string();
            return {};
        }
        if (archive_entry_is_encrypted(entry) != 0)
            return fail("EXT102", from_.name + ": its member " + member.string() +
                                      " is encrypted; hand over an archive that is not");
        Found found{
            .path = {}, .name = from_.name + "/" + member.string(), .size = 0, .modified_us = 0};
        // The name inside may climb out of the folder, so it gives no more than its ending.
        found.path = folder_ + "/member-" + std::to_string(members_.size()) + "." +
                     fs::path(member).filename().string();
        if (is_archive(found))
            return fail("EXT102",
                found.name + " is an archive within an archive: unpack the outer one first");
        found.size = TRY(write(found));
        members_.push_back(std::move(found));
        return {};
    }

    Result<std::int64_t> write(const Found& found) {
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> to(
            std::fopen(found.path.c_str(), "wb"), std::fclose);
        const auto unwritten = [&] {
            return fail("STG001", "cannot write " + found.path + ": " + std::strerror(errno));
        };
        if (!to) return unwritten();
        std::int64_t size = 0;
        std::vector<char> bytes(block);
        for (;;) {
            const auto got = archive_read_data(reader_.get(), bytes.data(), bytes.size());
            if (got < 0) return damaged(found.name);
            if (got == 0) break;
            if (std::fwrite(bytes.data(), 1, static_cast<std::size_t>(got), to.get()) !=
                static_cast<std::size_t>(got))
                return unwritten();
            size += got;
        }
        if (std::fflush(to.get()) != 0) return unwritten();
        return size;
    }

    const Found& from_;
    const Told& told_;
    std::string folder_;
    std::optional<TarFeed> tar_;
    Reader reader_;
    std::vector<Found> members_;
    std::string others_;
};

}  // namespace

Result<std::unique_ptr<ByteStream::Source>> open_packed(const std::string& path) {
    Reader reader(archive_read_new(), archive_read_free);
    archive_read_support_filter_bzip2(reader.get());
    archive_read_support_filter_xz(reader.get());
    archive_read_support_format_raw(reader.get());
    archive_entry* entry = nullptr;
    if (archive_read_open_filename(reader.get(), path.c_str(), block) != ARCHIVE_OK ||
        archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK)
        return damaged(path, reader.get());
    return std::make_unique<Stream>(path, std::move(reader));
}

Result<std::vector<Found>> unpack_members(
    const Found& archive, const Told& told, const std::string& folder) {
    return Unpacking(archive, told, folder).unpack();
}

}  // namespace ingot::file
