#pragma once
// Which types the text of a CSV slice has: whole numbers, numbers, booleans, else text. This is how the foundry read
// bronze, and silver of its configurations keeps to it; what such a reading loses (leading zeros) is told.
//
// Each look is one row with so many numbers for each column, in order. A sample says what a column could be; all values
// are asked only that one question, and a column that fails is asked the next, weaker one.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sql/dialect.h"

namespace ingot::slice {

enum class TextType { whole, number, boolean, text };

// Texts that stand for "no value".
const std::vector<std::string>& null_texts();

using Names = std::vector<std::string>;
using Numbers = std::span<const std::int64_t>;

inline constexpr std::size_t sample_numbers = 4;
Result<sql::Fragment> look_at_sample(const sql::Fragment& relation, const Names& columns);
TextType likely(Numbers sample);
// Whether the likely type stands once no value contradicts it; of numbers without a point more would have to be asked.
bool is_plain(Numbers sample);

// Values, and those that are not of the type that the column is asked for.
struct Question {
    std::string column;
    TextType type = TextType::whole;
};

// The relation's text, read with '' for "no value" only, as the types of the questions; columns without one stay text.
// A row of which a value is not of its type has true in the column `odd`, and then the answer is to read it all as text.
sql::Fragment read_as(
    const sql::Fragment& relation, const std::vector<Question>& columns, const std::string& odd);
// One row: whether any row is odd, then the number of values of each column.
sql::Fragment look_at_read(
    const sql::Fragment& relation, const Names& columns, const std::string& odd);

inline constexpr std::size_t answer_numbers = 2;
sql::Fragment ask(const sql::Fragment& relation, const std::vector<Question>& questions);
// The type to settle on (then it is the one asked for) or to ask for next.
TextType answered(TextType asked, Numbers answer);

// Of columns that are numbers but not all plain whole ones: whether they are numbers at all, and with a fraction.
inline constexpr std::size_t spelling_numbers = 2;
Result<sql::Fragment> look_at_spelling(const sql::Fragment& relation, const Names& columns);
enum class Spelled { text, fraction, perhaps_whole };
Spelled spelled(Numbers spelling);

inline constexpr std::size_t whole_numbers = 3;
Result<sql::Fragment> look_for_whole(const sql::Fragment& relation, const Names& columns);
struct Whole {
    TextType type = TextType::number;
    std::int64_t leading_zeros = 0;
};
Whole whole(Numbers look);

// The column's text as its type.
sql::Fragment typed(const std::string& column, TextType type);

}  // namespace ingot::slice
