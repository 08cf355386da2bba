#pragma once
// Files as sources: finding them, learning how they are written, and rewriting those that the engine cannot read as
// they stand into a tidy CSV that it can. Whatever a file holds, every record ends up in the tidy CSV or in the
// rejects: nothing is lost and nothing crashes.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "data/row_feed.h"

namespace ingot::file {

struct Found {
    std::string path;  // absolute
    std::string
        name;  // relative to the project where it lies below it: what people and `_ingot_file` see
    std::int64_t size = 0;
    std::int64_t modified_us = 0;
};

// {date} and {date:%Y/%m/%d} become the logical date. EXT103 when a brace does not close.
Result<std::string> with_date(const std::string& pattern, Date date);

// Regular files that match (`*`, `?`, `[…]`, and `**` for any depth), sorted by path; none is no error.
Result<std::vector<Found>> find_files(const std::string& project_root, const std::string& pattern);

enum class Format { csv, json, parquet, xlsx, avro, xml, fixed };
// From single_byte on: those of single_byte.cpp, by their place there.
enum class Encoding { utf8, latin1, utf16_le, utf16_be, single_byte };
enum class Packing { none, gzip, zstd, bzip2, xz };

// What an author said about the files; what is not said is sniffed.
struct Told {
    std::optional<std::string> format{};
    std::optional<std::string> delimiter{};
    std::optional<std::string> quote{};
    std::optional<std::string> encoding{};
    std::optional<std::string> compression{};
    std::optional<bool> header{};
    std::vector<std::string> names{};
    std::optional<std::string> json_path{};  // dotted; where the records stand in a JSON file
    std::vector<std::int64_t> widths{};      // fixed width: characters of each column
    std::optional<std::string> records{};    // XML: the element that repeats
    std::optional<std::string> members{};    // archives: the members to read
};

Result<Format> format_of(const Found& file, const Told& told);
// zip and tar, by the file's ending; a workbook is none.
bool is_archive(const Found& file);
// The members as files of their own in `folder`, by name; `name` of each is <archive>/<member>. EXT101 when none is wanted.
Result<std::vector<Found>> unpack_members(
    const Found& archive, const Told& told, const std::string& folder);

// By `compression`, else by the first bytes.
Result<Packing> packing_of(const Found& file, const Told& told);

struct CsvShape {
    Encoding encoding = Encoding::utf8;
    Packing packing = Packing::none;
    char delimiter = ',';
    char quote = '"';  // '\0': none
    bool header = true;
    bool carriage_returns = false;  // records end with CR alone
    bool is_regular = true;         // UTF-8 and one kind of line end, as far as was looked
    std::vector<std::string>
        names;  // unique without regard to case; empty when there is no record at all
    bool same_layout(const CsvShape& other) const {
        return packing == other.packing && delimiter == other.delimiter && quote == other.quote &&
               header == other.header && names == other.names;
    }
};

// Looks at the first part of the file. EXT102 when it cannot be read or unpacked, EXT103 for an unusable option.
Result<CsvShape> shape_of_csv(const Found& file, const Told& told);

struct CsvInput {
    Found file;
    CsvShape shape;
};

struct TidyOrder {
    std::string folder;                // where tidy.csv, rejects.csv and scratch files go; exists
    std::vector<std::string> names{};  // columns to write, by name; those of the inputs when empty
    bool keep_empty = false;           // an empty field is empty text
};

// What a column of JSON or XML holds: bits.
namespace holds {
inline constexpr unsigned text = 1, number = 2, boolean = 4, other = 8;
}  // namespace holds

// Rows that are read where they stand, as often as needed.
class Rows {
public:
    virtual ~Rows() = default;
    // Some of the columns, as VARCHAR (of what is no text: as it is written), or BIGINT, DOUBLE, BOOLEAN where they
    // hold nothing else; and `_ingot_input` (index) and `_ingot_line`, BIGINT. The feed may outlive this.
    virtual std::shared_ptr<const RowFeed> feed(Columns columns) const = 0;
};

// tidy.csv: UTF-8, LF, `_ingot_input` (index), `_ingot_line`, then the columns; NULL is an empty field, text is quoted.
// rejects.csv: _ingot_input, line, text, reason, all quoted.
struct Tidied {
    std::string rows_path;  // empty: `rows_in_place`
    std::shared_ptr<const Rows> rows_in_place{};
    std::string rejects_path;
    std::vector<std::string> names;
    std::vector<unsigned> holds;  // JSON and XML only: what each column holds
    // JSON only: of each column's numbers, the type that changes none of their values, else VARCHAR. 1 and 1.0 are one.
    std::vector<std::string> number_types{};
    bool text_says_no_type = false;  // XML: text is all there is, as in CSV
    std::int64_t rows = 0;
    std::int64_t padded = 0;
    std::int64_t rejected = 0;
    std::int64_t longest = 0;  // bytes of the longest row written
};

Result<Tidied> tidy_csv(const std::vector<CsvInput>& inputs, const TidyOrder& order);
// Lists, objects, values one after another, or a mixture of files of these. A list that does not parse is EXT102; a line
// of JSON lines that does not parse is a reject.
// No tidy CSV: rows_in_place.
Result<Tidied> tidy_json(const std::vector<Found>& files, const Told& told, const TidyOrder& order);
// Attributes are columns named _<attribute>, children are columns; what is nested or repeated is JSON. XML that is not
// well-formed is EXT102, a path that leads nowhere EXT103.
Result<Tidied> tidy_xml(const std::vector<Found>& files, const Told& told, const TidyOrder& order);
// Lines cut by `widths`, blanks around values taken off. A line with more than the widths is a reject.
Result<Tidied> tidy_fixed(
    const std::vector<Found>& files, const Told& told, const TidyOrder& order);

}  // namespace ingot::file
