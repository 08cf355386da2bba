#pragma once
// A session of one step, in which the author's SQL finds its inputs as `layer.name` at the pinned versions.
#include <memory>
#include <string>

#include "data/columns.h"
#include "run/context.h"

namespace ingot::run {

class Workspace {
public:
    // Of bronze that is taken in slice by slice: all rows, or its columns alone until rows are bound, so that no file
    // is opened for them.
    enum class Bronze { all_rows, columns_alone };
    // Binds every input of `node`. RUN101 when one of them has never been published.
    static Result<Workspace> open(
        const RunContext& context, const Node& node, Bronze bronze = Bronze::all_rows);
    Workspace(Workspace&&) noexcept = default;
    Workspace& operator=(Workspace&&) noexcept = default;
    ~Workspace();

    engine::Session& session() { return *session_; }
    // Points an input at other rows (one slice of bronze, say) for this step alone.
    Status rebind(const DatasetName& input, const sql::Fragment& select);

private:
    Status bind_inputs(const RunContext& context, const Node& node, Bronze bronze);
    explicit Workspace(std::unique_ptr<engine::Session> session, std::string catalog)
        : session_(std::move(session)), catalog_(std::move(catalog)) {}
    std::unique_ptr<engine::Session> session_;
    std::string catalog_;
};

}  // namespace ingot::run
