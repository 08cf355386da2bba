// Link headers of RFC 8288: <address>; rel="next", several in one header or in many.
#include <algorithm>
#include <cctype>

#include "platform/connector/api/page.h"

namespace ingot::api {

namespace {

bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

class LinkReader {
public:
    explicit LinkReader(std::string_view text) : text_(text) {}

    // The address whose rel has the word next.
    std::optional<std::string> next_link() {
        while (at_ < text_.size()) {
            skip(" \t,");
            if (at_ >= text_.size() || text_[at_] != '<') return std::nullopt;
            const auto close = text_.find('>', at_);
            if (close == std::string_view::npos) return std::nullopt;
            const auto address = text_.substr(at_ + 1, close - at_ - 1);
            at_ = close + 1;
            if (is_next()) return std::string(address);
        }
        return std::nullopt;
    }

private:
    void skip(std::string_view characters) {
        while (at_ < text_.size() && characters.contains(text_[at_])) ++at_;
    }

    std::string value() {
        std::string out;
        if (at_ < text_.size() && text_[at_] == '"') {
            for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
                if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
                out += text_[at_];
            }
            ++at_;
            return out;
        }
        while (at_ < text_.size() && !std::string_view(" \t;,").contains(text_[at_]))
            out += text_[at_++];
        return out;
    }

    // Reads the parameters behind an address. The first rel counts.
    bool is_next() {
        bool is_next = false, has_rel = false;
        for (skip(" \t"); at_ < text_.size() && text_[at_] == ';'; skip(" \t")) {
            ++at_;
            skip(" \t");
            const auto begin = at_;
            while (at_ < text_.size() && !std::string_view(" \t=;,").contains(text_[at_])) ++at_;
            const auto name = text_.substr(begin, at_ - begin);
            skip(" \t");
            if (at_ >= text_.size() || text_[at_] != '=') continue;
            ++at_;
            skip(" \t");
            const auto given = value();
            if (has_rel || !same_word(name, "rel")) continue;
            has_rel = true;
            for (std::size_t from = 0; from <= given.size();) {
                const auto end = std::min(given.find(' ', from), given.size());
                is_next |= same_word(std::string_view(given).substr(from, end - from), "next");
                from = end + 1;
            }
        }
        return is_next;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

Result<std::optional<Step>> next(const Paging&, const Step& step, const Page& page) {
    for (const auto& [name, value] : page.response.headers) {
        if (!same_word(name, "link")) continue;
        if (const auto link = LinkReader(value).next_link())
            return std::optional(Step{.number = step.number + 1,
                .offset = step.offset + page.records,
                .url = http::resolved(page.response.url, *link)});
    }
    return std::optional<Step>{};
}

}  // namespace

extern const PagingKind link_header_paging{.name = "link_header",
    .options = "",
    .path = "",
    .first = [](const Paging&) { return Step{}; },
    .next = next,
    .ahead = [](const Paging&, const Step&) { return std::optional<Step>{}; }};

}  // namespace ingot::api
