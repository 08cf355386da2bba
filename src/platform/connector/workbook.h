#pragma once
// What a workbook of Excel says of a sheet, seen before the engine reads it.
#include <optional>
#include <string>
#include <vector>

#include "platform/connector/file.h"

namespace ingot::file {

// The cells with a value, all within a rectangle; rows and columns count from 1.
struct SheetExtent {
    int first_row = 0, last_row = 0;  // 0: there is none
    int first_column = 0, last_column = 0;
    std::vector<bool> has_value{};  // by column, from first_column on
    std::vector<bool> has_name{};   // likewise: in the first row
    bool begins_with_text = true;   // what the first row has is text
    bool dates_from_1904 = false;

    // The first row has a value in every column, and no other row goes beyond it.
    bool is_table() const;
    std::string range() const;  // A1:C9
};

// A, B, … Z, AA, …
std::string column_letters(int column);

// Nothing where it cannot be told: who reads the sheet says what is wrong with it.
std::optional<SheetExtent> look_at_sheet(
    const Found& workbook, const std::optional<std::string>& sheet);

}  // namespace ingot::file
