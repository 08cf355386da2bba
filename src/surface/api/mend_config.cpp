#include "surface/api/mend_config.h"

#include <algorithm>
#include <vector>

#include "project/foundry/config.h"
#include "project/read/yaml.h"

namespace ingot::api {

namespace {

using config::Entry;
using config::Value;

struct Edit {
    Span where;
    std::size_t length = 0;  // of what stands there and goes
    std::string put;
    bool whole_line = false;  // the line goes
};

const Entry* entry_of(const Value* map, std::string_view key) {
    if (!map || !map->map()) return nullptr;
    for (const auto& entry : *map->map())
        if (entry.key == key) return &entry;
    return nullptr;
}

const Value* inside(const Value* value, std::string_view key) {
    return value ? value->find(key) : nullptr;
}

class Mending {
public:
    Mending(const std::string& text, int version) : text_(text), version_(version) {
        for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
            lines_.push_back(at);
            if (text.find('\n', at) == std::string::npos) break;
        }
    }

    std::string mended() {
        Diagnostics ignored;
        const auto tree = project::read_yaml({text_, "config"}, ignored);
        if (ignored.failed() || !tree.map() || tree.map()->empty()) return text_;
        const bool is_intent = tree.find("datasets") || tree.find("entity");
        if (!is_intent) version(tree);
        platform(tree.find("platform"));
        source(tree.find("source"));
        if (const auto* sources = inside(&tree, "sources"); sources && sources->list())
            for (const auto& entry : *sources->list()) source(entry.find("source"));
        return applied();
    }

private:
    std::size_t place(const Span& span) const {
        const auto line = static_cast<std::size_t>(span.line - 1);
        return line < lines_.size() ? lines_[line] + static_cast<std::size_t>(span.column - 1)
                                    : text_.size();
    }

    // A key in a flow mapping, or one that shares its line with another.
    bool is_in_line(const Span& span) const {
        auto at = place(span);
        while (at > 0 && text_[at - 1] == ' ') --at;
        return at > 0 && (text_[at - 1] == '{' || text_[at - 1] == ',');
    }

    // Before the key, in its style.
    void insert(const Span& key, const std::string& words) {
        const auto after = is_in_line(key)
                               ? std::string(", ")
                               : "\n" + std::string(static_cast<std::size_t>(key.column - 1), ' ');
        edits_.push_back({key, 0, words + after, false});
    }

    void version(const Value& tree) {
        const auto wanted = "config_version: " + std::to_string(version_);
        const auto* there = entry_of(&tree, "config_version");
        if (!there)
            insert(tree.map()->front().key_span, wanted);
        else if (there->value.raw != std::to_string(version_))
            edits_.push_back(
                {there->value.span, there->value.raw.size(), std::to_string(version_), false});
    }

    void rename(const Value* map, const std::string& from, const std::string& to) {
        const auto* old = entry_of(map, from);
        if (!old) return;
        const auto at = place(old->key_span);
        if (text_.compare(at, from.size(), from) != 0) return;  // in quotes: left to its author
        const bool both = entry_of(map, to) != nullptr;
        if (!both)
            edits_.push_back({old->key_span, from.size(), to, false});
        else if (!is_in_line(old->key_span) && old->value.span.line == old->key_span.line)
            edits_.push_back({old->key_span, 0, "", true});
    }

    void platform(const Value* platform) {
        rename(inside(platform, "bronze"), "output_dir", "local_path");
    }

    void source(const Value* source) {
        const auto* type = inside(source, "type");
        if (type && type->raw != "api") return;
        const auto* api = inside(source, "api");
        if (!api || !api->map() || api->map()->empty()) return;
        rename(api, "url", "base_url");
        if (!api->find("endpoint")) insert(api->map()->front().key_span, "endpoint: /");
    }

    std::string applied() {
        std::ranges::stable_sort(
            edits_, std::greater{}, [&](const Edit& e) { return place(e.where); });
        auto out = text_;
        for (const auto& edit : edits_) {
            auto at = place(edit.where);
            auto length = edit.length;
            if (edit.whole_line) {
                at = lines_[static_cast<std::size_t>(edit.where.line - 1)];
                const auto end = text_.find('\n', at);
                length = (end == std::string::npos ? text_.size() : end + 1) - at;
            }
            out.replace(at, length, edit.put);
        }
        return out;
    }

    const std::string& text_;
    int version_;
    std::vector<std::size_t> lines_;
    std::vector<Edit> edits_;
};

}  // namespace

std::string mend_config(const std::string& text, int version) {
    return Mending(text, version).mended();
}

}  // namespace ingot::api
