#pragma once
// One bronze, silver, gold or snapshot table of a project, with everything its author said about it.
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/value.h"
#include "data/dataset_name.h"
#include "medallion/bronze/spec.h"
#include "medallion/gold/spec.h"
#include "medallion/quality/spec.h"
#include "medallion/silver/spec.h"
#include "platform/connector/connector.h"

namespace ingot {

struct BronzeDataset {
    std::string system;
    ConnectionSpec connection;
    TableSpec table;
    const connector::Kind* kind = nullptr;  // nullptr: files
    config::Value reach{};                  // the connection as written, for `kind`
    config::Value own{};                    // the table's options that are the kind's own
};

// What a kind that is no file needs to open the table's source.
connector::Settings settings_of(const BronzeDataset& bronze, const std::string& project_root);

using Rules = config::Named<config::Spanned<RuleSpec>>;

// A SELECT as its author wrote it, and where its first line stands, so that an engine's error finds its place.
struct Body {
    std::string sql;
    Span span;
    int indent = 0;  // columns that stand before every later line in the file (sql: | in YAML)
    bool is_from = false;  // made of `from:`, so that every place in it is the place of that value
};

// The place in the author's file of a line and column (from 1) in the body's text.
inline Span place_in(const Body& body, int line, int column) {
    if (line <= 0 || body.is_from) return body.span;
    if (line == 1) return {body.span.file, body.span.line, body.span.column + column - 1};
    return {body.span.file, body.span.line + line - 1, body.indent + column};
}

struct Dataset {
    DatasetName name;
    std::variant<BronzeDataset, SilverSpec, GoldSpec> spec;
    std::optional<Body> body;  // silver and gold; `from:` becomes SELECT * FROM it
    Rules rules;
    std::optional<std::string> owner;
    std::vector<std::string> tags;
    std::optional<std::string> description;
    bool disabled = false;
    std::vector<config::Spanned<std::string>> depends_on;  // declared on top of what the SQL says
    Span origin;                                           // the file that defines it
    std::string file;                                      // relative to the project
    config::Value settings;   // the merged tree with a place for every value: describe --origins
    std::string fingerprint;  // of everything that changes the table's content

    const BronzeDataset* bronze() const { return std::get_if<BronzeDataset>(&spec); }
    const SilverSpec* silver() const { return std::get_if<SilverSpec>(&spec); }
    const GoldSpec* gold() const { return std::get_if<GoldSpec>(&spec); }
};

}  // namespace ingot
