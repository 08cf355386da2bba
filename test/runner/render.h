#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot::golden {

using Rows = std::vector<std::vector<std::string>>;  // the first is the header

// What stands for NULL in the CSV that we ask for, so that no text can be mistaken for it.
constexpr std::string_view null_mark = "\u2400";

// CSV as `ingot query --format csv` prints it.
Rows parse_csv(std::string_view text);
// Columns of a page: two or more spaces separate cells.
Rows parse_aligned(const std::vector<std::string>& lines);
// Cells as a page shows them: NULL for NULL, quotes around what could be misread.
Rows shown(const Rows& rows);
std::vector<std::string> align(const Rows& rows);
// `…` in an expected cell stands for any text.
bool equal_rows(const Rows& expected, const Rows& actual);

// Lines with `-` are expected and missing, lines with `+` are there and not expected.
std::string difference(
    const std::vector<std::string>& expected, const std::vector<std::string>& actual);

}  // namespace ingot::golden
