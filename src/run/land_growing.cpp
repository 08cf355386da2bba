#include "run/land_growing.h"

#include <filesystem>
#include <mutex>
#include <thread>

namespace ingot::run {

// One thread that follows the file: it looks at rows, and writes them by a statement that takes them as they come. Where
// later rows contradict what the statement was made from, it is given up, and made anew once there are twice as many rows,
// so that no more is done twice than once.
class GrowingLanding::Work {
public:
    Work(const Order& order, const file::Found& rows, const Columns& types)
        : order_(order), rows_(rows), types_(types) {
        thread_ = std::thread([this] { follow(); });
    }
    ~Work() {
        change([&] { is_abandoned_ = true; });
        if (thread_.joinable()) thread_.join();
    }

    void grow(std::int64_t size) {
        change([&] { size_ = size; });
    }

    void complete() {
        change([&] { is_complete_ = true; });
    }
    std::unique_ptr<engine::Session> settle() {
        thread_.join();
        return std::move(session_);
    }
    std::optional<Result<LandedFile>> landed(const LandingOrder& order) {
        if (!growing_ || !growing_->is_whole()) return std::nullopt;
        auto tidied = growing_->tidied();
        if (!tidied) return std::nullopt;
        return land_records(order, *tidied, early_ ? &*early_ : nullptr);
    }

private:
    template <class Change>
    void change(const Change& what) {
        const std::lock_guard lock(mutex_);
        what();
        if (growing_) tell();
    }

    void tell() {
        if (size_ > 0) growing_->grow(size_);
        if (is_complete_) growing_->finish();
        if (is_abandoned_) growing_->abandon();
    }

    bool open() {
        auto session = order_.open();
        if (!session) return false;
        session_ = std::move(*session);
        auto declared = declared_columns(*session_, order_.options);
        auto growing = file::GrowingJson::open(rows_, {.folder = order_.scratch});
        if (!declared || !growing) return false;
        declared_ = std::move(*declared);
        add_vouched(declared_, types_);
        const std::lock_guard lock(mutex_);
        growing_ = std::move(*growing);
        tell();
        return true;
    }

    // What goes wrong here goes wrong again, and is told, when the rows are landed as a whole.
    void follow() {
        if (!open()) return;
        const LandingOrder landing{.options = order_.options,
            .session = *session_,
            .dataset = order_.dataset,
            .inputs = {rows_},
            .scratch = order_.scratch,
            .declared = std::move(declared_),
            .rows_of_group = file::rows_of_growing_piece};
        for (std::int64_t rows = 1; growing_->look(rows) && !growing_->is_whole();
            rows = 2 * growing_->so_far().rows) {
            auto early = land_early(landing, *growing_);
            if (early) {
                early_ = std::move(*early);
                return;
            }
            std::error_code ignored;
            std::filesystem::remove(order_.scratch + "/rows.parquet", ignored);
            if (is_final(early.error()) && early.error().code.id() != "RUN102") return;
        }
    }

    const Order& order_;
    file::Found rows_;
    Columns types_;  // should later ones differ, land_records() does not take what was written
    std::unique_ptr<engine::Session> session_;
    Columns declared_;
    std::optional<EarlyRows> early_;
    std::mutex mutex_;
    std::unique_ptr<file::GrowingJson> growing_;
    std::int64_t size_ = 0;
    bool is_complete_ = false;
    bool is_abandoned_ = false;
    std::thread thread_;
};

GrowingLanding::GrowingLanding(Order order) : order_(std::move(order)) {}
GrowingLanding::~GrowingLanding() = default;

void GrowingLanding::arrived(const file::Found& rows, const Columns& types) {
    const auto& options = order_.options;
    const bool is_as_it_came =
        !options.limit_rows && !options.json_path && !options.encoding && !options.compression;
    if (rows.size == 0 || !is_as_it_came) return;
    if (!work_) work_ = std::make_unique<Work>(order_, rows, types);
    work_->grow(rows.size);
}

void GrowingLanding::complete() {
    if (work_) work_->complete();
}

std::unique_ptr<engine::Session> GrowingLanding::settle() {
    return work_ ? work_->settle() : nullptr;
}

std::optional<Result<LandedFile>> GrowingLanding::landed(const LandingOrder& order) {
    return work_ ? work_->landed(order) : std::nullopt;
}

}  // namespace ingot::run
