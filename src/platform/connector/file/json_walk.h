#pragma once
// The records of JSON files, one after another, from any place that was passed before.
#include <string_view>
#include <vector>

#include "platform/connector/file/json_columns.h"
#include "platform/connector/file/text.h"

namespace ingot::file {

// How a text holds its records: JSON lines and values after one another, one list, or one value.
enum class JsonForm { values, list, single };

struct JsonText {
    Text file;
    JsonForm form = JsonForm::values;
    std::string_view records{};  // a part of the text: the list, the value, or all
};

// EXT102 for a list that is not well-formed, and for what json_path does not find.
Result<JsonText> json_text(const Found& file, const Told& told, Text text);

struct JsonRecord {
    std::size_t input = 0;
    std::string_view text{};
    const char* reject = nullptr;       // why this is no record
    std::vector<JsonMember> members{};  // of an object
    bool is_object() const { return text.front() == '{'; }
};

class JsonWalk {
public:
    struct Place {
        std::size_t input = 0;
        std::size_t at = 0;     // in `records`
        std::int64_t line = 1;  // at `counted`
        const char* counted = nullptr;
    };
    JsonWalk(const std::vector<JsonText>& texts, Place from) : texts_(&texts), place_(from) {}

    // False at the end. The record's room is used again.
    bool next(JsonRecord& record);
    // Nothing but white space is left of the text that the walk is in; there may be more after it has grown.
    bool is_through() const;
    // The record after the last, with its line counted.
    Place place();
    // Of the last record.
    std::int64_t line_of(const JsonRecord& record) { return count_to(record.text.data()); }

private:
    bool next_of(const JsonText& text, JsonRecord& record);
    std::int64_t count_to(const char* at);

    const std::vector<JsonText>* texts_;
    Place place_;
};

}  // namespace ingot::file
