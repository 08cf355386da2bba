#include "platform/connector/file/text.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "platform/connector/file/unpack.h"

namespace ingot::file {

namespace {

constexpr std::size_t chunk = 1U << 20U;

Error unreadable(const std::string& path, const std::string& why) {
    return {"EXT102", "cannot read " + path + ": " + why, {}, false};
}

// Unpacks and transcodes into `scratch`, a chunk at a time.
Status rewrite(const Found& file, const TextOrder& order) {
    auto from = TRY(ByteStream::open(file.path, order.packing));
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> to(
        std::fopen(order.scratch.c_str(), "wb"), std::fclose);
    if (!to) return fail("STG001", "cannot write " + order.scratch + ": " + std::strerror(errno));
    std::string in, out;
    bool is_first = true;
    for (;;) {
        const auto before = in.size();
        in.resize(before + chunk);
        const auto got = TRY(from.read(in.data() + before, chunk));
        in.resize(before + got);
        out.clear();
        const auto taken = append_as_utf8(out, in, order.encoding, got == 0);
        in.erase(0, taken);
        const auto text = is_first ? without_mark(out) : std::string_view(out);
        is_first = is_first && out.empty();
        if (std::fwrite(text.data(), 1, text.size(), to.get()) != text.size())
            return fail("STG001", "cannot write " + order.scratch + ": " + std::strerror(errno));
        if (got == 0) break;
    }
    if (std::fflush(to.get()) != 0)
        return fail("STG001", "cannot write " + order.scratch + ": " + std::strerror(errno));
    return {};
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::unexpected(unreadable(path, std::strerror(errno)));
    struct stat about{};
    const bool is_known = ::fstat(fd, &about) == 0;
    const auto size = static_cast<std::size_t>(about.st_size);
    void* at =
        is_known && size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0) : nullptr;
    const int error = errno;
    ::close(fd);
    if (!is_known || at == MAP_FAILED)
        return std::unexpected(unreadable(path, std::strerror(error)));
    if (at) ::madvise(at, size, MADV_SEQUENTIAL);
    return MappedFile(
        at ? std::string_view(static_cast<const char*>(at), size) : std::string_view{});
}

Result<MappedFile> MappedFile::reserve(const std::string& path, std::size_t most) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::unexpected(unreadable(path, std::strerror(errno)));
    struct stat about{};
    const bool has_bytes = ::fstat(fd, &about) == 0 && about.st_size > 0;
    void* at = has_bytes ? ::mmap(nullptr, most, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    const int error = has_bytes ? errno : ENODATA;
    ::close(fd);
    if (at == MAP_FAILED) return std::unexpected(unreadable(path, std::strerror(error)));
    return MappedFile(std::string_view(static_cast<const char*>(at), most));
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

Result<Text> read_text(const Found& file, const TextOrder& order) {
    const bool as_it_is = order.packing == Packing::none && order.encoding == Encoding::utf8;
    if (!as_it_is) TRY(rewrite(file, order));
    auto mapped = TRY(MappedFile::open(as_it_is ? file.path : order.scratch));
    const auto text = without_mark(mapped.bytes());
    return Text{std::move(mapped), text};
}

Result<Head> read_head(const Found& file, Packing packing, std::size_t size) {
    auto from = TRY(ByteStream::open(file.path, packing));
    Head head;
    head.bytes.resize(size + 1);
    std::size_t have = 0;
    while (have < head.bytes.size()) {
        const auto got = TRY(from.read(head.bytes.data() + have, head.bytes.size() - have));
        if (got == 0) break;
        have += got;
    }
    head.is_whole = have <= size;
    head.bytes.resize(std::min(have, size));
    return head;
}

}  // namespace ingot::file
