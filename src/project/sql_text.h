#pragma once
// SQL text cut into comments, quoted text and the rest: all that can be said about SQL without parsing it.
#include <string>
#include <string_view>

namespace ingot::project {

enum class SqlPiece { code, quoted, comment };

struct SqlToken {
    SqlPiece piece;
    std::string_view text;  // of the whole text that is read
};

// Reads piece after piece; an empty text at the end. Unclosed quotes and comments reach to the end.
class SqlReader {
public:
    explicit SqlReader(std::string_view sql) : rest_(sql) {}
    SqlToken next();

private:
    std::string_view rest_;
};

// Without trailing comments, white space and semicolons, so that the text can stand in parentheses.
std::string_view without_trailing_noise(std::string_view sql);

// The text without comments, white space outside of quotes made single spaces: equal for texts that differ in layout only.
std::string canonical_sql(std::string_view sql);

}  // namespace ingot::project
