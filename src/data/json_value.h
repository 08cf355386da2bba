#pragma once
// A JSON value that leaves what it was read from as it is: a value out of a document is a view of its text, numbers and
// all, and is looked into only where somebody asks. Values that were computed stand beside them.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::json {

enum class Kind { null, boolean, number, string, list, object };
std::string_view to_string(Kind kind);

class Value;
using Items = std::vector<Value>;
using Members = std::vector<std::pair<std::string, Value>>;

class Value {
public:
    Value() = default;  // null
    static Value of(bool value);
    static Value of(double number);
    static Value of(std::string text);
    static Value of(Items items);
    static Value of(Members members);
    // `text` is one well-formed value without space around it, and outlives this.
    static Value view(std::string_view text);

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::null; }
    bool boolean() const { return truth_; }
    // Each of these answers for its own kind; of another: 0, "", none.
    double number() const;
    std::string text() const;
    Items items() const;
    Members members() const;
    // A repeated key counts as its last.
    std::optional<Value> member(std::string_view key) const;

    // The text it was read from; empty for what was computed.
    std::string_view source() const { return source_; }
    // JSON on one line; what was read keeps its spelling but for the space between values.
    void write(std::string& out) const;
    std::string written() const;

    bool operator==(const Value& other) const;

private:
    friend std::optional<Value> parse(std::string_view text);
    struct Built;
    // Of an object: its members, keys with their quotes, so that nobody has to look for them.
    void note(const std::vector<std::pair<std::string_view, std::string_view>>& members);
    Kind kind_ = Kind::null;
    bool truth_ = false;
    std::string_view source_{};
    std::shared_ptr<const Built> built_{};
};

// The value that `text` holds, with nothing but space around it; nothing when it is not well-formed or not UTF-8.
std::optional<Value> parse(std::string_view text);

// Where the text stops being JSON: for messages.
std::size_t error_at(std::string_view text);

// Text as a JSON string, quotes included.
void write_text(std::string& out, std::string_view text);

}  // namespace ingot::json
