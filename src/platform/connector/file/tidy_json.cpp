// JSON becomes rows where it stands: looked at once, for the columns, what they hold, and what is no record; then read as
// often as a statement asks, in pieces, by several threads.
#include <algorithm>
#include <atomic>
#include <charconv>

#include "data/json_scan.h"
#include "platform/connector/file/json_walk.h"
#include "platform/connector/file/tidy.h"

namespace ingot::file {

namespace {

// The rows of a row group of Parquet, so that a piece becomes one.
constexpr std::size_t rows_of_piece = 122'880;

struct JsonFiles {
    std::vector<JsonText> texts;
    JsonColumns columns;
    std::vector<JsonWalk::Place> pieces;
};
using SharedFiles = std::shared_ptr<const JsonFiles>;

// Where a value goes.
struct Slot {
    enum class Kind { text, as_written, bigint, real, boolean } kind = Kind::as_written;
    std::size_t column = 0;  // of the chunk
};

struct Wanted {
    std::vector<std::optional<Slot>> slots;  // by the place of the column
    std::optional<std::size_t> input, line;  // columns of the chunk
    std::size_t width = 0;
};

class JsonPiece final : public RowFeed::Piece {
public:
    JsonPiece(const SharedFiles& files, const Wanted& wanted, std::size_t number)
        : files_(files),
          wanted_(wanted),
          number_(number),
          walk_(files->texts, files->pieces[number]),
          finder_(files->columns) {}

    std::size_t number() const override { return number_; }

    Status fill(RowChunk& chunk, std::size_t most) override {
        chunk.clear(wanted_.width, most);
        while (chunk.rows < most && taken_ < rows_of_piece && walk_.next(record_)) {
            if (record_.reject) continue;
            take(chunk, chunk.rows++);
            ++taken_;
        }
        return {};
    }

private:
    void take(RowChunk& chunk, std::size_t row) {
        finder_.begin_row();
        if (record_.is_object())
            for (const auto& [key, value] : record_.members)
                put(chunk, row, finder_.place(key), value);
        else
            put(chunk, row, finder_.place_of_value(), record_.text);
        if (wanted_.input)
            put_number(chunk, row, *wanted_.input, static_cast<std::int64_t>(record_.input));
        if (wanted_.line) put_number(chunk, row, *wanted_.line, walk_.line_of(record_));
    }

    static void put_number(
        RowChunk& chunk, std::size_t row, std::size_t column, std::int64_t number) {
        chunk.columns[column].is_there[row] = 1;
        chunk.columns[column].integers[row] = number;
    }

    // A repeated key counts as its last.
    void put(RowChunk& chunk, std::size_t row, std::size_t place, std::string_view value) {
        const auto& slot = wanted_.slots[place];
        if (!slot) return;
        auto& column = chunk.columns[slot->column];
        column.is_there[row] = value == "null" ? 0 : 1;
        if (column.is_there[row] == 0) return;
        const auto* end = value.data() + value.size();
        switch (slot->kind) {
            case Slot::Kind::text: column.texts[row] = unquoted(chunk, value); return;
            case Slot::Kind::as_written: column.texts[row] = value; return;
            case Slot::Kind::bigint:
                std::from_chars(value.data(), end, column.integers[row]);
                return;
            case Slot::Kind::real: std::from_chars(value.data(), end, column.numbers[row]); return;
            case Slot::Kind::boolean: column.integers[row] = value == "true" ? 1 : 0; return;
        }
    }

    static std::string_view unquoted(RowChunk& chunk, std::string_view value) {
        if (value.find('\\') == std::string_view::npos) return value.substr(1, value.size() - 2);
        return chunk.made.emplace_back(*json::text_of(value));
    }

    SharedFiles files_;
    const Wanted& wanted_;
    std::size_t number_;
    JsonWalk walk_;
    JsonColumns::Finder finder_;
    JsonRecord record_;
    std::size_t taken_ = 0;
};

class JsonReading final : public RowFeed::Reading {
public:
    JsonReading(SharedFiles files, Wanted wanted)
        : files_(std::move(files)), wanted_(std::move(wanted)) {}
    std::size_t most_threads() const override {
        return std::max<std::size_t>(1, files_->pieces.size());
    }
    Result<std::unique_ptr<RowFeed::Piece>> next() override {
        const auto number = next_++;
        if (number >= files_->pieces.size()) return nullptr;
        return std::make_unique<JsonPiece>(files_, wanted_, number);
    }

private:
    SharedFiles files_;
    Wanted wanted_;
    std::atomic<std::size_t> next_ = 0;
};

class JsonFeed final : public RowFeed {
public:
    JsonFeed(SharedFiles files, Columns columns)
        : files_(std::move(files)), columns_(std::move(columns)) {}
    const Columns& columns() const override { return columns_; }

    std::unique_ptr<Reading> read(std::vector<std::size_t> wanted) const override {
        const auto& names = files_->columns.names();
        Wanted all{.slots = {}, .input = {}, .line = {}, .width = wanted.size()};
        all.slots.resize(names.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const auto& column = columns_[wanted[i]];
            const auto it = std::ranges::find(names, column.name);
            if (it != names.end()) {
                const auto place = static_cast<std::size_t>(it - names.begin());
                all.slots[place] = Slot{kind_of(column.type, place), i};
            } else {
                (column.name == "_ingot_line" ? all.line : all.input) = i;
            }
        }
        return std::make_unique<JsonReading>(files_, std::move(all));
    }

private:
    Slot::Kind kind_of(const std::string& type, std::size_t place) const {
        if (type == "BIGINT") return Slot::Kind::bigint;
        if (type == "DOUBLE") return Slot::Kind::real;
        if (type == "BOOLEAN") return Slot::Kind::boolean;
        return files_->columns.holding()[place] == holds::text ? Slot::Kind::text
                                                               : Slot::Kind::as_written;
    }

    SharedFiles files_;
    Columns columns_;
};

class JsonRows final : public Rows {
public:
    explicit JsonRows(SharedFiles files) : files_(std::move(files)) {}
    std::shared_ptr<const RowFeed> feed(Columns columns) const override {
        return std::make_shared<JsonFeed>(files_, std::move(columns));
    }

private:
    SharedFiles files_;
};

Result<std::vector<JsonText>> texts_of(
    const std::vector<Found>& files, const Told& told, const std::string& folder) {
    std::vector<JsonText> texts;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto packing = TRY(packing_of(files[i], told));
        const auto head = TRY(read_head(files[i], packing, 4096));
        auto encoding = encoding_of(head.bytes);
        if (encoding == Encoding::latin1)
            encoding = Encoding::utf8;  // JSON is Unicode unless somebody says otherwise
        if (told.encoding) encoding = TRY(encoding_told(*told.encoding));
        const auto scratch = folder + "/input-" + std::to_string(i) + ".txt";
        auto text = TRY(
            read_text(files[i], {.packing = packing, .encoding = encoding, .scratch = scratch}));
        texts.push_back(TRY(json_text(files[i], told, std::move(text))));
    }
    return texts;
}

}  // namespace

Result<Tidied> tidy_json(
    const std::vector<Found>& files, const Told& told, const TidyOrder& order) {
    auto all = std::make_shared<JsonFiles>();
    all->texts = TRY(texts_of(files, told, order.folder));
    auto writer = TRY(TidyWriter::create(order, {}));
    JsonWalk walk(all->texts, {});
    JsonRecord record;
    std::int64_t rows = 0;
    for (;;) {
        if (static_cast<std::size_t>(rows) == all->pieces.size() * rows_of_piece)
            all->pieces.push_back(walk.place());
        if (!walk.next(record)) break;
        if (record.reject) {
            TRY(writer.reject({.input = record.input,
                .line = walk.line_of(record),
                .text = record.text,
                .reason = record.reject}));
            continue;
        }
        if (record.is_object())
            all->columns.look_at(record.members);
        else
            all->columns.look_at_value(record.text);
        ++rows;
    }
    auto tidied = TRY(writer.finish());
    tidied.rows_path.clear();
    tidied.names = all->columns.names();
    tidied.holds = all->columns.holding();
    for (const auto& numbers : all->columns.numbers())
        tidied.number_types.push_back(numbers.type());
    tidied.rows = rows;
    tidied.rows_in_place = std::make_shared<JsonRows>(std::move(all));
    return tidied;
}

}  // namespace ingot::file
