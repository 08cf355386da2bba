#pragma once
// ${NAME}: where its value comes from, and putting it in its place.
#include <string>
#include <string_view>

#include "base/diagnostics.h"
#include "config/describe.h"
#include "config/value.h"

namespace ingot::project {

using NamedText = config::Named<std::string>;

// KEY=VALUE lines as shells and dotenv read them: comments, quotes, `export`. A line that is none is CFG106.
NamedText read_dotenv(std::string_view text, std::string_view file, Diagnostics& diagnostics);

// The places a name is looked up in, strongest first: --vars, the environment, .env, the target's vars, the project's.
class Variables {
public:
    NamedText command_line;
    NamedText dotenv;
    NamedText target;
    NamedText project;

    // Puts values in the place of ${NAME}, ${NAME:default} and ${NAME:-default}; a name without either is CFG105 at
    // `where` and stays as it is.
    std::string expand(std::string_view text, const Span& where, Diagnostics& diagnostics) const;
    // In every text of the tree. A scalar that is one variable as a whole gets the type of what it became.
    void expand(config::Value& value, Diagnostics& diagnostics) const;
    // In SQL, outside of comments; missing names are reported at their line and column.
    std::string expand_sql(std::string_view sql, const Span& start, Diagnostics& diagnostics) const;

private:
    const std::string* find(const std::string& name) const;
    std::string expand(
        std::string_view text, const Span& where, int depth, Diagnostics& diagnostics) const;
};

}  // namespace ingot::project
