#pragma once
// One attempt of a request, as libcurl sees it.
#include <fstream>
#include <memory>
#include <string>

#include "platform/http/curl.h"
#include "platform/http/http.h"

namespace ingot::http {

// What of a body lies in its file, and the server's mark of the content that it is a part of.
struct FilePart {
    std::int64_t bytes = 0;
    std::string validator{};
};

class Transfer {
public:
    // `url` may differ from the request's, after a redirect; `with_credentials` when it is still the same origin.
    // `part` is what an attempt before has brought.
    Transfer(const Curl& curl, CURL* easy, const ClientOptions& options, const Request& request,
        const std::string& url, bool with_credentials, FilePart part);
    ~Transfer();
    Transfer(const Transfer&) = delete;

    CURL* easy() const { return easy_; }
    Moment last_byte() const { return last_byte_; }
    bool is_too_large() const { return is_too_large_; }
    bool is_unwritable() const { return is_unwritable_; }
    // What the next attempt can go on from: nothing where the server does not give parts of the very same content.
    FilePart part() const;
    // What came, once the transfer is over.
    Response take_response();

private:
    static std::size_t write(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t header(char* bytes, std::size_t size, std::size_t count, void* self);
    bool goes_to_file() const;
    bool open_file();
    bool write_to_file(const char* bytes, std::size_t size);

    const Curl& curl_;
    CURL* easy_;
    const ClientOptions& options_;
    const std::string body_file_;
    FilePart part_;
    std::ofstream file_;
    bool is_other_part_ = false;
    bool is_unwritable_ = false;
    curl_slist* headers_ = nullptr;
    Response response_;
    bool is_too_large_ = false;
    Moment last_byte_;
};

// A failed attempt that the next may mend, as opposed to a mistake in the address or a certificate.
bool is_worth_another_try(CURLcode code);

}  // namespace ingot::http
