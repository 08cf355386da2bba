#include "surface/api/mend_config.h"

#include <set>
#include <vector>

#include "project/foundry/config.h"
#include "project/read/yaml.h"

namespace ingot::api {

namespace {

using config::Entry;
using config::Value;

// At an equal place what is replaced comes after what is put before it.
struct Edit {
    std::size_t at = 0;
    std::size_t length = 0;  // of what stands there and goes
    std::string put;
    auto operator<=>(const Edit&) const = default;
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

bool is_quote(char c) { return c == '"' || c == '\''; }

bool is_yaml(const std::string& text) {
    Diagnostics found;
    project::read_yaml({text, "config"}, found);
    return !found.failed();
}

class Mending {
public:
    Mending(std::string text, int version) : text_(std::move(text)), version_(version) {
        lines_.push_back(0);
        for (auto at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1))
            lines_.push_back(at + 1);
        if (lines_.size() > 1 && lines_[1] > 1 && text_[lines_[1] - 2] == '\r') line_end_ = "\r\n";
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
        intent(tree);
        if (const auto* datasets = inside(&tree, "datasets"); datasets && datasets->list())
            for (const auto& entry : *datasets->list()) intent(entry);
        auto out = applied();
        return is_yaml(out) ? out : text_;
    }

private:
    std::size_t place(const Span& span) const {
        const auto line = static_cast<std::size_t>(span.line - 1);
        return line < lines_.size() ? lines_[line] + static_cast<std::size_t>(span.column - 1)
                                    : text_.size();
    }

    char at(std::size_t place) const { return place < text_.size() ? text_[place] : '\0'; }

    // In braces, over as many lines as it likes.
    bool is_flow(const Value& map) const { return at(place(map.span)) == '{'; }

    // An alias is a copy with the places of its anchor: one edit there is one for all.
    void edit(std::size_t at, std::size_t length, std::string put) {
        edits_.insert({at, length, std::move(put)});
    }

    // Before the first key of the mapping, in its style.
    void insert(const Value& map, const std::string& words) {
        const auto& first = map.map()->front().key_span;
        const auto indent = std::string(static_cast<std::size_t>(first.column - 1), ' ');
        edit(place(first), 0, words + (is_flow(map) ? ", " : line_end_ + indent));
    }

    void version(const Value& tree) {
        const auto wanted = std::to_string(version_);
        const auto* there = entry_of(&tree, "config_version");
        if (!there) return insert(tree, "config_version: " + wanted);
        const auto begin = place(there->value.span);
        const auto quotes = is_quote(at(begin)) ? 2U : 0U;
        if (quotes != 0 || there->value.raw != wanted)
            edit(begin, there->value.raw.size() + quotes, wanted);
    }

    void rename(const Value* map, const std::string& from, const std::string& to) {
        const auto* old = entry_of(map, from);
        if (!old) return;
        const auto key = place(old->key_span);
        const auto name = key + (is_quote(at(key)) ? 1 : 0);
        if (text_.compare(name, from.size(), from) != 0) return;  // escaped: left to its author
        if (!entry_of(map, to)) return edit(name, from.size(), to);
        if (!is_flow(*map) && old->value.span.line == old->key_span.line)
            remove_line(static_cast<std::size_t>(old->key_span.line - 1));
    }

    void remove_line(std::size_t line) {
        const auto end = line + 1 < lines_.size() ? lines_[line + 1] : text_.size();
        edit(lines_[line], end - lines_[line], "");
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
        if (!api->find("endpoint")) insert(*api, "endpoint: /");
    }

    // Its endpoint may be its source_query.
    void intent(const Value& intent) {
        const auto* options = inside(intent.find("bronze"), "options");
        rename(inside(options, "api"), "url", "base_url");
    }

    std::string applied() const {
        auto out = text_;
        for (auto edit = edits_.rbegin(); edit != edits_.rend(); ++edit)
            out.replace(edit->at, edit->length, edit->put);
        return out;
    }

    std::string text_;
    int version_;
    std::string line_end_ = "\n";
    std::vector<std::size_t> lines_;
    std::set<Edit> edits_;
};

}  // namespace

std::string mend_config(const std::string& text, int version) {
    const std::string mark = "\xEF\xBB\xBF";
    const auto begin = text.starts_with(mark) ? mark.size() : 0;
    return text.substr(0, begin) + Mending(text.substr(begin), version).mended();
}

}  // namespace ingot::api
