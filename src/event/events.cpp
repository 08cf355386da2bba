#include "event/events.h"

namespace ingot {

std::string_view to_string(StepStatus status) {
    switch (status) {
        case StepStatus::done: return "success";
        case StepStatus::unchanged: return "unchanged";
        case StepStatus::failed: return "error";
        case StepStatus::skipped: return "skipped";
    }
    return "";
}

}  // namespace ingot
