#pragma once
// HTTP for sources and stores: one client over libcurl that keeps connections, speaks HTTP/2, unpacks, retries, keeps to
// a rate, and stops asking a server that is down. Nothing it reports holds a secret (base/redact.h).
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace ingot::http {

using Moment = std::chrono::steady_clock::time_point;
using Duration = std::chrono::microseconds;

struct Header {
    std::string name;
    std::string value;
};
using Headers = std::vector<Header>;
// The first header of the name, without regard to case.
const std::string* find_header(const Headers& headers, std::string_view name);

struct Response {
    int status = 0;
    Headers headers{};
    std::string body{};
    std::string url{};  // after redirects
    // The length was told and arrived; a body without one may have been cut off unseen.
    bool is_length_known = false;
};

// What becomes of a response. `retry` counts as a failed attempt.
enum class Verdict { accept, retry };

struct Request {
    std::string method = "GET";
    std::string url;
    Headers headers{};
    Headers
        credentials{};  // headers that only the request's own origin gets to see, and no recording
    std::string body{};
    bool has_secret_body = false;  // no redirect takes it to another server
    // Without one: 429, 408 and 5xx are tried again, all else is accepted.
    std::function<Verdict(const Response&)> judge{};
    // Where the body of a 200 goes, of whatever size and as it stands on the server; the response holds none. Where an
    // attempt breaks off, the next one goes on if the server can say that the content is the same.
    std::string body_file{};
    bool is_recorded = true;
};

struct Retry {
    int attempts = 5;
    Duration base = std::chrono::milliseconds(500);  // doubled with each attempt
    Duration most = std::chrono::seconds(8);
    double jitter = 0.2;  // of the delay, either way
    Duration longest_wait =
        std::chrono::seconds(120);  // that a server can ask for with Retry-After
};

struct Pace {
    double per_second = 0;             // 0: no limit
    std::int64_t burst = 0;            // requests at once; 0: one second's worth
    std::int64_t window_requests = 0;  // at most so many in any `window`
    Duration window{};
    bool operator==(const Pace&) const = default;
};

struct Breaking {
    int failures = 5;  // requests that failed for good, one after another
    Duration pause = std::chrono::seconds(30);
};

// Of a header such as Last-Modified: seconds since the epoch. Nothing for what is no date.
std::optional<std::int64_t> date_of(const std::string& header);

// What time is, so that tests need not wait.
struct Time {
    std::function<Moment()> now = [] { return std::chrono::steady_clock::now(); };
    std::function<Instant()> calendar;
    std::function<void(Duration)> sleep;
    static Time machine();
};

class Gate;
// Pace and breaker for everything in this process that names the same key.
std::shared_ptr<Gate> gate_of(const std::string& key, const Pace& pace, const Breaking& breaking);

struct ClientOptions {
    Duration timeout = std::chrono::seconds(
        30);  // to connect, and without any byte; a request may take ten of these
    std::int64_t largest_body = 256LL * 1024 * 1024;
    int redirects = 5;
    std::string user_agent{};
    std::string ca_file{};  // besides the system's: instead of it
    std::string certificate_file{};
    std::string key_file{};
    Retry retry{};
    std::shared_ptr<Gate> gate{};
    std::string record_file{};  // traffic is appended to it
    std::string replay_file{};  // answers come from it, and no network is used
    std::function<bool()> stopped = [] { return false; };
    Time time = Time::machine();
};

// For one thread. Requests that were started make progress while any of them is waited for.
class Client {
public:
    // EXT001 when the system's libcurl cannot be loaded or a recording cannot be read.
    static Result<std::unique_ptr<Client>> open(ClientOptions options);
    virtual ~Client() = default;

    using Ticket = std::int64_t;
    virtual Ticket start(Request request) = 0;
    // RETRY001 when all attempts failed, EXT001 for what no attempt will mend, RUN102 when the run is to stop.
    virtual Result<Response> finish(Ticket ticket) = 0;
    // Forgets a request that was started; its connection is closed.
    virtual void drop(Ticket ticket) = 0;

    Result<Response> send(Request request) { return finish(start(std::move(request))); }
};

}  // namespace ingot::http
