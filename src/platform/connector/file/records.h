#pragma once
// Splits delimited text into records. What is not a record by the rules is given back as such, one physical line at a
// time, so that one stray quote costs one line and not the rest of the file.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::file {

struct Marks {
    char delimiter = ',';
    char quote = '"';               // '\0': none
    bool carriage_returns = false;  // CR alone ends a record
    bool is_last = true;            // the text ends where the file does
};

struct Field {
    std::string_view raw;     // between the quotes, when there are some
    bool has_quotes = false;  // raw holds doubled quotes
};

struct Record {
    std::string_view text;  // without its line end
    std::int64_t line = 0;  // of its first character, from 1
    const char* fault = nullptr;
    bool is_cut = false;  // it runs over the end of a text that is not the last
    std::vector<Field> fields;
};

class Records {
public:
    Records(std::string_view text, const Marks& marks) : text_(text), marks_(marks) {}
    // False at the end. Blank lines are given as records without fields.
    bool next(Record& record);

private:
    bool read_field(Record& record);
    bool read_quoted(Record& record);
    void read_plain(Record& record);
    std::size_t line_end(std::size_t from) const;
    void pass_line_end(std::size_t end);
    void reject(Record& record, std::size_t begin, const char* fault);
    bool ends_record(std::size_t at) const;

    std::string_view text_;
    Marks marks_;
    std::size_t at_ = 0;
    std::int64_t line_ = 1;
    std::int64_t inner_lines_ = 0;  // line ends within quotes of the record under way
};

// The field's value: doubled quotes made single.
void append_value(std::string& out, const Field& field, char quote);

}  // namespace ingot::file
