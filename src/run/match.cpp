#include "run/match.h"

#include "medallion/match/match.h"
#include "medallion/silver/spec.h"

namespace ingot::run {

namespace {

class Matching {
public:
    Matching(engine::Session& session, const Node& node, const match::Statements& statements)
        : session_(session), node_(node), spec_(*node.dataset.silver()->dedupe), is_(statements) {}

    Result<Matched> run() {
        TRY(read_blocks());
        TRY(execute(TRY(is_.records())));
        TRY(refuse_repeated());
        TRY(refuse_wide());
        TRY(execute(TRY(is_.pairs())));
        const auto weights = match::learn(TRY(observed()));
        TRY(execute(TRY(is_.links(weights))));
        TRY(execute(sql::Fragment::of("DROP TABLE _ingot_pairs")));
        TRY(cluster());
        const auto before = TRY(records());
        TRY(execute(TRY(is_.survivors())));
        return Matched{.merged = before - TRY(records()),
            .listed = is_.listed(weights),
            .warnings = TRY(silent())};
    }

private:
    Status execute(const sql::Fragment& statement) {
        auto done = session_.execute(statement.text());
        if (!done)
            return std::unexpected(
                Error(done.error()).during(node_.dataset.name.text() + ": dedupe"));
        return {};
    }

    Result<std::int64_t> records() {
        const auto rows =
            TRY(session_.query("SELECT count(*) FROM checked WHERE _ingot_verdict = 0"));
        return rows.integer(0, 0);
    }

    // Expressions are asked one by one, so that a mistake is told at its place.
    Status read_blocks() {
        const auto ask = [&](const config::Spanned<std::string>& expression) -> Status {
            const auto type = session_.describe("SELECT (" + expression.value + "\n) FROM checked");
            if (type) return {};
            auto error = type.error();
            error.where = expression.span;
            return std::unexpected(std::move(error).during("dedupe"));
        };
        for (const auto& block : spec_.block)
            for (const auto& part : block) TRY(ask(part));
        for (const auto& [name, compare] : spec_.compare)
            if (compare.value.value) TRY(ask(*compare.value.value));
        return {};
    }

    Status refuse_repeated() {
        const auto rows = TRY(session_.query(is_.repeated().text()));
        if (rows.rows.empty()) return {};
        std::string found;
        for (std::size_t i = 0; i < rows.rows.size(); ++i)
            found += (i ? ", " : "") + (rows.rows[i][0] ? *rows.rows[i][0] : "NULL") + " (" +
                     rows.text(i, 1) + " rows)";
        return fail("QUAL106",
            node_.dataset.name.text() +
                ": dedupe: records does not tell the records apart: " + found +
                "; nothing was published. Read a table with one row a record, such as a "
                "silver table with history: latest",
            spec_.records.front().span);
    }

    Status refuse_wide() {
        const auto rows = TRY(session_.query(is_.widest().text()));
        for (std::size_t i = 0; i < rows.rows.size(); ++i)
            if (rows.integer(i, 1) > spec_.max_pairs)
                return fail("QUAL107",
                    node_.dataset.name.text() + ": dedupe: this block would compare " +
                        rows.text(i, 1) + " pairs, more than max_pairs " +
                        std::to_string(spec_.max_pairs) + "; " + rows.text(i, 3) +
                        " records have " + rows.text(i, 2) + " in common. Add a column to it",
                    spec_.block[static_cast<std::size_t>(rows.integer(i, 0))].front().span);
        return {};
    }

    // A comparison that never has a value is a mistake more often than not: text that is no date for `days`, say.
    Result<std::vector<std::string>> silent() {
        std::vector<std::string> out;
        const auto counts = TRY(session_.query(is_.values().text()));
        const auto names = is_.names();
        for (std::size_t i = 0; i < names.size(); ++i)
            if (counts.integer(0, 0) > 0 && counts.integer(0, i + 1) == 0)
                out.push_back("QUAL113 dedupe: no record has a value for the comparison " +
                              names[i] + " that it can read; give it one with value:");
        return out;
    }

    Result<std::vector<match::Pattern>> patterns(const std::string& query) {
        const auto rows = TRY(session_.query(query));
        std::vector<match::Pattern> out;
        for (std::size_t i = 0; i < rows.rows.size(); ++i)
            out.push_back(is_.pattern(static_cast<std::uint64_t>(rows.integer(i, 0)),
                rows.integer(i, 1), static_cast<double>(rows.integer(i, 2))));
        return out;
    }

    Result<match::Observed> observed() {
        auto out = is_.observed();
        out.random = TRY(patterns(TRY(is_.random()).text()));
        TRY(execute(sql::Fragment::of("DROP TABLE _ingot_sample")));
        out.candidates = TRY(patterns(is_.patterns().text()));
        const auto all = TRY(session_.query(is_.all_pairs().text()));
        out.all_pairs = all.rows.empty() ? 0 : static_cast<double>(all.integer(0, 0));
        return out;
    }

    Status cluster() {
        TRY(execute(is_.first_clusters()));
        while (TRY(session_.query(is_.moved().text())).integer(0, 0) > 0)
            TRY(execute(is_.next_clusters()));
        return {};
    }

    engine::Session& session_;
    const Node& node_;
    const DedupeSpec& spec_;
    const match::Statements& is_;
};

}  // namespace

Result<Columns> columns_of_history(const Node& node, const Incoming& incoming) {
    const auto& dedupe = node.dataset.silver()->dedupe;
    if (!dedupe) return incoming.columns;
    TRY(match::Statements::make(*dedupe, incoming.columns));
    return match::clustered(*dedupe, incoming.columns);
}

std::vector<std::string> rules_of_records(const Node& node) {
    std::vector<std::string> names;
    const auto* silver = node.dataset.silver();
    if (silver && silver->dedupe)
        for (const auto& column : silver->dedupe->records)
            names.push_back("record " + column.value);
    return names;
}

Result<Matched> match_rows(engine::Session& session, const Node& node, const Columns& model) {
    const auto& dedupe = node.dataset.silver()->dedupe;
    if (!dedupe) return Matched{};
    return Matching(session, node, TRY(match::Statements::make(*dedupe, model))).run();
}

}  // namespace ingot::run
