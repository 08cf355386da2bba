#include "base/hash.h"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/file_blocks.h"

namespace ingot {

struct Sha256::Context {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest{
        EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    EVP_DigestInit_ex(context_->digest.get(), EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
    EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size());
}

std::string Sha256::hex() {
    std::array<unsigned char, 32> raw{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_->digest.get(), raw.data(), &size);
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(64);
    for (const unsigned char byte : raw) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::string sha256(std::string_view bytes) {
    Sha256 digest;
    digest.add(bytes);
    return digest.hex();
}

Result<std::string> sha256_file(const std::filesystem::path& path) {
    Sha256 digest;
    TRY(read_blocks(path, [&](const char* bytes, std::size_t size) { digest.add({bytes, size}); }));
    return digest.hex();
}

}  // namespace ingot
