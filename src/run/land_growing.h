#pragma once
// Rows of JSON that are looked at and written while a source is still asked for more.
#include <functional>
#include <memory>
#include <optional>

#include "run/landing.h"

namespace ingot::run {

class GrowingLanding {
public:
    using Opening = std::function<Result<std::unique_ptr<engine::Session>>()>;
    struct Order {
        const FileOptions& options;
        std::string dataset;
        std::string scratch;
        Opening open;  // called in another thread, once
    };
    explicit GrowingLanding(Order order);
    ~GrowingLanding();  // what is not complete is given up

    // As FetchOrder::arrived.
    void arrived(const file::Found& rows, const Columns& types);
    // No more comes.
    void complete();
    // Waits until all that came is worked on, and gives the session to go on with.
    std::unique_ptr<engine::Session> settle();
    // After that: the rows, or nothing where the file has to be landed as any other.
    std::optional<Result<LandedFile>> landed(const LandingOrder& order);

private:
    class Work;
    Order order_;
    std::unique_ptr<Work> work_;
};

}  // namespace ingot::run
