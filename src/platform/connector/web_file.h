#pragma once
// Files at http:// and https:// addresses. A server lists nothing, so each is named; what stands there is brought whole.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/describe.h"
#include "platform/connector/file.h"

namespace ingot::file {

bool is_web(std::string_view path);

struct WebAccess {
    // Sent to the address's own origin only; values may be secret:// references.
    config::Named<config::Spanned<std::string>> headers{};
    std::string ca_file{};  // instead of the system's
    std::string project_root{};
    std::function<bool()> stopped = [] { return false; };
};

// What the server says of it: size and time are 0 where it does not tell them. Nothing when it has none. AUTH001 when it
// refuses, RETRY001 and EXT001 as a client's.
Result<std::optional<Found>> look_at_web_file(const std::string& url, const WebAccess& access);

// Copies it to the disk; afterwards its path and size are the copy's. EXT101 when there is none, EXT001 when it may be cut
// off or is a page for people.
Status bring_web_file(Found& file, const std::string& to, const WebAccess& access);

// The last part of the address without its query, as a file's name on the disk.
std::string web_file_name(std::string_view url);

}  // namespace ingot::file
