#include "platform/http/traffic.h"

#include <charconv>
#include <iterator>

#include "base/redact.h"
#include "base/utf8.h"
#include "data/json_value.h"
#include "platform/http/url.h"

namespace ingot::http {

namespace {

using json::Value;

// What makes two requests the same: nothing that a secret is part of.
std::string key_of(const std::string& method, const std::string& url, const std::string& body) {
    return method + " " + redacted(shown(url)) + "\n" + redacted(body);
}

std::string text_member(const Value& object, std::string_view key) {
    const auto value = object.member(key);
    return value ? value->text() : "";
}

// One object for each path in this process, so that tables of one source share it.
template <class T>
std::shared_ptr<T>& shared(const std::string& path) {
    static std::map<std::string, std::shared_ptr<T>> all;
    return all[path];
}

std::mutex& opening() {
    static std::mutex mutex;
    return mutex;
}

}  // namespace

Result<std::shared_ptr<Recording>> Recording::open(const std::string& path) {
    const std::lock_guard lock(opening());
    auto& known = shared<Recording>(path);
    if (known) return known;
    auto recording = std::make_shared<Recording>();
    recording->path_ = path;
    recording->file_.open(path, std::ios::binary | std::ios::trunc);
    if (!recording->file_) return fail("EXT001", "record: " + path + " cannot be written");
    return known = recording;
}

Status Recording::add(const Request& request, const Response& response) {
    if (!request.is_recorded) return {};
    json::Members headers;
    for (const auto& [name, value] : response.headers)
        headers.emplace_back(name, Value::of(redacted(value)));
    const auto line = Value::of(json::Members{{"method", Value::of(request.method)},
                                    {"url", Value::of(redacted(shown(request.url)))},
                                    {"body", Value::of(redacted(request.body))},
                                    {"status", Value::of(static_cast<double>(response.status))},
                                    {"headers", Value::of(std::move(headers))},
                                    {"response", Value::of(redacted(response.body))}})
                          .written();
    const std::lock_guard lock(mutex_);
    file_ << line << '\n' << std::flush;
    if (!file_) return fail("EXT001", "record: " + path_ + " cannot be written");
    return {};
}

Result<std::shared_ptr<Replay>> Replay::open(const std::string& path) {
    const std::lock_guard lock(opening());
    auto& known = shared<Replay>(path);
    if (known) return known;
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail("EXT001", "replay: " + path + " cannot be read");
    auto replay = std::make_shared<Replay>();
    replay->path_ = path;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.empty()) continue;
        const auto entry = json::parse(line);
        const auto status = entry ? entry->member("status") : std::nullopt;
        if (!status)
            return fail("EXT001", path + ":" + std::to_string(number) +
                                      ": not a line of recorded traffic; record it again");
        Response response{.status = static_cast<int>(status->number()),
            .body = text_member(*entry, "response"),
            .url = text_member(*entry, "url"),
            .is_length_known = true};
        if (const auto headers = entry->member("headers"))
            for (const auto& [name, value] : headers->members())
                response.headers.push_back({name, value.text()});
        const auto key =
            key_of(text_member(*entry, "method"), response.url, text_member(*entry, "body"));
        replay->answers_[key].push_back(std::move(response));
    }
    return known = replay;
}

Result<Response> Replay::answer(const Request& request) {
    const auto key = key_of(request.method, request.url, request.body);
    const std::lock_guard lock(mutex_);
    const auto it = answers_.find(key);
    auto& given = given_[key];
    if (it == answers_.end() || given >= it->second.size())
        return fail("EXT001", request.method + " " + shown(request.url) + ": " + path_ + " has " +
                                  (given > 0 ? "no further" : "no") +
                                  " answer to this request; record it again");
    return it->second[given++];
}

}  // namespace ingot::http
