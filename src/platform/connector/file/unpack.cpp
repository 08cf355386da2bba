#include "platform/connector/file/unpack.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include "platform/connector/file/archive.h"
#include "platform/connector/file/text.h"

namespace ingot::file {

namespace {

std::unexpected<Error> damaged(const std::string& path, const std::string& why) {
    return fail("EXT102", "cannot read " + path + ": " + why);
}

class Plain final : public ByteStream::Source {
public:
    Plain(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
    Plain(const Plain&) = delete;
    Plain& operator=(const Plain&) = delete;
    ~Plain() override { ::close(fd_); }
    Result<std::size_t> read(char* into, std::size_t size) override {
        for (;;) {
            const auto got = ::read(fd_, into, size);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return damaged(path_, std::strerror(errno));
        }
    }

private:
    std::string path_;
    int fd_;
};

std::string ends_too_early(const std::string& packing) {
    return "the " + packing +
           " stream ends too early, as when a file is still being written or was not copied whole; bring it again";
}

class Gzip final : public ByteStream::Source {
public:
    Gzip(std::string path, gzFile file) : path_(std::move(path)), file_(file) {
        gzbuffer(file_, 1U << 17U);
    }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;
    ~Gzip() override { gzclose(file_); }
    Result<std::size_t> read(char* into, std::size_t size) override {
        const int got = gzread(file_, into, static_cast<unsigned>(size));
        int code = Z_OK;
        const char* why = gzerror(file_, &code);
        if (code == Z_BUF_ERROR) return damaged(path_, ends_too_early("gzip"));
        if (got < 0 || (got == 0 && code != Z_OK && code != Z_STREAM_END))
            return damaged(
                path_, std::string("the gzip stream is damaged (") + why +
                           "); bring the file again, or say what it is with compression:");
        return static_cast<std::size_t>(got);
    }

private:
    std::string path_;
    gzFile file_;
};

class Zstandard final : public ByteStream::Source {
public:
    Zstandard(std::string path, std::unique_ptr<ByteStream::Source> from)
        : path_(std::move(path)),
          from_(std::move(from)),
          stream_(ZSTD_createDStream(), ZSTD_freeDStream),
          in_(1U << 17U) {}
    Result<std::size_t> read(char* into, std::size_t size) override {
        ZSTD_outBuffer out{into, size, 0};
        while (out.pos < out.size) {
            if (input_.pos == input_.size) {
                const auto got = TRY(from_->read(in_.data(), in_.size()));
                if (got == 0 && is_within_) return damaged(path_, ends_too_early("zstd"));
                if (got == 0) break;
                input_ = {in_.data(), got, 0};
            }
            const auto left = ZSTD_decompressStream(stream_.get(), &out, &input_);
            if (ZSTD_isError(left))
                return damaged(path_,
                    std::string("the zstd stream is damaged (") + ZSTD_getErrorName(left) + ")");
            is_within_ = left != 0;
        }
        return out.pos;
    }

private:
    std::string path_;
    std::unique_ptr<ByteStream::Source> from_;
    std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream_;
    std::vector<char> in_;
    ZSTD_inBuffer input_{nullptr, 0, 0};
    bool is_within_ = false;
};

}  // namespace

Result<ByteStream> ByteStream::open(const std::string& path, Packing packing) {
    if (packing == Packing::gzip) {
        auto* const file = gzopen(path.c_str(), "rb");
        if (!file) return damaged(path, std::strerror(errno));
        return ByteStream(std::make_unique<Gzip>(path, file));
    }
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return damaged(path, std::strerror(errno));
    if (packing == Packing::bzip2 || packing == Packing::xz) {
        ::close(fd);
        return ByteStream(TRY(open_packed(path)));
    }
    std::unique_ptr<Source> plain = std::make_unique<Plain>(path, fd);
    if (packing == Packing::zstd)
        return ByteStream(std::make_unique<Zstandard>(path, std::move(plain)));
    return ByteStream(std::move(plain));
}

Result<Packing> packing_of(const Found& file, const Told& told) {
    using namespace std::string_view_literals;
    if (told.compression) {
        if (*told.compression == "gzip" || *told.compression == "gz") return Packing::gzip;
        if (*told.compression == "zstd" || *told.compression == "zst") return Packing::zstd;
        if (*told.compression == "bzip2" || *told.compression == "bz2") return Packing::bzip2;
        if (*told.compression == "xz") return Packing::xz;
        if (*told.compression == "none") return Packing::none;
        return fail("EXT103",
            "compression '" + *told.compression + "': gzip, zstd, bzip2, xz or none is expected");
    }
    const auto head = TRY(read_head(file, Packing::none, 6));
    if (head.bytes.starts_with("\x1F\x8B"sv)) return Packing::gzip;
    if (head.bytes.starts_with("\x28\xB5\x2F\xFD"sv)) return Packing::zstd;
    if (head.bytes.starts_with("BZh")) return Packing::bzip2;
    if (head.bytes.starts_with("\xFD\x37zXZ\0"sv)) return Packing::xz;
    return Packing::none;
}

}  // namespace ingot::file
