#pragma once
// The statements that a step would run, without running them.
#include <string>
#include <vector>

#include "run/context.h"

namespace ingot::run {

struct NamedStatement {
    std::string name;
    std::string sql;
};

struct CompiledStep {
    std::vector<NamedStatement> statements;
    std::string
        why_model_only{};  // what it reads has no columns yet, so there is no more to say than the model
};

// Nothing for bronze.
Result<CompiledStep> compile_step(const RunContext& context, const Node& node);

}  // namespace ingot::run
