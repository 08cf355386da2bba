// Programs as sources: one is started for a table, and what it prints are the rows.
#include <array>
#include <filesystem>

#include "config/bind.h"
#include "platform/connector/connector.h"
#include "platform/connector/process/memory_file.h"
#include "platform/connector/process/output.h"
#include "platform/connector/process/program.h"
#include "platform/connector/process/singer.h"
#include "platform/secret/secret.h"
#include "sql/dialect.h"

namespace ingot::process {

inline constexpr std::array protocol_choices{config::Choice{"detect", 0},
    config::Choice{"jsonl", 1}, config::Choice{"singer", 2}, config::Choice{"arrow", 3}};
constexpr std::span<const config::Choice> choices(config::Of<Protocol>) { return protocol_choices; }

}  // namespace ingot::process

namespace ingot::connector {

namespace {

using process::Protocol;

struct Extractor {
    config::Spanned<std::string> module;
    config::Spanned<std::string> class_name;
};

constexpr auto describe(config::Of<Extractor>) {
    using config::field;
    return config::record("extractor",
        "A Python class without arguments whose fetch_records(config, run_date) returns a list of records and a cursor or None.",
        field("module", &Extractor::module, "The module, found from the folder and PYTHONPATH.")
            .required(),
        field("class_name", &Extractor::class_name, "The class in it.").required());
}

struct ProcessConnection {
    std::string type;
    std::vector<config::Spanned<std::string>> command;
    std::optional<config::Spanned<std::string>> shell;
    std::optional<Extractor> extractor;
    std::string python = "python3";
    Protocol protocol = Protocol::detect;
    std::string folder;
    config::Named<config::Spanned<std::string>> env;
    std::optional<config::Spanned<std::string>> timeout;
    config::Value config;
    config::Value catalog;
    std::string catalog_option = "--catalog";
    bool discover = false;
};

constexpr auto describe(config::Of<ProcessConnection>) {
    using config::field;
    return config::record("process connection",
        "A program that prints rows on stdout. It runs once for each table; its stderr is the log, its exit code the verdict.",
        field("type", &ProcessConnection::type, "process."),
        field("command", &ProcessConnection::command,
            "The program and its arguments; {date} is the logical date. No shell reads it.")
            .example("[tap-csv]"),
        field("shell", &ProcessConnection::shell,
            "Instead of command: a line for sh, with everything that a shell does to it."),
        field("extractor", &ProcessConnection::extractor,
            "Instead of command: a Python class, as the foundry's custom_extractor."),
        field("python", &ProcessConnection::python, "What runs the extractor."),
        field("protocol", &ProcessConnection::protocol,
            "What it prints: jsonl (a JSON value a line), singer (messages) or arrow (Arrow IPC, its stream format); detect looks at how it begins."),
        field("folder", &ProcessConnection::folder,
            "Where the program starts, relative to the project; default: the project."),
        field("env", &ProcessConnection::env,
            "Variables for the program, beside those of this process. May be secrets.")
            .example("{API_TOKEN: \"secret://env/TOKEN\"}"),
        field("timeout", &ProcessConnection::timeout,
            "The program is ended when it takes longer, and nothing is landed; default: never.")
            .example("1h"),
        field("config", &ProcessConnection::config,
            "Handed to the program as a JSON file, --config FILE; to an extractor as its config. May hold secrets: the file has no place on any disk."),
        field("catalog", &ProcessConnection::catalog,
            "Singer: the catalog, as a file or a mapping; handed over as a file."),
        field("catalog_option", &ProcessConnection::catalog_option,
            "Singer: how the catalog is handed over; older taps take --properties."),
        field("discover", &ProcessConnection::discover,
            "Singer: ask the program itself for the catalog (--discover) and select the table's stream in it."));
}

struct ProcessTable {
    std::optional<std::string> stream;
    std::vector<std::string> arguments;
};

constexpr auto describe(config::Of<ProcessTable>) {
    using config::field;
    return config::record("process table", "What one table takes of a program.",
        field("stream", &ProcessTable::stream, "Singer: the stream; default: the table's name."),
        field("arguments", &ProcessTable::arguments, "More arguments for the command.")
            .example("[--table, orders]"));
}

namespace fs = std::filesystem;

Result<std::string> revealed_at(
    const std::string& text, const Span& span, const std::string& root) {
    auto secret = secret::reveal(text, root);
    if (!secret) return std::unexpected(Error(secret.error()).at(span));
    return secret;
}

Result<config::Value> revealed(config::Value value, const std::string& root) {
    if (auto* text = std::get_if<std::string>(&value.data))
        if (secret::is_reference(*text)) *text = TRY(revealed_at(*text, value.span, root));
    if (auto* map = value.map())
        for (auto& entry : *map) entry.value = TRY(revealed(std::move(entry.value), root));
    if (auto* list = value.list())
        for (auto& item : *list) item = TRY(revealed(std::move(item), root));
    return value;
}

std::string tail_of(const std::string& log) {
    constexpr std::size_t shown = 1500;
    auto text = log.size() > shown ? "…" + log.substr(log.size() - shown) : log;
    while (text.ends_with('\n')) text.pop_back();
    return text.empty() ? "; it wrote nothing to stderr" : "; its log ends with:\n" + text;
}

class ProcessSource final : public Source {
public:
    explicit ProcessSource(Settings settings) : settings_(std::move(settings)) {
        Diagnostics checked_before;
        connection_ = config::bind<ProcessConnection>(settings_.connection, checked_before);
        table_ = config::bind<ProcessTable>(settings_.table, checked_before);
        stream_ = table_.stream.value_or(settings_.name.value);
    }

    Result<Fetched> fetch(const FetchOrder& order) override {
        auto fetched = run(order);
        if (fetched) return fetched;
        return std::unexpected(Error(fetched.error()).at(place_of(fetched.error())));
    }

    Result<std::string> reach(const FetchOrder& order) override {
        auto reached = installed(order);
        if (reached) return reached;
        return std::unexpected(Error(reached.error()).at(place_of(reached.error())));
    }

private:
    // What the author wrote of the program that an error is about.
    Span place_of(const Error& error) const {
        if (error.code.id() == "EXT131" && connection_.timeout) return connection_.timeout->span;
        if (connection_.shell) return connection_.shell->span;
        if (connection_.extractor) return connection_.extractor->module.span;
        return connection_.command.empty() ? settings_.connection.span
                                           : connection_.command.front().span;
    }

    Result<Fetched> run(const FetchOrder& order) {
        auto program = TRY(program_for(order));
        TRY(add_files(program, order));
        // What an earlier attempt printed is no beginning of what this one will.
        const auto path = order.folder + "/_rows.jsonl";
        const file::Found rows{.path = path, .name = settings_.system + "." + settings_.name.value};
        auto output = TRY(process::Output::open({.path = path,
            .stream = stream_,
            .protocol = protocol(),
            .arrived = [&](std::int64_t size, const Columns& types) {
                auto grown = rows;
                grown.size = size;
                order.arrived(grown, types);
            }}));
        const auto ended = TRY(process::run(
            program, {.output = [&](std::string_view bytes) { return output.take(bytes); },
                         .stopped = order.stopped}));
        if (!ended.why_bad.empty())
            return fail("EXT130",
                program.command.front() + " ended with " + ended.why_bad + tail_of(ended.log));
        TRY(output.finish());
        if (output.protocol() == Protocol::arrow)
            return Fetched{.rows = TRY(arrow_rows(order, path)), .position = order.position};
        FetchedFiles files{.files = {}, .format = "jsonl", .types = output.types()};
        std::error_code ignored;
        files.files.push_back(rows);
        files.files.back().size = static_cast<std::int64_t>(fs::file_size(path, ignored));
        return Fetched{.rows = std::move(files),
            .position = output.state().empty() ? order.position : output.state(),
            .warnings = output.warnings()};
    }

    // It is not started: what it would do then only it knows.
    Result<std::string> installed(const FetchOrder& order) {
        const auto program = TRY(program_for(order));
        if (has_config()) TRY(revealed(connection_.config, settings_.root));
        const auto found = process::found(program);
        if (found.empty())
            return fail("EXT130",
                "there is no program '" + program.command.front() + "' that could be started");
        return found + ", which is not started";
    }

    // Typed by the program. What Parquet would round (times within a day of nanoseconds, intervals) lands as text.
    Result<Relation> arrow_rows(const FetchOrder& order, const std::string& path) const {
        const auto& d = sql::duckdb();
        const auto rows =
            sql::Fragment::of("read_arrow_stream(") + d.literal(path) + sql::Fragment::of(")");
        const auto there = order.ask("DESCRIBE FROM " + rows.text());
        if (!there)
            return fail("EXT132",
                "what the program printed is no stream of Arrow: " + there.error().message);
        std::vector<sql::Fragment> columns;
        for (const auto& row : there->rows) {
            const auto name = d.identifier(row.at(0).value_or(""));
            const auto type = row.at(1).value_or("");
            const bool is_lost = type.contains("INTERVAL") || type.contains("TIME_NS");
            const bool is_simple = type == "INTERVAL" || type == "TIME_NS";
            if (is_lost && !is_simple)
                return fail(
                    "EXT132", "column " + row[0].value_or("") + " is " + type +
                                  ", in which bronze would lose digits; print them as text");
            columns.push_back(is_lost ? sql::Fragment::of("CAST(") + name +
                                            sql::Fragment::of(" AS VARCHAR) AS ") + name
                                      : name);
        }
        return Relation{.select = sql::Fragment::of("SELECT ") +
                                  sql::join(columns, sql::Fragment::of(", ")) +
                                  sql::Fragment::of(" FROM ") + rows};
    }

    Protocol protocol() const {
        if (connection_.extractor) return Protocol::singer;
        return connection_.protocol;
    }

    bool has_config() const { return !connection_.config.is_null(); }

    Result<process::Program> program_for(const FetchOrder& order) const {
        process::Program program;
        const auto date = to_string(order.date);
        if (connection_.shell) {
            program.command = {"sh", "-c", with_date(connection_.shell->value, date)};
            program.command.emplace_back("sh");
        } else if (connection_.extractor) {
            program.command = {connection_.python, TRY(shim()), connection_.extractor->module.value,
                connection_.extractor->class_name.value, date};
        }
        for (const auto& word : connection_.command)
            program.command.push_back(with_date(word.value, date));
        for (const auto& word : table_.arguments) program.command.push_back(with_date(word, date));
        program.folder =
            (fs::path(settings_.root) / connection_.folder).lexically_normal().string();
        program.environment = {{"INGOT_DATE", date}, {"INGOT_SYSTEM", settings_.system},
            {"INGOT_TABLE", settings_.name.value},
            {"INGOT_SINCE", order.since ? order.since->value : ""}};
        for (const auto& [name, value] : connection_.env)
            program.environment.emplace_back(
                name, TRY(revealed_at(value.value, value.span, settings_.root)));
        if (connection_.timeout) program.timeout = parse_duration(connection_.timeout->value);
        return program;
    }

    // Only the logical date: everything else in braces is the program's.
    static std::string with_date(std::string text, const std::string& date) {
        for (auto at = text.find("{date}"); at != std::string::npos; at = text.find("{date}", at))
            text.replace(at, 6, date);
        return text;
    }

    // <prefix>/share/ingot of a program that stands in <prefix>/bin.
    static Result<std::string> shim() {
        std::error_code error;
        const auto program = fs::read_symlink("/proc/self/exe", error);
        auto path = program.parent_path().parent_path() / "share/ingot/extractor.py";
        if (!error && fs::exists(path, error)) return path.string();
        return fail(
            "EXT130", "the part of ingot that runs extractors is missing: " + path.string());
    }

    Status add_files(process::Program& program, const FetchOrder& order) {
        if (has_config()) {
            const auto value = TRY(revealed(connection_.config, settings_.root));
            TRY(add_file(program, "--config", config::to_json(value)));
        }
        if (connection_.discover)
            TRY(add_file(program, connection_.catalog_option, TRY(discovered(program, order))));
        else if (!connection_.catalog.is_null())
            TRY(add_catalog(program));
        if (!order.position.empty()) TRY(add_file(program, "--state", order.position));
        return {};
    }

    Status add_file(process::Program& program, const std::string& option, const std::string& text) {
        files_.push_back(TRY(process::MemoryFile::with(text)));
        program.command.push_back(option);
        program.command.push_back(files_.back().path());
        return {};
    }

    Status add_catalog(process::Program& program) {
        if (connection_.catalog.map())
            return add_file(
                program, connection_.catalog_option, config::to_json(connection_.catalog));
        program.command.push_back(connection_.catalog_option);
        program.command.push_back((fs::path(settings_.root) / connection_.catalog.raw).string());
        return {};
    }

    Result<std::string> discovered(process::Program program, const FetchOrder& order) {
        program.command.emplace_back("--discover");
        std::string catalog;
        const auto ended = TRY(process::run(program,
            {.output = [&](std::string_view bytes) -> Status {
                 catalog += bytes;
                 if (catalog.size() <= std::size_t{256} << 20U) return {};
                 return fail("EXT132", "--discover printed more than 256 MB; that is no catalog");
             },
                .stopped = order.stopped}));
        if (!ended.why_bad.empty())
            return fail("EXT130", program.command.front() + " --discover ended with " +
                                      ended.why_bad + tail_of(ended.log));
        return process::catalog_with(catalog, stream_);
    }

    Settings settings_;
    ProcessConnection connection_;
    ProcessTable table_;
    std::string stream_;
    std::vector<process::MemoryFile> files_;
};

void refuse_secrets_among(const config::Value* words, Diagnostics& diagnostics) {
    if (!words || !words->list()) return;
    for (const auto& word : *words->list())
        if (word.text() && secret::is_reference(*word.text()))
            diagnostics.error("CFG102",
                "everybody on this machine sees a program's arguments, so they hold no secrets; write it into "
                "env: and let the program take it from there",
                word.span);
}

void check(const Settings& settings, Diagnostics& diagnostics) {
    refuse_secrets_among(settings.connection.find("command"), diagnostics);
    refuse_secrets_among(settings.table.find("arguments"), diagnostics);
    Diagnostics checked_before;
    const auto connection = config::bind<ProcessConnection>(settings.connection, checked_before);
    const int ways = (connection.command.empty() ? 0 : 1) + (connection.shell ? 1 : 0) +
                     (connection.extractor ? 1 : 0);
    constexpr const char* one_of =
        "a connection of type process has one of command: [..], shell: and extractor:";
    if (ways == 0) diagnostics.error("CFG103", one_of, settings.connection.span);
    if (ways > 1) diagnostics.error("CFG108", one_of, settings.connection.span);
    if (connection.timeout && !parse_duration(connection.timeout->value))
        diagnostics.error("CFG104",
            "timeout: is a duration (90s, 15m, 1h), not '" + connection.timeout->value + "'",
            connection.timeout->span);
    if (!connection.config.is_null() && !connection.config.map())
        diagnostics.error("CFG102", "expected a mapping for config", connection.config.span);
    if (connection.discover && !connection.catalog.is_null())
        diagnostics.error("CFG108", "discover: and catalog: both give the catalog; keep one",
            connection.catalog.span);
}

}  // namespace

extern const Kind process_kind;
const Kind process_kind{.name = "process",
    .doc = "Programs that print JSON lines, Arrow IPC or Singer messages.",
    .connection = options_of<ProcessConnection>(),
    .table = options_of<ProcessTable>(),
    .check = &check,
    .open = [](Settings settings) -> std::unique_ptr<Source> {
        return std::make_unique<ProcessSource>(std::move(settings));
    }};

}  // namespace ingot::connector
