#include <fnmatch.h>

#include <algorithm>
#include <charconv>

#include "base/suggest.h"
#include "data/columns.h"
#include "project/manifest.h"

namespace ingot {

namespace {

using Picked = std::vector<bool>;  // by id

// One term: what it names, and how far it reaches up and down the graph.
struct Term {
    std::string core;
    std::size_t up = 0;
    std::size_t down = 0;
    bool whole = false;  // @x: x, what reads it, and everything all of these read
};

constexpr std::size_t everything = static_cast<std::size_t>(-1);

bool matches(std::string_view pattern, std::string_view text) {
    return ::fnmatch(std::string(pattern).c_str(), std::string(text).c_str(), FNM_CASEFOLD) == 0;
}

bool has_wildcard(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::optional<std::size_t> depth(std::string_view digits) {
    if (digits.empty()) return everything;
    std::size_t out = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return out;
}

std::optional<Term> parse_term(std::string_view text) {
    Term term;
    if (text.starts_with('@')) {
        term.whole = true;
        text.remove_prefix(1);
    }
    if (const auto plus = text.find('+'); plus != std::string_view::npos) {
        if (const auto up = depth(text.substr(0, plus))) {
            term.up = *up;
            text.remove_prefix(plus + 1);
        }
    }
    if (const auto plus = text.rfind('+'); plus != std::string_view::npos) {
        const auto down = depth(text.substr(plus + 1));
        if (!down) return std::nullopt;
        term.down = *down;
        text = text.substr(0, plus);
    }
    if (text.empty() || text.find_first_of("+@") != std::string_view::npos) return std::nullopt;
    if (term.whole && (term.up > 0 || term.down > 0)) return std::nullopt;
    term.core = text;
    return term;
}

class Selection {
public:
    Selection(const Manifest& manifest, const SelectionContext& context)
        : manifest_(manifest), context_(context) {}

    // The union of all terms of all arguments.
    Result<Picked> pick(const std::vector<std::string>& arguments) {
        Picked out = none();
        for (const auto& argument : arguments)
            for (const auto& group : split(argument, " \t\n")) {
                if (group.empty()) continue;
                const auto picked = TRY(pick_all_of(group));
                for (std::size_t id = 0; id < out.size(); ++id) out[id] = out[id] || picked[id];
            }
        return out;
    }

    bool depends_on_runs() const { return depends_on_runs_; }

private:
    Picked none() const { return Picked(manifest_.datasets.size(), false); }

    Result<Picked> pick_all_of(const std::string& group) {
        Picked out(manifest_.datasets.size(), true);
        const auto terms = split(group, ",");
        if (terms.empty() || group.ends_with(',')) return misunderstood(group);
        for (const auto& text : terms) {
            const auto term = parse_term(text);
            if (!term) return misunderstood(text);
            const auto picked = reach(*term, TRY(pick_core(term->core)));
            for (std::size_t id = 0; id < out.size(); ++id) out[id] = out[id] && picked[id];
        }
        return out;
    }

    static std::unexpected<Error> misunderstood(const std::string& text) {
        return fail("PRJ109",
            "'" + text +
                "' is no selection; write name, layer.name, +x, x+, 2+x+1, @x, or tag:, layer:, path:, …");
    }

    Result<Picked> pick_core(const std::string& core) {
        const auto colon = core.find(':');
        if (colon == std::string::npos) return pick_name(core);
        return pick_method(core.substr(0, colon), core.substr(colon + 1));
    }

    template <class Predicate>
    Picked where(Predicate&& fits) const {
        Picked out = none();
        for (std::size_t id = 0; id < out.size(); ++id)
            out[id] = fits(manifest_.datasets[id].dataset);
        return out;
    }

    Result<Picked> pick_name(const std::string& name) const {
        auto out = where([&](const Dataset& dataset) {
            return matches(name, dataset.name.text()) || matches(name, dataset.name.name);
        });
        if (has_wildcard(name) || std::ranges::find(out, true) != out.end()) return out;
        std::vector<std::string> full, bare;
        for (const auto& node : manifest_.datasets) {
            full.push_back(node.dataset.name.text());
            bare.push_back(node.dataset.name.name);
        }
        return fail("PRJ108", "no dataset is named '" + name + "'" +
                                  did_you_mean(name, parse_dataset_name(name) ? full : bare));
    }

    Result<Picked> pick_method(const std::string& method, const std::string& value) {
        if (method == "layer") return pick_layer(value);
        if (method == "tag")
            return where([&](const Dataset& d) {
                return std::ranges::any_of(
                    d.tags, [&](const auto& t) { return matches(value, t); });
            });
        if (method == "owner")
            return where([&](const Dataset& d) { return d.owner && matches(value, *d.owner); });
        if (method == "path") return where([&](const Dataset& d) { return is_at(value, d.file); });
        if (method == "source") return where([&](const Dataset& d) { return is_from(value, d); });
        if (method == "pii") return none();
        if (method == "state") return pick_state(value);
        if (method == "result") return pick_result(value);
        static const std::vector<std::string> methods{
            "layer", "tag", "path", "owner", "source", "pii", "state", "result"};
        return fail("PRJ109", "unknown selector '" + method + ":'" + did_you_mean(method, methods));
    }

    Result<Picked> pick_layer(const std::string& value) const {
        const auto layer = parse_layer(value);
        if (layer)
            return where([&](const Dataset& dataset) { return dataset.name.layer == *layer; });
        static const std::vector<std::string> layers{"bronze", "silver", "gold", "snapshot"};
        return fail("PRJ109", "unknown layer '" + value + "'" + did_you_mean(value, layers));
    }

    Picked of_ids(const std::vector<DatasetId>& ids) {
        depends_on_runs_ = true;
        Picked out = none();
        for (const auto id : ids)
            if (id < out.size()) out[id] = true;
        return out;
    }

    Result<Picked> pick_state(const std::string& value) {
        if (value == "new") return of_ids(context_.fresh);
        if (value != "modified")
            return fail("PRJ109", "state: knows modified and new, not '" + value + "'");
        auto out = of_ids(context_.modified);  // as in dbt, what is new counts as modified
        for (const auto id : context_.fresh)
            if (id < out.size()) out[id] = true;
        return out;
    }

    Result<Picked> pick_result(const std::string& value) {
        if (value != "error") return fail("PRJ109", "result: knows error, not '" + value + "'");
        return of_ids(context_.failed);
    }

    static bool is_at(std::string_view path, std::string_view file) {
        if (path.starts_with("./")) path.remove_prefix(2);
        if (has_wildcard(path))
            return ::fnmatch(std::string(path).c_str(), std::string(file).c_str(), 0) == 0;
        while (path.ends_with('/')) path.remove_suffix(1);
        return file.starts_with(path) &&
               (file.size() == path.size() || path.empty() || file[path.size()] == '/');
    }

    static bool is_from(std::string_view value, const Dataset& dataset) {
        const auto* bronze = dataset.bronze();
        if (!bronze) return false;
        return matches(value, bronze->system) || matches(value, dataset.name.name) ||
               matches(value, bronze->system + "." + bronze->table.name.value);
    }

    Picked reach(const Term& term, Picked picked) const {
        if (term.whole) {
            const auto below = walk(picked, everything, &Node::readers);
            return walk(below, everything, &Node::inputs);
        }
        const auto above = walk(picked, term.up, &Node::inputs);
        const auto below = walk(picked, term.down, &Node::readers);
        for (std::size_t id = 0; id < picked.size(); ++id) picked[id] = above[id] || below[id];
        return picked;
    }

    // Breadth first, so that the shortest way counts.
    Picked walk(Picked seen, std::size_t steps, std::vector<DatasetId> Node::* direction) const {
        std::vector<DatasetId> front;
        for (DatasetId id = 0; id < seen.size(); ++id)
            if (seen[id]) front.push_back(id);
        for (; steps > 0 && !front.empty(); --steps) {
            std::vector<DatasetId> next;
            for (const auto id : front)
                for (const auto other : manifest_.datasets[id].*direction) {
                    if (seen[other]) continue;
                    seen[other] = true;
                    next.push_back(other);
                }
            front = std::move(next);
        }
        return seen;
    }

    const Manifest& manifest_;
    const SelectionContext& context_;
    bool depends_on_runs_ = false;  // then nothing at all is a fine answer
};

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

}  // namespace

Result<std::vector<DatasetId>> select(const Manifest& manifest,
    const std::vector<std::string>& include, const std::vector<std::string>& exclude,
    const SelectionContext& context) {
    Selection selection(manifest, context);
    const bool all = joined(include).find_first_not_of(" \t\n") == std::string::npos;
    const auto in = all ? Picked(manifest.datasets.size(), true) : TRY(selection.pick(include));
    const auto out = TRY(selection.pick(exclude));
    std::vector<DatasetId> ids;
    bool only_disabled = false;
    for (DatasetId id = 0; id < manifest.datasets.size(); ++id) {
        if (!in[id] || out[id]) continue;
        if (manifest.datasets[id].dataset.disabled)
            only_disabled = true;
        else
            ids.push_back(id);
    }
    if (ids.empty() && !all && !selection.depends_on_runs())
        return fail("PRJ108",
            "'" + joined(include) + "'" +
                (exclude.empty() ? "" : " without '" + joined(exclude) + "'") +
                (only_disabled ? " names disabled datasets only" : " matches no dataset"));
    return ids;
}

}  // namespace ingot
