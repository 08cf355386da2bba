#pragma once
// One attempt of a request, as libcurl sees it.
#include <memory>
#include <string>

#include "platform/http/curl.h"
#include "platform/http/http.h"

namespace ingot::http {

class Transfer {
public:
    // `url` may differ from the request's, after a redirect; `with_credentials` when it is still the same origin.
    Transfer(const Curl& curl, CURL* easy, const ClientOptions& options, const Request& request,
        const std::string& url, bool with_credentials);
    ~Transfer();
    Transfer(const Transfer&) = delete;

    CURL* easy() const { return easy_; }
    Moment last_byte() const { return last_byte_; }
    bool is_too_large() const { return is_too_large_; }
    // What came, once the transfer is over.
    Response take_response();

private:
    static std::size_t write(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t header(char* bytes, std::size_t size, std::size_t count, void* self);

    const Curl& curl_;
    CURL* easy_;
    const ClientOptions& options_;
    curl_slist* headers_ = nullptr;
    Response response_;
    bool is_too_large_ = false;
    Moment last_byte_;
};

// A failed attempt that the next may mend, as opposed to a mistake in the address or a certificate.
bool is_worth_another_try(CURLcode code);

}  // namespace ingot::http
