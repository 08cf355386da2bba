#include "base/hash.h"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/file_blocks.h"

namespace ingot {

namespace {

class Digest {
public:
    Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    }
    void add(const void* bytes, std::size_t size) { EVP_DigestUpdate(context_.get(), bytes, size); }
    std::string hex() {
        std::array<unsigned char, 32> raw{};
        unsigned int size = 0;
        EVP_DigestFinal_ex(context_.get(), raw.data(), &size);
        static constexpr std::string_view digits = "0123456789abcdef";
        std::string out;
        out.reserve(64);
        for (const unsigned char byte : raw) {
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
        return out;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string sha256(std::string_view bytes) {
    Digest digest;
    digest.add(bytes.data(), bytes.size());
    return digest.hex();
}

Result<std::string> sha256_file(const std::filesystem::path& path) {
    Digest digest;
    TRY(read_blocks(path, [&](const char* bytes, std::size_t size) { digest.add(bytes, size); }));
    return digest.hex();
}

}  // namespace ingot
