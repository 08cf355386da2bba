#pragma once
// What the readers of the foundry's forms share.
#include <string>

#include "base/diagnostics.h"
#include "config/bind.h"
#include "project/foundry/config.h"

namespace ingot::foundry {

// Binds, with unknown keys as warnings: the foundry ignored them, and files that ran have to run.
template <class T>
T bind_leniently(const config::Value& value, Diagnostics& diagnostics);
void add_leniently(const Diagnostics& found, Diagnostics& out);

// One dataset with platform: and source:. `value` may be made of another form; its places are the author's.
Config read_single(config::Value value, Form form, const std::string& file, Diagnostics& out);
// An entry of datasets:, or a whole file, in the form that read_single takes; nothing when it is not sound.
std::optional<config::Value> single_of(
    const Intent& intent, const config::Value& written, Diagnostics& out);
// What our own sources/*.yml would say.
config::Value own_form(const Config& config);

// Building trees.
config::Value mapping(const Span& span);
config::Value text(std::string text, const Span& span);
config::Value flag(bool value, const Span& span);
config::Value whole(std::int64_t value, const Span& span);
void put(config::Value& map, std::string key, config::Value value);

template <class T>
T bind_leniently(const config::Value& value, Diagnostics& diagnostics) {
    Diagnostics found;
    T out = config::bind<T>(value, found);
    add_leniently(found, diagnostics);
    return out;
}

}  // namespace ingot::foundry
