#pragma once
// Addresses: taken apart and put together without looking at what they lead to.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::http {

// Everything but letters, digits and -._~ as %XX.
std::string percent_encoded(std::string_view text);
std::string base64(std::string_view bytes);

// An address as people write it: what none may hold, such as spaces and letters beyond ASCII, as %XX; the rest as it is.
std::string escaped(std::string_view url);

using Query = std::vector<std::pair<std::string, std::string>>;
// `url` with the parameters behind what it has already; one of the same name is replaced.
std::string with_query(const std::string& url, const Query& query);

// scheme://host:port in lower case, the port always there; nothing for what is no http or https URL.
std::optional<std::string> origin_of(std::string_view url);

// `reference` as seen from `base`: a whole URL, //host/…, /path, ?query or a relative path.
std::string resolved(const std::string& base, std::string_view reference);

// For people: without credentials before the host.
std::string shown(std::string_view url);

}  // namespace ingot::http
