#include "platform/connector/api/page.h"

namespace ingot::api {

extern const PagingKind none_paging{.name = "none",
    .options = "",
    .path = "",
    .first = [](const Paging&) { return Step{}; },
    .next = [](const Paging&, const Step&, const Page&) -> Result<std::optional<Step>> {
        return std::optional<Step>{};
    },
    .ahead = [](const Paging&, const Step&) { return std::optional<Step>{}; }};

}  // namespace ingot::api
