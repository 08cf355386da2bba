// The one table of diagnostic codes: what went wrong, which exit status it asks for, what to do.
// Numbers below 100 are the foundry's and keep its meaning; ours start at 100 in each family.
#include <algorithm>
#include <array>

#include "base/code.h"

namespace ingot {

namespace {

// One row a code, as it stands: laid out as a whole, each new row would move all others.
// clang-format off
constexpr auto rows = std::to_array<CodeEntry>({
    // CFG: the author's files
    {"CFG001", 1, "platform.bronze.output_dir is deprecated",
        "Write platform.bronze.local_path. `ingot doctor FILE --fix` does it, keeping comments."},
    {"CFG002", 1, "source.api.url is deprecated",
        "Write source.api.base_url. `ingot doctor FILE --fix` does it, keeping comments."},
    {"CFG003", 1, "source.api.endpoint is missing",
        "It is taken for /. Write endpoint: / where that is meant. `ingot doctor FILE --fix` does it."},
    {"CFG004", 1, "config_version is missing",
        "It is taken for 1. Write config_version: 1 at the top. `ingot doctor FILE --fix` does it."},
    {"CFG100", 1, "no project here",
        "ingot looks for ingot.yml in this folder and its parents. Create one with `ingot init`, or name the folder with --project-dir."},
    {"CFG101", 1, "unknown option",
        "The key is not one of those that stand at this place. `ingot schema` and docs/reference list them all; the message suggests the nearest."},
    {"CFG102", 1, "wrong type",
        "The value has another type than the option takes, for example a mapping where a list of names is expected."},
    {"CFG103", 1, "missing option",
        "An option that has no default is not set here or in any of the places it could be inherited from."},
    {"CFG104", 1, "not one of the allowed values",
        "The option takes one of a fixed set of words; the message lists them."},
    {"CFG105", 1, "variable is not set",
        "${NAME} is looked up in --vars, the environment, the .env file beside ingot.yml, and vars: of the target and the project. Set it in one of them or write ${NAME:-default}."},
    {"CFG106", 1, "the file is not valid YAML",
        "The YAML reader stopped here. Check indentation, quotes and brackets near the place."},
    {"CFG107", 1, "a key stands twice",
        "The same key is written twice in one mapping; YAML would silently keep one. Remove one."},
    {"CFG108", 1, "options contradict each other",
        "Two options of one dataset cannot hold together; the message names both and says why."},
    {"CFG109", 1, "unknown target", "The target is not one of targets: in ingot.yml."},
    {"CFG110", 1, "a file could not be read",
        "The file exists in the project but cannot be read as text: check its permissions and encoding (UTF-8)."},
    {"CFG111", 1, "unknown decorator",
        "A comment line above the SELECT starts with @ and a word that is not a decorator."},
    {"CFG112", 1, "decorator arguments are not a YAML mapping",
        "Arguments are a YAML flow mapping without its braces: -- @silver(keys: [id], history: scd2)."},
    {"CFG113", 1, "this kind is not supported here",
        "The value is valid in the surface but this build has no implementation for it."},
    {"CFG115", 1, "an expression is not JMESPath",
        "The message names the character where reading stopped. The language: https://jmespath.org/specification.html"},
    // PRJ: names and references between datasets
    {"PRJ101", 1, "two datasets have the same name",
        "A dataset is named layer.name; the name is the file's stem unless name: says otherwise. Rename one."},
    {"PRJ102", 1, "unknown dataset",
        "The SQL or from: names a dataset that no file of the project defines."},
    {"PRJ103", 1, "datasets depend on each other in a circle",
        "Break the circle: one of the named references has to go."},
    {"PRJ104", 1, "two datasets write the same table",
        "Two datasets would publish into the same folder. Give one another name, domain or version."},
    {"PRJ105", 1, "a layer reads a layer above it",
        "Bronze reads sources, silver reads bronze and silver, gold reads silver, bronze and gold."},
    {"PRJ106", 1, "unknown column",
        "The dataset has no column of this name; the message lists near ones."},
    {"PRJ107", 1, "a dataset has no body",
        "A silver or gold dataset needs a SELECT, from: or sql:."},
    {"PRJ108", 1, "selection matches nothing",
        "No dataset of the project fits the selection; `ingot ls` shows all names."},
    {"PRJ109", 1, "the selection is not understood",
        "Selection: name, layer.name, +x, x+, 2+x+1, @x, wildcards, layer:, tag:, path:, owner:, source:, state:, result:; space is union, comma is intersection."},
    {"PRJ110", 1, "not a usable name",
        "Names become folders and tables: letters, digits, _ and -, with dots inside."},
    {"PRJ111", 1, "a dataset reads one that is disabled",
        "The table it reads is not built any more; what stands of it may be old or missing."},
    // SQL: the author's SQL
    {"SQL101", 1, "the SQL does not parse", "The engine's parser stopped at the place shown."},
    {"SQL102", 1, "a model is not one SELECT",
        "A model file holds exactly one SELECT statement below its decorators."},
    {"SQL103", 1, "the SQL does not bind",
        "The engine could not resolve a name or type in the SELECT against its inputs."},
    // EXT, AUTH: getting rows from sources
    {"EXT001", 2, "extraction failed",
        "The source could not be read; the message carries the cause. Mend it there, or what the file says about it, and run again: what landed before stands."},
    {"EXT101", 2, "no file for this date",
        "No file matches the table's path for the logical date. Check the path and --date, or set missing: skip."},
    {"EXT102", 2, "the file cannot be read",
        "The file is not of the declared format, or is damaged. Nothing of it was landed."},
    {"EXT103", 2, "the file needs other options",
        "The reader needs an option that says how to read it (delimiter, encoding, names …)."},
    {"EXT104", 2, "the response is not what the configuration expects",
        "A request succeeded, but its body is not JSON, or not of the shape that records:, paginate: or response_schema: describe. The message says which; look at the response with a plain HTTP client."},
    {"PAGE001", 2, "pagination failed",
        "The pages of an endpoint do not come to an end, or say something that cannot be followed: a repeated token, page or link, a total that is no number. Nothing was landed; check paginate:."},
    {"RETRY001", 2, "a request failed each time it was tried",
        "The source was unreachable, slow, or answered with 429 or 5xx until the attempts were used up (retry:), or its circuit breaker is open. What was fetched before is kept: run again."},
    {"EXT130", 2, "the program failed",
        "The program of a process source could not be started, or ended with another exit code than 0. Nothing of what it printed was landed; the message ends with its log. Run it by hand, in the folder and with the arguments of the connection."},
    {"EXT131", 2, "the program took too long",
        "The program of a process source ran into the timeout: of its connection, and was ended with everything it had started. Nothing was landed."},
    {"EXT132", 2, "the program's output is not what its protocol says",
        "A line that should be a message of Singer is none, or is of a kind that is not read. Nothing was landed; run the program by hand and look at the line that the message names."},
    {"EXT133", 2, "the source breaks the table's contract",
        "The source shows a column, a type or a record that contract: says must not come (freeze). Nothing of the slice was landed. Change the source back, or the contract."},
    {"AUTH001", 1, "credential is missing or refused",
        "A credential that the source needs is not set, or the source refused it. Set the variable or the file that the message names; where the source refused it, correct it, or ask for the right."},
    // STG, STATE: storage and what earlier runs left
    {"STG001", 3, "storage failed",
        "A read or write of the warehouse failed; the message carries the system's words."},
    {"STG101", 3, "the table asks for features this build lacks",
        "The Delta table's protocol names features that are not supported; ingot never writes over what it cannot read."},
    {"STG102", 3, "another writer won",
        "Another process committed the same slice first. Run again."},
    {"STG103", 3, "a table's log is damaged",
        "A commit file of the table cannot be read. `ingot state verify` lists what is wrong."},
    {"STG104", 3, "the store refuses the credentials",
        "The object store knows neither the key, or it does not allow what was asked for, or the credentials ran out. The message holds the store's words; `ingot doctor` tells where credentials come from."},
    {"STG105", 3, "the store cannot be opened",
        "The URL is of no known kind, the settings under storage: do not fit the store, or this build has no object stores."},
    {"STG106", 3, "what stood then is gone",
        "Files or logs of old versions are removed after their retention (7 days), and bronze keeps no versions of a slice. Ask for a later run: `ingot state show` lists them."},
    {"STATE001", 3, "state failed", "What earlier runs left could not be read or written."},
    {"STATE101", 3, "another run holds this dataset",
        "A live process holds the lease; the message names it. Wait for it, or check with `ingot state show`."},
    {"STATE102", 3, "the lease was lost",
        "This run was paused past its lease and another took over; nothing was published by it."},
    {"STATE103", 3, "what stands does not verify",
        "A file named by a table or a checksum manifest is missing or different. `ingot state repair` mends what can be derived again."},
    // QUAL: rules
    {"QUAL001", 4, "a rule failed",
        "An expectation with on_fail: fail was not met; nothing was published."},
    {"QUAL101", 4, "rows do not reconcile",
        "in = out + quarantined + dropped does not hold; this is a defect of ingot or of the disk. Nothing was published."},
    {"QUAL102", 4, "a full load lacks too many keys",
        "More keys vanished than max_delete_fraction allows, so the load looks truncated and was not applied. Check the source; raise max_delete_fraction if it is right."},
    {"QUAL103", 4, "history is not consistent",
        "An invariant of the table (no overlap, one current row) does not hold; nothing was published."},
    {"QUAL104", 4, "a column is new and the schema is strict",
        "schema: strict refuses columns that the standing table lacks. Use schema: additive or name the columns."},
    {"QUAL105", 4, "a column changed its type",
        "The column's type differs from the standing table's. Cast it in the model, or rebuild with --full-refresh."},
    {"QUAL106", 4, "records cannot be told apart",
        "Name more columns under dedupe: records, or read a table with one row a record."},
    {"QUAL107", 4, "a block is too wide",
        "Add a column to this list of dedupe: block, make the frequent value NULL, or raise max_pairs."},
    {"QUAL108", 4, "too many rows are quarantined",
        "More rows of one run would be set aside than fail_above of quarantine: allows. Look at the source; raise the limit if it is right."},
    {"QUAL109", 4, "a partition value has no folder of its own",
        "Empty text and '__HIVE_DEFAULT_PARTITION__' in a column of partition_by would read as NULL. Clean the column, or quarantine such rows by a rule."},
    // ENG, RUN: execution
    {"ENG101", 5, "the engine refused a statement",
        "The engine's message says why; `ingot compile` shows the statement."},
    {"ENG102", 5, "the engine could not be started",
        "The engine library beside the program cannot be loaded; reinstall, or check lib/."},
    {"ENG103", 5, "the engine ran out of memory",
        "Raise --memory or lower --threads; larger-than-memory steps spill to the warehouse's _ingot/tmp."},
    {"RUN101", 5, "a step failed", "See the step's own message."},
    {"RUN102", 130, "interrupted",
        "The run was interrupted; what was published stands, the next run goes on from there."},
    {"RUN103", 1, "no run of that name has ended",
        "The warehouse knows no such run, or it is still under way. `ingot state show` lists the runs."},
    // USE: the command line
    {"USE101", 64, "the command line is not understood",
        "`ingot --help` and `ingot COMMAND --help` list commands and options."},
    {"BUG001", 5, "ingot is wrong",
        "An invariant inside ingot does not hold. Please report it with the message."},
});
// clang-format on

}  // namespace

std::span<const CodeEntry> code_table() { return rows; }

const CodeEntry& Code::entry() const {
    const auto found = std::ranges::find(rows, id_, &CodeEntry::id);
    return found == rows.end() ? *std::ranges::find(rows, "BUG001", &CodeEntry::id) : *found;
}

}  // namespace ingot
