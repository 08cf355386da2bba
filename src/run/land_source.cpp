#include "run/land_source.h"

#include <algorithm>
#include <filesystem>
#include <future>

#include "base/content_hash.h"
#include "base/hash.h"
#include "run/cursor.h"
#include "run/land_growing.h"
#include "run/landing.h"
#include "run/slice_writer.h"
#include "run/step.h"
#include "state/slices.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;

// What earlier landings of the dataset left: the last of them says how far it reached.
struct Earlier {
    StandingSlices slices;
    std::optional<CursorValue> reached;
    std::string position;
    std::int64_t landings = 0;
};

void go_on_from(Earlier& earlier, const SliceRecord& record) {
    if (record.number < earlier.landings) return;
    earlier.landings = record.number;
    earlier.reached = record.cursor;
    earlier.position = record.position;
}

// Partitions that the foundry itself wrote say nothing that could be gone on from.
Result<Earlier> earlier_partitions(storage::FileSystem& files, const Node& node) {
    Earlier earlier{};
    for (const auto& found : TRY(state::standing_slices(files, node.folder))) {
        const auto record = read_slice_record(files, found.path);
        if (!record && record.error().code == Code("STATE103")) continue;
        if (!record) return std::unexpected(record.error());
        earlier.slices.insert_or_assign(to_string(found.date), TRY(read_slice(files, found.path)));
        go_on_from(earlier, *record);
    }
    return earlier;
}

Result<Earlier> earlier_landings(storage::FileSystem& files, const Node& node) {
    Earlier earlier{.slices = TRY(standing_slices(files, node)), .reached = {}, .position = {}};
    std::vector<std::string> folders;
    for (const auto& [date, slice] : earlier.slices)
        folders.push_back(slice_folder(node, *parse_date(date)));
    for (const auto& record : TRY(read_slice_records(files, folders))) go_on_from(earlier, record);
    return earlier;
}

class SourceLanding {
public:
    SourceLanding(const LandOrder& order, const SessionOpening& open, storage::FileSystem& files)
        : order_(order),
          open_(open),
          files_(files),
          bronze_(*order.node.dataset.bronze()),
          source_(bronze_.kind->open(settings())) {}

    Result<StepReport> land() {
        earlier_ = TRY(order_.layout.is_foundry ? earlier_partitions(files_, order_.node)
                                                : earlier_landings(files_, order_.node));
        if (order_.full_refresh) earlier_.reached = {}, earlier_.position = {};
        connector::FetchOrder fetching{.date = order_.date, .now = order_.now};
        if (bronze_.table.cursor)
            fetching.since =
                TRY(bound_of(*TRY(session()), *bronze_.table.cursor, earlier_.reached));
        fetching.position = earlier_.position;
        fetching.folder = TRY(prepare_folder(fetching));
        fetching.parent_rows = [this](const auto& columns) { return parent_rows(columns); };
        fetching.stopped = order_.stopped;
        fetching.ask = [this](const auto& statements) -> Result<connector::Answer> {
            auto rows = TRY(TRY(session())->query(statements));
            return connector::Answer{std::move(rows.columns), std::move(rows.rows)};
        };
        GrowingLanding growing({.options = bronze_.table.options,
            .dataset = order_.node.dataset.name.text(),
            .scratch = scratch(),
            .open = [this] { return opened(); }});
        fetching.arrived = [&](const auto& rows, const auto& types) {
            growing.arrived(rows, types);
        };
        auto answer = source_->fetch(fetching);
        if (!answer) TRY(forget_nothing());
        const auto fetched = TRY(std::move(answer));
        growing.complete();
        boundary("after-fetch");
        auto report = TRY(land_rows(fetched, growing));
        report.warnings.insert(
            report.warnings.begin(), fetched.warnings.begin(), fetched.warnings.end());
        TRY(drop_fetched());
        TRY(source_->published(fetched.position));
        return report;
    }

private:
    connector::Settings settings() const {
        auto settings = settings_of(bronze_, order_.manifest.root);
        settings.target = order_.manifest.target_name;
        return settings;
    }

    Result<std::unique_ptr<engine::Session>> opened() const {
        auto session = TRY(open_());
        TRY(use_two_threads(*session));
        return session;
    }
    Result<engine::Session*> session() {
        if (!session_) session_ = TRY(opened());
        return session_.get();
    }

    std::string scratch() const { return files_.url(slice_staging(order_) + "/scratch"); }

    bool is_incremental() const {
        return bronze_.table.cursor.has_value() || !earlier_.position.empty();
    }

    std::string fetching_folder() const {
        return "_ingot/fetching/" + order_.node.dataset.name.text() + "." + to_string(order_.date);
    }

    // To where the run ends by sweeping: what was fetched may be large.
    Status drop_fetched() {
        const auto folder = fetching_folder();
        const auto swept = "_ingot/staging/" + order_.run_id + "/" +
                           fs::path(folder).filename().string() + ".fetched";
        std::error_code error;
        fs::rename(files_.url(folder), files_.url(swept), error);
        return error ? files_.remove(folder) : Status{};
    }

    // A fetch that failed before the first row has left nothing to go on from.
    Status forget_nothing() {
        for (const auto& file : TRY(files_.list(fetching_folder() + "/rows")))
            if (file.size > 0) return {};
        return files_.remove(fetching_folder());
    }

    // What was left by a fetch that asked for something else is of no use.
    Result<std::string> prepare_folder(const connector::FetchOrder& fetching) {
        std::string asked = order_.node.dataset.fingerprint + "\n" + fetching.position + "\n";
        if (fetching.since) asked += fetching.since->type + "\n" + fetching.since->value;
        const auto folder = fetching_folder();
        const auto label = folder + "/_asked";
        const auto mark = sha256(asked);
        if (!TRY(files_.exists(label)) || TRY(files_.read(label)) != mark) {
            TRY(files_.remove(folder));
            TRY(files_.write(label, mark, storage::Durable::no));
        }
        // A kill may have left the label alone, and it need not lie on the same disk.
        TRY(files_.make_folder(folder + "/rows"));
        return files_.url(folder + "/rows");
    }

    Result<StepReport> land_rows(const connector::Fetched& fetched, GrowingLanding& growing) {
        auto options = bronze_.table.options;
        std::vector<file::Found> inputs{
            {.path = {}, .name = bronze_.system + "." + bronze_.table.name.value}};
        Columns vouched_for;
        if (const auto* some = std::get_if<connector::FetchedFiles>(&fetched.rows)) {
            options.format = {some->format, {}};
            inputs = some->files;
            vouched_for = some->types;
        }
        // While the last rows are written.
        auto hashing = std::async(std::launch::async, sources_of, inputs);
        auto used = growing.settle();
        SliceProvenance context{.sources = TRY(hashing.get()),
            .cursor = earlier_.reached,
            .position = fetched.position,
            .number = earlier_.landings + 1,
            .may_stand = true};
        if (used && !session_) session_ = std::move(used);
        auto& session = *TRY(this->session());
        auto declared = TRY(declared_columns(session, options));
        add_vouched(declared, vouched_for);
        std::vector<std::string> absent;
        const LandingOrder reading{.options = options,
            .session = session,
            .dataset = order_.node.dataset.name.text(),
            .inputs = std::move(inputs),
            .scratch = scratch(),
            .declared = std::move(declared),
            // As what lands while it arrives, so that the same rows are the same bytes either way.
            .rows_of_group = file::rows_of_growing_piece,
            .absent = &absent};
        auto early = growing.landed(reading);
        auto landed = early && *early ? std::move(**early) : TRY(read_rows(reading, fetched));
        landed.warnings.insert(landed.warnings.end(), absent.begin(), absent.end());
        if (bronze_.table.cursor)
            context.cursor =
                TRY(reach_of(session, *bronze_.table.cursor, landed, earlier_.reached));
        if (is_incremental() && !order_.full_refresh) {
            if (bronze_.table.cursor) TRY(drop_landed(reading, earlier_.slices, landed));
            context.earlier = &earlier_.slices;
            context.kept = TRY(standing_record(files_, slice_folder(order_)));
        }
        return publish_slice({order_, session, files_, reading}, std::move(landed), context);
    }

    static Result<LandedFile> read_rows(
        const LandingOrder& reading, const connector::Fetched& fetched) {
        if (const auto* relation = std::get_if<connector::Relation>(&fetched.rows))
            return land_relation(reading, *relation);
        if (reading.inputs.empty())
            return LandedFile{
                .path = {}, .quarantine_path = {}, .rows_by_input = {}, .warnings = {}};
        return land_files(reading);
    }

    static Result<std::vector<SourceFile>> sources_of(const std::vector<file::Found>& inputs) {
        std::vector<SourceFile> sources;
        for (const auto& input : inputs)
            sources.push_back(
                {.found = input, .xxh64 = input.path.empty() ? "" : TRY(xxh64_file(input.path))});
        return sources;
    }

    Result<std::vector<std::vector<std::optional<std::string>>>> parent_rows(
        const std::vector<std::string>& columns) {
        if (order_.node.inputs.empty()) return fail("BUG001", "a table without a parent asks it");
        const auto& parent = order_.manifest.datasets[order_.node.inputs.front()];
        auto slices = TRY(standing_slices(files_, parent));
        std::erase_if(
            slices, [&](const auto& slice) { return slice.first != to_string(order_.date); });
        const auto view = TRY(bronze_view(slices, {}));
        std::vector<sql::Fragment> texts;
        for (const auto& name : columns) {
            if (!find_column(view.columns, name) && !slices.empty() && !view.columns.empty())
                return fail("EXT103",
                    parent.dataset.name.text() + " has no column '" + name + "' for its children");
            texts.push_back(sql::Fragment::of("CAST(") + sql::duckdb().identifier(name) +
                            sql::Fragment::of(" AS VARCHAR)"));
        }
        if (view.columns.empty()) return std::vector<std::vector<std::optional<std::string>>>{};
        const auto rows = TRY(TRY(session())->query((
            sql::Fragment::of("SELECT ") + sql::join(texts, sql::Fragment::of(", ")) +
            sql::Fragment::of(" FROM (") + view.select + sql::Fragment::of(") ORDER BY _ingot_row"))
                .text()));
        return rows.rows;
    }

    const LandOrder& order_;
    const SessionOpening& open_;
    std::unique_ptr<engine::Session> session_;
    storage::FileSystem& files_;
    const BronzeDataset& bronze_;
    std::unique_ptr<connector::Source> source_;
    Earlier earlier_;
};

}  // namespace

Result<StepReport> land_source(
    const LandOrder& order, const SessionOpening& open, storage::FileSystem& files) {
    return with_staging(order, files, [&] { return SourceLanding(order, open, files).land(); });
}

}  // namespace ingot::run
