#pragma once
// The words of the surface, as keys in YAML and as decorators in SQL, and the tree of settings they all end up in:
// {silver: {…}, gold: {…}, bronze: {…}, expect: {…}, name, owner, tags, description, disabled, depends_on}.
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "config/value.h"
#include "data/dataset_name.h"

namespace ingot::project {

enum class Place { defaults, yaml, decorator };

struct Word {
    std::string name;
    Span span;
    config::Value arguments;
    Place place;
};

// Every key of a YAML mapping as a word.
std::vector<Word> words_of(config::Value mapping, Place place, Diagnostics& diagnostics);

// Lays what one word says over the tree. Reports words that do not exist or that this build cannot keep.
void add_word(config::Value& settings, Word word, Diagnostics& diagnostics);

// The layer that a word declares, if it is one that does.
std::optional<Layer> declared_layer(const Word& word);

}  // namespace ingot::project
