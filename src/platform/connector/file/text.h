#pragma once
// A file's content as UTF-8 text in memory that the system can drop: mapped, after unpacking and transcoding where needed.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/connector/file.h"

namespace ingot::file {

class MappedFile {
public:
    static Result<MappedFile> open(const std::string& path);
    // Of a file that grows: bytes() is the place for `most`, of which those are there that the file has. It has some.
    static Result<MappedFile> reserve(const std::string& path, std::size_t most);
    MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile();
    std::string_view bytes() const { return bytes_; }

private:
    explicit MappedFile(std::string_view bytes) : bytes_(bytes) {}
    std::string_view bytes_;
};

struct TextOrder {
    Packing packing = Packing::none;
    Encoding encoding = Encoding::utf8;
    std::string scratch{};  // a path for the rewritten file, when one is needed
};

// The whole text, without a byte order mark.
struct Text {
    MappedFile file;
    std::string_view text;
};
Result<Text> read_text(const Found& file, const TextOrder& order);

// The first bytes, unpacked but not transcoded; `is_whole` when there are no more.
struct Head {
    std::string bytes;
    bool is_whole = false;
};
Result<Head> read_head(const Found& file, Packing packing, std::size_t size);

// By the byte order mark, else by how the bytes look, else UTF-8.
Encoding encoding_of(std::string_view head);
Result<Encoding> encoding_told(const std::string& word);
// Encodings of one byte a character, by name without signs: windows1252, cp1252, iso885915.
std::optional<Encoding> single_byte_told(std::string_view plain);
void append_single_byte(std::string& out, std::string_view bytes, Encoding encoding);
std::string_view without_mark(std::string_view text);
// Appends `bytes` as UTF-8. An incomplete last character is left out unless `is_last`; the bytes taken are returned.
std::size_t append_as_utf8(
    std::string& out, std::string_view bytes, Encoding encoding, bool is_last);

// With U+FFFD where bytes are none.
std::string readable(std::string_view text);

}  // namespace ingot::file
