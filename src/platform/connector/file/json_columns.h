#pragma once
// Rows that are JSON objects as rows of a table: which columns there are, and what each holds.
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/json_numbers.h"

namespace ingot::file {

// A key, with its quotes, and its value as it is written.
using JsonMember = std::pair<std::string_view, std::string_view>;

class JsonColumns {
public:
    // What is no object is a row of one column, `value`.
    void look_at(const std::vector<JsonMember>& members);
    void look_at_value(std::string_view value);
    const std::vector<std::string>& names() const { return names_; }
    const std::vector<unsigned>& holding() const { return holds_; }
    const std::vector<json::Numbers>& numbers() const { return numbers_; }

    // Finds columns again. Rows mostly have the same keys in the same order, so the key after the last is tried first.
    class Finder {
    public:
        explicit Finder(const JsonColumns& columns) : columns_(columns) {}
        void begin_row() { next_ = 0; }
        // The place of a key that was looked at.
        std::size_t place(std::string_view quoted);
        std::size_t place_of_value() const;

    private:
        const JsonColumns& columns_;
        std::size_t next_ = 0;
    };

private:
    std::size_t find_or_add(std::string_view quoted, std::size_t guess);
    std::size_t add(std::string key);
    void look_at(std::size_t place, std::string_view value);

    std::unordered_map<std::string, std::size_t> places_;  // by the key's text
    std::vector<std::string> names_;
    std::vector<std::string> quoted_;  // as the key was first written
    std::vector<unsigned> holds_;
    std::vector<json::Numbers> numbers_;
};

}  // namespace ingot::file
