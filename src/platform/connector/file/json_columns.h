#pragma once
// Rows that are JSON objects as rows of a table: which columns there are, what each holds, and a row's values by column.
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/connector/file/tidy.h"

namespace ingot::file {

class JsonColumns {
public:
    // Every row must be looked at before the first is written. What is no object is a row of one column, `value`.
    void look_at(std::string_view value);
    const std::vector<std::string>& names() const { return names_; }
    const std::vector<unsigned>& holding() const { return holds_; }

    struct Place {
        std::size_t input = 0;
        std::int64_t line = 0;
    };
    // `values` is room that the caller keeps between rows.
    Status write(TidyWriter& writer, Place place, std::string_view value,
        std::vector<std::string_view>& values);

private:
    void spread(std::string_view value, std::vector<std::string_view>& out);
    std::size_t place(std::string key);
    bool has_name(const std::string& name) const;

    std::unordered_map<std::string, std::size_t> places_;
    std::vector<std::string> names_;
    std::vector<unsigned> holds_;
};

}  // namespace ingot::file
