#pragma once
// Numbers of JSON are values: a type may print them otherwise than they were written, as long as none changes.
#include <string>
#include <string_view>

namespace ingot::json {

// What is common to the numbers of a column.
class Numbers {
public:
    void look_at(std::string_view number);
    // BIGINT, DOUBLE, DECIMAL(18,s) or DECIMAL(38,s), which keep all of them; else VARCHAR.
    std::string type() const;

private:
    bool are_bigint_ = true;
    bool are_double_ = true;
    bool are_decimal_ = true;
    std::size_t scale_ = 0;
    std::size_t longest_ = 0;
};

}  // namespace ingot::json
