#pragma once
// Traffic in a file, a JSON object a line: recorded without credentials, and played back in the place of a server.
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "platform/http/http.h"

namespace ingot::http {

// Appends; whoever records into the same file in this process shares one. Thread-safe.
class Recording {
public:
    static Result<std::shared_ptr<Recording>> open(const std::string& path);
    Status add(const Request& request, const Response& response);

private:
    std::mutex mutex_;
    std::string path_;
    std::ofstream file_;
};

// Equal requests get their answers in the order in which they were recorded. Thread-safe; shared as a recording is.
class Replay {
public:
    static Result<std::shared_ptr<Replay>> open(const std::string& path);
    Result<Response> answer(const Request& request);

private:
    std::mutex mutex_;
    std::string path_;
    std::map<std::string, std::vector<Response>> answers_;
    std::map<std::string, std::size_t> given_;
};

}  // namespace ingot::http
