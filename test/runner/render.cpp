#include "render.h"

#include <algorithm>
#include <cstddef>

#include "text.h"

namespace ingot::golden {

namespace {

std::string shown_cell(const std::string& cell) {
    if (cell == null_mark) {
        return "NULL";
    }
    std::string text;
    for (const char c : cell) {
        text += c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : std::string(1, c);
    }
    const bool misread = text.empty() || text == "NULL" || text == "…" || text.contains("  ") ||
                         text.starts_with(' ') || text.ends_with(' ') || text.starts_with('\'');
    return misread ? "'" + text + "'" : text;
}

// Columns a reader sees, not bytes.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::vector<std::string> split_cells(std::string_view line) {
    std::vector<std::string> cells;
    line = trimmed(line);
    while (!line.empty()) {
        std::size_t end = 0;
        if (line.front() == '\'') {
            end = line.find('\'', 1);
            end = end == std::string_view::npos ? line.size() : line.find("  ", end);
        } else {
            end = line.find("  ");
        }
        end = std::min(end, line.size());
        cells.emplace_back(line.substr(0, end));
        line = trimmed(line.substr(end));
    }
    return cells;
}

}  // namespace

Rows parse_csv(std::string_view text) {
    Rows rows;
    std::vector<std::string> row;
    std::string cell;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c != '"') {
                cell += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                cell += '"';
                ++i;
            } else {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',' || c == '\n') {
            row.push_back(std::move(cell));
            cell.clear();
            if (c == '\n') {
                rows.push_back(std::move(row));
                row.clear();
            }
        } else {
            cell += c;
        }
    }
    if (!cell.empty() || !row.empty()) {
        row.push_back(std::move(cell));
        rows.push_back(std::move(row));
    }
    return rows;
}

Rows parse_aligned(const std::vector<std::string>& lines) {
    Rows rows;
    for (const std::string& line : lines) {
        if (!trimmed(line).empty()) {
            rows.push_back(split_cells(line));
        }
    }
    return rows;
}

Rows shown(const Rows& rows) {
    Rows out = rows;
    for (std::vector<std::string>& row : out) {
        std::ranges::transform(row, row.begin(), shown_cell);
    }
    return out;
}

std::vector<std::string> align(const Rows& rows) {
    std::vector<std::size_t> widths;
    for (const std::vector<std::string>& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width(row[i]));
        }
    }
    std::vector<std::string> lines;
    for (const std::vector<std::string>& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) {
                line.append(widths[i] - width(row[i]) + 2, ' ');
            }
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

bool equal_rows(const Rows& expected, const Rows& actual) {
    return std::ranges::equal(expected, actual, [](const auto& left, const auto& right) {
        return std::ranges::equal(left, right,
            [](const std::string& want, const std::string& have) { return matches(want, have); });
    });
}

std::string difference(
    const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
    const std::size_t rows = expected.size();
    const std::size_t columns = actual.size();
    std::vector<std::vector<std::size_t>> common(rows + 1, std::vector<std::size_t>(columns + 1));
    for (std::size_t i = rows; i-- > 0;) {
        for (std::size_t j = columns; j-- > 0;) {
            common[i][j] = matches(expected[i], actual[j])
                               ? common[i + 1][j + 1] + 1
                               : std::max(common[i + 1][j], common[i][j + 1]);
        }
    }
    std::string text;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows || j < columns) {
        if (i < rows && j < columns && matches(expected[i], actual[j])) {
            text += "      " + actual[j] + "\n";
            ++i;
            ++j;
        } else if (i < rows && (j == columns || common[i + 1][j] >= common[i][j + 1])) {
            text += "    - " + expected[i++] + "\n";
        } else {
            text += "    + " + actual[j++] + "\n";
        }
    }
    return text;
}

}  // namespace ingot::golden
