#include "project/read/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "project/read/scalar.h"

namespace ingot::project {

namespace {

using config::Entry;
using config::List;
using config::Map;
using config::Value;

constexpr std::size_t most_bytes = 16U << 20U;
constexpr std::size_t deepest = 100;
constexpr std::size_t most_copied_by_aliases = 100'000;

// ${NAME} may stand unquoted in flow style, where YAML would take its braces for a mapping: they are exchanged for
// characters that no YAML file may contain, and back again in every scalar.
constexpr char hidden_open = '\x02';
constexpr char hidden_close = '\x03';
// Within a word of flow style the library takes a question mark for the sign of a key: /orders?status=new, x_??.csv.
constexpr char hidden_question = '\x04';

std::string with_hidden_signs(std::string_view text) {
    std::string out(text);
    for (auto at = out.find("${"); at != std::string::npos; at = out.find("${", at + 2)) {
        const auto end = out.find_first_of("}\n{", at + 2);
        if (end == std::string::npos || out[end] != '}') continue;
        out[at + 1] = hidden_open;
        out[end] = hidden_close;
    }
    constexpr std::string_view before_words = " \t\r\n,[]{}";
    for (auto at = out.find('?', 1); at != std::string::npos; at = out.find('?', at + 1))
        if (before_words.find(out[at - 1]) == std::string_view::npos) out[at] = hidden_question;
    return out;
}

void show_signs(std::string& text) {
    std::ranges::replace(text, hidden_question, '?');
    std::ranges::replace(text, hidden_open, '{');
    std::ranges::replace(text, hidden_close, '}');
}

std::size_t size_of(const Value& value) {
    std::size_t size = 1;
    if (const auto* list = value.list())
        for (const auto& item : *list) size += size_of(item);
    if (const auto* map = value.map())
        for (const auto& entry : *map) size += size_of(entry.value);
    return size;
}

// A list or mapping that is not finished yet; of a mapping also the key whose value comes next.
struct Open {
    Value value;
    YAML::anchor_t anchor;
    Entry next{};
    bool has_key = false;
};

class Builder : public YAML::EventHandler {
public:
    Builder(const YamlText& source, std::string_view text, Diagnostics& diagnostics)
        : source_(source), text_(text), diagnostics_(diagnostics) {}

    Value take_root() {  // after a syntax error: what the open nodes hold so far
        while (!open_.empty()) close();
        return std::move(root_);
    }
    Span place(const YAML::Mark& mark) const {
        if (mark.is_null()) return {source_.file, source_.line, source_.column};
        return {source_.file, source_.line + mark.line,
            mark.column + (mark.line == 0 ? source_.column : 1)};
    }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        Value value;
        value.span = place(mark);
        if (!open_.empty() && open_.back().has_key &&
            value.span.line != open_.back().next.key_span.line)
            value.span = open_.back().next.key_span;
        add(std::move(value), anchor, mark);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end())
            throw YAML::ParserException(mark, "an alias stands inside what it refers to");
        copied_ += size_of(found->second);
        if (copied_ > most_copied_by_aliases)
            throw YAML::ParserException(mark, "aliases repeat too much of the document");
        add(Value(found->second), 0, mark);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
        const std::string& text) override {
        std::string raw = text;
        show_signs(raw);
        if (tag != "?") refuse_open_quote(mark);
        const Span span = scalar_place(mark);
        add(tag == "?" ? plain_scalar(std::move(raw), span)
                       : config::text_value(std::move(raw), span),
            anchor, mark);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
        YAML::EmitterStyle::value) override {
        begin(List{}, mark, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
        YAML::EmitterStyle::value) override {
        begin(Map{}, mark, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    // The library takes the end of the text for a closing quote.
    void refuse_open_quote(const YAML::Mark& mark) const {
        auto at = mark.is_null() ? text_.size() : static_cast<std::size_t>(mark.pos);
        if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return;
        const char quote = text_[at];
        for (++at; at < text_.size(); ++at) {
            if (quote == '"' && text_[at] == '\\')
                ++at;
            else if (text_[at] == quote)
                return;
        }
        throw YAML::ParserException(mark, "the quote is not closed");
    }
    // A block scalar's place is its first character, not the | in front of it.
    Span scalar_place(const YAML::Mark& mark) const {
        auto at = mark.is_null() ? text_.size() : static_cast<std::size_t>(mark.pos);
        if (at >= text_.size() || (text_[at] != '|' && text_[at] != '>')) return place(mark);
        int line = mark.line;
        for (at = text_.find('\n', at); at != std::string_view::npos; at = text_.find('\n', at)) {
            ++line;
            const auto first = text_.find_first_not_of(' ', ++at);
            if (first == std::string_view::npos) break;
            if (text_[first] != '\n' && text_[first] != '\r')
                return {source_.file, source_.line + line, static_cast<int>(first - at) + 1};
        }
        return place(mark);
    }

    template <class Container>
    void begin(Container container, const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (open_.size() >= deepest)
            throw YAML::ParserException(mark, "lists and mappings are nested too deep");
        if (!open_.empty() && open_.back().value.map() && !open_.back().has_key)
            throw YAML::ParserException(mark, "a key must be a word, not a list or mapping");
        Open open{.value = {}, .anchor = anchor};
        open.value.data = std::move(container);
        open.value.span = place(mark);
        open_.push_back(std::move(open));
    }
    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        if (done.value.map()) finish_map(*done.value.map());
        add(std::move(done.value), done.anchor, {});
    }
    void add(Value value, YAML::anchor_t anchor, const YAML::Mark& mark) {
        if (anchor != 0) anchors_[anchor] = value;
        if (open_.empty()) {
            root_ = std::move(value);
            return;
        }
        Open& parent = open_.back();
        if (auto* list = parent.value.list()) {
            list->push_back(std::move(value));
        } else if (parent.has_key) {
            parent.next.value = std::move(value);
            parent.value.map()->push_back(std::move(parent.next));
            parent.next = {};
            parent.has_key = false;
        } else {
            if (value.map() || value.list())
                throw YAML::ParserException(mark, "a key must be a word");
            parent.next.key = std::move(value.raw);
            parent.next.key_span = value.span;
            parent.has_key = true;
        }
    }
    void finish_map(Map& map) {
        refuse_second_keys(map);
        const auto merge = std::ranges::find(map, "<<", &Entry::key);
        if (merge == map.end()) return;
        const Value merged = std::move(merge->value);
        map.erase(merge);
        if (const auto* list = merged.list())
            for (const auto& item : *list) add_missing(map, item);
        else
            add_missing(map, merged);
    }
    void add_missing(Map& map, const Value& from) {
        if (!from.map())
            return diagnostics_.error(
                source_.syntax, "<< takes a mapping or a list of mappings", from.span);
        const auto own = map.size();
        for (const auto& entry : *from.map()) {
            const auto has = [&](const Entry& e) { return e.key == entry.key; };
            if (std::ranges::none_of(
                    map.begin(), map.begin() + static_cast<std::ptrdiff_t>(own), has))
                map.push_back(entry);
        }
    }
    void refuse_second_keys(Map& map) {
        std::vector<std::size_t> order(map.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::stable_sort(
            order, {}, [&](std::size_t i) -> std::string_view { return map[i].key; });
        for (std::size_t i = 1; i < order.size(); ++i) {
            const Entry& first = map[order[i - 1]];
            const Entry& second = map[order[i]];
            if (first.key != second.key) continue;
            diagnostics_.error("CFG107",
                "the key '" + second.key + "' stands twice; first at " + to_string(first.key_span),
                second.key_span, {{"the first one", first.key_span}});
        }
    }

    const YamlText& source_;
    std::string_view text_;
    Diagnostics& diagnostics_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Value> anchors_;
    std::size_t copied_ = 0;
    Value root_;
};

bool has_control_characters(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
    });
}

}  // namespace

config::Value read_yaml(const YamlText& source, Diagnostics& diagnostics) {
    const Span start{source.file, source.line, source.column};
    Value nothing;
    nothing.span = start;
    if (source.text.size() > most_bytes) {
        diagnostics.error("CFG110", "the file is larger than 16 MB", start);
        return nothing;
    }
    if (has_control_characters(source.text)) {
        diagnostics.error(source.syntax, "the text holds control characters", start);
        return nothing;
    }
    const auto text = with_hidden_signs(source.text);
    Builder builder(source, text, diagnostics);
    try {
        std::istringstream stream(text);
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) return nothing;
        nothing = builder.take_root();
        Diagnostics ignored;
        Builder second(source, text, ignored);
        if (parser.HandleNextDocument(second))
            diagnostics.error(source.syntax,
                "the file holds several YAML documents; one is expected", second.take_root().span);
    } catch (const YAML::Exception& error) {
        std::string why = error.msg;
        show_signs(why);
        diagnostics.error(source.syntax, "not valid YAML: " + why, builder.place(error.mark));
        if (nothing.is_null()) nothing = builder.take_root();
    } catch (const std::exception& error) {
        diagnostics.error(source.syntax, std::string("not valid YAML: ") + error.what(), start);
    }
    return nothing;
}

}  // namespace ingot::project
