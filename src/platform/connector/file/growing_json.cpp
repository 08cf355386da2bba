#include "platform/connector/growing.h"

#include <sys/mman.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "platform/connector/file/json_feed.h"

namespace ingot::file {

namespace {

// The place in memory that the file may grow into costs nothing until it does.
constexpr std::size_t most_bytes = std::size_t{1} << 38U;
constexpr std::size_t head_bytes = 4096;
// A statement that waits holds a thread of the engine: for a slow source the rows had better be read at the end.
constexpr std::chrono::milliseconds patience{250};

class Growing final : public GrowingJson {
public:
    static Result<std::unique_ptr<GrowingJson>> open(const Found& file, const TidyOrder& order) {
        auto files = std::make_shared<JsonFiles>();
        auto mapped = TRY(MappedFile::reserve(file.path, most_bytes));
        if (mapped.bytes().front() != '{')
            return fail("EXT103", file.name + ": it does not begin with an object");
        files->texts.push_back({.file = {std::move(mapped), {}}});
        auto look = TRY(JsonLook::begin(*files, order));
        return std::make_unique<Growing>(std::move(files), std::move(look));
    }

    Growing(std::shared_ptr<JsonFiles> files, JsonLook look)
        : files_(std::move(files)), look_(std::move(look)), walk_(files_->texts, {}) {}

    void grow(std::int64_t size) override {
        change([&] { size_ = static_cast<std::size_t>(size); });
    }
    void finish() override {
        change([&] { is_finished_ = true; });
    }
    void abandon() override {
        change([&] { is_abandoned_ = true; });
    }

    Status look(std::int64_t rows) override {
        JsonRecord record;
        while (look_.rows() < rows) {
            if (!TRY(await(walk_, std::nullopt))) return {};
            TRY(look_at_next(walk_, record));
        }
        return {};
    }
    bool is_whole() const override {
        const std::lock_guard lock(mutex_);
        return is_finished_ && !is_broken_ && size_ == files_->texts[0].records.size() &&
               walk_.is_through();
    }
    Tidied so_far() const override { return look_.so_far(); }
    std::shared_ptr<const RowFeed> feed(
        Columns columns, std::function<bool(const Tidied&)> fits) override;

    const JsonColumns& columns() const { return files_->columns; }

    Result<Tidied> tidied() override {
        const auto encoding = encoding_of(files_->texts[0].records.substr(0, head_bytes));
        if (encoding != Encoding::utf8 && encoding != Encoding::latin1)
            return fail("EXT103", "the text is not UTF-8");
        auto tidied = TRY(look_.finish());
        tidied.rows_in_place = rows_in_place(files_);
        return tidied;
    }

private:
    friend class GrowingPiece;
    friend class GrowingReading;

    template <class Change>
    void change(const Change& what) {
        {
            const std::lock_guard lock(mutex_);
            what();
        }
        changed_.notify_all();
    }

    // True when the walk has a next record, false after the last.
    Result<bool> await(
        const JsonWalk& walk, const std::optional<std::chrono::milliseconds>& longest) {
        while (walk.is_through()) {
            std::unique_lock lock(mutex_);
            const auto known = files_->texts[0].records.size();
            const auto is_news = [&] { return is_abandoned_ || is_finished_ || size_ > known; };
            if (!longest)
                changed_.wait(lock, is_news);
            else if (!changed_.wait_for(lock, *longest, is_news))
                return fail("RUN102", "the rows come slowly");
            if (is_abandoned_ || size_ > most_bytes)
                return fail("RUN102", "the rows are not wanted any more");
            if (size_ == known) return false;
            auto& text = files_->texts[0];
            text.records = text.file.text = text.file.file.bytes().substr(0, size_);
        }
        return true;
    }

    Status look_at_next(JsonWalk& walk, JsonRecord& record) {
        look_.mark(walk);
        walk.next(record);
        if (record.reject) return give_up_lines();
        TRY(look_.take(record, walk));
        ++looked_;
        return {};
    }

    // What is no record may be the beginning of one that goes over several lines.
    Status give_up_lines() {
        const std::lock_guard lock(mutex_);
        is_broken_ = true;
        return fail("RUN102", "some lines are no records of their own");
    }

    // What was passed need not stay in memory.
    void drop_before(const JsonWalk::Place& place) {
        constexpr std::size_t page = 4096;
        const auto bytes = files_->texts[0].file.file.bytes();
        ::madvise(const_cast<char*>(bytes.data()), place.at / page * page, MADV_DONTNEED);
    }

    std::shared_ptr<JsonFiles> files_;
    JsonLook look_;
    JsonWalk walk_;            // where to look on
    std::int64_t looked_ = 0;  // records

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t size_ = 0;
    bool is_finished_ = false;
    bool is_abandoned_ = false;
    bool is_broken_ = false;
};

class GrowingReading final : public RowFeed::Reading {
public:
    GrowingReading(
        Growing& rows, JsonTaker::Wanted wanted, const std::function<bool(const Tidied&)>& fits)
        : rows_(rows), wanted_(std::move(wanted)), fits_(fits), walk_(rows.files_->texts, {}) {}
    std::size_t most_threads() const override { return 1; }
    Result<std::unique_ptr<RowFeed::Piece>> next() override;

private:
    friend class GrowingPiece;
    Growing& rows_;
    JsonTaker::Wanted wanted_;
    const std::function<bool(const Tidied&)>& fits_;
    JsonWalk walk_;
    JsonRecord record_;
    std::int64_t read_ = 0;  // records
    std::size_t next_ = 0;
    bool is_over_ = false;
};

class GrowingPiece final : public RowFeed::Piece {
public:
    GrowingPiece(GrowingReading& reading, std::size_t number)
        : reading_(reading),
          number_(number),
          taker_(reading.rows_.files_->columns, reading.wanted_) {}
    std::size_t number() const override { return number_; }

    Status fill(RowChunk& chunk, std::size_t most) override {
        auto& rows = reading_.rows_;
        chunk.clear(reading_.wanted_.width, most);
        while (chunk.rows < most && taken_ < rows_of_growing_piece) {
            if (!TRY(rows.await(reading_.walk_, patience))) {
                reading_.is_over_ = true;
                break;
            }
            TRY(read_next());
            taker_.take(chunk, reading_.record_, reading_.walk_);
            ++taken_;
        }
        if (!reading_.fits_(rows.so_far())) return fail("RUN102", "the rows are of another kind");
        return {};
    }

private:
    Status read_next() {
        auto& rows = reading_.rows_;
        if (reading_.read_++ < rows.looked_) return reading_.walk_.next(reading_.record_), Status{};
        TRY(rows.look_at_next(reading_.walk_, reading_.record_));
        rows.walk_ = reading_.walk_;
        return {};
    }

    GrowingReading& reading_;
    std::size_t number_;
    JsonTaker taker_;
    std::int64_t taken_ = 0;
};

Result<std::unique_ptr<RowFeed::Piece>> GrowingReading::next() {
    if (is_over_) return nullptr;
    rows_.drop_before(walk_.place());
    return std::make_unique<GrowingPiece>(*this, next_++);
}

class GrowingFeed final : public RowFeed {
public:
    GrowingFeed(Growing& rows, Columns columns, std::function<bool(const Tidied&)> fits)
        : rows_(rows), columns_(std::move(columns)), fits_(std::move(fits)) {}
    const Columns& columns() const override { return columns_; }
    std::unique_ptr<Reading> read(std::vector<std::size_t> wanted) const override {
        return std::make_unique<GrowingReading>(
            rows_, JsonTaker::wanted(rows_.columns(), columns_, wanted), fits_);
    }

private:
    Growing& rows_;
    Columns columns_;
    std::function<bool(const Tidied&)> fits_;
};

std::shared_ptr<const RowFeed> Growing::feed(
    Columns columns, std::function<bool(const Tidied&)> fits) {
    return std::make_shared<GrowingFeed>(*this, std::move(columns), std::move(fits));
}

}  // namespace

Result<std::unique_ptr<GrowingJson>> GrowingJson::open(const Found& file, const TidyOrder& order) {
    return Growing::open(file, order);
}

}  // namespace ingot::file
