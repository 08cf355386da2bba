#include "platform/http/transfer.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace ingot::http {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

Transfer::Transfer(const Curl& curl, CURL* easy, const ClientOptions& options,
    const Request& request, const std::string& url, bool with_credentials, FilePart part)
    : curl_(curl),
      easy_(easy),
      options_(options),
      body_file_(request.body_file),
      part_(std::move(part)),
      last_byte_(options.time.now()) {
    const auto set = [&](CURLoption option, auto value) {
        curl_.easy_setopt(easy_, option, value);
    };
    response_.url = url;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(CURLOPT_PIPEWAIT, 1L);
    if (body_file_.empty()) set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_BUFFERSIZE, 256L * 1024);
    set(CURLOPT_USERAGENT, options.user_agent.c_str());
    const auto milliseconds = [](Duration d) {
        return std::max(1L, static_cast<long>(d / std::chrono::milliseconds(1)));
    };
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options.timeout));
    if (body_file_.empty()) set(CURLOPT_TIMEOUT_MS, milliseconds(options.timeout * 10));
    if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
    if (!options.certificate_file.empty()) set(CURLOPT_SSLCERT, options.certificate_file.c_str());
    if (!options.key_file.empty()) set(CURLOPT_SSLKEY, options.key_file.c_str());
    if (request.method == "POST") set(CURLOPT_POST, 1L);
    if (request.method == "HEAD")
        set(CURLOPT_NOBODY, 1L);
    else if (request.method != "GET" && request.method != "POST")
        set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (!request.body.empty() || request.method == "POST") {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.c_str());
        headers_ = curl_.slist_append(headers_, "Expect:");
    }
    const auto add = [&](const Headers& headers) {
        for (const auto& [name, value] : headers)
            headers_ = curl_.slist_append(
                headers_, (value.empty() ? name + ";" : name + ": " + value).c_str());
    };
    add(request.headers);
    if (with_credentials) add(request.credentials);
    if (part_.bytes > 0)
        add({{"Range", "bytes=" + std::to_string(part_.bytes) + "-"},
            {"If-Range", part_.validator}});
    set(CURLOPT_HTTPHEADER, headers_);
    set(CURLOPT_WRITEFUNCTION, &Transfer::write);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_PRIVATE, this);
}

Transfer::~Transfer() { curl_.slist_free_all(headers_); }

std::size_t Transfer::write(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.last_byte_ = transfer.options_.time.now();
    if (transfer.goes_to_file())
        return transfer.write_to_file(bytes, size * count) ? size * count : 0;
    auto& body = transfer.response_.body;
    if (static_cast<std::int64_t>(body.size() + size * count) > transfer.options_.largest_body) {
        transfer.is_too_large_ = true;
        return 0;
    }
    body.append(bytes, size * count);
    return size * count;
}

bool Transfer::goes_to_file() const {
    return !body_file_.empty() && (response_.status == 200 || response_.status == 206);
}

bool Transfer::open_file() {
    const auto* range = find_header(response_.headers, "content-range");
    if (response_.status == 200)
        part_ = {};
    else if (!range || !range->starts_with("bytes " + std::to_string(part_.bytes) + "-"))
        is_other_part_ = true;
    if (is_other_part_) return false;
    using std::ios;
    file_.open(body_file_, ios::binary | (part_.bytes > 0 ? ios::app : ios::trunc));
    is_unwritable_ = !file_;
    return !is_unwritable_;
}

bool Transfer::write_to_file(const char* bytes, std::size_t size) {
    if (!file_.is_open() && !open_file()) return false;
    file_.write(bytes, static_cast<std::streamsize>(size));
    is_unwritable_ = !file_;
    part_.bytes += static_cast<std::int64_t>(size);
    return !is_unwritable_;
}

FilePart Transfer::part() const {
    if (is_other_part_) return {};
    if (!file_.is_open()) return part_;
    const auto* tag = find_header(response_.headers, "etag");
    const auto* modified = find_header(response_.headers, "last-modified");
    const auto* ranges = find_header(response_.headers, "accept-ranges");
    const bool gives_parts = response_.status == 206 || (ranges && *ranges == "bytes");
    if (gives_parts && tag && !tag->starts_with("W/")) return {part_.bytes, *tag};
    if (gives_parts && !tag && modified) return {part_.bytes, *modified};
    return {};
}

std::size_t Transfer::header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.last_byte_ = transfer.options_.time.now();
    const std::string_view line(bytes, size * count);
    auto& headers = transfer.response_.headers;
    if (line.starts_with("HTTP/")) {
        headers.clear();  // the one before was 100 Continue
        const auto code = line.substr(std::min(line.find(' '), line.size()));
        std::from_chars(code.data() + 1, code.data() + code.size(), transfer.response_.status);
    }
    const auto colon = line.find(':');
    if (colon != std::string_view::npos)
        headers.push_back({std::string(trimmed(line.substr(0, colon))),
            std::string(trimmed(line.substr(colon + 1)))});
    return size * count;
}

Response Transfer::take_response() {
    long status = 0;
    curl_.easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    if (goes_to_file()) {
        if (!file_.is_open()) open_file();
        file_.close();
        is_unwritable_ = !file_;
    }
    const auto* coding = find_header(response_.headers, "transfer-encoding");
    long version = 0;
    curl_.easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
    response_.is_length_known = find_header(response_.headers, "content-length") || coding ||
                                version >= CURL_HTTP_VERSION_2_0;
    return std::move(response_);
}

bool is_worth_another_try(CURLcode code) {
    switch (code) {
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CIPHER:
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_OUT_OF_MEMORY: return false;
        default: return true;
    }
}

}  // namespace ingot::http
