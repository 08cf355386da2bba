#include "platform/storage/object_store.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "platform/storage/object_library.h"

namespace ingot::storage {

namespace {

constexpr auto to_the_end = std::numeric_limits<std::uint64_t>::max();

const library::Functions& functions() { return **library::functions(); }

std::string taken(library::Buffer buffer) {
    std::string text(reinterpret_cast<const char*>(buffer.data), buffer.size);
    functions().free(buffer);
    return text;
}

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string_view cut(std::string_view& text, char at) {
    const auto end = std::min(text.find(at), text.size());
    const auto head = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return head;
}

std::vector<Object> objects_in(std::string_view records) {
    std::vector<Object> found;
    while (!records.empty()) {
        auto record = cut(records, '\0');
        Object object;
        object.size = number(cut(record, '\t'));
        object.modified_us = number(cut(record, '\t'));
        object.etag = cut(record, '\t');
        object.key = record;
        object.folder = object.size < 0;
        found.push_back(std::move(object));
    }
    return found;
}

std::string ended_by_zero(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += text + '\0';
    return all;
}

std::string_view element(std::string_view xml, std::string_view name) {
    const auto open = "<" + std::string(name) + ">";
    const auto begin = xml.find(open);
    if (begin == std::string_view::npos) return {};
    const auto text = xml.substr(begin + open.size());
    return text.substr(0, text.find('<'));
}

bool is_refusal(std::string_view words) {
    return words.find(" 403 ") != std::string_view::npos ||
           words.find(" 401 ") != std::string_view::npos;
}

constexpr const char* nobody_there =
    "; nobody answers there: is this the address (endpoint: or account: of storage:), and is the store reachable from here?";

bool is_nobody_there(std::string_view words) {
    return words.find("Connection refused") != std::string_view::npos ||
           words.find("dns error") != std::string_view::npos;
}

constexpr const char* place_missing = " ingot makes none: create it, or correct the name";

bool is_place_missing(std::string_view words) {
    const auto code = element(words, "Code");
    return code == "NoSuchBucket" || code == "ContainerNotFound";
}

bool is_expired(std::string_view words) {
    const auto code = element(words, "Code");
    return code == "ExpiredToken" || code == "TokenRefreshRequired";
}

// S3 names the region that the bucket is in, where it can.
std::optional<std::string> other_region(std::string_view words) {
    const auto code = element(words, "Code");
    const auto region = element(words, "Region");
    const bool is_elsewhere =
        code == "PermanentRedirect" || code == "IllegalLocationConstraintException" ||
        (code == "AuthorizationHeaderMalformed" && !region.empty()) ||
        words.find("Received redirect without LOCATION") != std::string_view::npos;
    if (!is_elsewhere) return std::nullopt;
    return "; the bucket is in another region: write " +
           (region.empty() ? "its own" : std::string(region)) +
           " as region: under storage: s3:, or set AWS_REGION";
}

constexpr const char* no_store =
    "; what answers there is no store of this kind: is endpoint: of storage: its address?";

const char* to_do_about_refusal(std::string_view words) {
    if (words.find("TimeTooSkewed") != std::string_view::npos)
        return "; this machine's clock, or the store's, is wrong";
    if (is_expired(words)) return "; these credentials have ended: ask for new ones";
    return "; check the store's credentials and what they may do";
}

// One line, and without the queries of URLs: a shared access signature stands in one.
std::string as_told(std::string_view words) {
    if (const auto code = element(words, "Code"); !code.empty()) {
        // Azure adds lines with the request's id and time.
        const auto message = element(words, "Message");
        return std::string(code) + ": " + std::string(message.substr(0, message.find('\n')));
    }
    std::string out;
    bool in_query = false;
    bool in_url = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const char c = words[i];
        if (words.substr(i).starts_with("://")) in_url = true;
        if (c == ' ' || c == '\n' || c == ')' || c == '"' || c == ',') in_url = in_query = false;
        if (in_url && c == '?') in_query = true;
        if (!in_query) out += c == '\n' ? ' ' : c;
    }
    return out;
}

}  // namespace

ObjectStore::ObjectStore(Place place) : place_(std::move(place)), pace_(place_.limits) {}

ObjectStore::~ObjectStore() {
    if (store_) functions().close(store_);
}

Result<std::unique_ptr<ObjectStore>> ObjectStore::open(Place place) {
    TRY(library::functions());
    std::vector<std::string> settings;
    for (const auto& [key, value] : place.settings)
        settings.push_back(key), settings.push_back(value);
    const auto text = ended_by_zero(settings);
    std::unique_ptr<ObjectStore> store(new ObjectStore(std::move(place)));
    const auto& kind = store->place_.kind;
    library::Buffer words;
    const int code = functions().open(
        kind.data(), kind.size(), text.data(), text.size(), &store->store_, &words);
    const auto told = taken(words);
    if (code != library::ok)
        return fail("STG105", store->place_.root_url + " cannot be opened: " + as_told(told));
    return store;
}

Error ObjectStore::error_of(
    const Answer& answer, std::string_view doing, const std::string& key) const {
    const auto what = "cannot " + std::string(doing) + " " + place_.root_url +
                      (key.empty() ? "" : "/") + key + ": " + as_told(answer.bytes);
    // Asked last of all, where nothing else held any credentials.
    if (answer.bytes.find("169.254.169.254") != std::string::npos)
        return {"STG104",
            "no credentials for " + place_.root_url +
                ": neither storage: nor the environment has any, and no metadata service of a cloud answers"};
    if (answer.code == library::denied || is_refusal(answer.bytes) || is_expired(answer.bytes))
        return {"STG104", what + to_do_about_refusal(answer.bytes)};
    if (const auto region = other_region(answer.bytes)) return {"STG105", what + *region};
    if (answer.bytes.find("ETag Header missing") != std::string::npos)
        return {"STG105", what + no_store};
    if (answer.code == library::invalid) return {"STG105", what};
    Error error{"STG001", what + (is_nobody_there(answer.bytes)       ? nobody_there
                                     : is_place_missing(answer.bytes) ? place_missing
                                                                      : "")};
    error.retryable = answer.code == library::failed;
    return error;
}

Result<ObjectStore::Answer> ObjectStore::ask(const std::function<Answer()>& call) {
    if (const auto left = breaker_.closed_for(); left.count() > 0)
        return fail("STG001", place_.root_url +
                                  " failed several times in a row and is left alone for another " +
                                  std::to_string(left.count()) + " s");
    auto answer = call();
    if (answer.code == library::failed && !is_refusal(answer.bytes))
        breaker_.failed();
    else
        breaker_.succeeded();
    return answer;
}

Result<std::string> ObjectStore::wanted(
    std::string_view doing, const std::string& key, const std::function<Answer()>& call) {
    auto answer = TRY(ask(call));
    if (answer.code != library::ok) return std::unexpected(error_of(answer, doing, key));
    return std::move(answer.bytes);
}

Result<std::optional<Object>> ObjectStore::head(const std::string& key) {
    pace_.take_request(0);
    const auto answer = TRY(ask([&] {
        library::Buffer out;
        const int code = functions().head(store_, key.data(), key.size(), &out);
        return Answer{code, taken(out)};
    }));
    if (answer.code == library::not_found) return std::nullopt;
    if (answer.code != library::ok) return std::unexpected(error_of(answer, "look at", key));
    return objects_in(answer.bytes).front();
}

Result<std::string> ObjectStore::get(const std::string& key) {
    pace_.take_request(0);
    auto bytes = wanted("read", key, [&] {
        library::Buffer out;
        const int code = functions().get(store_, key.data(), key.size(), 0, to_the_end, &out);
        return Answer{code, taken(out)};
    });
    if (bytes) pace_.take_bytes(static_cast<std::int64_t>(bytes->size()));
    return bytes;
}

Result<std::string> ObjectStore::get(
    const std::string& key, std::int64_t offset, std::int64_t length) {
    pace_.take_request(length);
    return wanted("read", key, [&] {
        library::Buffer out;
        const int code = functions().get(store_, key.data(), key.size(),
            static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(length), &out);
        return Answer{code, taken(out)};
    });
}

Status ObjectStore::put(const std::string& key, std::string_view bytes) {
    pace_.take_request(static_cast<std::int64_t>(bytes.size()));
    TRY(wanted("write", key, [&] {
        library::Buffer out;
        const int code = functions().put(
            store_, key.data(), key.size(), bytes.data(), bytes.size(), 0, "", 0, &out);
        return Answer{code, taken(out)};
    }));
    return {};
}

Result<bool> ObjectStore::put_where(
    const std::string& key, std::string_view bytes, int mode, const std::string& etag) {
    pace_.take_request(static_cast<std::int64_t>(bytes.size()));
    const auto answer = TRY(ask([&] {
        library::Buffer out;
        const int code = functions().put(store_, key.data(), key.size(), bytes.data(), bytes.size(),
            mode, etag.data(), etag.size(), &out);
        return Answer{code, taken(out)};
    }));
    if (answer.code == library::ok) return true;
    if (answer.code != library::exists && answer.code != library::not_found)
        return std::unexpected(error_of(answer, "write", key));
    // A request whose answer was lost is sent again, and finds what it wrote itself.
    const auto there = get(key);
    return there && *there == bytes;
}

Result<bool> ObjectStore::put_if_absent(const std::string& key, std::string_view bytes) {
    return put_where(key, bytes, 1, "");
}

Result<bool> ObjectStore::put_if_match(
    const std::string& key, std::string_view bytes, const std::string& etag) {
    return put_where(key, bytes, 2, etag);
}

Result<std::vector<Object>> ObjectStore::list(const std::string& folder) {
    pace_.take_request(0);
    return objects_in(TRY(wanted("list", folder, [&] {
        library::Buffer out;
        const int code = functions().list(store_, folder.data(), folder.size(), 0, &out);
        return Answer{code, taken(out)};
    })));
}

Result<std::vector<Object>> ObjectStore::list_one(const std::string& folder) {
    pace_.take_request(0);
    return objects_in(TRY(wanted("list", folder, [&] {
        library::Buffer out;
        const int code = functions().list(store_, folder.data(), folder.size(), 1, &out);
        return Answer{code, taken(out)};
    })));
}

Status ObjectStore::remove(const std::vector<std::string>& keys) {
    if (keys.empty()) return {};
    pace_.take_request(0);
    const auto all = ended_by_zero(keys);
    TRY(wanted("remove", keys.front(), [&] {
        library::Buffer out;
        const int code = functions().remove(store_, all.data(), all.size(), &out);
        return Answer{code, taken(out)};
    }));
    return {};
}

Status ObjectStore::copy(const std::string& from, const std::string& to) {
    pace_.take_request(0);
    TRY(wanted("copy", from, [&] {
        library::Buffer out;
        const int code =
            functions().copy(store_, from.data(), from.size(), to.data(), to.size(), &out);
        return Answer{code, taken(out)};
    }));
    return {};
}

Result<std::string> ObjectStore::begin(const std::string& key) {
    pace_.take_request(0);
    return wanted("begin to write", key, [&] {
        library::Buffer out;
        const int code = functions().begin(store_, key.data(), key.size(), &out);
        return Answer{code, taken(out)};
    });
}

Result<std::string> ObjectStore::part(
    const std::string& key, const std::string& upload, std::size_t index, std::string_view bytes) {
    pace_.take_request(static_cast<std::int64_t>(bytes.size()));
    return wanted("write a part of", key, [&] {
        library::Buffer out;
        const int code = functions().part(store_, key.data(), key.size(), upload.data(),
            upload.size(), index, bytes.data(), bytes.size(), &out);
        return Answer{code, taken(out)};
    });
}

Status ObjectStore::complete(
    const std::string& key, const std::string& upload, const std::vector<std::string>& parts) {
    pace_.take_request(0);
    const auto all = ended_by_zero(parts);
    TRY(wanted("finish writing", key, [&] {
        library::Buffer out;
        const int code = functions().complete(store_, key.data(), key.size(), upload.data(),
            upload.size(), all.data(), all.size(), &out);
        return Answer{code, taken(out)};
    }));
    return {};
}

Status ObjectStore::abort(const std::string& key, const std::string& upload) {
    pace_.take_request(0);
    const auto answer = TRY(ask([&] {
        library::Buffer out;
        const int code =
            functions().abort(store_, key.data(), key.size(), upload.data(), upload.size(), &out);
        return Answer{code, taken(out)};
    }));
    if (answer.code == library::ok || answer.code == library::not_found) return {};
    return std::unexpected(error_of(answer, "abort writing", key));
}

}  // namespace ingot::storage
