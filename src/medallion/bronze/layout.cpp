#include "medallion/bronze/layout.h"

namespace ingot::bronze {

std::string partition_folder(const SliceLayout& layout, Date date, Instant now) {
    if (!layout.has_date) return "";
    const auto folder = "dt=" + to_string(date);
    const auto clock = to_string(now);  // 2026-01-02T03:04:05…
    switch (layout.strategy) {
        case PartitionStrategy::date: return folder;
        case PartitionStrategy::hourly: return folder + "/hour=" + clock.substr(11, 2);
        case PartitionStrategy::timestamp:
            return folder + "/batch=" + clock.substr(0, 4) + clock.substr(5, 2) +
                   clock.substr(8, 2) + "_" + clock.substr(11, 2) + clock.substr(14, 2);
        case PartitionStrategy::batch_id: return folder + "/batch_id=" + layout.batch_id;
    }
    return folder;
}

}  // namespace ingot::bronze
